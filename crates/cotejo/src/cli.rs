//! The command line: what there is, and what each command takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use cotejo_domain::clients::ClientKind;

use crate::{commands, data_dir::DataDir};

/// Identity verification and background checks that speak Truora's APIs.
#[derive(Debug, Parser)]
#[command(name = "cotejo", version, about, long_about = None)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where the state of a stack started by `cotejo up` lies. Ignored where DATABASE_URL is set.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Folder of the embedded Postgres, keys and files [default: /var/lib/cotejo for root, else ~/.local/share/cotejo]
    #[arg(long, env = "COTEJO_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

impl Place {
    /// The folder.
    pub fn open(&self) -> anyhow::Result<DataDir> {
        DataDir::open(self.data_dir.clone())
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything on this machine: embedded Postgres, the four APIs, the worker; then serve until Ctrl-C
    Up(commands::up::Up),
    /// Create one check in the running stack and wait for its result
    Demo(commands::demo::Demo),
    /// Bring the database's schema up to date
    Migrate {
        #[command(flatten)]
        place: Place,
    },
    /// Create and list clients (tenants)
    #[command(subcommand)]
    Clients(Clients),
    /// Create, list and revoke API keys
    #[command(subcommand)]
    Keys(Keys),
    /// Look at the job queue and its dead letters
    #[command(subcommand)]
    Jobs(Jobs),
    /// Load, list, compare and search watchlists
    #[command(subcommand)]
    Watchlists(commands::watchlists::Watchlists),
    /// Check and explain national identifiers, plates and numbers of things
    #[command(subcommand)]
    Id(commands::id::Id),
    /// Compare names
    #[command(subcommand)]
    Names(commands::names::Names),
    /// Fetch the networks that read documents and faces, and say which are there
    #[command(subcommand)]
    Models(commands::models::Models),
    /// Verify and export the audit trail
    #[command(subcommand)]
    Audit(Audit),
    /// Say what is missing on this machine, and how to get it
    Doctor(commands::doctor::Doctor),
    /// Exit with 0 if a health URL answers 200 (for containers)
    Health {
        /// Such as http://127.0.0.1:4001/readyz
        url: String,
    },
    /// Print the OpenAPI document of a service
    Openapi {
        /// The service
        #[arg(value_parser = ["checks", "validations", "connect", "account"])]
        service: String,
    },
}

/// Create and list clients.
#[derive(Debug, Subcommand)]
pub enum Clients {
    /// Create a client
    Create {
        /// Its name, unique
        name: String,
        /// sandbox: registries, gateways and clock are simulated; live: nothing is
        #[arg(long, default_value = "sandbox", value_parser = parse_kind)]
        kind: ClientKind,
        #[command(flatten)]
        place: Place,
    },
    /// List the clients
    List {
        #[command(flatten)]
        place: Place,
    },
}

fn parse_kind(text: &str) -> Result<ClientKind, String> {
    text.parse().map_err(|_| "must be sandbox or live".to_owned())
}

/// Create, list and revoke API keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Create a backend key; the token is printed once and stored nowhere
    Create {
        /// Its name, unique among the client's live keys
        name: String,
        /// The client, by name or id
        #[arg(long)]
        client: String,
        /// Generation of the wire: 0 has homonym scores, 1 has name scores and requires user_authorized
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=1))]
        api_key_version: u8,
        /// What it may do, repeated; everything where none is given
        #[arg(long = "permission")]
        permissions: Vec<String>,
        #[command(flatten)]
        place: Place,
    },
    /// List the keys of a client
    List {
        /// The client, by name or id
        #[arg(long)]
        client: String,
        #[command(flatten)]
        place: Place,
    },
    /// Revoke a key; it stops working within a second
    Revoke {
        /// Its name
        name: String,
        /// The client, by name or id
        #[arg(long)]
        client: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Look at the job queue.
#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// Count jobs by kind and state, and show the dead ones
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Give a dead job another life
    Revive {
        /// Its id
        id: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Verify and export the audit trail.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Verify an export, or the trails of a database; fails if anything was changed, removed or inserted, or, with
    /// --known, cut off
    Verify {
        /// An exported file, or postgres://…; without one the database of the running stack
        #[arg(value_name = "FILE|DATABASE")]
        what: Option<String>,
        /// Believe checkpoints of this key alone, repeated for several (`cotejo audit key` prints them); for the running
        /// stack its own
        #[arg(long = "key", value_name = "HEX")]
        keys: Vec<String>,
        /// A checkpoint or an export that was kept: the trail has to reach and agree with its last checkpoint
        #[arg(long, value_name = "FILE")]
        known: Option<PathBuf>,
        /// Of a database: only this client, by name or id
        #[arg(long)]
        client: Option<String>,
        /// Print a line of JSON a trail
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Write a client's trail as lines of JSON, ending with a checkpoint
    Export {
        /// The client, by name or id
        #[arg(long)]
        client: String,
        /// Where to; standard output where nothing is said
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
    /// Print the public keys that sign and signed checkpoints, one a master key
    Key {
        #[command(flatten)]
        place: Place,
    },
}

impl Cli {
    /// Runs the command.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Up(up) => up.run().await,
            Command::Demo(demo) => demo.run().await,
            Command::Migrate { place } => commands::migrate(&place).await,
            Command::Clients(command) => commands::clients::run(command).await,
            Command::Keys(command) => commands::keys::run(command).await,
            Command::Jobs(command) => commands::jobs::run(command).await,
            Command::Watchlists(command) => commands::watchlists::run(command).await,
            Command::Id(command) => commands::id::run(command),
            Command::Names(command) => commands::names::run(command),
            Command::Models(command) => commands::models::run(command).await,
            Command::Audit(command) => commands::audit::run(command).await,
            Command::Doctor(doctor) => doctor.run().await,
            Command::Health { url } => commands::health(&url).await,
            Command::Openapi { service } => commands::openapi(&service),
        }
    }
}
