//! The Postman collections, and a receiver of webhooks on others' libraries, run against a stack that is started for
//! them.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::{openapi::SERVICES, run};

/// The runner, and the libraries by which webhooks are verified; they come from the npm registry.
const PACKAGES: &[&str] = &["newman@6.2.2", "jsonwebtoken@9.0.3", "standardwebhooks@1.1.1"];

const PORT_BASE: &str = "14400";

/// A stack that ends with this value.
struct Stack(Child);

impl Drop for Stack {
    fn drop(&mut self) {
        // SIGTERM, so that the embedded Postgres is stopped too.
        drop(Command::new("kill").arg(self.0.id().to_string()).status());
        drop(self.0.wait());
    }
}

/// Starts the stack from the dev build, runs the collection, stops the stack.
pub fn run() -> anyhow::Result<()> {
    run::cargo(&["build", "--workspace", "--bins"], &[])?;
    let tools = run::root().join("target/newman");
    std::fs::create_dir_all(&tools)?;
    let runner = tools.join("node_modules/.bin/newman");
    if !runner.exists() || !tools.join("node_modules/standardwebhooks").exists() {
        run::command(
            Command::new("npm")
                .args(["install", "--no-audit", "--no-fund", "--prefix"])
                .arg(&tools)
                .args(PACKAGES),
        )?;
    }
    let folder = std::env::temp_dir().join(format!("cotejo-newman-{}", std::process::id()));
    let mut child = Command::new(run::root().join("target/debug/cotejo"))
        .args(["up", "--json", "--port-base", PORT_BASE, "--data-dir"])
        .arg(&folder)
        .env_remove("DATABASE_URL")
        .stdout(Stdio::piped())
        .spawn()
        .context("cotejo did not start")?;
    let stdout = child.stdout.take().context("cotejo has no output")?;
    let stack = Stack(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let running: Value = serde_json::from_str(&line).context("cotejo did not become ready")?;
    let text = |name: &str| running[name].as_str().unwrap_or_default().to_owned();
    let mut failed = Vec::new();
    for service in SERVICES {
        let ran = Command::new(&runner)
            .arg("run")
            .arg(run::root().join(format!("openapi/{service}.postman.json")))
            .args(["--env-var", &format!("base_url={}", text(service))])
            .args(["--env-var", &format!("api_key={}", text("api_key"))])
            .args(["--reporter-cli-no-banner", "--color", "off"])
            .status()
            .context("newman did not start")?;
        if !ran.success() {
            failed.push(*service);
        }
    }
    // Beside its libraries, where node looks for them.
    let script = tools.join("webhooks.mjs");
    std::fs::write(&script, include_str!("webhooks.mjs"))?;
    let verified = Command::new("node")
        .arg(&script)
        .args([text("account"), text("checks"), text("api_key")])
        .status()
        .context("node did not start")?;
    if !verified.success() {
        failed.push("webhooks");
    }
    drop(stack);
    drop(std::fs::remove_dir_all(&folder));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
