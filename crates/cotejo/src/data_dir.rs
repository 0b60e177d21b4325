//! The folder of a stack that was started by `cotejo up`: its secrets, and how to reach it.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use cotejo_app::{App, connect::Settings, secrets::MasterKeys};
use cotejo_domain::{
    hex::hex,
    ids::{Ids as _, SystemIds},
};
use cotejo_httpkit::{env, program};
use serde::{Deserialize, Serialize};

/// The folder.
#[derive(Debug, Clone)]
pub struct DataDir(PathBuf);

/// What a running stack tells of itself; also the line of `cotejo up --json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Running {
    /// Base URL of the checks API.
    pub checks: String,
    /// Base URL of the validations API.
    pub validations: String,
    /// Base URL of the digital identity API.
    pub connect: String,
    /// Base URL of the account API.
    pub account: String,
    /// Where health and metrics are.
    pub health: String,
    /// The administrator's key of the sandbox client.
    pub api_key: String,
    /// The flow that the sandbox client has from the start: what web tokens name.
    #[serde(default)]
    pub flow_id: String,
    /// Where the database is.
    pub database_url: String,
}

impl DataDir {
    /// The given folder, or the default one. Made when something is first written.
    pub fn open(given: Option<PathBuf>) -> anyhow::Result<Self> {
        let path = match given {
            Some(path) => path,
            None if is_root() => PathBuf::from("/var/lib/cotejo"),
            None => match (env::text("XDG_DATA_HOME"), env::text("HOME")) {
                (Some(data), _) => Path::new(&data).join("cotejo"),
                (None, Some(home)) => Path::new(&home).join(".local/share/cotejo"),
                (None, None) => bail!("there is no HOME to put the data directory into: use --data-dir"),
            },
        };
        Ok(Self(
            std::path::absolute(&path).with_context(|| format!("{} is no path", path.display()))?,
        ))
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the folder.
    pub fn create(&self) -> anyhow::Result<()> {
        fs::create_dir_all(&self.0).with_context(|| format!("{} cannot be made", self.0.display()))
    }

    /// Master keys: from the environment, else the folder's own, made at the first start.
    pub fn master_keys(&self) -> anyhow::Result<MasterKeys> {
        let text = match env::text("COTEJO_MASTER_KEYS") {
            Some(text) => text,
            None => self.secret("master.keys", || {
                MasterKeys::generate("local", SystemIds.secret())
            })?,
        };
        MasterKeys::parse(&text).context("the master keys cannot be used")
    }

    /// Where files are: as the environment says, else in the folder.
    pub fn files(&self) -> String {
        env::text("COTEJO_FILES").unwrap_or_else(|| self.0.join("files").display().to_string())
    }

    /// Password of the embedded Postgres, made at the first start.
    pub fn database_password(&self) -> anyhow::Result<String> {
        self.secret("postgres.password", || hex(&SystemIds.secret()))
    }

    /// The administrator's key, if one was kept.
    pub fn api_key(&self) -> anyhow::Result<Option<String>> {
        self.read("api.key")
    }

    /// Keeps the administrator's key, so that every start can print it.
    pub fn keep_api_key(&self, token: &str) -> anyhow::Result<()> {
        self.write("api.key", token)
    }

    /// Keeps what a running stack tells of itself.
    pub fn keep_running(&self, running: &Running) -> anyhow::Result<()> {
        self.write("running.json", &serde_json::to_string(running)?)
    }

    /// Forgets a stack that has stopped.
    pub fn forget_running(&self) {
        drop(fs::remove_file(self.0.join("running.json")));
    }

    /// The running stack of this folder.
    pub fn running(&self) -> anyhow::Result<Running> {
        let text = self.read("running.json")?.with_context(|| {
            format!(
                "no stack is running on {}: start one with `cotejo up`",
                self.0.display()
            )
        })?;
        serde_json::from_str(&text).context("running.json cannot be read")
    }

    /// An app for a command: on DATABASE_URL, else on the running stack of this folder.
    pub fn app(&self) -> anyhow::Result<App> {
        program::install_tls();
        let database_url = match env::text("DATABASE_URL") {
            // A key made here would sign tokens that the deployment's services refuse.
            Some(_) if env::text("COTEJO_MASTER_KEYS").is_none() && self.read("master.keys")?.is_none() => {
                bail!("DATABASE_URL is set: set COTEJO_MASTER_KEYS too, to the deployment's own")
            }
            Some(url) => url,
            None => self.running()?.database_url,
        };
        let settings = Settings {
            account_url: env::text("COTEJO_ACCOUNT_URL")
                .or_else(|| self.running().ok().map(|running| running.account))
                .unwrap_or_else(|| "http://127.0.0.1:4004".to_owned()),
            checks_url: env::text("COTEJO_CHECKS_URL")
                .or_else(|| self.running().ok().map(|running| running.checks))
                .unwrap_or_else(|| "http://127.0.0.1:4001".to_owned()),
            ..Settings::bare(database_url, 2, self.master_keys()?)
        };
        App::connect(settings).context("the database's settings cannot be used")
    }

    /// A file's text; `None` where there is no such file. One that cannot be read is an error: a new secret in its
    /// place would lose everything that the old one signed.
    fn read(&self, name: &str) -> anyhow::Result<Option<String>> {
        let path = self.0.join(name);
        match fs::read_to_string(&path) {
            Ok(text) if text.trim().is_empty() => bail!("{} is empty", path.display()),
            Ok(text) => Ok(Some(text.trim().to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn secret(&self, name: &str, make: impl FnOnce() -> String) -> anyhow::Result<String> {
        if let Some(text) = self.read(name)? {
            return Ok(text);
        }
        let text = make();
        self.create()?;
        self.write(name, &text)?;
        Ok(text)
    }

    /// Writes a file that only its owner may read, whole or not at all.
    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.0.join(name);
        let draft = self.0.join(format!("{name}.new"));
        let written = (|| {
            drop(fs::remove_file(&draft));
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&draft)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)
        })();
        written.with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}
