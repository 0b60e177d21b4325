//! A throw-away Postgres with the schema in it.

use std::path::PathBuf;

use anyhow::Context as _;
use cotejo_localpg::{Cluster, Settings};
use nix::sys::statvfs::statvfs;
use sqlx::{Connection as _, PgConnection, migrate::Migrator};

use crate::run::root;

/// A cluster that is gone when this is dropped or stopped.
pub struct ThrowAway {
    cluster: Cluster,
    folder: PathBuf,
}

/// Where a cluster lies that nobody keeps: in memory, where there is room. Each test copies a database of 10 MB, and a
/// thousand of them keep a real disk so busy that others wait for it for seconds.
fn disk() -> PathBuf {
    const MEMORY: &str = "/dev/shm";
    const ROOM: u64 = 4 << 30;
    let free = statvfs(MEMORY).map(|disk| disk.blocks_available() * disk.fragment_size());
    match free {
        Ok(ROOM..) => PathBuf::from(MEMORY),
        Ok(_) | Err(_) => std::env::temp_dir(),
    }
}

/// Name of the database that holds the schema and that tests clone.
pub const TEMPLATE: &str = "template_cotejo";

impl ThrowAway {
    /// Starts a cluster and brings the schema of `migrations/` into its template database.
    pub async fn start(purpose: &str) -> anyhow::Result<Self> {
        let folder = disk().join(format!("cotejo-{purpose}-{}", std::process::id()));
        let settings = Settings {
            database: TEMPLATE.to_owned(),
            max_connections: 300,
            ..Settings::throw_away(&folder, "throw-away")
        };
        let cluster = Cluster::start(settings).await.context("a throw-away Postgres")?;
        let started = Self { cluster, folder };
        let mut conn = PgConnection::connect(&started.url()).await?;
        let mut migrator = Migrator::new(root().join("migrations")).await?;
        migrator.set_locking(false);
        migrator.run(&mut conn).await.context("the migrations")?;
        conn.close().await?;
        Ok(started)
    }

    /// URL of the template database.
    pub fn url(&self) -> String {
        self.cluster.socket_url()
    }

    /// Stops the cluster and removes its folder.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.cluster.stop().await?;
        std::fs::remove_dir_all(&self.folder).context("the throw-away Postgres' folder")
    }
}
