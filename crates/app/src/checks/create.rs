//! Creating a check.

use std::{collections::HashSet, time::Duration};

use chrono::NaiveDate;
use cotejo_domain::{
    audit::ActorKind,
    checks::{
        Check, CheckStatus, CheckType, CustomType, Inputs, NewCheck, Priority,
        fingerprint::fingerprint,
        new_check::{Strictness, asked_custom_type},
    },
    clients::Client,
    continuous::{Frequency, NewWatch, Watch},
    country::Country,
    hooks::Enabled,
    ids::{AuditId, BillingHubId, CheckId, ContinuousCheckId, EventId},
    permissions::Permission,
};
use cotejo_queue::Lane;
use cotejo_store::create::{NewRow, RequestKey};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::body;
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Command},
    secrets::{Purpose, hmac_sha256},
};

/// How many high-priority checks of a country a client may have waiting or running.
const HIGH_PRIORITY_CHECKS: i64 = 100;

/// The answer to a request for a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The check.
    pub id: CheckId,
    /// Its body, version 1.
    pub body: String,
    /// Whether it was made (201), or an earlier one is returned (200).
    pub created: bool,
    /// Whether the answer was given before, to the same `Idempotency-Key`.
    pub replayed: bool,
}

/// Who makes a check, and for whom.
#[derive(Clone, Copy)]
pub(crate) struct Maker<'a> {
    pub client: &'a Client,
    pub billing_hub: Option<BillingHubId>,
    /// In which version the check is printed.
    pub key_version: u8,
    pub actor: (ActorKind, Uuid),
    /// The address that the request came from; empty where there was none.
    pub origin: &'a str,
}

impl<'a> Maker<'a> {
    /// A validation or a process, by its id, that has its person checked.
    pub(crate) fn behind(
        client: &'a Client,
        billing_hub: Option<BillingHubId>,
        of: Uuid,
        origin: &'a str,
    ) -> Self {
        Self {
            client,
            billing_hub,
            key_version: 1,
            actor: (ActorKind::System, of),
            origin,
        }
    }
}

/// A person whom a validation or a process has checked.
pub(crate) struct Subject {
    pub custom: Option<CustomType>,
    pub country: Country,
    pub inputs: Inputs,
}

/// What goes into a batch.
pub(crate) struct Wanted(NewRow);

/// What came of it.
pub(crate) enum Made {
    Created {
        previous: Option<CheckId>,
    },
    /// An equal recent check.
    Earlier(CheckId),
    /// The same request was answered before.
    Replay {
        id: CheckId,
        created: bool,
    },
    /// The same key came with another request.
    Mismatch,
}

impl App {
    /// Makes the check of a person that no request asks for.
    pub(crate) async fn check_subject(
        &self,
        conn: &mut PgConnection,
        maker: Maker<'_>,
        subject: Subject,
    ) -> AppResult<CheckId> {
        let new = NewCheck {
            check_type: CheckType::Person,
            custom: subject.custom,
            country: subject.country,
            inputs: subject.inputs,
            force_creation: true,
            report: None,
            priority: Priority::Medium,
            watch: None,
        };
        let row = self.new_row(maker, new, None);
        cotejo_store::create::create(conn, std::slice::from_ref(&row)).await?;
        Ok(row.check.id)
    }

