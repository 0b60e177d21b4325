//! Who calls: the key in the header, its record, its limit.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use cotejo_app::{AppError, access::Caller};
use cotejo_domain::{clients::ClientKind, faults::Spec};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use uuid::Uuid;

use crate::{ApiError, ApiState, compat};

type Limiter = RateLimiter<Uuid, DefaultKeyedStateStore<Uuid>, DefaultClock, StateInformationMiddleware>;

/// Requests a second that a live client's key may make of this process; a sandbox client's are not limited.
#[derive(Clone, Default)]
pub struct Limits(Option<(NonZeroU32, Arc<Limiter>)>);

impl Limits {
    /// A limit per key, shared evenly by the replicas of a service; 0 is none.
    pub fn per_second(limit: u32, replicas: u32) -> Self {
        let share = NonZeroU32::new(limit.div_ceil(replicas.max(1)));
        Self(share.map(|share| {
            let limiter =
                RateLimiter::keyed(Quota::per_second(share)).with_middleware::<StateInformationMiddleware>();
            (share, Arc::new(limiter))
        }))
    }

    /// Counts a request; says what the headers are to say, those of a refusal too.
    fn count(&self, caller: &Caller) -> Result<Option<RateHeaders>, (RateHeaders, AppError)> {
        let Some((limit, limiter)) = &self.0 else {
            return Ok(None);
        };
        if caller.client().kind == ClientKind::Sandbox {
            return Ok(None);
        }
        match limiter.check_key(&caller.key.id) {
            Ok(left) => {
                let remaining = left.remaining_burst_capacity();
                Ok(Some(RateHeaders {
                    limit: limit.get(),
                    remaining,
                    reset: u64::from(remaining == 0),
                }))
            }
            Err(over) => {
                let retry_after = over
                    .wait_time_from(DefaultClock::default().now())
                    .max(Duration::from_secs(1));
                let headers = RateHeaders {
                    limit: limit.get(),
                    remaining: 0,
                    reset: retry_after.as_secs(),
                };
                Err((
                    headers,
                    AppError::TooMany {
                        message: "max rate limit reached".to_owned(),
                        retry_after,
                    },
                ))
            }
        }
    }
}

/// Attempts to sign in or to accept an invitation that an address may make in a minute: a password is tried slowly on
/// purpose, and who tries many must not keep others waiting.
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// Counts the attempts of each address.
#[derive(Clone)]
pub struct Attempts(Arc<DefaultKeyedRateLimiter<String>>);

impl Default for Attempts {
    fn default() -> Self {
        Self(Arc::new(RateLimiter::keyed(Quota::per_minute(ATTEMPTS))))
    }
}

impl Attempts {
    /// Counts an attempt; one too many is refused. Where no address is known, nothing is counted.
    pub fn count(&self, origin: &str) -> Result<(), AppError> {
        if origin.is_empty() {
            return Ok(());
        }
        self.0
            .check_key(&origin.to_owned())
            .map_err(|over| AppError::TooMany {
                message: "max rate limit reached".to_owned(),
                retry_after: over
                    .wait_time_from(DefaultClock::default().now())
                    .max(Duration::from_secs(1)),
            })
    }
}

struct RateHeaders {
    limit: u32,
    remaining: u32,
    reset: u64,
}

impl RateHeaders {
    fn add(&self, headers: &mut HeaderMap) {
        headers.insert("ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("ratelimit-remaining", HeaderValue::from(self.remaining));
        headers.insert("ratelimit-reset", HeaderValue::from(self.reset));
    }
}

/// Lets a request pass whose key is good, and notes who calls. Stands before every route that needs a key.
pub async fn require_key(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    // Owned: a body is not `Sync`, so that no borrow of the request may live across an await.
    let key = compat::key(request.headers()).map(str::to_owned);
    let admitted = async {
        state
            .app
            .authenticate(key.ok_or(AppError::Unauthenticated)?.trim())
            .await
    };
    let caller = match admitted.await {
        Ok(caller) => caller,
        Err(error) => return ApiError::App(error).into_response(),
    };
    let (rate, mut response) = match state.limits.count(&caller) {
        Err((rate, error)) => (Some(rate), ApiError::App(error).into_response()),
        Ok(rate) => {
            tracing::Span::current().record("client.id", tracing::field::display(caller.client().id));
            let asked = (request.method().clone(), request.uri().path().to_owned());
            match struck(&state, &caller, asked.0.as_str(), &asked.1).await {
                Some(error) => (rate, error.into_response()),
                None => {
                    request.extensions_mut().insert(caller);
                    (rate, next.run(request).await)
                }
            }
        }
    };
    if let Some(rate) = rate {
        rate.add(response.headers_mut());
    }
    response
}

/// What a sandbox client has go wrong with a route: an error, or a wait before the answer. The sandbox's own routes are
/// spared, so that a fault can always be cleared.
async fn struck(state: &ApiState, caller: &Caller, method: &str, path: &str) -> Option<ApiError> {
    let client = caller.client();
    if client.faults.is_empty() || path.starts_with("/v1/sandbox") {
        return None;
    }
    let fault = match state
        .app
        .strike(client, |fault| fault.strikes_route(method, path))
        .await
    {
        Ok(fault) => fault?,
        Err(error) => return Some(ApiError::App(error)),
    };
    let Spec::Route { status, delay_ms, .. } = &fault.spec else {
        return None;
    };
    tokio::time::sleep(Duration::from_millis(u64::from(*delay_ms))).await;
    status.map(ApiError::Fault)
}

/// The caller of a route that needs a key.
#[derive(Debug, Clone)]
pub struct Auth(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for Auth {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts
            .extensions
            .get::<Caller>()
            .cloned()
            .map(Self)
            .ok_or(ApiError::App(AppError::Unauthenticated))
    }
}
