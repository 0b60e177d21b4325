//! What these tests ask with, and how they look at answers.

use std::fmt::Write as _;

use axum::http::StatusCode;
use cotejo_domain::{
    clients::{Client, ClientKind},
    ids::ClientId,
    permissions::Permission,
};
use cotejo_httpkit::access::Limits;
use cotejo_testkit::{Answer, Caller, TestApp, state};
use serde_json::Value;
use uuid::Uuid;

/// Fields of a form.
pub type Form<'a> = Vec<(&'a str, &'a str)>;

/// A Colombian of whom nothing is known.
pub const PERSON: &[(&str, &str)] = &[
    ("type", "person"),
    ("country", "CO"),
    ("national_id", "1000000001"),
    ("user_authorized", "true"),
];

/// A form with other and more fields. An empty value takes a field away.
pub fn with<'a>(form: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Form<'a> {
    let kept = form
        .iter()
        .filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more.iter().filter(|(_, value)| !value.is_empty()))
        .copied()
        .collect()
}

/// The clean person in another scenario of the sandbox.
pub fn scenario<'a>(name: &'a str) -> Form<'a> {
    with(
        PERSON,
        &[
            ("first_name", "Ana"),
            ("last_name", "Prueba"),
            ("custom_input", name),
        ],
    )
}

/// A new client, and an administrator of it.
pub async fn tenant(app: &TestApp, name: &str, kind: ClientKind) -> (Client, Caller) {
    let client = app.client(name, kind).await;
    let token = app.token(&client, 1, &[Permission::Administrator]).await;
    (client, app.checks(Some(token)))
}

/// The sandbox client that is the same in every run, so that its registries know the same people.
pub async fn usual_client(app: &TestApp) -> Client {
    let id = ClientId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
    let client = Client::new(id, "usual".to_owned(), ClientKind::Sandbox);
    let mut conn = app.database.pool.acquire().await.expect("a connection");
    cotejo_store::clients::insert(&mut conn, &client)
        .await
        .expect("the client is new");
    client
}

/// A second process of the checks service over the same database, with nothing remembered.
pub fn another_process(app: &TestApp, key: &str) -> Caller {
    let app = state(app.another_process(), Limits::default());
    Caller::new(cotejo_checks::service(app), Some(key.to_owned()))
}

/// Creates a check, which has to be new.
pub async fn create(caller: &Caller, form: &[(&str, &str)]) -> Value {
    let answer = caller.post("/v1/checks", form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{form:?} {}", answer.text);
    answer.json["check"].clone()
}

/// Creates a check, does its jobs, and reads it.
pub async fn finish(app: &TestApp, caller: &Caller, form: &[(&str, &str)]) -> Value {
    let check = create(caller, form).await;
    app.work().await;
    get(caller, &check).await
}

/// The path of a check.
pub fn path(check: &Value) -> String {
    format!("/v1/checks/{}", id(check))
}

/// The id of a check.
pub fn id(check: &Value) -> &str {
    text(check, "check_id")
}

/// A member that is a text.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member]
        .as_str()
        .unwrap_or_else(|| panic!("no text {member} in {value}"))
}

/// The members of a list.
pub fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member]
        .as_array()
        .unwrap_or_else(|| panic!("no list {member} in {value}"))
}

/// Reads a check that has to be there.
pub async fn get(caller: &Caller, check: &Value) -> Value {
    let answer = caller.get(&path(check)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json["check"].clone()
}

/// The fields that an answer calls wrong, in alphabetical order.
pub fn wrong_fields(answer: &Answer) -> Vec<&str> {
    let mut fields: Vec<&str> = answer.json["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| text(error, "field"))
        .collect();
    fields.sort_unstable();
    fields
}

/// Expects a 400 that names exactly these fields.
pub fn assert_wrong(answer: &Answer, fields: &[&str]) {
    assert_eq!(
        answer.status,
        StatusCode::BAD_REQUEST,
        "{fields:?} {}",
        answer.text
    );
    // A number, but on the routes of processes and flows, where it is a text.
    let code = &answer.json["code"];
    assert!(*code == 10400 || *code == "10400", "{code}");
    assert_eq!(answer.json["http_code"], 400);
    let mut expected = fields.to_vec();
    expected.sort_unstable();
    assert_eq!(wrong_fields(answer), expected, "{}", answer.text);
}

/// Expects an error of a status, with the vendor's code.
pub fn assert_refused(answer: &Answer, status: u16, message: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json["code"], 10_000 + u32::from(status));
    assert_eq!(answer.json["http_code"], status);
    assert_eq!(answer.json["message"], message);
}

/// The same on routes that spell an error's code as a text.
pub fn assert_refused_by_text(answer: &Answer, status: u16, message: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json["code"], (10_000 + u32::from(status)).to_string());
    assert_eq!(answer.json["http_code"], status);
    assert_eq!(answer.json["message"], message, "{}", answer.text);
}

/// The value of a header; empty where there is none.
pub fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer
        .headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// JSON laid out for reading, with ids numbered in the order in which they appear.
pub fn wire(value: &Value) -> String {
    let mut text = String::new();
    lay_out(value, 0, &mut text);
    ["CHK", "DTL"]
        .into_iter()
        .fold(text, |text, prefix| numbered(&text, prefix))
}

/// What fits on a line stands on one.
fn lay_out(value: &Value, depth: usize, text: &mut String) {
    const WIDTH: usize = 260;
    let line = in_order(value);
    let (opening, closing, parts): (_, _, Vec<(String, &Value)>) = match value {
        Value::Object(members) if line.len() > WIDTH => {
            let mut members: Vec<_> = members
                .iter()
                .map(|(name, value)| (format!("{name:?}: "), value))
                .collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            ('{', '}', members)
        }
        Value::Array(items) if line.len() > WIDTH => (
            '[',
            ']',
            items.iter().map(|value| (String::new(), value)).collect(),
        ),
        _ => return text.push_str(&line),
    };
    text.push(opening);
    for (i, (name, value)) in parts.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\n{:1$}{name}", "", depth + 2);
        lay_out(value, depth + 2, text);
    }
    let _ = write!(text, "\n{:1$}{closing}", "", depth);
}

/// JSON on one line, its members in alphabetical order whatever the features of `serde_json`.
fn in_order(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{name:?}: {}", in_order(value)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(in_order).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Only what has the form of an id is taken for one.
fn numbered(text: &str, prefix: &str) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(prefix) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let digits = from[3..]
            .bytes()
            .take_while(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(b))
            .count();
        let (id, behind) = from.split_at(3 + digits);
        rest = behind;
        if digits != 32 {
            out.push_str(id);
            continue;
        }
        let place = seen.iter().position(|known| *known == id).unwrap_or_else(|| {
            seen.push(id);
            seen.len() - 1
        });
        let _ = write!(out, "{prefix}#{}", place + 1);
    }
    out.push_str(rest);
    out
}
