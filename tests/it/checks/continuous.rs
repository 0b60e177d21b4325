//! Continuous checks: made, read and changed by their owner, and carried out as the client's clock says.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::State, http::Method};
use cotejo_domain::{
    clients::{Client, ClientKind},
    permissions::Permission,
};
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

use super::rescreening::load;
use crate::support::{
    Form, PERSON, assert_refused, assert_wrong, create, finish, get, header, id, list, path, scenario, text,
    with,
};

const ROUTE: &str = "/v1/continuous-checks";
const MISSING: &str = "The continuous check was not found";
const FORBIDDEN: &str = "User is not authorized to access this resource";
/// A little more than a day: the clocks of a test stand still while Postgres' goes on.
const A_DAY: &str = "25h";
const FORCED: (&str, &str) = ("force_creation", "true");

/// A person of whom nothing but the name is known: lists are asked, and few other sources.
pub fn anyone(name: &str) -> Form<'_> {
    vec![
        ("type", "person"),
        ("country", "ALL"),
        ("name", name),
        ("user_authorized", "true"),
    ]
}

/// Does what is due by now. Time goes on, else what is due in a moment never would be.
async fn work_due(app: &TestApp) {
    app.clock.advance(Duration::from_millis(1));
    sqlx::query("update jobs set state = 'ready' where state = 'scheduled' and run_at <= clock_timestamp()")
        .execute(&app.database.pool)
        .await
        .unwrap();
    app.work().await;
}

/// A client whose administrator calls the checks and the account API.
pub struct Tenant {
    client: Client,
    pub checks: Caller,
    pub account: Caller,
}

impl Tenant {
    pub async fn new(app: &TestApp, name: &str, kind: ClientKind) -> Self {
        let client = app.client(name, kind).await;
        let token = app.token(&client, 1, &[Permission::Administrator]).await;
        Self {
            client,
            checks: app.checks(Some(token.clone())),
            account: app.account(Some(token)),
        }
    }

    pub async fn sandbox(app: &TestApp, name: &str) -> Self {
        Self::new(app, name, ClientKind::Sandbox).await
    }

    /// A caller of the checks API whose key has this version and may do only this.
    async fn with(&self, app: &TestApp, version: u8, permissions: &[Permission]) -> Caller {
        app.checks(Some(app.token(&self.client, version, permissions).await))
    }

    /// Has a check carried out again and again.
    pub async fn watch(&self, check: &Value, more: &[(&str, &str)]) -> Value {
        let answer = self.checks.post(ROUTE, &form(check, more)).await;
        assert_eq!(answer.status, 201, "{more:?} {}", answer.text);
        answer.json
    }

    /// Changes a continuous check.
    pub async fn change(&self, watch: &Value, change: &Value) -> Value {
        let answer = put(&self.checks, watch, change).await;
        assert_eq!(answer.status, 200, "{change} {}", answer.text);
        answer.json
    }

