//! What a sandbox client can move: its clock, its outbox, its faults. Refused for live clients.

use std::{sync::OnceLock, time::Duration};

use cotejo_domain::{
    checks::{CheckType, Inputs},
    clients::Client,
    country::Country,
    faults::Fault,
    fields::{FieldErrors, Fields},
    ids::{ClientId, FaultId, MessageId},
    messages::{Channel, Message},
    permissions::Permission,
    processes::{self, FailureStatus},
    time::{Timestamp, parse_duration, parse_instant},
};
use cotejo_providers::sandbox::{self, SCENARIOS, validations::fates};
use cotejo_queue::clock::Next;
use cotejo_store::{clocks::Clock, messages::Listing};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

/// How long a request to advance a clock waits for what is due on the way.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it looks whether that is done.
const LOOK: Duration = Duration::from_millis(5);

/// Furthest that a clock can be moved at once, in seconds: ten years.
const FURTHEST: i64 = 10 * 366 * 24 * 3600;

/// A client's clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockBody {
    /// What the client takes for now, RFC 3339
    pub now: String,
    /// How far that is ahead of the machine's clock, in seconds
    pub ahead_seconds: i64,
    /// `done`, or `pending` while what is due on the way is being done
    pub status: &'static str,
    /// Where it is going, while it is pending
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

/// A message of the outbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageBody {
    /// Its id
    #[schema(value_type = String)]
    pub id: MessageId,
    /// `email`, `sms`, `whatsapp` or `call`
    #[schema(value_type = String, example = "sms")]
    pub channel: Channel,
    /// Whom to
    pub to: String,
    /// Its subject; empty but for mail
    pub subject: String,
    /// Its text
    pub body: String,
    /// The one-time code in the text; empty where there is none
    pub code: String,
    /// RFC 3339
    pub creation_date: String,
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            channel: message.channel,
            to: message.to,
            subject: message.subject,
            body: message.body,
            code: message.code,
            creation_date: message.created.rfc3339_nanos(),
        }
    }
}

/// A fault.
#[derive(Debug, Serialize, ToSchema)]
pub struct FaultBody {
    /// Its id
    #[schema(value_type = String)]
    pub fault_id: FaultId,
    /// What goes wrong
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub spec: cotejo_domain::faults::Spec,
    /// How often it still strikes; absent is until it is cleared
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remaining: Option<i32>,
    /// RFC 3339
    pub creation_date: String,
}

impl From<&Fault> for FaultBody {
    fn from(fault: &Fault) -> Self {
        Self {
            fault_id: fault.id,
            spec: fault.spec.clone(),
            remaining: fault.remaining,
            creation_date: Timestamp::from_nanos(fault.created_ns).rfc3339_nanos(),
        }
    }
}

/// What was cleared.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cleared {
    /// What was done
    pub message: String,
    /// How many
    pub cleared: u64,
}

/// What can be sent, and what comes of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScenariosBody {
    /// Ways to lead a request to an outcome
    pub scenarios: Vec<ScenarioBody>,
    /// People, companies and vehicles of whom nothing but good is known, with identifiers that are valid
    #[schema(value_type = Vec<Object>)]
    pub examples: Vec<Value>,
}

/// A way to lead a request to an outcome.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScenarioBody {
    /// The product
    pub product: &'static str,
    /// Its name
    pub name: &'static str,
    /// What happens
    pub description: &'static str,
    /// What to send with any request to make it happen: `custom_input` of a check, a part of the `account_id` of a validation or
    /// process
    pub custom_input: String,
    /// The last four digits of a document, before its check characters, that make it happen too: the check's, or the
    /// validation account's; empty where none do
    pub document_digits: &'static str,
    /// Whole requests that make it happen, one a country and type
    #[schema(value_type = Vec<Object>)]
    pub examples: Vec<Value>,
}

/// The catalogue of checks: made once, because it is the same for everybody.
fn check_scenarios() -> &'static [ScenarioBody] {
    static MADE: OnceLock<Vec<ScenarioBody>> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = SCENARIOS.iter().map(|scenario| ScenarioBody {
            product: "checks",
            name: scenario.name,
            description: scenario.description,
            custom_input: format!("scenario.{}", scenario.name),
            document_digits: scenario.suffix,
            examples: everywhere()
                .filter_map(|(country, check_type)| {
                    Some(request(
                        country,
                        check_type,
                        &sandbox::example(country, check_type, scenario)?,
                    ))
                })
                .collect(),
        });
        made.collect()
    })
}

