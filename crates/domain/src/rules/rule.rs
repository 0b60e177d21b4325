//! A rule: which events it is about, what has to hold, what is done.

use std::fmt;

use serde_json::Value;

use super::Condition;
use crate::{
    events::{EventAction, EventType, FAMILIES, Family, Product},
    fields::{FieldErrors, must_be_one_of},
    hooks::Enabled,
    ids::{ClientId, RuleId},
    time::Timestamp,
};

/// An event that makes a rule look: `check:finished`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Activator {
    /// About what.
    pub event_type: EventType,
    /// What happened.
    pub action: EventAction,
}

impl fmt::Display for Activator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.event_type, self.action)
    }
}

impl std::str::FromStr for Activator {
    type Err = crate::fields::UnknownValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (event_type, action) = text.rsplit_once(':').ok_or(crate::fields::UnknownValue)?;
        Ok(Self {
            event_type: event_type.parse()?,
            action: action.parse()?,
        })
    }
}

/// What a client says of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Its name, unique among the client's rules.
    pub name: String,
    /// In words.
    pub description: String,
    /// The product whose events it is about.
    pub product: Product,
    /// The part of the product.
    pub subproduct: String,
    /// The events that make it look.
    pub activators: Vec<Activator>,
    /// What has to hold; none is always.
    pub condition: Option<Condition>,
    /// Whether it does anything.
    pub status: Enabled,
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: RuleId,
    /// What its owner said.
    pub definition: Definition,
    /// Only events behind this number are judged.
    pub from_sequence: i64,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
}

impl Definition {
    /// Reads a rule; what is absent stays as it was in `before`.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(json: &Value, before: Option<&Self>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = text(json, "name", 100, &mut errors).or_else(|| before.map(|before| before.name.clone()));
        if name.as_deref().unwrap_or_default().is_empty() && errors.0.is_empty() {
            errors.push("name", "is required");
        }
        let description = text(json, "description", 1000, &mut errors)
            .or_else(|| before.map(|before| before.description.clone()));
        let status = match &json["status"] {
            Value::Null => Some(before.map_or(Enabled::Enabled, |before| before.status)),
            value => one_of(value, "status", Enabled::ALL, &mut errors),
        };
        let product = match &json["product"] {
            Value::Null => before.map(|before| before.product),
            value => one_of(value, "product", Product::ALL, &mut errors),
        };
        if product.is_none() && json["product"].is_null() {
            errors.push("product", must_be_one_of(Product::ALL));
        }
        let families = product.map(|product| family(json, product, before, &mut errors));
        let activators = families
            .flatten()
            .map(|family| activators(json, family, before, &mut errors));
        let condition = match &json["conditions"] {
            Value::Null if json.get("conditions").is_some() => Ok(None),
            Value::Null => Ok(before.and_then(|before| before.condition.clone())),
            Value::Object(members) if members.is_empty() => Ok(None),
            value => Condition::parse(value).map(Some),
        };
        let condition = condition.unwrap_or_else(|wrong| {
            errors.0.extend(wrong.0);
            None
        });
        errors.into_result()?;
        let (Some(name), Some(status), Some(product), Some((subproduct, activators))) =
            (name, status, product, activators)
        else {
            return Err(FieldErrors::one("body", "is not a rule"));
        };
        Ok(Self {
            name,
            description: description.unwrap_or_default(),
            product,
            subproduct,
            activators,
            condition,
            status,
        })
    }

    /// Whether an event makes it look.
    pub fn looks_at(&self, event_type: EventType, action: EventAction) -> bool {
        self.activators.contains(&Activator { event_type, action })
    }

    /// Whether it fires for an event, as the event is sent.
    pub fn holds(&self, event: &Value) -> bool {
        self.condition
            .as_ref()
            .is_none_or(|condition| condition.holds(event))
    }
}

fn text(json: &Value, member: &str, longest: usize, errors: &mut FieldErrors) -> Option<String> {
    match &json[member] {
        Value::Null => None,
        Value::String(text) if text.chars().count() <= longest && !text.chars().any(char::is_control) => {
            Some(text.trim().to_owned())
        }
        _ => {
            errors.push(member, format!("must be a text of at most {longest} characters"));
            None
        }
    }
}

