//! Hooks: who hears of which events, how (`contract/checks-wire.md` §9.1).

use crate::{
    contacts::is_email,
    events::{EventAction, EventType},
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::{ClientId, HookId},
    language::Language,
    time::Timestamp,
};

crate::text_enum! {
    /// How a subscriber is told.
    pub enum SubscriberType {
        /// By a request to its URL.
        Web = "web",
        /// By mail.
        Email = "email",
    }
}

crate::text_enum! {
    /// What a request's body is.
    pub enum Format {
        /// A signed token, as the vendor sends it.
        Jwt = "jwt",
        /// Plain JSON.
        Json = "json",
    }
}

crate::text_enum! {
    /// Whether a hook or rule does anything.
    pub enum Enabled {
        /// It does.
        Enabled = "enabled",
        /// It does not.
        Disabled = "disabled",
    }
}

crate::text_enum! {
    /// The method of a request.
    pub enum HttpMethod {
        /// POST
        Post = "POST",
        /// PUT
        Put = "PUT",
        /// PATCH
        Patch = "PATCH",
    }
}

/// The events that a hook asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The type; `None` is all of them.
    pub event_type: Option<EventType>,
    /// The actions; empty is all of them.
    pub actions: Vec<EventAction>,
}

impl Filter {
    /// Whether it asks for this event.
    pub fn wants(&self, event_type: EventType, action: EventAction) -> bool {
        self.event_type.is_none_or(|wanted| wanted == event_type)
            && (self.actions.is_empty() || self.actions.contains(&action))
    }
}

/// What the wire calls every event type.
pub const ALL: &str = "all";

/// What a client says of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Which events.
    pub filter: Filter,
    /// Whether it is told anything.
    pub status: Enabled,
    /// Who is told.
    pub subscriber: Subscriber,
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscriber {
    /// A URL.
    Web {
        /// Where to.
        url: String,
        /// How.
        method: HttpMethod,
        /// As what.
        format: Format,
    },
    /// A mailbox.
    Email {
        /// Its address.
        address: String,
        /// Whose it is.
        name: String,
        /// In which language.
        language: Language,
    },
}

impl Subscriber {
    /// How it is told.
    pub const fn kind(&self) -> SubscriberType {
        match self {
            Self::Web { .. } => SubscriberType::Web,
            Self::Email { .. } => SubscriberType::Email,
        }
    }
}

/// A hook; its keys are kept apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: HookId,
    /// What its owner said.
    pub subscription: Subscription,
    /// Why we disabled it ourselves.
    pub disabled_reason: String,
    /// Since when nothing was delivered although it was tried.
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
}

impl Subscription {
    /// Reads the fields of a request; what is absent stays as it was in `before`.
    ///
    /// # Errors
    /// Every field that is missing or wrong. Whether a URL may be called is for the caller to judge.
    pub fn parse(fields: &Fields, before: Option<&Self>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let kind = fields.one_of("subscriber_type", SubscriberType::ALL, &mut errors);
        let kind = kind.or_else(|| before.map(|before| before.subscriber.kind()));
        if kind.is_none() && fields.get("subscriber_type").is_none() {
            errors.push("subscriber_type", must_be_one_of(SubscriberType::ALL));
        }
        let filter = filter(fields, before.map(|before| &before.filter), &mut errors);
        let status = fields
            .one_of("status", Enabled::ALL, &mut errors)
            .or_else(|| before.map(|before| before.status))
            .unwrap_or(Enabled::Enabled);
        let subscriber = kind.and_then(|kind| match kind {
            SubscriberType::Web => web(fields, before, &mut errors),
            SubscriberType::Email => email(fields, before, &mut errors),
        });
        match (errors.0.is_empty(), filter, subscriber) {
            (true, Some(filter), Some(subscriber)) => Ok(Self {
                filter,
                status,
                subscriber,
            }),
            _ => Err(errors),
        }
    }
}

fn filter(fields: &Fields, before: Option<&Filter>, errors: &mut FieldErrors) -> Option<Filter> {
    let event_type = match fields.get("event_type") {
        Some(text) if text.eq_ignore_ascii_case(ALL) => None,
        Some(_) => Some(fields.one_of("event_type", EventType::ALL, errors)?),
        None => match before {
            Some(before) => before.event_type,
            None => {
                errors.push(
                    "event_type",
                    format!("must be {ALL} or {}", must_be_one_of(EventType::ALL)),
                );
                return None;
            }
        },
    };
    let known = event_type
        .and_then(EventType::family)
        .map_or(EventAction::ALL, |family| family.actions);
    let asked: Vec<&str> = fields
        .all("actions")
        .iter()
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .collect();
    let mut actions = Vec::new();
    for text in &asked {
        match text.parse() {
            Ok(action) if known.contains(&action) => actions.push(action),
            _ if text.eq_ignore_ascii_case(ALL) => {}
            _ => {
                errors.push("actions", must_be_one_of(known));
                return None;
            }
        }
    }
    if asked.is_empty()
        && let Some(before) = before.filter(|before| before.event_type == event_type)
    {
        actions.clone_from(&before.actions);
    }
    actions.sort_unstable();
    actions.dedup();
    Some(Filter { event_type, actions })
}

