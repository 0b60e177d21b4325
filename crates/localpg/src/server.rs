//! The server's processes: which are ours, when they are ready, how they end.
//!
//! Numbers of processes are used again, so that a number in `postmaster.pid` proves nothing. A process is taken for
//! ours only if its command line says so: the server's names our directory, and its children carry our cluster's
//! name in their titles. (`/proc/…/cwd` would be simpler, but root in a container may not read that of others.)

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::Child,
    time::{Instant, sleep},
};

use crate::{error::Error, place::Place};

/// How often the state of a process or of the pid file is looked at.
pub(crate) const POLL: Duration = Duration::from_millis(20);

/// How long a server may take to write what it holds in memory before it is told to leave it to recovery.
const FAST_SHUTDOWN: Duration = Duration::from_secs(60);

/// How long a process may take to end without writing anything.
const IMMEDIATE_SHUTDOWN: Duration = Duration::from_secs(10);

/// What children of a killed server need to see that it is gone.
const STRAYS_LEAVE: Duration = Duration::from_millis(200);

/// The server's own word on itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Starting,
    Ready,
    Stopping,
}

/// `postmaster.pid`, as far as it is written yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PidFile {
    pub(crate) pid: i32,
    pub(crate) port: u16,
    pub(crate) status: Status,
}

impl PidFile {
    /// The file of the cluster; `None` where there is none, or none that a server wrote.
    pub(crate) fn read(cluster: &Path) -> Result<Option<Self>, Error> {
        let path = cluster.join("postmaster.pid");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("read", path)(error)),
        }
    }

    /// Line 1 is the process (below 0 for a server without connections), line 4 the port, line 8 the status.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim);
        let pid = lines.next()?.parse().ok().filter(|&pid: &i32| pid > 0)?;
        let port = lines.nth(2).and_then(|line| line.parse().ok()).unwrap_or(0);
        let status = match lines.nth(3) {
            Some("ready") => Status::Ready,
            Some("stopping") => Status::Stopping,
            _ => Status::Starting,
        };
        Some(Self { pid, port, status })
    }
}

/// Tells processes of one data directory from all others.
#[derive(Debug, Clone)]
pub(crate) struct Processes {
    folders: [PathBuf; 2],
    title: Vec<u8>,
}

impl Processes {
    pub(crate) fn of(place: &Place) -> Self {
        Self {
            folders: [place.cluster(), place.staging().join("data")],
            title: format!("postgres: {}: ", place.name()).into_bytes(),
        }
    }

    fn owns(&self, command_line: &[u8]) -> bool {
        if command_line.starts_with(&self.title) {
            return true;
        }
        let mut arguments = command_line.split(|&b| b == 0);
        let is_postgres = arguments
            .next()
            .and_then(|program| program.rsplit(|&b| b == b'/').next())
            .is_some_and(|name| [b"postgres".as_slice(), b"initdb"].contains(&name));
        let folder = arguments.skip_while(|&argument| argument != b"-D").nth(1);
        is_postgres
            && folder.is_some_and(|folder| {
                self.folders
                    .iter()
                    .any(|ours| ours == Path::new(OsStr::from_bytes(folder)))
            })
    }

    /// Whether that process lives and is one of ours. The command line of a process that has ended is empty.
    fn lives(&self, pid: i32) -> bool {
        fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| self.owns(&line))
    }

    /// All of them.
    fn living(&self) -> Vec<i32> {
        let numbers = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers.filter(|&pid| self.lives(pid)).collect()
    }

    /// The server that runs the cluster.
    pub(crate) fn server(&self, cluster: &Path) -> Result<Option<PidFile>, Error> {
        Ok(PidFile::read(cluster)?.filter(|file| self.lives(file.pid)))
    }

    /// Waits until nobody is left in the directory, and makes sure of it.
    ///
    /// The children of a server that was killed outlive it for a moment, or for as long as they compute. A second
    /// server beside them would ruin the data, and only `postmaster.pid` lets Postgres notice them; so they are
    /// ended here, before the start, and the file stays. It is removed only where its number belongs to a stranger
    /// by now, for whom Postgres would wait in vain.
    pub(crate) async fn end_strays(&self, cluster: &Path) -> Result<(), Error> {
        let mut left = Vec::new();
        for (signal, patience) in [
            (None, STRAYS_LEAVE),
            (Some(Signal::SIGQUIT), IMMEDIATE_SHUTDOWN),
            (Some(Signal::SIGKILL), IMMEDIATE_SHUTDOWN),
        ] {
            left = self.living();
            if let Some(signal) = signal {
                left.iter().for_each(|&pid| send(pid, signal));
            }
            let deadline = Instant::now() + patience;
            while !left.is_empty() && Instant::now() < deadline {
                sleep(POLL).await;
                left = self.living();
            }
        }
        if let Some(&pid) = left.first() {
            return Err(Error::NotStopped { pid });
        }
        if let Some(file) = PidFile::read(cluster)?
            && Path::new(&format!("/proc/{}", file.pid)).exists()
        {
            let path = cluster.join("postmaster.pid");
            fs::remove_file(&path).map_err(Error::io("remove", path))?;
        }
        Ok(())
    }
}

