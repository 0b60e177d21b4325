//! Exports of the TrustX face (seed 003): what is in them, and who may.

use std::io::{Cursor, Read as _};

use axum::http::{Method, StatusCode};
use cotejo_domain::{ids::ProcessId, permissions::Permission, processes::trustx::instance::COLUMNS};
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use zip::ZipArchive;

use super::{
    DOCUMENT, document_flow, finished, flow_of, person, result, show, submit,
    trustx::{INSTANCES, begun, id, instance_path, key, token},
};
use crate::{
    account::tenant::{Tenant, post_json},
    support::{assert_wrong, header, list, text},
};

const PASSWORD: &str = "s3cret! pass";

async fn export(caller: &Caller, body: Value) -> Answer {
    let mut body = body;
    body["password"] = json!(PASSWORD);
    post_json(caller, &format!("{INSTANCES}/export"), &body).await
}

/// The files of a zip, by name.
fn unzipped(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(header(answer, "content-type"), "application/zip");
    assert_eq!(header(answer, "content-length"), answer.bytes.len().to_string());
    let mut archive = ZipArchive::new(Cursor::new(answer.bytes.clone())).unwrap();
    let mut files = Vec::new();
    for place in 0..archive.len() {
        assert!(
            archive.by_index(place).is_err(),
            "nothing opens without the password"
        );
        let mut entry = archive.by_index_decrypt(place, PASSWORD.as_bytes()).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        files.push((entry.name().unwrap().into_owned(), content));
    }
    files
}

/// The rows of a CSV, each by the names of its columns.
fn rows(csv: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(csv)
        .unwrap()
        .strip_prefix('\u{FEFF}')
        .unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
    let records = reader.records().map(|record| {
        let record = record.unwrap();
        COLUMNS
            .iter()
            .zip(&record)
            .map(|(name, cell)| ((*name).to_owned(), json!(cell)))
            .collect()
    });
    records.map(Value::Object).collect()
}

#[tokio::test]
async fn many_instances_are_a_csv_under_a_password() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = document_flow(&acme).await;
    let made = token(
        &acme,
        json!({"parameters": {"firstName": "=cmd()", "lastName": "Núñez, \"Pepe\"", "referenceID": "order 7"}}),
    )
    .await;
    let (begun, _) = begun(&app, &acme, &made).await;
    let done = finished(&app, &acme, &kyc, "user_1").await;
    let told = result(&acme.connect, &done).await;
    let files = unzipped(&export(&acme.connect, json!({})).await);
    let [(name, csv)] = files.as_slice() else {
        panic!("one file")
    };
    assert_eq!(name, "process-instances.csv");
    let all = rows(csv);
    assert_eq!(all.len(), 2, "newest first");
    for (column, cell) in [
        ("Id", id(&done)),
        ("processDefnName", "kyc".to_owned()),
        ("status", "COMPLETED_ENDED_SUCCESS".to_owned()),
        ("processTokenId", String::new()),
        ("docNum", text(&told, "document_number").to_owned()),
        ("firstName", text(&told, "first_name").to_owned()),
        ("phoneNumber", "Not available".to_owned()),
    ] {
        assert_eq!(all[0][column], cell, "{column}");
    }
    for (column, cell) in [
        ("Id", id(&begun)),
        ("status", "PENDING".to_owned()),
        ("processTokenId", text(&made, "id").to_owned()),
        ("processTokenCounter", "1".to_owned()),
        ("extId", "order 7".to_owned()),
        // No spreadsheet runs what a stranger wrote.
        ("firstName", "'=cmd()".to_owned()),
        ("lastName", "Núñez, \"Pepe\"".to_owned()),
        ("createdDtm", "2026-01-02T03:04:05.123Z".to_owned()),
        ("completedDtm", String::new()),
    ] {
        assert_eq!(all[1][column], cell, "{column}");
    }
    // The filters are those of the search, and the password may stand in a header.
    let headers = [
        ("x-export-password", PASSWORD),
        ("content-type", "application/json"),
    ];
    let body = json!({"processInstanceStatus": "PENDING", "searchString": "nunez"}).to_string();
    let path = format!("{INSTANCES}/export");
    let answer = acme.connect.send(Method::POST, &path, &headers, &body).await;
    let filtered = rows(&unzipped(&answer)[0].1);
    assert_eq!(filtered, all[1..]);
    let streamed = acme
        .connect
        .get(&format!("{path}?processInstanceStatus=PENDING"))
        .await;
    assert_eq!(header(&streamed, "content-type"), "text/csv; charset=utf-8");
    assert_eq!(rows(&streamed.bytes), all[1..]);
    let stranger = Tenant::sandbox(&app, "other").await;
    assert_eq!(
        rows(&unzipped(&export(&stranger.connect, json!({})).await)[0].1),
        Vec::<Value>::new()
    );
    for (body, wrong) in [
        (json!({}), &["password"][..]),
        (
            json!({"password": "short", "processInstanceStatus": "DONE"}),
            &["password", "processInstanceStatus"],
        ),
        (json!({"password": "contraseña"}), &["password"]),
    ] {
        assert_wrong(&post_json(&acme.connect, &path, &body).await, wrong);
    }
    assert_wrong(
        &acme.connect.get(&format!("{path}?startDateTime=x")).await,
        &["startDateTime"],
    );
    // Who does not see all, exports nothing.
    let masked = key(
        &app,
        &acme,
        "masked",
        &[Permission::IdentityRead, Permission::MaskNames],
    )
    .await;
    let masked = app.connect(Some(masked));
    assert_eq!(export(&masked, json!({})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(masked.get(&path).await.status, StatusCode::FORBIDDEN);
    let told = masked.get(&instance_path(&done, "")).await;
    assert_ne!(
        told.json["firstName"], all[0]["firstName"],
        "and does not read it either"
    );
}

#[tokio::test]
async fn more_than_the_limit_is_refused_by_the_vendor_s_way_and_streamed_by_ours() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kyc = document_flow(&acme).await;
    let process = super::begin(&person(&app, &acme, &kyc, &[]).await).await;
    let own: ProcessId = text(&process, "process_id").parse().unwrap();
    sqlx::query(
        r"
        insert into processes (client_id, id, account_id, flow_id, flow_version, country, redirect_url, start, via, state,
                               progress, deadline_ns, created_ns, updated_ns, version)
        select p.client_id, gen_random_uuid(), p.account_id, p.flow_id, p.flow_version, p.country, p.redirect_url, p.start,
               p.via, p.state, p.progress, p.deadline_ns, p.created_ns - 86400000000000, p.updated_ns, p.version
        from processes p, generate_series(1, 10000) where p.id = $1
        ",
    )
    .bind(own.0)
    .execute(&app.database.pool)
    .await
    .unwrap();
    let answer = export(&acme.connect, json!({"processDefinitionName": "kyc"})).await;
    assert_wrong(&answer, &["startDateTime"]);
    assert!(
        answer.text.contains("more than 10000 process instances"),
        "{}",
        answer.text
    );
    let narrow = export(&acme.connect, json!({"startDateTime": "2026-01-02T00:00:00Z"})).await;
    assert_eq!(rows(&unzipped(&narrow)[0].1).len(), 1);
    let streamed = acme
        .connect
        .get(&format!("{INSTANCES}/export?processInstanceStatus=PENDING"))
        .await;
    assert_eq!(rows(&streamed.bytes).len(), 10_001);
    // A list says that there are at least so many, and goes on to the end all the same.
    let page = async |page: i64| {
        acme.connect
            .get(&format!("{INSTANCES}?size=1000&page={page}"))
            .await
            .json
    };
    let first = page(0).await;
    assert_eq!(
        (&first["totalElements"], &first["last"]),
        (&json!(10_001), &json!(false))
    );
    let last = page(10).await;
    assert_eq!(
        (&last["numberOfElements"], &last["last"]),
        (&json!(1), &json!(true))
    );
}

