//! The use cases.
//!
//! The only crate that joins rules, store, queue and providers. Transactions are opened and committed here; no
//! provider is called while one is open; jobs and events are written in the transaction that causes them.

pub mod access;
pub mod audit;
pub mod batches;
pub mod billing_hubs;
pub mod checks;
pub mod command;
pub mod connect;
pub mod consent;
pub mod continuous;
pub mod cursor;
pub mod customers;
pub mod deliver;
pub mod error;
pub mod events;
pub mod files;
pub mod gather;
pub mod hooks;
mod jobs;
pub mod keys;
pub mod messages;
pub mod page;
pub mod processes;
pub mod reports;
pub mod rules;
pub mod sandbox;
pub mod screening;
pub mod secrets;
pub mod settings;
pub mod singletons;
pub mod sources;
pub mod tenants;
pub mod terms;
pub mod users;
pub mod validations;
pub mod watchlists;

use std::sync::Arc;

use cotejo_blob::Blobs;
use cotejo_domain::{
    archive::Archiver,
    batches::Tables,
    clients::Client,
    ids::Ids,
    report::Printer,
    sources::Catalogue,
    time::{Clock, Timestamp},
};
use cotejo_providers::{
    functions::Functions,
    mail::Mailer,
    outbound::{Guard, Outbound},
    phone::PhoneGateway,
};
use sqlx::PgPool;
use tokio::sync::Semaphore;

pub use cotejo_providers::http::{Binding as HttpBinding, ConfigError, read as read_sources};
pub use error::{AppError, AppResult};

/// What every use case needs; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub pool: PgPool,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub secrets: secrets::MasterKeys,
    pub catalogue: &'static Catalogue,
    pub sources: sources::Sources,
    pub keys: access::KeyCache,
    pub creator: gather::Gatherer<checks::create::Wanted, AppResult<checks::create::Made>>,
    pub reader: gather::Gatherer<checks::read::Wanted, AppResult<checks::read::Read>>,
    pub requests: command::InFlight,
    pub issuer: String,
    pub guard: Guard,
    pub outbound: Outbound,
    pub mailer: Option<Arc<dyn Mailer>>,
    pub blobs: Option<Blobs>,
    pub tables: Option<Arc<dyn Tables>>,
    pub printer: Option<Arc<dyn Printer>>,
    pub archiver: Option<Arc<dyn Archiver>>,
    pub checks_url: String,
    pub connect_url: String,
    pub files_url: String,
    pub gateway: Option<Arc<dyn PhoneGateway>>,
    pub eyes: validations::Eyes,
    pub functions: Arc<dyn Functions>,
    /// Turns at what takes the processor for long.
    pub looking: Arc<Semaphore>,
}

/// What makes documents.
#[derive(Clone)]
pub struct Papers {
    /// Reads and writes files of rows.
    pub tables: Arc<dyn Tables>,
    /// Draws reports.
    pub printer: Arc<dyn Printer>,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub pool: PgPool,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Ids and chance.
    pub ids: Arc<dyn Ids>,
    /// The keys under which tokens are signed and documents hashed.
    pub secrets: secrets::MasterKeys,
    /// What answers for the sources of the catalogue.
    pub sources: sources::Sources,
    /// The account service's own URL: who issues keys.
    pub issuer: String,
    /// Which addresses hooks may name.
    pub guard: Guard,
    /// Calls hooks.
    pub outbound: Outbound,
    /// Sends mail of live clients; none waits for one.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Where files are; without it nothing is kept that is one.
    pub blobs: Option<Blobs>,
    /// Makes documents; only programs that run jobs do.
    pub papers: Option<Papers>,
    /// Makes archives; only programs that serve the connect API do.
    pub archiver: Option<Arc<dyn Archiver>>,
    /// The checks service's own URL: what links to files of checks begin with.
    pub checks_url: String,
    /// The connect service's own URL: where people are sent to processes that a token began.
    pub connect_url: String,
    /// What links to files of validations begin with; the vendor's newest app believes its own host alone.
    pub files_url: String,
    /// Sends messages to phones of live clients.
    pub gateway: Option<Arc<dyn PhoneGateway>>,
    /// Looks at the files of validations.
    pub eyes: validations::Eyes,
    /// Runs the functions of flows.
    pub functions: Arc<dyn Functions>,
}

/// How many files one process makes pictures of at once: each takes a processor, and up to some hundred megabytes.
const LOOKING: usize = 1;

impl App {
    /// An app over its parts. Starts the gatherers, so it has to be called within a runtime.
    pub fn new(parts: Parts) -> Self {
        let inner = Inner {
            keys: access::KeyCache::new(),
            creator: gather::Gatherer::start("create_check", 2, gather::Lone::Detached, {
                let pool = parts.pool.clone();
                move |wanted| checks::create::create_batch(pool.clone(), wanted)
            }),
            reader: gather::Gatherer::start("read_check", 2, gather::Lone::WithCaller, {
                let pool = parts.pool.clone();
                move |wanted| checks::read::read_batch(pool.clone(), wanted)
            }),
            requests: command::InFlight::default(),
            issuer: parts.issuer,
            guard: parts.guard,
            outbound: parts.outbound,
            mailer: parts.mailer,
            blobs: parts.blobs,
            tables: parts.papers.as_ref().map(|papers| Arc::clone(&papers.tables)),
            printer: parts.papers.map(|papers| papers.printer),
            archiver: parts.archiver,
            checks_url: parts.checks_url,
            connect_url: parts.connect_url,
            files_url: parts.files_url,
            gateway: parts.gateway,
            eyes: parts.eyes,
            functions: parts.functions,
            looking: Arc::new(Semaphore::new(LOOKING)),
            catalogue: Catalogue::builtin(),
            pool: parts.pool,
            clock: parts.clock,
            ids: parts.ids,
            secrets: parts.secrets,
            sources: parts.sources,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The database, for programs that watch its health.
    pub fn pool(&self) -> &PgPool {
        &self.inner.pool
    }

    /// The clock that everything here goes by.
    pub fn clock(&self) -> &dyn Clock {
        self.inner.clock.as_ref()
    }

    /// Now, for a client: a sandbox client's clock may be ahead.
    pub fn now(&self, client: &Client) -> Timestamp {
        client.at(self.clock().now())
    }

    /// Ids and chance.
    pub fn ids(&self) -> &dyn Ids {
        self.inner.ids.as_ref()
    }
}
