//! The services in process, over a database of their own, at a time of the test's choosing.

use std::{collections::HashMap, sync::Arc, time::Duration};

use cotejo_app::{
    App, Parts,
    batches::{ReadBatch, ReportBatch, RunBatch},
    checks::{
        jobs::{AskSource, ExpireChecks, StartChecks},
        pdf::PrintChecks,
    },
    continuous::{RunContinuous, ScreenAgain},
    deliver::Deliver,
    files::DeleteFiles,
    keys::NewKey,
    messages::{SendMail, SendToPhone},
    processes::{AdvanceProcesses, DecideProcesses, ExpireProcesses, GlanceAtChecks, PrintProcesses},
    rules::JudgeRules,
    secrets::MasterKeys,
    sources::Sources,
    validations::{Engine, ExpireReviews, ExpireValidations, Eyes, Glance, RunEnrollments, RunValidations},
};
use cotejo_blob::Blobs;
use cotejo_domain::{
    clients::{Client, ClientKind},
    ids::SystemIds,
    permissions::Permission,
    sources::{Catalogue, Driver},
    time::{ManualClock, Timestamp},
};
use cotejo_httpkit::{
    ApiState,
    access::{Attempts, Limits},
    proxies::Proxies,
};
use cotejo_providers::{
    engines::{DocumentEngine, FaceEngine},
    functions::{Functions, Runner, ScriptFunctions},
    mail::Mailer,
    outbound::{Guard, Outbound},
    phone::PhoneGateway,
    port::DataSource,
};
use cotejo_queue::{Handler, Marks, Outcome};

use crate::{Caller, Scripted, TestDatabase};

/// What handlers are given in a test.
pub fn state(app: App, limits: Limits) -> ApiState {
    ApiState {
        app,
        limits,
        attempts: Attempts::default(),
        proxies: Proxies::default(),
    }
}

/// When tests begin: 2 January 2026, 03:04:05.123456789 UTC.
pub const START: Timestamp = Timestamp::from_nanos(1_767_323_045_123_456_789);

/// The services of one test.
pub struct TestApp {
    /// The use cases.
    pub app: App,
    /// The clock that everything goes by.
    pub clock: Arc<ManualClock>,
    /// The sources of live clients.
    pub live_sources: Scripted,
    /// The database.
    pub database: TestDatabase,
    /// The files.
    pub blobs: Blobs,
    limits: Limits,
}

/// How the services of a test are made.
#[derive(Default)]
pub struct TestAppBuilder {
    limits: Limits,
    outside: Outside,
    files: Option<String>,
}

/// What stands for the outside of live clients.
#[derive(Default)]
struct Outside {
    mailer: Option<Arc<dyn Mailer>>,
    gateway: Option<Arc<dyn PhoneGateway>>,
    documents: Option<Arc<dyn DocumentEngine>>,
    faces: Option<Arc<dyn FaceEngine>>,
}

impl TestAppBuilder {
    /// Limits the keys of live clients.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends the mail of live clients.
    #[must_use]
    pub fn mailer(mut self, mailer: Arc<dyn Mailer>) -> Self {
        self.outside.mailer = Some(mailer);
        self
    }

    /// Sends the messages to phones of live clients.
    #[must_use]
    pub fn gateway(mut self, gateway: Arc<dyn PhoneGateway>) -> Self {
        self.outside.gateway = Some(gateway);
        self
    }

    /// Keeps files there, where other processes find them too; else in memory.
    #[must_use]
    pub fn files(mut self, place: &str) -> Self {
        self.files = Some(place.to_owned());
        self
    }

    /// Looks at the documents and faces of live clients.
    #[must_use]
    pub fn engines(mut self, documents: Arc<dyn DocumentEngine>, faces: Arc<dyn FaceEngine>) -> Self {
        self.outside.documents = Some(documents);
        self.outside.faces = Some(faces);
        self
    }

    /// Makes the services.
    ///
    /// # Panics
    /// If they cannot be made.
    #[expect(clippy::expect_used, reason = "a test without its services has failed")]
    pub async fn build(self) -> TestApp {
        cotejo_httpkit::program::install_tls();
        let database = TestDatabase::new().await;
        let clock = Arc::new(ManualClock::new(START));
        let live_sources = Scripted::default();
        let scripted = Arc::new(live_sources.clone()) as Arc<dyn DataSource>;
        let registries = Catalogue::builtin()
            .all()
            .iter()
            .filter(|source| source.driver == Driver::Registry);
        // Only what a test configures answers: the first two registries of Colombia's identity and police.
        let http: HashMap<String, Arc<dyn DataSource>> = registries
            .filter(|source| LIVE.contains(&source.key.as_str()))
            .map(|source| (source.key.clone(), Arc::clone(&scripted)))
            .collect();
        let sources = Sources::standard(&database.pool, http);
        let blobs = self.files.map_or_else(Blobs::in_memory, |place| {
            Blobs::at(&place).expect("a place for files")
        });
        let app = App::new(parts(&database, &clock, sources, self.outside, blobs.clone()));
        TestApp {
            app,
            blobs,
            clock,
            live_sources,
            database,
            limits: self.limits,
        }
    }
}

