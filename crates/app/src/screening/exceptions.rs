//! Exceptions: hits that an operator found to be of somebody else.
//!
//! An exception binds a person to an entry as both were when it was made. Who it is about is kept as a digest under a
//! salt of its own: nothing of the person is in it, and it outlives the check.

use cotejo_domain::{
    fields::FieldErrors,
    hex::{hex, unhex},
    ids::{CheckId, ExceptionId},
    permissions::Permission,
    screening::{Exception, Subject},
    time::{Timestamp, parse_instant},
};
use cotejo_store::exceptions::{self, ExceptionRow, Listing};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    checks::engine::named_inputs,
    command::{Audited, Begun, Command, Done},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

const ROUTE: &str = "/v1/screening/exceptions";
const REQUIRED: &str = "is required";
const MISSING: AppError = AppError::NotFound("The exception");

/// Longest reason.
const REASON: usize = 1000;

/// A hit that was set aside.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScreeningException)]
pub struct ExceptionBody {
    /// Its id
    #[schema(value_type = String)]
    exception_id: ExceptionId,
    /// The check whose hit it was
    #[schema(value_type = String)]
    check_id: CheckId,
    /// The list, as the catalogue names it
    #[schema(example = "ofac-sdn")]
    list: String,
    /// The list's own id of the entry
    entry: String,
    /// The entry's name when it was set aside
    entry_name: String,
    /// SHA-256 of what the list said of the entry, in hex
    entry_digest: String,
    /// Why
    reason: String,
    /// Whether a `key` or a `user` set it aside
    actor_kind: &'static str,
    /// Name of who did
    actor_name: String,
    /// Whether it is in force: neither over nor undone. It keeps quiet as long as person and entry stay as they were
    status: &'static str,
    /// RFC 3339
    creation_date: String,
    /// When it ends by itself; absent for never
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_date: Option<String>,
    /// When it was undone; absent where it was not
    #[serde(skip_serializing_if = "Option::is_none")]
    revocation_date: Option<String>,
}

impl ExceptionBody {
    fn of(row: ExceptionRow, now: Timestamp) -> Self {
        let exception = row.exception;
        Self {
            status: match exception.revoked {
                Some(_) => "revoked",
                None if exception.is_in_force(now) => "active",
                None => "expired",
            },
            exception_id: exception.id,
            check_id: row.check,
            list: row.list,
            entry: row.entry,
            entry_name: row.entry_name,
            entry_digest: hex(&exception.entry_digest),
            reason: row.reason,
            actor_kind: row.actor_kind.as_str(),
            actor_name: row.actor_name,
            creation_date: row.created.rfc3339_nanos(),
            expiration_date: exception.expires.map(Timestamp::rfc3339_seconds),
            revocation_date: exception.revoked.map(Timestamp::rfc3339_seconds),
        }
    }
}

/// What is asked of a new exception.
struct NewException {
    check: CheckId,
    list: String,
    entry: String,
    reason: String,
    expires: Option<Timestamp>,
}

impl NewException {
    fn parse(command: &Command, now: Timestamp) -> AppResult<Self> {
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let check = fields.required_text("check_id", 64, REQUIRED, &mut errors);
        let list = fields.required_text("list", 100, REQUIRED, &mut errors);
        let entry = fields.required_text("entry", 200, REQUIRED, &mut errors);
        let reason = fields.required_text("reason", REASON, REQUIRED, &mut errors);
        let expires = fields.get("expiration_date").and_then(|text| {
            let instant = parse_instant(text);
            match instant {
                None => errors.push("expiration_date", "must be RFC 3339 or YYYY-MM-DD"),
                Some(instant) if instant <= now => errors.push("expiration_date", "must be in the future"),
                Some(_) => {}
            }
            instant
        });
        let check = check.and_then(|text| {
            let id = text.parse().ok();
            if id.is_none() {
                errors.push("check_id", "must be the id of a check");
            }
            id
        });
        match (check, list, entry, reason) {
            (Some(check), Some(list), Some(entry), Some(reason)) if errors.0.is_empty() => Ok(Self {
                check,
                list,
                entry,
                reason,
                expires,
            }),
            _ => Err(errors.into()),
        }
    }
}

