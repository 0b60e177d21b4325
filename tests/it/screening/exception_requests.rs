//! Requests about exceptions: what they take, whom they listen to, what they leave in the trail.

use axum::http::{Method, StatusCode};
use cotejo_domain::permissions::Permission;
use cotejo_testkit::{Answer, TestApp};
use serde_json::{Value, json};

use super::{
    JOSE, LIST, Listed, Tenant,
    exceptions::{EXCEPTIONS, QUIET, SPEAKS, now, path_of, set_aside, wish},
    jose, load, person, prueba,
};
use crate::support::{assert_refused, assert_wrong, header, id, list, text};

/// What the trail tells of screening, the oldest entry first.
async fn trail(app: &TestApp, acme: &Tenant) -> Vec<Value> {
    app.work().await;
    let answer = acme.account.get("/v1/audit").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let mut entries = list(&answer.json, "entries").to_vec();
    entries.retain(|entry| text(entry, "action").starts_with("screening."));
    entries.reverse();
    entries
}

#[tokio::test]
async fn a_new_exception_tells_what_it_rests_on() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose(), prueba()]).await;
    let found = acme.screened(&app, JOSE).await;
    let exception = set_aside(&acme, &found, &[("expiration_date", "2026-02-01")]).await;
    let exception_id = text(&exception, "exception_id").to_owned();
    assert_eq!(
        exception,
        json!({
            "exception_id": exception_id,
            "check_id": found.id(),
            "list": LIST,
            "entry": "9001",
            "entry_name": "FICTICIO INVENTADO, Jose Maria",
            "entry_digest": found.hits[0]["entry_digest"],
            "reason": "his papers are another person's",
            "actor_kind": "key",
            "actor_name": "key-1-1",
            "status": "active",
            "creation_date": "2026-01-02T03:04:05.123456789Z",
            "expiration_date": "2026-02-01T00:00:00Z",
        })
    );
    assert_eq!(now(&acme, &exception).await, exception);
    let all = acme.checks.get(EXCEPTIONS).await;
    assert_eq!(
        all.json,
        json!({ "exceptions": [exception], "self": EXCEPTIONS, "next": "" })
    );
}

#[tokio::test]
async fn a_hit_that_is_quiet_is_not_set_aside_again() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let exception = set_aside(&acme, &acme.screened(&app, JOSE).await, &[]).await;
    let quiet = acme.screened(&app, JOSE).await;
    let again = acme.checks.post(EXCEPTIONS, &wish(&quiet, &[])).await;
    let message = format!(
        "the exception {} keeps this hit quiet already",
        text(&exception, "exception_id")
    );
    assert_refused(&again, 409, &message);
    assert_eq!(
        list(&acme.checks.get(EXCEPTIONS).await.json, "exceptions").len(),
        1
    );
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose(), prueba()]).await;
    let found = acme.screened(&app, JOSE).await;
    let (longest, longer) = ("x".repeat(1000), "x".repeat(1001));
    assert_wrong(
        &acme.checks.post(EXCEPTIONS, &[]).await,
        &["check_id", "list", "entry", "reason"],
    );
    let table: [(&[(&str, &str)], &[&str]); 12] = [
        (&[("check_id", "")], &["check_id"]),
        (&[("check_id", "9001")], &["check_id"]),
        (
            &[("check_id", "HOK01900000000070008000000000000001")],
            &["check_id"],
        ),
        (&[("list", "")], &["list"]),
        (&[("entry", "")], &["entry"]),
        (&[("entry", "9002")], &["entry"]),
        (&[("list", "un-sc")], &["entry"]),
        (&[("reason", "")], &["reason"]),
        (&[("reason", &longer)], &["reason"]),
        (&[("expiration_date", "soon")], &["expiration_date"]),
        (&[("expiration_date", "2026-01-02")], &["expiration_date"]),
        (
            &[
                ("check_id", "x"),
                ("reason", &longer),
                ("expiration_date", "2020-01-01"),
            ],
            &["check_id", "reason", "expiration_date"],
        ),
    ];
    for (more, fields) in table {
        assert_wrong(&acme.checks.post(EXCEPTIONS, &wish(&found, more)).await, fields);
    }
    let nobody = [("check_id", "CHK01900000000070008000000000000001")];
    let missing = acme.checks.post(EXCEPTIONS, &wish(&found, &nobody)).await;
    assert_refused(&missing, 404, "The Check was not found");
    assert_eq!(
        list(&acme.checks.get(EXCEPTIONS).await.json, "exceptions").len(),
        0
    );
    assert_eq!(trail(&app, &acme).await, [] as [Value; 0]);
    set_aside(&acme, &found, &[("reason", &longest)]).await;
}

