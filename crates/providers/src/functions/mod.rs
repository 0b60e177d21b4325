//! What runs cloud functions: the port, scripts in a process of their own, and servers of clients behind HTTP.
//!
//! Both kinds run code of a client. A script gets a process that can do nothing but compute, and not for long; a server is
//! called through the same guard as a hook. What either leaves is read by `domain::functions`.

mod http;
mod script;

use std::sync::Arc;

use async_trait::async_trait;
use cotejo_domain::functions::{Code, Function, FunctionError, Map, Output};

pub use http::HttpFunctions;
pub use script::{AT_ONCE, PROGRAM, ScriptFunctions};

use crate::outbound::Guard;

/// Something that runs functions.
#[async_trait]
pub trait Functions: Send + Sync + 'static {
    /// Runs a function over `params`. It may be run again over the same after a crash of ours, so that a server should
    /// mind being asked twice as little as a script does.
    async fn run(&self, function: &Function, params: Map) -> Result<Output, FunctionError>;

    /// Whether a function can be read, without running it.
    ///
    /// # Errors
    /// What is wrong with its script; a function that is a server is not asked.
    async fn check(&self, function: &Function) -> Result<(), FunctionError>;
}

/// Runs functions of both kinds, each where it belongs.
pub struct Runner {
    scripts: Option<Arc<ScriptFunctions>>,
    http: HttpFunctions,
}

impl Runner {
    /// A runner; without `scripts` those are not configured. `guard` says where servers may be. Like every HTTP client
    /// here it needs the process's TLS provider installed before.
    pub fn new(scripts: Option<Arc<ScriptFunctions>>, guard: Guard) -> Result<Self, reqwest::Error> {
        Ok(Self {
            scripts,
            http: HttpFunctions::new(guard)?,
        })
    }
}

#[async_trait]
impl Functions for Runner {
    async fn run(&self, function: &Function, params: Map) -> Result<Output, FunctionError> {
        let left = match (&function.code, &self.scripts) {
            (Code::Http { url }, _) => self.http.ask(url, params).await?,
            (Code::Script { source }, Some(scripts)) => scripts.run(source, params).await?,
            (Code::Script { .. }, None) => return Err(FunctionError::NotConfigured),
        };
        Output::parse(left)
    }

    async fn check(&self, function: &Function) -> Result<(), FunctionError> {
        match (&function.code, &self.scripts) {
            (Code::Script { source }, Some(scripts)) => scripts.check(source).await,
            // What does not run scripts cannot say anything of one.
            (Code::Script { .. } | Code::Http { .. }, _) => Ok(()),
        }
    }
}
