//! Terms: what the account agreed to, and what persons are asked to agree to.

use axum::{Json, extract::State, response::Response};
use cotejo_app::{consent::ConsentTerms, terms::AcceptedTerms};
use cotejo_domain::processes::consent::TermsKey;
use cotejo_httpkit::{ApiCommand, ApiQuery, ApiResult, ApiState, Auth, PathId, answer::done, spec::Errors};

use crate::wire::AcceptTermsInput;

/// Accept the terms of the status override
///
/// The agreement without which nobody can be granted `identity.processes.override.status`. Only an administrator
/// can agree.
#[utoipa::path(
    post,
    path = "/v1/terms/override",
    tag = "Account",
    operation_id = "accept_override_terms",
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "The same key, route and body answers the same for 24 \
            hours"),
    ),
    request_body(
        content((AcceptTermsInput = "application/x-www-form-urlencoded"), (AcceptTermsInput = "application/json"))
    ),
    responses((status = 200, description = "The agreement", body = AcceptedTerms), Errors)
)]
pub async fn accept_override_terms(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    Ok(done(state.app.accept_override_terms(&command).await?))
}

/// Read consent terms
///
/// The words to which a person agrees before anything is asked, with the companies that ask filled in: `CO.name=Acme` and
/// `CO.nit=900123456` for Colombia, `ALL.name` for any country. The account's own name stands where none is given.
#[utoipa::path(
    get,
    path = "/v1/consent-terms/{terms_id}",
    tag = "Account",
    operation_id = "get_consent_terms",
    params(
        ("terms_id" = String, Path, description = "Terms ID, `default-basic` or `default-items`", example = "default-basic"),
        ("ALL.name" = Option<String>, Query, description = "Name of the company; also with a country, as in `CO.name`"),
        ("ALL.nit" = Option<String>, Query, description = "Its tax number; also with a country, as in `CO.nit`"),
        ("terms" = Option<bool>, Query, description = "Whether the words are wanted"),
    ),
    responses((status = 200, description = "The terms", body = ConsentTerms), Errors)
)]
pub async fn get_consent_terms(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(key): PathId<TermsKey>,
    ApiQuery(query): ApiQuery,
) -> ApiResult<Json<ConsentTerms>> {
    Ok(Json(state.app.consent_terms(&caller, key, &query)?))
}
