//! Digital identity on a cluster of its own: processes through a flow of two steps, lists and searches with a thousand
//! processes beside the same with many, and the streamed export.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use cotejo_app::{App, connect::Settings, secrets::MasterKeys};
use cotejo_localpg::Cluster;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::task::JoinSet;

use crate::{
    data,
    stack::{self, peak_mib},
};

const CONNECT: &str = "127.0.0.1:14703";
const ACCOUNT: &str = "127.0.0.1:14704";

/// Persons at once.
const PERSONS: usize = 16;

/// Processes of the small table.
const FEW: u32 = 1_000;

/// How often each list and search is asked.
const TIMES: usize = 100;

/// What is measured at both sizes. The number is that of the 777th process; one in sixteen hundred has both surnames.
const QUESTIONS: &[(&str, &str)] = &[
    ("list", "/v1/processes"),
    ("list of failures", "/v1/processes?status=failure"),
    ("list by reason", "/v1/processes?declined_reason=underage"),
    ("search by number", "/v1/processes?search=2496586297"),
    ("part of a number", "/v1/processes?search=96586297"),
    ("search by names", "/v1/processes?search=garcia+lopez"),
    ("search by surname", "/v1/processes?search=garcia"),
    ("search of nobody", "/v1/processes?search=nobody"),
];

/// Names of the persons in the table: as in life, many have the same ones.
const GIVEN: &str =
    "JUAN,MARIA,JOSE,LUIS,CARLOS,ANA,JORGE,MARTHA,PEDRO,LUZ,MIGUEL,ROSA,MANUEL,CLAUDIA,ANTONIO,SANDRA";
const SURNAMES: &str = "GARCIA,RODRIGUEZ,MARTINEZ,LOPEZ,HERNANDEZ,GONZALEZ,PEREZ,SANCHEZ,RAMIREZ,TORRES,FLORES,GOMEZ,DIAZ,\
    RIVERA,CRUZ,MORALES,REYES,GUTIERREZ,ORTIZ,RUIZ,VARGAS,ROJAS,CASTRO,JIMENEZ,MENDOZA,SILVA,MORENO,ROMERO,ALVAREZ,\
    HERRERA,CASTILLO,MUNOZ,QUISPE,MAMANI,MEDINA,GUERRERO,CONTRERAS,ESPINOZA,ORTEGA,DELGADO";

/// Who calls the services.
#[derive(Clone)]
struct Caller {
    http: Client,
    token: String,
    flow: String,
}

/// Measures on a fresh cluster; `many` is how many processes there are at last.
pub async fn measure(time: Duration, many: u32) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("cotejo-bench-identity-{}", std::process::id()));
    let cluster = Cluster::start(cotejo_localpg::Settings {
        max_connections: 100,
        ..cotejo_localpg::Settings::durable(&folder, "bench")
    })
    .await?;
    let measured = on_cluster(&cluster, time, many).await;
    cluster.stop().await?;
    drop(std::fs::remove_dir_all(&folder));
    measured
}

async fn on_cluster(cluster: &Cluster, time: Duration, many: u32) -> anyhow::Result<()> {
    let (url, keys) = (cluster.socket_url(), MasterKeys::generate("bench", [1; 32]));
    let app = App::connect(Settings::bare(url.clone(), 4, MasterKeys::parse(&keys)?))?;
    app.migrate().await?;
    let tenant = data::tenant(&app).await?;
    let variables = |address: &'static str, metrics: &'static str| {
        [
            ("DATABASE_URL", url.as_str()),
            ("COTEJO_MASTER_KEYS", keys.as_str()),
            ("COTEJO_ADDR", address),
            ("COTEJO_METRICS_ADDR", metrics),
        ]
    };
    let own = variables(CONNECT, "127.0.0.1:15703");
    let (connect, _) = stack::time_to_answer("cotejo-connect", CONNECT, &own).await?;
    let theirs = variables(ACCOUNT, "127.0.0.1:15704");
    let (_account, _) = stack::time_to_answer("cotejo-account", ACCOUNT, &theirs).await?;
    let http = Client::builder().build()?;
    let flow = json!({"name": "two steps", "identity_verifications": [
        {"name": "custom_question", "config": {"question": "Where?", "answers": ["here"]}}]});
    let request = http.post(format!("http://{CONNECT}/v1/flows")).json(&flow);
    let made = ask(request, &tenant.token).await?;
    let caller = Caller {
        http,
        token: tenant.token.clone(),
        flow: made["flow_id"].as_str().context("no flow")?.to_owned(),
    };
    caller.processes(time).await?;
    let model = caller.model(app.pool()).await?;
    fill(app.pool(), &model, 1, FEW).await?;
    let few = caller.questions().await?;
    fill(app.pool(), &model, FEW + 1, many).await?;
    let lots = caller.questions().await?;
    for ((name, _), (few, lots)) in QUESTIONS.iter().zip(few.into_iter().zip(lots)) {
        println!(
            "{name:18} {FEW}: {:.2} ms, {many}: {:.2} ms, ratio {:.2} (target 1.5)",
            few.as_secs_f64() * 1e3,
            lots.as_secs_f64() * 1e3,
            lots.as_secs_f64() / few.as_secs_f64()
        );
    }
    let before = peak_mib(connect.pid());
    let (rows, took) = caller.export().await?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let rate = rows as f64 / took.as_secs_f64();
    println!(
        "export   {rows} rows: {rate:.0} rows/s (target 50,000), peak of the service {:.0} MiB, {before:.0} before",
        peak_mib(connect.pid())
    );
    Ok(())
}

