//! Requests that change something: who asks, from where, and how the same request is carried out once.
//!
//! A use case begins a [`Write`], does its work on the write's transaction, and ends it with its answer. Audit entry,
//! `Idempotency-Key` and change are committed together: a repeat finds either nothing or the whole answer.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use cotejo_domain::{
    fields::{FieldErrors, Fields},
    ids::AuditId,
    time::Timestamp,
};
use cotejo_store::{
    audit,
    create::RequestKey,
    idempotency::{Claim, claim},
};
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    secrets::{Place, Purpose, hmac_sha256},
};

/// Longest `Idempotency-Key`.
const KEY_LENGTH: usize = 255;

/// The input of a request.
#[derive(Debug, Clone)]
pub enum Input {
    /// A form, or a query.
    Fields(Fields),
    /// JSON: an object, or a list where one is taken.
    Document(Value),
}

/// A request that changes something.
#[derive(Debug, Clone)]
pub struct Command {
    /// Who asks.
    pub caller: Caller,
    /// The address that the request came from; empty where there was none.
    pub origin: String,
    /// Method and path.
    pub route: String,
    /// `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// What is asked.
    pub input: Input,
}

impl Command {
    /// The input as fields, whatever its form.
    pub fn fields(&self) -> AppResult<Fields> {
        match &self.input {
            Input::Fields(fields) => Ok(fields.clone()),
            Input::Document(document) => Ok(Fields::from_json(document.clone())?),
        }
    }

    /// The input as JSON, for what a form cannot say.
    pub fn document(&self) -> AppResult<&Value> {
        match &self.input {
            Input::Document(document) if document.is_object() => Ok(document),
            Input::Document(_) => Err(FieldErrors::one("body", "must be a JSON object").into()),
            Input::Fields(_) => Err(FieldErrors::one("body", "must be JSON").into()),
        }
    }

    /// The input as JSON of any shape, for the few that take a list.
    pub fn json(&self) -> AppResult<&Value> {
        match &self.input {
            Input::Document(document) => Ok(document),
            Input::Fields(_) => Err(FieldErrors::one("body", "must be JSON").into()),
        }
    }

    /// Now, for the client who asks.
    pub(crate) fn now(&self, app: &App) -> Timestamp {
        app.now(self.caller.client())
    }

    fn canonical(&self) -> String {
        match &self.input {
            Input::Fields(fields) => fields.canonical(),
            Input::Document(document) => document.to_string(),
        }
    }
}

/// The answer to a request that changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// HTTP's status.
    pub status: u16,
    /// The answer's JSON.
    pub body: String,
    /// Whether it was given before, to the same `Idempotency-Key`.
    pub replayed: bool,
}

/// The answer where there is nothing to show but that it was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutputMessage {
    /// What was done
    pub message: String,
}

/// Requests with an `Idempotency-Key` that this process is working on.
#[derive(Default)]
pub(crate) struct InFlight(Arc<Mutex<HashSet<String>>>);

/// One of them; dropped when it has ended.
pub(crate) struct Guard(Arc<Mutex<HashSet<String>>>, String);

impl InFlight {
    pub fn enter(&self, key: String) -> AppResult<Guard> {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !keys.insert(key.clone()) {
            return Err(busy());
        }
        Ok(Guard(Arc::clone(&self.0), key))
    }
}

fn busy() -> AppError {
    AppError::Busy("a request with this Idempotency-Key is being processed".to_owned())
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.1);
    }
}

/// A change under way.
pub(crate) struct Write {
    /// Its transaction.
    pub tx: Transaction<'static, Postgres>,
    request: Option<(RequestKey, Guard)>,
}

/// How a request begins.
pub(crate) enum Begun {
    /// It is to be carried out.
    Write(Write),
    /// It was, and this was the answer.
    Again(Done),
}

/// What an audit entry says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Audited<'a> {
    /// What was done.
    pub action: &'static str,
    /// To what.
    pub resource: Uuid,
    /// What was there before, committed to without being kept.
    pub before: Option<&'a str>,
    /// What is there now.
    pub after: Option<&'a str>,
    /// In words, without personal data.
    pub detail: String,
}

