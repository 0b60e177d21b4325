//! `/v1/checks/{check_id}/pdf`: made once, the same for ever, verified by whoever holds it.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::{Caller, TestApp};
use sha2::{Digest as _, Sha256};

use crate::{
    account::tenant::Tenant,
    support::{PERSON, assert_refused, assert_wrong, create, finish, id, list, path, scenario, tenant, text},
};

async fn pdf(caller: &Caller, path: &str, lang: &str) -> Vec<u8> {
    let answer = caller.get(&format!("{path}/pdf{lang}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/pdf");
    assert!(answer.bytes.starts_with(b"%PDF-"));
    answer.bytes
}

#[tokio::test]
async fn a_document_is_made_on_request_in_each_language_and_stays_the_same() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, &scenario("scenario.criminal_high")).await;
    let at = path(&check);
    assert_refused(
        &acme.checks.get(&format!("{at}/pdf")).await,
        404,
        "Resource not found",
    );
    let asked = acme.checks.post(&format!("{at}/pdf"), &[]).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
    assert_eq!(text(&asked.json, "pdf_path"), format!("{at}/pdf"));
    let again = acme.checks.post(&format!("{at}/pdf"), &[]).await;
    assert_eq!(again.status, StatusCode::ACCEPTED, "it is being made");
    app.work().await;
    assert_eq!(
        acme.checks.post(&format!("{at}/pdf"), &[]).await.status,
        StatusCode::OK
    );

    let spanish = pdf(&acme.checks, &at, "").await;
    assert_eq!(spanish, pdf(&acme.checks, &at, "?lang=es").await);
    let english = pdf(&acme.checks, &at, "?lang=EN").await;
    assert_ne!(spanish, english);
    assert_wrong(&acme.checks.get(&format!("{at}/pdf?lang=xx")).await, &["lang"]);

    // What was made is kept; made anew a day later it would be the same.
    sqlx::query("delete from files")
        .execute(&app.database.pool)
        .await
        .unwrap();
    app.clock.advance(Duration::from_secs(86_400));
    acme.checks.post(&format!("{at}/pdf"), &[]).await;
    app.work().await;
    assert_eq!(pdf(&acme.checks, &at, "").await, spanish);

    let hash = format!("es sha256:{}", cotejo_domain::hex::hex(&Sha256::digest(&spanish)));
    let trail = acme.account.get("/v1/audit").await.text;
    assert!(trail.contains(&hash), "{hash}");
}

#[tokio::test]
async fn whoever_holds_a_document_can_verify_it() {
    let app = TestApp::new().await;
    let (client, caller) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let check = finish(&app, &caller, PERSON).await;
    caller.post(&format!("{}/pdf", path(&check)), &[]).await;
    app.work().await;
    let url = verification_url(&app, &check).await;
    let nobody = app.checks(None);
    let told = nobody.get(&url).await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.text);
    assert_eq!(
        (text(&told.json, "check_id"), text(&told.json, "status")),
        (id(&check), "completed")
    );
    let spanish = pdf(&caller, &path(&check), "").await;
    let hash = cotejo_domain::hex::hex(&Sha256::digest(&spanish));
    assert!(
        list(&told.json, "documents")
            .iter()
            .any(|document| document["sha256"] == hash.as_str())
    );
    assert!(!told.text.contains("1000000001"), "nothing of whom it is about");
    let other = client.id.to_string().replace("TCI0", "TCI1");
    for wrong in [
        url.replace("Code=", "Code=0"),
        url.split("&Code").next().unwrap().to_owned(),
        url.replace(&client.id.to_string(), &other),
        url.replace("CHK0", "CHK1"),
    ] {
        assert_refused(&nobody.get(&wrong).await, 404, "The document was not found");
    }
    caller.delete(&path(&check)).await;
    assert_refused(&nobody.get(&url).await, 404, "The document was not found");
}

/// What the code on the document says.
async fn verification_url(app: &TestApp, check: &serde_json::Value) -> String {
    let client: uuid::Uuid = sqlx::query_scalar("select client_id from checks")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    let url = app
        .app
        .document_url(cotejo_domain::ids::ClientId(client), id(check).parse().unwrap());
    url.strip_prefix(cotejo_testkit::CHECKS_URL).unwrap().to_owned()
}

#[tokio::test]
async fn unfinished_checks_and_those_of_others_have_none() {
    let app = TestApp::new().await;
    let (client, caller) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let other = app.sandbox("other").await;
    let check = create(&caller, PERSON).await;
    let at = format!("{}/pdf", path(&check));
    assert_refused(&caller.post(&at, &[]).await, 409, "the check has not finished");
    assert_refused(&other.post(&at, &[]).await, 404, "The Check was not found");
    app.work().await;
    caller.post(&at, &[]).await;
    app.work().await;
    assert_refused(&other.get(&at).await, 404, "Resource not found");
    let masked = app.checks(Some(
        app.token(&client, 0, &[Permission::ChecksRead, Permission::MaskNames])
            .await,
    ));
    assert_eq!(masked.get(&at).await.status, StatusCode::FORBIDDEN);
    caller.delete(&path(&check)).await;
    assert_refused(&caller.get(&at).await, 404, "Resource not found");
}
