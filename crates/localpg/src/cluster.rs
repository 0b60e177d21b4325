//! The cluster as its caller sees it: started, reached, stopped.

use std::{
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::FileTypeExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::{
    error::Error,
    lock::Lock,
    make,
    place::Place,
    plan::Plan,
    server::{POLL, PidFile, Server, Status},
    settings::Settings,
    sockets, url,
};

/// How long a server may say nothing before it is ready. Not how long it may take: the recovery of a large database
/// takes minutes, and says so in the log every ten seconds.
const SILENCE: Duration = Duration::from_secs(60);

/// How many ports are tried from the preferred one on.
const PORTS: u16 = 100;

/// How often a start is tried again that has lost a race.
const RACES: u32 = 5;

/// What the server says when another program took the port that we found free.
const PORT_IS_TAKEN: &str = "could not create any TCP/IP sockets";

/// What it says while the kernel still clears away the memory of a process that was killed.
const MEMORY_IS_HELD: &str = "pre-existing shared memory block";

/// A running cluster.
///
/// Dropping it tells the server to stop, without waiting for it; [`Cluster::stop`] waits. The next start waits for
/// either. A program that is killed leaves its server running for the next start.
#[derive(Debug)]
pub struct Cluster {
    plan: Plan,
    port: u16,
    /// `None` once the server is no longer ours to stop.
    server: Option<Server>,
    // Let go last: until then nobody may look into the directory.
    lock: Lock,
}

impl Cluster {
    /// Starts the cluster, and returns when it takes connections. Makes it first where there is none; goes on with
    /// the server that a killed program has left, where that was started with these settings.
    ///
    /// Whatever it has started has ended, or is ending, when it fails or is cancelled.
    pub async fn start(settings: Settings) -> Result<Self, Error> {
        settings.check()?;
        let began = Instant::now();
        let place = Place::open(&settings.data_dir)?;
        let mut lock = Lock::take(&place)?;
        let plan = Plan::of(settings, place).await?;
        let fingerprint = plan.fingerprint();

        let is_wanted = lock.started() == Some(fingerprint.as_str());
        if let Some((server, port)) = adopt(&plan, is_wanted).await? {
            tracing::info!(
                postgres.pid = server.pid(),
                postgres.port = port,
                "the Postgres server is still running"
            );
            return Ok(Self {
                plan,
                port,
                server: Some(server),
                lock,
            });
        }

        lock.remember(None)?;
        let cluster = plan.place.cluster();
        plan.processes.end_strays(&cluster).await?;
        if plan.place.written_by()?.is_none() {
            make::cluster(&plan).await?;
            tracing::info!(cluster = %cluster.display(), "a new Postgres cluster is made");
        }
        plan.user.give_all(&cluster)?;
        plan.place.rotate_log()?;
        make::role_and_database(&plan).await?;

        // Before the start, not after it: a program that is killed in between has a server that it recognises.
        lock.remember(Some(&fingerprint))?;
        let mut started = Self {
            plan,
            port: 0,
            server: None,
            lock,
        };
        started.launch().await?;
        tracing::info!(
            postgres.pid = started.pid(),
            postgres.port = started.port,
            seconds = began.elapsed().as_secs_f64(),
            "the Postgres server is ready"
        );
        Ok(started)
    }

    /// The address through the unix socket: the faster one.
    pub fn socket_url(&self) -> String {
        let Settings {
            user,
            password,
            database,
            ..
        } = &self.plan.settings;
        url::socket(
            user,
            password,
            database,
            &self.plan.sockets.to_string_lossy(),
            self.port,
        )
    }

    /// The address through 127.0.0.1, for programs that do not see the data directory.
    pub fn tcp_url(&self) -> String {
        let Settings {
            user,
            password,
            database,
            ..
        } = &self.plan.settings;
        url::tcp(user, password, database, self.port)
    }

    /// The TCP port, which is not always the preferred one.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The server's process; `None` once it has been stopped.
    pub fn pid(&self) -> Option<i32> {
        self.server.as_ref().map(Server::pid)
    }

    /// The server's log.
    pub fn log(&self) -> PathBuf {
        self.plan.place.log()
    }

    /// Returns when the server has ended without having been stopped by us: its caller must start anew, or end.
    pub async fn ended(&mut self) {
        if let Some(server) = &mut self.server {
            server.ended().await;
        }
    }

    /// Stops the server, and returns when it has ended. Close your connections first: those that are open are cut.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.lock.remember(None)?;
        if let Some(server) = &mut self.server {
            server.stop().await?;
        }
        self.server = None;
        sockets::remove(&self.plan.sockets, &self.plan.user)
    }

    /// Leaves the server running, for other programs to use and for a later start with these settings to take over.
    pub fn leave_running(mut self) {
        self.server = None;
    }

    /// Starts the server on the first port that it can have.
    async fn launch(&mut self) -> Result<(), Error> {
        let mut preferred = self.plan.settings.port;
        for race in 1.. {
            self.port = free_port(preferred)?;
            sockets::renew(&self.plan.sockets, &self.plan.user)?;
            let (log, start) = self.plan.place.open_log()?;
            let mut command = self.plan.command("postgres");
            command
                .args(&self.plan.arguments)
                .args(["-c", &format!("port={}", self.port)])
                .stdout(
                    log.try_clone()
                        .map_err(Error::io("open the log", self.plan.place.log()))?,
                )
                .stderr(log)
                .process_group(0);
            let child = command
                .spawn()
                .map_err(Error::io("run", command.as_std().get_program()))?;
            // In `self` from here on, so that it is stopped if we are cancelled.
            let server = self
                .server
                .insert(Server::child(child, self.plan.processes.clone()));
            match until_ready(&self.plan, server, start).await {
                Ok(_) => return Ok(()),
                Err(Error::NotStarted { tail, .. }) if race < RACES && tail.contains(PORT_IS_TAKEN) => {
                    if preferred != 0 {
                        preferred = self.port.saturating_add(1);
                    }
                }
                Err(Error::NotStarted { tail, .. }) if race < RACES && tail.contains(MEMORY_IS_HELD) => {
                    sleep(Duration::from_millis(100)).await;
                }
                Err(error) => {
                    server.stop().await?;
                    return Err(error);
                }
            }
        }
        Err(Error::NoFreePort {
            first: self.plan.settings.port,
            last: self.port,
        })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // Forgotten first, so that the next start waits for its end and does not go on with it. Where that
            // cannot be written, the next start sees the server end at worst.
            let _ = self.lock.remember(None);
            server.ask_to_stop();
        }
    }
}