fn web(fields: &Fields, before: Option<&Subscription>, errors: &mut FieldErrors) -> Option<Subscriber> {
    let known = match before.map(|before| &before.subscriber) {
        Some(Subscriber::Web { url, method, format }) => Some((url, *method, *format)),
        _ => None,
    };
    let given = fields.get("subscriber_url").map(str::to_owned);
    let url = given.or_else(|| known.map(|(url, _, _)| url.clone()));
    if url.is_none() {
        errors.push("subscriber_url", "is required for subscriber_type web");
    }
    let method = fields.one_of("http_method", HttpMethod::ALL, errors);
    let format = fields.one_of("format", Format::ALL, errors);
    Some(Subscriber::Web {
        url: url?,
        method: method
            .or(known.map(|(_, method, _)| method))
            .unwrap_or(HttpMethod::Post),
        format: format
            .or(known.map(|(_, _, format)| format))
            .unwrap_or(Format::Jwt),
    })
}

fn email(fields: &Fields, before: Option<&Subscription>, errors: &mut FieldErrors) -> Option<Subscriber> {
    let known = match before.map(|before| &before.subscriber) {
        Some(Subscriber::Email {
            address,
            name,
            language,
        }) => Some((address, name, *language)),
        _ => None,
    };
    let given = fields.get("subscriber_address").map(str::to_owned);
    let address = given.or_else(|| known.map(|(address, _, _)| address.clone()));
    match &address {
        None => errors.push("subscriber_address", "is required for subscriber_type email"),
        Some(address) if !is_email(address) => errors.push("subscriber_address", "must be an e-mail address"),
        Some(_) => {}
    }
    let name = fields.text("subscriber_name", 100, errors);
    let language = fields.one_of("subscriber_language", Language::ALL, errors);
    Some(Subscriber::Email {
        address: address?,
        name: name
            .or_else(|| known.map(|(_, name, _)| name.clone()))
            .unwrap_or_default(),
        language: language
            .or(known.map(|(_, _, language)| language))
            .unwrap_or(Language::Es),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)], before: Option<&Subscription>) -> Result<Subscription, Vec<String>> {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.add(name, (*value).to_owned());
        }
        Subscription::parse(&fields, before)
            .map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
    }

    const WEB: &[(&str, &str)] = &[
        ("subscriber_type", "web"),
        ("event_type", "check"),
        ("actions", "finished"),
        ("actions", "created"),
        ("subscriber_url", "https://example.com/hook"),
    ];

    #[test]
    fn a_web_subscription_is_read_with_its_defaults() {
        let hook = parse(WEB, None).unwrap();
        assert_eq!(hook.filter.actions, [EventAction::Created, EventAction::Finished]);
        let Subscriber::Web { method, format, .. } = hook.subscriber else {
            panic!("not web")
        };
        assert_eq!((method, format), (HttpMethod::Post, Format::Jwt));
    }

    #[test]
    fn what_an_update_leaves_out_stays() {
        let before = parse(WEB, None).unwrap();
        let after = parse(&[("status", "disabled")], Some(&before)).unwrap();
        assert_eq!(after.filter, before.filter);
        assert_eq!(after.subscriber, before.subscriber);
        assert_eq!(after.status, Enabled::Disabled);
        let after = parse(&[("event_type", "all")], Some(&before)).unwrap();
        assert_eq!(
            after.filter,
            Filter {
                event_type: None,
                actions: Vec::new()
            }
        );
        assert_eq!(
            parse(&[("subscriber_type", "email")], Some(&before)).unwrap_err(),
            ["subscriber_address"]
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (pairs, wrong) in [
            (&[][..], &["subscriber_type", "event_type"][..]),
            (
                &[("subscriber_type", "web"), ("event_type", "weather")],
                &["event_type", "subscriber_url"],
            ),
            (
                &[
                    ("subscriber_type", "web"),
                    ("event_type", "check"),
                    ("actions", "changed"),
                    ("subscriber_url", "x"),
                ],
                &["actions"],
            ),
            (
                &[
                    ("subscriber_type", "email"),
                    ("event_type", "all"),
                    ("subscriber_address", "nobody"),
                ],
                &["subscriber_address"],
            ),
        ] {
            assert_eq!(parse(pairs, None).unwrap_err(), wrong, "{pairs:?}");
        }
    }
}
