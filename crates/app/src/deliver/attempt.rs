//! One attempt at a delivery, and what came of it.

use std::{borrow::Cow, time::Duration};

use cotejo_domain::{
    clients::Client,
    events::Event,
    ids::EventId,
    time::Timestamp,
    webhooks::{self, DeliveryState},
};
use cotejo_store::deliveries::{Attempt, Due};

use super::target::Target;
use crate::App;

/// What came of an attempt.
pub(super) struct Tried {
    pub(super) attempt: Attempt,
    /// The receiver is gone for good (410).
    pub(super) gone: bool,
}

impl App {
    /// Makes one attempt. Whatever goes wrong is a result.
    pub(super) async fn attempt(&self, tenant: &Client, target: &Target, due: &Due) -> Tried {
        let started = self.clock().now();
        let begun = std::time::Instant::now();
        let event = match &due.event {
            Some(event) => Some(Cow::Borrowed(event)),
            None => due.is_test.then(|| Cow::Owned(test_event(tenant, due, started))),
        };
        let result = match (target, event.as_deref()) {
            (Target::Nobody, _) => Told::refused("the target is gone"),
            (_, None) => Told::refused("the event is gone"),
            (Target::Web(web), Some(event)) => self.call(tenant, web, event, started).await,
            (Target::Mailbox { readers, text }, Some(event)) => self.mail(tenant, readers, text, event).await,
        };
        let elapsed = begun.elapsed();
        let n = due.attempts.saturating_add(1);
        let again = if result.retry && !due.is_test {
            webhooks::pause(n, result.retry_after, self.ids())
        } else {
            None
        };
        let now = self.now(tenant);
        let (state, next) = match again {
            _ if result.taken => (DeliveryState::Delivered, now),
            Some(pause) => {
                let nanos = i64::try_from(pause.as_nanos()).unwrap_or(i64::MAX);
                (
                    DeliveryState::Pending,
                    Timestamp::from_nanos(now.nanos().saturating_add(nanos)),
                )
            }
            None => (DeliveryState::Failed, now),
        };
        metrics::counter!("cotejo_deliveries_total", "state" => state.as_str()).increment(1);
        if due.attempts == 0
            && let Some(event) = &due.event
        {
            let waited = self.now(tenant).nanos().saturating_sub(event.created.nanos());
            #[expect(clippy::cast_precision_loss, reason = "a histogram of seconds")]
            metrics::histogram!("cotejo_event_to_delivery_seconds").record(waited as f64 / 1e9);
        }
        Tried {
            gone: result.status == Some(410),
            attempt: Attempt {
                delivery: due.id,
                n,
                started,
                elapsed_us: i32::try_from(elapsed.as_micros()).unwrap_or(i32::MAX),
                status: result.status,
                error: result.error,
                response_head: result.head,
                state,
                next,
            },
        }
    }
}

/// What came of one attempt.
#[derive(Default)]
pub(super) struct Told {
    pub(super) taken: bool,
    pub(super) retry: bool,
    pub(super) status: Option<u16>,
    pub(super) error: String,
    pub(super) head: String,
    pub(super) retry_after: Option<Duration>,
}

impl Told {
    pub(super) fn taken() -> Self {
        Self {
            taken: true,
            ..Self::default()
        }
    }

    pub(super) fn later(error: &str) -> Self {
        Self {
            retry: true,
            error: error.to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn refused(error: &str) -> Self {
        Self {
            error: error.to_owned(),
            ..Self::default()
        }
    }
}

/// The event that a test tells: its id is the delivery's, and nothing of the client's is in it.
fn test_event(tenant: &Client, due: &Due, now: Timestamp) -> Event {
    Event {
        id: EventId(due.id.0),
        sequence: 0,
        event_type: cotejo_domain::events::EventType::Check,
        action: cotejo_domain::events::EventAction::Finished,
        resource: due.id.0,
        resource_version: 0,
        created: now,
        body: serde_json::json!({ "test": true, "client_id": tenant.id }).to_string(),
    }
}
