//! `cotejo up`: the whole stack in one process.

use std::path::Path;

use anyhow::{Context as _, anyhow};
use clap::Args;
use cotejo_app::{App, AppError, connect::Settings, keys::NewKey};
use cotejo_domain::{
    clients::{Client, ClientKind},
    permissions::Permission,
};
use cotejo_httpkit::{ApiState, access::Attempts, env, program, serve, telemetry};
use cotejo_localpg::Cluster;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{demo, models};
use crate::{
    cli::Place,
    data_dir::{DataDir, Running},
};

/// Connections of the process: the four APIs and the worker share them.
const CONNECTIONS: u32 = 16;

/// Name of the client that a first start makes.
const SANDBOX: &str = "sandbox";

/// Address of its first administrator: where the sandbox's own mails go.
const ADMINISTRATOR: &str = "administrator@example.com";

/// Name of its administrator's key.
const KEY: &str = "administrator";

/// Start everything on this machine.
#[derive(Debug, Args)]
pub struct Up {
    #[command(flatten)]
    place: Place,
    /// The APIs listen on the four ports behind this one, health and metrics on the fifth
    #[arg(long, default_value_t = 4000, value_parser = clap::value_parser!(u16).range(1024..=65_000))]
    port_base: u16,
    /// Print one line of JSON when ready, and nothing else
    #[arg(long)]
    json: bool,
}

/// The listeners, bound before anything else so that a port in use is said at once.
struct Listeners {
    checks: TcpListener,
    validations: TcpListener,
    connect: TcpListener,
    account: TcpListener,
    health: TcpListener,
}

impl Listeners {
    async fn bind(base: u16) -> anyhow::Result<Self> {
        let bind = |offset: u16| async move {
            let address = format!("127.0.0.1:{}", base + offset);
            serve::bind(&address)
                .await
                .context("choose other ports with --port-base")
        };
        Ok(Self {
            checks: bind(1).await?,
            validations: bind(2).await?,
            connect: bind(3).await?,
            account: bind(4).await?,
            health: bind(5).await?,
        })
    }
}

impl Up {
    /// Starts the stack and serves until it is told to stop.
    pub async fn run(self) -> anyhow::Result<()> {
        telemetry::start_logging(if self.json {
            "warn"
        } else {
            "info,cotejo_httpkit=warn"
        })?;
        program::install_tls();
        let stop = CancellationToken::new();
        serve::stop_on_signals(stop.clone())?;
        let data_dir = self.place.open()?;
        data_dir.create()?;
        let listeners = Listeners::bind(self.port_base).await?;
        let database = Database::start(&data_dir, self.port_base).await?;
        let served = self.serve(&data_dir, listeners, &database, stop.clone()).await;
        data_dir.forget_running();
        stop.cancel();
        database.stop().await?;
        served
    }

    async fn serve(
        &self,
        data_dir: &DataDir,
        listeners: Listeners,
        database: &Database,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        let url = |name: &str, offset: u16| {
            env::text(name).unwrap_or_else(|| format!("http://127.0.0.1:{}", self.port_base + offset))
        };
        let app = App::connect(Settings {
            database_url: database.url.clone(),
            connections: CONNECTIONS,
            secrets: data_dir.master_keys()?,
            http: program::sources_file(env::text("COTEJO_SOURCES").as_deref().map(Path::new))?,
            account_url: url("COTEJO_ACCOUNT_URL", 4),
            checks_url: url("COTEJO_CHECKS_URL", 1),
            connect_url: url("COTEJO_CONNECT_URL", 3),
            files_url: env::text("COTEJO_FILES_URL").unwrap_or_else(|| url("COTEJO_VALIDATIONS_URL", 2)),
            files: Some(data_dir.files()),
            papers: Some(cotejo_worker::papers()),
            scripts: program::scripts_from_env()?,
            archiver: Some(cotejo_worker::archiver()),
            // Receivers of a developer listen on the same machine.
            webhook_allow: env::text("COTEJO_WEBHOOK_ALLOW_CIDRS")
                .unwrap_or_else(|| "127.0.0.0/8, ::1/128".to_owned()),
            smtp: program::smtp_from_env()?,
            sms: program::sms_from_env()?,
            eyes: cotejo_worker::eyes::from_env(models::usual_dir())?,
        })
        .context("the settings cannot be used")?;
        app.migrate()
            .await
            .context("the schema was not brought up to date")?;
        let running = Running {
            api_key: administrator_key(&app, data_dir).await?,
            flow_id: default_flow(&app).await?,
            checks: url("COTEJO_CHECKS_URL", 1),
            validations: url("COTEJO_VALIDATIONS_URL", 2),
            connect: url("COTEJO_CONNECT_URL", 3),
            account: url("COTEJO_ACCOUNT_URL", 4),
            health: format!("http://127.0.0.1:{}", self.port_base + 5),
            database_url: database.url.clone(),
        };
        let mut services = start_services(&app, listeners, &stop)?;
        services.spawn({
            let (app, stop) = (app.clone(), stop.clone());
            async move {
                cotejo_worker::run(app, stop).await;
                Ok(())
            }
        });
        data_dir.keep_running(&running)?;
        if self.json {
            println!("{}", serde_json::to_string(&running)?);
        } else {
            let shown = demo::run(&running).await.context("the demo check failed")?;
            print_welcome(&running, data_dir, &shown);
        }
        // Whichever service ends first, by the stop or by a failure, ends the others.
        let mut outcome = Ok(());
        while let Some(ended) = services.join_next().await {
            stop.cancel();
            if let Err(error) = ended.map_err(anyhow::Error::from).and_then(|ended| ended) {
                outcome = Err(error);
            }
        }
        outcome
    }
}

