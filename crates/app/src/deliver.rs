//! Telling targets: one job a target, which tells it what it has not been told.
//!
//! Because a target has one job and a job one lease, deliveries start in the order of their events and no attempt is
//! made by two processes. At most eight are in flight; one that fails is tried again by its own schedule and holds
//! nobody up. Nothing is written but in transactions that hold the lease; a worker that is killed between the
//! receiver's answer and our commit tells the same event again, with the same `webhook-id`.

use std::{borrow::Cow, time::Duration};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cotejo_domain::{
    clients::Client,
    events::Event,
    faults::{Spec, WebhookFault},
    hooks::{Enabled, Format, HttpMethod, Subscriber},
    ids::{ClientId, EventId, HookId},
    language::Language,
    messages::{self, DisabledReason, Text},
    rules::{Action, Template},
    time::Timestamp,
    webhooks::{self, Claims, DeliveryState, FAILING_SECONDS, WireEvent},
};
use cotejo_providers::{
    mail::Mail,
    outbound::{Request, SendError},
};
use cotejo_queue::{Handler, Lease, NewJob, Outcome};
use cotejo_store::deliveries::{self, Attempt, Due};
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, join_all},
    stream,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    events::resource_id,
    hooks::{DELIVER_JOB, still_signs},
    jobs::{outcome, payload},
    rules::{TargetPayload, wire_of},
};

/// Most deliveries of a target that are in flight.
const IN_FLIGHT: usize = 8;

/// Most deliveries that are read at once.
const BATCH: i64 = 64;

/// How many targets are told at the same time: waiting for receivers costs nothing but memory, and one that hangs
/// must not keep others waiting.
const TARGETS: usize = 512;

/// Tells targets.
pub struct Deliver(pub App);

#[async_trait]
impl Handler for Deliver {
    fn kind(&self) -> &'static str {
        DELIVER_JOB
    }

    fn concurrency(&self) -> usize {
        TARGETS
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        join_all(
            leases
                .iter()
                .map(|lease| async move { outcome(self.0.deliver(lease).await.map(|()| Outcome::Done)) }),
        )
        .await
    }
}

/// Whom a delivery goes to.
enum Target {
    Web(Web),
    Mailbox {
        readers: Vec<String>,
        text: MailText,
    },
    /// Disabled or gone: what waits for it is given up.
    Nobody,
}

struct Web {
    /// Who hears that a delivery failed for good, and what the target is called there.
    status_email: Option<(String, String)>,
    method: HttpMethod,
    url: String,
    format: Format,
    /// The newest first.
    keys: Vec<String>,
    headers: Vec<(String, String)>,
    payload: Payload,
}

/// What a request says.
enum Payload {
    /// The event, as the vendor sends it.
    Event,
    /// Some of its fields.
    Variables(Vec<String>),
    /// A template of JSON.
    Template(String),
}

/// What a mail says.
enum MailText {
    /// That something happened.
    Notice(Language),
    /// Templates of subject and body.
    Templates(String, String),
}

/// A target with what is kept of it.
struct Loaded {
    target: Target,
    /// The hook, where the target is one: how it fares is noted.
    hook: Option<(HookId, Option<Timestamp>, String)>,
    due: Vec<Due>,
}

/// What came of an attempt.
struct Tried {
    attempt: Attempt,
    /// The receiver is gone for good (410).
    gone: bool,
}

impl App {
    /// Tells a target what it has not been told, until nothing is due.
    async fn deliver(&self, lease: &Lease) -> AppResult<()> {
        let payload: TargetPayload = payload(lease)?;
        let (client, target) = (ClientId(payload.client), payload.target);
        loop {
            let mut tx = cotejo_store::begin(&self.inner.pool).await?;
            if !cotejo_queue::hold(&mut tx, lease).await? {
                return Ok(());
            }
            let Some(tenant) = cotejo_store::clients::find(&mut tx, client).await? else {
                cotejo_queue::finish(&mut tx, &[lease]).await?;
                return Ok(tx.commit().await?);
            };
            let mut loaded = self.load_target(&mut tx, &tenant, target).await?;
            if loaded.due.is_empty() || matches!(loaded.target, Target::Nobody) {
                if matches!(loaded.target, Target::Nobody) {
                    deliveries::give_up(&mut tx, client, target).await?;
                }
                return self.rest(tx, lease, &tenant, target).await;
            }
            tx.commit().await?;
            if loaded.due.len() > 1 && self.has_fault(&tenant, WebhookFault::OutOfOrder).await? {
                loaded.due.reverse();
            }
            self.tell_all(lease, &tenant, target, &loaded).await?;
        }
    }

