//! The Credas face: entities, and the overrides of their entries' parts (seed 002).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use cotejo_app::processes::credas::{
    entities::EntityBody,
    entries::{ActiveCheckBody, EntryBody, SummaryBody},
    overrides::Verb,
};
use cotejo_domain::ids::Guid;
use cotejo_httpkit::{
    ApiCommand, ApiResult, ApiState, Auth, PathChain, PathId, PathIds,
    answer::{done_masked, masked},
    spec::Errors,
};

use crate::wire::{EntityInput, ReasonInput, SupportingReviewInput};

/// Create entity
///
/// Adds a person. Two of one reference are two.
#[utoipa::path(
    post,
    path = "/api/v2/ci/entities",
    tag = "Credas",
    operation_id = "credas_create_entity",
    request_body(content((EntityInput = "application/json"))),
    responses((status = 201, description = "The person", body = EntityBody), Errors)
)]
pub async fn create_entity(
    State(state): State<ApiState>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    done_masked(state.app.create_entity(&command).await?, &key)
}

/// Get entity
///
/// Returns a person with the processes.
#[utoipa::path(
    get,
    path = "/api/v2/ci/entities/{entityId}",
    tag = "Credas",
    operation_id = "credas_get_entity",
    params(("entityId" = String, Path, description = "Entity ID, a GUID")),
    responses((status = 200, description = "The person", body = EntityBody), Errors)
)]
pub async fn get_entity(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<Guid>,
) -> ApiResult<Response> {
    masked(&state.app.get_entity(&caller, id).await?, &caller.key)
}

/// Get summary
///
/// Returns everything about a person, part by part, with what people made of it.
#[utoipa::path(
    get,
    path = "/api/v2/ci/entities/{entityId}/summary",
    tag = "Credas",
    operation_id = "credas_entity_summary",
    params(("entityId" = String, Path, description = "Entity ID, a GUID")),
    responses((status = 200, description = "The summary", body = SummaryBody), Errors)
)]
pub async fn get_summary(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<Guid>,
) -> ApiResult<Response> {
    masked(&state.app.get_entity_summary(&caller, id).await?, &caller.key)
}

/// Get active checks
///
/// Returns what is under way about a person.
#[utoipa::path(
    get,
    path = "/api/v2/ci/entities/{entityId}/active-checks",
    tag = "Credas",
    operation_id = "credas_active_checks",
    params(("entityId" = String, Path, description = "Entity ID, a GUID")),
    responses((status = 200, description = "What is under way", body = Vec<ActiveCheckBody>), Errors)
)]
pub async fn get_active_checks(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathId(id): PathId<Guid>,
) -> ApiResult<Response> {
    Ok(Json(state.app.get_active_checks(&caller, id).await?).into_response())
}

/// Get entry
///
/// Returns one process of a person, part by part.
#[utoipa::path(
    get,
    path = "/api/v2/ci/entities/{entityId}/idv-entries/{entryId}",
    tag = "Credas",
    operation_id = "credas_get_entry",
    params(
        ("entityId" = String, Path, description = "Entity ID, a GUID"),
        ("entryId" = String, Path, description = "Entry ID, a GUID"),
    ),
    responses((status = 200, description = "The entry", body = EntryBody), Errors)
)]
pub async fn get_entry(
    State(state): State<ApiState>,
    Auth(caller): Auth,
    PathIds(id, entry): PathIds<Guid, Guid>,
) -> ApiResult<Response> {
    masked(&state.app.get_entry(&caller, id, entry).await?, &caller.key)
}

/// A handler of one of the overrides that differ by their verb alone.
macro_rules! liveness {
    ($name:ident, $path:literal, $operation:literal, $verb:expr, $title:literal) => {
        #[doc = $title]
        ///
        /// Has the liveness of an entry count as somebody looked at it. What was found stays beside.
        #[utoipa::path(
                            put,
                            path = $path,
                            tag = "Credas",
                            operation_id = $operation,
                            params(
                                ("entityId" = String, Path, description = "Entity ID, a GUID"),
                                ("entryId" = String, Path, description = "Entry ID, a GUID"),
                            ),
                            request_body(content((ReasonInput = "application/json"))),
                            responses((status = 200, description = "The entry", body = EntryBody), Errors)
                        )]
        pub async fn $name(
            State(state): State<ApiState>,
            PathIds(id, entry): PathIds<Guid, Guid>,
            ApiCommand(command): ApiCommand,
        ) -> ApiResult<Response> {
            let key = command.caller.key.clone();
            done_masked(
                state
                    .app
                    .override_liveness(&command, id, entry, $verb)
                    .await?,
                &key,
            )
        }
    };
}

