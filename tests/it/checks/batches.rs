//! `/v1/batches`: a file of rows becomes checks, and a report says what became of each.

use std::{
    io::{Read as _, Seek as _, Write as _},
    ops::ControlFlow,
    time::Duration,
};

use axum::http::{Method, StatusCode};
use cotejo_domain::{
    batches::{TableFormat, Tables as _},
    permissions::Permission,
};
use cotejo_reports::Sheets;
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::Value;

use crate::{
    account::tenant::{Tenant, work_due, workers},
    support::{assert_refused, assert_wrong, get, list, text, with},
};

const PEOPLE: &[(&str, &str)] = &[
    ("service", "checks"),
    ("type", "person"),
    ("country", "CO"),
    ("columns_mapping.national_id", "0"),
    ("columns_mapping.custom_input", "1"),
    ("user_authorized", "true"),
];

const DENIED: &str = "AccessDenied";

fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
        .collect();
    let header = vec!["national_id".to_owned(), "custom_input".to_owned()];
    let mut file = Sheets
        .write(TableFormat::Xlsx, &header, &mut rows.into_iter())
        .unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

fn rows_of(answer: &Answer, format: TableFormat) -> Vec<Vec<String>> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&answer.bytes).unwrap();
    file.rewind().unwrap();
    let mut rows = Vec::new();
    Sheets
        .read(file, format, &mut |_, row| {
            rows.push(row);
            ControlFlow::Continue(())
        })
        .unwrap();
    rows
}

