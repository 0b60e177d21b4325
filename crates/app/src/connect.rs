//! Making an app from settings, and whether it can work.

use std::{collections::HashMap, sync::Arc};

use cotejo_blob::Blobs;
use cotejo_domain::{archive::Archiver, ids::SystemIds, time::SystemClock};
use cotejo_providers::{
    functions::Runner,
    http,
    identifier::Identifier,
    mail,
    outbound::{Guard, Outbound},
    phone,
    port::DataSource,
    sandbox::Sandbox,
    screening::Screening,
};
use cotejo_store::Config;
use sqlx::PgPool;

pub use cotejo_providers::functions::{AT_ONCE, ScriptFunctions};

use crate::{
    App, AppError, AppResult, Papers, Parts, secrets::MasterKeys, sources::Sources, validations::Eyes,
};

/// What an app is connected with.
#[derive(Clone)]
pub struct Settings {
    /// `postgres://…`
    pub database_url: String,
    /// Most connections of this process.
    pub connections: u32,
    /// Master keys.
    pub secrets: MasterKeys,
    /// Registries behind HTTP.
    pub http: Vec<http::Binding>,
    /// The account service's own URL.
    pub account_url: String,
    /// The checks service's own URL.
    pub checks_url: String,
    /// The connect service's own URL.
    pub connect_url: String,
    /// What links to files of validations begin with.
    pub files_url: String,
    /// Where files are: a folder, `memory:`, or `s3://bucket/prefix`. Without it nothing is kept that is one.
    pub files: Option<String>,
    /// Makes documents; only programs that run jobs do.
    pub papers: Option<Papers>,
    /// Runs and reads the scripts of flows, where there is a program for it.
    pub scripts: Option<Arc<ScriptFunctions>>,
    /// Makes archives; only programs that serve the connect API do.
    pub archiver: Option<Arc<dyn Archiver>>,
    /// Networks that hooks may name although they are private, separated by commas.
    pub webhook_allow: String,
    /// The mail server and the sender, where there is one.
    pub smtp: Option<Smtp>,
    /// The gateway of messages to phones, where there is one.
    pub sms: Option<Sms>,
    /// What looks at the files of validations.
    pub eyes: Eyes,
}

/// A gateway of messages to phones.
#[derive(Clone)]
pub struct Sms {
    /// `https://user:password@host/path`, of Twilio's shape.
    pub url: String,
    /// The sender of every message.
    pub from: String,
}

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    /// `smtp://user:password@host:port`
    pub url: String,
    /// The sender of every mail.
    pub from: String,
}

impl Settings {
    /// Over a database alone: nothing is sent, kept as a file or looked at.
    pub fn bare(database_url: String, connections: u32, secrets: MasterKeys) -> Self {
        Self {
            database_url,
            connections,
            secrets,
            http: Vec::new(),
            account_url: String::new(),
            checks_url: String::new(),
            connect_url: String::new(),
            files_url: String::new(),
            files: None,
            papers: None,
            scripts: None,
            archiver: None,
            webhook_allow: String::new(),
            smtp: None,
            sms: None,
            eyes: Eyes::none(),
        }
    }
}

impl Sources {
    /// The drivers of a deployment over its database and its sources file.
    pub fn standard(pool: &PgPool, http: HashMap<String, Arc<dyn DataSource>>) -> Self {
        Self {
            sandbox: Arc::new(Sandbox),
            identifier: Arc::new(Identifier),
            watchlist: Arc::new(Screening::new(pool.clone())),
            http,
        }
    }
}

impl App {
    /// An app over settings. Does not connect yet: a process starts without its database and recovers with it.
    pub fn connect(settings: Settings) -> AppResult<Self> {
        let config = Config {
            url: settings.database_url,
            connections: settings.connections,
        };
        let pool = cotejo_store::connect(&config).map_err(AppError::internal)?;
        let http = http::sources(settings.http).map_err(AppError::internal)?;
        let guard = Guard::parse(&settings.webhook_allow).map_err(AppError::internal)?;
        let mailer = match &settings.smtp {
            None => None,
            Some(smtp) => {
                let mailer = mail::Smtp::new(&smtp.url, &smtp.from).map_err(AppError::internal)?;
                Some(Arc::new(mailer) as Arc<dyn mail::Mailer>)
            }
        };
        let gateway = match &settings.sms {
            None => None,
            Some(sms) => {
                let gateway = phone::Twilio::new(&sms.url, &sms.from).map_err(AppError::internal)?;
                Some(Arc::new(gateway) as Arc<dyn phone::PhoneGateway>)
            }
        };
        let functions = Runner::new(settings.scripts, guard.clone()).map_err(AppError::internal)?;
        Ok(Self::new(Parts {
            functions: Arc::new(functions),
            sources: Sources::standard(&pool, http),
            pool,
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            secrets: settings.secrets,
            issuer: settings.account_url,
            checks_url: settings.checks_url,
            connect_url: settings.connect_url,
            files_url: settings.files_url,
            gateway,
            eyes: settings.eyes,
            blobs: settings
                .files
                .as_deref()
                .map(Blobs::at)
                .transpose()
                .map_err(AppError::internal)?,
            papers: settings.papers,
            archiver: settings.archiver,
            outbound: Outbound::new(guard.clone()).map_err(AppError::internal)?,
            guard,
            mailer,
        }))
    }

    /// An app over a database from which nothing secret is read and to which nothing is written: to verify it from
    /// outside of its deployment. `secret` only has to be there.
    pub fn reading(database_url: &str, secret: [u8; 32]) -> AppResult<Self> {
        let secrets = MasterKeys::parse(&MasterKeys::generate("none", secret)).map_err(AppError::internal)?;
        Self::connect(Settings::bare(database_url.to_owned(), 1, secrets))
    }

    /// Whether the database answers and has the schema that this program was built for.
    pub async fn is_ready(&self) -> AppResult<bool> {
        Ok(cotejo_store::migrate::is_current(&self.inner.pool).await?)
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> AppResult<()> {
        cotejo_store::migrate::migrate(&self.inner.pool)
            .await
            .map_err(AppError::internal)
    }
}
