//! The measurements, one after the other.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use cotejo_app::{App, connect::Settings, secrets::MasterKeys};
use cotejo_localpg::Cluster;

use sqlx::PgPool;

use crate::{
    data::{self, Tenant},
    deliveries, load,
    pgbench::{self, Target},
    stack::{self, Running},
    validations,
};

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Time of each measurement.
    pub time: Duration,
    /// How often ours and the yardstick alternate.
    pub rounds: usize,
}

const ADDRESS: &str = "127.0.0.1:14501";
const WORKER: &str = "127.0.0.1:14505";

/// Checks that are created to see how fast they finish.
const FINISHED: u32 = 2000;

/// Connections of the busy measurements.
const BUSY: usize = 64;

/// Everything that a measurement needs.
struct Bench<'a> {
    measure: Measure,
    pool: &'a PgPool,
    tenant: &'a Tenant,
    target: &'a Target,
    service: &'a Running,
    postgres: u32,
}

/// Runs all measurements and prints them.
pub async fn run(measure: Measure, checks: u32, million: bool) -> anyhow::Result<()> {
    let started = stack::fresh_start(14600).await?;
    println!(
        "cotejo up, empty folder: ready {:.2} s, first finished check {:.2} s, idle {:.0} MiB without Postgres",
        started.ready.as_secs_f64(),
        started.first_check.as_secs_f64(),
        started.idle_mib
    );
    let folder = std::env::temp_dir().join(format!("cotejo-bench-{}", std::process::id()));
    let durable = cotejo_localpg::Settings::durable(&folder, "bench");
    let cluster = Cluster::start(cotejo_localpg::Settings {
        max_connections: 200,
        ..durable
    })
    .await?;
    let outcome = on_cluster(&cluster, measure, checks, million).await;
    cluster.stop().await?;
    drop(std::fs::remove_dir_all(&folder));
    outcome
}

async fn on_cluster(cluster: &Cluster, measure: Measure, checks: u32, million: bool) -> anyhow::Result<()> {
    let url = cluster.socket_url();
    let keys = MasterKeys::generate("bench", [1; 32]);
    let secrets = MasterKeys::parse(&keys)?;
    let app = App::connect(Settings {
        account_url: "http://127.0.0.1:4004".to_owned(),
        checks_url: "http://127.0.0.1:4001".to_owned(),
        webhook_allow: "127.0.0.0/8".to_owned(),
        ..Settings::bare(url.clone(), 4, secrets)
    })?;
    app.migrate().await?;
    let tenant = data::tenant(&app).await?;
    let target = Target {
        bin: pgbench::folder(None)?,
        url: cluster.socket_url(),
    };
    let variables = |address: &'static str, metrics: &'static str| {
        [
            ("DATABASE_URL".to_owned(), url.clone()),
            ("COTEJO_MASTER_KEYS".to_owned(), keys.clone()),
            ("COTEJO_ADDR".to_owned(), address.to_owned()),
            ("COTEJO_METRICS_ADDR".to_owned(), metrics.to_owned()),
            ("COTEJO_WEBHOOK_ALLOW_CIDRS".to_owned(), "127.0.0.0/8".to_owned()),
        ]
    };
    let own = variables(ADDRESS, "127.0.0.1:15501");
    let own: Vec<(&str, &str)> = own
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (service, answered) = stack::time_to_answer("cotejo-checks", ADDRESS, &own).await?;
    println!(
        "cotejo-checks: listens {} ms after its start",
        answered.as_millis()
    );
    let postgres = cluster
        .pid()
        .and_then(|pid| u32::try_from(pid).ok())
        .context("Postgres has no pid")?;
    let bench = Bench {
        measure,
        pool: app.pool(),
        tenant: &tenant,
        target: &target,
        service: &service,
        postgres,
    };
    let theirs = variables(WORKER, "127.0.0.1:15505");
    let theirs: Vec<(&str, &str)> = theirs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (worker, _) = stack::time_to_answer("cotejo-worker", WORKER, &theirs).await?;
    let model = bench.to_completion(&worker).await?;
    deliveries::measure(&app).await?;
    drop(worker);
    bench.create().await?;
    let beside = variables("127.0.0.1:14052", "127.0.0.1:15502");
    let beside: Vec<(&str, &str)> = beside
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    validations::measure(measure, ADDRESS, &tenant.token, &beside).await?;
    sqlx::raw_sql("truncate jobs").execute(bench.pool).await?;
    bench.logs().await?;
    data::fill(bench.pool, &model, 1, checks).await?;
    bench.get(checks).await?;
    bench.list(checks).await?;
    if million {
        bench.growth(&model).await?;
    }
    Ok(())
}

