//! The outbox of a sandbox client: what was "sent", the notice by law among it.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_testkit::TestApp;
use serde_json::{Value, json};

use super::tenant::{Tenant, members};
use crate::support::{assert_wrong, get, list, path, text};

#[tokio::test]
async fn a_person_is_told_once_that_the_law_wants_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let phone = ("phone_number", "+573000000000");
    let delayed = [phone, ("custom_input", "scenario.delayed")];
    let told = acme.check_with(&delayed).await;
    app.work().await;
    acme.advance(&app, "1h").await;
    assert_eq!(get(&acme.checks, &told).await["status"], "completed");
    let [notice]: [Value; 1] = acme.outbox("").await.try_into().unwrap();
    assert_eq!(
        members(&notice),
        ["body", "channel", "code", "creation_date", "id", "subject", "to"]
    );
    assert_eq!(
        (&notice["channel"], &notice["to"]),
        (&json!("sms"), &json!("+573000000000"))
    );
    assert_eq!(
        notice["body"],
        "acme está consultando sus antecedentes con su autorización."
    );
    assert_eq!((&notice["subject"], &notice["code"]), (&json!(""), &json!("")));
    assert_eq!(notice["creation_date"], "2026-01-02T03:04:05.123456789Z");
    // No phone, or no person.
    acme.check().await;
    let vehicle = [
        ("type", "vehicle"),
        ("license_plate", "KZP430"),
        ("owner_document_id", "1000000001"),
        ("owner_document_type", "national-id"),
        phone,
    ];
    let vehicle = acme
        .checks
        .post("/v1/checks", &[&vehicle[..], &[("country", "CO")]].concat())
        .await;
    assert_eq!(vehicle.status, StatusCode::CREATED, "{}", vehicle.text);
    let brazilian = [
        ("country", "BR"),
        ("national_id", "11144477735"),
        ("phone_number", "+5511900000000"),
    ];
    acme.check_with(
        &[
            &brazilian[..],
            &[("date_of_birth", "1990-01-31"), ("region", "SP")],
        ]
        .concat(),
    )
    .await;
    app.work().await;
    let messages = acme.outbox("").await;
    assert_eq!(messages.len(), 2, "{messages:#?}");
    assert_eq!(messages[0]["to"], "+5511900000000", "the newest first");
    assert_eq!(
        messages[0]["body"],
        "acme está consultando seus antecedentes com a sua autorização."
    );
    let mut client = acme.client.clone();
    client.settings.notice_by_law = false;
    app.app.set_settings(&client).await.unwrap();
    acme.check_with(&[phone]).await;
    app.work().await;
    assert_eq!(acme.outbox("").await.len(), 2, "it is off by setting");
    acme.checks.delete(&path(&told)).await;
    assert_eq!(
        acme.outbox("?to=%2B573000000000").await,
        Vec::<Value>::new(),
        "it goes with its check"
    );
}

#[tokio::test]
async fn the_outbox_is_narrowed_by_channel_and_reader() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    for number in ["+573000000001", "+573000000002", "+573000000001"] {
        acme.check_with(&[("phone_number", number)]).await;
        app.work().await;
        app.clock.advance(Duration::from_secs(1));
    }
    for email in ["ana@example.com", "olga@example.com"] {
        let form = [("email", email), ("role", "operator")];
        assert_eq!(
            acme.account.post("/v1/users", &form).await.status,
            StatusCode::CREATED
        );
    }
    for (query, expected) in [
        ("", 5),
        ("?channel=sms", 3),
        ("?channel=EMAIL", 2),
        ("?channel=whatsapp", 0),
        ("?to=%2B573000000001", 2),
        ("?to=+573000000002", 1),
        ("?to=ana@example.com", 1),
        ("?channel=sms&to=ana@example.com", 0),
    ] {
        let found = acme.outbox(query).await;
        assert_eq!(found.len(), expected, "{query}");
        let dates: Vec<&str> = found
            .iter()
            .map(|message| text(message, "creation_date"))
            .collect();
        assert!(dates.is_sorted_by(|a, b| a >= b), "{dates:?}");
    }
    assert_wrong(
        &acme.account.get("/v1/sandbox/outbox?channel=pigeon").await,
        &["channel"],
    );
    assert_eq!(other.outbox("").await, Vec::<Value>::new());
    other.account.delete("/v1/sandbox/outbox").await;
    assert_eq!(acme.outbox("").await.len(), 5, "another client clears its own");
    let cleared = acme.account.delete("/v1/sandbox/outbox").await;
    assert_eq!(
        (cleared.status, &cleared.json["cleared"]),
        (StatusCode::OK, &json!(5))
    );
    assert_eq!(acme.outbox("").await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_outbox_comes_in_pages() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    for n in 10..33 {
        acme.check_with(&[("phone_number", &format!("+5730000000{n}"))])
            .await;
        app.work().await;
        app.clock.advance(Duration::from_millis(1));
    }
    let first = acme.account.get("/v1/sandbox/outbox?channel=sms").await.json;
    acme.check_with(&[("phone_number", "+573000000099")]).await;
    app.work().await;
    let second = acme.account.get(text(&first, "next")).await.json;
    let ids = |page: &Value| -> Vec<String> {
        list(page, "messages")
            .iter()
            .map(|message| text(message, "id").to_owned())
            .collect()
    };
    assert_eq!(
        (ids(&first).len(), ids(&second).len(), &second["next"]),
        (20, 3, &json!(""))
    );
    let mut all = [ids(&first), ids(&second)].concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 23);
    assert_wrong(&other.account.get(text(&first, "next")).await, &["start_key"]);
    let key = text(&first, "next").split_once("start_key=").unwrap().1;
    assert_wrong(
        &acme
            .account
            .get(&format!("/v1/sandbox/outbox?start_key={key}"))
            .await,
        &["start_key"],
    );
}
