//! The TrustX face. One file a resource.

pub mod bearers;
pub mod exports;
pub mod instances;
pub mod reviews;
pub mod tokens;
pub mod userdata;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use cotejo_app::processes::trustx::Archive;
use futures_util::stream;
use tokio::io::AsyncReadExt as _;

/// Bytes of an archive that are read at once.
const PIECE: usize = 64 * 1024;

/// The password of an archive, where it does not stand in the body.
fn password(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("x-export-password")
        .and_then(|value| value.to_str().ok())
}

/// An archive, as it is read from the disk.
fn archive(archive: Archive) -> Response {
    let file = tokio::fs::File::from_std(archive.content);
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await?;
        Ok::<_, std::io::Error>((read > 0).then_some((piece, file)))
    });
    let length = (header::CONTENT_LENGTH, HeaderValue::from(archive.size));
    let answer = saved(&archive.name, "application/zip", Body::from_stream(pieces));
    ([length], answer).into_response()
}

/// A file that is to be saved, and kept by nobody on its way.
fn saved(name: &str, content_type: &'static str, body: Body) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (
            header::CONTENT_DISPOSITION,
            disposition.unwrap_or(HeaderValue::from_static("attachment")),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, body).into_response()
}
