//! The digital identity API: stands for `https://api.connect.truora.com` and `https://api.identity.truora.com`.
//!
//! It serves keys, too, as the account API does: the vendor's reference prints them here.

pub mod customer_wire;
pub mod handlers;
pub mod trustx_wire;
pub mod wire;

use axum::Router;
use cotejo_httpkit::{
    ApiState, compat,
    error::{ErrorBody, FieldErrorSchema},
    router,
    spec::KeyScheme,
};
use handlers::{credas, customers, flows, overrides, processes, reviews, steps, trustx};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        RefOr,
        schema::{Object, OneOfBuilder, Schema, Type},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Port of the service on a developer's machine.
pub const PORT: u16 = 4003;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cotejo connect API",
        description = "Digital identity: flows, processes, reviews, overrides and customers. Speaks Truora's digital identity API.",
        license(name = "Apache-2.0")
    ),
    servers((url = "http://127.0.0.1:4003")),
    tags(
        (name = "API keys"),
        (name = "Flows"),
        (name = "Processes"),
        (name = "Steps"),
        (name = "Reviews"),
        (name = "Customers"),
        (name = "Credas"),
        (name = "TrustX"),
    ),
    security(("key" = [])),
    components(schemas(ErrorBody, FieldErrorSchema)),
    modifiers(&KeyScheme, &TextCodes)
)]
struct Spec;

/// Errors of processes, steps and flows spell their code as a text, the others as a number.
struct TextCodes;

impl Modify for TextCodes {
    fn modify(&self, spec: &mut utoipa::openapi::OpenApi) {
        let schemas = spec.components.get_or_insert_default();
        let Some(RefOr::T(Schema::Object(error))) = schemas.schemas.get_mut("Error") else {
            return;
        };
        let code = OneOfBuilder::new()
            .item(Object::with_type(Type::Integer))
            .item(Object::with_type(Type::String))
            .description(Some("10000 and the HTTP status"));
        error.properties.insert("code".to_owned(), code.into());
    }
}

/// The routes of flows, processes and steps, whose errors spell their code as a text.
fn identity_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(flows::create_flow, flows::list_flows))
        .routes(routes!(flows::get_flow, flows::update_flow, flows::delete_flow))
        .routes(routes!(flows::clone_flow))
        .routes(routes!(flows::restore_flow))
        .routes(routes!(processes::create_process, processes::list_processes))
        .routes(routes!(
            processes::get_process,
            steps::verify_identity,
            processes::delete_process
        ))
        .routes(routes!(processes::get_process_result))
        .routes(routes!(processes::get_process_validations))
        .routes(routes!(processes::get_process_variables))
        .routes(routes!(processes::get_process_pdf))
        .routes(routes!(steps::submit_step))
        .routes(routes!(steps::step_back))
        .routes(routes!(steps::process_back))
        .routes(routes!(steps::cancel_process))
        .routes(routes!(steps::add_verification))
        .routes(routes!(overrides::override_process_status))
        .routes(routes!(reviews::review_process))
}

/// The routes of customers.
fn customers_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(customers::list_customers))
        .routes(routes!(customers::get_customer))
        .routes(routes!(customers::list_customer_transactions))
        .routes(routes!(customers::get_customer_transaction))
        .routes(routes!(customers::merge_customers))
        .routes(routes!(customers::unmerge_customers))
}

/// The routes of the Credas face.
fn credas_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(credas::create_entity))
        .routes(routes!(credas::get_entity))
        .routes(routes!(credas::get_summary))
        .routes(routes!(credas::get_active_checks))
        .routes(routes!(credas::get_entry))
        .routes(routes!(credas::verify_liveness))
        .routes(routes!(credas::reject_liveness))
        .routes(routes!(credas::refer_liveness))
        .routes(routes!(credas::verify_document))
        .routes(routes!(credas::reject_document))
        .routes(routes!(credas::refer_document))
        .routes(routes!(credas::review_supporting_documents))
        .routes(routes!(credas::review_supporting_documents_alias))
}

/// The routes of the TrustX face.
fn trustx_api() -> OpenApiRouter<ApiState> {
    use trustx::{bearers, exports, instances, reviews, tokens, userdata};
    OpenApiRouter::new()
        .routes(routes!(bearers::issue_bearer))
        .routes(routes!(tokens::create_process_token))
        .routes(routes!(tokens::create_instance))
        .routes(routes!(tokens::start_process))
        .routes(routes!(instances::list_instances, tokens::start_instance))
        .routes(routes!(instances::search_instances))
        .routes(routes!(exports::stream_instances, exports::export_instances))
        .routes(routes!(
            instances::get_instance,
            reviews::review_instance,
            instances::delete_instance
        ))
        .routes(routes!(instances::get_instance_parameters))
        .routes(routes!(instances::get_instance_checks))
        .routes(routes!(instances::get_instance_timeline))
        .routes(routes!(reviews::pause_instance))
        .routes(routes!(reviews::resume_instance))
        .routes(routes!(exports::export_instance))
        .routes(routes!(userdata::get_userdata))
}

/// The routes that need a key, each with its operation.
pub fn api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Spec::openapi())
        .merge(cotejo_account::keys_api())
        .merge(identity_api())
        .merge(customers_api())
        .merge(credas_api())
        .merge(trustx_api())
        .routes(routes!(reviews::list_process_reviews))
        .routes(routes!(
            overrides::get_identity_settings,
            overrides::update_identity_settings
        ))
}

/// The service's description: all of its routes.
pub fn spec() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

/// The service.
pub fn service(state: ApiState) -> Router {
    router::service(api(), state).layer(axum::middleware::from_fn(compat::text_codes))
}
