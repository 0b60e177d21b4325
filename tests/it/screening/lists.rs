//! Screening from the publisher's file to the check's score.

use std::{fs, path::PathBuf};

use cotejo_app::watchlists::{LoadOutcome, find_lists, read_list};
use cotejo_testkit::{Caller, TestApp};
use serde_json::Value;

/// A made-up list in OFAC's format: names, addresses, aliases and comments, CRLF, with the trailing 0x1A.
fn write_list(names: &str) -> PathBuf {
    let unique = uuid::Uuid::from_u128(u128::from(std::process::id()) << 64 | u128::from(names.len() as u64));
    let folder = std::env::temp_dir().join(format!("cotejo-list-{unique}"));
    fs::create_dir_all(&folder).unwrap();
    let end = |text: &str| format!("{}\u{1a}", text.replace('\n', "\r\n"));
    fs::write(folder.join("sdn.csv"), end(names)).unwrap();
    fs::write(
        folder.join("add.csv"),
        end("9001,1,-0- ,\"Bogota\",\"Colombia\",-0- \n"),
    )
    .unwrap();
    fs::write(
        folder.join("alt.csv"),
        end("9001,2,\"aka\",\"FICTICIO, Pepe\",-0- \n"),
    )
    .unwrap();
    fs::write(folder.join("sdn_comments.csv"), end("")).unwrap();
    folder
}

const NAMES: &str = "9001,\"FICTICIO INVENTADO, Jose Maria\",\"individual\",\"SDNTK\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\
    \"DOB 01 Jan 1960; Cedula No. 1023456789 (Colombia).\"\n\
    9002,\"EMPRESA DE PRUEBA S.A.\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n";

async fn load(app: &TestApp, folder: &std::path::Path) -> LoadOutcome {
    let found = find_lists(folder, None).unwrap().pop().unwrap();
    app.app
        .load_list(&read_list(found).unwrap(), false, |_, _| {})
        .await
        .unwrap()
}

async fn screened(app: &TestApp, caller: &Caller, form: &[(&str, &str)]) -> Value {
    let answer = caller.post("/v1/checks", form).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    app.work().await;
    let check = caller.get(answer.json["self"].as_str().unwrap()).await.json["check"].clone();
    let scores = check["scores"].as_array().unwrap();
    scores
        .iter()
        .find(|entry| entry["data_set"] == "international_background")
        .unwrap()
        .clone()
}

#[tokio::test]
async fn the_same_files_are_loaded_once() {
    let app = TestApp::new().await;
    let folder = write_list(NAMES);
    assert!(matches!(load(&app, &folder).await, LoadOutcome::Loaded(_)));
    assert_eq!(load(&app, &folder).await, LoadOutcome::Unchanged);
    let lists = app.app.loaded_lists().await.unwrap();
    assert_eq!((lists[0].list.as_str(), lists[0].entries), ("ofac-sdn", 2));
}

#[tokio::test]
async fn a_new_version_replaces_the_old_one_whole() {
    let app = TestApp::new().await;
    load(&app, &write_list(NAMES)).await;
    let other = NAMES.replace(
        "9002,\"EMPRESA DE PRUEBA S.A.\"",
        "9003,\"OTRA EMPRESA DE PRUEBA S.A.\"",
    );
    load(&app, &write_list(&other)).await;
    let entries: Vec<String> = sqlx::query_scalar("select entry from watchlist_entries order by 1")
        .fetch_all(&app.database.pool)
        .await
        .unwrap();
    assert_eq!(entries, ["9001", "9003"]);
}

#[tokio::test]
async fn a_listed_document_is_found_by_id_and_a_listed_name_by_name() {
    let app = TestApp::new().await;
    load(&app, &write_list(NAMES)).await;
    let caller = app.sandbox("acme").await;
    let person = [("type", "person"), ("user_authorized", "true")];
    let by_document = [
        &person[..],
        &[("country", "CO"), ("national_id", "1.023.456.789")],
    ]
    .concat();
    let score = screened(&app, &caller, &by_document).await;
    assert_eq!(
        (
            score["by_id"]["result"].as_str(),
            score["by_id"]["severity"].as_str()
        ),
        (Some("found"), Some("very_high"))
    );
    let by_name = [
        &person[..],
        &[("country", "ALL"), ("name", "José María Ficticio Inventado")],
    ]
    .concat();
    let score = screened(&app, &caller, &by_name).await;
    assert_eq!(score["by_name"]["severity"], "very_high");
    let other_sex = [
        &person[..],
        &[("country", "ALL"), ("name", "María José Ficticio Inventado")],
    ]
    .concat();
    let score = screened(&app, &caller, &other_sex).await;
    assert_eq!(score["by_name"]["severity"], "none");
}

#[tokio::test]
async fn exact_matching_is_stricter_than_soft() {
    let app = TestApp::new().await;
    load(&app, &write_list(NAMES)).await;
    let form = [
        ("type", "person"),
        ("country", "ALL"),
        ("name", "Jose M. Ficticio"),
        ("user_authorized", "true"),
    ];
    let caller = app.sandbox("soft").await;
    assert_eq!(screened(&app, &caller, &form).await["by_name"]["result"], "found");
    let mut client = app
        .client("exact", cotejo_domain::clients::ClientKind::Sandbox)
        .await;
    client.settings.names_matching_type = "exact".parse().unwrap();
    app.app.set_settings(&client).await.unwrap();
    let administrator = [cotejo_domain::permissions::Permission::Administrator];
    let caller = app.checks(Some(app.token(&client, 1, &administrator).await));
    assert_eq!(
        screened(&app, &caller, &form).await["by_name"]["result"],
        "not_found"
    );
}

#[test]
fn a_cut_file_is_refused_with_its_line() {
    let folder = write_list("9001,\"FICTICIO INVENTADO, Jose");
    let error = read_list(find_lists(&folder, None).unwrap().pop().unwrap()).unwrap_err();
    let source = std::error::Error::source(&error)
        .map(ToString::to_string)
        .unwrap_or_default();
    assert!(format!("{error} {source}").contains("line 1"), "{error} {source}");
}

#[tokio::test]
async fn the_published_lists_load() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/watchlists");
    if !folder.is_dir() {
        eprintln!("skipped: there is no folder of published lists beside the project");
        return;
    }
    let app = TestApp::new().await;
    for found in find_lists(&folder, None).unwrap() {
        let list = read_list(found).unwrap();
        let outcome = app.app.load_list(&list, false, |_, _| {}).await.unwrap();
        assert!(matches!(outcome, LoadOutcome::Loaded(_)));
    }
    assert_eq!(app.app.loaded_lists().await.unwrap().len(), 3);
}
