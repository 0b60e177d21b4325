//! The validations API: stands for `https://api.validations.truora.com`.

pub mod handlers;
pub mod wire;

use axum::{Router, extract::DefaultBodyLimit};
use cotejo_httpkit::{
    ApiState,
    error::{ErrorBody, FieldErrorSchema},
    router,
    spec::KeyScheme,
};
use handlers::{accounts, config, enrollments, files, reviews, sdk, validations};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Port of the service on a developer's machine.
pub const PORT: u16 = 4002;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cotejo validations API",
        description = "Validates documents, faces, phones and e-mail addresses. Speaks Truora's validators API.",
        license(name = "Apache-2.0")
    ),
    servers((url = "http://127.0.0.1:4002")),
    tags(
        (name = "Accounts"),
        (name = "Enrollments"),
        (name = "Validations"),
        (name = "Files"),
        (name = "Config"),
        (name = "Reviews"),
        (name = "Status"),
    ),
    security(("key" = [])),
    components(schemas(ErrorBody, FieldErrorSchema)),
    modifiers(&KeyScheme)
)]
struct Spec;

/// Longest request of a picture: what a document may have, as Base64.
const LONGEST_PICTURE: usize = 28 * 1024 * 1024;

/// The route that takes a picture within a request.
fn pictures_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(sdk::evaluate_image))
        .layer(DefaultBodyLimit::max(LONGEST_PICTURE))
}

/// The routes that need a key, each with its operation.
pub fn api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Spec::openapi())
        .routes(routes!(accounts::create_account, accounts::list_accounts))
        .routes(routes!(accounts::get_account))
        .routes(routes!(accounts::list_account_enrollments))
        .routes(routes!(
            validations::create_account_validation,
            validations::list_account_validations
        ))
        .routes(routes!(
            validations::get_account_validation,
            validations::perform_account_validation
        ))
        .routes(routes!(enrollments::create_enrollment))
        .routes(routes!(
            enrollments::get_enrollment,
            enrollments::delete_enrollment
        ))
        .routes(routes!(
            validations::create_validation,
            validations::list_validations
        ))
        .routes(routes!(
            validations::get_validation,
            validations::perform_validation
        ))
        .routes(routes!(
            config::get_validator_config,
            config::update_validator_config,
            config::delete_validator_config
        ))
        .routes(routes!(config::get_document_selection))
        .merge(pictures_api())
        .routes(routes!(sdk::log_sdk_events))
        .routes(routes!(sdk::get_status))
        .routes(routes!(reviews::list_validation_reviews))
        .routes(routes!(
            reviews::get_review_schedule,
            reviews::update_review_schedule
        ))
        .routes(routes!(reviews::get_review))
        .routes(routes!(reviews::review_validation))
}

/// The routes of links, which need no key.
pub fn open_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(files::upload_validation_file))
        .routes(routes!(files::upload_enrollment_file))
        .routes(routes!(files::download_file))
}

/// The service's description: all of its routes.
pub fn spec() -> utoipa::openapi::OpenApi {
    api().merge(open_api()).into_openapi()
}

/// The service.
pub fn service(state: ApiState) -> Router {
    router::service_with_open(api(), open_api(), state)
}
