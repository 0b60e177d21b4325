//! Requests and pages as the spec shows them. What the use cases read is `cotejo_domain`'s.

use cotejo_app::{
    audit::{AuditEntryBody, CheckpointBody},
    billing_hubs::BillingHubBody,
    events::{EventBody, EventTypeBody},
    hooks::{body::HookBody, deliveries::DeliveryBody},
    keys::APIKey,
    reports::ReportBody,
    rules::{body::RuleBody, firings::FiringBody},
    sandbox::{faults::FaultBody, outbox::MessageBody},
    users::{UserBody, roles::RoleBody},
};
use utoipa::ToSchema;

/// A page of keys, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct APIKeysOutput {
    api_keys: Vec<APIKey>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of hooks, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct HooksOutput {
    hooks: Vec<HookBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of deliveries, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct DeliveriesOutput {
    deliveries: Vec<DeliveryBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of events, in the order of their numbers.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct EventsOutput {
    events: Vec<EventBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of rules, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct RulesOutput {
    rules: Vec<RuleBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of firings, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct FiringsOutput {
    firings: Vec<FiringBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of audit entries, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct AuditOutput {
    entries: Vec<AuditEntryBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of checkpoints, the oldest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct CheckpointsOutput {
    checkpoints: Vec<CheckpointBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of users, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct UsersOutput {
    users: Vec<UserBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of billing hubs, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct BillingHubsOutput {
    billing_hubs: Vec<BillingHubBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of reports, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct ReportsOutput {
    reports: Vec<ReportBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A batch to create.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct BatchInput {
    /// `checks`
    #[schema(example = "checks")]
    service: String,
    /// What is checked: `person`, `vehicle`, `company` or the name of a custom type
    #[serde(rename = "type")]
    #[schema(example = "person")]
    batch_type: String,
    /// Country of the checks
    #[schema(example = "CO")]
    country: String,
    /// Index of the column that holds the input, 0 for column A; one such field for each column
    #[serde(rename = "columns_mapping.national_id")]
    #[schema(example = 0)]
    national_id: Option<u32>,
    /// How often each check is carried out again: `daily`, `weekly`, `monthly`, `yearly`, or a number and `d`, `w`, `m`
    /// or `y`
    frequency: Option<String>,
    /// The last day of that, YYYY-MM-DD
    end_date: Option<String>,
    /// Report that the checks go into
    report_id: Option<String>,
    /// Holds for all rows that do not say it themselves
    #[schema(example = true)]
    user_authorized: Option<bool>,
    /// Holds for all rows that do not say it themselves
    force_creation: Option<bool>,
}

/// A report to request.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct BatchReportInput {
    /// `xlsx` or `csv`
    #[schema(example = "xlsx")]
    format: String,
}

/// A report to create.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct ReportInput {
    /// Its name
    #[schema(example = "March")]
    name: String,
}

/// A page of messages, newest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct OutboxOutput {
    messages: Vec<MessageBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// Every family of events.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct EventTypesOutput {
    event_types: Vec<EventTypeBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// The roles, the built-in ones first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct RolesOutput {
    roles: Vec<RoleBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// The faults that can still strike, the oldest first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a page")]
pub struct FaultsOutput {
    faults: Vec<FaultBody>,
    /// Path of this page
    #[schema(rename = "self")]
    own: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A key that is asked for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct CreateAPIKeyInput {
    /// `backend`, `web`, `sdk` or `generator`
    #[schema(example = "backend")]
    key_type: String,
    /// Its name; required for backend and generator keys
    #[schema(example = "server")]
    key_name: Option<String>,
    /// 0 (the default) or 1
    #[schema(example = "1")]
    api_key_version: Option<String>,
    /// `digital-identity`, `signals` or `validations`; required for web and sdk keys
    grant: Option<String>,
    /// Country of the process; required for grant digital-identity
    country: Option<String>,
    /// Flow of the process; required for grant digital-identity
    flow_id: Option<String>,
    /// Where the person is sent at the end; required for grant digital-identity
    redirect_url: Option<String>,
    /// The person, as the caller knows it; made up where none is given
    account_id: Option<String>,
    /// Document that is pre-filled
    document_type: Option<String>,
    /// E-mail addresses to be validated
    emails: Option<Vec<String>>,
    /// Phones to be validated
    phones: Option<Vec<String>>,
    /// Billing hub, by id or name
    billing_hub: Option<String>,
    /// Permissions that a backend key is granted besides those of its maker
    permissions: Option<Vec<String>>,
    /// App that an SDK key is bound to
    application_id: Option<String>,
}

/// A change of a key.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct UpdateAPIKeyInput {
    /// The key
    #[schema(example = "server")]
    key_name: String,
    /// 0 or 1
    #[schema(example = "1")]
    api_key_version: String,
}

/// A hook. PUT may leave everything out that is to stay.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct HookInput {
    /// `web` or `email`
    #[schema(example = "web")]
    subscriber_type: Option<String>,
    /// `all`, or what the events are about
    #[schema(example = "check")]
    event_type: Option<String>,
    /// What happens to them; absent is anything
    #[schema(example = json!(["finished"]))]
    actions: Option<Vec<String>>,
    /// Where web subscribers are told
    #[schema(example = "https://example.com/hook")]
    subscriber_url: Option<String>,
    /// `POST` (the default), `PUT` or `PATCH`
    http_method: Option<String>,
    /// `jwt` (the default) or `json`
    format: Option<String>,
    /// Where e-mail subscribers are told
    subscriber_address: Option<String>,
    /// Name of an e-mail subscriber
    subscriber_name: Option<String>,
    /// `es` (the default), `en` or `pt`
    subscriber_language: Option<String>,
    /// `enabled` (the default) or `disabled`
    status: Option<String>,
}

/// What is delivered again: one event, or a range.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct ReplayInput {
    /// One event
    event_id: Option<String>,
    /// First number
    #[schema(example = "1")]
    from_sequence: Option<String>,
    /// Last number
    to_sequence: Option<String>,
    /// First instant or day
    from: Option<String>,
    /// Instant or day that is not in it any more
    to: Option<String>,
    /// Only about this
    event_type: Option<String>,
    /// Only of this
    event_action: Option<String>,
}

/// A rule. PUT may leave everything out that is to stay.
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "low scores", "product": "checks", "subproduct": "checks", "activators": ["check:finished"],
    "conditions": {"field": "score", "operator": "less_than", "value": 0.5},
    "actions": [
        {"type": "email", "to": ["ana@example.com"], "subject": "Check {{check_id}}", "body": "Its score is {{score}}."}
    ]
}))]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct RuleInput {
    /// Its name
    name: Option<String>,
    /// In words
    description: Option<String>,
    /// `checks`, `digital_identity`, `validators` or `whatsapp`
    product: Option<String>,
    /// The part of the product
    subproduct: Option<String>,
    /// The events that make it look
    activators: Option<Vec<String>>,
    /// What has to hold: `{"field", "operator", "value"}`, `{"all": [...]}`, `{"any": [...]}` or `{"not": {...}}`
    #[schema(value_type = Object)]
    conditions: Option<serde_json::Value>,
    /// What it does: webhooks and mails
    #[schema(value_type = Vec<Object>)]
    actions: Option<Vec<serde_json::Value>>,
    /// `enabled` (the default) or `disabled`
    status: Option<String>,
}

/// An invitation.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct InviteUserInput {
    /// The address
    #[schema(example = "ana@example.com")]
    email: String,
    /// The role
    #[schema(example = "operator")]
    role: String,
    /// The name
    name: Option<String>,
    /// `es`, `en` or `pt`
    language: Option<String>,
}

/// A change of a user.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct UpdateUserInput {
    /// The role
    #[schema(example = "operator")]
    role: Option<String>,
    /// `active` or `disabled`
    status: Option<String>,
    /// The name
    name: Option<String>,
}

