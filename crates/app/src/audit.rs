//! The audit trail: linking entries by hash, signing heads, reading and exporting.

use cotejo_domain::{
    audit::{ActorKind, Checkpoint, Line, Signer, genesis},
    clients::Client,
    hex::hex,
    ids::{AuditId, BillingHubId, CheckId, ClientId, HookId, ProcessId, RoleId, RuleId, UserId},
    permissions::Permission,
    users::User,
};
use cotejo_store::audit::{self, Range, Sealed};
use serde::Serialize;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Command},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
    secrets::Purpose,
};

/// Most entries that are linked at once.
const LINKED: i64 = 500;

/// A head is signed after so many entries, or so many seconds.
const SIGNED_ENTRIES: i64 = 1000;
const SIGNED_SECONDS: i64 = 3600;

/// Entries of one piece of an export.
const PIECE: i64 = 1000;

/// An entry of the trail.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryBody {
    /// Its id
    #[schema(value_type = String)]
    pub audit_id: AuditId,
    /// Its number among the client's entries, without gaps
    pub sequence: i64,
    /// What was done
    #[schema(example = "key.created")]
    pub action: String,
    /// `key`, `user` or `system`
    #[schema(value_type = String, example = "key")]
    pub actor_kind: ActorKind,
    /// The key or user that did it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<Uuid>,
    /// The address that the request came from
    #[serde(skip_serializing_if = "String::is_empty")]
    pub origin: String,
    /// To what
    #[schema(example = "CHK01900000000070008000000000000001")]
    pub resource: String,
    /// In words
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// When, RFC 3339
    pub date: String,
    /// SHA-256 over the entry and the hash before it
    pub hash: String,
}

/// A signed head.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointBody {
    /// The number of the entry that it is over
    pub sequence: i64,
    /// That entry's hash
    pub hash: String,
    /// When it was signed, RFC 3339
    pub date: String,
    /// The Ed25519 key that signed
    pub public_key: String,
    /// Its signature
    pub signature: String,
    /// The checkpoint as a line of an export: what `cotejo audit verify` takes
    pub line: String,
}

impl From<Sealed> for AuditEntryBody {
    fn from(sealed: Sealed) -> Self {
        let entry = sealed.entry;
        let kind = entry.action.split_once('.').map_or("", |(kind, _)| kind);
        let prefix = PREFIXES
            .iter()
            .find(|(known, _)| *known == kind)
            .map_or("", |(_, prefix)| prefix);
        Self {
            audit_id: entry.id,
            sequence: entry.sequence,
            action: entry.action,
            actor_kind: entry.actor_kind,
            actor: entry.actor,
            origin: entry.origin,
            resource: format!("{prefix}{}", entry.resource),
            detail: entry.detail,
            date: entry.at.rfc3339_seconds(),
            hash: hex(&sealed.hash),
        }
    }
}

impl From<Checkpoint> for CheckpointBody {
    fn from(checkpoint: Checkpoint) -> Self {
        Self {
            sequence: checkpoint.sequence,
            hash: hex(&checkpoint.hash),
            date: checkpoint.at.rfc3339_seconds(),
            public_key: checkpoint.key.clone(),
            signature: checkpoint.signature.clone(),
            line: Line::Checkpoint(checkpoint).to_string(),
        }
    }
}

/// What ids begin with, by the first word of an action; keys have none.
const PREFIXES: &[(&str, &str)] = &[
    ("audit", ClientId::PREFIX),
    ("billing_hub", BillingHubId::PREFIX),
    ("check", CheckId::PREFIX),
    ("client", ClientId::PREFIX),
    ("hook", HookId::PREFIX),
    ("process", ProcessId::PREFIX),
    ("role", RoleId::PREFIX),
    ("rule", RuleId::PREFIX),
    ("sandbox", ClientId::PREFIX),
    ("terms", ClientId::PREFIX),
    ("user", UserId::PREFIX),
];

