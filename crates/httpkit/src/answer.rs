//! Answers whose JSON is there already, and the paths of pages.

use axum::{
    Json,
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cotejo_app::{AppError, command::Done, files::Download, page::Page};
use cotejo_domain::{fields::Fields, keys::KeyRecord, permissions::hide};
use serde::Serialize;
use serde_json::Value;

use crate::{ApiError, ApiResult};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replay");

/// An answer whose JSON is there already.
pub fn json(status: StatusCode, text: String) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (status, [kind], text).into_response()
}

/// A file, as it is read from its store.
pub fn file(download: Download) -> Response {
    let Download { file, content } = download;
    let pieces = futures_util::stream::unfold(content, |mut content| async move {
        content.next().await.map(|piece| (piece, content))
    });
    let text = |text: &str| {
        HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
    };
    let headers = [
        (header::CONTENT_TYPE, text(&file.content_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_DISPOSITION, text(&disposition(&file.name))),
        // What a source or a stranger wrote is not to be guessed at, and not to be run.
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
    ];
    (StatusCode::OK, headers, Body::from_stream(pieces)).into_response()
}

/// The name under which a file is to be saved (RFC 6266): in ASCII, and whole for those who read RFC 8187.
fn disposition(name: &str) -> String {
    use std::fmt::Write as _;
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._- ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            let _ = write!(whole, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

/// Marks an answer that was given before.
pub fn replayed(mut response: Response, replayed: bool) -> Response {
    if replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// The answer to a request that changed something.
pub fn done(done: Done) -> Response {
    let status = StatusCode::from_u16(done.status).unwrap_or(StatusCode::OK);
    replayed(json(status, done.body), done.replayed)
}

/// The answer to a request that changed something, as a key may see it.
pub fn done_masked(mut answer: Done, key: &KeyRecord) -> ApiResult<Response> {
    let masks = key.masks();
    if !masks.is_empty() {
        let mut body = serde_json::from_str(&answer.body).map_err(AppError::internal)?;
        hide(&mut body, &masks);
        answer.body = body.to_string();
    }
    Ok(done(answer))
}

/// A body as a key may see it: what its masks are over is hidden.
pub fn masked<T: Serialize>(body: &T, key: &KeyRecord) -> ApiResult<Response> {
    let masks = key.masks();
    if masks.is_empty() {
        return Ok(Json(body).into_response());
    }
    let mut value = serde_json::to_value(body).map_err(AppError::internal)?;
    hide(&mut value, &masks);
    Ok(Json(value).into_response())
}

/// A page of a list as a key may see it.
pub fn page_masked<T: Serialize>(
    plural: &'static str,
    path: &str,
    query: &Fields,
    found: Page<T>,
    key: &KeyRecord,
) -> ApiResult<Response> {
    let masks = key.masks();
    let hidden = |item: T| -> Result<Value, AppError> {
        let mut item = serde_json::to_value(item).map_err(AppError::internal)?;
        hide(&mut item, &masks);
        Ok(item)
    };
    if masks.is_empty() {
        return Ok(page(plural, path, query, found));
    }
    let items = found.items.into_iter().map(hidden).collect::<Result<_, _>>()?;
    let next = found.next;
    Ok(page(plural, path, query, Page::<Value> { items, next }))
}

/// A page of a list: `{"<plural>": […], "self": "<path>", "next": "<path>"}`; `next` is empty at the end.
pub fn page<T: Serialize>(plural: &'static str, path: &str, query: &Fields, page: Page<T>) -> Response {
    let own = path_of(path, query, query.get("start_key"));
    let next = page
        .next
        .map(|key| path_of(path, query, Some(&key)))
        .unwrap_or_default();
    let parts = (
        serde_json::to_string(&page.items),
        serde_json::to_string(&own),
        serde_json::to_string(&next),
    );
    match parts {
        (Ok(items), Ok(own), Ok(next)) => json(
            StatusCode::OK,
            format!(r#"{{"{plural}":{items},"self":{own},"next":{next}}}"#),
        ),
        (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
            ApiError::App(AppError::internal(error)).into_response()
        }
    }
}

/// The path of a page: the list's own, its filters, and where it starts.
pub fn path_of(path: &str, query: &Fields, start_key: Option<&str>) -> String {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for (name, values) in query.iter().filter(|(name, _)| *name != "start_key") {
        pairs.extend(values.iter().map(|value| (name, value.as_str())));
    }
    pairs.extend(start_key.map(|key| ("start_key", key)));
    match serde_html_form::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}
