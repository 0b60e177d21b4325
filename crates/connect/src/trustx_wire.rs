//! What is sent to the TrustX face, as the spec describes it. The domain reads the fields themselves, so that it can name
//! every wrong one.
#![expect(
    dead_code,
    reason = "schemas of requests, which the domain reads field by field"
)]

use std::collections::BTreeMap;

use utoipa::ToSchema;

/// Nothing: the key says it all
#[derive(ToSchema)]
#[schema(as = TrustXEmpty, example = json!({}))]
pub struct NoInput {}

/// A process token
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(
    as = TrustXProcessTokenInput,
    example = json!({ "name": "a token", "processDefnName": "default", "status": "ACTIVE", "maxProcessDuration": "PT48H" })
)]
pub struct ProcessTokenInput {
    /// What it is for; at most 2000 characters
    description: Option<String>,
    /// Most uses
    max_count: Option<i32>,
    /// How long an instance has, ISO 8601, from PT1M to P30D; as long as its flow says where it is left out
    #[schema(example = "PT48H")]
    max_process_duration: Option<String>,
    /// Its name, unique, at most 50 characters
    name: String,
    /// Not after, ISO 8601
    not_after_dtm: Option<String>,
    /// Not before, ISO 8601
    not_before_dtm: Option<String>,
    /// What every instance begins with; `firstName`, `lastName`, `email`, `phoneNumber` and `referenceID` are known, and
    /// win over what a document says
    #[schema(value_type = Option<Object>)]
    parameters: Option<BTreeMap<String, String>>,
    /// A flow, by name
    #[schema(example = "default")]
    process_defn_name: String,
    /// A version of the flow; the newest where it is left out
    process_defn_version: Option<i32>,
    /// `ACTIVE` or `INACTIVE`
    #[schema(example = "ACTIVE")]
    status: String,
    /// `UNLIMITED`, `MULTI_USE_COUNT_LIMITED` or `MULTI_USE_TIME_LIMITED`; what it is limited by where it is left out
    r#type: Option<String>,
    /// The page on which the person goes through an instance, at most 500 characters
    ui_url: Option<String>,
}

/// What a reviewer says, or whether an instance is to wait
#[derive(ToSchema)]
#[schema(as = TrustXReviewInput)]
pub struct InstanceReviewInput {
    /// What a reviewer says
    review: SaidInput,
}

/// What a reviewer says
#[derive(ToSchema)]
#[schema(as = TrustXSaid)]
pub struct SaidInput {
    /// Why, in words
    comment: Option<String>,
    /// `COMPLETED_ENDED_SUCCESS` or `Approve`, `COMPLETED_ENDED_ERROR` or `Reject`; `PAUSED` has it wait, `ACTIVE` lets it go
    /// on
    #[schema(example = "COMPLETED_ENDED_SUCCESS")]
    status: String,
}

/// What is exported, and the password of the zip
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXExportInput)]
pub struct ExportInput {
    /// Made up to this instant, ISO 8601
    end_date_time: Option<String>,
    /// 6 to 128 printable ASCII characters; may stand in the header `X-Export-Password` instead
    password: Option<String>,
    /// In this flow
    process_definition_id: Option<String>,
    /// In the flow of this name
    process_definition_name: Option<String>,
    /// In this status
    process_instance_status: Option<String>,
    /// A part of a name, reference id, e-mail address or phone, or an id
    search_string: Option<String>,
    /// Made from this instant on, ISO 8601
    start_date_time: Option<String>,
}

/// The password of the zip
#[derive(ToSchema)]
#[schema(as = TrustXPasswordInput)]
pub struct PasswordInput {
    /// 6 to 128 printable ASCII characters; may stand in the header `X-Export-Password` instead
    password: Option<String>,
}
