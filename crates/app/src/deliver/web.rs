//! Telling an event by a request to a URL.

use cotejo_domain::{
    clients::Client,
    events::Event,
    faults::WebhookFault,
    hooks::{Format, HttpMethod},
    rules::Template,
    time::Timestamp,
    webhooks::{self, Claims, WireEvent},
};
use cotejo_providers::outbound::{Request, SendError};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};

use super::attempt::Told;
use crate::{App, AppError, AppResult, rules::wire_of};

pub(super) struct Web {
    /// Who hears that a delivery failed for good, and what the target is called there.
    pub(super) status_email: Option<(String, String)>,
    pub(super) method: HttpMethod,
    pub(super) url: String,
    pub(super) format: Format,
    /// The newest first.
    pub(super) keys: Vec<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) payload: Payload,
}

/// What a request says.
pub(super) enum Payload {
    /// The event, as the vendor sends it.
    Event,
    /// Some of its fields.
    Variables(Vec<String>),
    /// A template of JSON.
    Template(String),
}

impl App {
    pub(super) async fn call(&self, tenant: &Client, web: &Web, event: &Event, now: Timestamp) -> Told {
        let request = match request(web, event, now) {
            Ok(request) => request,
            Err(error) => {
                tracing::error!(event.id = %event.id, error = %error, "a delivery could not be put together");
                return Told::refused("the body could not be put together");
            }
        };
        let twice = match self.has_fault(tenant, WebhookFault::Duplicate).await {
            Ok(true) => Some(request.clone()),
            Ok(false) | Err(_) => None,
        };
        let sent = self.inner.outbound.send(request).await;
        if let Some(again) = twice {
            drop(self.inner.outbound.send(again).await);
        }
        match sent.outcome {
            Ok(response) => {
                let taken = (200..300).contains(&response.status);
                Told {
                    taken,
                    retry: !taken && response.status != 410,
                    status: Some(response.status),
                    error: String::new(),
                    head: response.head,
                    retry_after: response.retry_after,
                }
            }
            Err(error) => Told {
                retry: !matches!(error, SendError::Unusable(_)),
                error: error.to_string(),
                ..Told::default()
            },
        }
    }
}

/// The request that tells an event.
fn request(web: &Web, event: &Event, now: Timestamp) -> AppResult<Request> {
    let iat = now.seconds();
    let claims = claims_of(&web.payload, event, iat)?;
    let key = web.keys.first().map(String::as_str).unwrap_or_default();
    let (kind, body) = match web.format {
        Format::Jwt => {
            let key = EncodingKey::from_secret(key.as_bytes());
            let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key);
            ("application/jwt", token.map_err(AppError::internal)?)
        }
        Format::Json => ("application/json", claims.get().to_owned()),
    };
    let keys: Vec<&str> = web.keys.iter().map(String::as_str).collect();
    let mut headers = webhooks::headers(event.id, event.sequence, iat, &keys, &body);
    headers.push(("content-type".to_owned(), kind.to_owned()));
    // A client's own headers come last and may not take the place of ours.
    let own = web
        .headers
        .iter()
        .filter(|(name, _)| !name.starts_with("webhook-") && name != "content-type");
    headers.extend(own.cloned());
    Ok(Request {
        method: web.method.to_string(),
        url: web.url.clone(),
        headers,
        body,
    })
}

/// What a request says of an event, as the claims of its token.
fn claims_of(payload: &Payload, event: &Event, iat: i64) -> AppResult<Box<RawValue>> {
    match payload {
        Payload::Event => {
            let wire = WireEvent::new(event).map_err(AppError::internal)?;
            to_raw_value(&Claims::of(wire, iat)).map_err(AppError::internal)
        }
        Payload::Variables(variables) => {
            let wire = wire_of(event)?;
            let mut chosen = serde_json::Map::new();
            for variable in variables {
                let path = cotejo_domain::rules::Path::parse(variable).map_err(AppError::internal)?;
                let value = path
                    .values(&wire)
                    .first()
                    .map_or(Value::Null, |value| (*value).clone());
                chosen.insert(variable.clone(), value);
            }
            let claims = serde_json::json!({ "iss": "Truora", "iat": iat, "variables": chosen });
            to_raw_value(&claims).map_err(AppError::internal)
        }
        Payload::Template(template) => {
            let rendered = Template::parse(template)
                .map_err(AppError::internal)?
                .render_json(&wire_of(event)?);
            // A template that is no JSON is text all the same: the receiver asked for it.
            match serde_json::from_str(&rendered) {
                Ok(json) => Ok(json),
                Err(_) => to_raw_value(&rendered).map_err(AppError::internal),
            }
        }
    }
}
