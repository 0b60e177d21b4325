//! The HTTP driver: any JSON source behind a URL, described by a file of the deployment.

mod answer;
mod config;

use std::{collections::HashMap, num::NonZeroU32, sync::Arc, time::Duration};

use async_trait::async_trait;
use cotejo_domain::checks::Inputs;
use futures_util::StreamExt as _;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::{Client, StatusCode, redirect::Policy};
use serde_json::Value;

pub use config::{Binding, ConfigError, Template, read};

use crate::port::{Answer, DataSource, Query, Report, SourceError};

/// Largest answer that is read.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Answers for one source of the catalogue.
pub struct HttpSource {
    client: Client,
    binding: Binding,
    limiter: Option<DefaultDirectRateLimiter>,
}

impl HttpSource {
    /// A source over its binding. The client is shared by all of them.
    pub fn new(client: Client, binding: Binding) -> Self {
        let limiter = binding
            .requests_per_second
            .and_then(NonZeroU32::new)
            .map(|n| RateLimiter::direct(Quota::per_second(n)));
        Self {
            client,
            binding,
            limiter,
        }
    }

    fn request(&self, query: Query<'_>) -> Result<reqwest::Request, SourceError> {
        let method = self.binding.method.as_deref().unwrap_or("GET");
        let method = method
            .to_uppercase()
            .parse()
            .map_err(|_| broken("its method is none"))?;
        let url = self.binding.url.fill(query.inputs, url_encode);
        let mut request = self.client.request(method, url);
        for (name, value) in &self.binding.headers {
            request = request.header(name, value.fill(query.inputs, ToOwned::to_owned));
        }
        if let Some(body) = &self.binding.body {
            request = request
                .header("content-type", "application/json")
                .body(body.fill(query.inputs, json_encode));
        }
        let limit = self
            .binding
            .timeout_seconds
            .unwrap_or(query.source.timeout_seconds);
        request
            .timeout(Duration::from_secs(limit.into()))
            .build()
            .map_err(|error| broken(describe(&error)))
    }
}

#[async_trait]
impl DataSource for HttpSource {
    async fn ask(&self, query: Query<'_>) -> Result<Answer, SourceError> {
        if let Some(limiter) = &self.limiter {
            limiter.until_ready().await;
        }
        let request = self.request(query)?;
        let response = self.client.execute(request).await.map_err(|error| {
            if error.is_builder() || error.is_redirect() {
                broken(describe(&error))
            } else {
                away(describe(&error))
            }
        })?;
        let status = response.status();
        if self.binding.answer.not_found_status.contains(&status.as_u16()) {
            return Ok(Answer::Report(Report::default()));
        }
        match status {
            StatusCode::ACCEPTED => return Ok(Answer::NotYet(Duration::from_secs(5))),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                return Err(away(status.to_string()));
            }
            status if status.is_server_error() => return Err(away(status.to_string())),
            status if !status.is_success() => return Err(broken(status.to_string())),
            _ => {}
        }
        let body = read_body(response).await?;
        let body: Value = serde_json::from_slice(&body).map_err(|_| broken("its answer is not JSON"))?;
        answer::interpret(&self.binding.answer, &body, query).map(Answer::Report)
    }
}

async fn read_body(response: reqwest::Response) -> Result<Vec<u8>, SourceError> {
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| away(describe(&error)))?;
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(broken("its answer is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What went wrong, without the URL: it carries document numbers.
fn describe(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "it took too long"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_builder() {
        "the request could not be built"
    } else if error.is_redirect() {
        "it redirects"
    } else {
        "the connection broke"
    }
}

fn away(reason: impl Into<String>) -> SourceError {
    SourceError::Unavailable(reason.into())
}

fn broken(reason: impl Into<String>) -> SourceError {
    SourceError::Broken(reason.into())
}

fn url_encode(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// A value as it stands between the quotes of a JSON text.
fn json_encode(value: &str) -> String {
    let quoted = Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The HTTP sources of a deployment, by the key of their source.
pub fn sources(bindings: Vec<Binding>) -> Result<HashMap<String, Arc<dyn DataSource>>, ConfigError> {
    if bindings.is_empty() {
        return Ok(HashMap::new());
    }
    let client = Client::builder()
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .user_agent(concat!("cotejo/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| ConfigError::Client(error.to_string()))?;
    let source = |binding: Binding| {
        let key = binding.source.clone();
        (
            key,
            Arc::new(HttpSource::new(client.clone(), binding)) as Arc<dyn DataSource>,
        )
    };
    Ok(bindings.into_iter().map(source).collect())
}

impl Template {
    /// The text with every `{input}` replaced by the input's value, encoded; an input that was not given is empty.
    pub fn fill(&self, inputs: &Inputs, encode: impl Fn(&str) -> String) -> String {
        self.parts
            .iter()
            .fold(String::new(), |mut text, (literal, field)| {
                text.push_str(literal);
                if let Some(value) = field.and_then(|field| inputs.get(field)) {
                    text.push_str(&encode(value));
                }
                text
            })
    }
}
