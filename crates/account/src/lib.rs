//! The account API: stands for `https://api.account.truora.com`.
//!
//! It is what the other services share: keys, hooks and reports are served by some of them too ([`keys_api`],
//! [`hooks_api`], [`reports_api`]).

pub mod handlers;
pub mod wire;

use axum::Router;
use cotejo_httpkit::{
    ApiState,
    error::{ErrorBody, FieldErrorSchema},
    router,
    spec::KeyScheme,
};
use handlers::{
    api_keys, audit, audit_export, batches, billing_hubs, deliveries, events, hooks, reports, roles, rules,
    sandbox, sessions, terms, users,
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Port of the service on a developer's machine.
pub const PORT: u16 = 4004;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cotejo account API",
        description = "Keys, people, events, webhooks, rules, audit, and the sandbox's controls.",
        license(name = "Apache-2.0")
    ),
    servers((url = "http://127.0.0.1:4004")),
    tags(
        (name = "API keys"),
        (name = "Events"),
        (name = "Hooks"),
        (name = "Reports"),
        (name = "Batches"),
        (name = "Rules"),
        (name = "Users"),
        (name = "Account"),
        (name = "Audit"),
        (name = "Sandbox"),
    ),
    security(("key" = [])),
    components(schemas(ErrorBody, FieldErrorSchema)),
    modifiers(&KeyScheme)
)]
struct Spec;

/// The routes of keys, which connect serves too.
pub fn keys_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(
        api_keys::create_api_key,
        api_keys::list_api_keys,
        api_keys::update_api_key,
        api_keys::delete_api_key
    ))
}

/// The routes of hooks, which checks serves too.
pub fn hooks_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(hooks::create_hook, hooks::list_hooks))
        .routes(routes!(hooks::get_hook, hooks::update_hook, hooks::delete_hook))
        .routes(routes!(hooks::rotate_hook_key))
        .routes(routes!(hooks::test_hook))
        .routes(routes!(hooks::replay_hook_events))
        .routes(routes!(deliveries::list_hook_deliveries))
        .routes(routes!(deliveries::redeliver))
}

/// The routes of batches, which checks serves too.
pub fn batches_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(batches::create_batch))
        .routes(routes!(batches::get_batch, batches::stop_batch))
        .routes(routes!(batches::start_batch))
        .routes(routes!(batches::request_batch_report, batches::get_batch_report))
}

/// The routes of links to upload by, which checks serves too.
pub fn uploads_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(batches::upload_batch_file))
}

/// The routes of reports, which checks serves too.
pub fn reports_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(reports::create_report, reports::list_reports))
        .routes(routes!(reports::get_report))
}

/// The routes that need a key, each with its operation.
pub fn api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Spec::openapi())
        .merge(keys_api())
        .merge(hooks_api())
        .merge(reports_api())
        .merge(batches_api())
        .routes(routes!(events::list_events))
        .routes(routes!(events::list_event_types))
        .routes(routes!(rules::create_rule, rules::list_rules))
        .routes(routes!(rules::get_rule, rules::update_rule, rules::delete_rule))
        .routes(routes!(rules::try_rule))
        .routes(routes!(rules::list_rule_firings))
        .routes(routes!(users::invite_user, users::list_users))
        .routes(routes!(users::update_user, users::delete_user))
        .routes(routes!(roles::list_roles, roles::create_role))
        .routes(routes!(
            billing_hubs::create_billing_hub,
            billing_hubs::list_billing_hubs
        ))
        .routes(routes!(terms::accept_override_terms))
        .routes(routes!(terms::get_consent_terms))
        .routes(routes!(audit::list_audit_entries))
        .routes(routes!(audit::list_audit_checkpoints))
        .routes(routes!(audit_export::export_audit))
        .routes(routes!(sandbox::list_scenarios))
        .routes(routes!(sandbox::get_clock, sandbox::advance_clock))
        .routes(routes!(sandbox::list_outbox, sandbox::clear_outbox))
        .routes(routes!(
            sandbox::create_fault,
            sandbox::list_faults,
            sandbox::clear_faults
        ))
}

/// The routes of people who have no key yet, and of links that need none.
pub fn open_api() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(sessions::create_session, sessions::delete_session))
        .routes(routes!(sessions::accept_invitation))
        .merge(uploads_api())
}

/// The service's description: all of its routes.
pub fn spec() -> utoipa::openapi::OpenApi {
    api().merge(open_api()).into_openapi()
}

/// The service.
pub fn service(state: ApiState) -> Router {
    router::service_with_open(api(), open_api(), state)
}