#[tokio::test]
async fn json_says_the_same_as_a_form() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let found = acme.screened(&app, JOSE).await;
    let body: Value = wish(&found, &[])
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    let headers = [("content-type", "application/json")];
    let answer = acme
        .checks
        .send(Method::POST, EXCEPTIONS, &headers, &body.to_string())
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(acme.screened(&app, JOSE).await.side("by_name"), QUIET);
}

#[tokio::test]
async fn exceptions_are_their_clients_alone() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let other = Tenant::new(&app, "other").await;
    load(&app, &[jose()]).await;
    let found = acme.screened(&app, JOSE).await;
    let stolen = other.checks.post(EXCEPTIONS, &wish(&found, &[])).await;
    assert_refused(&stolen, 404, "The Check was not found");
    let exception = set_aside(&acme, &found, &[]).await;
    let theirs = path_of(&exception);
    assert_refused(
        &other.checks.get(&theirs).await,
        404,
        "The exception was not found",
    );
    assert_refused(
        &other.checks.delete(&theirs).await,
        404,
        "The exception was not found",
    );
    assert_eq!(
        list(&other.checks.get(EXCEPTIONS).await.json, "exceptions").len(),
        0
    );
    assert_eq!(other.screened(&app, JOSE).await.side("by_name"), SPEAKS);
    assert_eq!(acme.screened(&app, JOSE).await.side("by_name"), QUIET);
    for path in [
        "/v1/screening/exceptions/x",
        &format!("{EXCEPTIONS}/{}", id(&found.check)),
    ] {
        assert_refused(&acme.checks.get(path).await, 404, "The exception was not found");
        assert_refused(
            &acme.checks.delete(path).await,
            404,
            "The exception was not found",
        );
    }
}

#[tokio::test]
async fn reading_and_writing_are_permissions_of_their_own() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let found = acme.screened(&app, JOSE).await;
    let (reader, writer) = (
        acme.holding(&app, &[Permission::ChecksRead]).await,
        acme.holding(&app, &[Permission::ChecksWrite]).await,
    );
    let forbidden = |answer: &Answer| {
        assert_refused(answer, 403, "User is not authorized to access this resource");
    };
    forbidden(&reader.post(EXCEPTIONS, &wish(&found, &[])).await);
    // Who may not is told so before what is wrong with the request.
    forbidden(&reader.post(EXCEPTIONS, &[]).await);
    let made = writer.post(EXCEPTIONS, &wish(&found, &[])).await;
    assert_eq!(
        (made.status, text(&made.json, "actor_name")),
        (StatusCode::CREATED, "checks.write")
    );
    let path = path_of(&made.json);
    for path in [EXCEPTIONS, &path] {
        forbidden(&writer.get(path).await);
        assert_eq!(reader.get(path).await.status, StatusCode::OK);
    }
    forbidden(&reader.delete(&path).await);
    assert_eq!(writer.delete(&path).await.status, StatusCode::OK);
}

/// Texts that a key with a mask over names hears about an exception, by what it asked.
async fn heard_masked(app: &TestApp, acme: &Tenant) -> Vec<(&'static str, String)> {
    let permissions = [
        Permission::ChecksRead,
        Permission::ChecksWrite,
        Permission::MaskNames,
    ];
    let masked = acme.holding(app, &permissions).await;
    let found = acme.screened(app, JOSE).await;
    let made = masked.post(EXCEPTIONS, &wish(&found, &[])).await;
    let path = path_of(&made.json);
    vec![
        ("create", made.text),
        ("list", masked.get(EXCEPTIONS).await.text),
        ("get", masked.get(&path).await.text),
        ("undo", masked.delete(&path).await.text),
    ]
}