    /// A continuous check as it is now.
    pub async fn now(&self, watch: &Value) -> Value {
        let answer = self.checks.get(&watch_path(watch)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json
    }

    /// The runs of a continuous check, newest first.
    pub async fn history(&self, watch: &Value) -> Vec<Value> {
        let (runs, _) = walk(&self.checks, &format!("{}/history", watch_path(watch)), "history").await;
        runs
    }

    /// The events of a query.
    pub async fn events(&self, query: &str) -> Vec<Value> {
        let (events, _) = walk(&self.account, &format!("/v1/events{query}"), "events").await;
        events
    }

    /// The trail's entries about continuous checks, oldest first.
    async fn trail(&self) -> Vec<Value> {
        let (mut entries, _) = walk(&self.account, "/v1/audit", "entries").await;
        entries.retain(|entry| text(entry, "action").starts_with("continuous_check."));
        entries.reverse();
        entries
    }

    /// Compares names as strictly as this from now on.
    pub async fn compare_names(&mut self, app: &TestApp, matching: &str) {
        self.client.settings.names_matching_type = matching.parse().unwrap();
        app.app.set_settings(&self.client).await.unwrap();
    }

    /// Moves the client's clock while what becomes due on the way is done.
    pub async fn advance(&self, app: &TestApp, by: &str) {
        let arrived = AtomicBool::new(false);
        let asking = async {
            let answer = self.account.post("/v1/sandbox/clock", &[("advance", by)]).await;
            arrived.store(true, Ordering::SeqCst);
            answer
        };
        let working = async {
            while !arrived.load(Ordering::SeqCst) {
                work_due(app).await;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let (answer, ()) = tokio::join!(asking, working);
        assert_eq!(answer.status, 200, "{}", answer.text);
        if answer.json["status"] == "done" {
            return work_due(app).await;
        }
        while self.account.get("/v1/sandbox/clock").await.json["status"] != "done" {
            work_due(app).await;
        }
        // For a second a process believes what it knows of a key, its client's clock too.
        tokio::time::sleep(Duration::from_millis(1050)).await;
        work_due(app).await;
    }
}

/// The form that has a check carried out again and again.
fn form<'a>(check: &'a Value, more: &[(&'a str, &'a str)]) -> Form<'a> {
    with(&[("check_id", id(check)), ("frequency", "monthly")], more)
}

fn watch_path(watch: &Value) -> String {
    format!("{ROUTE}/{}", text(watch, "continuous_check_id"))
}

async fn put(caller: &Caller, watch: &Value, change: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    caller
        .send(Method::PUT, &watch_path(watch), &headers, &change.to_string())
        .await
}

/// Everything on the pages of a list, and the pages' sizes.
async fn walk(caller: &Caller, from: &str, plural: &str) -> (Vec<Value>, Vec<usize>) {
    let (mut items, mut sizes, mut next) = (Vec::new(), Vec::new(), from.to_owned());
    while !next.is_empty() {
        let page = caller.get(&next).await;
        assert_eq!(page.status, 200, "{next} {}", page.text);
        assert_eq!(text(&page.json, "self"), next);
        let found = list(&page.json, plural);
        sizes.push(found.len());
        items.extend_from_slice(found);
        next = text(&page.json, "next").to_owned();
    }
    (items, sizes)
}

async fn listed(caller: &Caller) -> Vec<Value> {
    walk(caller, ROUTE, "continuous_checks").await.0
}

fn members(value: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    members
}

/// A receiver of webhooks that notes the events it is told.
struct Receiver {
    url: String,
    told: Arc<Mutex<Vec<Value>>>,
}

impl Receiver {
    async fn start() -> Self {
        async fn note(State(told): State<Arc<Mutex<Vec<Value>>>>, body: String) {
            let claims: Value = serde_json::from_str(&body).unwrap();
            told.lock().unwrap().extend_from_slice(list(&claims, "events"));
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let told = Arc::default();
        let router = Router::new().fallback(note).with_state(Arc::clone(&told));
        tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Self { url, told }
    }

    /// Is told of the changes of a client's continuous checks.
    async fn hook(&self, acme: &Tenant) {
        let form = [
            ("subscriber_type", "web"),
            ("event_type", "continuous_check"),
            ("actions", "changed"),
            ("subscriber_url", &self.url),
            ("format", "json"),
        ];
        let answer = acme.account.post("/v1/hooks", &form).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }

    fn told(&self) -> Vec<Value> {
        self.told.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_new_one_shows_the_first_check_and_what_was_asked() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, PERSON).await;
    let watch = acme.watch(&check, &[("frequency", "1M"), ("version", "1")]).await;
    let number = text(&watch, "continuous_check_id");
    assert!(number.starts_with("CCK") && number.len() == 35, "{number}");
    let expected = json!({
        "check": check, "continuous_check_id": number, "counter": 0,
        "creation_date": "2026-01-02T03:04:05.123456789Z", "frequency": "1m", "last_check_id": id(&check),
        "next_run_date": "2026-02-02T00:00:00Z", "original_check_id": id(&check), "score_status": "new",
        "status": "enabled", "update_date": "2026-01-02T03:04:05Z", "version": "1",
    });
    assert_eq!(watch, expected);
    assert_eq!(acme.now(&watch).await, expected);
    assert_eq!(listed(&acme.checks).await, [expected]);
}

#[tokio::test]
async fn a_form_and_json_ask_the_same() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let asked = [
        ("frequency", "weekly"),
        ("end_date", "2026-01-09"),
        ("status", "disabled"),
    ];
    let mut made = Vec::new();
    for by_json in [false, true] {
        let check = finish(&app, &acme.checks, &with(PERSON, &[FORCED])).await;
        let asked = form(&check, &asked);
        let answer = if by_json {
            let body: serde_json::Map<_, _> = asked
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect();
            let headers = [("content-type", "application/json")];
            let body = json!(body).to_string();
            acme.checks.send(Method::POST, ROUTE, &headers, &body).await
        } else {
            acme.checks.post(ROUTE, &asked).await
        };
        assert_eq!(answer.status, 201, "{}", answer.text);
        made.push(answer.json);
    }
    for watch in &mut made {
        assert_eq!(
            (&watch["end_date"], &watch["frequency"], &watch["status"]),
            (
                &json!("2026-01-09T00:00:00Z"),
                &json!("weekly"),
                &json!("disabled")
            )
        );
        assert_eq!(watch.get("next_run_date"), None, "it is disabled");
        for own in [
            "check",
            "continuous_check_id",
            "last_check_id",
            "original_check_id",
        ] {
            assert!(!watch[own].take().is_null(), "{own}");
        }
    }
    assert_eq!(made[0], made[1]);
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, PERSON).await;
    let open = create(&acme.checks, &with(PERSON, &[FORCED])).await;
    let foreign = id(&check).replace("CHK", "CCK");
    let table: [(Form<'_>, &[&str]); 8] = [
        (Vec::new(), &["check_id", "frequency"]),
        (
            vec![
                ("check_id", &foreign),
                ("frequency", "hourly"),
                ("end_date", "soon"),
                ("status", "on"),
                ("version", "2"),
            ],
            &["check_id", "frequency", "end_date", "status", "version"],
        ),
        (form(&open, &[]), &["check_id"]),
        (form(&check, &[("version", "0")]), &["version"]),
        (form(&check, &[("end_date", "2026-02-01")]), &["end_date"]),
        (form(&check, &[("end_date", "2025-02-02")]), &["end_date"]),
        (form(&check, &[("frequency", "0d")]), &["frequency"]),
        (form(&check, &[("frequency", "11y")]), &["frequency"]),
    ];
    for (form, fields) in table {
        assert_wrong(&acme.checks.post(ROUTE, &form).await, fields);
    }
    assert_eq!(listed(&acme.checks).await, Vec::<Value>::new());
    acme.watch(&check, &[("end_date", "2026-02-02")]).await;
}

#[tokio::test]
async fn what_is_anothers_is_not_there() {
    let app = TestApp::new().await;
    let (ours, theirs) = (
        Tenant::sandbox(&app, "ours").await,
        Tenant::sandbox(&app, "theirs").await,
    );
    let check = finish(&app, &theirs.checks, PERSON).await;
    let refused = ours.checks.post(ROUTE, &form(&check, &[])).await;
    assert_refused(&refused, 404, "The Check was not found");
    let watch = theirs.watch(&check, &[]).await;
    for path in [watch_path(&watch), format!("{ROUTE}/{}", id(&check))] {
        assert_refused(&ours.checks.get(&path).await, 404, MISSING);
        assert_refused(&ours.checks.get(&format!("{path}/history")).await, 404, MISSING);
        let headers = [("content-type", "application/json")];
        let change = r#"{"status":"disabled"}"#;
        let refused = ours.checks.send(Method::PUT, &path, &headers, change).await;
        assert_refused(&refused, 404, MISSING);
    }
    assert_eq!(listed(&ours.checks).await, Vec::<Value>::new());
    assert_eq!(theirs.now(&watch).await, watch);
}

#[tokio::test]
async fn a_check_has_one_at_most() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, PERSON).await;
    let watch = acme.watch(&check, &[]).await;
    for change in [json!({}), json!({ "status": "disabled" })] {
        acme.change(&watch, &change).await;
        let again = acme
            .checks
            .post(ROUTE, &form(&check, &[("frequency", "daily")]))
            .await;
        assert_refused(&again, 409, "there is a continuous check of this check already");
    }
    assert_eq!(listed(&acme.checks).await.len(), 1);
}

