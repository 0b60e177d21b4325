//! A load of HTTP requests over kept connections, small enough not to be what is measured.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// What a load came to.
#[derive(Debug, Clone, Copy)]
pub struct Outcome {
    /// Requests that were answered as expected.
    pub requests: u64,
    /// How long it took.
    pub took: Duration,
}

impl Outcome {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let requests = self.requests as f64;
        requests / self.took.as_secs_f64()
    }
}

/// Sends requests made by `request` (connection, turn) over `clients` connections for so long; every answer has to
/// begin with the expected status line.
pub async fn run<F>(
    address: &str,
    clients: usize,
    time: Duration,
    expected: &'static str,
    request: F,
) -> anyhow::Result<Outcome>
where
    F: Fn(usize, u64) -> String + Clone + Send + Sync + 'static,
{
    let begun = Instant::now();
    let mut workers = JoinSet::new();
    for client in 0..clients {
        let (address, request) = (address.to_owned(), request.clone());
        workers.spawn(async move {
            let mut stream = TcpStream::connect(&address).await?;
            stream.set_nodelay(true)?;
            let mut buffer = Vec::with_capacity(64 * 1024);
            let mut requests = 0_u64;
            while begun.elapsed() < time {
                stream.write_all(request(client, requests).as_bytes()).await?;
                read_answer(&mut stream, &mut buffer, expected).await?;
                requests += 1;
            }
            anyhow::Ok(requests)
        });
    }
    let mut requests = 0;
    while let Some(worker) = workers.join_next().await {
        requests += worker??;
    }
    Ok(Outcome {
        requests,
        took: begun.elapsed(),
    })
}

/// Sends so many requests over one connection.
pub async fn run_count<F>(address: &str, count: u64, expected: &str, request: F) -> anyhow::Result<()>
where
    F: Fn(usize, u64) -> String,
{
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(64 * 1024);
    for turn in 0..count {
        stream.write_all(request(0, turn).as_bytes()).await?;
        read_answer(&mut stream, &mut buffer, expected).await?;
    }
    Ok(())
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>, expected: &str) -> anyhow::Result<()> {
    buffer.clear();
    let head = loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the service closed the connection");
        }
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
    if !text.starts_with(expected) {
        bail!("expected {expected}, got {}", String::from_utf8_lossy(buffer));
    }
    let length = text
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length:")?
                .trim()
                .parse::<usize>()
                .ok()
        })
        .context("an answer without a length")?;
    while buffer.len() < head + length {
        if stream.read_buf(buffer).await? == 0 {
            bail!("an answer was cut");
        }
    }
    Ok(())
}

/// Serves a constant, and says on which address.
pub async fn serve_bare(bytes: usize) -> anyhow::Result<()> {
    let body = "x".repeat(bytes);
    let router = axum::Router::new().route("/", axum::routing::get(move || async move { body.clone() }));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
