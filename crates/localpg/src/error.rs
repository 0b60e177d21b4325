//! What can go wrong, said so that the reader knows what to do.

use std::{io, path::PathBuf};

/// Why the cluster could not be run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting cannot be used; the text names it.
    #[error("the settings of the database: {0}")]
    Settings(String),
    /// No server program was found in any of the usual places.
    #[error(
        "the Postgres server ({oldest} or later) is not installed: `apt-get install postgresql`, or set PG_BIN to the \
         folder that holds `postgres` and `initdb`"
    )]
    NotInstalled {
        /// The oldest version that is good enough.
        oldest: u16,
    },
    /// The folder that was named holds no server that runs here.
    #[error("{} holds no Postgres server: it needs `postgres` and `initdb` that run on this machine", dir.display())]
    NoServerIn {
        /// The folder that was named.
        dir: PathBuf,
    },
    /// The folder that was named holds a server that is too old.
    #[error("{} holds Postgres {found}: version {oldest} or later is needed", dir.display())]
    TooOld {
        /// The folder that was named.
        dir: PathBuf,
        /// The version that is there.
        found: u16,
        /// The oldest version that is good enough.
        oldest: u16,
    },
    /// The cluster was written by another major version than those installed.
    #[error(
        "the database in {} was written by Postgres {written}, but only {installed} is installed: install Postgres \
         {written} again, or move the data with `pg_upgrade`",
        dir.display()
    )]
    OtherVersion {
        /// The cluster.
        dir: PathBuf,
        /// The version that wrote it.
        written: u16,
        /// The versions that were found.
        installed: String,
    },
    /// The user who runs the server cannot pass through a folder.
    #[error(
        "the Postgres server runs as the user `{user}`, who cannot enter {}, so that {} is out of its reach: use \
         another folder, or allow it with `chmod o+x {}`",
        folder.display(), path.display(), folder.display()
    )]
    OutOfReach {
        /// The folder that stands in the way.
        folder: PathBuf,
        /// What the server needs.
        path: PathBuf,
        /// The server's user.
        user: String,
    },
    /// Root runs us, and there is nobody to hand the server to.
    #[error(
        "Postgres does not run as root, and there is no user `postgres` or `nobody` to run it: create one"
    )]
    NoUser,
    /// The cluster belongs to somebody else.
    #[error("{} belongs to the user {owner}: run as that user, or give it to yourself with `chown -R`", dir.display())]
    WrongOwner {
        /// The cluster.
        dir: PathBuf,
        /// The number of its owner.
        owner: u32,
    },
    /// There is something else where the cluster should be.
    #[error("{} holds something, but no database: move it away", dir.display())]
    NotACluster {
        /// Where the cluster should be.
        dir: PathBuf,
    },
    /// Another program runs the cluster.
    #[error(
        "another program ({}) uses the database in {}: stop it first, or use another data directory",
        pid.map_or_else(|| "unknown".to_owned(), |pid| format!("process {pid}")), dir.display()
    )]
    Locked {
        /// The data directory.
        dir: PathBuf,
        /// The program, where it could be read.
        pid: Option<i32>,
    },
    /// The short folder for the socket belongs to somebody else.
    #[error("{} is needed for the database's socket, but belongs to another user: remove it", dir.display())]
    SocketFolder {
        /// The folder.
        dir: PathBuf,
    },
    /// Every port that was tried is taken.
    #[error("the ports {first} to {last} of 127.0.0.1 are all taken: choose another one for the database")]
    NoFreePort {
        /// The first that was tried.
        first: u16,
        /// The last that was tried.
        last: u16,
    },
    /// A program of Postgres failed.
    #[error("`{program}` failed ({status}):\n{output}")]
    Tool {
        /// The program.
        program: &'static str,
        /// How it ended.
        status: String,
        /// The end of what it said.
        output: String,
    },
    /// The server ended instead of becoming ready.
    #[error("the Postgres server did not start; the end of {} says:\n{tail}", log.display())]
    NotStarted {
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server neither became ready nor ended.
    #[error(
        "the Postgres server was not ready and said nothing for {seconds} s; the end of {} says:\n{tail}",
        log.display()
    )]
    NotReady {
        /// How long it was silent.
        seconds: u64,
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// A process of the cluster does not end.
    #[error("the Postgres process {pid} does not end: end it by hand")]
    NotStopped {
        /// The process.
        pid: i32,
    },
    /// The operating system refused something.
    #[error("cannot {what} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        what: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: what was tried, on which path.
    pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what, path, source }
    }
}