impl Bench<'_> {
    fn request(&self, line: &str, body: &str) -> String {
        let kind = if body.is_empty() {
            ""
        } else {
            "Content-Type: application/x-www-form-urlencoded\r\n"
        };
        format!(
            "{line} HTTP/1.1\r\nHost: bench\r\nTruora-API-Key: {}\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            self.tenant.token,
            body.len()
        )
    }

    /// A request that creates a check that nobody asked for before.
    fn create_request(&self) -> impl Fn(usize, u64) -> String + Clone + Send + Sync + 'static {
        let head = self.request("POST /v1/checks", "#");
        let head = head
            .split_once("Content-Length")
            .map_or("", |(head, _)| head)
            .to_owned();
        move |_, _| {
            static NEXT: AtomicU64 = AtomicU64::new(0);
            // The last four digits stay: some of them choose a scenario of the sandbox.
            let number = (100_000 + NEXT.fetch_add(1, Ordering::Relaxed)) * 10_000 + 7;
            let body = format!("type=person&country=CO&national_id={number}&user_authorized=true");
            let length = body.len();
            format!("{head}Idempotency-Key: bench-{number}\r\nContent-Length: {length}\r\n\r\n{body}")
        }
    }

    /// Checks a second from creation to completion; returns the id of a finished one.
    async fn to_completion(&self, worker: &Running) -> anyhow::Result<String> {
        let begun = Instant::now();
        let (cpu_service, cpu_worker, cpu_postgres) = (
            stack::cpu_seconds(self.service.pid()),
            stack::cpu_seconds(worker.pid()),
            stack::cpu_seconds_of_tree(self.postgres),
        );
        let request = self.create_request();
        let share = FINISHED / 16;
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..16_usize {
            let request = request.clone();
            clients.spawn(async move {
                load::run_count(ADDRESS, u64::from(share), "HTTP/1.1 201", move |_, turn| {
                    request(client, turn)
                })
                .await
            });
        }
        while let Some(client) = clients.join_next().await {
            client??;
        }
        let created = begun.elapsed();
        loop {
            let open: i64 = sqlx::query_scalar("select count(*) from checks where status <> 'completed'")
                .fetch_one(self.pool)
                .await?;
            if open == 0 {
                break;
            }
            if begun.elapsed() > Duration::from_secs(120) {
                bail!("{open} checks did not finish within two minutes");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let took = begun.elapsed();
        let per_check = |now: f64, before: f64| (now - before) * 1e6 / f64::from(FINISHED);
        println!(
            "creation to completed: {:.0} checks/s ({FINISHED} checks, created in {:.2} s, all finished in {:.2} s; \
             CPU a check: service {:.0} µs, worker {:.0} µs, Postgres {:.0} µs; worker {:.0} MiB)",
            f64::from(FINISHED) / took.as_secs_f64(),
            created.as_secs_f64(),
            took.as_secs_f64(),
            per_check(stack::cpu_seconds(self.service.pid()), cpu_service),
            per_check(stack::cpu_seconds(worker.pid()), cpu_worker),
            per_check(stack::cpu_seconds_of_tree(self.postgres), cpu_postgres),
            stack::resident_mib(worker.pid()),
        );
        let (model, bytes): (uuid::Uuid, i32) =
            sqlx::query_as("select id, octet_length(body) from checks where body is not null limit 1")
                .fetch_one(self.pool)
                .await?;
        println!("a finished check's body: {bytes} bytes");
        Ok(model.to_string())
    }

    fn create_script(&self, logged: bool) -> String {
        pgbench::create(
            &self.tenant.client.id.0.to_string(),
            r#"{"national_id":"1000000001"}"#,
            &"x".repeat(330),
            &self.tenant.key,
            logged,
        )
    }

    /// What event and audit entry add to the statement that creates a check.
    async fn logs(&self) -> anyhow::Result<()> {
        let (with, without) = (self.create_script(true), self.create_script(false));
        for clients in [1, BUSY] {
            let mut ratios = Vec::new();
            for _ in 0..self.measure.rounds {
                let bare = self.target.run(&without, clients, self.measure.time)?;
                let logged = self.target.run(&with, clients, self.measure.time)?;
                ratios.push(bare / logged - 1.0);
            }
            ratios.sort_by(f64::total_cmp);
            let cost = ratios[ratios.len() / 2] * 100.0;
            println!(
                "create   {clients:3} clients: event and audit entry cost {cost:.0} % of the statement (target 25)"
            );
        }
        sqlx::raw_sql("truncate jobs").execute(self.pool).await?;
        Ok(())
    }

    async fn create(&self) -> anyhow::Result<()> {
        let script = self.create_script(true);
        for clients in [1, BUSY] {
            let request = self.create_request();
            self.alternate("create", clients, &script, "HTTP/1.1 201", request)
                .await?;
        }
        sqlx::raw_sql("truncate jobs").execute(self.pool).await?;
        Ok(())
    }

    async fn get(&self, checks: u32) -> anyhow::Result<()> {
        let script = pgbench::get(&self.tenant.client.id.0.to_string(), checks);
        for clients in [1, BUSY] {
            let tail = self.request("", "");
            let request = move |client: usize, turn: u64| {
                let n = spread(client, turn, checks) + 1;
                format!("GET /v1/checks/CHK01900000000070008000{n:012x}{tail}")
            };
            self.alternate("get", clients, &script, "HTTP/1.1 200", request)
                .await?;
        }
        self.bare().await
    }

    /// A server that does nothing but answer a constant of a check's size: what HTTP alone allows here.
    async fn bare(&self) -> anyhow::Result<()> {
        let mut bare = Running::start("cotejo-bench", &["bare", "14050"], &[])?;
        let address = bare.first_line()?;
        for clients in [1, BUSY] {
            let request = |_, _| "GET / HTTP/1.1\r\nHost: bench\r\n\r\n".to_owned();
            let outcome = load::run(&address, clients, self.measure.time, "HTTP/1.1 200", request).await?;
            println!(
                "get      {clients:3} clients: a bare axum server answers {:.0}/s",
                outcome.rate()
            );
        }
        Ok(())
    }

    async fn list(&self, checks: u32) -> anyhow::Result<()> {
        let script = pgbench::list(&self.tenant.client.id.0.to_string(), checks);
        for clients in [1, BUSY] {
            let tail = self.request("", "");
            let request = move |client: usize, turn: u64| {
                let n = spread(client, turn, checks - 21) + 21;
                format!("GET /v1/checks?start_key=CHK01900000000070008000{n:012x}{tail}")
            };
            self.alternate("list 20", clients, &script, "HTTP/1.1 200", request)
                .await?;
        }
        Ok(())
    }

    /// Ours and the yardstick in turn; medians.
    async fn alternate<F>(
        &self,
        name: &str,
        clients: usize,
        script: &str,
        expected: &'static str,
        request: F,
    ) -> anyhow::Result<()>
    where
        F: Fn(usize, u64) -> String + Clone + Send + Sync + 'static,
    {
        let (mut ours, mut yardstick, mut service, mut postgres) = (vec![], vec![], vec![], vec![]);
        for _ in 0..self.measure.rounds {
            let before = (
                stack::cpu_seconds(self.service.pid()),
                stack::cpu_seconds_of_tree(self.postgres),
            );
            let outcome = load::run(ADDRESS, clients, self.measure.time, expected, request.clone()).await?;
            let after = (
                stack::cpu_seconds(self.service.pid()),
                stack::cpu_seconds_of_tree(self.postgres),
            );
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            let micros = |seconds: f64| seconds * 1e6 / outcome.requests as f64;
            ours.push(outcome.rate());
            service.push(micros(after.0 - before.0));
            postgres.push(micros(after.1 - before.1));
            yardstick.push(self.target.run(script, clients, self.measure.time)?);
        }
        let (ours, yardstick) = (median(ours), median(yardstick));
        println!(
            "{name:8} {clients:3} clients: ours {ours:7.0}/s, pgbench {yardstick:7.0}/s, ratio {:5.2}; CPU a request: \
             service {:.0} µs, Postgres {:.0} µs",
            ours / yardstick,
            median(service),
            median(postgres),
        );
        Ok(())
    }

    /// The same work with a thousand and with a million checks, all of them small.
    async fn growth(&self, model: &str) -> anyhow::Result<()> {
        sqlx::query("update checks set body = left(body, 600) where id = $1::text::uuid")
            .bind(model)
            .execute(self.pool)
            .await?;
        let mut costs: Vec<[f64; 3]> = Vec::new();
        sqlx::raw_sql("delete from checks where id < '01900000-0000-7000-9000-000000000000'")
            .execute(self.pool)
            .await?;
        let mut there = 0;
        for checks in [1_000, 1_000_000] {
            data::fill(self.pool, model, there + 1, checks).await?;
            there = checks;
            let mut cost = [0.0; 3];
            for (place, cost) in cost.iter_mut().enumerate() {
                let mut rates = Vec::new();
                for _ in 0..self.measure.rounds {
                    rates.push(self.one_of_three(place, checks).await?);
                }
                *cost = 1.0 / median(rates);
            }
            costs.push(cost);
            sqlx::raw_sql("truncate jobs").execute(self.pool).await?;
        }
        for (place, name) in ["create", "get", "list 20"].into_iter().enumerate() {
            println!(
                "{name:8} with 1,000,000 checks costs {:.2} times what it does with 1,000",
                costs[1][place] / costs[0][place]
            );
        }
        Ok(())
    }

    async fn one_of_three(&self, place: usize, checks: u32) -> anyhow::Result<f64> {
        let tail = self.request("", "");
        let time = self.measure.time;
        let outcome = match place {
            0 => load::run(ADDRESS, BUSY, time, "HTTP/1.1 201", self.create_request()).await?,
            1 => {
                let request = move |client, turn| {
                    let n = spread(client, turn, checks) + 1;
                    format!("GET /v1/checks/CHK01900000000070008000{n:012x}{tail}")
                };
                load::run(ADDRESS, BUSY, time, "HTTP/1.1 200", request).await?
            }
            _ => {
                let request = move |client, turn| {
                    let n = spread(client, turn, checks - 21) + 21;
                    format!("GET /v1/checks?start_key=CHK01900000000070008000{n:012x}{tail}")
                };
                load::run(ADDRESS, BUSY, time, "HTTP/1.1 200", request).await?
            }
        };
        Ok(outcome.rate())
    }
}

/// Numbers that jump about below `bound`, the same for the same connection and turn.
fn spread(client: usize, turn: u64, bound: u32) -> u64 {
    let mixed =
        (client as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ turn.wrapping_mul(0xD1B5_4A32_D192_ED03);
    (mixed >> 20) % u64::from(bound.max(1))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