#[tokio::test]
async fn pages_of_twenty_newest_first() {
    let app = TestApp::new().await;
    let (acme, other) = (
        Tenant::sandbox(&app, "acme").await,
        Tenant::sandbox(&app, "other").await,
    );
    let mut checks = Vec::new();
    for _ in 0..22 {
        checks.push(create(&acme.checks, &with(&anyone("Ana Prueba"), &[FORCED])).await);
    }
    app.work().await;
    let mut made = Vec::new();
    for check in &checks {
        app.clock.advance(Duration::from_millis(1));
        made.insert(0, acme.watch(check, &[]).await);
    }
    let (found, sizes) = walk(&acme.checks, ROUTE, "continuous_checks").await;
    assert_eq!((found, sizes), (made, vec![20, 2]));
    let first = acme.checks.get(ROUTE).await;
    let next = text(&first.json, "next");
    for refused in [
        other.checks.get(next).await,
        acme.checks.get(&next.replace(ROUTE, "/v1/checks")).await,
        acme.checks.get(&format!("{ROUTE}?start_key=x")).await,
    ] {
        assert_wrong(&refused, &["start_key"]);
    }
}

#[tokio::test]
async fn a_change_is_of_frequency_status_and_version_and_counts_from_then() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, PERSON).await;
    let watch = acme.watch(&check, &[("end_date", "2027-01-01")]).await;
    acme.advance(&app, "10d").await;
    let ignored = json!({
        "check_id": "CHK0", "counter": 7, "end_date": "never", "next_run_date": "2030-01-01",
        "original_check_id": "", "score_status": "up", "version": "1", "status": "enabled",
        "frequency": "monthly",
    });
    for change in [json!({}), ignored] {
        assert_eq!(acme.change(&watch, &change).await, watch, "{change}");
    }
    let mut expected = watch.clone();
    for (change, frequency, status, next) in [
        (
            json!({ "frequency": "2w" }),
            "2w",
            "enabled",
            Some("2026-01-26T00:00:00Z"),
        ),
        (json!({ "status": "Disabled" }), "2w", "disabled", None),
        (json!({ "frequency": "Daily" }), "daily", "disabled", None),
        (
            json!({ "status": "enabled" }),
            "daily",
            "enabled",
            Some("2026-01-13T00:00:00Z"),
        ),
        (json!({ "frequency": "yearly" }), "yearly", "enabled", None),
    ] {
        let mut after = acme.change(&watch, &change).await;
        assert_eq!(acme.now(&watch).await, after, "{change}");
        expected["frequency"] = json!(frequency);
        expected["status"] = json!(status);
        expected["next_run_date"] = json!(next);
        assert!(
            text(&after, "update_date") > text(&watch, "update_date"),
            "{after}"
        );
        after["update_date"] = watch["update_date"].clone();
        after["next_run_date"] = after["next_run_date"].take();
        assert_eq!(after, expected, "{change}");
    }
    let wrong = json!({ "frequency": "1h", "status": "paused", "version": "0" });
    assert_wrong(
        &put(&acme.checks, &watch, &wrong).await,
        &["frequency", "status", "version"],
    );
    let by_form = acme
        .checks
        .send(
            Method::PUT,
            &watch_path(&watch),
            &[("content-type", "application/x-www-form-urlencoded")],
            "frequency=3d",
        )
        .await;
    assert_eq!(by_form.json["frequency"], "3d", "{}", by_form.text);
}

