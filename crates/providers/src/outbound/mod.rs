//! Calls to URLs that clients and operators gave: webhooks, functions, and the files of lists.
//!
//! Whoever may name a URL may make this deployment call it, so the road out is narrow. Its URL is read again
//! at each call, each address that its name means is shown to the [`Guard`], and the connection is made to
//! one of those addresses and no other: between judging and connecting nothing is resolved again. Redirects
//! of a webhook are answers and are not followed, no proxy of the environment is asked, and of an answer only
//! the [`Response`]'s head is read. A function's answer is read whole. So is a file, and its redirects are followed
//! as URLs of their own.

mod ask;
mod body;
mod download;
mod guard;
mod response;

use std::{error::Error, io, net::SocketAddr, time::Duration};

use reqwest::{
    Client, Method,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderName, HeaderValue},
    redirect::Policy,
};
use tokio::time::Instant;
use url::Url;

pub use ask::AskError;
pub use download::DownloadError;
pub use guard::{Guard, InvalidCidrs, LONGEST_URL, UrlError};
pub use response::Response;

/// How long a receiver has until its answer's headers are there.
pub const TIMEOUT: Duration = Duration::from_secs(15);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Headers that say where a request ends and what becomes of its connection. The HTTP client writes them; a
/// second opinion could make one request look like two.
const OF_THE_CONNECTION: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What is called. It has no `Debug`, because its headers carry credentials and its body personal data.
#[derive(Clone)]
pub struct Request {
    /// The method, in capital letters.
    pub method: String,
    /// The URL, as the client gave it.
    pub url: String,
    /// All headers but those of the connection; the content type is among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// A call that was made, or tried.
#[derive(Debug)]
pub struct Sent {
    /// How long it took, until the beginning of the answer's body was read.
    pub elapsed: Duration,
    /// What came of it.
    pub outcome: Result<Response, SendError>,
}

/// Why there is no answer. The texts are ours and may be shown to the client: nothing of the receiver is in
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The host is, or its name means, nothing but addresses that are not permitted.
    #[error("the address is not permitted")]
    Refused,
    /// Its name means nothing.
    #[error("the host's name could not be resolved")]
    Unresolved,
    /// No address of it takes connections.
    #[error("no connection could be made")]
    Connect,
    /// There was no answer in time.
    #[error("there was no answer in time")]
    TimedOut,
    /// A certificate that is not trusted, or no TLS at all.
    #[error("the TLS handshake failed")]
    Tls,
    /// The connection broke, or what came was no HTTP.
    #[error("the connection broke or the answer was not HTTP")]
    Broken,
    /// The request cannot be made of what was given; no attempt can be better.
    #[error("the request could not be built: {0}")]
    Unusable(&'static str),
}

/// Calls URLs that clients gave. One serves the whole process and keeps its connections.
pub struct Outbound {
    client: Client,
    guard: Guard,
}

impl Outbound {
    /// A caller that asks the guard. Like every HTTP client here it needs the process's TLS provider
    /// installed before.
    pub fn new(guard: Guard) -> Result<Self, reqwest::Error> {
        Self::with_timeout(guard, TIMEOUT)
    }