/// The running server of this directory, where it is the wanted one and works; any other is stopped.
async fn adopt(plan: &Plan, is_wanted: bool) -> Result<Option<(Server, u16)>, Error> {
    let Some(found) = plan.processes.server(&plan.place.cluster())? else {
        return Ok(None);
    };
    let mut server = Server::found(found.pid, plan.processes.clone());
    if is_wanted && found.status != Status::Stopping {
        match until_ready(plan, &mut server, plan.place.log_length()).await {
            // Cleaners of /tmp remove sockets of servers that run for weeks.
            Ok(port) if is_socket(&sockets::file(&plan.sockets, port)) => return Ok(Some((server, port))),
            Ok(_) | Err(Error::NotStarted { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    tracing::info!(
        postgres.pid = found.pid,
        "another Postgres server of this directory is stopped first"
    );
    server.stop().await?;
    Ok(None)
}

fn is_socket(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.file_type().is_socket())
}

/// Waits until the server takes connections; gives its port. `start` is where its log begins.
async fn until_ready(plan: &Plan, server: &mut Server, start: u64) -> Result<u16, Error> {
    let cluster = plan.place.cluster();
    let (mut said, mut since) = (start, Instant::now());
    loop {
        // Asked before the file is read: a server that has ended can have left any file.
        let has_ended = server.has_ended();
        let (log, tail) = (plan.place.log(), || plan.place.log_tail(start));
        if has_ended {
            return Err(Error::NotStarted { log, tail: tail() });
        }
        if let Some(file) = PidFile::read(&cluster)?
            && file.pid == server.pid()
            && file.status == Status::Ready
        {
            return Ok(file.port);
        }
        let length = plan.place.log_length();
        if length != said {
            (said, since) = (length, Instant::now());
        }
        if since.elapsed() > SILENCE {
            return Err(Error::NotReady {
                seconds: SILENCE.as_secs(),
                log,
                tail: tail(),
            });
        }
        sleep(POLL).await;
    }
}

/// The first free port from `preferred` on, or any free one.
fn free_port(preferred: u16) -> Result<u16, Error> {
    let last = if preferred == 0 {
        0
    } else {
        preferred.saturating_add(PORTS - 1)
    };
    (preferred..=last)
        .find_map(|port| {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                .ok()?
                .local_addr()
                .ok()
        })
        .map(|address| address.port())
        .ok_or(Error::NoFreePort {
            first: preferred,
            last,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_leads_to_the_next_free_one() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(free_port(port).unwrap() > port || port > u16::MAX - PORTS);
        assert_ne!(free_port(0).unwrap(), 0);
    }
}