#[tokio::test]
async fn versions_print_the_check_as_their_keys_do() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let old = acme.with(&app, 0, &[Permission::Administrator]).await;
    let check = finish(&app, &acme.checks, &scenario("scenario.homonyms")).await;
    let made = old.post(ROUTE, &form(&check, &[])).await;
    assert_eq!(
        (made.status.as_u16(), &made.json["version"]),
        (201, &json!("0")),
        "{}",
        made.text
    );
    let watch = made.json;
    let path = watch_path(&watch);
    for (caller, shown, hidden) in [
        (&old, "homonym_score", "name_score"),
        (&acme.checks, "name_score", "homonym_score"),
    ] {
        let changed = put(caller, &watch, &json!({})).await.json;
        for view in [
            caller.get(&path).await.json,
            listed(caller).await.remove(0),
            changed,
        ] {
            assert!(view["check"][shown].is_number(), "{view}");
            assert_eq!(view["check"].get(hidden), None);
            assert_eq!(view["version"], "0", "who asks changes nothing");
        }
    }
    let moved = acme.change(&watch, &json!({ "version": "1" })).await;
    assert_eq!(moved["version"], "1");
    let refused = old.post(ROUTE, &form(&check, &[("version", "1")])).await;
    assert_wrong(&refused, &["version"]);
}

#[tokio::test]
async fn a_mask_hides_what_it_is_over_in_a_repeated_answer_too() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let masked = [
        Permission::ChecksRead,
        Permission::ChecksWrite,
        Permission::MaskDocuments,
        Permission::MaskNames,
    ];
    let masked = acme.with(&app, 1, &masked).await;
    let named = with(PERSON, &[("first_name", "Xiomara"), ("last_name", "Quintanilla")]);
    let check = finish(&app, &acme.checks, &named).await;
    let key = [("Idempotency-Key", "k")];
    let whole = acme.checks.post_with(ROUTE, &form(&check, &[]), &key).await;
    assert!(whole.text.contains("Quintanilla") && whole.text.contains("1000000001"));
    let other = finish(&app, &acme.checks, &with(&named, &[FORCED])).await;
    for (what, answer) in [
        ("create", masked.post(ROUTE, &form(&other, &[])).await),
        ("get", masked.get(&watch_path(&whole.json)).await),
        ("list", masked.get(ROUTE).await),
        ("change", put(&masked, &whole.json, &json!({})).await),
        ("repeat", masked.post_with(ROUTE, &form(&check, &[]), &key).await),
    ] {
        assert!(answer.status.is_success(), "{what} {}", answer.text);
        let answer = answer.text.to_lowercase();
        for secret in ["quintanilla", "xiomara", "1000000001"] {
            assert!(!answer.contains(secret), "{what} shows {secret}");
        }
    }
}

#[tokio::test]
async fn a_repeat_is_answered_alike_and_does_nothing() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, PERSON).await;
    let key = [("Idempotency-Key", "k")];
    let first = acme.checks.post_with(ROUTE, &form(&check, &[]), &key).await;
    let again = acme.checks.post_with(ROUTE, &form(&check, &[]), &key).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(
        (
            header(&first, "Idempotent-Replay"),
            header(&again, "Idempotent-Replay")
        ),
        ("", "true")
    );
    let other = form(&check, &[("frequency", "daily")]);
    let refused = acme.checks.post_with(ROUTE, &other, &key).await;
    assert_refused(
        &refused,
        409,
        "this Idempotency-Key was used with another request",
    );
    let headers = [("content-type", "application/json"), ("Idempotency-Key", "c")];
    let path = watch_path(&first.json);
    let change = r#"{"frequency":"daily"}"#;
    let changed = acme.checks.send(Method::PUT, &path, &headers, change).await;
    acme.change(&first.json, &json!({ "frequency": "weekly" })).await;
    let repeated = acme.checks.send(Method::PUT, &path, &headers, change).await;
    assert_eq!(
        (repeated.text.as_str(), header(&repeated, "Idempotent-Replay")),
        (changed.text.as_str(), "true")
    );
    let now = listed(&acme.checks).await;
    assert_eq!((now.len(), &now[0]["frequency"]), (1, &json!("weekly")));
}