/// What links to files begin with in tests.
pub const CHECKS_URL: &str = "http://127.0.0.1:4001";

/// Where people are sent to processes in tests.
pub const CONNECT_URL: &str = "http://127.0.0.1:4003";

/// What links to files of validations begin with in tests.
pub const FILES_URL: &str = "http://127.0.0.1:4002";

/// Who issues keys in tests.
pub const ISSUER: &str = "http://127.0.0.1:4004";

/// How long receivers of webhooks have in tests.
pub const RECEIVER_TIMEOUT: Duration = Duration::from_millis(500);

/// The kinds of jobs.
const KINDS: &[&str] = &[
    "check.run",
    "check.source",
    "check.expire",
    "continuous.run",
    "lists.changed",
    "deliver",
    "rules.judge",
    "mail.send",
    "phone.send",
    "enrollment.run",
    "picture.glance",
    "validation.run",
    "validation.expire",
    "review.expire",
    "process.advance",
    "process.expire",
    "process.glance",
    "process.decide",
    "process.pdf",
    "batch.read",
    "check.pdf",
    "batch.run",
    "batch.report",
    "files.delete",
];

/// Rounds of work within which time stands still.
const PATIENT_ROUNDS: u32 = 50;

/// What an app of a test is made of.
#[expect(clippy::expect_used, reason = "a test without its services has failed")]
fn parts(
    database: &TestDatabase,
    clock: &Arc<ManualClock>,
    sources: Sources,
    outside: Outside,
    blobs: Blobs,
) -> Parts {
    let guard = Guard::parse("127.0.0.0/8").expect("a network");
    let keys = MasterKeys::generate("test", [7; 32]);
    Parts {
        functions: functions(guard.clone()),
        sources,
        pool: database.pool.clone(),
        clock: Arc::clone(clock) as _,
        ids: Arc::new(SystemIds),
        secrets: MasterKeys::parse(&keys).expect("a master key"),
        issuer: ISSUER.to_owned(),
        outbound: Outbound::with_timeout(guard.clone(), RECEIVER_TIMEOUT).expect("an HTTP client"),
        guard,
        mailer: outside.mailer,
        blobs: Some(blobs),
        papers: Some(cotejo_worker::papers()),
        archiver: Some(cotejo_worker::archiver()),
        checks_url: CHECKS_URL.to_owned(),
        connect_url: CONNECT_URL.to_owned(),
        files_url: FILES_URL.to_owned(),
        gateway: outside.gateway,
        eyes: Eyes {
            pictures: Some(cotejo_worker::eyes::pictures()),
            documents: outside.documents.map_or(Engine::None, Engine::Here),
            faces: outside.faces.map_or(Engine::None, Engine::Here),
        },
    }
}

/// What runs the functions of flows: the program beside the tests, and servers on this machine.
#[expect(clippy::expect_used, reason = "a test without its functions has failed")]
fn functions(guard: Guard) -> Arc<dyn Functions> {
    let scripts = ScriptFunctions::find().map(|program| Arc::new(ScriptFunctions::new(program, 2)));
    Arc::new(Runner::new(scripts, guard).expect("an HTTP client"))
}

/// The registries that answer live clients in tests.
pub const LIVE: &[&str] = &[IDENTITY, POLICE];
/// Colombia's identity registry.
pub const IDENTITY: &str = "co-registraduria-ani";
/// Colombia's police.
pub const POLICE: &str = "co-policia-nacional";

impl TestApp {
    /// Services as most tests want them.
    pub async fn new() -> Self {
        TestAppBuilder::default().build().await
    }

    /// A second process over the same database, with nothing remembered.
    pub fn another_process(&self) -> App {
        let sources = Sources::standard(&self.database.pool, HashMap::new());
        App::new(parts(
            &self.database,
            &self.clock,
            sources,
            Outside::default(),
            self.blobs.clone(),
        ))
    }

    fn state(&self) -> ApiState {
        state(self.app.clone(), self.limits.clone())
    }

    /// A new client.
    ///
    /// # Panics
    /// If the name is taken.
    #[expect(clippy::expect_used, reason = "a test without its client has failed")]
    pub async fn client(&self, name: &str, kind: ClientKind) -> Client {
        self.app.create_client(name, kind).await.expect("a client")
    }

    /// A token of a client.
    ///
    /// # Panics
    /// If the client has a key of that version already.
    #[expect(clippy::expect_used, reason = "a test without its key has failed")]
    pub async fn token(&self, client: &Client, version: u8, permissions: &[Permission]) -> String {
        let key = NewKey {
            client: client.clone(),
            name: format!("key-{version}-{}", permissions.len()),
            version,
            permissions: permissions.to_vec(),
            billing_hub: None,
        };
        self.app.create_key(key).await.expect("a key").1.0
    }

    /// An administrator of a new sandbox client, calling the checks API.
    pub async fn sandbox(&self, name: &str) -> Caller {
        let client = self.client(name, ClientKind::Sandbox).await;
        self.checks(Some(self.token(&client, 1, &[Permission::Administrator]).await))
    }

