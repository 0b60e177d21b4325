//! What the programs share from their first line to their last.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use axum::Router;
use cotejo_app::{
    App, Papers,
    connect::{AT_ONCE, ScriptFunctions, Settings, Sms, Smtp},
    secrets::MasterKeys,
    validations::{Engine, Eyes},
};
use cotejo_domain::archive::Archiver;
use tokio_util::sync::CancellationToken;

use crate::{
    ApiState,
    access::{Attempts, Limits},
    env,
    proxies::Proxies,
    router, serve, telemetry,
};

/// One of the programs.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Its name in logs.
    pub name: &'static str,
    /// The port that it listens on where nothing else is said.
    pub port: u16,
}

/// Installs the TLS provider; has to be called once before anything connects.
pub fn install_tls() {
    // A second call in one process finds the provider there already.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// An app from the environment. `papers` are there where jobs are done, and so are the engines of `eyes`; `archiver` is
/// where archives are made while a request is answered.
pub fn app_from_env(
    connections: u32,
    papers: Option<Papers>,
    archiver: Option<Arc<dyn Archiver>>,
    eyes: Eyes,
) -> anyhow::Result<App> {
    let validations_url =
        || env::text("COTEJO_VALIDATIONS_URL").unwrap_or_else(|| "http://127.0.0.1:4002".to_owned());
    let settings = Settings {
        database_url: env::required("DATABASE_URL")?,
        connections: env::parsed("COTEJO_DB_CONNECTIONS", connections)?,
        secrets: MasterKeys::parse(&env::required("COTEJO_MASTER_KEYS")?).context("COTEJO_MASTER_KEYS")?,
        http: sources_file(env::text("COTEJO_SOURCES").as_deref().map(Path::new))?,
        account_url: env::text("COTEJO_ACCOUNT_URL").unwrap_or_else(|| "http://127.0.0.1:4004".to_owned()),
        checks_url: env::text("COTEJO_CHECKS_URL").unwrap_or_else(|| "http://127.0.0.1:4001".to_owned()),
        connect_url: env::text("COTEJO_CONNECT_URL").unwrap_or_else(|| "http://127.0.0.1:4003".to_owned()),
        files_url: env::text("COTEJO_FILES_URL").unwrap_or_else(validations_url),
        files: env::text("COTEJO_FILES"),
        papers,
        scripts: scripts_from_env()?,
        archiver,
        webhook_allow: env::text("COTEJO_WEBHOOK_ALLOW_CIDRS").unwrap_or_default(),
        smtp: smtp_from_env()?,
        sms: sms_from_env()?,
        eyes,
    };
    App::connect(settings).context("the settings cannot be used")
}

/// The bindings of a sources file; none without a file.
pub fn sources_file(path: Option<&Path>) -> anyhow::Result<Vec<cotejo_app::HttpBinding>> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("COTEJO_SOURCES {}", path.display()))?;
    cotejo_app::read_sources(&text, env::text).with_context(|| format!("COTEJO_SOURCES {}", path.display()))
}

/// What runs the scripts of flows, from the environment: `COTEJO_FUNCTION_PROGRAM` names the program that runs one, else it
/// is what lies beside this program; none without either.
pub fn scripts_from_env() -> anyhow::Result<Option<Arc<ScriptFunctions>>> {
    let named = env::text("COTEJO_FUNCTION_PROGRAM").map(PathBuf::from);
    if let Some(named) = named.as_ref().filter(|named| !named.is_file()) {
        bail!(
            "COTEJO_FUNCTION_PROGRAM {}: there is no such program",
            named.display()
        );
    }
    let at_once = env::parsed("COTEJO_FUNCTIONS_AT_ONCE", AT_ONCE)?;
    let program = named.or_else(ScriptFunctions::find);
    Ok(program.map(|program| Arc::new(ScriptFunctions::new(program, at_once))))
}

