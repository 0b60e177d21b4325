//! What every router has around its routes.

use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use cotejo_app::{App, AppError};
use tower::{Layer as _, ServiceBuilder, util::MapRequest};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;
use utoipa_axum::router::OpenApiRouter;

use crate::{ApiError, ApiState, access::require_key, compat, extract::LARGEST_BODY};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest time that an answer may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// The same where a file arrives with the request: lines are slow.
const UPLOAD_DEADLINE: Duration = Duration::from_secs(15 * 60);

/// A service: the routes of an API that need a key, with health, limits, errors and logs around them.
pub fn service(api: OpenApiRouter<ApiState>, state: ApiState) -> Router {
    service_with_open(api, OpenApiRouter::new(), state)
}

/// The same with routes that need none.
pub fn service_with_open(
    api: OpenApiRouter<ApiState>,
    open: OpenApiRouter<ApiState>,
    state: ApiState,
) -> Router {
    let app = state.app.clone();
    let (routes, _) = api.split_for_parts();
    let (open, _) = open.split_for_parts();
    // A layer of routes alone: an unknown route is unknown with or without a key.
    let routes = if routes.has_routes() {
        routes.route_layer(from_fn_with_state(state.clone(), require_key))
    } else {
        routes
    };
    let around = ServiceBuilder::new()
        .layer(from_fn(observe))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(deadline))
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    routes
        .merge(open)
        .with_state(state)
        .merge(health(app))
        .fallback(compat::unknown_route)
        .method_not_allowed_fallback(compat::unknown_route)
        .layer(around)
}

/// Health alone, for programs without an API.
pub fn health(app: App) -> Router {
    let ready = move || {
        let app = app.clone();
        async move { readiness(&app).await }
    };
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
}

async fn readiness(app: &App) -> Response {
    match tokio::time::timeout(Duration::from_secs(2), app.is_ready()).await {
        Ok(Ok(true)) => "ready".into_response(),
        Ok(Ok(false)) => not_ready("the database has an older schema: run `cotejo migrate`"),
        Ok(Err(_)) | Err(_) => not_ready("the database does not answer"),
    }
}

fn not_ready(reason: &'static str) -> Response {
    (axum::http::StatusCode::SERVICE_UNAVAILABLE, reason).into_response()
}

/// A router behind the tolerance for slashes, which has to come before routing.
pub fn tolerant(router: Router) -> MapRequest<Router, fn(Request) -> Request> {
    fn tolerate(mut request: Request) -> Request {
        if let Some(uri) = compat::tolerated(request.uri()) {
            *request.uri_mut() = uri;
        }
        request
    }
    tower::util::MapRequestLayer::new(tolerate as fn(Request) -> Request).layer(router)
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    ApiError::App(AppError::internal("a handler panicked")).into_response()
}

async fn deadline(request: Request, next: Next) -> Response {
    let upload = request.method() == Method::PUT && request.uri().path().ends_with("/file");
    let longest = if upload { UPLOAD_DEADLINE } else { DEADLINE };
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::App(AppError::internal("a request took too long")).into_response(),
    }
}

/// Gives the request an id, a span and its place in the metrics.
async fn observe(mut request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .filter(|id| id.len() <= 128)
        .cloned()
        .or_else(|| HeaderValue::from_str(&request_id()).ok());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unknown", MatchedPath::as_str)
        .to_owned();
    let method = method_label(request.method());
    let span = tracing::info_span!(
        "request",
        request.id = id.as_ref().and_then(|id| id.to_str().ok()),
        http.method = method,
        http.route = route,
        client.id = tracing::field::Empty,
    );
    if let Some(id) = &id {
        request.headers_mut().insert(REQUEST_ID, id.clone());
    }
    let begun = std::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (took, status) = (begun.elapsed(), response.status().as_u16());
    span.in_scope(|| tracing::debug!(http.status = status, elapsed_us = took.as_micros(), "answered"));
    metrics::histogram!(
        "cotejo_http_seconds", "route" => route, "method" => method, "status" => status.to_string()
    )
    .record(took.as_secs_f64());
    if let Some(id) = id {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The method as a label. Callers may invent methods, and each label is kept for ever.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// An id for a request that came without one. It names a line of a log, nothing depends on it.
fn request_id() -> String {
    use cotejo_domain::{
        ids::{Ids as _, SystemIds},
        time::{Clock as _, SystemClock},
    };
    SystemIds.uuid(SystemClock.now()).simple().to_string()
}
