//! The built programs: start, health, graceful stop, and what happens when something is missing.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use cotejo_testkit::{TestApp, TestDatabase};
use serde_json::Value;

/// One of the built programs.
pub fn program(name: &str) -> Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "xtask hands the folder over in the environment"
    )]
    let folder = std::env::var("COTEJO_TEST_PROGRAMS").expect("run the tests with `cargo xtask test`");
    Command::new(PathBuf::from(folder).join(name))
}

/// A program that is killed if the test fails before it ended.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Running {
    fn terminate(&mut self) -> (bool, Duration) {
        let begun = Instant::now();
        Command::new("kill")
            .arg(self.0.id().to_string())
            .status()
            .unwrap();
        let status = self.0.wait().unwrap();
        (status.success(), begun.elapsed())
    }
}

async fn get(url: &str) -> Option<(u16, String)> {
    cotejo_httpkit::program::install_tls();
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap();
    let answer = client.get(url).send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.text().await.ok()?))
}

async fn wait_until(url: &str, status: u16) -> String {
    for _ in 0..500 {
        if let Some((got, text)) = get(url).await
            && got == status
        {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{url} did not answer {status}");
}

/// A worker over a test's database, on a port and the one a hundred above; dropping it is a SIGKILL.
pub fn worker(app: &TestApp, port: usize, more: &[(&str, &str)]) -> Running {
    let child = program("cotejo-worker")
        .env("DATABASE_URL", &app.database.url)
        .env("COTEJO_MASTER_KEYS", KEYS)
        .env("COTEJO_ADDR", format!("127.0.0.1:{port}"))
        .env("COTEJO_METRICS_ADDR", format!("127.0.0.1:{}", port + 100))
        .envs(more.iter().copied())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Running(child)
}

/// Ends the leases of who was killed sooner than they would, so that a test does.
pub async fn end_leases(app: &TestApp) {
    for statement in [
        "update jobs set lease_until = clock_timestamp() where state = 'leased'",
        "update leaders set lease_until = clock_timestamp()",
    ] {
        sqlx::query(statement).execute(&app.database.pool).await.unwrap();
    }
}

/// The master key of a test's app.
pub const KEYS: &str = "test:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

#[tokio::test]
async fn each_service_becomes_ready_and_stops_when_it_is_told_to() {
    let database = TestDatabase::new().await;
    for (turn, name) in [
        "cotejo-checks",
        "cotejo-validations",
        "cotejo-connect",
        "cotejo-account",
        "cotejo-worker",
    ]
    .iter()
    .enumerate()
    {
        let (port, metrics) = (24101 + turn, 24201 + turn);
        let child = program(name)
            .env("DATABASE_URL", &database.url)
            .env("COTEJO_MASTER_KEYS", KEYS)
            .env("COTEJO_ADDR", format!("127.0.0.1:{port}"))
            .env("COTEJO_METRICS_ADDR", format!("127.0.0.1:{metrics}"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut running = Running(child);
        assert_eq!(
            wait_until(&format!("http://127.0.0.1:{port}/healthz"), 200).await,
            "ok"
        );
        wait_until(&format!("http://127.0.0.1:{port}/readyz"), 200).await;
        wait_until(&format!("http://127.0.0.1:{metrics}/metrics"), 200).await;
        let (success, took) = running.terminate();
        assert!(
            success && took < Duration::from_secs(10),
            "{name} stopped in {took:?}"
        );
    }
}

#[tokio::test]
async fn without_its_database_a_service_is_alive_but_not_ready() {
    let child = program("cotejo-account")
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")
        .env("COTEJO_MASTER_KEYS", KEYS)
        .env("COTEJO_ADDR", "127.0.0.1:24111")
        .env("COTEJO_METRICS_ADDR", "127.0.0.1:24211")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _running = Running(child);
    wait_until("http://127.0.0.1:24111/healthz", 200).await;
    wait_until("http://127.0.0.1:24111/readyz", 503).await;
}

#[test]
fn a_missing_setting_is_named() {
    let output = program("cotejo-checks")
        .env_remove("DATABASE_URL")
        .env_remove("COTEJO_MASTER_KEYS")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("DATABASE_URL is not set"));
}

#[test]
fn the_help_explains_every_command() {
    let output = program("cotejo").arg("--help").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for command in [
        "up",
        "demo",
        "migrate",
        "clients",
        "keys",
        "jobs",
        "watchlists",
        "doctor",
        "health",
        "openapi",
    ] {
        assert!(text.contains(command), "{command} is missing in {text}");
    }
}

/// Starts a stack and reads its line.
fn up(folder: &std::path::Path, port_base: &str) -> (Running, Value) {
    let mut child = program("cotejo")
        .args(["up", "--json", "--port-base", port_base, "--data-dir"])
        .arg(folder)
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let running = Running(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    (
        running,
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no line of JSON: {line}")),
    )
}

async fn completed(stack: &Value, path: &str) -> Value {
    let client = reqwest::Client::builder().build().unwrap();
    for _ in 0..500 {
        let url = format!("{}{path}", stack["checks"].as_str().unwrap());
        let answer = client
            .get(url)
            .header("truora-api-key", stack["api_key"].as_str().unwrap())
            .send()
            .await;
        if let Ok(answer) = answer
            && let Ok(answer) = answer.json::<Value>().await
            && answer["check"]["status"] == "completed"
        {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the check at {path} did not finish");
}

async fn create(stack: &Value) -> String {
    let client = reqwest::Client::builder().build().unwrap();
    let form = [
        ("type", "person"),
        ("country", "CO"),
        ("national_id", "1000000001"),
        ("user_authorized", "true"),
    ];
    let url = format!("{}/v1/checks", stack["checks"].as_str().unwrap());
    let answer = client
        .post(url)
        .header("truora-api-key", stack["api_key"].as_str().unwrap())
        .form(&form)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success());
    answer.json::<Value>().await.unwrap()["self"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn the_whole_stack_keeps_its_state_over_a_stop_and_over_a_kill() {
    cotejo_httpkit::program::install_tls();
    let folder = std::env::temp_dir().join(format!("cotejo-test-up-{}", std::process::id()));
    let (mut running, first) = up(&folder, "24300");
    let path = create(&first).await;
    let check = completed(&first, &path).await;
    let (success, took) = running.terminate();
    assert!(success && took < Duration::from_secs(10), "stopped in {took:?}");

    let (mut running, second) = up(&folder, "24300");
    assert_eq!(second["api_key"], first["api_key"], "the key is kept");
    assert_eq!(completed(&second, &path).await, check, "the check is kept");
    running.0.kill().unwrap();
    running.0.wait().unwrap();

    let (mut running, third) = up(&folder, "24300");
    assert_eq!(completed(&third, &path).await, check, "kill -9 loses nothing");
    let (success, _) = running.terminate();
    assert!(success);
    drop(std::fs::remove_dir_all(&folder));
}
