//! Making validations beside making checks.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{load, rounds::Measure, stack};

/// Where the service listens while it is measured.
const ADDRESS: &str = "127.0.0.1:14052";

/// Connections at once, one and many.
const CLIENTS: [usize; 2] = [1, 64];

/// Measures `POST /v1/validations` of documents in turn with `POST /v1/checks` at `checks`; both with an
/// `Idempotency-Key`. A check is one statement that is shared by all who ask at once; a validation is a transaction.
pub async fn measure(
    measure: Measure,
    checks: &str,
    token: &str,
    variables: &[(&str, &str)],
) -> anyhow::Result<()> {
    let (_service, _) = stack::time_to_answer("cotejo-validations", ADDRESS, variables).await?;
    for clients in CLIENTS {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..measure.rounds {
            let body = |_| {
                "type=document-validation&country=CO&document_type=national-id&user_authorized=true"
                    .to_owned()
            };
            let request = request("/v1/validations", token, body);
            let made = load::run(ADDRESS, clients, measure.time, "HTTP/1.1 201", request).await?;
            ours.push(made.rate());
            let body = |number: u64| {
                let number = (1_000_000 + number) * 10_000 + 7;
                format!("type=person&country=CO&national_id={number}&user_authorized=true")
            };
            let request = self::request("/v1/checks", token, body);
            let made = load::run(checks, clients, measure.time, "HTTP/1.1 201", request).await?;
            theirs.push(made.rate());
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!(
            "create   {clients:3} clients: validations {ours:.0}/s, checks {theirs:.0}/s, ratio {:.2}",
            ours / theirs
        );
    }
    Ok(())
}

fn request(
    path: &'static str,
    token: &str,
    body: impl Fn(u64) -> String + Clone + Send + Sync + 'static,
) -> impl Fn(usize, u64) -> String + Clone + Send + Sync + 'static {
    let token = token.to_owned();
    move |_, _| {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let body = body(number);
        format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nTruora-API-Key: {token}\r\nIdempotency-Key: beside-{number}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(0.0)
}
