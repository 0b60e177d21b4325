//! The processes under measurement, and what they cost.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde_json::Value;

/// A program that ends with this value.
pub struct Running {
    child: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        // SIGTERM: programs get to stop what they started.
        drop(Command::new("kill").arg(self.child.id().to_string()).status());
        drop(self.child.wait());
    }
}

/// The folder of this program, in which its siblings are.
pub fn programs() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.parent().unwrap_or(Path::new(".")).to_owned())
}

impl Running {
    /// Starts a program with variables.
    pub fn start(name: &str, args: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<Self> {
        let path = programs()?.join(name);
        let child = Command::new(&path)
            .args(args)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| {
                format!(
                    "{}: build it with `cargo build --release --workspace`",
                    path.display()
                )
            })?;
        Ok(Self { child })
    }

    /// The first line that the program prints.
    pub fn first_line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        let stdout = self.child.stdout.take().context("its output was taken")?;
        BufReader::new(stdout).read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

/// CPU seconds that a process and the children that it has waited for have used.
pub fn cpu_seconds(pid: u32) -> f64 {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return 0.0;
    };
    let Some((_, fields)) = stat.rsplit_once(')') else {
        return 0.0;
    };
    let ticks: f64 = fields
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// CPU seconds of a process and all its descendants.
pub fn cpu_seconds_of_tree(pid: u32) -> f64 {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    cpu_seconds(pid) + children.map(cpu_seconds_of_tree).sum::<f64>()
}

/// Resident memory of a process in MiB.
pub fn resident_mib(pid: u32) -> f64 {
    memory_mib(pid, "VmRSS:")
}

/// The most memory that a process ever had, in MiB.
pub fn peak_mib(pid: u32) -> f64 {
    memory_mib(pid, "VmHWM:")
}

fn memory_mib(pid: u32, line: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|found| found.strip_prefix(line));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

/// What a fresh stack costs: seconds to ready, seconds to its first finished check, idle MiB.
pub struct Start {
    /// From the command to the line of JSON.
    pub ready: Duration,
    /// From the command to a completed check.
    pub first_check: Duration,
    /// Resident memory a moment later, without Postgres.
    pub idle_mib: f64,
}

/// Starts `cotejo up` on an empty folder and makes one check.
pub async fn fresh_start(port_base: u16) -> anyhow::Result<Start> {
    let folder = std::env::temp_dir().join(format!("cotejo-bench-up-{}", std::process::id()));
    let begun = Instant::now();
    let base = port_base.to_string();
    let folder_text = folder.display().to_string();
    let mut up = Running::start(
        "cotejo",
        &["up", "--json", "--port-base", &base, "--data-dir", &folder_text],
        &[],
    )?;
    let running: Value = serde_json::from_str(&up.first_line()?).context("cotejo did not become ready")?;
    let ready = begun.elapsed();
    let text = |name: &str| running[name].as_str().unwrap_or_default().to_owned();
    let (checks, key) = (text("checks"), text("api_key"));
    let client = reqwest::Client::builder().build()?;
    let form = [
        ("type", "person"),
        ("country", "CO"),
        ("national_id", "1000000001"),
        ("user_authorized", "true"),
    ];
    let created = client
        .post(format!("{checks}/v1/checks"))
        .header("Truora-API-Key", &key)
        .form(&form)
        .send()
        .await?;
    let created: Value = created.json().await?;
    let path = created["self"]
        .as_str()
        .context("no check was created")?
        .to_owned();
    loop {
        let check = client
            .get(format!("{checks}{path}"))
            .header("Truora-API-Key", &key)
            .send()
            .await?;
        let check: Value = check.json().await?;
        if check["check"]["status"] == "completed" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let first_check = begun.elapsed();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle_mib = resident_mib(up.pid());
    drop(up);
    drop(fs::remove_dir_all(&folder));
    Ok(Start {
        ready,
        first_check,
        idle_mib,
    })
}

/// Seconds from a service's start to its first answer.
pub async fn time_to_answer(
    name: &str,
    address: &str,
    variables: &[(&str, &str)],
) -> anyhow::Result<(Running, Duration)> {
    let begun = Instant::now();
    let service = Running::start(name, &[], variables)?;
    loop {
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            return Ok((service, begun.elapsed()));
        }
        if begun.elapsed() > Duration::from_secs(20) {
            anyhow::bail!("{name} does not listen on {address}");
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
