//! Folders that are removed, `psql`, and a program to be killed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use cotejo_localpg::{Cluster, Settings, find_binaries};

/// A folder of its own for one test.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes it. A short path, so that sockets fit under it.
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let dir = env::temp_dir().join(format!("localpg-{name}-{}-{count}", std::process::id()));
        fs::create_dir(&dir).unwrap();
        Self(dir)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that failed may have left a server: it ends once its directory is gone, or was told to already.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs a statement; its rows, or what psql complains of.
pub fn psql(url: &str, statement: &str) -> Result<String, String> {
    let path = env::var_os("PATH");
    let psql = find_binaries(None, path.as_deref()).unwrap().join("psql");
    let output = Command::new(psql)
        .args(["-X", "-A", "-t", "-d", url, "-c", statement])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Waits until something is so.
pub async fn settle(mut is_so: impl FnMut() -> bool) {
    for _ in 0..500 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not come to be");
}

/// Kills a process that a test has started.
pub fn kill(pid: i32) {
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL).unwrap();
}

/// The processes that work on a directory, by their command lines.
pub fn servers_of(dir: &Path) -> Vec<i32> {
    let dir = dir.to_str().unwrap();
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line.contains(dir)))
        .collect()
}

/// A program that started a cluster and was killed.
pub struct Holder {
    /// The server that it left.
    pub server: i32,
    /// The address under which that is reached.
    pub url: String,
}

const HOLDER: &str = "LOCALPG_HOLDER";

impl Holder {
    /// What it starts.
    pub fn settings(dir: &Path) -> Settings {
        Settings::durable(dir, "held")
    }

    /// Starts this test program again, so that it holds a cluster, and kills it.
    pub async fn start(dir: &Path) -> Self {
        let mut program: Child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "holds_a_cluster_until_it_is_killed"])
            .env(HOLDER, dir)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let ready = dir.join("ready");
        settle(|| ready.exists()).await;
        program.kill().unwrap();
        program.wait().unwrap();
        let text = fs::read_to_string(ready).unwrap();
        let (server, url) = text.split_once('\n').unwrap();
        Self {
            server: server.parse().unwrap(),
            url: url.to_owned(),
        }
    }

    /// The program's own side; nothing where it is run as a test.
    pub async fn run() {
        let Some(dir) = env::var_os(HOLDER) else { return };
        let dir = PathBuf::from(dir);
        let cluster = Cluster::start(Self::settings(&dir)).await.unwrap();
        fs::write(
            dir.join("part"),
            format!("{}\n{}", cluster.pid().unwrap(), cluster.socket_url()),
        )
        .unwrap();
        fs::rename(dir.join("part"), dir.join("ready")).unwrap();
        std::future::pending::<()>().await;
    }
}