liveness!(
    verify_liveness,
    "/api/v2/ci/entities/{entityId}/idv-entries/{entryId}/verify-liveness",
    "credas_verify_liveness",
    Verb::Verify,
    "Verify liveness"
);
liveness!(
    reject_liveness,
    "/api/v2/ci/entities/{entityId}/idv-entries/{entryId}/reject-liveness",
    "credas_reject_liveness",
    Verb::Reject,
    "Reject liveness"
);
liveness!(
    refer_liveness,
    "/api/v2/ci/entities/{entityId}/idv-entries/{entryId}/refer-liveness",
    "credas_refer_liveness",
    Verb::Refer,
    "Refer liveness"
);

/// The same for an id document.
macro_rules! document {
    ($name:ident, $path:literal, $operation:literal, $verb:expr, $title:literal) => {
        #[doc = $title]
        ///
        /// Has an id document of an entry count as somebody looked at it. What was found stays beside.
        #[utoipa::path(
                            put,
                            path = $path,
                            tag = "Credas",
                            operation_id = $operation,
                            params(
                                ("entityId" = String, Path, description = "Entity ID, a GUID"),
                                ("entryId" = String, Path, description = "Entry ID, a GUID"),
                                ("idDocumentId" = String, Path, description = "Document ID, a GUID"),
                            ),
                            request_body(content((ReasonInput = "application/json"))),
                            responses((status = 200, description = "The entry", body = EntryBody), Errors)
                        )]
        pub async fn $name(
            State(state): State<ApiState>,
            PathChain(id, entry, document): PathChain<Guid, Guid, Guid>,
            ApiCommand(command): ApiCommand,
        ) -> ApiResult<Response> {
            let key = command.caller.key.clone();
            let ids = (id, entry, document);
            done_masked(
                state.app.override_id_document(&command, ids, $verb).await?,
                &key,
            )
        }
    };
}

document!(
    verify_document,
    "/api/v2/ci/entities/{entityId}/idv-entries/{entryId}/id-document/{idDocumentId}/verify",
    "credas_verify_document",
    Verb::Verify,
    "Verify id document"
);
document!(
    reject_document,
    "/api/v2/ci/entities/{entityId}/idv-entries/{entryId}/id-document/{idDocumentId}/reject",
    "credas_reject_document",
    Verb::Reject,
    "Reject id document"
);
document!(
    refer_document,
    "/api/v2/ci/entities/{entityId}/idv-entries/{entryId}/id-document/{idDocumentId}/refer",
    "credas_refer_document",
    Verb::Refer,
    "Refer id document"
);

/// Review supporting documents
///
/// Has supporting documents of an entry count as somebody looked at them: all of the list, or none. The path is misspelt
/// in the original.
#[utoipa::path(
    put,
    path = "/api/v2/ci/entities/{entityId}/idv-entries/{entryId}/non-biometic-documents/review",
    tag = "Credas",
    operation_id = "credas_review_supporting_documents",
    params(
        ("entityId" = String, Path, description = "Entity ID, a GUID"),
        ("entryId" = String, Path, description = "Entry ID, a GUID"),
    ),
    request_body(content((Vec<SupportingReviewInput> = "application/json"))),
    responses((status = 200, description = "The entry", body = EntryBody), Errors)
)]
pub async fn review_supporting_documents(
    State(state): State<ApiState>,
    PathIds(id, entry): PathIds<Guid, Guid>,
    ApiCommand(command): ApiCommand,
) -> ApiResult<Response> {
    let key = command.caller.key.clone();
    let done = state.app.review_supporting_documents(&command, id, entry).await?;
    done_masked(done, &key)
}

/// Review supporting documents, spelled right
///
/// The same by the right spelling.
#[utoipa::path(
    put,
    path = "/api/v2/ci/entities/{entityId}/idv-entries/{entryId}/non-biometric-documents/review",
    tag = "Credas",
    operation_id = "credas_review_supporting_documents_alias",
    params(
        ("entityId" = String, Path, description = "Entity ID, a GUID"),
        ("entryId" = String, Path, description = "Entry ID, a GUID"),
    ),
    request_body(content((Vec<SupportingReviewInput> = "application/json"))),
    responses((status = 200, description = "The entry", body = EntryBody), Errors)
)]
pub async fn review_supporting_documents_alias(
    state: State<ApiState>,
    ids: PathIds<Guid, Guid>,
    command: ApiCommand,
) -> ApiResult<Response> {
    review_supporting_documents(state, ids, command).await
}
