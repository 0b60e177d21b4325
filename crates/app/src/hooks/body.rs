//! How the wire prints a hook.

use cotejo_domain::{
    events::{EventAction, EventType},
    hooks::{ALL, Enabled, Format, Hook, HttpMethod, Subscriber, SubscriberType},
    ids::{ClientId, HookId},
    language::Language,
    webhooks::standard_secret,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A hook.
#[derive(Debug, Serialize, ToSchema)]
pub struct HookBody {
    /// The client
    #[schema(value_type = String)]
    pub client_id: ClientId,
    /// `all`, or what the events are about
    #[schema(example = "check")]
    pub event_type: &'static str,
    /// Its id
    #[schema(value_type = String)]
    pub hook_id: HookId,
    /// The secret of the token's HMAC
    pub signing_key: String,
    /// The same secret as libraries of Standard Webhooks take it
    pub webhook_secret: String,
    /// `enabled` or `disabled`
    #[schema(value_type = String, example = "enabled")]
    pub status: Enabled,
    /// Why it was disabled, where we did it
    #[serde(skip_serializing_if = "String::is_empty")]
    pub disabled_reason: String,
    /// What happens to them; empty is anything
    #[schema(value_type = Vec<String>)]
    pub actions: Vec<EventAction>,
    /// Who is told
    pub subscriber: SubscriberBody,
    /// `web` or `email`
    #[schema(value_type = String, example = "web")]
    pub subscriber_type: SubscriberType,
    /// RFC 3339
    pub creation_date: String,
    /// RFC 3339
    pub update_date: String,
}

/// Who is told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SubscriberBody {
    /// A URL
    Web {
        /// The method
        #[schema(value_type = String, example = "POST")]
        http_method: HttpMethod,
        /// Where to
        url: String,
        /// `jwt` or `json`
        #[schema(value_type = String, example = "jwt")]
        format: Format,
    },
    /// A mailbox
    Email {
        /// Its address
        address: String,
        /// Whose it is
        name: String,
        /// In which language
        #[schema(value_type = String, example = "es")]
        language: Language,
    },
}

impl HookBody {
    pub(super) fn of(hook: Hook, signing_key: String) -> Self {
        let subscriber_type = hook.subscription.subscriber.kind();
        Self {
            client_id: hook.client,
            event_type: hook.subscription.filter.event_type.map_or(ALL, EventType::as_str),
            hook_id: hook.id,
            webhook_secret: standard_secret(&signing_key),
            signing_key,
            status: hook.subscription.status,
            disabled_reason: hook.disabled_reason,
            actions: hook.subscription.filter.actions,
            subscriber: match hook.subscription.subscriber {
                Subscriber::Web { url, method, format } => SubscriberBody::Web {
                    http_method: method,
                    url,
                    format,
                },
                Subscriber::Email {
                    address,
                    name,
                    language,
                } => SubscriberBody::Email {
                    address,
                    name,
                    language,
                },
            },
            subscriber_type,
            creation_date: hook.created.rfc3339_nanos(),
            update_date: hook.updated.rfc3339_seconds(),
        }
    }
}
