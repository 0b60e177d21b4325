//! A private Postgres cluster, run from the server programs that the machine has installed.
//!
//! `cotejo up` keeps its data in one (durable), tests and benchmarks throw theirs away. Nothing is downloaded,
//! and no server of the machine is touched: the cluster lives under the data directory, listens on a unix socket
//! and on loopback, and asks for a password on both.
//!
//! ```text
//! data_dir/postgres            the cluster
//! data_dir/postgres.new        the cluster while it is made: renamed once it is whole
//! data_dir/postgres.sockets    the unix socket; below /tmp where this path would be too long for one
//! data_dir/postgres.lock       held while a program runs the cluster: its process, and what it started
//! data_dir/postgres.log        what the server says, without statements or values
//! ```
//!
//! **Who ends whom.** The server is a process group of its own, so Ctrl-C in a terminal reaches the program first,
//! which then closes its connections and calls [`Cluster::stop`]. A [`Cluster`] that is dropped tells the server to
//! stop, too. Only a program that is killed leaves its server running; the next start finds it and, where it was
//! started with the same settings, goes on with it, else replaces it. A server that was killed recovers at the next
//! start: the order of events is always "nobody left in the directory", then "start".
//!
//! **Who runs it.** Postgres refuses to run as root. A program of root hands the cluster to the user `postgres` (or
//! `nobody`), or to the user who owns the cluster already.

mod binaries;
mod cluster;
mod digest;
mod error;
mod lock;
mod make;
mod options;
mod place;
mod plan;
mod server;
mod settings;
mod sockets;
mod tool;
mod url;
mod user;

pub use binaries::find_binaries;
pub use cluster::Cluster;
pub use error::Error;
pub use settings::Settings;
