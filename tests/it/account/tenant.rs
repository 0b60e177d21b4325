//! A client with an administrator who calls two of its services, and what the administrator does there.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use axum::http::{Method, StatusCode};
use cotejo_app::keys::NewKey;
use cotejo_domain::{
    clients::{Client, ClientKind},
    permissions::Permission,
};
use cotejo_testkit::{Answer, Caller, TestApp};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::receiver::Receiver;
use crate::support::{PERSON, create, list, text, with};

/// A client and its administrator.
pub struct Tenant {
    pub client: Client,
    pub checks: Caller,
    pub account: Caller,
    pub validations: Caller,
    pub connect: Caller,
}

impl Tenant {
    /// A new sandbox client.
    pub async fn sandbox(app: &TestApp, name: &str) -> Self {
        Self::of(app, app.client(name, ClientKind::Sandbox).await).await
    }

    /// A new live client.
    pub async fn live(app: &TestApp, name: &str) -> Self {
        Self::of(app, app.client(name, ClientKind::Live).await).await
    }

    async fn of(app: &TestApp, client: Client) -> Self {
        let token = app.token(&client, 1, &[Permission::Administrator]).await;
        Self {
            client,
            checks: app.checks(Some(token.clone())),
            account: app.account(Some(token.clone())),
            validations: app.validations(Some(token.clone())),
            connect: app.connect(Some(token)),
        }
    }

    /// A caller of the account API that may do only this.
    pub async fn with(&self, app: &TestApp, permissions: &[Permission]) -> Caller {
        let names: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
        let key = NewKey {
            client: self.client.clone(),
            name: names.join(" "),
            version: 1,
            permissions: permissions.to_vec(),
            billing_hub: None,
        };
        app.account(Some(app.app.create_key(key).await.unwrap().1.0))
    }

    /// Creates a check of the usual person.
    pub async fn check(&self) -> Value {
        self.check_with(&[]).await
    }

    /// Creates a check with other fields.
    pub async fn check_with(&self, more: &[(&str, &str)]) -> Value {
        let form = with(PERSON, more);
        create(&self.checks, &with(&form, &[("force_creation", "true")])).await
    }

    /// Creates a hook that tells a receiver everything as plain JSON.
    pub async fn hook(&self, receiver: &Receiver, more: &[(&str, &str)]) -> Value {
        let form = [
            ("subscriber_type", "web"),
            ("event_type", "all"),
            ("subscriber_url", receiver.url()),
            ("format", "json"),
        ];
        let answer = self.account.post("/v1/hooks", &with(&form, more)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json
    }

    /// Creates a rule about finished checks.
    pub async fn rule(&self, more: &Value) -> Value {
        let mut rule = serde_json::json!({
            "name": "finished checks", "product": "checks", "subproduct": "checks", "activators": ["finished"],
        });
        for (name, value) in more.as_object().unwrap() {
            rule[name] = value.clone();
        }
        let answer = post_json(&self.account, "/v1/rules", &rule).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json
    }

    /// A hook's deliveries in the order of their events.
    pub async fn deliveries(&self, hook: &Value) -> Vec<Value> {
        let path = format!("/v1/hooks/{}/deliveries", text(hook, "hook_id"));
        let mut deliveries = self.page(&path, "deliveries").await;
        deliveries.reverse();
        deliveries.sort_by_key(|delivery| delivery["sequence"].as_i64());
        deliveries
    }

    /// A hook as it is now.
    pub async fn hook_now(&self, hook: &Value) -> Value {
        let answer = self.account.get(&hook_path(hook, "")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json
    }

    /// What a rule fired for, the newest first.
    pub async fn firings(&self, rule: &Value) -> Vec<Value> {
        let path = format!("/v1/rules/{}/firings", text(rule, "rule_id"));
        self.page(&path, "firings").await
    }

    /// The events of a query.
    pub async fn events(&self, query: &str) -> Vec<Value> {
        self.page(&format!("/v1/events{query}"), "events").await
    }

    /// The messages of a query, the newest first.
    pub async fn outbox(&self, query: &str) -> Vec<Value> {
        self.page(&format!("/v1/sandbox/outbox{query}"), "messages").await
    }

    /// The items of a page that has to be there.
    pub async fn page(&self, path: &str, plural: &str) -> Vec<Value> {
        let answer = self.account.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text);
        list(&answer.json, plural).to_vec()
    }

    /// Makes something go wrong.
    pub async fn fault(&self, form: &[(&str, &str)]) -> Value {
        let answer = self.account.post("/v1/sandbox/faults", form).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json
    }

    /// The client's clock.
    pub async fn clock(&self) -> Value {
        self.account.get("/v1/sandbox/clock").await.json
    }

    /// Moves the client's clock while a worker does what becomes due on the way.
    pub async fn advance(&self, app: &TestApp, by: &str) -> Value {
        let arrived = AtomicBool::new(false);
        let asking = async {
            let answer = self.account.post("/v1/sandbox/clock", &[("advance", by)]).await;
            arrived.store(true, Ordering::SeqCst);
            answer
        };
        let working = async {
            while !arrived.load(Ordering::SeqCst) {
                work_due(app).await;
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let (answer, ()) = tokio::join!(asking, working);
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        if answer.json["status"] == "done" {
            return answer.json;
        }
        loop {
            work_due(app).await;
            let clock = self.clock().await;
            if clock["status"] == "done" {
                // For a second a process believes what it knows of a key, its client's clock too.
                tokio::time::sleep(Duration::from_millis(1050)).await;
                return clock;
            }
        }
    }
}

/// Does what is due by now, as a worker would: jobs whose time came on the way too. Time goes on meanwhile, else what is
/// due in less than a millisecond never would be.
pub async fn work_due(app: &TestApp) {
    app.clock.advance(Duration::from_millis(1));
    sqlx::query("update jobs set state = 'ready' where state = 'scheduled' and run_at <= clock_timestamp()")
        .execute(&app.database.pool)
        .await
        .unwrap();
    app.work().await;
}

/// What runs `worker`s of as many processes until it is dropped.
pub fn workers(app: &TestApp, count: usize) -> CancellationToken {
    let stop = CancellationToken::new();
    for n in 0..count {
        let process = if n == 0 {
            app.app.clone()
        } else {
            app.another_process()
        };
        tokio::spawn(cotejo_worker::run(process, stop.clone()));
    }
    stop
}

/// The path of a hook, or of something under it.
pub fn hook_path(hook: &Value, under: &str) -> String {
    format!("/v1/hooks/{}{under}", text(hook, "hook_id"))
}

/// The path of a rule, or of something under it.
pub fn rule_path(rule: &Value, under: &str) -> String {
    format!("/v1/rules/{}{under}", text(rule, "rule_id"))
}

/// POST of JSON.
pub async fn post_json(caller: &Caller, path: &str, body: &Value) -> Answer {
    json(caller, Method::POST, path, body).await
}

/// PUT of JSON.
pub async fn put_json(caller: &Caller, path: &str, body: &Value) -> Answer {
    json(caller, Method::PUT, path, body).await
}

async fn json(caller: &Caller, method: Method, path: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    caller.send(method, path, &headers, &body.to_string()).await
}

/// The members of an object, in alphabetical order.
pub fn members(value: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    members
}