    async fn load_target(
        &self,
        conn: &mut sqlx::PgConnection,
        tenant: &Client,
        target: Uuid,
    ) -> AppResult<Loaded> {
        let now = self.now(tenant);
        let due = deliveries::due(&mut *conn, tenant.id, target, now, BATCH).await?;
        if let Some(stored) = cotejo_store::hooks::find(&mut *conn, tenant.id, HookId(target), false).await? {
            let hook = &stored.hook;
            let noted = (hook.id, hook.failing_since, url_of(&hook.subscription.subscriber));
            let mut keys = vec![self.open_key(tenant.id, hook.id, &stored.signing_key)?];
            if let Some(previous) = still_signs(stored.previous_key.as_ref(), now) {
                keys.push(self.open_key(tenant.id, hook.id, previous)?);
            }
            let target = match &hook.subscription.subscriber {
                _ if hook.subscription.status == Enabled::Disabled => Target::Nobody,
                Subscriber::Web { url, method, format } => Target::Web(Web {
                    status_email: None,
                    method: *method,
                    url: url.clone(),
                    format: *format,
                    keys,
                    headers: Vec::new(),
                    payload: Payload::Event,
                }),
                Subscriber::Email {
                    address, language, ..
                } => Target::Mailbox {
                    readers: vec![address.clone()],
                    text: MailText::Notice(*language),
                },
            };
            return Ok(Loaded {
                target,
                hook: Some(noted),
                due,
            });
        }
        let action = cotejo_store::rules::enabled_action(conn, tenant.id, target).await?;
        let target = match action {
            None => Target::Nobody,
            Some(stored) => of_action(self.open_action(tenant.id, &stored)?),
        };
        Ok(Loaded {
            target,
            hook: None,
            due,
        })
    }

    /// Makes the attempts of a batch and writes how they went as they end.
    async fn tell_all(&self, lease: &Lease, tenant: &Client, target: Uuid, loaded: &Loaded) -> AppResult<()> {
        // Boxed one by one: the compiler cannot see that a stream of borrowing futures may move between threads.
        let attempts: Vec<BoxFuture<'_, Tried>> = loaded
            .due
            .iter()
            .map(|due| self.attempt(tenant, &loaded.target, due).boxed())
            .collect();
        let mut ended = stream::iter(attempts)
            .buffer_unordered(IN_FLIGHT)
            .ready_chunks(IN_FLIGHT * 2);
        let mut failing = loaded.hook.as_ref().and_then(|(_, since, _)| *since);
        while let Some(tried) = ended.next().await {
            let mut tx = cotejo_store::begin(&self.inner.pool).await?;
            if !cotejo_queue::hold(&mut tx, lease).await? {
                // Another worker has the target: what was told here is told again, which receivers expect.
                return Ok(());
            }
            let mut disabled = false;
            if let Some((hook, _, url)) = &loaded.hook {
                (failing, disabled) = self.note(&mut tx, tenant, *hook, url, failing, &tried).await?;
            }
            let attempts: Vec<Attempt> = tried.into_iter().map(|tried| tried.attempt).collect();
            if let Target::Web(Web {
                status_email: Some((reader, name)),
                ..
            }) = &loaded.target
            {
                for failed in attempts
                    .iter()
                    .filter(|attempt| attempt.state == DeliveryState::Failed)
                {
                    let id = failed.delivery.to_string();
                    let text = messages::delivery_failed(
                        name,
                        &id,
                        &failed.error,
                        failed.status,
                        tenant.settings.language,
                    );
                    let about = Some((failed.delivery.0, "delivery.failed"));
                    self.put_mail(&mut tx, tenant, reader, &text, about).await?;
                }
            }
            deliveries::record(&mut tx, tenant.id, target, &attempts).await?;
            tx.commit().await?;
            if disabled {
                break;
            }
        }
        Ok(())
    }