#[tokio::test]
async fn the_trail_tells_what_was_made_and_changed() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let reader = acme.with(&app, 0, &[Permission::ChecksRead]).await;
    let check = finish(&app, &acme.checks, PERSON).await;
    let watch = acme.watch(&check, &[]).await;
    acme.change(&watch, &json!({ "status": "disabled" })).await;
    acme.now(&watch).await;
    for refused in [
        acme.checks.post(ROUTE, &form(&check, &[])).await,
        acme.checks.post(ROUTE, &[]).await,
        put(&acme.checks, &watch, &json!({ "frequency": "x" })).await,
        put(&reader, &watch, &json!({ "status": "enabled" })).await,
    ] {
        assert!(refused.status.is_client_error());
    }
    app.work().await;
    let trail = acme.trail().await;
    let told: Vec<_> = trail
        .iter()
        .map(|entry| {
            assert!(
                text(&watch, "continuous_check_id").ends_with(&text(entry, "resource")[3..]),
                "{entry}"
            );
            assert_eq!(entry["actor_kind"], "key");
            (text(entry, "action"), text(entry, "detail").to_owned())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("continuous_check.created", format!("{} monthly", id(&check))),
            ("continuous_check.updated", "monthly disabled".to_owned()),
        ]
    );
}

#[tokio::test]
async fn a_key_may_do_what_it_was_made_for() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, PERSON).await;
    let watch = acme.watch(&check, &[]).await;
    let path = watch_path(&watch);
    let calls = [
        (Method::GET, ROUTE.to_owned(), false),
        (Method::GET, path.clone(), false),
        (Method::GET, format!("{path}/history"), false),
        (Method::POST, ROUTE.to_owned(), true),
        (Method::PUT, path, true),
    ];
    for (permissions, reads, writes) in [
        (&[][..], false, false),
        (&[Permission::ChecksRead, Permission::AccountWrite], true, false),
        (
            &[
                Permission::ChecksWrite,
                Permission::Keys,
                Permission::ValidationsRead,
            ],
            false,
            true,
        ),
    ] {
        let caller = acme.with(&app, 0, permissions).await;
        for (method, path, is_write) in &calls {
            let answer = caller.send(method.clone(), path, &[], "").await;
            if if *is_write { writes } else { reads } {
                assert!(
                    [200, 400].contains(&answer.status.as_u16()),
                    "{method} {path} {}",
                    answer.text
                );
            } else {
                assert_refused(&answer, 403, FORBIDDEN);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_requests_at_once_do_not_wait_for_each_other_for_ever() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let mut checks = Vec::new();
    for _ in 0..24 {
        checks.push(create(&acme.checks, &with(&anyone("Ana Prueba"), &[FORCED])).await);
    }
    app.work().await;
    let mut requests = JoinSet::new();
    for check in checks {
        let caller = acme.checks.clone();
        requests.spawn(async move { caller.post(ROUTE, &form(&check, &[])).await.status.as_u16() });
    }
    let patience = Duration::from_secs(20);
    let statuses = tokio::time::timeout(patience, requests.join_all()).await;
    assert_eq!(statuses.expect("answers within a while"), [201; 24]);
}

#[tokio::test]
async fn a_check_can_be_watched_from_its_creation_on() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let watched = with(&anyone("Ana Prueba"), &[("watch", "monthly")]);
    assert_wrong(
        &acme
            .checks
            .post("/v1/checks", &with(&watched, &[("watch", "hourly")]))
            .await,
        &["watch"],
    );
    let key = [("Idempotency-Key", "k")];
    let first = acme.checks.post_with("/v1/checks", &watched, &key).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let check = &first.json["check"];
    let watch = listed(&acme.checks).await.remove(0);
    for (member, expected) in [
        ("check", check.clone()),
        ("counter", json!(0)),
        ("end_date", Value::Null),
        ("frequency", json!("monthly")),
        ("last_check_id", check["check_id"].clone()),
        ("next_run_date", json!("2026-02-02T00:00:00Z")),
        ("original_check_id", check["check_id"].clone()),
        ("score_status", json!("new")),
        ("status", json!("enabled")),
        ("version", json!("1")),
    ] {
        assert_eq!(watch[member], expected, "{member}");
    }
    // Neither a repeat nor an earlier check that is returned makes another one.
    let again = acme.checks.post_with("/v1/checks", &watched, &key).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    let reused = acme.checks.post("/v1/checks", &watched).await;
    assert_eq!((reused.status.as_u16(), &reused.json["check"]), (200, check));
    create(&acme.checks, &anyone("Bea Prueba")).await;
    let reused = with(&anyone("Bea Prueba"), &[("watch", "daily")]);
    assert_eq!(acme.checks.post("/v1/checks", &reused).await.status, 200);
    assert_eq!(listed(&acme.checks).await.len(), 1);
    app.clock.advance(Duration::from_millis(1));
    let forced = create(&acme.checks, &with(&watched, &[FORCED])).await;
    // Ids of one instant have no order.
    let watches = listed(&acme.checks).await;
    assert!(
        watches
            .iter()
            .any(|watch| watch["original_check_id"] == forced["check_id"])
    );
    acme.advance(&app, "32d").await;
    assert_eq!(acme.now(&watch).await["counter"], 1);
    assert_eq!(acme.now(&watch).await["check"]["status"], "completed");
}

#[tokio::test]
async fn a_year_of_months_is_twelve_runs_each_a_check_that_follows_the_one_before() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let receiver = Receiver::start().await;
    receiver.hook(&acme).await;
    acme.advance(&app, "29d").await;
    let check = finish(&app, &acme.checks, &anyone("Ana Prueba")).await;
    let watch = acme.watch(&check, &[]).await;
    // What is asked again makes no second run.
    acme.change(&watch, &json!({ "frequency": "monthly", "status": "enabled" }))
        .await;
    acme.advance(&app, "366d").await;
    let mut history = acme.history(&watch).await;
    history.reverse();
    let days: Vec<&str> = history
        .iter()
        .map(|run| &text(run, "creation_date")[..10])
        .collect();
    assert_eq!(
        days,
        [
            "2026-02-28",
            "2026-03-31",
            "2026-04-30",
            "2026-05-31",
            "2026-06-30",
            "2026-07-31",
            "2026-08-31",
            "2026-09-30",
            "2026-10-31",
            "2026-11-30",
            "2026-12-31",
            "2027-01-31"
        ]
    );
    let mut before = check;
    for run in &history {
        assert_eq!(
            members(run),
            [
                "changes",
                "check_id",
                "continuous_check_id",
                "creation_date",
                "previous_check_id"
            ]
        );
        assert_eq!(
            (&run["continuous_check_id"], &run["previous_check_id"]),
            (&watch["continuous_check_id"], &before["check_id"])
        );
        assert_eq!(
            run["changes"],
            json!([{ "score_changes": [1, 1], "dataset_score_changes": {} }])
        );
        let made = get(&acme.checks, run).await;
        for member in ["country", "name", "score", "status", "type"] {
            assert_eq!(made[member], before[member], "{member}");
        }
        assert_eq!(made["previous_check"], before["check_id"]);
        assert_eq!(made["creation_date"], run["creation_date"]);
        before = made;
    }
    let now = acme.now(&watch).await;
    for (member, expected) in [
        ("check", &before),
        ("counter", &json!(12)),
        ("last_check_id", &before["check_id"]),
        ("next_run_date", &json!("2027-02-28T00:00:00Z")),
        ("original_check_id", &watch["original_check_id"]),
        ("score_status", &json!("same")),
    ] {
        assert_eq!(now[member], *expected, "{member}");
    }
    assert_eq!(listed(&acme.checks).await, [now]);
    assert_eq!(receiver.told(), Vec::<Value>::new(), "nothing changed");
}

