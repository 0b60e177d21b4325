//! What is sent, as the spec describes it. The domain reads the fields themselves, so that it can name every wrong one.
#![expect(
    dead_code,
    reason = "schemas of requests, which the domain reads field by field"
)]

use cotejo_app::processes::{body::ProcessBody, flows::FlowBody, reviews::ReviewBody};
use serde_json::Value;
use utoipa::ToSchema;

/// A flow
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "kyc",
    "time_to_live": 120,
    "identity_verifications": [{ "name": "document_verification" }, { "name": "email_verification" }],
}))]
pub struct FlowInput {
    /// What decides at the end: `decision_on_any_failure` and `derive_decision_from`, each `PASS`, `FAIL` or `REVIEW`. A
    /// block that fails ends the process where it is left out
    #[schema(value_type = Option<Object>)]
    decider: Option<Value>,
    /// Functions that are run before it decides: each a `name` and a `script` or a `url`
    #[schema(value_type = Option<Vec<Object>>)]
    functions: Option<Value>,
    /// Its blocks, in order
    identity_verifications: Vec<BlockInput>,
    /// Its name
    #[schema(example = "kyc")]
    name: String,
    /// `dynamic`, if more blocks come while a process is under way; its own may then be left out
    process_type: Option<String>,
    /// `enabled` or `disabled`
    status: Option<String>,
    /// Minutes that a process has, 1 to 1440
    #[schema(example = 120)]
    time_to_live: Option<u32>,
}

/// A block of a flow
#[derive(ToSchema)]
pub struct BlockInput {
    /// How it is configured
    #[schema(value_type = Option<Object>)]
    config: Option<Value>,
    /// Conditions, and what they lead to: `success`, `failure`, `review` or the key of a later block
    #[schema(value_type = Option<Vec<Object>>)]
    r#if: Option<Value>,
    /// What branches call it; its name where it is left out
    key: Option<String>,
    /// What it validates
    #[schema(example = "document_verification")]
    name: String,
}

/// A copy of a flow
#[derive(ToSchema)]
pub struct CloneFlowInput {
    /// Its name; that of the original and `(copy)` where it is left out
    #[schema(example = "kyc of partners")]
    name: Option<String>,
}

/// A page of flows
#[derive(ToSchema)]
pub struct FlowsOutput {
    /// The flows
    flows: Vec<FlowBody>,
    /// Path of the next page; empty at the end
    next: String,
    /// Path of this page
    #[schema(rename = "self")]
    this: String,
}

/// What the token leaves open
#[derive(ToSchema)]
pub struct ProcessInput {
    /// The city that the person is in
    city: Option<String>,
    /// The device: `model`, `type`, `os`, `os_version`, `browser`, `browser_version`
    #[schema(value_type = Option<Object>)]
    device_info: Option<Value>,
    /// Latitude and longitude that the device tells, or `denied`
    geolocation_device: Option<String>,
    /// Latitude and longitude that the address leads to
    geolocation_ip: Option<String>,
    /// What the client calls a dynamic process
    label: Option<String>,
    /// The language of the person, as in `es-CO`
    lang: Option<String>,
    /// The address of the person, where it is not that of the request
    process_ip: Option<String>,
    /// `dynamic`, if the flow of the token is
    process_type: Option<String>,
    /// Minutes that a dynamic process has, 1 to 1440
    ttl: Option<u32>,
    /// The first block of a dynamic process
    verification: Option<VerificationInput>,
}

/// A block of a dynamic process
#[derive(ToSchema)]
pub struct VerificationInput {
    /// How it is configured
    #[schema(value_type = Option<Object>)]
    config: Option<Value>,
    /// What it validates; `get_validations_result` says that no more come
    #[schema(example = "document_verification")]
    r#type: String,
}

/// A page of processes
#[derive(ToSchema)]
pub struct ProcessesOutput {
    /// Path of the next page; empty at the end
    next: String,
    /// The processes
    processes: Vec<ProcessBody>,
    /// Path of this page
    #[schema(rename = "self")]
    this: String,
}

/// A step with the values of its inputs
#[derive(ToSchema)]
pub struct StepInput {
    /// The inputs, with their values
    expected_inputs: Option<Vec<StepValue>>,
    /// The type of the step
    r#type: Option<String>,
}

/// An input with its value
#[derive(ToSchema)]
pub struct StepValue {
    /// Its name
    #[schema(example = "client_authorization")]
    name: String,
    /// What it looks like
    #[schema(example = "checkbox")]
    r#type: String,
    /// Its value
    #[schema(example = "true")]
    value: String,
}

/// How far back
#[derive(ToSchema)]
pub struct BackInput {
    /// To the first step behind the authorisation
    delete_all: Option<bool>,
    /// To the beginning of this step
    retry_step: Option<bool>,
}

/// Why a process is given up
#[derive(ToSchema)]
pub struct CancelInput {
    /// Why
    #[schema(example = "dont_want_to_continue")]
    canceled_reason: Option<String>,
    /// `canceled`
    #[schema(example = "canceled")]
    declined_reason: Option<String>,
    /// `canceled`
    #[schema(example = "canceled")]
    failure_status: Option<String>,
}

/// An override
#[derive(ToSchema)]
pub struct OverrideInput {
    /// Must be true
    #[schema(example = true)]
    accept_terms: bool,
    /// Why, in words; at most 1000 characters
    description: Option<String>,
    /// Why
    #[schema(example = "regular_client")]
    reason: String,
    /// `success` or `failure`: the opposite of what it counts as
    status: Option<String>,
}

/// How overrides have to be made
#[derive(ToSchema)]
pub struct IdentitySettingsInput {
    /// Whether they have to be described
    describe_overrides: Option<bool>,
    /// Whether a second person has to agree
    overrides_by_two: Option<bool>,
}

/// What a reviewer says
#[derive(ToSchema)]
pub struct ReviewInput {
    /// `approve`, `reject`, `ask_again`, `assign` or `comment`
    #[schema(example = "approve")]
    action: String,
    /// Who is to look
    assigned_to: Option<String>,
    /// In words
    comment: Option<String>,
    /// Why the person does not pass
    declined_reason: Option<String>,
    /// Key of the block that is to be gone through again
    verification: Option<String>,
}

/// A page of reviews
#[derive(ToSchema)]
pub struct ReviewsOutput {
    /// Path of the next page; empty at the end
    next: String,
    /// The reviews
    reviews: Vec<ReviewBody>,
    /// Path of this page
    #[schema(rename = "self")]
    this: String,
}

/// A person
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({ "reference": "user_7", "firstName": "Ana", "surname": "Prueba" }))]
pub struct EntityInput {
    /// E-mail address
    email_address: Option<String>,
    /// Given name
    first_name: String,
    /// Other given names
    middle_name: Option<String>,
    /// Phone, with its country code
    phone_number: Option<String>,
    /// The client's own id of the person
    reference: String,
    /// Surnames
    surname: String,
}

/// Why a part counts as something else
#[derive(ToSchema)]
pub struct ReasonInput {
    /// In words
    #[schema(example = "We have reviewed the image and confirmed it is correct")]
    reason: String,
}

/// What a supporting document counts as
#[derive(ToSchema)]
pub struct SupportingReviewInput {
    /// Why
    comments: Option<String>,
    /// The document, a GUID
    id: String,
    /// 0 to 7
    #[schema(example = 4)]
    result: u8,
}