/// The database of a stack: our own cluster, or the one that DATABASE_URL names.
struct Database {
    url: String,
    watched: Option<(CancellationToken, tokio::task::JoinHandle<anyhow::Result<()>>)>,
}

impl Database {
    async fn start(data_dir: &DataDir, port_base: u16) -> anyhow::Result<Self> {
        if let Some(url) = env::text("DATABASE_URL") {
            return Ok(Self { url, watched: None });
        }
        let settings = cotejo_localpg::Settings {
            bin_dir: env::text("PG_BIN").map(Into::into),
            port: port_base + 32,
            max_connections: 64,
            ..cotejo_localpg::Settings::durable(data_dir.path(), data_dir.database_password()?)
        };
        let cluster = Cluster::start(settings.clone())
            .await
            .context("the embedded Postgres did not start")?;
        let url = cluster.socket_url();
        let stop = CancellationToken::new();
        let watched = tokio::spawn(keep_alive(cluster, settings, stop.clone()));
        Ok(Self {
            url,
            watched: Some((stop, watched)),
        })
    }

    /// Stops our own cluster; another's is left alone.
    async fn stop(self) -> anyhow::Result<()> {
        let Some((stop, watched)) = self.watched else {
            return Ok(());
        };
        stop.cancel();
        watched.await.context("the embedded Postgres was not stopped")?
    }
}

/// Starts the cluster again when it dies, until `stop`; the services wait and recover.
async fn keep_alive(
    mut cluster: Cluster,
    settings: cotejo_localpg::Settings,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    loop {
        tokio::select! {
            () = stop.cancelled() => return cluster.stop().await.context("the embedded Postgres did not stop"),
            () = cluster.ended() => {}
        }
        tracing::error!("the embedded Postgres died and is started again");
        // The lock on the folder goes with the handle.
        drop(cluster);
        cluster = Cluster::start(settings.clone())
            .await
            .context("the embedded Postgres did not start again")?;
    }
}

fn start_services(
    app: &App,
    listeners: Listeners,
    stop: &CancellationToken,
) -> anyhow::Result<JoinSet<anyhow::Result<()>>> {
    let state = ApiState {
        app: app.clone(),
        limits: program::limits_from_env()?,
        attempts: Attempts::default(),
        proxies: program::proxies_from_env()?,
    };
    let metrics = serve::metrics_router(telemetry::start_metrics()?);
    let mut services = JoinSet::new();
    for (listener, router) in [
        (listeners.checks, cotejo_checks::service(state.clone())),
        (listeners.validations, cotejo_validations::service(state.clone())),
        (listeners.connect, cotejo_connect::service(state.clone())),
        (listeners.account, cotejo_account::service(state)),
        (
            listeners.health,
            program::health_router(app.clone()).merge(metrics),
        ),
    ] {
        services.spawn(serve::serve(listener, router, stop.clone()));
    }
    Ok(services)
}

/// The administrator's key of the sandbox client: the kept one while it works, else a new one.
async fn administrator_key(app: &App, data_dir: &DataDir) -> anyhow::Result<String> {
    if let Some(token) = data_dir.api_key()? {
        match app.authenticate(&token).await {
            Ok(_) => return Ok(token),
            Err(AppError::Unauthenticated | AppError::Expired) => {}
            Err(error) => return Err(anyhow!(error).context("the kept key cannot be checked")),
        }
    }
    let client = sandbox_client(app).await?;
    app.first_administrator(&client, ADMINISTRATOR)
        .await
        .context("the first administrator was not made")?;
    // One of that name may still live whose token was lost with the data directory's file.
    match app.revoke_key(&client, KEY).await {
        Ok(()) | Err(AppError::NotFound(_)) => {}
        Err(error) => return Err(anyhow!(error).context("the lost key cannot be revoked")),
    }
    let key = NewKey {
        client,
        name: KEY.to_owned(),
        version: 1,
        permissions: vec![Permission::Administrator],
        billing_hub: None,
    };
    let (_, token) = app
        .create_key(key)
        .await
        .context("the first key was not created")?;
    data_dir.keep_api_key(&token.0)?;
    Ok(token.0)
}

async fn default_flow(app: &App) -> anyhow::Result<String> {
    let client = sandbox_client(app).await?;
    let flow = app
        .default_flow(&client)
        .await
        .context("the flow cannot be read")?;
    Ok(flow.map(|flow| flow.to_string()).unwrap_or_default())
}

async fn sandbox_client(app: &App) -> anyhow::Result<Client> {
    match app.find_client(SANDBOX).await {
        Ok(client) => Ok(client),
        Err(AppError::NotFound(_)) => app
            .create_client(SANDBOX, ClientKind::Sandbox)
            .await
            .context("the sandbox client was not created"),
        Err(error) => Err(anyhow!(error).context("the clients cannot be read")),
    }
}

fn print_welcome(running: &Running, data_dir: &DataDir, demo: &str) {
    let form: String = demo::FORM
        .iter()
        .map(|(name, value)| format!(" -d {name}={value}"))
        .collect();
    println!(
        "
Cotejo is up.

  checks       {checks}
  validations  {validations}
  connect      {connect}
  account      {account}
  health       {health}/readyz, {health}/metrics
  data         {data}

  API key      {key}
  flow         {flow}

A first check was made: {demo}

Make another:

  curl -s {checks}/v1/checks -H 'Truora-API-Key: {key}'{form}

Stop with Ctrl-C; the next start continues where this one ended.
",
        checks = running.checks,
        validations = running.validations,
        connect = running.connect,
        account = running.account,
        health = running.health,
        key = running.api_key,
        flow = running.flow_id,
        data = data_dir.path().display(),
    );
}