    /// Notes how a hook fares, and disables it when it has failed for too long or the receiver is gone. Says since when it
    /// fails, and whether it was disabled.
    async fn note(
        &self,
        conn: &mut sqlx::PgConnection,
        tenant: &Client,
        hook: HookId,
        url: &str,
        failing: Option<Timestamp>,
        tried: &[Tried],
    ) -> AppResult<(Option<Timestamp>, bool)> {
        let now = self.now(tenant);
        let taken = tried
            .iter()
            .any(|tried| tried.attempt.state == DeliveryState::Delivered);
        let after = if taken { None } else { failing.or(Some(now)) };
        let reason = if tried.iter().any(|tried| tried.gone) {
            Some(DisabledReason::Gone)
        } else if after.is_some_and(|since| since.plus_seconds(FAILING_SECONDS) <= now) {
            Some(DisabledReason::Failing)
        } else {
            None
        };
        if after != failing || reason.is_some() {
            let words = reason.map(DisabledReason::as_str);
            cotejo_store::hooks::note(&mut *conn, tenant.id, hook, after, words).await?;
        }
        if let Some(reason) = reason {
            let text = messages::hook_disabled(&hook.to_string(), url, reason, tenant.settings.language);
            self.tell_administrators(&mut *conn, tenant, &text).await?;
            self.audit_system(conn, tenant, "hook.disabled", hook.0, reason.as_str())
                .await?;
        }
        Ok((after, reason.is_some()))
    }

