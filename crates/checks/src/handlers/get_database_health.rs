//! GET /v1/health, and its older path.

use axum::{Json, extract::State};
use cotejo_app::checks::health::HealthBody;
use cotejo_httpkit::{ApiQuery, ApiResult, ApiState, Auth, spec::Errors};

/// Get the health of databases
///
/// Tells hour by hour how the sources of a country answered. The current time asks for the current hour, an earlier
/// time of today for the hours of today so far, a past day for its 24 hours.
#[utoipa::path(
    get,
    path = "/v1/health",
    tag = "Health",
    operation_id = "get_database_health",
    params(
        ("country" = String, Query, description = "Country of the databases"),
        ("unixTimestampSeconds" = i64, Query, description = "A time of the day that is asked for"),
        ("unixtimezoneOffsetSeconds" = i64, Query, description = "The caller's offset from UTC, such as -18000"),
    ),
    responses((status = 200, description = "One entry a database", body = Vec<HealthBody>), Errors)
)]
pub async fn get_database_health(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Json<Vec<HealthBody>>> {
    Ok(Json(state.app.database_health(&caller, &query).await?))
}

/// Get the health of databases, by its older path
#[utoipa::path(
    get,
    path = "/v1/checks/health",
    tag = "Health",
    operation_id = "get_database_health_alias",
    params(
        ("country" = String, Query, description = "Country of the databases"),
        ("unixTimestampSeconds" = i64, Query, description = "A time of the day that is asked for"),
        ("unixtimezoneOffsetSeconds" = i64, Query, description = "The caller's offset from UTC, such as -18000"),
    ),
    responses((status = 200, description = "One entry a database", body = Vec<HealthBody>), Errors)
)]
pub async fn get_database_health_alias(
    state: State<ApiState>,
    caller: Auth,
    query: ApiQuery,
) -> ApiResult<Json<Vec<HealthBody>>> {
    get_database_health(state, caller, query).await
}