#[tokio::test]
async fn one_instance_is_a_folder_of_everything() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    flow_of(
        &acme,
        &json!([{"name": "document_verification_with_face_recognition"}]),
    )
    .await;
    let made = token(&acme, json!({"parameters": {"firstName": "Ana"}})).await;
    let (process, ana) = begun(&app, &acme, &made).await;
    let process = submit(&ana, &process, &[("client_authorization", "true")]).await;
    let process = submit(&ana, &process, DOCUMENT).await;
    let process = show(&app, &ana, &process).await;
    let process = show(&app, &ana, &process).await;
    assert_eq!(process["status"], "success", "{process:#}");
    let path = instance_path(&process, "/export");
    let files = unzipped(&post_json(&acme.connect, &path, &json!({"password": PASSWORD})).await);
    let mut names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let pictures = [
        "faces/face.jpeg",
        "idDocs/BACK.Uncropped.jpeg",
        "idDocs/FRONT.Uncropped.jpeg",
    ];
    for name in [
        "activity.json",
        "consent.json",
        "summary.json",
        "faces/processTokenParams.json",
        "idDocs/processor-results.json",
    ]
    .iter()
    .chain(&pictures)
    {
        assert!(names.contains(name), "{name} in {names:?}");
    }
    let read = |wanted: &str| {
        let file = files.iter().find(|(name, _)| name == wanted);
        &file.unwrap_or_else(|| panic!("no {wanted}")).1
    };
    for picture in pictures {
        assert!(read(picture).starts_with(b"\xFF\xD8\xFF"), "{picture} is a JPEG");
    }
    let json = |wanted: &str| -> Value { serde_json::from_slice(read(wanted)).unwrap() };
    assert_eq!(json("faces/processTokenParams.json"), json!({"firstName": "Ana"}));
    assert_eq!(json("consent.json")["consent"], true);
    assert_eq!(
        json("summary.json")["checks"]["_checks"]["overallOutcome"],
        "PASS"
    );
    assert_eq!(json("summary.json")["statusMapped"], "Accepted");
    assert_eq!(list(&json("activity.json"), "timeline").len(), 6);
    assert_eq!(
        json("idDocs/processor-results.json")["documentType"],
        "national-id"
    );
    // One that nobody has gone through has nothing but what it began with.
    let fresh = super::trustx::begun(&app, &acme, &made).await.0;
    let path = instance_path(&fresh, "/export");
    let files = unzipped(&post_json(&acme.connect, &path, &json!({"password": PASSWORD})).await);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["activity.json", "summary.json", "faces/processTokenParams.json"]
    );
    assert_wrong(&post_json(&acme.connect, &path, &json!({})).await, &["password"]);
    let stranger = Tenant::sandbox(&app, "other").await;
    let answer = post_json(&stranger.connect, &path, &json!({"password": PASSWORD})).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