/// A person whom a list nearly names: taken for the entry where names are compared softly, not where exactly.
async fn alike(app: &TestApp) -> (Tenant, Value) {
    load(app, &[("1", "Segismunda Ficticia Quintanal", "")]).await;
    app.work().await;
    let mut acme = Tenant::sandbox(app, "acme").await;
    acme.compare_names(app, "exact").await;
    let check = finish(app, &acme.checks, &anyone("Segismunda F. Quintanal")).await;
    assert_eq!(check["score"], 1, "{check:#}");
    (acme, check)
}

#[tokio::test]
async fn a_hook_hears_of_a_run_exactly_when_scores_differ() {
    let app = TestApp::new().await;
    let (mut acme, check) = alike(&app).await;
    let receiver = Receiver::start().await;
    receiver.hook(&acme).await;
    let watch = acme.watch(&check, &[("frequency", "daily")]).await;
    let mut bodies = Vec::new();
    for (matching, score_status) in [
        ("exact", "same"),
        ("soft", "down"),
        ("soft", "same"),
        ("exact", "up"),
        ("exact", "same"),
    ] {
        acme.compare_names(&app, matching).await;
        acme.advance(&app, A_DAY).await;
        let now = acme.now(&watch).await;
        assert_eq!(now["score_status"], score_status, "{now:#}");
        if score_status != "same" {
            bodies.push(now);
        }
    }
    let low = &bodies[0]["check"]["score"];
    assert!(low.as_f64().unwrap() < 1.0);
    let of = |changed: &Value, data_set: &str| -> Value {
        let scores = list(&changed["check"], "scores").iter();
        scores
            .filter(|score| score["data_set"] == data_set)
            .map(|score| score["score"].clone())
            .collect()
    };
    let listed_score = &of(&bodies[0], "international_background")[0];
    let changes: Vec<Value> = acme
        .history(&watch)
        .await
        .into_iter()
        .rev()
        .map(|run| run["changes"].clone())
        .collect();
    let change = |score_changes: [&Value; 2], of_data_sets: Value| {
        let changes = json!({ "score_changes": score_changes, "dataset_score_changes": of_data_sets });
        json!([changes])
    };
    let one = json!(1);
    assert_eq!(
        changes,
        [
            change([&one, &one], json!({})),
            change(
                [&one, low],
                json!({ "international_background": [1, listed_score] })
            ),
            change([low, low], json!({})),
            change(
                [low, &one],
                json!({ "international_background": [listed_score, 1] })
            ),
            change([&one, &one], json!({})),
        ]
    );
    let told = receiver.told();
    assert_eq!(told.len(), 2, "{told:#?}");
    for (event, body) in told.iter().zip(&bodies) {
        assert_eq!(
            (&event["event_type"], &event["event_action"]),
            (&json!("continuous_check"), &json!("changed"))
        );
        assert_eq!(&event["object"], body, "as it was read then");
    }
    let logged = acme.events("?event_type=continuous_check").await;
    let ids: Vec<&Value> = logged.iter().map(|event| &event["resource_id"]).collect();
    assert_eq!(ids, [&watch["continuous_check_id"]; 2]);
}

