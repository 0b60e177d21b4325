//! What a rule fired for, and what its actions told.

use cotejo_domain::{
    ids::{RuleActionId, RuleId},
    permissions::Permission,
};
use cotejo_store::deliveries;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::MISSING;
use crate::{
    App, AppResult,
    access::Caller,
    cursor::Scope,
    hooks::deliveries::DeliveryBody,
    page::{PAGE, Page, Position, ROWS},
};

/// A rule that fired.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiringBody {
    /// The rule
    #[schema(value_type = String)]
    pub rule_id: RuleId,
    /// The event
    pub event_id: String,
    /// The event's number
    pub sequence: i64,
    /// When, RFC 3339
    pub fired_date: String,
    /// What its actions told
    pub deliveries: Vec<ActionDelivery>,
}

/// What an action told of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionDelivery {
    /// The action
    #[schema(value_type = String)]
    pub action_id: RuleActionId,
    /// The delivery, as hooks have them
    #[serde(flatten)]
    pub delivery: DeliveryBody,
}

impl App {
    /// GET /v1/rules/{rule_id}/firings: what it fired for, newest first, and what came of it.
    pub async fn list_rule_firings(
        &self,
        caller: &Caller,
        id: RuleId,
        start_key: Option<&str>,
    ) -> AppResult<Page<FiringBody>> {
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let filter = id.to_string();
        let scope = Scope {
            client,
            route: "/v1/rules/firings",
            filter: &filter,
        };
        let before = self.start_behind(scope, start_key)?.unwrap_or(i64::MAX);
        let mut conn = self.inner.pool.acquire().await?;
        if cotejo_store::rules::find(&mut conn, client, id, false)
            .await?
            .is_none()
        {
            return Err(MISSING);
        }
        let rows = cotejo_store::rules::firings(&mut conn, client, id, before, ROWS).await?;
        let actions = cotejo_store::rules::actions(&mut conn, client, &[id.0]).await?;
        let targets: Vec<Uuid> = actions.iter().map(|action| action.id.0).collect();
        let events: Vec<Uuid> = rows.iter().map(|firing| firing.event.0).collect();
        let told = deliveries::of_events(&mut conn, client, &targets, &events).await?;
        let mut page = self
            .page(scope, PAGE, rows, |firing| Position::Number(firing.sequence))
            .map(|firing| FiringBody {
                rule_id: id,
                event_id: firing.event.to_string(),
                sequence: firing.sequence,
                fired_date: firing.fired.rfc3339_seconds(),
                deliveries: Vec::new(),
            });
        for (target, delivery) in told {
            let firing = page
                .items
                .iter_mut()
                .find(|firing| firing.sequence == delivery.sequence);
            if let Some(firing) = firing {
                firing.deliveries.push(ActionDelivery {
                    action_id: RuleActionId(target),
                    delivery: delivery.into(),
                });
            }
        }
        Ok(page)
    }
}