/// Who signs in.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct SignInInput {
    /// The address
    #[schema(example = "ana@example.com")]
    email: String,
    /// The password
    #[schema(example = "correct horse battery")]
    password: String,
    /// The account, for who works for several
    client_id: Option<String>,
}

/// An invitation that is accepted.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct AcceptInvitationInput {
    /// What the mail carried
    token: String,
    /// 12 to 128 characters
    #[schema(example = "correct horse battery")]
    password: String,
}

/// A role.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct RoleInput {
    /// Its name
    #[schema(example = "support")]
    name: String,
    /// What it allows
    #[schema(example = json!(["checks.read"]))]
    permissions: Vec<String>,
}

/// A billing hub.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct BillingHubInput {
    /// Its name
    #[schema(example = "north")]
    name: String,
}

/// An agreement.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct AcceptTermsInput {
    /// Must be true
    #[schema(example = true)]
    accept_terms: bool,
}

/// How far the clock moves: one of the two.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct AdvanceClockInput {
    /// A duration: 90s, 15m, 12h, 30d, 2w
    #[schema(example = "30d")]
    advance: Option<String>,
    /// An instant
    to: Option<String>,
}

/// A fault.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of what is read as fields")]
pub struct FaultInput {
    /// `source`, `route` or `webhook`
    #[schema(example = "source")]
    kind: String,
    /// Key of a source; absent is every one
    source: Option<String>,
    /// Of a source: `fail` (the default) or `slow`; of webhooks: `duplicate` or `out_of_order`
    effect: Option<String>,
    /// Method of the route; absent is every one
    method: Option<String>,
    /// What the path of the route begins with
    path: Option<String>,
    /// The error that the route answers with
    status: Option<String>,
    /// How slow it is
    delay_ms: Option<String>,
    /// How often it strikes; absent is until it is cleared
    #[schema(example = "2")]
    times: Option<String>,
}