impl App {
    /// Writes an entry that no request caused.
    pub(crate) async fn audit_system(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        action: &'static str,
        resource: Uuid,
        detail: &str,
    ) -> AppResult<()> {
        let entry = self.entry(client, action, resource, detail);
        Ok(audit::insert(conn, &entry).await?)
    }

    /// Writes an entry of what a user did without a session.
    pub(crate) async fn audit_user(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        user: &User,
        action: &'static str,
        origin: &str,
    ) -> AppResult<()> {
        let entry = audit::New {
            actor_kind: ActorKind::User,
            actor: Some(user.id.0),
            origin: origin.to_owned(),
            ..self.entry(client, action, user.id.0, "")
        };
        Ok(audit::insert(conn, &entry).await?)
    }

    fn entry(&self, client: &Client, action: &'static str, resource: Uuid, detail: &str) -> audit::New {
        let now = self.now(client);
        audit::New {
            client: client.id,
            id: AuditId(self.ids().uuid(now)),
            action,
            actor_kind: ActorKind::System,
            actor: None,
            origin: String::new(),
            resource,
            at: now,
            before: None,
            after: None,
            detail: detail.to_owned(),
        }
    }

    /// GET /v1/audit: a page of the trail, newest first. The last second may not be in it yet.
    pub async fn list_audit_entries(
        &self,
        caller: &Caller,
        start_key: Option<&str>,
    ) -> AppResult<Page<AuditEntryBody>> {
        caller.require(Permission::Audit)?;
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/audit",
            filter: "",
        };
        let before = self.start_behind(scope, start_key)?.unwrap_or(i64::MAX);
        let mut conn = self.inner.pool.acquire().await?;
        let rows = audit::newest(&mut conn, scope.client, before, ROWS).await?;
        Ok(self
            .page(scope, PAGE, rows, |sealed| {
                Position::Number(sealed.entry.sequence)
            })
            .map(AuditEntryBody::from))
    }

    /// GET /v1/audit/checkpoints: a page of signed heads, the oldest first.
    pub async fn list_audit_checkpoints(
        &self,
        caller: &Caller,
        start_key: Option<&str>,
    ) -> AppResult<Page<CheckpointBody>> {
        caller.require(Permission::Audit)?;
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/audit/checkpoints",
            filter: "",
        };
        let range = Range {
            after: self.start_behind(scope, start_key)?.unwrap_or(0),
            to: None,
            limit: ROWS,
        };
        let mut conn = self.inner.pool.acquire().await?;
        let rows = audit::checkpoints(&mut conn, scope.client, &range).await?;
        Ok(self
            .page(scope, PAGE, rows, |checkpoint| {
                Position::Number(checkpoint.sequence)
            })
            .map(CheckpointBody::from))
    }

    /// GET /v1/audit/export: begins an export and signs the head that it will end with.
    pub async fn begin_audit_export(&self, command: &Command) -> AppResult<AuditExport> {
        command.caller.require(Permission::Audit)?;
        let client = command.caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        let audited = Audited {
            action: "audit.exported",
            resource: client.0,
            ..Audited::default()
        };
        self.audit(&mut conn, command, audited).await?;
        drop(conn);
        self.export(client).await
    }

    /// An export of a client's trail, for the command line.
    pub async fn export_audit(&self, client: &Client) -> AppResult<AuditExport> {
        self.export(client.id).await
    }

    async fn export(&self, client: ClientId) -> AppResult<AuditExport> {
        // What was written before the export is in it.
        while self.link_entries().await? {}
        let mut conn = self.inner.pool.acquire().await?;
        let head = audit::heads(&mut conn, &[client.0]).await?.pop();
        if let Some((client, sequence, hash)) = head {
            audit::keep(
                &mut conn,
                &self.signer()?.sign(client, sequence, hash, self.clock().now()),
            )
            .await?;
        }
        Ok(AuditExport {
            client,
            after: 0,
            to: head.map_or(0, |(_, sequence, _)| sequence),
        })
    }

    /// The trail of a client as it is linked and signed already, to be verified.
    pub fn audit_trail(&self, client: &Client) -> AuditExport {
        AuditExport {
            client: client.id,
            after: 0,
            to: i64::MAX,
        }
    }

    /// The next piece of an export, as lines; `None` at its end.
    pub async fn audit_lines(&self, export: &mut AuditExport) -> AppResult<Option<String>> {
        if export.after >= export.to {
            return Ok(None);
        }
        let range = Range {
            after: export.after,
            to: Some(export.to),
            limit: PIECE,
        };
        let mut conn = self.inner.pool.acquire().await?;
        let entries = audit::list(&mut conn, export.client, &range).await?;
        let Some(last) = entries.last().map(|sealed| sealed.entry.sequence) else {
            return Ok(None);
        };
        let range = Range {
            to: Some(last),
            ..range
        };
        let mut checkpoints = audit::checkpoints(&mut conn, export.client, &range)
            .await?
            .into_iter()
            .peekable();
        let mut lines = String::new();
        for sealed in entries {
            let sequence = sealed.entry.sequence;
            let line = Line::Entry {
                entry: Box::new(sealed.entry),
                hash: sealed.hash,
            };
            lines.push_str(&line.to_string());
            lines.push('\n');
            while let Some(checkpoint) = checkpoints.next_if(|checkpoint| checkpoint.sequence <= sequence) {
                lines.push_str(&Line::Checkpoint(checkpoint).to_string());
                lines.push('\n');
            }
        }
        export.after = last;
        Ok(Some(lines))
    }

    /// The keys that checkpoints are or were signed with, hex, the active one first: what whoever verifies has to trust.
    /// There is one for each master key.
    pub fn audit_keys(&self) -> AppResult<Vec<String>> {
        let seeds = self.inner.secrets.all(Purpose::Checkpoints);
        seeds
            .map(|seed| Ok(Signer::from_seed(seed).map_err(AppError::internal)?.key()))
            .collect()
    }

    fn signer(&self) -> AppResult<Signer> {
        let (_, seed) = self.inner.secrets.active(Purpose::Checkpoints);
        Signer::from_seed(seed).map_err(AppError::internal)
    }

    /// Links a batch of entries to the chains of their clients. Says whether there may be more.
    pub(crate) async fn link_entries(&self) -> sqlx::Result<bool> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let entries = audit::unsealed(&mut tx, LINKED).await?;
        if entries.is_empty() {
            return Ok(false);
        }
        let mut clients: Vec<Uuid> = entries.iter().map(|entry| entry.client.0).collect();
        clients.sort_unstable();
        clients.dedup();
        let heads = audit::heads(&mut tx, &clients).await?;
        let mut heads: BTreeMap<ClientId, (i64, [u8; 32])> = heads
            .into_iter()
            .map(|(client, sequence, hash)| (client, (sequence, hash)))
            .collect();
        let more = i64::try_from(entries.len()).is_ok_and(|read| read == LINKED);
        let sealed: Vec<Sealed> = entries
            .into_iter()
            .map(|mut entry| {
                let head = heads
                    .entry(entry.client)
                    .or_insert_with(|| (0, genesis(entry.client)));
                entry.sequence = head.0 + 1;
                let hash = entry.hash(&head.1);
                *head = (entry.sequence, hash);
                Sealed { entry, hash }
            })
            .collect();
        audit::link(&mut tx, &sealed).await?;
        tx.commit().await?;
        Ok(more)
    }

    /// Signs the heads that are due.
    pub(crate) async fn sign_heads(&self) -> AppResult<()> {
        let now = self.clock().now();
        let mut conn = self.inner.pool.acquire().await?;
        let heads = audit::unsigned_heads(&mut conn, SIGNED_ENTRIES, SIGNED_SECONDS, now).await?;
        for (client, sequence, hash) in heads {
            let checkpoint = self.signer()?.sign(client, sequence, hash, now);
            audit::keep(&mut conn, &checkpoint).await?;
        }
        Ok(())
    }
}

/// An export under way.
#[derive(Debug, Clone)]
pub struct AuditExport {
    client: ClientId,
    after: i64,
    to: i64,
}
