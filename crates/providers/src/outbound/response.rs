//! What is kept of a receiver's answer: enough to see what it said, and never more than it takes to read
//! that.

use std::{num::IntErrorKind, time::Duration};

use chrono::{DateTime, FixedOffset};
use futures_util::StreamExt as _;
use reqwest::{
    StatusCode, Version,
    header::{self, HeaderMap, HeaderName},
};
use tokio::time::timeout;

/// How much is kept of an answer, in characters.
const HEAD: usize = 1024;

/// How long the rest of a body is waited for once its status is known.
const PATIENCE: Duration = Duration::from_secs(1);

/// The longest that a receiver may ask to be left alone.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// How long the receiver asks to be left alone, at most a day.
    pub retry_after: Option<Duration>,
    /// Its first 1024 characters: status line, headers, a blank line, and as much of the body as there is
    /// room for. Nothing in it can be trusted but that it has no control characters.
    pub head: String,
}

impl Response {
    /// Reads the beginning of the body. The status has decided already, so that a body which is slow, endless
    /// or broken off is no failure: what has come is taken.
    pub(super) async fn read(response: reqwest::Response) -> Self {
        let (version, status) = (response.version(), response.status());
        let headers = response.headers().clone();
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        let reading = async {
            while body.len() < HEAD
                && let Some(Ok(chunk)) = chunks.next().await
            {
                body.extend(chunk.iter().take(HEAD - body.len()));
            }
        };
        drop(timeout(PATIENCE, reading).await);
        Self {
            status: status.as_u16(),
            retry_after: retry_after(&headers),
            head: head(version, status, &headers, &body),
        }
    }
}

fn head(version: Version, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    let reason = status.canonical_reason().unwrap_or_default();
    let mut text = format!("{version:?} {} {reason}\n", status.as_str());
    for (name, value) in headers {
        // A cookie is a credential between the receiver and us; whoever reads deliveries has no use for it.
        let value = match *name {
            header::SET_COOKIE => "…".into(),
            _ => String::from_utf8_lossy(value.as_bytes()),
        };
        text.push_str(&format!("{name}: {value}\n"));
    }
    text.push('\n');
    text.push_str(&String::from_utf8_lossy(body));
    text.chars()
        .take(HEAD)
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect()
}

/// A number of seconds, or a date. A date is compared with the receiver's own clock, which wrote it; without
/// that clock's time it says nothing.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let wait = match text(headers, &header::RETRY_AFTER)?.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow => LONGEST_WAIT,
        Err(_) => {
            let wait = date(headers, &header::RETRY_AFTER)? - date(headers, &header::DATE)?;
            wait.to_std().unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc2822(text(headers, name)?).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn how_long_to_wait() {
        const NOON: &str = "Wed, 21 Oct 2015 12:00:00 GMT";
        const DAY: u64 = 24 * 60 * 60;
        for (retry_after_header, date_header, seconds) in [
            ("0", None, Some(0)),
            ("120", None, Some(120)),
            ("86401", None, Some(DAY)),
            ("99999999999999999999999", None, Some(DAY)),
            ("-1", None, None),
            ("1.5", None, None),
            ("", None, None),
            ("soon", Some(NOON), None),
            ("Wed, 21 Oct 2015 12:00:30 GMT", None, None),
            ("Wed, 21 Oct 2015 12:00:30 GMT", Some("now"), None),
            ("Wed, 21 Oct 2015 12:00:30 GMT", Some(NOON), Some(30)),
            ("Wed, 21 Oct 2015 11:00:00 GMT", Some(NOON), Some(0)),
            ("Fri, 21 Oct 2095 12:00:00 GMT", Some(NOON), Some(DAY)),
        ] {
            let mut all = headers(&[("retry-after", retry_after_header)]);
            if let Some(date) = date_header {
                all.extend(headers(&[("date", date)]));
            }
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(
                retry_after(&all),
                expected,
                "{retry_after_header} {date_header:?}"
            );
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn a_head_is_a_status_line_headers_and_a_body() {
        let all = headers(&[("content-type", "text/plain"), ("set-cookie", "session=secret")]);
        assert_eq!(
            head(
                Version::HTTP_11,
                StatusCode::NOT_FOUND,
                &all,
                b"a\tb\r\nc\0\x1b[31m\xff"
            ),
            "HTTP/1.1 404 Not Found\ncontent-type: text/plain\nset-cookie: …\n\na b \nc  [31m\u{fffd}"
        );
    }

    proptest! {
        #[test]
        fn a_head_is_short_and_without_control_characters(
            status in 100..1000_u16,
            value in prop::collection::vec(0x20..0x7f_u8, 0..2000),
            body in prop::collection::vec(any::<u8>(), 0..2000),
        ) {
            let status = StatusCode::from_u16(status).unwrap();
            let all = headers(&[("x-long", std::str::from_utf8(&value).unwrap())]);
            let head = head(Version::HTTP_11, status, &all, &body);
            prop_assert!(head.chars().count() <= HEAD);
            prop_assert!(!head.chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}
