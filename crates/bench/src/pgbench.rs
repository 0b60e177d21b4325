//! pgbench: the same work, straight to Postgres.

use std::{fs, path::Path, process::Command, time::Duration};

use anyhow::{Context as _, bail};

/// Where pgbench finds the database.
pub struct Target {
    /// Folder of pgbench.
    pub bin: std::path::PathBuf,
    /// libpq's URL.
    pub url: String,
}

impl Target {
    /// Transactions a second of a script, prepared, over so many connections.
    pub fn run(&self, script: &str, clients: usize, time: Duration) -> anyhow::Result<f64> {
        let file = std::env::temp_dir().join(format!("cotejo-bench-{}.sql", std::process::id()));
        fs::write(&file, script)?;
        let output = Command::new(self.bin.join("pgbench"))
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
            .arg(format!("--client={clients}"))
            .arg(format!("--time={}", time.as_secs()))
            .arg(format!("--file={}", file.display()))
            .arg(&self.url)
            .output()
            .context("pgbench did not start: it comes with Postgres' server package")?;
        drop(fs::remove_file(&file));
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("pgbench failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        let rate = text.lines().find_map(|line| {
            line.strip_prefix("tps = ")?
                .split_whitespace()
                .next()?
                .parse()
                .ok()
        });
        rate.with_context(|| format!("pgbench printed no rate: {text}"))
    }
}

/// An id as ours are: time-ordered, version 7.
const TIME_ORDERED: &str = "overlay(overlay(gen_random_uuid()::text placing \
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint >> 16), 8, '0') from 1 for 8) placing \
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint & 65535), 4, '0') from 10 for 4)::uuid";

/// One statement that writes what a create writes: the same tables, rows, bytes and indexes.
/// Without the logs it leaves out event and audit entry.
pub fn create(client: &str, inputs: &str, body: &str, key: &str, logged: bool) -> String {
    let logs = if logged {
        format!(
            "e as (insert into events (client_id, id, event_type, event_action, resource_id, resource_version, created_ns)
            select client_id, other, 'check', 'created', id, 1, ns from new),
        b as (insert into event_bodies (client_id, resource_id, event_id, body)
            select client_id, id, other, '{body}' from new),
        a as (insert into audit_entries (client_id, id, action, actor, resource_id, subject, at_ns)
            select client_id, other, 'check.created', '{key}'::uuid, id, hash, ns from new),"
        )
    } else {
        String::new()
    };
    format!(
        "with new as (select '{client}'::uuid as client_id, {TIME_ORDERED} as id, gen_random_uuid() as other,
                      sha256(gen_random_uuid()::text::bytea) as hash,
                      (extract(epoch from clock_timestamp()) * 1e9)::bigint as ns),
        fresh as (insert into idempotency_keys (client_id, route, key, body_hash, resource_id, status)
            select client_id, 'POST /v1/checks', id::text, hash, id, 201 from new),
        latest as (insert into latest_checks (client_id, fingerprint, check_id, created_ns, reuse_from_ns)
            select client_id, hash, id, ns, ns from new),
        c as (insert into checks (client_id, id, check_type, country, status, priority, inputs, fingerprint, salt,
                                  key_version, created_ns, updated_ns)
            select client_id, id, 'person', 'CO', 'not_started', 'medium', '{inputs}'::json, hash,
                   substr(hash, 1, 16), 1, ns, ns from new),
        {logs}
        j as (insert into jobs (id, kind, payload, priority, lane, state, run_at)
            select id, 'bench', ('{{\"client\":\"' || client_id || '\"}}')::json, 1, 0, 'ready', clock_timestamp() from new)
        select 1;"
    )
}

/// Select of a body by id, random among `checks` made by `data::fill`.
pub fn get(client: &str, checks: u32) -> String {
    format!(
        "\\set n random(1, {checks})
        select body from checks where client_id = '{client}' and id = {};",
        id_of(":n")
    )
}

/// A page of 20 bodies behind a random id.
pub fn list(client: &str, checks: u32) -> String {
    format!(
        "\\set n random(21, {checks})
        select id, body from checks where client_id = '{client}' and id < {} order by id desc limit 20;",
        id_of(":n")
    )
}

/// The SQL of the id of the n-th filled check.
pub fn id_of(n: &str) -> String {
    format!("('01900000-0000-7000-8000-' || lpad(to_hex(({n})::bigint), 12, '0'))::uuid")
}

/// The folder of the server's programs.
pub fn folder(hint: Option<&Path>) -> anyhow::Result<std::path::PathBuf> {
    Ok(cotejo_localpg::find_binaries(
        hint,
        std::env::var_os("PATH").as_deref(),
    )?)
}