    /// Ends the job of a target: it comes back when the next delivery is due.
    async fn rest(
        &self,
        mut tx: sqlx::Transaction<'static, sqlx::Postgres>,
        lease: &Lease,
        tenant: &Client,
        target: Uuid,
    ) -> AppResult<()> {
        cotejo_queue::finish(&mut tx, &[lease]).await?;
        // Behind `finish`: whoever queued a delivery before the job's row was ours is seen here.
        if let Some(next) = deliveries::next(&mut tx, tenant.id, target).await? {
            let wait = next.nanos().saturating_sub(self.now(tenant).nanos());
            let job = NewJob {
                after: Duration::from_nanos(u64::try_from(wait).unwrap_or(0)),
                ..self.job_for(DELIVER_JOB, tenant.id, tenant.is_sandbox(), target)
            };
            cotejo_queue::wake(&mut tx, &[job]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Makes one attempt. Whatever goes wrong is a result.
    async fn attempt(&self, tenant: &Client, target: &Target, due: &Due) -> Tried {
        let started = self.clock().now();
        let begun = std::time::Instant::now();
        let event = match &due.event {
            Some(event) => Some(Cow::Borrowed(event)),
            None => due.is_test.then(|| Cow::Owned(test_event(tenant, due, started))),
        };
        let result = match (target, event.as_deref()) {
            (Target::Nobody, _) => Told::refused("the target is gone"),
            (_, None) => Told::refused("the event is gone"),
            (Target::Web(web), Some(event)) => self.call(tenant, web, event, started).await,
            (Target::Mailbox { readers, text }, Some(event)) => self.mail(tenant, readers, text, event).await,
        };
        let elapsed = begun.elapsed();
        let n = due.attempts.saturating_add(1);
        let again = if result.retry && !due.is_test {
            webhooks::pause(n, result.retry_after, self.ids())
        } else {
            None
        };
        let now = self.now(tenant);
        let (state, next) = match again {
            _ if result.taken => (DeliveryState::Delivered, now),
            Some(pause) => {
                let nanos = i64::try_from(pause.as_nanos()).unwrap_or(i64::MAX);
                (
                    DeliveryState::Pending,
                    Timestamp::from_nanos(now.nanos().saturating_add(nanos)),
                )
            }
            None => (DeliveryState::Failed, now),
        };
        metrics::counter!("cotejo_deliveries_total", "state" => state.as_str()).increment(1);
        if due.attempts == 0
            && let Some(event) = &due.event
        {
            let waited = self.now(tenant).nanos().saturating_sub(event.created.nanos());
            #[expect(clippy::cast_precision_loss, reason = "a histogram of seconds")]
            metrics::histogram!("cotejo_event_to_delivery_seconds").record(waited as f64 / 1e9);
        }
        Tried {
            gone: result.status == Some(410),
            attempt: Attempt {
                delivery: due.id,
                n,
                started,
                elapsed_us: i32::try_from(elapsed.as_micros()).unwrap_or(i32::MAX),
                status: result.status,
                error: result.error,
                response_head: result.head,
                state,
                next,
            },
        }
    }

    async fn call(&self, tenant: &Client, web: &Web, event: &Event, now: Timestamp) -> Told {
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

    /// Whether a sandbox client has this go wrong with its webhooks now.
    async fn has_fault(&self, tenant: &Client, wanted: WebhookFault) -> AppResult<bool> {
        let strikes = |spec: &Spec| matches!(spec, Spec::Webhook { effect } if *effect == wanted);
        Ok(self.strike(tenant, |fault| strikes(&fault.spec)).await?.is_some())
    }

    async fn mail(&self, tenant: &Client, readers: &[String], text: &MailText, event: &Event) -> Told {
        let Ok(text) = mail_text(text, event) else {
            return Told::refused("the mail could not be put together");
        };
        if tenant.is_sandbox() {
            // What a mail says of a resource goes when the resource goes.
            let about = Some((event.resource, ""));
            let put = async {
                let mut conn = self.inner.pool.acquire().await?;
                for reader in readers {
                    self.put_mail(&mut conn, tenant, reader, &text, about).await?;
                }
                Ok::<_, AppError>(())
            };
            return match put.await {
                Ok(()) => Told::taken(),
                Err(_) => Told::later("the outbox could not be written"),
            };
        }
        let Some(mailer) = &self.inner.mailer else {
            return Told::later("no mail server is configured");
        };
        for reader in readers {
            let mail = Mail {
                to: reader.clone(),
                subject: text.subject.clone(),
                text: text.body.clone(),
            };
            if let Err(error) = mailer.send(&mail).await {
                return if error.is_transient() {
                    Told::later(&error.to_string())
                } else {
                    Told::refused(&error.to_string())
                };
            }
        }
        Told::taken()
    }
}

/// What came of one attempt.
#[derive(Default)]
struct Told {
    taken: bool,
    retry: bool,
    status: Option<u16>,
    error: String,
    head: String,
    retry_after: Option<Duration>,
}

impl Told {
    fn taken() -> Self {
        Self {
            taken: true,
            ..Self::default()
        }
    }

    fn later(error: &str) -> Self {
        Self {
            retry: true,
            error: error.to_owned(),
            ..Self::default()
        }
    }

    fn refused(error: &str) -> Self {
        Self {
            error: error.to_owned(),
            ..Self::default()
        }
    }
}

fn url_of(subscriber: &Subscriber) -> String {
    match subscriber {
        Subscriber::Web { url, .. } => url.clone(),
        Subscriber::Email { address, .. } => address.clone(),
    }
}

fn of_action(action: Action) -> Target {
    match action {
        Action::Webhook {
            name,
            status_email,
            method,
            url,
            headers,
            credentials,
            variables,
            body,
            format,
            signing_key,
        } => {
            let mut own: Vec<(String, String)> = headers.into_iter().collect();
            if let Some((user, password)) = credentials {
                let basic = STANDARD.encode(format!("{user}:{password}"));
                own.push(("authorization".to_owned(), format!("Basic {basic}")));
            }
            Target::Web(Web {
                status_email: (!status_email.is_empty()).then_some((status_email, name)),
                method,
                url,
                format,
                keys: vec![signing_key],
                headers: own,
                payload: match body {
                    Some(template) => Payload::Template(template),
                    None if variables.is_empty() => Payload::Event,
                    None => Payload::Variables(variables),
                },
            })
        }
        Action::Email { to, subject, body } => Target::Mailbox {
            readers: to,
            text: MailText::Templates(subject, body),
        },
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

fn mail_text(text: &MailText, event: &Event) -> AppResult<Text> {
    match text {
        MailText::Notice(language) => Ok(messages::event_notice(
            event.event_type.as_str(),
            event.action.as_str(),
            &resource_id(event.event_type, event.resource),
            &event.created.rfc3339_seconds(),
            *language,
        )),
        MailText::Templates(subject, body) => {
            let wire = wire_of(event)?;
            let render = |template: &str| Template::parse(template).map(|template| template.render(&wire));
            Ok(Text {
                subject: render(subject).map_err(AppError::internal)?,
                body: render(body).map_err(AppError::internal)?,
            })
        }
    }
}

/// The event that a test tells: its id is the delivery's, and nothing of the client's is in it.
fn test_event(tenant: &Client, due: &Due, now: Timestamp) -> Event {
    Event {
        id: EventId(due.id.0),
        sequence: 0,
        event_type: cotejo_domain::events::EventType::Check,
        action: cotejo_domain::events::EventAction::Finished,
        resource: due.id.0,
        resource_version: 0,
        created: now,
        body: serde_json::json!({ "test": true, "client_id": tenant.id }).to_string(),
    }
}
