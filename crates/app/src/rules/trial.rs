//! What a rule would have done with past events.

use cotejo_domain::{
    fields::FieldErrors,
    ids::RuleId,
    permissions::{Permission, hide},
    rules::{Definition, Explanation},
};
use cotejo_store::events::Range;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{MISSING, wire_of};
use crate::{
    App, AppResult,
    command::{Command, Input},
};

/// Most past events that a rule is tried against.
const TRIED: i64 = 200;

/// What a rule would have done with an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tried {
    /// The event
    pub event_id: String,
    /// Its number
    pub sequence: i64,
    /// `event_type:event_action`
    pub activator: String,
    /// Whether it would have fired
    pub fires: bool,
    /// Why; null where there are no conditions, and for a key that does not see all personal data
    #[schema(value_type = Option<Object>)]
    pub explanation: Option<Explanation>,
}

/// What a rule would have done.
#[derive(Debug, Serialize, ToSchema)]
pub struct TryRuleOutput {
    /// How many past events it would have looked at
    pub looked_at: usize,
    /// For how many it would have fired
    pub fired: usize,
    /// The events, the oldest first
    pub events: Vec<Tried>,
}

impl App {
    /// POST /v1/rules/{rule_id}/try: what the rule, or the rule in the body, would have done with past events.
    pub async fn try_rule(&self, command: &Command, id: RuleId) -> AppResult<TryRuleOutput> {
        let caller = &command.caller;
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let limit = match &command.input {
            Input::Fields(fields) => fields.get("limit").map(str::to_owned),
            Input::Document(document) => document.get("limit").map(Value::to_string),
        };
        let limit = match limit {
            None => 50,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=TRIED).contains(limit))
                .ok_or_else(|| FieldErrors::one("limit", format!("must be a number from 1 to {TRIED}")))?,
        };
        // An explanation shows what it found, and a masked caller may not see all of it.
        let explained = caller.key.masks().is_empty();
        let mut conn = self.inner.pool.acquire().await?;
        let rule = cotejo_store::rules::find(&mut conn, client, id, false)
            .await?
            .ok_or(MISSING)?;
        let definition = match command.document() {
            Ok(document) => Definition::parse(document, Some(&rule.definition))?,
            Err(_) => rule.definition,
        };
        let head = cotejo_store::events::head(&mut conn, client).await?;
        let mut looked = Vec::new();
        for activator in &definition.activators {
            let range = Range {
                to: Some(head),
                event_type: Some(activator.event_type),
                action: Some(activator.action),
                limit,
                ..Range::default()
            };
            looked.extend(cotejo_store::events::newest(&mut conn, client, range).await?);
        }
        looked.sort_unstable_by_key(|event| event.sequence);
        let skipped = looked
            .len()
            .saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
        let events = looked
            .iter()
            .skip(skipped)
            .map(|event| {
                let mut wire = wire_of(event)?;
                hide(&mut wire, &caller.key.masks());
                Ok(Tried {
                    event_id: event.id.to_string(),
                    sequence: event.sequence,
                    activator: format!("{}:{}", event.event_type, event.action),
                    fires: definition.holds(&wire),
                    explanation: definition
                        .condition
                        .as_ref()
                        .filter(|_| explained)
                        .map(|condition| condition.explain(&wire)),
                })
            })
            .collect::<AppResult<Vec<_>>>()?;
        Ok(TryRuleOutput {
            looked_at: events.len(),
            fired: events.iter().filter(|tried| tried.fires).count(),
            events,
        })
    }
}