#[tokio::test]
async fn a_hook_prints_the_check_in_the_version_of_the_continuous_check() {
    let app = TestApp::new().await;
    let (mut acme, check) = alike(&app).await;
    let old = acme.with(&app, 0, &[Permission::Administrator]).await;
    let made = old.post(ROUTE, &form(&check, &[("frequency", "daily")])).await;
    assert_eq!(made.status, 201, "{}", made.text);
    acme.compare_names(&app, "soft").await;
    acme.advance(&app, A_DAY).await;
    let events = acme.events("?event_type=continuous_check").await;
    let told = &events[0]["object"]["check"];
    assert!(told["homonym_score"].is_number(), "{told}");
    assert_eq!(told.get("name_score"), None);
}

#[tokio::test]
async fn a_run_that_ends_in_error_compares_as_the_same_and_hides_no_change() {
    let app = TestApp::new().await;
    let (mut acme, check) = alike(&app).await;
    let receiver = Receiver::start().await;
    receiver.hook(&acme).await;
    let watch = acme.watch(&check, &[("frequency", "daily")]).await;
    let fault = [("kind", "source"), ("effect", "fail")];
    assert_eq!(acme.account.post("/v1/sandbox/faults", &fault).await.status, 201);
    acme.compare_names(&app, "soft").await;
    acme.advance(&app, A_DAY).await;
    let now = acme.now(&watch).await;
    assert_eq!(
        (&now["check"]["status"], &now["score_status"], &now["counter"]),
        (&json!("error"), &json!("same"), &json!(1))
    );
    assert_eq!(
        acme.history(&watch).await[0]["changes"],
        json!([{ "score_changes": [1, -1], "dataset_score_changes": {} }])
    );
    assert_eq!(receiver.told().len(), 0);
    acme.account.delete("/v1/sandbox/faults").await;
    acme.advance(&app, A_DAY).await;
    let now = acme.now(&watch).await;
    assert_eq!(
        (&now["score_status"], &now["counter"]),
        (&json!("down"), &json!(2))
    );
    let run = acme.history(&watch).await.remove(0);
    assert_eq!(run["changes"][0]["score_changes"][0], 1, "{run}");
    assert_eq!(receiver.told().len(), 1);
}

#[tokio::test]
async fn a_disabled_one_stops_at_once_and_goes_on_in_its_rhythm() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, &anyone("Ana Prueba")).await;
    let watch = acme.watch(&check, &[]).await;
    let disabled = acme.change(&watch, &json!({ "status": "disabled" })).await;
    assert_eq!(disabled.get("next_run_date"), None);
    acme.advance(&app, "40d").await;
    assert_eq!(acme.now(&watch).await["counter"], 0);
    let enabled = acme.change(&watch, &json!({ "status": "enabled" })).await;
    assert_eq!(enabled["next_run_date"], "2026-03-02T00:00:00Z");
    acme.advance(&app, "20d").await;
    let now = acme.now(&watch).await;
    assert_eq!(
        (&now["counter"], &now["next_run_date"]),
        (&json!(1), &json!("2026-04-02T00:00:00Z"))
    );
}

