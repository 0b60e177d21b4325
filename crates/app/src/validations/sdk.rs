//! What the vendor's own app asks besides: whether a picture will do, and where to log (`contract/identity-wire.md` §3.9).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cotejo_domain::{
    fields::FieldErrors,
    ids::ValidationId,
    permissions::Permission,
    reading::PictureFault,
    validations::{
        Asked, DeclinedReason, DocumentCountry, DocumentKind, Slot, Validation, documents::DocumentType,
    },
};
use cotejo_providers::sandbox::validations::{Fate, fate};
use cotejo_store::{looks::Seen, validation_accounts, validations};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{App, AppResult, access::Caller, command::Command};

/// Most events of one request.
const MOST_EVENTS: usize = 50;

/// Longest name of an event.
const LONGEST_NAME: usize = 35;

/// Whether a picture will do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Evaluation {
    /// What is wrong; absent where nothing is
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback: Option<Feedback>,
    /// `success` or `failure`
    status: &'static str,
}

/// What is wrong with a picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct Feedback {
    /// What to do about it
    hints: Vec<&'static str>,
    /// What is wrong
    #[schema(value_type = String, example = "blurry_image")]
    reason: PictureFault,
}

/// What was logged.
#[derive(Debug, Serialize, ToSchema)]
pub struct Logged {
    /// How many events
    events_logged: usize,
    /// In words
    message: &'static str,
    /// As it was sent
    platform: String,
    /// As it was sent
    sdk_version: String,
}

impl Evaluation {
    fn of(fault: Option<PictureFault>) -> Self {
        Self {
            feedback: fault.map(|fault| Feedback {
                hints: vec![fault.hint()],
                reason: fault,
            }),
            status: if fault.is_some() { "failure" } else { "success" },
        }
    }
}

impl App {
    /// Says whether a picture will do before it is uploaded. A sandbox client's pictures do unless a scenario says
    /// otherwise; a live client's are looked at.
    pub async fn evaluate_image(&self, command: &Command) -> AppResult<Evaluation> {
        let caller = &command.caller;
        caller.require(Permission::ValidationsWrite)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let picture = fields.get("image").map(|text| {
            let text = text.split_once(";base64,").map_or(text, |(_, rest)| rest);
            STANDARD.decode(text.trim()).unwrap_or_default()
        });
        let picture = picture.unwrap_or_else(|| {
            errors.push("image", "is required");
            Vec::new()
        });
        if picture.is_empty() && errors.0.is_empty() {
            errors.push("image", "must be a picture in Base64");
        }
        let validation = fields.get("validation_id").and_then(|text| {
            let id: Option<ValidationId> = text.parse().ok();
            if id.is_none() {
                errors.push("validation_id", "is no id of a validation");
            }
            id
        });
        let country = fields.one_of("country", DocumentCountry::ALL, &mut errors);
        let document_type = fields.one_of("document_type", DocumentType::ALL, &mut errors);
        let sides = &["front", "reverse", "back"].map(Side);
        let side = fields.one_of("document_side", sides, &mut errors);
        errors.into_result()?;
        let there = self.validation_of(caller, validation).await?;
        if caller.client().is_sandbox() {
            let declined = self.fate_of(there.as_ref()).await?;
            return Ok(Evaluation::of(declined.and_then(PictureFault::of)));
        }
        let named = country
            .zip(document_type)
            .map(|(country, document_type)| DocumentKind {
                country,
                document_type,
            });
        let asked = there.and_then(|validation| match validation.asked {
            Asked::Document { kind, .. } => Some(kind),
            _ => None,
        });
        let Some(kind) = named.or(asked) else {
            let mut missing = FieldErrors::default();
            for name in ["country", "document_type"]
                .into_iter()
                .filter(|name| fields.get(name).is_none())
            {
                missing.push(name, "is required, or the validation_id of a document");
            }
            return Err(missing.into());
        };
        let slot = match side {
            None | Some(Side("front")) => Slot::Front,
            Some(_) => Slot::Reverse,
        };
        match self.seen_by_worker(caller.client(), kind, slot, &picture).await? {
            Seen::Bad(fault) => Ok(Evaluation::of(Some(fault))),
            Seen::NoPicture => Err(FieldErrors::one("image", "must be a picture in Base64").into()),
            Seen::Good | Seen::Nothing => Ok(Evaluation::of(None)),
        }
    }

    async fn validation_of(
        &self,
        caller: &Caller,
        id: Option<ValidationId>,
    ) -> AppResult<Option<Validation>> {
        let Some(id) = id else { return Ok(None) };
        let mut conn = self.inner.pool.acquire().await?;
        let validation = validations::find(&mut conn, caller.client().id, id).await?;
        Ok(Some(validation.ok_or(super::VALIDATION)?))
    }

    /// What a scenario would have a sandbox client's validation declined for.
    async fn fate_of(&self, validation: Option<&Validation>) -> AppResult<Option<DeclinedReason>> {
        let Some(validation) = validation else {
            return Ok(None);
        };
        let mut conn = self.inner.pool.acquire().await?;
        let account =
            validation_accounts::find(&mut conn, validation.client, &validation.account_name).await?;
        Ok(match account.and_then(|account| fate(&account)) {
            Some(Fate::Declined(reason)) => Some(reason),
            _ => None,
        })
    }

    /// Takes what the app did to the log of this process: names and durations, nothing that it says besides.
    pub fn log_sdk_events(&self, command: &Command) -> AppResult<Logged> {
        command.caller.require(Permission::ValidationsWrite)?;
        let document = command.document()?;
        let events = document["events"].as_array().map_or(&[][..], Vec::as_slice);
        let mut errors = FieldErrors::default();
        if events.is_empty() || events.len() > MOST_EVENTS {
            errors.push("events", format!("must be a list of 1 to {MOST_EVENTS} events"));
        }
        let name = |event: &Value| event["event_name"].as_str().map(|name| name.chars().count());
        if events
            .iter()
            .any(|event| !name(event).is_some_and(|length| (1..=LONGEST_NAME).contains(&length)))
        {
            errors.push("event_name", format!("must have 1 to {LONGEST_NAME} characters"));
        }
        errors.into_result()?;
        let text = |member: &str| document[member].as_str().unwrap_or_default().to_owned();
        let (platform, sdk_version) = (text("platform"), text("sdk_version"));
        for event in events {
            tracing::debug!(
                client.id = %command.caller.client().id,
                event.name = event["event_name"].as_str().filter(|name| is_plain(name)),
                event.success = event["success"].as_bool(),
                event.duration_ms = event["duration_ms"].as_i64(),
                "an app did something"
            );
        }
        Ok(Logged {
            events_logged: events.len(),
            message: "the events were logged",
            platform,
            sdk_version,
        })
    }
}

/// Whether a name is one of a program's: what a person typed is not logged.
fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A side of a document, as the app names it.
#[derive(Clone, Copy, PartialEq)]
struct Side(&'static str);

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::str::FromStr for Side {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let known = ["front", "reverse", "back"];
        let found = known.iter().find(|known| known.eq_ignore_ascii_case(text));
        found.map(|known| Self(known)).ok_or(())
    }
}