    /// A caller with less patience, for tests.
    pub fn with_timeout(guard: Guard, timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Resolver(guard.clone()))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(timeout)
            .tcp_nodelay(true)
            .user_agent(concat!("Cotejo/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, guard })
    }

    /// Makes one call.
    pub async fn send(&self, request: Request) -> Sent {
        let start = Instant::now();
        let outcome = self.exchange(request).await;
        Sent {
            elapsed: start.elapsed(),
            outcome,
        }
    }

    async fn exchange(&self, request: Request) -> Result<Response, SendError> {
        let response = self.execute(self.build(request)?).await?;
        Ok(Response::read(response).await)
    }

    async fn execute(&self, request: reqwest::Request) -> Result<reqwest::Response, SendError> {
        self.client
            .execute(request)
            .await
            .map_err(|error| SendError::of(&error))
    }

    /// A URL is checked here although it was when it was stored: what is allowed may have changed since,
    /// and the resolver never sees a host that is an address.
    fn guarded(&self, url: &str) -> Result<Url, SendError> {
        self.guard.check_url(url).map_err(|error| match error {
            UrlError::NotPermitted => SendError::Refused,
            UrlError::TooLong | UrlError::NotHttp | UrlError::UserInfo | UrlError::Port => {
                SendError::Unusable("its URL cannot be called")
            }
        })
    }

    fn build(&self, request: Request) -> Result<reqwest::Request, SendError> {
        let url = self.guarded(&request.url)?;
        let method = match request.method.parse() {
            Ok(method) if method != Method::CONNECT => method,
            _ => return Err(SendError::Unusable("its method is none")),
        };
        let mut built = reqwest::Request::new(method, url);
        for (name, value) in &request.headers {
            let (name, value) = header(name, value)?;
            built.headers_mut().append(name, value);
        }
        *built.body_mut() = Some(request.body.into());
        Ok(built)
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), SendError> {
    let name: HeaderName = name
        .parse()
        .map_err(|_| SendError::Unusable("the name of a header is none"))?;
    if OF_THE_CONNECTION.contains(&name.as_str()) {
        return Err(SendError::Unusable("a header belongs to the connection"));
    }
    let value = value
        .parse()
        .map_err(|_| SendError::Unusable("the value of a header is none"))?;
    Ok((name, value))
}

/// Resolves names to addresses that the guard permits.
struct Resolver(Guard);

/// A name means nothing but addresses that are not permitted.
#[derive(Debug, thiserror::Error)]
#[error("no address of the name is permitted")]
struct NotPermitted;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted: Vec<SocketAddr> = found.filter(|found| guard.permits(found.ip())).collect();
            if permitted.is_empty() {
                return Err(NotPermitted.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

impl SendError {
    fn of(error: &reqwest::Error) -> Self {
        // The order matters: a name that is refused is also one that was not resolved, and both are also
        // connections that were not made.
        let kinds = [
            (caused_by(error, <dyn Error>::is::<NotPermitted>), Self::Refused),
            (error.is_timeout(), Self::TimedOut),
            (error.is_dns(), Self::Unresolved),
            (error.is_connect() && caused_by(error, is_handshake), Self::Tls),
            (error.is_connect(), Self::Connect),
            (error.is_builder(), Self::Unusable("its URL cannot be called")),
        ];
        kinds
            .into_iter()
            .find_map(|(applies, kind)| applies.then_some(kind))
            .unwrap_or(Self::Broken)
    }
}

/// Whether something under the error is so. An [`io::Error`] that wraps another one does not give it as its
/// source.
fn caused_by(error: &reqwest::Error, so: impl Fn(&(dyn Error + 'static)) -> bool) -> bool {
    let mut next = Some(error as &(dyn Error + 'static));
    while let Some(cause) = next {
        if so(cause) {
            return true;
        }
        let wrapped = cause.downcast_ref().and_then(io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    false
}

/// While a connection is made, only TLS reads: data that are wrong or end early are its.
fn is_handshake(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolved(cidrs: &str) -> Option<Vec<SocketAddr>> {
        let resolver = Resolver(Guard::parse(cidrs).unwrap());
        match resolver.resolve("localhost".parse().unwrap()).await {
            Ok(found) => Some(found.collect()),
            Err(error) => {
                assert!(error.is::<NotPermitted>(), "{error}");
                None
            }
        }
    }

    #[tokio::test]
    async fn a_name_is_resolved_to_what_is_permitted() {
        assert_eq!(resolved("").await, None);
        assert_eq!(resolved("10.0.0.0/8").await, None);
        let found = resolved("127.0.0.0/8").await.unwrap();
        assert!(
            !found.is_empty() && found.iter().all(SocketAddr::is_ipv4),
            "{found:?}"
        );
    }
}
