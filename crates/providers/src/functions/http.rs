//! Functions that are servers of clients.

use std::time::Duration;

use cotejo_domain::functions::{FunctionError, Map};
use serde_json::{Value, json};

use crate::outbound::{AskError, Guard, Outbound, Request, SendError};

/// How long a server may take, until the end of its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Largest answer that is read, in bytes: twice of what an output may have, because nothing needs to be exact here.
const LARGEST_ANSWER: u64 = 512 * 1024;

/// Asks servers.
pub struct HttpFunctions {
    outbound: Outbound,
}

impl HttpFunctions {
    /// Servers that the guard permits.
    pub fn new(guard: Guard) -> Result<Self, reqwest::Error> {
        Self::with_patience(guard, PATIENCE)
    }

    /// The same with less patience, for tests.
    pub fn with_patience(guard: Guard, patience: Duration) -> Result<Self, reqwest::Error> {
        let outbound = Outbound::with_timeout(guard, patience)?;
        Ok(Self { outbound })
    }

    /// Posts `{"params": …, "results": {}}`; the answer is what the function leaves, which is not read yet.
    ///
    /// # Errors
    /// If there is no answer of a 2xx that is a JSON object.
    pub async fn ask(&self, url: &str, params: Map) -> Result<Map, FunctionError> {
        let request = Request {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("accept".to_owned(), "application/json".to_owned()),
            ],
            body: json!({ "params": params, "results": {} }).to_string(),
        };
        let answer = self
            .outbound
            .ask(request, LARGEST_ANSWER)
            .await
            .map_err(|error| match error {
                AskError::Send(SendError::TimedOut) => FunctionError::TimedOut,
                AskError::TooLarge(_) => FunctionError::bad_output(&error.to_string()),
                AskError::Send(_) | AskError::Status(_) => FunctionError::unreachable(&error.to_string()),
            })?;
        match serde_json::from_slice(&answer) {
            Ok(Value::Object(left)) => Ok(left),
            _ => Err(FunctionError::bad_output("the answer is no JSON object")),
        }
    }
}
