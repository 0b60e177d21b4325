//! The business rules engine: rules are judged from the event log, once an event, and act by deliveries.

use async_trait::async_trait;
use cotejo_domain::{
    events::{Event, Product},
    fields::FieldErrors,
    hooks::Enabled,
    ids::{ClientId, DeliveryId, RuleActionId, RuleId},
    permissions::{Permission, hide},
    rules::{Action, Activator, Definition, Explanation, Rule},
    webhooks::WireEvent,
};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::{
    deliveries,
    events::Range,
    rules::{Firing, StoredAction},
};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, Input, Write},
    cursor::Scope,
    hooks::DELIVER_JOB,
    jobs::{outcome, payload},
    page::{PAGE, Page, Position, ROWS},
    secrets::Place,
};

/// Kind of the job that asks a client's rules about new events.
pub(crate) const JUDGE_JOB: &str = "rules.judge";

/// Most events that are judged in one transaction.
const JUDGED: i64 = 200;

/// Most past events that a rule is tried against.
const TRIED: i64 = 200;

const ROUTE: &str = "/v1/rules";
const MISSING: AppError = AppError::NotFound("The rule");

/// Asks rules about new events.
pub struct JudgeRules(pub App);

#[async_trait]
impl Handler for JudgeRules {
    fn kind(&self) -> &'static str {
        JUDGE_JOB
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        join_all(
            leases
                .iter()
                .map(|lease| async move { outcome(self.0.judge(lease).await.map(|()| Outcome::Done)) }),
        )
        .await
    }
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleBody {
    /// Its id
    #[schema(value_type = String)]
    pub rule_id: RuleId,
    /// The client
    #[schema(value_type = String)]
    pub client_id: ClientId,
    /// Its name
    pub name: String,
    /// In words
    pub description: String,
    /// The product whose events it is about
    #[schema(value_type = String, example = "checks")]
    pub product: Product,
    /// The part of the product
    #[schema(example = "checks")]
    pub subproduct: String,
    /// The events that make it look
    #[schema(value_type = Vec<String>, example = json!(["check:finished"]))]
    pub activators: Vec<String>,
    /// What has to hold; null is always
    #[schema(value_type = Option<Object>)]
    pub conditions: Value,
    /// What it does; secrets are hidden
    #[schema(value_type = Vec<Object>)]
    pub actions: Vec<Value>,
    /// `enabled` or `disabled`
    #[schema(value_type = String, example = "enabled")]
    pub status: Enabled,
    /// RFC 3339
    pub creation_date: String,
    /// RFC 3339
    pub update_date: String,
}

/// A rule that fired.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiringBody {
    /// The rule
    #[schema(value_type = String)]
    pub rule_id: RuleId,
    /// The event
    pub event_id: String,
    /// The event's number
    pub sequence: i64,
    /// When, RFC 3339
    pub fired_date: String,
    /// What its actions told
    pub deliveries: Vec<ActionDelivery>,
}

/// What an action told of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionDelivery {
    /// The action
    #[schema(value_type = String)]
    pub action_id: RuleActionId,
    /// The delivery, as hooks have them
    #[serde(flatten)]
    pub delivery: crate::hooks::DeliveryBody,
}

/// What a rule would have done with an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tried {
    /// The event
    pub event_id: String,
    /// Its number
    pub sequence: i64,
    /// `event_type:event_action`
    pub activator: String,
    /// Whether it would have fired
    pub fires: bool,
    /// Why; null where there are no conditions, and for a key that does not see all personal data
    #[schema(value_type = Option<Object>)]
    pub explanation: Option<Explanation>,
}

/// What a rule would have done.
#[derive(Debug, Serialize, ToSchema)]
pub struct TryRuleOutput {
    /// How many past events it would have looked at
    pub looked_at: usize,
    /// For how many it would have fired
    pub fired: usize,
    /// The events, the oldest first
    pub events: Vec<Tried>,
}

/// A rule with its actions.
struct Whole {
    rule: Rule,
    actions: Vec<(RuleActionId, Action)>,
}