/// The catalogue of validations.
fn validation_scenarios() -> impl Iterator<Item = ScenarioBody> {
    fates().iter().map(|scenario| ScenarioBody {
        product: "validators",
        name: scenario.name,
        description: &scenario.description,
        custom_input: format!("scenario.{}", scenario.name),
        document_digits: &scenario.digits,
        examples: Vec::new(),
    })
}

/// The catalogue of processes.
fn process_scenarios() -> impl Iterator<Item = ScenarioBody> {
    processes::scenarios().map(|(name, ending)| ScenarioBody {
        product: "digital_identity",
        name,
        description: match ending.failure() {
            Some(FailureStatus::Expired) => {
                "the process expires for this reason once the person has authorised"
            }
            Some(FailureStatus::Canceled) => {
                "the process is given up for this reason once the person has authorised"
            }
            _ => "the process is declined for this reason once the person has authorised",
        },
        custom_input: format!("scenario.{name}"),
        document_digits: "",
        examples: Vec::new(),
    })
}

/// Subjects of whom nothing but good is known, one a country and type.
fn check_examples() -> &'static [Value] {
    static MADE: OnceLock<Vec<Value>> = OnceLock::new();
    MADE.get_or_init(|| {
        everywhere()
            .flat_map(|(country, check_type)| {
                let samples = sandbox::samples(country, check_type, 1);
                samples
                    .into_iter()
                    .map(move |inputs| request(country, check_type, &inputs))
            })
            .collect()
    })
}

fn everywhere() -> impl Iterator<Item = (Country, CheckType)> {
    let types = |country: &'static Country| {
        CheckType::ALL
            .iter()
            .map(move |check_type| (*country, *check_type))
    };
    Country::ALL.iter().flat_map(types)
}

/// A request that could be sent as it is.
fn request(country: Country, check_type: CheckType, inputs: &Inputs) -> Value {
    let mut request = serde_json::to_value(inputs).unwrap_or_default();
    request["type"] = check_type.as_str().into();
    request["country"] = country.as_str().into();
    if check_type == CheckType::Person {
        request["user_authorized"] = true.into();
    }
    request
}

/// Refuses a live client: nothing of it is simulated.
fn sandbox_of(caller: &Caller, permission: Permission) -> AppResult<&Client> {
    caller.require(permission)?;
    if caller.client().is_sandbox() {
        Ok(caller.client())
    } else {
        Err(AppError::Forbidden)
    }
}

impl App {
    /// GET /v1/sandbox/scenarios: of a country or type, or all.
    pub fn scenarios(&self, caller: &Caller, query: &Fields) -> AppResult<ScenariosBody> {
        sandbox_of(caller, Permission::AccountRead)?;
        let mut errors = FieldErrors::default();
        let country = query.one_of("country", Country::ALL, &mut errors);
        let check_type = query.one_of("type", CheckType::ALL, &mut errors);
        errors.into_result()?;
        let asked = |request: &Value| {
            country.is_none_or(|country| request["country"] == country.as_str())
                && check_type.is_none_or(|check_type| request["type"] == check_type.as_str())
        };
        let mut scenarios = check_scenarios().to_vec();
        for scenario in &mut scenarios {
            scenario.examples.retain(asked);
        }
        // Those of validations mean the same in every country.
        scenarios.extend(validation_scenarios());
        scenarios.extend(process_scenarios());
        let examples = check_examples().iter().filter(|request| asked(request)).cloned();
        Ok(ScenariosBody {
            scenarios,
            examples: examples.collect(),
        })
    }

    /// GET /v1/sandbox/clock
    pub async fn get_clock(&self, caller: &Caller) -> AppResult<ClockBody> {
        let client = sandbox_of(caller, Permission::AccountRead)?.id;
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let clock = cotejo_store::clocks::lock(&mut tx, client).await?;
        Ok(self.clock_body(clock.ok_or(AppError::NotFound("The client"))?))
    }

    /// POST /v1/sandbox/clock: `advance=30d` or `to=<instant>`. What is due on the way is done, in its order, before the
    /// answer or soon after it.
    pub async fn advance_clock(&self, command: &Command) -> AppResult<Done> {
        let client = sandbox_of(&command.caller, Permission::AccountWrite)?.id;
        let fields = command.fields()?;
        let write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let mut write = write;
        let clock = cotejo_store::clocks::lock(&mut write.tx, client)
            .await?
            .ok_or(AppError::NotFound("The client"))?;
        let from = clock.target_ns.unwrap_or(clock.offset_ns);
        let target = self.clock_target(&fields, from)?;
        let on_its_way = Clock {
            offset_ns: clock.offset_ns,
            target_ns: Some(target),
        };
        cotejo_store::clocks::set(&mut write.tx, client, on_its_way).await?;
        write.tx.commit().await?;
        // The intention is kept: whatever happens to this request, a worker brings the clock to its target.
        let arrived = tokio::time::timeout(PATIENCE, self.bring_clock(client)).await;
        if let Ok(outcome) = arrived {
            outcome?;
        }
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let clock = cotejo_store::clocks::lock(&mut tx, client)
            .await?
            .ok_or(AppError::NotFound("The client"))?;
        write.tx = tx;
        let audited = Audited {
            action: "sandbox.clock_advanced",
            resource: client.0,
            detail: format!("{} s ahead", target / 1_000_000_000),
            ..Audited::default()
        };
        let done = self
            .end(write, command, audited, 200, &self.clock_body(clock))
            .await?;
        self.forget_keys();
        Ok(done)
    }

