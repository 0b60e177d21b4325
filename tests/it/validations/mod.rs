//! The validations API, a file a promise.

mod accounts;
mod codes;
mod config;
mod documents;
mod enrollments;
mod faces;
mod live;
mod read_for_real;
mod reviews;
mod sdk;
mod uploads;

use std::io::Cursor;

use axum::http::{Method, StatusCode};
use cotejo_testkit::{Answer, Caller, TestApp};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;

use crate::{
    account::tenant::Tenant,
    support::{Form, text, with},
};

pub const DOCUMENT: &[(&str, &str)] = &[
    ("type", "document-validation"),
    ("country", "CO"),
    ("document_type", "national-id"),
    ("user_authorized", "true"),
];

const FACE: &[(&str, &str)] = &[
    ("type", "face-recognition"),
    ("account_id", "user_1"),
    ("user_authorized", "true"),
];

/// A picture; another one for every shade.
pub fn picture(shade: u8) -> Vec<u8> {
    encoded(shade, ImageFormat::Png)
}

fn encoded(shade: u8, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(64, 48, |x, y| {
        let step = u8::try_from(x + y).unwrap();
        Rgb([shade, step, shade.wrapping_add(step)])
    });
    let mut file = Cursor::new(Vec::new());
    pixels.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// The path and query of a link.
fn local(link: &str) -> &str {
    link.strip_prefix("http://127.0.0.1:4002").unwrap()
}

async fn put(app: &TestApp, link: &str, file: &[u8]) -> Answer {
    let anybody = app.validations(None);
    anybody.send_bytes(Method::PUT, local(link), &[], file).await
}

/// A file that is taken.
async fn upload(app: &TestApp, link: &str, file: &[u8]) {
    let answer = put(app, link, file).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
}

async fn create(caller: &Caller, path: &str, form: &[(&str, &str)]) -> Value {
    let answer = caller.post(path, form).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{form:?} {}", answer.text);
    answer.json
}

/// A validation that has to be made.
pub async fn validation(acme: &Tenant, form: &[(&str, &str)]) -> Value {
    create(&acme.validations, "/v1/validations", form).await
}

async fn enroll(acme: &Tenant, form: &[(&str, &str)]) -> Value {
    create(&acme.validations, "/v1/enrollments", form).await
}

fn path(validation: &Value) -> String {
    format!("/v1/validations/{}", text(validation, "validation_id"))
}

async fn read(caller: &Caller, path: &str) -> Value {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text);
    answer.json
}

/// The validation as it is now.
async fn now(acme: &Tenant, validation: &Value) -> Value {
    read(&acme.validations, &path(validation)).await
}

/// Uploads both sides of a document, or the one that is wanted.
pub async fn show(app: &TestApp, validation: &Value) {
    for (place, name) in ["front_url", "reverse_url", "file_upload_link"]
        .iter()
        .enumerate()
    {
        if let Some(link) = validation["instructions"][name].as_str() {
            upload(app, link, &picture(u8::try_from(place).unwrap())).await;
        }
    }
}

/// A validation of a document that was shown and worked on.
async fn shown(app: &TestApp, acme: &Tenant, more: &[(&str, &str)]) -> Value {
    let made = validation(acme, &with(DOCUMENT, more)).await;
    show(app, &made).await;
    app.work().await;
    now(acme, &made).await
}

/// What a validation came to: status, failure status and reason.
fn outcome(validation: &Value) -> (&str, &str, &str) {
    let reason = ["declined_reason", "expired_reason"]
        .into_iter()
        .find_map(|name| validation[name].as_str());
    (
        text(validation, "validation_status"),
        validation["failure_status"].as_str().unwrap_or_default(),
        reason.unwrap_or_default(),
    )
}

/// An account whose name carries a scenario.
fn scenario<'a>(form: &[(&'a str, &'a str)], account: &'a str) -> Form<'a> {
    with(form, &[("account_id", account)])
}

/// An account with an enrolled face, of which a worker has seen the picture.
async fn enrolled(app: &TestApp, acme: &Tenant, account: &str, shade: u8) -> Value {
    let form = [
        ("type", "face-recognition"),
        ("user_authorized", "true"),
        ("account_id", account),
    ];
    let made = enroll(acme, &form).await;
    upload(app, text(&made, "file_upload_link"), &picture(shade)).await;
    app.work().await;
    made
}

/// PUT of a form.
pub async fn put_form(caller: &Caller, path: &str, form: &[(&str, &str)]) -> Answer {
    let encode = |text: &str| text.replace(' ', "+").replace('@', "%40");
    let pairs: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    caller.send(Method::PUT, path, &headers, &pairs.join("&")).await
}

/// Objects in the store of files.
pub fn objects(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { objects(&path) } else { 1 })
        .sum()
}