impl App {
    /// Begins a request that changes something, unless it is a repeat. Whether the caller may is judged before: the
    /// first line of a use case says what it takes.
    pub(crate) async fn begin(&self, command: &Command) -> AppResult<Begun> {
        let client = command.caller.client().id;
        let key = self.request_key(
            &command.route,
            command.idempotency_key.as_deref(),
            &command.canonical(),
        )?;
        let Some(key) = key else {
            let tx = cotejo_store::begin(&self.inner.pool).await?;
            return Ok(Begun::Write(Write { tx, request: None }));
        };
        let guard = self
            .inner
            .requests
            .enter(format!("{client} {} {}", key.route, key.key))?;
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        match claim(&mut tx, client, &key).await? {
            Claim::Fresh => Ok(Begun::Write(Write {
                tx,
                request: Some((key, guard)),
            })),
            Claim::Busy => Err(busy()),
            Claim::Given { body_hash, .. } if body_hash != key.body_hash => Err(AppError::Conflict(
                "this Idempotency-Key was used with another request".to_owned(),
            )),
            Claim::Given { status, answer, .. } => {
                let unknown =
                    || AppError::Conflict("the outcome of the earlier request is not known".to_owned());
                let sealed = answer.ok_or_else(unknown)?;
                let body = self
                    .inner
                    .secrets
                    .open(self.answer_place(command, &key), &sealed)
                    .map_err(AppError::internal)?;
                Ok(Begun::Again(Done {
                    status,
                    body: String::from_utf8(body).map_err(AppError::internal)?,
                    replayed: true,
                }))
            }
        }
    }

    /// Ends a change with its answer: keeps the answer for repeats, writes the audit entry, commits.
    pub(crate) async fn end<T: Serialize + Sync>(
        &self,
        mut write: Write,
        command: &Command,
        audited: Audited<'_>,
        status: u16,
        answer: &T,
    ) -> AppResult<Done> {
        let body = serde_json::to_string(answer).map_err(AppError::internal)?;
        self.audit(&mut write.tx, command, audited).await?;
        if let Some((key, _guard)) = &write.request {
            let place = self.answer_place(command, key);
            let sealed = self
                .inner
                .secrets
                .seal(place, self.ids().secret(), body.as_bytes());
            let client = command.caller.client().id;
            cotejo_store::idempotency::answer(&mut write.tx, client, key, status, &sealed).await?;
        }
        write.tx.commit().await?;
        Ok(Done {
            status,
            body,
            replayed: false,
        })
    }

    /// Writes an audit entry in the transaction of what it tells.
    pub(crate) async fn audit(
        &self,
        conn: &mut PgConnection,
        command: &Command,
        audited: Audited<'_>,
    ) -> AppResult<()> {
        let client = command.caller.client();
        let now = self.now(client);
        let entry = audit::New {
            client: client.id,
            id: AuditId(self.ids().uuid(now)),
            action: audited.action,
            actor_kind: command.caller.actor,
            actor: Some(command.caller.key.id),
            origin: command.origin.clone(),
            resource: audited.resource,
            at: now,
            before: audited.before.map(|text| self.commitment(audited.resource, text)),
            after: audited.after.map(|text| self.commitment(audited.resource, text)),
            detail: audited.detail,
        };
        Ok(audit::insert(conn, &entry).await?)
    }

    /// A commitment to a text: whoever has the text and the deployment's key can show that it was this one.
    fn commitment(&self, resource: Uuid, text: &str) -> Vec<u8> {
        let (_, key) = self.inner.secrets.active(Purpose::Commitments);
        hmac_sha256(&key, &[resource.as_bytes(), text.as_bytes()]).to_vec()
    }

    /// The request's key, with a keyed hash of the request: a plain one of a document number is found by trying all.
    pub(crate) fn request_key(
        &self,
        route: &str,
        key: Option<&str>,
        canonical: &str,
    ) -> AppResult<Option<RequestKey>> {
        let Some(key) = key else { return Ok(None) };
        if key.is_empty() || key.len() > KEY_LENGTH || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(FieldErrors::one(
                "Idempotency-Key",
                format!("must have 1 to {KEY_LENGTH} printable ASCII characters"),
            )
            .into());
        }
        let (_, secret) = self.inner.secrets.active(Purpose::Fingerprints);
        Ok(Some(RequestKey {
            route: route.to_owned(),
            key: key.to_owned(),
            body_hash: hmac_sha256(&secret, &[canonical.as_bytes()]),
        }))
    }

    fn answer_place<'a>(&self, command: &Command, key: &'a RequestKey) -> Place<'a> {
        Place {
            client: command.caller.client().id,
            what: "idempotency.answer",
            of: key.key.as_bytes(),
        }
    }
}