async fn make(caller: &Caller, form: &[(&str, &str)]) -> Value {
    let answer = caller.post("/v1/batches", form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json
}

/// The path and query of the link of a batch.
fn link(batch: &Value) -> String {
    let link = text(batch, "file_upload_link");
    link.strip_prefix("http://127.0.0.1:4004").unwrap().to_owned()
}

async fn put(caller: &Caller, path: &str, file: &[u8]) -> Answer {
    caller.send_bytes(Method::PUT, path, &[], file).await
}

fn path(batch: &Value, under: &str) -> String {
    format!("/v1/batches/{}{under}", text(batch, "batch_id"))
}

/// The batch when nothing is going on with it any more.
async fn settled(app: &TestApp, caller: &Caller, batch: &Value) -> Value {
    for _ in 0..200 {
        work_due(app).await;
        let now = caller.get(&path(batch, "")).await.json;
        if ["completed", "failed"].contains(&text(&now, "status")) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!(
        "the batch does not end: {}",
        caller.get(&path(batch, "")).await.text
    );
}

/// A batch of a file, started and ended.
async fn whole(app: &TestApp, acme: &Tenant, form: &[(&str, &str)], file: &[u8]) -> Value {
    let batch = make(&acme.checks, form).await;
    let answer = put(&app.account(None), &link(&batch), file).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let answer = acme.checks.post(&path(&batch, "/start"), &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    settled(app, &acme.checks, &batch).await
}

async fn report(app: &TestApp, caller: &Caller, batch: &Value, format: &str) -> Answer {
    let asked = caller.post(&path(batch, "/report"), &[("format", format)]).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    work_due(app).await;
    let answer = caller
        .get(&path(batch, &format!("/report?format={format}")))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer
}

#[tokio::test]
async fn a_workbook_becomes_checks_and_a_report() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = make(&acme.checks, PEOPLE).await;
    assert_eq!(
        made["columns"],
        serde_json::json!(["national_id", "custom_input"])
    );
    let expected = ("created", "checks", "person", "CO");
    assert_eq!(
        (
            text(&made, "status"),
            text(&made, "service"),
            text(&made, "type"),
            text(&made, "country")
        ),
        expected
    );
    assert!(text(&made, "batch_id").starts_with("BCH"));

    let file = workbook(&[
        &["0012345678", "first"],
        &["1000009102", ""],
        &["", "nobody"],
        &["1000000001", "=1+1"],
    ]);
    let batch = whole(&app, &acme, PEOPLE, &file).await;
    assert_eq!(
        (
            text(&batch, "status"),
            &batch["size"],
            &batch["processed"],
            &batch["failed"]
        ),
        ("completed", &4.into(), &4.into(), &2.into()),
        "{batch}"
    );
    assert_eq!(text(&batch, "file_upload_link"), "");

    let found = report(&app, &acme.checks, &batch, "xlsx").await;
    let rows = rows_of(&found, TableFormat::Xlsx);
    let header = [
        "national_id",
        "custom_input",
        "row",
        "check_id",
        "status",
        "score",
        "errors",
    ];
    assert_eq!(rows[0], header);
    // No cédula begins with zeros: every source is skipped, and nothing consulted is no clean record.
    assert_eq!(
        (rows[1][0].as_str(), rows[1][4].as_str()),
        ("0012345678", "error")
    );
    let check = get(&acme.checks, &serde_json::json!({"check_id": rows[1][3]})).await;
    assert_eq!(
        text(&check, "national_id"),
        "0012345678",
        "leading zeros are kept"
    );
    assert_eq!(
        (rows[2][4].as_str(), rows[2][5].as_str()),
        ("completed", "0"),
        "identity_not_found"
    );
    assert_eq!(
        (rows[3][4].as_str(), rows[3][6].as_str()),
        ("invalid", "A (national_id) is required")
    );

    let csv = report(&app, &acme.checks, &batch, "csv").await;
    assert!(
        csv.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/csv")
    );
    assert_eq!(rows_of(&csv, TableFormat::Csv)[4][1], "'=1+1");
}

#[tokio::test]
async fn csv_is_taken_too_and_rows_that_ask_for_the_same_share_a_check() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let csv = b"\xEF\xBB\xBFC\xC3\xA9dula;Nota\r\n1000000001;a\r\n1000000001;a\r\n1000000001;b\r\n";
    let batch = whole(&app, &acme, PEOPLE, csv).await;
    assert_eq!(
        (text(&batch, "status"), &batch["processed"]),
        ("completed", &3.into())
    );
    let rows = rows_of(&report(&app, &acme.checks, &batch, "csv").await, TableFormat::Csv);
    assert_eq!(rows[1][3], rows[2][3]);
    assert_ne!(rows[1][3], rows[3][3]);
    assert_eq!(list(&acme.checks.get("/v1/checks").await.json, "checks").len(), 2);
}

#[tokio::test]
async fn a_link_is_good_for_one_file_and_half_an_hour() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let nobody = app.account(None);
    let file = workbook(&[&["1000000001", ""]]);
    let batch = make(&acme.checks, PEOPLE).await;
    let good = link(&batch);
    for bad in [
        good.replace("Expires=1", "Expires=2"),
        good.replace("Signature=", "Signature=A"),
        good.split("&Signature").next().unwrap().to_owned(),
        good.split('?').next().unwrap().to_owned(),
        good.replace("Client=TCI0", "Client=TCI1"),
        link(&make(&acme.checks, PEOPLE).await).replace(good.split('?').nth(1).unwrap(), "")
            + good.split('?').nth(1).unwrap()
            + "x",
    ] {
        let answer = put(&nobody, &bad, &file).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{bad}");
        assert!(answer.text.contains(DENIED), "{}", answer.text);
        assert_eq!(answer.headers["content-type"], "application/xml");
    }
    // What is no table does not spend the link.
    for wrong in [&b""[..], b"<html>", b"%PDF-1.4 x", b"\x89PNG\r\n\x1a\n"] {
        assert_wrong(&put(&nobody, &good, wrong).await, &["file"]);
    }
    let (one, other) = tokio::join!(put(&nobody, &good, &file), put(&nobody, &good, &file));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
    assert_eq!(put(&nobody, &good, &file).await.status, StatusCode::FORBIDDEN);

    let late = make(&acme.checks, PEOPLE).await;
    acme.advance(&app, "31m").await;
    assert_eq!(
        put(&nobody, &link(&late), &file).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn what_is_no_table_fails_the_batch_with_its_reason() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for (file, reason) in [
        (
            &b"PK\x03\x04 and then something else"[..],
            "the file is no xlsx file, or is damaged",
        ),
        (b"national_id,custom_input\n", "the file has no rows"),
        (b"\n\n ; \n", "the file has no rows"),
    ] {
        let batch = whole(&app, &acme, PEOPLE, file).await;
        assert_eq!(
            (text(&batch, "status"), text(&batch, "failure_reason")),
            ("failed", reason)
        );
    }
}

#[tokio::test]
async fn a_batch_is_started_stopped_and_goes_on_where_it_was() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let batch = make(&acme.checks, PEOPLE).await;
    let answer = acme.checks.post(&path(&batch, "/start"), &[]).await;
    assert_eq!(
        (answer.status.as_u16(), text(&answer.json, "message")),
        (400, "batch file was not uploaded")
    );
    let ids: Vec<String> = (0..300).map(|n| format!("10000{n:05}")).collect();
    let rows: Vec<[&str; 2]> = ids.iter().map(|id| [id.as_str(), "x"]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
    assert_eq!(
        put(&app.account(None), &link(&batch), &workbook(&rows))
            .await
            .status,
        StatusCode::OK
    );
    work_due(&app).await;
    assert_eq!(acme.checks.get(&path(&batch, "")).await.json["size"], 300);
    acme.checks.post(&path(&batch, "/start"), &[]).await;
    // One turn of the job: the first rows have their checks.
    turn(&app).await;
    let stopped = acme.checks.send(Method::PUT, &path(&batch, ""), &[], "").await;
    assert_eq!(stopped.status, StatusCode::OK, "{}", stopped.text);
    for _ in 0..5 {
        work_due(&app).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let made = checks(&app).await;
    assert!((1..300).contains(&made), "{made}");
    let now = acme.checks.get(&path(&batch, "")).await.json;
    assert_eq!(
        (text(&now, "status"), now["processed"].as_i64()),
        ("stopped", Some(made))
    );

    acme.checks.post(&path(&batch, "/start"), &[]).await;
    let now = settled(&app, &acme.checks, &batch).await;
    assert_eq!(
        (&now["processed"], &now["failed"], checks(&app).await),
        (&300.into(), &0.into(), 300)
    );
    let over = acme.checks.send(Method::PUT, &path(&batch, ""), &[], "").await;
    assert_refused(&over, 409, "the batch is completed");
    assert_refused(
        &acme.checks.post(&path(&batch, "/start"), &[]).await,
        409,
        "the batch is completed",
    );
}

/// Lets the job of a batch take one turn.
async fn turn(app: &TestApp) {
    let handler = cotejo_app::batches::RunBatch(app.app.clone());
    let mut conn = app.database.pool.acquire().await.unwrap();
    let mut marks = cotejo_queue::Marks::default();
    let lease = Duration::from_secs(30);
    let leases = cotejo_queue::claim(&mut conn, "batch.run", &mut marks, 1, lease)
        .await
        .unwrap();
    drop(conn);
    cotejo_queue::Handler::run(&handler, &leases).await;
}

async fn checks(app: &TestApp) -> i64 {
    sqlx::query_scalar("select count(*) from checks")
        .fetch_one(&app.database.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn several_workers_do_no_row_twice() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let batch = make(&acme.checks, &with(PEOPLE, &[("force_creation", "true")])).await;
    let ids: Vec<String> = (0..400).map(|n| format!("10000{n:05}")).collect();
    let csv = format!("national_id\n{}\n", ids.join("\n"));
    assert_eq!(
        put(&app.account(None), &link(&batch), csv.as_bytes())
            .await
            .status,
        StatusCode::OK
    );
    acme.checks.post(&path(&batch, "/start"), &[]).await;
    let stop = workers(&app, 3);
    let mut now = Value::Null;
    for _ in 0..300 {
        now = acme.checks.get(&path(&batch, "")).await.json;
        if text(&now, "status") == "completed" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    assert_eq!(
        (&now["size"], &now["processed"], checks(&app).await),
        (&400.into(), &400.into(), 400)
    );
}

#[tokio::test]
async fn a_batch_of_continuous_checks_watches_each_row() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let form = with(PEOPLE, &[("frequency", "1m"), ("end_date", "2026-12-31")]);
    let batch = whole(&app, &acme, &form, b"1000000001,a\n1000000002,b\n").await;
    assert_eq!(
        (text(&batch, "frequency"), text(&batch, "end_date")),
        ("1m", "2026-12-31T00:00:00Z")
    );
    let watched = acme.checks.get("/v1/continuous-checks").await.json;
    assert_eq!(list(&watched, "continuous_checks").len(), 2);
}

#[tokio::test]
async fn custom_types_and_reports_are_kept_to() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kind = [
        ("country", "CO"),
        ("type", "fines"),
        ("dataset_traffic_fines", "1"),
    ];
    acme.checks.post("/v1/config", &kind).await;
    let folder = acme.checks.post("/v1/reports", &[("name", "x")]).await.json;
    let folder = text(&folder["report"], "id").to_owned();
    let form = with(PEOPLE, &[("type", "FINES"), ("report_id", &folder)]);
    let batch = whole(&app, &acme, &form, b"1000000001,a\n").await;
    assert_eq!(text(&batch, "type"), "fines");
    let inside = acme
        .checks
        .get(&format!("/v1/checks?report_id={folder}"))
        .await
        .json;
    assert_eq!(text(&list(&inside, "checks")[0], "type"), "fines");
    let unknown = with(PEOPLE, &[("report_id", "RPT00000000000000000000000000000000")]);
    assert_refused(
        &acme.checks.post("/v1/batches", &unknown).await,
        404,
        "The Report was not found",
    );
}

#[tokio::test]
async fn wrong_requests_and_those_of_others_are_refused() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let other = Tenant::sandbox(&app, "other").await;
    for (more, fields) in [
        (&[("service", "validations")][..], &["service"][..]),
        (&[("type", "ghost"), ("country", "FR")], &["country", "type"]),
        (&[("country", "CL"), ("type", "company")], &["type"]),
        (
            &[("columns_mapping.custom_input", "0")],
            &["columns_mapping.national_id"],
        ),
    ] {
        assert_wrong(
            &acme.checks.post("/v1/batches", &with(PEOPLE, more)).await,
            fields,
        );
    }
    let batch = make(&acme.checks, PEOPLE).await;
    assert_refused(
        &other.checks.get(&path(&batch, "")).await,
        404,
        "The batch was not found",
    );
    assert_refused(
        &other.checks.post(&path(&batch, "/start"), &[]).await,
        404,
        "The batch was not found",
    );
    assert_refused(
        &acme.checks.get(&path(&batch, "/report")).await,
        404,
        "The report of the batch was not found",
    );
    assert_wrong(
        &acme
            .checks
            .post(&path(&batch, "/report"), &[("format", "pdf")])
            .await,
        &["format"],
    );
    let masked = acme
        .with(&app, &[Permission::ChecksRead, Permission::MaskDocuments])
        .await;
    assert_eq!(
        masked.get(&path(&batch, "/report")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        masked.get(&path(&batch, "")).await.status,
        StatusCode::OK,
        "on account, too"
    );
}

#[tokio::test]
async fn a_deleted_check_takes_what_its_row_said_with_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let batch = whole(&app, &acme, PEOPLE, b"1000000001,secret\n1000000002,other\n").await;
    let kept: Vec<String> = sqlx::query_scalar("select kind from files")
        .fetch_all(&app.database.pool)
        .await
        .unwrap();
    assert!(kept.is_empty(), "the file that was read is gone: {kept:?}");
    report(&app, &acme.checks, &batch, "xlsx").await;
    let rows = rows_of(&report(&app, &acme.checks, &batch, "csv").await, TableFormat::Csv);
    acme.checks.delete(&format!("/v1/checks/{}", rows[1][3])).await;
    assert_refused(
        &acme.checks.get(&path(&batch, "/report")).await,
        404,
        "The report of the batch was not found",
    );
    let again = rows_of(&report(&app, &acme.checks, &batch, "csv").await, TableFormat::Csv);
    assert_eq!(
        (again[1][0].as_str(), again[1][1].as_str(), again[1][4].as_str()),
        ("", "", "deleted")
    );
    assert_eq!(
        (again[2][0].as_str(), again[2][1].as_str()),
        ("1000000002", "other")
    );
}

#[tokio::test]
async fn a_single_check_does_not_wait_for_a_day_of_runs() {
    const WATCHED: i64 = 300;
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let rows: Vec<String> = (0..WATCHED).map(|n| format!("10000{n:05}")).collect();
    let daily = with(PEOPLE, &[("frequency", "daily")]);
    whole(&app, &acme, &daily, rows.join("\n").as_bytes()).await;
    let finished = async || -> i64 {
        sqlx::query_scalar("select count(*) from continuous_runs where changes is not null")
            .fetch_one(&app.database.pool)
            .await
            .unwrap()
    };
    let stop = workers(&app, 1);
    let moved = acme.account.post("/v1/sandbox/clock", &[("advance", "1d")]).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text);
    let single = [
        ("type", "person"),
        ("country", "CO"),
        ("national_id", "1099999999"),
        ("user_authorized", "true"),
    ];
    let single = acme.checks.post("/v1/checks", &single).await.json["check"].clone();
    let (mut ahead, mut all) = (None, 0);
    for _ in 0..2_000 {
        app.clock.advance(Duration::from_millis(1));
        all = finished().await;
        if ahead.is_none() && text(&get(&acme.checks, &single).await, "status") == "completed" {
            ahead = Some(all);
        }
        if all == WATCHED && ahead.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.cancel();
    assert_eq!(all, WATCHED, "every run that was due is carried out");
    assert!(
        ahead.is_some_and(|runs| runs < WATCHED),
        "{ahead:?} runs were before it"
    );
}