fn one_of<T: std::str::FromStr + fmt::Display>(
    value: &Value,
    member: &str,
    known: &[T],
    errors: &mut FieldErrors,
) -> Option<T> {
    let read = value.as_str().and_then(|text| text.parse().ok());
    if read.is_none() {
        errors.push(member, must_be_one_of(known));
    }
    read
}

/// The part of the product that the rule is about.
fn family(
    json: &Value,
    product: Product,
    before: Option<&Definition>,
    errors: &mut FieldErrors,
) -> Option<&'static Family> {
    let of_product: Vec<&'static Family> = FAMILIES
        .iter()
        .filter(|family| family.product == product)
        .collect();
    let asked = match &json["subproduct"] {
        Value::String(text) => Some(text.as_str()),
        _ => before
            .filter(|before| before.product == product)
            .map(|before| before.subproduct.as_str()),
    };
    let found = asked.and_then(|asked| {
        of_product
            .iter()
            .find(|family| family.subproduct.eq_ignore_ascii_case(asked))
            .copied()
    });
    if found.is_none() {
        let known: Vec<&str> = of_product.iter().map(|family| family.subproduct).collect();
        errors.push("subproduct", must_be_one_of(&known));
    }
    found
}

/// The subproduct, and the events of it that make the rule look. An action alone means one of that part.
fn activators(
    json: &Value,
    family: &Family,
    before: Option<&Definition>,
    errors: &mut FieldErrors,
) -> (String, Vec<Activator>) {
    let known: Vec<Activator> = family
        .actions
        .iter()
        .map(|action| Activator {
            event_type: family.event_type,
            action: *action,
        })
        .collect();
    let read = match &json["activators"] {
        Value::Null => before
            .filter(|before| before.subproduct == family.subproduct)
            .map(|before| before.activators.clone()),
        Value::Array(items) => items
            .iter()
            .map(|item| {
                let text = item.as_str()?;
                let full = if text.contains(':') {
                    text.to_owned()
                } else {
                    format!("{}:{text}", family.event_type)
                };
                full.parse().ok().filter(|activator| known.contains(activator))
            })
            .collect(),
        _ => None,
    };
    let mut read = read
        .filter(|read: &Vec<Activator>| !read.is_empty())
        .unwrap_or_else(|| {
            errors.push(
                "activators",
                format!("must be a list; each {}", must_be_one_of(&known)),
            );
            Vec::new()
        });
    read.sort_unstable();
    read.dedup();
    (family.subproduct.to_owned(), read)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(json: &Value, before: Option<&Definition>) -> Result<Definition, Vec<String>> {
        Definition::parse(json, before)
            .map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn a_rule_is_read_and_changed_in_part() {
        let rule = parse(
            &json!({"name": "low scores", "product": "checks", "subproduct": "checks", "activators": ["finished"],
                    "conditions": {"field": "score", "operator": "less_than", "value": 0.5}}),
            None,
        )
        .unwrap();
        assert!(rule.looks_at(EventType::Check, EventAction::Finished));
        assert!(rule.holds(&json!({"object": {"score": 0.1}})));
        assert!(!rule.holds(&json!({"object": {"score": 0.9}})));
        let changed = parse(&json!({"status": "disabled", "conditions": null}), Some(&rule)).unwrap();
        assert_eq!(changed.name, rule.name);
        assert_eq!(changed.condition, None);
        assert_eq!(changed.status, Enabled::Disabled);
    }

    #[test]
    fn the_activators_of_the_override_guide_are_there() {
        let rule = parse(
            &json!({"name": "overrides", "product": "digital_identity", "subproduct": "web_processes",
                    "activators": ["overwritten_failure", "digital_identity.identity_process:overwritten_success"]}),
            None,
        )
        .unwrap();
        assert_eq!(rule.activators.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (json, wrong) in [
            (json!({}), &["name", "product"][..]),
            (json!({"name": "a", "product": "checks"}), &["subproduct"]),
            (
                json!({"name": "a", "product": "checks", "subproduct": "checks"}),
                &["activators"],
            ),
            (
                json!({"name": "a", "product": "checks", "subproduct": "checks", "activators": ["changed"],
                       "status": "on", "conditions": {"field": "score"}}),
                &["status", "activators", "conditions.operator"],
            ),
        ] {
            let found = parse(&json, None).unwrap_err();
            for field in wrong {
                assert!(found.iter().any(|name| name == field), "{json} {found:?}");
            }
        }
    }
}
