//! Settings, `/v1/settings`.

use axum::{Json, extract::State, response::Response};
use cotejo_app::settings::SettingsBody;
use cotejo_httpkit::{ApiCommand, ApiResult, ApiState, Auth, answer::done, spec::Errors};

use crate::wire::SettingsInput;

/// Change the settings
///
/// Changes how checks of the account are carried out, those under way included. What is left out stays as it was.
#[utoipa::path(
    post,
    path = "/v1/settings",
    tag = "Settings",
    operation_id = "create_settings",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((SettingsInput = "application/x-www-form-urlencoded"), (SettingsInput = "application/json"))
    ),
    responses((status = 200, description = "The settings", body = SettingsBody), Errors)
)]
pub async fn create_settings(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.change_settings(&command).await?))
}

/// Get the settings
///
/// Returns how checks of the account are carried out.
#[utoipa::path(
    get,
    path = "/v1/settings",
    tag = "Settings",
    operation_id = "get_settings",
    responses((status = 200, description = "The settings", body = SettingsBody), Errors)
)]
pub async fn get_settings(
    State(state): State<ApiState>,
    Auth(caller): Auth,
) -> ApiResult<Json<SettingsBody>> {
    Ok(Json(state.app.get_settings(&caller).await?))
}