impl Whole {
    fn body(&self) -> RuleBody {
        let Definition {
            name,
            description,
            product,
            subproduct,
            activators,
            condition,
            status,
        } = &self.rule.definition;
        let shown = |(id, action): &(RuleActionId, Action)| {
            let mut shown = action.shown();
            shown["action_id"] = id.to_string().into();
            shown
        };
        RuleBody {
            rule_id: self.rule.id,
            client_id: self.rule.client,
            name: name.clone(),
            description: description.clone(),
            product: *product,
            subproduct: subproduct.clone(),
            activators: activators.iter().map(Activator::to_string).collect(),
            conditions: condition
                .as_ref()
                .map_or(Value::Null, cotejo_domain::rules::Condition::to_json),
            actions: self.actions.iter().map(shown).collect(),
            status: *status,
            creation_date: self.rule.created.rfc3339_nanos(),
            update_date: self.rule.updated.rfc3339_seconds(),
        }
    }
}

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

    /// GET /v1/rules/{rule_id}/firings: what it fired for, newest first, and what came of it.
    pub async fn list_rule_firings(
        &self,
        caller: &Caller,
        id: RuleId,
        start_key: Option<&str>,
    ) -> AppResult<Page<FiringBody>> {
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let filter = id.to_string();
        let scope = Scope {
            client,
            route: "/v1/rules/firings",
            filter: &filter,
        };
        let before = self.start_behind(scope, start_key)?.unwrap_or(i64::MAX);
        let mut conn = self.inner.pool.acquire().await?;
        if cotejo_store::rules::find(&mut conn, client, id, false)
            .await?
            .is_none()
        {
            return Err(MISSING);
        }
        let rows = cotejo_store::rules::firings(&mut conn, client, id, before, ROWS).await?;
        let actions = cotejo_store::rules::actions(&mut conn, client, &[id.0]).await?;
        let targets: Vec<Uuid> = actions.iter().map(|action| action.id.0).collect();
        let events: Vec<Uuid> = rows.iter().map(|firing| firing.event.0).collect();
        let told = deliveries::of_events(&mut conn, client, &targets, &events).await?;
        let mut page = self
            .page(scope, PAGE, rows, |firing| Position::Number(firing.sequence))
            .map(|firing| FiringBody {
                rule_id: id,
                event_id: firing.event.to_string(),
                sequence: firing.sequence,
                fired_date: firing.fired.rfc3339_seconds(),
                deliveries: Vec::new(),
            });
        for (target, delivery) in told {
            let firing = page
                .items
                .iter_mut()
                .find(|firing| firing.sequence == delivery.sequence);
            if let Some(firing) = firing {
                firing.deliveries.push(ActionDelivery {
                    action_id: RuleActionId(target),
                    delivery: delivery.into(),
                });
            }
        }
        Ok(page)
    }

    /// POST /v1/rules/{rule_id}/try: what the rule, or the rule in the body, would have done with past events.
    pub async fn try_rule(&self, command: &Command, id: RuleId) -> AppResult<TryRuleOutput> {
        let caller = &command.caller;
        caller.require(Permission::AccountRead)?;
        let client = caller.client().id;
        let limit = match &command.input {
            Input::Fields(fields) => fields.get("limit").map(str::to_owned),
            Input::Document(document) => document.get("limit").map(Value::to_string),
        };
        let limit = match limit {
            None => 50,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=TRIED).contains(limit))
                .ok_or_else(|| FieldErrors::one("limit", format!("must be a number from 1 to {TRIED}")))?,
        };
        // An explanation shows what it found, and a masked caller may not see all of it.
        let explained = caller.key.masks().is_empty();
        let mut conn = self.inner.pool.acquire().await?;
        let rule = cotejo_store::rules::find(&mut conn, client, id, false)
            .await?
            .ok_or(MISSING)?;
        let definition = match command.document() {
            Ok(document) => Definition::parse(document, Some(&rule.definition))?,
            Err(_) => rule.definition,
        };
        let head = cotejo_store::events::head(&mut conn, client).await?;
        let mut looked = Vec::new();
        for activator in &definition.activators {
            let range = Range {
                to: Some(head),
                event_type: Some(activator.event_type),
                action: Some(activator.action),
                limit,
                ..Range::default()
            };
            looked.extend(cotejo_store::events::newest(&mut conn, client, range).await?);
        }
        looked.sort_unstable_by_key(|event| event.sequence);
        let skipped = looked
            .len()
            .saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
        let events = looked
            .iter()
            .skip(skipped)
            .map(|event| {
                let mut wire = wire_of(event)?;
                hide(&mut wire, &caller.key.masks());
                Ok(Tried {
                    event_id: event.id.to_string(),
                    sequence: event.sequence,
                    activator: format!("{}:{}", event.event_type, event.action),
                    fires: definition.holds(&wire),
                    explanation: definition
                        .condition
                        .as_ref()
                        .filter(|_| explained)
                        .map(|condition| condition.explain(&wire)),
                })
            })
            .collect::<AppResult<Vec<_>>>()?;
        Ok(TryRuleOutput {
            looked_at: events.len(),
            fired: events.iter().filter(|tried| tried.fires).count(),
            events,
        })
    }

    /// Asks a client's rules about the events that they were not asked about. The job of the client does it alone.
    pub(crate) async fn judge(&self, lease: &Lease) -> AppResult<()> {
        let payload: TargetPayload = payload(lease)?;
        let client = ClientId(payload.client);
        loop {
            let mut tx = cotejo_store::begin(&self.inner.pool).await?;
            if !cotejo_queue::hold(&mut tx, lease).await? {
                return Ok(());
            }
            let more = self.judge_batch(&mut tx, client).await?;
            if !more {
                cotejo_queue::finish(&mut tx, &[lease]).await?;
                // Whoever numbered events before the job's row was ours is seen now; whoever does it later wakes the
                // job again.
                if self.judge_batch(&mut tx, client).await? {
                    let again = self.job_for(JUDGE_JOB, client, false, client.0);
                    cotejo_queue::wake(&mut tx, &[again]).await?;
                }
                tx.commit().await?;
                return Ok(());
            }
            tx.commit().await?;
        }
    }

    /// Judges a batch; says whether there may be more.
    async fn judge_batch(&self, conn: &mut PgConnection, client: ClientId) -> AppResult<bool> {
        let rules = cotejo_store::rules::enabled(&mut *conn, client).await?;
        let cursor = cotejo_store::rules::cursor(&mut *conn, client).await?;
        let Some(first) = rules.iter().map(|rule| rule.from_sequence).min() else {
            return Ok(false);
        };
        let range = Range {
            after: cursor.max(first),
            limit: JUDGED,
            ..Range::default()
        };
        let events = cotejo_store::events::list(&mut *conn, client, range).await?;
        let Some(last) = events.last().map(|event| event.sequence) else {
            return Ok(false);
        };
        let tenant = cotejo_store::clients::find(&mut *conn, client).await?;
        let Some(tenant) = tenant else { return Ok(false) };
        let now = self.now(&tenant);
        let mut firings = Vec::new();
        for event in &events {
            let looking: Vec<&Rule> = rules
                .iter()
                .filter(|rule| {
                    event.sequence > rule.from_sequence
                        && rule.definition.looks_at(event.event_type, event.action)
                })
                .collect();
            if looking.is_empty() {
                continue;
            }
            let wire = wire_of(event)?;
            let fired = looking.into_iter().filter(|rule| rule.definition.holds(&wire));
            firings.extend(fired.map(|rule| Firing {
                rule: rule.id,
                event: event.id,
                sequence: event.sequence,
                fired: now,
            }));
        }
        if !firings.is_empty() {
            cotejo_store::rules::fire(&mut *conn, client, &firings).await?;
            let fired: Vec<Uuid> = firings.iter().map(|firing| firing.rule.0).collect();
            let actions = cotejo_store::rules::actions(&mut *conn, client, &fired).await?;
            let mut new = Vec::new();
            let mut jobs = Vec::new();
            for action in &actions {
                let told = firings.iter().filter(|firing| firing.rule == action.rule);
                new.extend(told.map(|firing| deliveries::New {
                    client,
                    target: action.id.0,
                    id: DeliveryId(self.ids().uuid(now)),
                    event: Some(firing.event),
                    sequence: firing.sequence,
                    now,
                }));
                jobs.push(self.job_for(DELIVER_JOB, client, tenant.is_sandbox(), action.id.0));
            }
            deliveries::insert(&mut *conn, &new).await?;
            cotejo_queue::wake(&mut *conn, &jobs).await?;
        }
        cotejo_store::rules::set_cursor(conn, client, last).await?;
        Ok(events.len() == usize::try_from(JUDGED).unwrap_or(usize::MAX))
    }

    /// The actions in a document, with the secrets that were sent back hidden put in their places.
    fn actions(
        &self,
        document: &Value,
        before: &[(RuleActionId, Action)],
    ) -> Result<Vec<(RuleActionId, Action)>, FieldErrors> {
        let read = Action::parse_all(document.get("actions"), &|| self.new_signing_key())?;
        let mut errors = FieldErrors::default();
        let now = self.clock().now();
        let mut actions = Vec::with_capacity(read.len());
        for (place, mut action) in read.into_iter().enumerate() {
            let named = document["actions"][place]["action_id"]
                .as_str()
                .and_then(|id| id.parse().ok());
            let known = before.iter().find(|(id, _)| Some(*id) == named);
            if let Some((_, known)) = known {
                action.keep_secrets(known);
            }
            if let Some(member) = action.still_hidden() {
                errors.push(
                    &format!("actions[{place}].{member}"),
                    "must be sent again: what is hidden is kept for the same action_id and url alone",
                );
            }
            if let Action::Webhook { url, .. } = &action
                && let Err(error) = self.inner.guard.check_url(url)
            {
                errors.push(&format!("actions[{place}].url"), error.to_string());
            }
            let id = known.map_or_else(|| RuleActionId(self.ids().uuid(now)), |(id, _)| *id);
            actions.push((id, action));
        }
        errors.into_result()?;
        Ok(actions)
    }

    async fn save_rule(&self, conn: &mut PgConnection, whole: &Whole) -> AppResult<()> {
        let rule = &whole.rule;
        cotejo_store::rules::save(&mut *conn, rule)
            .await
            .map_err(|error| AppError::taken(error, "rules_name", "a rule of this name exists already"))?;
        let mut stored = Vec::with_capacity(whole.actions.len());
        for (id, action) in &whole.actions {
            let spec = serde_json::to_vec(action).map_err(AppError::internal)?;
            let place = action_place(rule.client, &id.0);
            stored.push(StoredAction {
                rule: rule.id,
                id: *id,
                spec: self.inner.secrets.seal(place, self.ids().secret(), &spec),
            });
        }
        Ok(cotejo_store::rules::set_actions(conn, rule.client, rule.id, &stored).await?)
    }

    async fn with_actions(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        rules: Vec<Rule>,
    ) -> AppResult<Vec<Whole>> {
        let ids: Vec<Uuid> = rules.iter().map(|rule| rule.id.0).collect();
        let stored = cotejo_store::rules::actions(conn, client, &ids).await?;
        rules
            .into_iter()
            .map(|rule| {
                let own = stored.iter().filter(|action| action.rule == rule.id);
                let actions = own.map(|action| Ok((action.id, self.open_action(client, action)?)));
                Ok(Whole {
                    actions: actions.collect::<AppResult<_>>()?,
                    rule,
                })
            })
            .collect()
    }

    pub(crate) fn open_action(&self, client: ClientId, action: &StoredAction) -> AppResult<Action> {
        let opened = self
            .inner
            .secrets
            .open(action_place(client, &action.id.0), &action.spec)
            .map_err(AppError::internal)?;
        serde_json::from_slice(&opened).map_err(AppError::internal)
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

fn action_place(client: ClientId, id: &Uuid) -> Place<'_> {
    Place {
        client,
        what: "rule.action",
        of: id.as_bytes(),
    }
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
