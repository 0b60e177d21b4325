//! The business rules engine: rules are judged from the event log, once an event (`judge.rs`), and act by deliveries.
//!
//! A rule's actions are kept with their secrets sealed (`actions.rs`). What it did is listed by `firings.rs`, what it would
//! have done is found out by `trial.rs`.

mod actions;
pub mod body;
pub mod firings;
mod judge;
pub mod trial;

use cotejo_domain::{
    events::Event,
    fields::FieldErrors,
    hooks::Enabled,
    ids::RuleId,
    permissions::Permission,
    rules::{Definition, Rule},
    webhooks::WireEvent,
};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, Write},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

use body::{RuleBody, Whole};
pub(crate) use judge::JUDGE_JOB;
pub use judge::JudgeRules;

const ROUTE: &str = "/v1/rules";
const MISSING: AppError = AppError::NotFound("The rule");

impl App {
    /// POST /v1/rules
    pub async fn create_rule(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let document = command.document()?;
        let definition = Definition::parse(document, None);
        let actions = self.actions(document, &[]);
        let (definition, actions) = both(definition, actions)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, command.now(self));
        let whole = Whole {
            actions,
            rule: Rule {
                client,
                id: RuleId(self.ids().uuid(now)),
                definition,
                from_sequence: cotejo_store::events::head(&mut write.tx, client).await?,
                created: now,
                updated: now,
            },
        };
        self.save_rule(&mut write.tx, &whole).await?;
        self.end_rule(write, command, "rule.created", 201, &whole).await
    }

    /// PUT /v1/rules/{rule_id}: what is left out stays as it was; actions are replaced as a whole.
    pub async fn update_rule(&self, command: &Command, id: RuleId) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let document = command.document()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, command.now(self));
        let rule = cotejo_store::rules::find(&mut write.tx, client, id, true)
            .await?
            .ok_or(MISSING)?;
        let mut whole = self
            .with_actions(&mut write.tx, client, vec![rule])
            .await?
            .pop()
            .ok_or(MISSING)?;
        let definition = Definition::parse(document, Some(&whole.rule.definition));
        let actions = match document.get("actions") {
            None => Ok(std::mem::take(&mut whole.actions)),
            Some(_) => self.actions(document, &whole.actions),
        };
        let enabled_before = whole.rule.definition.status == Enabled::Enabled;
        (whole.rule.definition, whole.actions) = both(definition, actions)?;
        if !enabled_before && whole.rule.definition.status == Enabled::Enabled {
            whole.rule.from_sequence = cotejo_store::events::head(&mut write.tx, client).await?;
        }
        whole.rule.updated = now;
        self.save_rule(&mut write.tx, &whole).await?;
        self.end_rule(write, command, "rule.changed", 200, &whole).await
    }

    /// DELETE /v1/rules/{rule_id}
    pub async fn delete_rule(&self, command: &Command, id: RuleId) -> AppResult<Done> {
        command.caller.require(Permission::AccountWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        if !cotejo_store::rules::delete(&mut write.tx, command.caller.client().id, id).await? {
            return Err(MISSING);
        }
        let audited = Audited {
            action: "rule.deleted",
            resource: id.0,
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &format!("{id} was deleted"))
            .await
    }

    /// GET /v1/rules/{rule_id}
    pub async fn get_rule(&self, caller: &Caller, id: RuleId) -> AppResult<RuleBody> {
        caller.require(Permission::AccountRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let client = caller.client().id;
        let rule = cotejo_store::rules::find(&mut conn, client, id, false)
            .await?
            .ok_or(MISSING)?;
        let whole = self
            .with_actions(&mut conn, client, vec![rule])
            .await?
            .pop()
            .ok_or(MISSING)?;
        Ok(whole.body())
    }

    /// GET /v1/rules: a page of rules, newest first.
    pub async fn list_rules(&self, caller: &Caller, start_key: Option<&str>) -> AppResult<Page<RuleBody>> {
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let scope = Scope {
            client,
            route: ROUTE,
            filter: "",
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let rules = cotejo_store::rules::list(&mut conn, client, after, ROWS).await?;
        let page = self.page(scope, PAGE, rules, |rule| Position::Id(rule.id.0));
        let items = self.with_actions(&mut conn, client, page.items).await?;
        Ok(Page {
            items: items.iter().map(Whole::body).collect(),
            next: page.next,
        })
    }

    async fn end_rule(
        &self,
        write: Write,
        command: &Command,
        action: &'static str,
        status: u16,
        whole: &Whole,
    ) -> AppResult<Done> {
        let body = whole.body();
        let after = format!("{:?} {:?} {:?}", body.activators, body.conditions, body.actions);
        let audited = Audited {
            action,
            resource: whole.rule.id.0,
            after: Some(&after),
            ..Audited::default()
        };
        self.end(write, command, audited, status, &body).await
    }
}

/// What a job about one target carries.
#[derive(Deserialize)]
pub(crate) struct TargetPayload {
    pub client: Uuid,
    pub target: Uuid,
}

/// An event as it is sent, for conditions and templates.
pub(crate) fn wire_of(event: &Event) -> AppResult<Value> {
    let wire = WireEvent::new(event).map_err(AppError::internal)?;
    serde_json::to_value(wire).map_err(AppError::internal)
}

/// Two readings of one document: the errors of both, or both.
fn both<A, B>(one: Result<A, FieldErrors>, other: Result<B, FieldErrors>) -> Result<(A, B), FieldErrors> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(mut one), Err(other)) => {
            one.0.extend(other.0);
            Err(one)
        }
        (Err(errors), _) | (_, Err(errors)) => Err(errors),
    }
}