impl App {
    /// POST /v1/screening/exceptions: sets a hit of a check aside.
    pub async fn create_exception(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let client = command.caller.client().id;
        let now = command.now(self);
        let new = NewException::parse(command, now)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let check = cotejo_store::checks::find(&mut write.tx, client, new.check, false)
            .await?
            .ok_or(AppError::NotFound("The Check"))?;
        let evidence = cotejo_store::findings::hit(&mut write.tx, client, check.id, &new.list, &new.entry)
            .await?
            .ok_or_else(|| FieldErrors::one("entry", "must be an entry that this check hit on this list"))?;
        let runs = cotejo_store::runs::of_checks(&mut write.tx, client, &[check.id.0])
            .await?
            .remove(&check.id)
            .unwrap_or_default();
        let subject = Subject::of(check.check_type, check.country, &named_inputs(&check, &runs));
        let entry_digest = unhex(&evidence.entry_digest).unwrap_or_default();
        let known = exceptions::of_entries(&mut write.tx, client, &new.list, &[&new.entry]).await?;
        let quiet = known
            .iter()
            .find(|(_, exception)| exception.quiets(&subject, &entry_digest, now));
        if let Some((_, exception)) = quiet {
            return Err(AppError::Conflict(format!(
                "the exception {} keeps this hit quiet already",
                exception.id
            )));
        }
        let salt = self.ids().secret();
        let row = ExceptionRow {
            exception: Exception {
                id: ExceptionId(self.ids().uuid(now)),
                entry_digest,
                subject: subject.digest(&salt).to_vec(),
                salt: salt.to_vec(),
                expires: new.expires,
                revoked: None,
            },
            list: new.list,
            entry: new.entry,
            entry_name: evidence.entry_name,
            check: check.id,
            reason: new.reason,
            actor_kind: command.caller.actor,
            actor: Some(command.caller.key.id),
            actor_name: command.caller.key.name.clone(),
            created: now,
        };
        exceptions::insert(&mut write.tx, client, &row).await?;
        let audited = Audited {
            action: "screening.exception_created",
            resource: row.exception.id.0,
            after: Some(&row.reason),
            detail: format!("{} {} of {}", row.list, row.entry, row.check),
            ..Audited::default()
        };
        let body = ExceptionBody::of(row.clone(), now);
        self.end(write, command, audited, 201, &body).await
    }

    /// GET /v1/screening/exceptions: newest first, those that are over or undone too.
    pub async fn list_exceptions(
        &self,
        caller: &Caller,
        start_key: Option<&str>,
    ) -> AppResult<Page<ExceptionBody>> {
        caller.require(Permission::ChecksRead)?;
        let scope = Scope {
            client: caller.client().id,
            route: ROUTE,
            filter: "",
        };
        let listing = Listing {
            id: None,
            after: self.start_after(scope, start_key)?,
            limit: ROWS,
        };
        let mut conn = self.inner.pool.acquire().await?;
        let rows = exceptions::list(&mut conn, scope.client, listing).await?;
        let now = self.now(caller.client());
        Ok(self
            .page(scope, PAGE, rows, |row| Position::Id(row.exception.id.0))
            .map(|row| ExceptionBody::of(row, now)))
    }

    /// GET /v1/screening/exceptions/{exception_id}
    pub async fn get_exception(&self, caller: &Caller, id: ExceptionId) -> AppResult<ExceptionBody> {
        caller.require(Permission::ChecksRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let only = Listing {
            id: Some(id),
            after: None,
            limit: 1,
        };
        let row = exceptions::list(&mut conn, caller.client().id, only).await?.pop();
        Ok(ExceptionBody::of(row.ok_or(MISSING)?, self.now(caller.client())))
    }

    /// DELETE /v1/screening/exceptions/{exception_id}: undoes it; it stays in the list as undone.
    pub async fn revoke_exception(&self, command: &Command, id: ExceptionId) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let client = command.caller.client().id;
        let now = command.now(self);
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let only = Listing {
            id: Some(id),
            after: None,
            limit: 1,
        };
        let revoked = exceptions::revoke(&mut write.tx, client, id, now).await?;
        let row = exceptions::list(&mut write.tx, client, only)
            .await?
            .pop()
            .ok_or(MISSING)?;
        if !revoked {
            return Err(AppError::Conflict("the exception was undone already".to_owned()));
        }
        let audited = Audited {
            action: "screening.exception_revoked",
            resource: id.0,
            detail: format!("{} {}", row.list, row.entry),
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &ExceptionBody::of(row, now))
            .await
    }
}