/// A process that has ended meanwhile is no error to those who want it to end.
fn send(pid: i32, signal: Signal) {
    let _ = kill(Pid::from_raw(pid), signal);
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    pid: i32,
    /// `None` for a server that another program started.
    child: Option<Child>,
    processes: Processes,
}

impl Server {
    /// One that we have just started.
    pub(crate) fn child(child: Child, processes: Processes) -> Self {
        // Without a number it has ended already; no process has the number 0.
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).unwrap_or(0);
        Self {
            pid,
            child: Some(child),
            processes,
        }
    }

    /// One that was left running.
    pub(crate) const fn found(pid: i32, processes: Processes) -> Self {
        Self {
            pid,
            child: None,
            processes,
        }
    }

    pub(crate) const fn pid(&self) -> i32 {
        self.pid
    }

    /// Whether it has ended. What cannot be asked about has ended as far as we are concerned.
    pub(crate) fn has_ended(&mut self) -> bool {
        match &mut self.child {
            Some(child) => !matches!(child.try_wait(), Ok(None)),
            None => !self.processes.lives(self.pid),
        }
    }

    /// Returns when it has ended.
    pub(crate) async fn ended(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.wait().await;
        } else {
            while !self.has_ended() {
                sleep(POLL).await;
            }
        }
    }

    /// Asks it to end: connections are closed, transactions rolled back, what is committed is written.
    pub(crate) fn ask_to_stop(&mut self) {
        self.signal(Signal::SIGINT);
    }

    fn signal(&mut self, signal: Signal) {
        if !self.has_ended() {
            send(self.pid, signal);
        }
    }

    /// Ends it, and returns when it has ended.
    pub(crate) async fn stop(&mut self) -> Result<(), Error> {
        for (signal, patience) in [
            (Signal::SIGINT, FAST_SHUTDOWN),
            (Signal::SIGQUIT, IMMEDIATE_SHUTDOWN),
        ] {
            self.signal(signal);
            if tokio::time::timeout(patience, self.ended()).await.is_ok() {
                return Ok(());
            }
            tracing::warn!(postgres.pid = self.pid, "the Postgres server does not end");
        }
        Err(Error::NotStopped { pid: self.pid })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pid_file_is_read_at_every_stage_of_its_writing() {
        let whole = "4514\n/data\n1795358541\n5999\n/data\nlocalhost\n 10019165        16\nready   \n";
        let ready = PidFile {
            pid: 4514,
            port: 5999,
            status: Status::Ready,
        };
        assert_eq!(PidFile::parse(whole), Some(ready));
        assert_eq!(
            PidFile::parse(&whole.replace("ready", "stopping"))
                .unwrap()
                .status,
            Status::Stopping
        );
        for end in 4..whole.len() - "ready   \n".len() {
            let file = PidFile::parse(&whole[..end]).unwrap();
            assert_eq!((file.pid, file.status), (4514, Status::Starting), "{end}");
        }
        for text in ["", "-4514\n/data\n", "0\n", "x\n"] {
            assert_eq!(PidFile::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_process_is_ours_by_its_command_line() {
        let processes = Processes {
            folders: ["/data/postgres".into(), "/data/postgres.new/data".into()],
            title: b"postgres: cotejo-1: ".to_vec(),
        };
        for (line, ours) in [
            (
                "/usr/lib/postgresql/15/bin/postgres\0-D\0/data/postgres\0-c\0port=1\0",
                true,
            ),
            (
                "/usr/lib/postgresql/15/bin/postgres\0--single\0-D\0/data/postgres\0",
                true,
            ),
            (
                "/usr/lib/postgresql/15/bin/initdb\0-D\0/data/postgres.new/data\0",
                true,
            ),
            ("postgres: cotejo-1: checkpointer ", true),
            ("postgres: cotejo-12: checkpointer ", false),
            ("postgres: checkpointer ", false),
            (
                "/usr/lib/postgresql/15/bin/postgres\0-D\0/data/postgres2\0",
                false,
            ),
            ("/usr/lib/postgresql/15/bin/postgres\0-D\0", false),
            ("/usr/bin/grep\0-D\0/data/postgres\0", false),
            ("", false),
        ] {
            assert_eq!(processes.owns(line.as_bytes()), ours, "{line}");
        }
    }
}