    /// Creates a check, or returns the recent equal one. `priority` is `Truora-Priority`.
    pub async fn create_check(&self, command: &Command, priority: Option<&str>) -> AppResult<Answer> {
        let caller = &command.caller;
        caller.require(Permission::ChecksWrite)?;
        let client = caller.client();
        let strictness = Strictness {
            key_version: caller.key.version,
            identifiers: client.settings.strict_identifiers,
        };
        let fields = command.fields()?;
        let custom = self.custom_type(client.id, asked_custom_type(&fields)).await?;
        let new = NewCheck::parse(&fields, priority, strictness, custom)?;
        let canonical = format!("{}{}", fields.canonical(), priority.unwrap_or_default());
        let request_key = self.request_key(&command.route, command.idempotency_key.as_deref(), &canonical)?;
        let _guard = match &request_key {
            Some(key) => Some(
                self.inner
                    .requests
                    .enter(format!("{} {} {}", client.id, key.route, key.key))?,
            ),
            None => None,
        };
        self.check_limits(caller, &new, request_key.as_ref()).await?;
        let maker = Maker {
            client,
            billing_hub: caller.key.billing_hub,
            key_version: caller.key.version,
            actor: (caller.actor, caller.key.id),
            origin: &command.origin,
        };
        let watch = new.watch;
        let row = self.new_row(maker, new, request_key);
        let mut check = row.check.clone();
        let made = match watch {
            Some(frequency) => self.create_watched(command, &row, frequency).await?,
            None => self
                .inner
                .creator
                .ask(Wanted(row))
                .await
                .map_err(AppError::internal)??,
        };
        let (id, created, replayed) = match made {
            Made::Created { previous } => {
                check.previous = previous;
                let body = body::render(self.inner.catalogue, &check, &[]);
                return Ok(Answer {
                    id: check.id,
                    body,
                    created: true,
                    replayed: false,
                });
            }
            Made::Earlier(id) => (id, false, false),
            Made::Replay { id, created } => (id, created, true),
            Made::Mismatch => {
                return Err(AppError::Conflict(
                    "this Idempotency-Key was used with another request".to_owned(),
                ));
            }
        };
        let body = if created {
            self.body_at_creation(caller, id).await?
        } else {
            self.check_body(client.id, id).await?
        };
        Ok(Answer {
            id,
            body,
            created,
            replayed,
        })
    }

    /// Creates a check and the continuous check of it, both or neither. An earlier check that is returned instead is not
    /// watched by that.
    async fn create_watched(&self, command: &Command, row: &NewRow, frequency: Frequency) -> AppResult<Made> {
        let client = command.caller.client();
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let made = create_and_resolve(&mut tx, std::slice::from_ref(row))
            .await?
            .swap_remove(0);
        if let Made::Created { .. } = made {
            let watch = self.watch(&mut tx, client, row, frequency, None).await?;
            let audited = Audited {
                action: "continuous_check.created",
                resource: watch.id.0,
                detail: format!("{} {}", watch.original, watch.frequency),
                ..Audited::default()
            };
            self.audit(&mut tx, command, audited).await?;
        }
        tx.commit().await?;
        Ok(made)
    }

    /// Makes the continuous check of a check that was made in this transaction.
    pub(crate) async fn watch(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        row: &NewRow,
        frequency: Frequency,
        end_date: Option<NaiveDate>,
    ) -> AppResult<Watch> {
        let now = row.check.created;
        let asked = NewWatch {
            check: row.check.id,
            frequency,
            end_date,
            status: Enabled::Enabled,
            key_version: row.key_version,
        };
        let watch = Watch::new(client.id, ContinuousCheckId(self.ids().uuid(now)), &asked, now);
        cotejo_store::continuous::insert(&mut *conn, &watch).await?;
        self.plan_run(conn, client, &watch).await?;
        Ok(watch)
    }

    /// Refuses what the client has too much of or does not have; not a repeat, which was let pass before.
    async fn check_limits(
        &self,
        caller: &Caller,
        new: &NewCheck,
        request: Option<&RequestKey>,
    ) -> AppResult<()> {
        if new.report.is_none() && new.priority != Priority::High {
            return Ok(());
        }
        let client = caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        if let Some(request) = request
            && cotejo_store::idempotency::find(&mut conn, client, request)
                .await?
                .is_some()
        {
            return Ok(());
        }
        if let Some(report) = new.report
            && cotejo_store::reports::find(&mut conn, client, report)
                .await?
                .is_none()
        {
            return Err(AppError::NotFound("The Report"));
        }
        if new.priority == Priority::High {
            let waiting =
                cotejo_store::checks::high_priority(&mut conn, client, new.country, HIGH_PRIORITY_CHECKS)
                    .await?;
            if waiting >= HIGH_PRIORITY_CHECKS {
                return Err(AppError::TooMany {
                    message: "There are too many high priority background checks being processed. \
                              Please try again later."
                        .to_owned(),
                    retry_after: Duration::from_secs(60),
                });
            }
        }
        Ok(())
    }

