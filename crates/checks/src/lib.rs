//! The checks API: stands for `https://api.checks.truora.com`.

pub mod handlers;
pub mod wire;

use axum::Router;
use cotejo_httpkit::{
    ApiState,
    error::{ErrorBody, FieldErrorSchema},
    router,
    spec::KeyScheme,
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use handlers::{
    check_pdf, continuous, create_check, custom_types, delete_check, download_file, get_check,
    get_database_health, list_check_details, list_checks, screening, settings, tell_check,
};

/// Port of the service on a developer's machine.
pub const PORT: u16 = 4001;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cotejo checks API",
        description = "Background checks on people, companies and vehicles. Speaks Truora's checks API.",
        license(name = "Apache-2.0")
    ),
    servers((url = "http://127.0.0.1:4001")),
    tags(
        (name = "Checks"),
        (name = "Custom types"),
        (name = "Settings"),
        (name = "Continuous checks"),
        (name = "Reports"),
        (name = "Batches"),
        (name = "Screening"),
        (name = "Health"),
        (name = "Hooks"),
    ),
    security(("key" = [])),
    components(schemas(ErrorBody, FieldErrorSchema)),
    modifiers(&KeyScheme)
)]
struct Spec;

/// The routes, each with its operation.
pub fn api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Spec::openapi())
        .routes(routes!(create_check::create_check, list_checks::list_checks))
        .routes(routes!(get_check::get_check, delete_check::delete_check))
        .routes(routes!(list_check_details::list_check_details))
        .routes(routes!(tell_check::summarize_check))
        .routes(routes!(check_pdf::create_check_pdf, check_pdf::get_check_pdf))
        .routes(routes!(tell_check::get_check_variables))
        .routes(routes!(tell_check::list_check_attachments))
        .routes(routes!(
            custom_types::create_custom_type,
            custom_types::update_custom_type,
            custom_types::list_custom_types,
            custom_types::delete_custom_type
        ))
        .routes(routes!(settings::create_settings, settings::get_settings))
        .routes(routes!(
            continuous::create_continuous_check,
            continuous::list_continuous_checks
        ))
        .routes(routes!(
            continuous::get_continuous_check,
            continuous::update_continuous_check
        ))
        .routes(routes!(continuous::list_continuous_check_history))
        .routes(routes!(screening::list_hits))
        .routes(routes!(screening::create_exception, screening::list_exceptions))
        .routes(routes!(screening::get_exception, screening::revoke_exception))
        .routes(routes!(screening::list_watchlists))
        .routes(routes!(get_database_health::get_database_health))
        .routes(routes!(get_database_health::get_database_health_alias))
        .merge(cotejo_account::reports_api())
        .merge(cotejo_account::batches_api())
        .merge(cotejo_account::hooks_api())
}

/// The routes behind links, which need no key.
pub fn open_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(download_file::download_file))
        .routes(routes!(check_pdf::verify_document))
        .merge(cotejo_account::uploads_api())
}

/// The service's description: all of its routes.
pub fn spec() -> utoipa::openapi::OpenApi {
    api().merge(open_api()).into_openapi()
}

/// The service.
pub fn service(state: ApiState) -> Router {
    router::service_with_open(api(), open_api(), state)
}