#[tokio::test]
async fn a_mask_is_over_the_names_of_exceptions() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let mut heard = heard_masked(&app, &acme).await;
    assert!(
        heard.iter().all(|(_, text)| text.contains("entry_name")),
        "{heard:?}"
    );
    heard.retain(|(_, text)| text.contains("FICTICIO"));
    assert!(heard.is_empty(), "{heard:#?}");
}

#[tokio::test]
async fn a_repeated_request_sets_aside_once() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let found = acme.screened(&app, JOSE).await;
    let key = [("Idempotency-Key", "k")];
    let mut answers = Vec::new();
    for replay in ["", "true"] {
        let answer = acme.checks.post_with(EXCEPTIONS, &wish(&found, &[]), &key).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        assert_eq!(header(&answer, "Idempotent-Replay"), replay);
        answers.push(answer.text);
    }
    assert_eq!(answers[0], answers[1]);
    let other = wish(&found, &[("reason", "another one")]);
    let other = acme.checks.post_with(EXCEPTIONS, &other, &key).await;
    assert_refused(&other, 409, "this Idempotency-Key was used with another request");
    let all = acme.checks.get(EXCEPTIONS).await;
    assert_eq!(list(&all.json, "exceptions").len(), 1);
    let path = path_of(&list(&all.json, "exceptions")[0]);
    for replay in ["", "true"] {
        let answer = acme.checks.send(Method::DELETE, &path, &key, "").await;
        assert_eq!(
            (answer.status, header(&answer, "Idempotent-Replay")),
            (StatusCode::OK, replay)
        );
    }
    let told: Vec<String> = trail(&app, &acme)
        .await
        .iter()
        .map(|entry| text(entry, "action").to_owned())
        .collect();
    assert_eq!(
        told,
        ["screening.exception_created", "screening.exception_revoked"]
    );
}

#[tokio::test]
async fn the_trail_tells_who_set_aside_what() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose()]).await;
    let found = acme.screened(&app, JOSE).await;
    let exception = set_aside(&acme, &found, &[]).await;
    acme.checks.delete(&path_of(&exception)).await;
    let [created, revoked] = &trail(&app, &acme).await[..] else {
        panic!("two entries");
    };
    let number = &text(&exception, "exception_id")[3..];
    for (entry, action, detail) in [
        (
            created,
            "screening.exception_created",
            format!("{LIST} 9001 of {}", found.id()),
        ),
        (revoked, "screening.exception_revoked", format!("{LIST} 9001")),
    ] {
        assert_eq!(
            (text(entry, "action"), text(entry, "detail")),
            (action, detail.as_str())
        );
        assert_eq!(entry["actor_kind"], "key");
        assert!(text(entry, "resource").ends_with(number), "{entry}");
        let whole = entry.to_string();
        for personal in ["papers", "FICTICIO", "Ficticio"] {
            assert!(!whole.contains(personal), "{whole}");
        }
    }
}

#[tokio::test]
async fn exceptions_are_paged_newest_first() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let other = Tenant::new(&app, "other").await;
    let ids: Vec<String> = (9001..=9021).map(|id| id.to_string()).collect();
    let entries: Vec<Listed> = (9001..=9021)
        .map(|id| person(id, "FICTICIO INVENTADO, Jose Maria"))
        .collect();
    load(&app, &entries).await;
    let found = acme.screened(&app, JOSE).await;
    for entry in &ids {
        set_aside(&acme, &found, &[("entry", entry)]).await;
        app.clock.advance(std::time::Duration::from_millis(1));
    }
    let first = acme.checks.get(EXCEPTIONS).await;
    let next = text(&first.json, "next");
    let second = acme.checks.get(next).await;
    assert_eq!(second.json["next"], "");
    let told: Vec<&str> = [&first, &second]
        .into_iter()
        .flat_map(|page| list(&page.json, "exceptions"))
        .map(|exception| text(exception, "entry"))
        .collect();
    assert_eq!(told, ids.iter().rev().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(list(&first.json, "exceptions").len(), 20);
    assert_wrong(&other.checks.get(next).await, &["start_key"]);
    assert_eq!(acme.screened(&app, JOSE).await.side("by_name"), QUIET);
}
