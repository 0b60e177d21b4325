//! From an event's commit to its receiver: how many a second, and how soon.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use cotejo_app::{
    App,
    command::{Command, Input},
};
use cotejo_domain::{
    clients::ClientKind,
    events::{EventAction, EventType, NewEvent},
    fields::Fields,
    ids::{ClientId, EventId},
    keys::KeyRecord,
    permissions::Permission,
};
use tokio::net::TcpListener;

/// Hooks that are told at the same time, and how many deliveries are measured with each number.
const HOOKS: &[(usize, usize)] = &[(1, 3000), (10, 5000), (100, 5000)];

/// Events whose way is timed while nothing else happens.
const LONE: usize = 200;

/// A receiver: when each request arrived, with the event that it told.
#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<Vec<(String, Instant)>>>);

impl Receiver {
    async fn start() -> anyhow::Result<(Self, String)> {
        async fn take(State(receiver): State<Receiver>, headers: HeaderMap, _: Bytes) {
            let id = headers
                .get("webhook-id")
                .and_then(|id| id.to_str().ok())
                .unwrap_or_default();
            receiver
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((id.to_owned(), Instant::now()));
        }
        let receiver = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let router = Router::new().route("/", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok((receiver, url))
    }

    fn taken(&self) -> Vec<(String, Instant)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn wait_for(&self, deliveries: usize) -> anyhow::Result<()> {
        let begun = Instant::now();
        while self.taken().len() < deliveries {
            if begun.elapsed() > Duration::from_secs(60) {
                bail!(
                    "{} of {deliveries} deliveries arrived in a minute",
                    self.taken().len()
                );
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }
}

/// Measures deliveries; a worker has to run.
pub async fn measure(app: &App) -> anyhow::Result<()> {
    for (hooks, deliveries) in HOOKS {
        let (receiver, url) = Receiver::start().await?;
        let client = subscriber(app, &format!("deliveries to {hooks}"), &url, *hooks).await?;
        let events = deliveries / hooks;
        let begun = Instant::now();
        insert(app, client, events).await?;
        receiver.wait_for(events * hooks).await?;
        let rate = (events * hooks) as f64 / begun.elapsed().as_secs_f64();
        println!(
            "deliver  {hooks:3} hooks: {rate:.0} deliveries/s, from commit to a local receiver (target 500)"
        );
    }
    lone(app).await
}

/// One event at a time, nothing else going on.
async fn lone(app: &App) -> anyhow::Result<()> {
    let (receiver, url) = Receiver::start().await?;
    let client = subscriber(app, "lone deliveries", &url, 1).await?;
    let mut waits = Vec::with_capacity(LONE);
    for n in 0..LONE {
        tokio::time::sleep(Duration::from_millis(40)).await;
        insert(app, client, 1).await?;
        let committed = Instant::now();
        receiver.wait_for(n + 1).await?;
        let arrived = receiver
            .taken()
            .last()
            .map(|(_, at)| *at)
            .context("nothing arrived")?;
        waits.push(arrived.saturating_duration_since(committed).as_secs_f64() * 1000.0);
    }
    waits.sort_by(f64::total_cmp);
    println!(
        "deliver  idle: from commit to first attempt {:.1} ms (median), {:.1} ms (p99; target 100)",
        waits[LONE / 2],
        waits[LONE * 99 / 100]
    );
    Ok(())
}

/// A client with hooks that are told everything.
async fn subscriber(app: &App, name: &str, url: &str, hooks: usize) -> anyhow::Result<ClientId> {
    let client = app.create_client(name, ClientKind::Sandbox).await?;
    let key = cotejo_app::keys::NewKey {
        client: client.clone(),
        name: "bench".to_owned(),
        version: 1,
        permissions: vec![Permission::Administrator],
        billing_hub: None,
    };
    let (KeyRecord { .. }, token) = app.create_key(key).await?;
    let caller = app.authenticate(&token.0).await?;
    let mut fields = Fields::default();
    for (field, value) in [
        ("subscriber_type", "web"),
        ("event_type", "all"),
        ("subscriber_url", url),
    ] {
        fields.add(field, value.to_owned());
    }
    let command = Command {
        caller,
        origin: String::new(),
        route: "POST /v1/hooks".to_owned(),
        idempotency_key: None,
        input: Input::Fields(fields),
    };
    for _ in 0..hooks {
        app.create_hook(&command).await?;
    }
    Ok(client.id)
}

/// Commits events in one transaction.
async fn insert(app: &App, client: ClientId, count: usize) -> anyhow::Result<()> {
    let body = format!(
        r#"{{"check_id":"CHK0190","status":"completed","filler":"{}"}}"#,
        "x".repeat(600)
    );
    let now = app.clock().now();
    let events: Vec<NewEvent> = (0..count)
        .map(|_| NewEvent {
            id: EventId(app.ids().uuid(now)),
            client,
            event_type: EventType::Check,
            action: EventAction::Finished,
            resource: app.ids().uuid(now),
            resource_version: 1,
            created: now,
            body: body.clone(),
        })
        .collect();
    let mut conn = app.pool().acquire().await?;
    Ok(cotejo_store::events::insert(&mut conn, &events).await?)
}
