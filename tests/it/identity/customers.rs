//! Customers: who checks, validations and processes are about.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_app::App;
use cotejo_domain::permissions::Permission;
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};

use super::{DOCUMENT, authorise, document_flow, finished, person, show, submit};
use crate::{
    account::{
        tenant::{Tenant, members},
        who::holder,
    },
    support::{Form, assert_refused, assert_wrong, list, text, with},
};

/// An account whose document is the one that checks ask about.
const ANA: &[(&str, &str)] = &[
    ("account_id", "user_1"),
    ("country", "CO"),
    ("document_type", "national-id"),
    ("document_number", "1000000001"),
    ("email", "ana@example.com"),
    ("first_name", "Anita"),
];

/// Does what is due, a second later, so that what comes next is younger.
async fn work(app: &TestApp) {
    app.work().await;
    app.clock.advance(Duration::from_secs(1));
}

async fn account(acme: &Tenant, form: &[(&str, &str)]) {
    let answer = acme.validations.post("/v1/accounts", form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
}

/// The customers of a query.
async fn customers(acme: &Tenant, query: &str) -> Vec<Value> {
    let answer = acme.connect.get(&format!("/v1/customers{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query} {}", answer.text);
    list(&answer.json, "customers").to_vec()
}

/// The customer who is the only one.
async fn only(acme: &Tenant) -> Value {
    let mut found = customers(acme, "").await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn path(customer: &Value, under: &str) -> String {
    format!("/v1/customers/{}{under}", text(customer, "id"))
}

async fn read(caller: &Caller, path: &str) -> Value {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text);
    answer.json
}

/// The sources of a customer's transactions, newest first.
async fn sources(acme: &Tenant, customer: &Value, query: &str) -> Vec<String> {
    let found = read(&acme.connect, &path(customer, &format!("/transactions{query}"))).await;
    let found = list(&found, "customers").iter();
    found.map(|one| text(one, "source").to_owned()).collect()
}

/// A check of the usual person, by a number of its own.
async fn check(acme: &Tenant, number: &str) -> Value {
    acme.check_with(&[("national_id", number)]).await
}

async fn merging(caller: &Caller, into: &Value, what: &str, from: &str) -> Answer {
    let form: Form<'_> = vec![("customer_id", from), ("reason", "the same person")];
    caller.post(&path(into, what), &form).await
}

async fn merge(acme: &Tenant, into: &Value, from: &Value) -> Value {
    let answer = merging(&acme.connect, into, "/merge", text(from, "id")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

async fn count(app: &TestApp, query: &'static str) -> i64 {
    sqlx::query_scalar(query)
        .fetch_one(&app.database.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn one_person_is_the_same_document_or_the_same_account() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    account(&acme, ANA).await;
    let flow = document_flow(&acme).await;
    let made = acme
        .check_with(&[
            ("first_name", "Ana"),
            ("last_name", "Prueba"),
            ("date_of_birth", "1990-01-02"),
        ])
        .await;
    work(&app).await;
    let before = only(&acme).await;
    assert_eq!(
        (
            text(&before, "name"),
            text(&before, "document_number"),
            text(&before, "country")
        ),
        ("Ana Prueba", "1000000001", "co")
    );
    let process = finished(&app, &acme, &flow, "user_1").await;
    assert_eq!(process["status"], "success");
    work(&app).await;
    let customer = only(&acme).await;
    assert_eq!(customer["id"], before["id"], "the older one stays");
    assert!(text(&customer, "id").starts_with("CUS"));
    assert_eq!(
        (text(&customer, "document_type"), text(&customer, "email")),
        ("national-id", "ana@example.com")
    );
    for link in ["document_front_url", "document_reverse_url"] {
        let picture = text(&customer, link)
            .strip_prefix("http://127.0.0.1:4002")
            .unwrap();
        assert_eq!(
            app.validations(None).get(picture).await.status,
            StatusCode::OK,
            "{link}"
        );
    }
    assert!(customer["face_image_url"].is_null() && customer["invoice_url"].is_null());
    let told: Vec<(&str, &str)> = list(&customer, "latest_transactions")
        .iter()
        .map(|one| (text(one, "source"), text(one, "status")))
        .collect();
    assert_eq!(told, [("process", "success"), ("check", "completed")]);
    assert_eq!(
        read(&acme.connect, &path(&customer, "")).await["name"],
        customer["name"]
    );
    let transactions = read(&acme.connect, &path(&customer, "/transactions")).await;
    let of_process = &list(&transactions, "customers")[0];
    assert_eq!(
        (
            &of_process["transaction_id"],
            &of_process["account_id"],
            &of_process["profile_id"]
        ),
        (&process["process_id"], &json!("user_1"), &customer["id"])
    );
    assert_eq!(
        (
            &of_process["properties"]["flow_version"],
            &of_process["properties"]["is_used"]
        ),
        (&json!("1"), &json!("true"))
    );
    let steps = list(of_process, "validations");
    assert_eq!((steps.len(), text(&steps[0], "type")), (1, "document-validation"));
    let of_check = &list(&transactions, "customers")[1];
    assert_eq!(
        (
            &of_check["transaction_id"],
            text(of_check, "type"),
            text(of_check, "status")
        ),
        (&made["check_id"], "person", "completed")
    );
    assert_eq!(
        members(of_check),
        [
            "creation_date",
            "devices_info",
            "profile_id",
            "properties",
            "source",
            "status",
            "transaction_id",
            "type",
            "update_date",
            "validations"
        ]
    );
    let one = path(
        &customer,
        &format!("/transactions/{}", text(of_check, "transaction_id")),
    );
    assert_eq!(read(&acme.connect, &one).await, *of_check);
    let step = path(
        &customer,
        &format!("/transactions/{}", text(&steps[0], "transaction_id")),
    );
    assert_eq!(read(&acme.connect, &step).await["source"], "validation");
    for (query, expected) in [
        ("", &["process", "check"][..]),
        ("?source=check", &["check"]),
        ("?source=PROCESS", &["process"]),
        ("?source=engagement-chat", &[]),
    ] {
        assert_eq!(sources(&acme, &customer, query).await, expected, "{query}");
    }
}

/// A check of a document and a process of an account that turn out to be one person: the customers of both, as they were.
async fn tied(app: &TestApp, acme: &Tenant) -> (Value, Value, Value) {
    account(acme, ANA).await;
    let flow = document_flow(acme).await;
    check(acme, "1000000001").await;
    work(app).await;
    let older = only(acme).await;
    let ana = person(app, acme, &flow, &[("account_id", "user_1")]).await;
    let mut process = submit(&ana, &authorise(&ana).await, DOCUMENT).await;
    work(app).await;
    let mut found = customers(acme, "").await;
    assert_eq!(found.len(), 2, "nothing ties the account to the document yet");
    let younger = found.remove(0);
    assert_eq!(found[0]["id"], older["id"]);
    while process["status"] == "pending" {
        process = show(app, &ana, &process).await;
    }
    work(app).await;
    (older, younger, process)
}

#[tokio::test]
async fn what_turns_out_to_be_one_person_is_merged_and_can_be_taken_apart() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let (older, younger, process) = tied(&app, &acme).await;
    let customer = only(&acme).await;
    assert_eq!(customer["id"], older["id"]);
    assert_eq!(
        read(&acme.connect, &path(&younger, "")).await["id"],
        older["id"],
        "the other one's id answers it"
    );
    assert_eq!(sources(&acme, &younger, "").await, ["process", "check"]);
    let answer = merging(&acme.connect, &older, "/unmerge", text(&younger, "id")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json["id"], older["id"]);
    assert!(answer.json["email"].is_null(), "what the account said is its own");
    for (whose, expected) in [(&older, ["check"]), (&younger, ["process"])] {
        assert_eq!(sources(&acme, whose, "").await, expected);
    }
    // Something happens to the process again, which names both.
    let terms = [("accept_terms", "true")];
    acme.account.post("/v1/terms/override", &terms).await;
    let form = with(&terms, &[("reason", "regular_client"), ("description", "no")]);
    let overriding = format!("/v1/processes/{}/override-status", text(&process, "process_id"));
    assert_eq!(acme.connect.post(&overriding, &form).await.status, StatusCode::OK);
    check(&acme, "1000000001").await;
    work(&app).await;
    assert_eq!(
        customers(&acme, "").await.len(),
        2,
        "they are not tied again by themselves"
    );
    assert_eq!(sources(&acme, &older, "").await, ["check", "check"]);
    let found = read(&acme.connect, &path(&younger, "/transactions")).await;
    assert_eq!(
        list(&found, "customers")[0]["status"],
        "failure",
        "an override is what counts"
    );
    let again = merge(&acme, &older, &younger).await;
    assert_eq!(list(&again, "latest_transactions").len(), 3);
    let merges = "select count(*) from customer_merges where undone_ns is null and cause is null";
    assert_eq!(count(&app, merges).await, 1);
    assert_eq!(
        count(&app, "select count(*) from customer_merges where undone_by <> ''").await,
        1
    );
}

#[tokio::test]
async fn merges_by_hand_are_written_down_and_nonsense_is_refused() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for number in ["1000000001", "1000000002", "1000000003"] {
        check(&acme, number).await;
        work(&app).await;
    }
    let found = customers(&acme, "").await;
    let [third, second, first] = found.as_slice() else {
        panic!("{found:?}");
    };
    // Whoever merges says who stays, and the newest document is shown.
    let merged = merge(&acme, first, second).await;
    assert_eq!(
        (&merged["id"], &merged["document_number"]),
        (&first["id"], &json!("1000000002"))
    );
    for (into, what, from, status, message) in [
        (
            first,
            "/merge",
            first,
            409,
            "a customer is not merged with itself",
        ),
        (third, "/merge", second, 409, "the customer was merged already"),
        (second, "/merge", third, 409, "the customer was merged already"),
        (
            first,
            "/unmerge",
            third,
            409,
            "the customer was not merged into this one",
        ),
    ] {
        let answer = merging(&acme.connect, into, what, text(from, "id")).await;
        assert_refused(&answer, status, message);
    }
    for wrong in ["", "CUS1", "CUS00000000000070008000000000000001"] {
        assert_wrong(
            &merging(&acme.connect, first, "/merge", wrong).await,
            &["customer_id"],
        );
    }
    let nobody = json!({"id": "CUS00000000000070008000000000000001"});
    let answer = merging(&acme.connect, &nobody, "/merge", text(first, "id")).await;
    assert_refused(&answer, 404, "The customer was not found");
    // The trail shows what has been sealed.
    work(&app).await;
    let audit = acme.account.get("/v1/audit").await;
    assert!(audit.text.contains("customer.merged"), "{}", audit.text);
    let why = "select count(*) from customer_merges where reason = 'the same person' and actor is not null";
    assert_eq!(count(&app, why).await, 1);
    // Nobody else's customers, and nobody's without the permission.
    let other = Tenant::sandbox(&app, "other").await;
    assert!(customers(&other, "").await.is_empty());
    let answer = merging(&other.connect, first, "/merge", text(second, "id")).await;
    assert_refused(&answer, 404, "The customer was not found");
    let reader = app.connect(Some(
        holder(&app, &acme.client, &[Permission::IdentityRead]).await,
    ));
    assert_eq!(reader.get("/v1/customers").await.status, StatusCode::OK);
    let answer = merging(&reader, first, "/unmerge", text(second, "id")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn customers_are_listed_by_pages_and_found_by_a_part() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    for n in 10..31 {
        let number = format!("10000000{n}");
        acme.check_with(&[("national_id", &number), ("phone_number", "+573001234567")])
            .await;
        app.clock.advance(Duration::from_secs(1));
    }
    acme.check_with(&[
        ("national_id", "1000000099"),
        ("first_name", "José"),
        ("last_name", "Núñez"),
    ])
    .await;
    account(&acme, &[("account_id", "user_1"), ("email", "ana_b@example.com")]).await;
    app.clock.advance(Duration::from_secs(1));
    let flow = document_flow(&acme).await;
    authorise(&person(&app, &acme, &flow, &[("account_id", "user_1")]).await).await;
    work(&app).await;
    let page = read(&acme.connect, "/v1/customers").await;
    assert_eq!(list(&page, "customers").len(), 20);
    let rest = read(&acme.connect, text(&page, "next")).await;
    assert_eq!((list(&rest, "customers").len(), text(&rest, "next")), (3, ""));
    assert_eq!(
        text(&list(&rest, "customers")[2], "document_number"),
        "1000000010"
    );
    for (query, found) in [
        ("?search=nunez", 1),
        ("?search=JOS%C3%89", 1),
        ("?search=0000099", 1),
        ("?search=100000001", 10),
        ("?search=ana_b%40example", 1),
        ("?search=anaXb", 0),
        ("?search=nobody", 0),
    ] {
        assert_eq!(customers(&acme, query).await.len(), found, "{query}");
    }
    let by_phone = read(&acme.connect, "/v1/customers?search=3001234567").await;
    assert_eq!(list(&by_phone, "customers").len(), 20);
    assert!(text(&by_phone, "next").starts_with("/v1/customers?search=3001234567&start_key="));
    assert_wrong(
        &acme.connect.get("/v1/customers?start_key=x").await,
        &["start_key"],
    );
    let customer = &list(&page, "customers")[0];
    let wrong = acme
        .connect
        .get(&path(customer, "/transactions?source=letter"))
        .await;
    assert_wrong(&wrong, &["source"]);
}

#[tokio::test]
async fn a_check_by_name_or_of_no_person_is_nobody_s() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    acme.check_with(&[
        ("national_id", ""),
        ("first_name", "Ana"),
        ("last_name", "Prueba"),
    ])
    .await;
    acme.check_with(&[("type", "vehicle"), ("license_plate", "ABC123")])
        .await;
    work(&app).await;
    assert!(customers(&acme, "").await.is_empty());
}

#[tokio::test]
async fn a_key_sees_of_a_customer_what_its_masks_leave() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    account(&acme, ANA).await;
    let flow = document_flow(&acme).await;
    finished(&app, &acme, &flow, "user_1").await;
    work(&app).await;
    let whole = only(&acme).await;
    let masks = [
        Permission::IdentityRead,
        Permission::MaskDocuments,
        Permission::MaskNames,
        Permission::MaskContacts,
    ];
    let reader = app.connect(Some(holder(&app, &acme.client, &masks).await));
    for answer in [
        reader.get("/v1/customers").await,
        reader.get(&path(&whole, "")).await,
    ] {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        for member in ["document_number", "name", "email", "document_front_url"] {
            assert!(
                !answer.text.contains(text(&whole, member)),
                "{member} {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn a_deleted_check_leaves_a_transaction_that_says_nothing_of_the_person() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let kept = check(&acme, "1000000001").await;
    work(&app).await;
    let gone = acme
        .check_with(&[
            ("first_name", "Wilhelmina"),
            ("last_name", "Prueba"),
            ("passport", "XW123456"),
        ])
        .await;
    work(&app).await;
    let customer = only(&acme).await;
    assert_eq!(customer["name"], "Wilhelmina Prueba");
    let deleted = acme
        .checks
        .delete(&format!("/v1/checks/{}", text(&gone, "check_id")))
        .await;
    assert_eq!(deleted.status, StatusCode::OK, "{}", deleted.text);
    work(&app).await;
    let customer = only(&acme).await;
    assert!(customer["name"].is_null());
    assert_eq!(
        customer["document_number"], "1000000001",
        "the other check still says so"
    );
    assert_eq!(sources(&acme, &customer, "").await, ["check", "check"]);
    for query in [
        "select count(*) from customers where customers::text ilike '%wilhelmina%'",
        "select count(*) from customer_transactions t where t::text ilike '%wilhelmina%' or t::text like '%XW123456%'",
        "select count(*) from customer_keys where key like '%XW123456%'",
    ] {
        assert_eq!(count(&app, query).await, 0, "{query}");
    }
    let deleted = acme
        .checks
        .delete(&format!("/v1/checks/{}", text(&kept, "check_id")))
        .await;
    assert_eq!(deleted.status, StatusCode::OK, "{}", deleted.text);
    assert_eq!(count(&app, "select count(*) from customer_keys").await, 0);
    assert_eq!(members(&only(&acme).await), ["id", "latest_transactions"]);
}

#[tokio::test]
async fn events_that_are_read_again_or_by_several_at_once_change_nothing() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    tied(&app, &acme).await;
    for n in 10..20 {
        check(&acme, &format!("10000000{n}")).await;
    }
    app.work().await;
    let all = "select md5(string_agg(line, '' order by line)) from (
        select c::text as line from customers c union all select k::text from customer_keys k
        union all select t::text from customer_transactions t union all select m::text from customer_merges m
        union all select u::text from customer_cursors u) as lines";
    let everything = async || -> String {
        sqlx::query_scalar(all)
            .fetch_one(&app.database.pool)
            .await
            .unwrap()
    };
    let before = everything().await;
    let back = async |query: &'static str| {
        sqlx::query(query).execute(&app.database.pool).await.unwrap();
    };
    back("update customer_cursors set sequence = 0").await;
    let (one, other, third) = (app.app.clone(), app.another_process(), app.another_process());
    let feed = |app: App| async move { while app.work_once().await.unwrap() {} };
    tokio::join!(feed(one), feed(other), feed(third));
    assert_eq!(everything().await, before);
    // From the beginning, at once: nobody is made twice.
    back("truncate customers, customer_keys, customer_transactions, customer_merges, customer_cursors").await;
    let (one, other, third) = (app.app.clone(), app.another_process(), app.another_process());
    tokio::join!(feed(one), feed(other), feed(third));
    assert_eq!(customers(&acme, "").await.len(), 11);
    assert_eq!(
        count(&app, "select count(*) from customer_transactions").await,
        13
    );
}