    /// All that is written for a new check.
    pub(crate) fn new_row(&self, maker: Maker<'_>, new: NewCheck, request: Option<RequestKey>) -> NewRow {
        let client = maker.client;
        let now = self.now(client);
        let (_, key) = self.inner.secrets.active(Purpose::Fingerprints);
        let fingerprint = fingerprint(&key, &new, maker.billing_hub);
        let window = i64::from(client.settings.reuse_window_seconds);
        let reuse_from_ns = if new.force_creation {
            i64::MAX
        } else {
            now.plus_seconds(-window).nanos()
        };
        let [salt, _] = halves(self.ids().secret());
        let lane = Lane::of(client.id.0, queue_priority(new.priority));
        let check = Check {
            client: client.id,
            id: CheckId(self.ids().uuid(now)),
            check_type: new.check_type,
            custom: new.custom,
            country: new.country,
            status: CheckStatus::NotStarted,
            priority: new.priority,
            inputs: new.inputs,
            billing_hub: maker.billing_hub,
            report: new.report,
            previous: None,
            created: now,
            updated: now,
            started: None,
            delayed_since: None,
            delayed_total_ns: 0,
            version: 1,
        };
        NewRow {
            fingerprint,
            reuse_from_ns,
            salt,
            subject: hmac_sha256(&salt, &[&fingerprint]),
            key_version: maker.key_version,
            actor: maker.actor.1,
            actor_kind: maker.actor.0,
            origin: maker.origin.to_owned(),
            clock: client.is_sandbox().then_some(client.id.0),
            event: EventId(self.ids().uuid(now)),
            event_body: self.split_body(&check),
            audit: AuditId(self.ids().uuid(now)),
            job: (
                lane.priority,
                lane.lane,
                format!(r#"{{"client":"{}"}}"#, client.id.0),
            ),
            request,
            check,
        }
    }

    /// The body of a new check, cut where `previous_check` belongs: which check that is, only the statement that
    /// writes the check finds out.
    fn split_body(&self, check: &Check) -> (String, String) {
        let body = body::render(self.inner.catalogue, check, &[]);
        // The id is the first member of the object, and nothing before it can contain the caller's text.
        let first = format!(r#"{{"check_id":"{}","#, check.id);
        match body.strip_prefix(&first) {
            Some(rest) => (first, rest.to_owned()),
            None => (String::new(), body),
        }
    }

    /// The body that a check had when it was created.
    async fn body_at_creation(&self, caller: &Caller, id: CheckId) -> AppResult<String> {
        let mut conn = self.inner.pool.acquire().await?;
        let mut check = cotejo_store::checks::find(&mut conn, caller.client().id, id, false)
            .await?
            .ok_or(AppError::NotFound("The Check"))?;
        check.status = CheckStatus::NotStarted;
        check.updated = check.created;
        Ok(body::render(self.inner.catalogue, &check, &[]))
    }
}

fn halves(secret: [u8; 32]) -> [[u8; 16]; 2] {
    let mut halves = [[0; 16]; 2];
    let (low, high) = secret.split_at(16);
    halves[0].copy_from_slice(low);
    halves[1].copy_from_slice(high);
    halves
}

pub(crate) const fn queue_priority(priority: Priority) -> i16 {
    match priority {
        Priority::High => 0,
        Priority::Medium => 1,
        Priority::Low => 2,
    }
}

/// Carries out a batch. Requests that ask for the same go into rounds of their own, because one statement cannot
/// decide about them; a round that fails is tried again request by request.
pub(crate) async fn create_batch(pool: PgPool, wanted: Vec<Wanted>) -> Vec<AppResult<Made>> {
    let mut results: Vec<Option<AppResult<Made>>> = wanted.iter().map(|_| None).collect();
    let mut waiting: Vec<(usize, NewRow)> = wanted.into_iter().map(|wanted| wanted.0).enumerate().collect();
    while !waiting.is_empty() {
        let mut seen = HashSet::new();
        let (round, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, row)| {
            let client = row.check.client;
            seen.insert((client, row.fingerprint.to_vec()))
                && row
                    .request
                    .as_ref()
                    .is_none_or(|key| seen.insert((client, key.key.clone().into_bytes())))
        });
        waiting = later;
        let (places, rows): (Vec<usize>, Vec<NewRow>) = round.into_iter().unzip();
        let made = match create_round(&pool, &rows).await {
            Ok(made) => made.into_iter().map(Ok).collect(),
            Err(error) if rows.len() == 1 => vec![Err(error.into())],
            // One by one they would wait for the same outage, and be made after their callers were told otherwise.
            Err(error) if cotejo_store::is_outage(&error) => {
                let copy = || AppError::Unavailable(sqlx::Error::Protocol(error.to_string()));
                rows.iter().map(|_| Err(copy())).collect()
            }
            Err(error) => {
                tracing::warn!(error = %error, "a batch of checks failed and is tried one by one");
                let mut alone = Vec::with_capacity(rows.len());
                for row in &rows {
                    let made = create_round(&pool, std::slice::from_ref(row)).await;
                    alone.push(made.map(|mut made| made.swap_remove(0)).map_err(AppError::from));
                }
                alone
            }
        };
        for (place, made) in places.into_iter().zip(made) {
            results[place] = Some(made);
        }
    }
    results.into_iter().flatten().collect()
}

async fn create_round(pool: &PgPool, rows: &[NewRow]) -> sqlx::Result<Vec<Made>> {
    // Only where a key's answer may turn out to be an earlier check is there a second thing to write.
    let may_settle = rows
        .iter()
        .any(|row| row.request.is_some() && row.reuse_from_ns != i64::MAX);
    if may_settle {
        let mut tx = cotejo_store::begin(pool).await?;
        let made = create_and_resolve(&mut tx, rows).await?;
        tx.commit().await?;
        Ok(made)
    } else {
        create_and_resolve(&mut *pool.acquire().await?, rows).await
    }
}

pub(crate) async fn create_and_resolve(conn: &mut PgConnection, rows: &[NewRow]) -> sqlx::Result<Vec<Made>> {
    let made = cotejo_store::create::create(conn, rows).await?;
    let mut results = Vec::with_capacity(rows.len());
    for row in rows {
        results.push(match made.get(&row.check.id) {
            Some(previous) => Made::Created { previous: *previous },
            None => resolve(conn, row).await?,
        });
    }
    Ok(results)
}

/// Why a check was not made: the request is a repeat, or there is a recent equal check.
async fn resolve(conn: &mut PgConnection, row: &NewRow) -> sqlx::Result<Made> {
    let client = row.check.client;
    if let Some(key) = &row.request
        && let Some(given) = cotejo_store::idempotency::find(conn, client, key).await?
        && given.resource != row.check.id.0
    {
        if given.body_hash != key.body_hash {
            return Ok(Made::Mismatch);
        }
        return Ok(Made::Replay {
            id: CheckId(given.resource),
            created: given.status == 201,
        });
    }
    match cotejo_store::create::latest(conn, client, &row.fingerprint).await? {
        Some(id) => {
            if let Some(key) = &row.request {
                cotejo_store::idempotency::settle(conn, client, key, id.0, 200).await?;
            }
            Ok(Made::Earlier(id))
        }
        // It was deleted a moment ago: nothing stands in the way any more.
        None => {
            let mut again = row.clone();
            again.request = None;
            let made = cotejo_store::create::create(conn, std::slice::from_ref(&again)).await?;
            match made.get(&row.check.id) {
                Some(previous) => Ok(Made::Created { previous: *previous }),
                None => Err(sqlx::Error::RowNotFound),
            }
        }
    }
}
