//! Bodies that are read whole.

use futures_util::StreamExt as _;
use reqwest::Response;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyError {
    /// It is longer than was wanted.
    TooLarge,
    /// It did not come in time.
    TimedOut,
    /// It ended before its end.
    Broken,
}

/// The body of an answer, if it is all there and has at most so many bytes.
pub(super) async fn read_whole(response: Response, longest: u64) -> Result<Vec<u8>, BodyError> {
    let announced = response.content_length();
    let mut bytes = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| {
            if error.is_timeout() {
                BodyError::TimedOut
            } else {
                BodyError::Broken
            }
        });
        bytes.extend(chunk?);
        if bytes.len() as u64 > longest {
            return Err(BodyError::TooLarge);
        }
    }
    if announced.is_some_and(|announced| announced != bytes.len() as u64) {
        return Err(BodyError::Broken);
    }
    Ok(bytes)
}