async fn ask(request: RequestBuilder, token: &str) -> anyhow::Result<Value> {
    let answer = request.header("Truora-API-Key", token).send().await?;
    let (status, text) = (answer.status(), answer.text().await?);
    anyhow::ensure!(status.is_success(), "{status} {text}");
    Ok(serde_json::from_str(&text)?)
}

impl Caller {
    /// Processes a second from the token to their end.
    async fn processes(&self, time: Duration) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut persons = JoinSet::new();
        for _ in 0..PERSONS {
            let caller = Arc::new(self.clone());
            persons.spawn(async move {
                let mut ended = 0_u32;
                while begun.elapsed() < time {
                    caller.process().await?;
                    ended += 1;
                }
                anyhow::Ok(ended)
            });
        }
        let mut ended = 0;
        while let Some(person) = persons.join_next().await {
            ended += person??;
        }
        println!(
            "process  {PERSONS} persons: {:.0}/s from the token through two steps to the end, five requests each",
            f64::from(ended) / begun.elapsed().as_secs_f64()
        );
        Ok(())
    }

    /// One process from its token to its end.
    async fn process(&self) -> anyhow::Result<Value> {
        let form = [
            ("key_type", "web"),
            ("grant", "digital-identity"),
            ("country", "ALL"),
            ("redirect_url", "https://example.com/done"),
            ("flow_id", self.flow.as_str()),
        ];
        let request = self
            .http
            .post(format!("http://{ACCOUNT}/v1/api-keys"))
            .form(&form);
        let key = ask(request, &self.token).await?;
        let token = key["api_key"].as_str().context("no token")?;
        let url = format!("http://{CONNECT}/v1/processes");
        let mut process = ask(self.http.post(&url).json(&json!({})), token).await?;
        for body in [json!({"client_authorization": true}), json!({"response": "here"})] {
            let step = process["current_step_id"].as_str().context("no step")?;
            let request = self.http.post(format!("{url}/steps/{step}")).json(&body);
            process = ask(request, token).await?;
        }
        let id = process["process_id"].as_str().context("no process")?;
        let result = ask(self.http.get(format!("{url}/{id}/result")), &self.token).await?;
        anyhow::ensure!(result["status"] == "success", "{result}");
        Ok(process)
    }

    /// The id of a finished process, of which the tables are filled with copies.
    async fn model(&self, pool: &PgPool) -> anyhow::Result<String> {
        let process = self.process().await?;
        let id = process["process_id"]
            .as_str()
            .unwrap_or_default()
            .replace("IDP", "");
        sqlx::query("truncate process_steps").execute(pool).await?;
        Ok(id)
    }

    /// The median time of each question.
    async fn questions(&self) -> anyhow::Result<Vec<Duration>> {
        let mut medians = Vec::new();
        for (_, path) in QUESTIONS {
            let mut times = Vec::with_capacity(TIMES);
            for _ in 0..TIMES {
                let begun = Instant::now();
                ask(self.http.get(format!("http://{CONNECT}{path}")), &self.token).await?;
                times.push(begun.elapsed());
            }
            times.sort_unstable();
            medians.push(times.get(TIMES / 2).copied().unwrap_or_default());
        }
        Ok(medians)
    }

    /// The streamed export of everything: its rows and how long it took.
    async fn export(&self) -> anyhow::Result<(usize, Duration)> {
        let begun = Instant::now();
        let url = format!("http://{CONNECT}/api/process-manager/processInstances/export");
        let request = self.http.get(url).header("Truora-API-Key", &self.token);
        let mut answer = request.send().await?.error_for_status()?;
        let mut lines = 0;
        while let Some(piece) = answer.chunk().await? {
            lines += piece.iter().filter(|byte| **byte == b'\n').count();
        }
        Ok((lines.saturating_sub(1), begun.elapsed()))
    }
}

/// Makes the client's finished processes number `from` to `to`, copies of a real one with names and numbers of their own; one
/// in ten is declined.
async fn fill(pool: &PgPool, model: &str, from: u32, to: u32) -> anyhow::Result<()> {
    let statement = format!(
        r#"insert into processes (client_id, id, account_id, flow_id, flow_version, country, redirect_url, start, via,
                                  document_number, first_name, last_name, search, state, progress, ending, status,
                                  failure_status, declined_reason, deadline_ns, created_ns, updated_ns, finished_ns, version)
           select p.client_id, {}, account_id, flow_id, flow_version, country, redirect_url, start, via,
                  number, given, surnames, number || E'\n' || given || ' ' || surnames, state, progress,
                  case when n % 10 = 0 then '{{"ending":"declined","reason":"underage"}}'::json else ending end,
                  case when n % 10 = 0 then 'failure' else status end,
                  case when n % 10 = 0 then 'declined' end, case when n % 10 = 0 then 'underage' end,
                  deadline_ns, created_ns, updated_ns, finished_ns, version
           from generate_series({from}::bigint, {to}::bigint) as n,
                lateral (select (1000000000 + n * 2654435761 % 9000000000)::text as number,
                                (string_to_array('{GIVEN}', ','))[1 + n * 7919 % 16] as given,
                                (string_to_array('{SURNAMES}', ','))[1 + n % 40] || ' '
                                    || (string_to_array('{SURNAMES}', ','))[1 + n / 40 % 40] as surnames) as person,
                (select * from processes where id = '{model}'::uuid) as p"#,
        crate::pgbench::id_of("n")
    );
    let mut conn = pool.acquire().await?;
    sqlx::raw_sql("set statement_timeout = 0")
        .execute(&mut *conn)
        .await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut *conn)
        .await
        .context("the processes were not filled")?;
    sqlx::raw_sql("vacuum (freeze, analyze) processes")
        .execute(&mut *conn)
        .await?;
    sqlx::raw_sql("reset statement_timeout")
        .execute(&mut *conn)
        .await?;
    Ok(())
}
