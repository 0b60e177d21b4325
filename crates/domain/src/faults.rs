//! Faults: what a sandbox client can have go wrong on purpose.

use serde::{Deserialize, Serialize};

use crate::{
    fields::{FieldErrors, Fields},
    ids::FaultId,
    time::Timestamp,
};

/// Longest delay of a fault, in milliseconds: more than any time-out of a caller.
const LONGEST_DELAY: u32 = 60_000;

crate::text_enum! {
    /// What is done to webhooks.
    pub enum WebhookFault {
        /// Each is delivered twice, with the same `webhook-id`.
        Duplicate = "duplicate",
        /// Those that wait together are delivered newest first.
        OutOfOrder = "out_of_order",
    }
}

crate::text_enum! {
    /// What is done to a source.
    pub enum SourceFault {
        /// It fails.
        Fail = "fail",
        /// It answers after `delay_ms`.
        Slow = "slow",
    }
}

crate::text_enum! {
    /// What a fault is about.
    pub enum FaultKind {
        /// A source of checks.
        Source = "source",
        /// A route of the APIs.
        Route = "route",
        /// Deliveries.
        Webhook = "webhook",
    }
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Spec {
    /// A source fails or is slow.
    Source {
        /// Key of the catalogue; `*` is every one.
        source: String,
        /// What it does.
        effect: SourceFault,
        /// How slow it is.
        delay_ms: u32,
    },
    /// A route answers with an error, or slowly.
    Route {
        /// The method; `*` is every one.
        method: String,
        /// What the path begins with.
        path: String,
        /// The error; none is the usual answer after the delay.
        status: Option<u16>,
        /// How slow it is.
        delay_ms: u32,
    },
    /// Webhooks arrive twice or in another order.
    Webhook {
        /// What is done to them.
        effect: WebhookFault,
    },
}

/// A fault that strikes until it is cleared or used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Its id.
    pub id: FaultId,
    /// What goes wrong.
    #[serde(flatten)]
    pub spec: Spec,
    /// How often it still strikes; `None` is until it is cleared.
    pub remaining: Option<i32>,
    /// When it was made, in nanoseconds.
    pub created_ns: i64,
}

impl Fault {
    /// Reads a fault from the fields of a request.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(fields: &Fields, id: FaultId, now: Timestamp) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let number = |name: &str, range: std::ops::RangeInclusive<u32>, errors: &mut FieldErrors| {
            let text = fields.get(name)?;
            let value = text.parse().ok().filter(|value| range.contains(value));
            if value.is_none() {
                errors.push(
                    name,
                    format!("must be a number from {} to {}", range.start(), range.end()),
                );
            }
            value
        };
        let delay_ms = number("delay_ms", 0..=LONGEST_DELAY, &mut errors).unwrap_or(0);
        let times = number("times", 1..=1_000_000, &mut errors);
        let status = number("status", 400..=599, &mut errors).and_then(|status| u16::try_from(status).ok());
        let kind = fields.one_of("kind", FaultKind::ALL, &mut errors);
        let spec = match kind {
            None => {
                if fields.get("kind").is_none() {
                    errors.push("kind", crate::fields::must_be_one_of(FaultKind::ALL));
                }
                None
            }
            Some(FaultKind::Source) => {
                let effect = fields
                    .one_of("effect", SourceFault::ALL, &mut errors)
                    .unwrap_or(SourceFault::Fail);
                let source = fields
                    .text("source", 100, &mut errors)
                    .unwrap_or_else(|| "*".to_owned());
                Some(Spec::Source {
                    source,
                    effect,
                    delay_ms,
                })
            }
            Some(FaultKind::Route) => {
                if status.is_none() && delay_ms == 0 && errors.0.is_empty() {
                    errors.push("status", "is required unless delay_ms is given");
                }
                let method = fields
                    .text("method", 10, &mut errors)
                    .unwrap_or_else(|| "*".to_owned());
                let path = fields
                    .text("path", 200, &mut errors)
                    .unwrap_or_else(|| "/".to_owned());
                Some(Spec::Route {
                    method: method.to_ascii_uppercase(),
                    path,
                    status,
                    delay_ms,
                })
            }
            Some(FaultKind::Webhook) => {
                let effect = fields.one_of("effect", WebhookFault::ALL, &mut errors);
                if effect.is_none() && fields.get("effect").is_none() {
                    errors.push("effect", crate::fields::must_be_one_of(WebhookFault::ALL));
                }
                effect.map(|effect| Spec::Webhook { effect })
            }
        };
        errors.into_result()?;
        let spec = spec.ok_or_else(|| FieldErrors::one("kind", "is required"))?;
        Ok(Self {
            id,
            spec,
            remaining: times.and_then(|times| i32::try_from(times).ok()),
            created_ns: now.nanos(),
        })
    }

    /// Whether it strikes a request.
    pub fn strikes_route(&self, asked: &str, at: &str) -> bool {
        match &self.spec {
            Spec::Route { method, path, .. } => {
                (method == "*" || method == asked) && at.starts_with(path.as_str())
            }
            Spec::Source { .. } | Spec::Webhook { .. } => false,
        }
    }

    /// Whether it strikes a source.
    pub fn strikes_source(&self, key: &str) -> bool {
        matches!(&self.spec, Spec::Source { source, .. } if source == "*" || source == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.add(name, (*value).to_owned());
        }
        fields
    }

    fn parse(pairs: &[(&str, &str)]) -> Result<Fault, FieldErrors> {
        Fault::parse(
            &fields(pairs),
            FaultId(uuid::Uuid::nil()),
            Timestamp::from_nanos(0),
        )
    }

    #[test]
    fn faults_are_read_with_their_defaults() {
        let fault = parse(&[
            ("kind", "route"),
            ("method", "post"),
            ("path", "/v1/checks"),
            ("status", "429"),
        ])
        .unwrap();
        assert!(fault.strikes_route("POST", "/v1/checks"));
        assert!(!fault.strikes_route("GET", "/v1/checks"));
        let fault = parse(&[("kind", "source"), ("times", "2")]).unwrap();
        assert!(fault.strikes_source("co-policia-nacional"));
        assert_eq!(fault.remaining, Some(2));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (pairs, field) in [
            (&[][..], "kind"),
            (&[("kind", "storm")], "kind"),
            (&[("kind", "route")], "status"),
            (&[("kind", "route"), ("status", "200")], "status"),
            (&[("kind", "webhook")], "effect"),
            (
                &[("kind", "source"), ("effect", "slow"), ("delay_ms", "-1")],
                "delay_ms",
            ),
            (&[("kind", "source"), ("times", "0")], "times"),
        ] {
            assert_eq!(parse(pairs).unwrap_err().0[0].field, field, "{pairs:?}");
        }
    }
}
