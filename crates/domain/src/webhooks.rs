//! Deliveries: what is sent, how it is signed, when it is tried again (rulings on webhooks).

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::value::RawValue;
use sha2::Sha256;

use crate::{
    events::{Event, EventAction, EventType},
    ids::{EventId, Ids},
};

crate::text_enum! {
    /// What became of a delivery.
    pub enum DeliveryState {
        /// It is tried (again).
        Pending = "pending",
        /// The receiver took it.
        Delivered = "delivered",
        /// It is not tried any more.
        Failed = "failed",
    }
}

/// Version that every event carries on the wire.
const VERSION: &str = "1.0";

/// Pauses before each retry, in seconds.
const PAUSES: [u64; 8] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    24 * 3600,
];

/// How long a target may fail before it is disabled.
pub const FAILING_SECONDS: i64 = 5 * 24 * 3600;

/// How long the old key signs beside the new one after a rotation.
pub const ROTATION_SECONDS: i64 = 24 * 3600;

/// The pause after so many attempts failed, with up to a tenth more so that retries spread; `None` when it was the
/// last. A receiver's `Retry-After` makes it longer, never shorter.
pub fn pause(attempts: i16, retry_after: Option<Duration>, ids: &dyn Ids) -> Option<Duration> {
    let place = usize::try_from(attempts.checked_sub(1)?).ok()?;
    let millis = PAUSES.get(place)? * 1000;
    let pause = Duration::from_millis(millis + ids.below(millis / 10));
    Some(retry_after.map_or(pause, |asked| pause.max(asked)))
}

/// An event as it is sent.
#[derive(Debug, Serialize)]
pub struct WireEvent<'a> {
    id: String,
    event_type: EventType,
    event_action: EventAction,
    version: &'static str,
    timestamp: String,
    object: &'a RawValue,
}

impl<'a> WireEvent<'a> {
    /// The wire's form of an event.
    ///
    /// # Errors
    /// If its body is not JSON, which would be a mistake of ours.
    pub fn new(event: &'a Event) -> serde_json::Result<Self> {
        Ok(Self {
            id: event.id.to_string(),
            event_type: event.event_type,
            event_action: event.action,
            version: VERSION,
            timestamp: event.created.rfc3339_seconds(),
            object: serde_json::from_str(&event.body)?,
        })
    }
}

/// The claims of a body, which are also its plain JSON.
#[derive(Debug, Serialize)]
pub struct Claims<E> {
    iss: &'static str,
    iat: i64,
    events: [E; 1],
}

impl<E> Claims<E> {
    /// The claims that tell one event, at this second of real time.
    pub const fn of(event: E, iat: i64) -> Self {
        Self {
            iss: "Truora",
            iat,
            events: [event],
        }
    }
}

/// Headers that go with a body, whatever its format.
///
/// `webhook-signature` is that of Standard Webhooks, one a live key. Its keys are bytes; ours are the bytes of the
/// signing key's text, so that both schemes share one secret ([`standard_secret`] is how receivers' libraries want it).
pub fn headers(
    id: EventId,
    sequence: i64,
    timestamp: i64,
    keys: &[&str],
    body: &str,
) -> Vec<(String, String)> {
    let id = id.to_string();
    let content = format!("{id}.{timestamp}.{body}");
    let signatures: Vec<String> = keys
        .iter()
        .map(|key| format!("v1,{}", signature(key, &content)))
        .collect();
    [
        ("webhook-id", id),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signatures.join(" ")),
        ("event-sequence", sequence.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn signature(key: &str, content: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(content.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// A signing key as libraries of Standard Webhooks take it.
pub fn standard_secret(signing_key: &str) -> String {
    format!("whsec_{}", STANDARD.encode(signing_key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SystemIds;

    #[test]
    fn pauses_grow_and_end() {
        let mut last = Duration::ZERO;
        for attempts in 1..=8 {
            let pause = pause(attempts, None, &SystemIds).unwrap();
            assert!(
                pause > last && pause < Duration::from_secs(27 * 3600),
                "{attempts}"
            );
            last = pause;
        }
        assert_eq!(pause(9, None, &SystemIds), None);
        assert_eq!(pause(0, None, &SystemIds), None);
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_only() {
        let hour = Duration::from_secs(3600);
        assert_eq!(pause(1, Some(hour), &SystemIds), Some(hour));
        assert!(pause(8, Some(hour), &SystemIds).unwrap() > hour);
    }

    #[test]
    fn others_accept_our_signatures_under_each_live_key() {
        let id = EventId(uuid::Uuid::from_u128(7));
        let body = "eyJhbGciOiJIUzI1NiJ9.e30.x";
        let now = chrono::DateTime::from_timestamp(1_900_000_000, 0)
            .unwrap()
            .timestamp();
        let given = headers(id, 3, now, &["new-key", "old-key"], body);
        let header = |wanted: &str| &given.iter().find(|(name, _)| name == wanted).unwrap().1;
        for key in ["new-key", "old-key"] {
            let verifier = standardwebhooks::Webhook::new(&standard_secret(key)).unwrap();
            let signed = verifier.sign(header("webhook-id"), now, body.as_bytes()).unwrap();
            assert!(
                header("webhook-signature").split(' ').any(|one| one == signed),
                "{key}"
            );
        }
    }
}
