//! Hooks: who hears of which events, what was delivered to them (`deliveries.rs`), and what is delivered once more
//! (`again.rs`).

pub mod again;
pub mod body;
pub mod deliveries;

use cotejo_domain::{
    fields::Fields,
    hex::hex,
    hooks::{Enabled, Hook, Subscriber, Subscription},
    ids::{ClientId, HookId},
    permissions::Permission,
    time::Timestamp,
    webhooks::ROTATION_SECONDS,
};
use cotejo_store::hooks::Stored;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, Write},
    cursor::{Scope, invalid},
    page::{PAGE, Page, Position, ROWS},
    secrets::Place,
};

use body::HookBody;

/// Kind of the job that tells one target what it has not been told.
pub(crate) const DELIVER_JOB: &str = "deliver";

const ROUTE: &str = "/v1/hooks";
const MISSING: AppError = AppError::NotFound("The Hook");

impl App {
    /// POST /v1/hooks
    pub async fn create_hook(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let subscription = self.subscription(&command.fields()?, None)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, command.now(self));
        let id = HookId(self.ids().uuid(now));
        let signing_key = self.new_signing_key();
        let stored = Stored {
            signing_key: self.seal_key(client, id, &signing_key),
            previous_key: None,
            hook: Hook {
                client,
                id,
                subscription,
                disabled_reason: String::new(),
                failing_since: None,
                created: now,
                updated: now,
            },
        };
        cotejo_store::hooks::save(&mut write.tx, &stored).await?;
        self.end_hook(write, command, "hook.created", 201, None, stored)
            .await
    }

    /// PUT /v1/hooks/{hook_id}: what is left out stays as it was.
    pub async fn update_hook(&self, command: &Command, id: HookId) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        let mut stored = cotejo_store::hooks::find(&mut write.tx, client, id, true)
            .await?
            .ok_or(MISSING)?;
        let before = describe(&stored.hook);
        stored.hook.subscription = self.subscription(&command.fields()?, Some(&stored.hook.subscription))?;
        stored.hook.updated = command.now(self);
        if stored.hook.subscription.status == Enabled::Enabled {
            stored.hook.disabled_reason.clear();
            stored.hook.failing_since = None;
        } else {
            cotejo_store::deliveries::give_up(&mut write.tx, client, id.0).await?;
        }
        cotejo_store::hooks::save(&mut write.tx, &stored).await?;
        self.end_hook(write, command, "hook.changed", 200, Some(before), stored)
            .await
    }

    /// DELETE /v1/hooks/{hook_id}: the hook, and what was delivered to it.
    pub async fn delete_hook(&self, command: &Command, id: HookId) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        if !cotejo_store::hooks::delete(&mut write.tx, client, id).await? {
            return Err(MISSING);
        }
        let audited = Audited {
            action: "hook.deleted",
            resource: id.0,
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &format!("{id} was deleted"))
            .await
    }

    /// GET /v1/hooks/{hook_id}
    pub async fn get_hook(&self, caller: &Caller, id: HookId) -> AppResult<HookBody> {
        caller.require(Permission::AccountRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let stored = cotejo_store::hooks::find(&mut conn, caller.client().id, id, false).await?;
        self.hook_body(stored.ok_or(MISSING)?)
    }

    /// GET /v1/hooks: a page of hooks, newest first.
    pub async fn list_hooks(&self, caller: &Caller, start_key: Option<&str>) -> AppResult<Page<HookBody>> {
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let scope = Scope {
            client,
            route: ROUTE,
            filter: "",
        };
        let mut conn = self.inner.pool.acquire().await?;
        let after = match start_key.and_then(|key| key.parse::<HookId>().ok()) {
            None => self.start_after(scope, start_key)?,
            // The vendor's own pages go on behind the id of their last item.
            Some(id) => match cotejo_store::hooks::find(&mut conn, client, id, false).await? {
                Some(_) => Some(id.0),
                None => return Err(invalid().into()),
            },
        };
        let rows = cotejo_store::hooks::list(&mut conn, client, after, ROWS).await?;
        self.page(scope, PAGE, rows, |stored| Position::Id(stored.hook.id.0))
            .try_map(|stored| self.hook_body(stored))
    }

    /// POST /v1/hooks/{hook_id}/rotate: a new key; the old one signs beside it for a day.
    pub async fn rotate_hook_key(&self, command: &Command, id: HookId) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, command.now(self));
        let mut stored = cotejo_store::hooks::find(&mut write.tx, client, id, true)
            .await?
            .ok_or(MISSING)?;
        stored.signing_key = self.seal_key(client, id, &self.new_signing_key());
        stored.hook.updated = now;
        let until = now.plus_seconds(ROTATION_SECONDS);
        cotejo_store::hooks::rotate(&mut write.tx, client, id, &stored.signing_key, until, now).await?;
        self.end_hook(write, command, "hook.key_rotated", 200, None, stored)
            .await
    }

    async fn end_hook(
        &self,
        write: Write,
        command: &Command,
        action: &'static str,
        status: u16,
        before: Option<String>,
        stored: Stored,
    ) -> AppResult<Done> {
        let after = describe(&stored.hook);
        let audited = Audited {
            action,
            resource: stored.hook.id.0,
            before: before.as_deref(),
            after: Some(&after),
            detail: String::new(),
        };
        let body = self.hook_body(stored)?;
        self.end(write, command, audited, status, &body).await
    }

    fn subscription(&self, fields: &Fields, before: Option<&Subscription>) -> AppResult<Subscription> {
        let read = Subscription::parse(fields, before);
        let url = match &read {
            Ok(subscription) => match &subscription.subscriber {
                Subscriber::Web { url, .. } => Some(url.as_str()),
                Subscriber::Email { .. } => None,
            },
            Err(_) => fields.get("subscriber_url"),
        };
        let mut errors = read.as_ref().err().cloned().unwrap_or_default();
        if let Some(Err(error)) = url.map(|url| self.inner.guard.check_url(url)) {
            errors.push("subscriber_url", error.to_string());
        }
        errors.into_result()?;
        Ok(read?)
    }

    fn hook_body(&self, stored: Stored) -> AppResult<HookBody> {
        let key = self.open_key(stored.hook.client, stored.hook.id, &stored.signing_key)?;
        Ok(HookBody::of(stored.hook, key))
    }

    /// 64 hex digits, as the vendor's signing keys.
    pub(crate) fn new_signing_key(&self) -> String {
        hex(&self.ids().secret())
    }

    fn seal_key(&self, client: ClientId, id: HookId, key: &str) -> Vec<u8> {
        self.inner
            .secrets
            .seal(key_place(client, &id.0), self.ids().secret(), key.as_bytes())
    }

    pub(crate) fn open_key(&self, client: ClientId, id: HookId, sealed: &[u8]) -> AppResult<String> {
        let opened = self
            .inner
            .secrets
            .open(key_place(client, &id.0), sealed)
            .map_err(AppError::internal)?;
        String::from_utf8(opened).map_err(AppError::internal)
    }
}

fn key_place(client: ClientId, id: &Uuid) -> Place<'_> {
    Place {
        client,
        what: "hook.signing_key",
        of: id.as_bytes(),
    }
}

/// A hook as the audit trail commits to it.
fn describe(hook: &Hook) -> String {
    format!("{:?}", hook.subscription)
}

/// The instant until which a rotated key still signs, if that is to come.
pub(crate) fn still_signs(previous: Option<&(Vec<u8>, Timestamp)>, now: Timestamp) -> Option<&[u8]> {
    previous
        .filter(|(_, until)| *until > now)
        .map(|(key, _)| key.as_slice())
}
