//! A rule with its actions, and how the wire prints it.

use cotejo_domain::{
    events::Product,
    hooks::Enabled,
    ids::{ClientId, RuleActionId, RuleId},
    rules::{Action, Activator, Definition, Rule},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleBody {
    /// Its id
    #[schema(value_type = String)]
    pub rule_id: RuleId,
    /// The client
    #[schema(value_type = String)]
    pub client_id: ClientId,
    /// Its name
    pub name: String,
    /// In words
    pub description: String,
    /// The product whose events it is about
    #[schema(value_type = String, example = "checks")]
    pub product: Product,
    /// The part of the product
    #[schema(example = "checks")]
    pub subproduct: String,
    /// The events that make it look
    #[schema(value_type = Vec<String>, example = json!(["check:finished"]))]
    pub activators: Vec<String>,
    /// What has to hold; null is always
    #[schema(value_type = Option<Object>)]
    pub conditions: Value,
    /// What it does; secrets are hidden
    #[schema(value_type = Vec<Object>)]
    pub actions: Vec<Value>,
    /// `enabled` or `disabled`
    #[schema(value_type = String, example = "enabled")]
    pub status: Enabled,
    /// RFC 3339
    pub creation_date: String,
    /// RFC 3339
    pub update_date: String,
}

/// A rule with its actions.
pub(super) struct Whole {
    pub(super) rule: Rule,
    pub(super) actions: Vec<(RuleActionId, Action)>,
}

impl Whole {
    pub(super) fn body(&self) -> RuleBody {
        let Definition {
            name,
            description,
            product,
            subproduct,
            activators,
            condition,
            status,
        } = &self.rule.definition;
        let shown = |(id, action): &(RuleActionId, Action)| {
            let mut shown = action.shown();
            shown["action_id"] = id.to_string().into();
            shown
        };
        RuleBody {
            rule_id: self.rule.id,
            client_id: self.rule.client,
            name: name.clone(),
            description: description.clone(),
            product: *product,
            subproduct: subproduct.clone(),
            activators: activators.iter().map(Activator::to_string).collect(),
            conditions: condition
                .as_ref()
                .map_or(Value::Null, cotejo_domain::rules::Condition::to_json),
            actions: self.actions.iter().map(shown).collect(),
            status: *status,
            creation_date: self.rule.created.rfc3339_nanos(),
            update_date: self.rule.updated.rfc3339_seconds(),
        }
    }
}
