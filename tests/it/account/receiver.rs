//! A receiver of webhooks: a real server on a port of its own, which notes what it is sent and answers as it was told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method},
    response::Response,
};
use cotejo_testkit::RECEIVER_TIMEOUT;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

/// A request that came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: Method,
    pub headers: HeaderMap,
    pub body: String,
    pub at: Instant,
}

impl Seen {
    /// The value of a header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The number of the event.
    pub fn sequence(&self) -> i64 {
        self.header("event-sequence").parse().expect("a number")
    }

    /// The body of a receiver that asked for plain JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// `webhook-id`.
    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: &'static str,
    after: Duration,
}

impl Reply {
    /// An answer of this status.
    pub const fn of(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: "",
            after: Duration::ZERO,
        }
    }

    /// No answer for as long as anybody waits.
    pub fn never() -> Self {
        Self::of(200).after(RECEIVER_TIMEOUT * 20)
    }

    /// With a header.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With a body.
    pub const fn saying(mut self, body: &'static str) -> Self {
        self.body = body;
        self
    }

    /// After a while.
    pub const fn after(mut self, after: Duration) -> Self {
        self.after = after;
        self
    }
}

struct Heard {
    seen: Vec<Seen>,
    script: VecDeque<Reply>,
    otherwise: Reply,
    at_once: usize,
    most_at_once: usize,
}

type Shared = Arc<Mutex<Heard>>;

/// A receiver; it answers 200 unless it was told otherwise.
pub struct Receiver {
    url: String,
    heard: Shared,
    server: JoinHandle<()>,
}

impl Receiver {
    /// Listens.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Heard {
            seen: Vec::new(),
            script: VecDeque::new(),
            otherwise: Reply::of(200),
            at_once: 0,
            most_at_once: 0,
        }));
        let router = Router::new().fallback(receive).with_state(Arc::clone(&heard));
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Self { url, heard, server }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How the next requests are answered, one after the other.
    pub fn next(&self, replies: impl IntoIterator<Item = Reply>) {
        self.heard.lock().unwrap().script.extend(replies);
    }

    /// How all others are answered.
    pub fn always(&self, reply: Reply) {
        self.heard.lock().unwrap().otherwise = reply;
    }

    /// What came so far, in the order of arrival.
    pub fn seen(&self) -> Vec<Seen> {
        self.heard.lock().unwrap().seen.clone()
    }

    /// The numbers of the events that came, in the order of arrival.
    pub fn sequences(&self) -> Vec<i64> {
        self.seen().iter().map(Seen::sequence).collect()
    }

    /// `type:action` of the events that came as plain JSON, in the order of arrival.
    pub fn told(&self) -> Vec<String> {
        let name = |seen: Seen| {
            let event = &seen.json()["events"][0];
            let word = |member: &str| event[member].as_str().unwrap_or_default().to_owned();
            format!("{}:{}", word("event_type"), word("event_action"))
        };
        self.seen().into_iter().map(name).collect()
    }

    /// Most requests that were being answered at the same time.
    pub fn most_at_once(&self) -> usize {
        self.heard.lock().unwrap().most_at_once
    }

    /// Waits until so many requests came.
    pub async fn wait_for(&self, count: usize) -> Vec<Seen> {
        for _ in 0..2000 {
            let seen = self.seen();
            if seen.len() >= count {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{} of {count} requests came in ten seconds", self.seen().len());
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Notes that a request is being answered until it was, or its sender has gone.
struct Answering(Shared);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.lock().unwrap().at_once -= 1;
    }
}

async fn receive(State(heard): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let seen = Seen {
        method: parts.method,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
        at: Instant::now(),
    };
    let reply = {
        let mut heard = heard.lock().unwrap();
        heard.seen.push(seen);
        heard.at_once += 1;
        heard.most_at_once = heard.most_at_once.max(heard.at_once);
        heard
            .script
            .pop_front()
            .unwrap_or_else(|| heard.otherwise.clone())
    };
    let _answering = Answering(heard);
    tokio::time::sleep(reply.after).await;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body)).unwrap()
}

/// The URL of a server that answers whatever comes with these bytes and hangs up.
pub async fn rude(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 16 * 1024];
            drop(stream.read(&mut asked).await);
            drop(stream.write_all(answer).await);
        }
    });
    url
}