    /// An administrator of a new live client, calling the checks API.
    pub async fn live(&self, name: &str) -> Caller {
        let client = self.client(name, ClientKind::Live).await;
        self.checks(Some(self.token(&client, 1, &[Permission::Administrator]).await))
    }

    /// A caller of the checks API.
    pub fn checks(&self, key: Option<String>) -> Caller {
        Caller::new(cotejo_checks::service(self.state()), key)
    }

    /// A caller of the other three APIs, in the order validations, connect, account.
    pub fn others(&self, key: Option<&str>) -> [Caller; 3] {
        [
            cotejo_validations::service,
            cotejo_connect::service,
            cotejo_account::service,
        ]
        .map(|service| Caller::new(service(self.state()), key.map(str::to_owned)))
    }

    /// A caller of the validations API.
    pub fn validations(&self, key: Option<String>) -> Caller {
        Caller::new(cotejo_validations::service(self.state()), key)
    }

    /// A caller of the connect API.
    pub fn connect(&self, key: Option<String>) -> Caller {
        Caller::new(cotejo_connect::service(self.state()), key)
    }

    /// A caller of the account API.
    pub fn account(&self, key: Option<String>) -> Caller {
        Caller::new(cotejo_account::service(self.state()), key)
    }

    /// Does every job that is due now, and what they lead to, as a worker and its singletons would. Jobs that wait for
    /// later stay.
    ///
    /// # Panics
    /// If the database does not answer.
    #[expect(
        clippy::expect_used,
        reason = "a test whose database does not answer has failed"
    )]
    pub async fn work(&self) {
        for round in 0.. {
            // The queue goes by the database's clock, the rules by one that stands still: a job that waits for what is
            // less than a round away would be put back for ever.
            if round >= PATIENT_ROUNDS {
                self.clock.advance(Duration::from_millis(1));
            }
            let mut done = self.app.work_once().await.expect("the singletons work");
            for handler in [
                &StartChecks(self.app.clone()) as &dyn Handler,
                &AskSource(self.app.clone()),
                &ExpireChecks(self.app.clone()),
                &RunContinuous(self.app.clone()),
                &ScreenAgain(self.app.clone()),
                &Deliver(self.app.clone()),
                &JudgeRules(self.app.clone()),
                &SendMail(self.app.clone()),
                &SendToPhone(self.app.clone()),
                &RunEnrollments(self.app.clone()),
                &Glance(self.app.clone()),
                &RunValidations(self.app.clone()),
                &ExpireValidations(self.app.clone()),
                &ExpireReviews(self.app.clone()),
                &AdvanceProcesses(self.app.clone()),
                &GlanceAtChecks(self.app.clone()),
                &DecideProcesses(self.app.clone()),
                &ExpireProcesses(self.app.clone()),
                &PrintProcesses(self.app.clone()),
                &ReadBatch(self.app.clone()),
                &RunBatch(self.app.clone()),
                &ReportBatch(self.app.clone()),
                &DeleteFiles(self.app.clone()),
                &PrintChecks(self.app.clone()),
            ] {
                done |= self.drain(handler).await > 0;
            }
            if !done {
                break;
            }
        }
    }

    /// Makes the scheduled jobs due and does them.
    ///
    /// # Panics
    /// If the database does not answer.
    #[expect(clippy::expect_used, reason = "a test whose queue does not answer has failed")]
    pub async fn work_scheduled(&self) {
        let mut conn = self.database.pool.acquire().await.expect("a connection");
        sqlx::query("update jobs set run_at = clock_timestamp() where state = 'scheduled'")
            .execute(&mut *conn)
            .await
            .expect("jobs are moved");
        cotejo_queue::promote(&mut conn, KINDS)
            .await
            .expect("jobs are promoted");
        drop(conn);
        self.work().await;
    }

    #[expect(clippy::expect_used, reason = "a test whose queue does not answer has failed")]
    async fn drain(&self, handler: &dyn Handler) -> usize {
        let mut conn = self.database.pool.acquire().await.expect("a connection");
        let lease = Duration::from_secs(30);
        let leases = cotejo_queue::claim(
            &mut conn,
            handler.kind(),
            &mut Marks::default(),
            handler.batch().into(),
            lease,
        )
        .await
        .expect("the queue answers");
        drop(conn);
        if leases.is_empty() {
            return 0;
        }
        for (lease, outcome) in leases.iter().zip(handler.run(&leases).await) {
            let mut conn = self.database.pool.acquire().await.expect("a connection");
            match outcome {
                Outcome::Done => {}
                Outcome::Later(pause) => {
                    cotejo_queue::reschedule(&mut conn, lease, pause)
                        .await
                        .expect("a job is put back");
                }
                Outcome::Failed(error) => {
                    cotejo_queue::fail(&mut conn, lease, &error, Duration::from_secs(5))
                        .await
                        .expect("a job fails");
                }
            }
        }
        leases.len()
    }
}