/// The mail server from the environment; none where none is named.
pub fn smtp_from_env() -> anyhow::Result<Option<Smtp>> {
    let Some(url) = env::text("COTEJO_SMTP_URL") else {
        return Ok(None);
    };
    let from = env::required("COTEJO_MAIL_FROM")?;
    Ok(Some(Smtp { url, from }))
}

/// The gateway of messages to phones from the environment; none where none is named.
pub fn sms_from_env() -> anyhow::Result<Option<Sms>> {
    let Some(url) = env::text("COTEJO_SMS_URL") else {
        return Ok(None);
    };
    let from = env::required("COTEJO_SMS_FROM")?;
    Ok(Some(Sms { url, from }))
}

/// What looks at the files of validations, as the environment tells a program that does not look itself: that a worker
/// of the deployment has an engine, the same two variables say to all programs.
pub fn eyes_elsewhere() -> Eyes {
    if env::text("COTEJO_MODELS").is_none() && env::text("COTEJO_ENGINE_URL").is_none() {
        return Eyes::none();
    }
    Eyes {
        pictures: None,
        documents: Engine::Elsewhere,
        faces: Engine::Elsewhere,
    }
}

/// The proxies that are believed, from the environment.
pub fn proxies_from_env() -> anyhow::Result<Proxies> {
    Proxies::parse(&env::text("COTEJO_TRUSTED_PROXIES").unwrap_or_default()).context("COTEJO_TRUSTED_PROXIES")
}

/// Limits of keys from the environment.
pub fn limits_from_env() -> anyhow::Result<Limits> {
    Ok(Limits::per_second(
        env::parsed("COTEJO_RATE_LIMIT", 0)?,
        env::parsed("COTEJO_REPLICAS", 1)?,
    ))
}

impl Program {
    /// Runs a service until it is told to stop: its router on `COTEJO_ADDR`, its metrics on `COTEJO_METRICS_ADDR`.
    pub async fn serve(self, make: impl FnOnce(ApiState) -> Router) -> anyhow::Result<()> {
        self.serve_with(None, make).await
    }

    /// The same for a service that makes archives.
    pub async fn serve_with(
        self,
        archiver: Option<Arc<dyn Archiver>>,
        make: impl FnOnce(ApiState) -> Router,
    ) -> anyhow::Result<()> {
        self.start()?;
        let state = ApiState {
            app: app_from_env(8, None, archiver, eyes_elsewhere())?,
            limits: limits_from_env()?,
            attempts: Attempts::default(),
            proxies: proxies_from_env()?,
        };
        let stop = CancellationToken::new();
        serve::stop_on_signals(stop.clone())?;
        self.listen(make(state), stop).await
    }

    /// Logging, TLS, and the first line.
    pub fn start(self) -> anyhow::Result<()> {
        telemetry::start_logging("info")?;
        install_tls();
        tracing::info!(
            program = self.name,
            version = env!("CARGO_PKG_VERSION"),
            "starting"
        );
        Ok(())
    }

    /// Serves a router and the metrics until `stop`.
    pub async fn listen(self, router: Router, stop: CancellationToken) -> anyhow::Result<()> {
        let handle = telemetry::start_metrics()?;
        let listener =
            serve::bind(&env::text("COTEJO_ADDR").unwrap_or_else(|| format!("0.0.0.0:{}", self.port)))
                .await?;
        let address = listener.local_addr().context("the listener has no address")?;
        let metrics_port = self.port.saturating_add(1000);
        let metrics = env::text("COTEJO_METRICS_ADDR").unwrap_or_else(|| format!("127.0.0.1:{metrics_port}"));
        let metrics = serve::bind(&metrics).await?;
        announce(self.name, address);
        let (served, _) = tokio::join!(
            serve::serve(listener, router, stop.clone()),
            serve::serve(metrics, serve::metrics_router(handle), stop),
        );
        served
    }
}

fn announce(name: &str, address: SocketAddr) {
    tracing::info!(program = name, address = %address, "listening");
}

/// Health alone, as a router for programs without an API.
pub fn health_router(app: App) -> Router {
    router::health(app)
}