    /// Moves a client's clock towards its target until it has arrived.
    async fn bring_clock(&self, client: ClientId) -> AppResult<()> {
        loop {
            match self.step_clock(client).await? {
                Step::Arrived => return Ok(()),
                Step::Moved => {}
                Step::Waiting => tokio::time::sleep(LOOK).await,
            }
        }
    }

    /// Moves a client's clock to the next instant at which something is due, or to its target; waits for what is due
    /// before it goes on.
    pub(crate) async fn step_clock(&self, client: ClientId) -> AppResult<Step> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let Some(clock) = cotejo_store::clocks::lock(&mut tx, client).await? else {
            return Ok(Step::Arrived);
        };
        let Some(target) = clock.target_ns else {
            return Ok(Step::Arrived);
        };
        let left = u64::try_from(target - clock.offset_ns).unwrap_or(0);
        let wait = match cotejo_queue::clock::next(&mut tx, client.0).await? {
            Next::Busy => return Ok(Step::Waiting),
            _ if cotejo_store::clocks::has_unnumbered(&mut tx, client).await? => return Ok(Step::Waiting),
            Next::In(wait) => u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX).min(left),
            Next::Nothing => left,
        };
        let arrived = wait == left;
        let moved = Clock {
            offset_ns: clock
                .offset_ns
                .saturating_add(i64::try_from(wait).unwrap_or(i64::MAX)),
            target_ns: (!arrived).then_some(target),
        };
        cotejo_store::clocks::set(&mut tx, client, moved).await?;
        cotejo_queue::clock::shift(&mut tx, client.0, Duration::from_nanos(wait)).await?;
        tx.commit().await?;
        Ok(if arrived { Step::Arrived } else { Step::Moved })
    }

    /// Moves every clock that is on its way by a step; for the singleton that ends what a request began. Says whether
    /// any moved.
    pub async fn step_clocks(&self) -> AppResult<bool> {
        let mut conn = self.inner.pool.acquire().await?;
        let clients = cotejo_store::clocks::moving(&mut conn).await?;
        drop(conn);
        let mut moved = false;
        for client in clients {
            moved |= !matches!(self.step_clock(ClientId(client)).await?, Step::Waiting);
        }
        Ok(moved)
    }

    fn clock_target(&self, fields: &Fields, from: i64) -> AppResult<i64> {
        let machine = self.clock().now();
        let by = match (fields.get("advance"), fields.get("to")) {
            (Some(advance), None) => parse_duration(advance).ok_or_else(|| {
                FieldErrors::one("advance", "must be a duration such as 90s, 15m, 12h, 30d, 2w")
            })?,
            (None, Some(to)) => {
                let to =
                    parse_instant(to).ok_or_else(|| FieldErrors::one("to", "must be an RFC 3339 instant"))?;
                let now = machine.nanos().saturating_add(from);
                let left = to.nanos().saturating_sub(now);
                left.saturating_add(999_999_999).div_euclid(1_000_000_000)
            }
            _ => return Err(FieldErrors::one("advance", "or to, but not both, is required").into()),
        };
        if !(0..=FURTHEST).contains(&by) {
            return Err(FieldErrors::one(
                if fields.get("to").is_some() {
                    "to"
                } else {
                    "advance"
                },
                "must lie in the future, at most ten years ahead: a clock does not go back",
            )
            .into());
        }
        Ok(from.saturating_add(by.saturating_mul(1_000_000_000)))
    }

    fn clock_body(&self, clock: Clock) -> ClockBody {
        let at = |offset: i64| Timestamp::from_nanos(self.clock().now().nanos().saturating_add(offset));
        ClockBody {
            now: at(clock.offset_ns).rfc3339_seconds(),
            ahead_seconds: clock.offset_ns / 1_000_000_000,
            status: if clock.target_ns.is_some() {
                "pending"
            } else {
                "done"
            },
            target: clock.target_ns.map(|target| at(target).rfc3339_seconds()),
        }
    }

    /// GET /v1/sandbox/outbox: what was "sent", newest first.
    pub async fn list_outbox(&self, caller: &Caller, query: &Fields) -> AppResult<Page<MessageBody>> {
        let client = sandbox_of(caller, Permission::AccountRead)?.id;
        let mut errors = FieldErrors::default();
        let channel = query.one_of("channel", Channel::ALL, &mut errors);
        errors.into_result()?;
        // A `+` that arrived as a blank, as an unescaped query sends it, is read as one.
        let to = query.get("to").map(|to| {
            to.strip_prefix(' ')
                .map_or(to.to_owned(), |digits| format!("+{digits}"))
        });
        let filter = format!(
            "{} {}",
            channel.map_or("", Channel::as_str),
            to.as_deref().unwrap_or_default()
        );
        let scope = Scope {
            client,
            route: "/v1/sandbox/outbox",
            filter: &filter,
        };
        let listing = Listing {
            channel,
            to,
            after: self.start_after(scope, query.get("start_key"))?,
            limit: ROWS,
        };
        let mut conn = self.inner.pool.acquire().await?;
        let rows = cotejo_store::messages::outbox(&mut conn, client, &listing).await?;
        Ok(self
            .page(scope, PAGE, rows, |message| Position::Id(message.id.0))
            .map(MessageBody::from))
    }

    /// DELETE /v1/sandbox/outbox
    pub async fn clear_outbox(&self, command: &Command) -> AppResult<Done> {
        let client = sandbox_of(&command.caller, Permission::AccountWrite)?.id;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let cleared = cotejo_store::messages::clear(&mut write.tx, client).await?;
        let audited = Audited {
            action: "sandbox.outbox_cleared",
            resource: client.0,
            ..Audited::default()
        };
        let answer = Cleared {
            message: "the outbox is empty".to_owned(),
            cleared,
        };
        self.end(write, command, audited, 200, &answer).await
    }

    /// POST /v1/sandbox/faults
    pub async fn create_fault(&self, command: &Command) -> AppResult<Done> {
        let client = sandbox_of(&command.caller, Permission::AccountWrite)?.id;
        let now = command.now(self);
        let fault = Fault::parse(&command.fields()?, FaultId(self.ids().uuid(now)), now)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        cotejo_store::faults::insert(&mut write.tx, client, &fault).await?;
        let audited = Audited {
            action: "sandbox.fault_created",
            resource: client.0,
            detail: fault.id.to_string(),
            ..Audited::default()
        };
        let done = self
            .end(write, command, audited, 201, &FaultBody::from(&fault))
            .await?;
        self.forget_keys();
        Ok(done)
    }

    /// GET /v1/sandbox/faults
    pub async fn list_faults(&self, caller: &Caller) -> AppResult<Vec<FaultBody>> {
        let client = sandbox_of(caller, Permission::AccountRead)?.id;
        let mut conn = self.inner.pool.acquire().await?;
        let tenant = cotejo_store::clients::find(&mut conn, client).await?;
        let faults = tenant.map(|tenant| tenant.faults).unwrap_or_default();
        Ok(faults.iter().map(FaultBody::from).collect())
    }

    /// DELETE /v1/sandbox/faults
    pub async fn clear_faults(&self, command: &Command) -> AppResult<Done> {
        let client = sandbox_of(&command.caller, Permission::AccountWrite)?.id;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let cleared = cotejo_store::faults::clear(&mut write.tx, client).await?;
        let audited = Audited {
            action: "sandbox.faults_cleared",
            resource: client.0,
            ..Audited::default()
        };
        let answer = Cleared {
            message: "no fault is left".to_owned(),
            cleared,
        };
        let done = self.end(write, command, audited, 200, &answer).await?;
        self.forget_keys();
        Ok(done)
    }

    /// Lets the first matching fault of a client strike; used up ones do not. `None` where none does.
    pub async fn strike<'a>(
        &self,
        client: &'a Client,
        matches: impl Fn(&Fault) -> bool,
    ) -> AppResult<Option<&'a Fault>> {
        for fault in client.faults.iter().filter(|fault| matches(fault)) {
            if fault.remaining.is_none() {
                return Ok(Some(fault));
            }
            let mut conn = self.inner.pool.acquire().await?;
            if cotejo_store::faults::strike(&mut conn, client.id, fault.id).await? {
                return Ok(Some(fault));
            }
        }
        Ok(None)
    }
}

/// What one step of a clock came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is at its target.
    Arrived,
    /// It is at the next instant at which something is due.
    Moved,
    /// What is due has to be done first.
    Waiting,
}
