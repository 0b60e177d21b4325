//! What was delivered to a hook.

use cotejo_domain::{
    fields::{FieldErrors, Fields},
    ids::{DeliveryId, HookId},
    permissions::Permission,
    webhooks::DeliveryState,
};
use cotejo_store::deliveries::{self, Listing};
use serde::Serialize;
use utoipa::ToSchema;

use super::MISSING;
use crate::{
    App, AppResult,
    access::Caller,
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

/// A delivery and how each attempt went.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryBody {
    /// Its id
    #[schema(value_type = String)]
    pub delivery_id: DeliveryId,
    /// The event; absent for a test
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// The event's number; 0 for a test
    pub sequence: i64,
    /// `pending`, `delivered` or `failed`
    #[schema(value_type = String, example = "delivered")]
    pub status: DeliveryState,
    /// When it is tried next, while it is pending
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt_date: Option<String>,
    /// RFC 3339
    pub creation_date: String,
    /// The first first
    pub attempts: Vec<AttemptBody>,
}

/// An attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptBody {
    /// When it began, RFC 3339
    pub started_date: String,
    /// How long it took, in milliseconds
    pub elapsed_ms: f64,
    /// What the receiver answered
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// Why it did not
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// How its answer began
    #[serde(skip_serializing_if = "String::is_empty")]
    pub response_head: String,
}

impl From<deliveries::Delivery> for DeliveryBody {
    fn from(delivery: deliveries::Delivery) -> Self {
        let pending = delivery.state == DeliveryState::Pending;
        let attempts = delivery.attempts.into_iter().map(|tried| AttemptBody {
            started_date: tried.started.rfc3339_seconds(),
            elapsed_ms: f64::from(tried.elapsed_us) / 1000.0,
            http_status: tried.status,
            error: tried.error,
            response_head: tried.response_head,
        });
        Self {
            delivery_id: delivery.id,
            event_id: delivery.event.map(|event| event.to_string()),
            sequence: delivery.sequence,
            status: delivery.state,
            next_attempt_date: pending.then(|| delivery.next.rfc3339_seconds()),
            creation_date: delivery.created.rfc3339_nanos(),
            attempts: attempts.collect(),
        }
    }
}

impl App {
    /// GET /v1/hooks/{hook_id}/deliveries: what was told to it, newest first.
    pub async fn list_hook_deliveries(
        &self,
        caller: &Caller,
        id: HookId,
        query: &Fields,
    ) -> AppResult<Page<DeliveryBody>> {
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let mut errors = FieldErrors::default();
        let state = query.one_of("status", DeliveryState::ALL, &mut errors);
        errors.into_result()?;
        let filter = format!("{id} {}", state.map_or("", DeliveryState::as_str));
        let scope = Scope {
            client,
            route: "/v1/hooks/deliveries",
            filter: &filter,
        };
        let listing = Listing {
            state,
            after: self.start_after(scope, query.get("start_key"))?,
            limit: ROWS,
            ..Listing::default()
        };
        let mut conn = self.inner.pool.acquire().await?;
        if cotejo_store::hooks::find(&mut conn, client, id, false)
            .await?
            .is_none()
        {
            return Err(MISSING);
        }
        let rows = deliveries::list(&mut conn, client, id.0, listing).await?;
        Ok(self
            .page(scope, PAGE, rows, |delivery| Position::Id(delivery.id.0))
            .map(DeliveryBody::from))
    }
}