#[tokio::test]
async fn after_its_last_day_nothing_runs() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, &anyone("Ana Prueba")).await;
    let watch = acme
        .watch(&check, &[("frequency", "daily"), ("end_date", "2026-01-04")])
        .await;
    for (counter, next) in [(1, Some("2026-01-04T00:00:00Z")), (2, None), (2, None)] {
        acme.advance(&app, A_DAY).await;
        let now = acme.now(&watch).await;
        assert_eq!(
            (&now["counter"], now.get("next_run_date").and_then(Value::as_str)),
            (&json!(counter), next)
        );
        assert_eq!(now["status"], "enabled");
        assert_eq!(now["end_date"], "2026-01-04T00:00:00Z");
    }
    assert_eq!(acme.history(&watch).await.len(), 2);
}

#[tokio::test]
async fn the_history_has_pages_of_twenty_newest_first() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let check = finish(&app, &acme.checks, &anyone("Ana Prueba")).await;
    let watch = acme.watch(&check, &[("frequency", "daily")]).await;
    let path = format!("{}/history", watch_path(&watch));
    let empty = acme.checks.get(&path).await;
    assert_eq!(empty.json, json!({ "history": [], "self": path, "next": "" }));
    acme.advance(&app, "529h").await;
    let (runs, sizes) = walk(&acme.checks, &path, "history").await;
    assert_eq!(sizes, [20, 2]);
    let dates: Vec<&str> = runs.iter().map(|run| text(run, "creation_date")).collect();
    assert!(
        dates.windows(2).all(|pair| pair[0] > pair[1]),
        "newest first: {dates:?}"
    );
    for pair in runs.windows(2) {
        assert_eq!(pair[0]["previous_check_id"], pair[1]["check_id"]);
    }
    // A key of one history is no key of another.
    let other = finish(&app, &acme.checks, &anyone("Bea Prueba")).await;
    let other = acme.watch(&other, &[]).await;
    let first = acme.checks.get(&path).await;
    let foreign = text(&first.json, "next").replace(&watch_path(&watch), &watch_path(&other));
    assert_wrong(&acme.checks.get(&foreign).await, &["start_key"]);
}

#[tokio::test]
async fn the_first_check_stays_and_a_run_may_be_deleted() {
    let app = TestApp::new().await;
    let (mut acme, check) = alike(&app).await;
    let watch = acme.watch(&check, &[("frequency", "daily")]).await;
    acme.compare_names(&app, "soft").await;
    acme.advance(&app, A_DAY).await;
    let refused = acme.checks.delete(&path(&check)).await;
    assert_refused(&refused, 409, "the check is the first one of a continuous check");
    assert_eq!(get(&acme.checks, &check).await, check);
    let run = acme.now(&watch).await["check"].clone();
    assert_eq!(acme.checks.delete(&path(&run)).await.status, 200);
    let now = acme.now(&watch).await;
    assert_eq!(
        (&now["check"], &now["last_check_id"], &now["counter"]),
        (&Value::Null, &run["check_id"], &json!(1))
    );
    assert_eq!(listed(&acme.checks).await, [now]);
    assert_eq!(acme.change(&watch, &json!({})).await["check"], Value::Null);
    assert_eq!(acme.history(&watch).await[0]["check_id"], run["check_id"]);
    // The next one follows it and is compared with the newest that is left.
    acme.advance(&app, A_DAY).await;
    let next = acme.history(&watch).await.remove(0);
    assert_eq!(next["previous_check_id"], run["check_id"]);
    assert_eq!(next["changes"][0]["score_changes"][0], 1);
    let made = get(&acme.checks, &next).await;
    assert_eq!(made["previous_check"], check["check_id"]);
}

#[tokio::test]
async fn of_a_deleted_run_nothing_personal_is_left_in_what_was_told() {
    let app = TestApp::new().await;
    let (mut acme, check) = alike(&app).await;
    let watch = acme.watch(&check, &[("frequency", "daily")]).await;
    acme.compare_names(&app, "soft").await;
    acme.advance(&app, A_DAY).await;
    let run = acme.now(&watch).await["check"].clone();
    assert_eq!(acme.checks.delete(&path(&run)).await.status, 200);
    let told: i64 = sqlx::query_scalar(
        "select count(*) from event_bodies where body like '%' || $1 || '%' and body ilike '%quintanal%'",
    )
    .bind(id(&run))
    .fetch_one(&app.database.pool)
    .await
    .unwrap();
    assert_eq!(told, 0);
    assert_eq!(
        acme.events("?event_type=continuous_check").await.len(),
        1,
        "that it happened is not forgotten"
    );
}

#[tokio::test]
async fn its_events_are_listed_among_those_that_are_written() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let answer = acme.account.get("/v1/events/types").await.json;
    let family = list(&answer, "event_types")
        .iter()
        .find(|family| family["event_type"] == "continuous_check");
    assert_eq!(family.unwrap()["status"], "emitted");
}
