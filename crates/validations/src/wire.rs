//! What is sent, as the spec describes it. The domain reads the fields themselves, so that it can name every wrong one.
#![expect(
    dead_code,
    reason = "schemas of requests, which the domain reads field by field"
)]

use cotejo_app::validations::{
    body::{ValidationBody, account::AccountBody, enrollment::EnrollmentBody},
    review::ReviewBody,
};
use utoipa::ToSchema;

/// A new account
#[derive(ToSchema)]
pub struct AccountInput {
    /// The client's own id of the person: letters, digits, `_`, `.` and `-`; one is given where it is left out
    account_id: Option<String>,
    /// Country of the person
    country: Option<String>,
    /// Day on which the document was issued, RFC 3339
    document_expedition_date: Option<String>,
    /// The same
    document_issue_date: Option<String>,
    /// Number of the document
    document_number: Option<String>,
    /// What the document is
    document_type: Option<String>,
    /// E-mail address
    email: Option<String>,
    /// Facebook username
    facebook_user: Option<String>,
    /// Given names
    first_name: Option<String>,
    /// Surnames
    last_name: Option<String>,
    /// Phone
    phone_number: Option<String>,
    /// Twitter username
    twitter_user: Option<String>,
}

/// A new enrollment
#[derive(ToSchema)]
pub struct EnrollmentInput {
    /// Whose; one is made where it is left out
    account_id: Option<String>,
    /// `none`: a face that counts without a first validation
    confirmation: Option<String>,
    /// Country of the phone, or of the reported face
    country: Option<String>,
    /// For `email-verification`
    email: Option<String>,
    /// For `face-search`: why the face is reported
    fraud_reason: Option<String>,
    /// For `phone-verification`, with its country code
    phone_number: Option<String>,
    /// For `phone-verification`: `home`, `office` or `recover`
    phone_type: Option<String>,
    /// `face-recognition`, `face-search`, `email-verification` or `phone-verification`
    #[schema(example = "face-recognition")]
    r#type: String,
    /// Must be true
    #[schema(example = true)]
    user_authorized: bool,
}

/// A new validation
#[derive(ToSchema)]
pub struct ValidationInput {
    /// Whom it is about; only for documents one is made where it is left out
    account_id: Option<String>,
    /// Whether the review is left out when there is no reviewer
    check_manual_review_availability: Option<bool>,
    /// For documents and `face-search`
    #[schema(example = "CO")]
    country: Option<String>,
    /// For documents: the custom type of the background check that follows
    custom_type: Option<String>,
    /// For documents
    #[schema(example = "national-id")]
    document_type: Option<String>,
    /// For `email-verification`: `es`, `en` or `pt`
    language: Option<String>,
    /// For `phone-verification`: `en`, `es` or `pt-BR`
    phone_locale: Option<String>,
    /// For `phone-verification`: `home`, `office` or `recover`
    phone_type: Option<String>,
    /// The failed validation that it tries again
    retry_of_id: Option<String>,
    /// For faces: `similarity`, `passive_liveness`
    subvalidations: Option<Vec<String>>,
    /// For faces, from 0 to 1
    threshold: Option<f64>,
    /// Seconds that the person has
    timeout: Option<u32>,
    /// What validates
    #[schema(example = "document-validation")]
    r#type: String,
    /// Must be true
    #[schema(example = true)]
    user_authorized: bool,
    /// For `phone-verification`: `sms`, `call` or `whatsapp`
    verify_channel: Option<String>,
}

/// A code that was sent
#[derive(ToSchema)]
pub struct PerformInput {
    /// The code
    #[schema(example = "123456")]
    token: String,
    /// `email-verification` or `phone-verification`
    #[schema(example = "email-verification")]
    r#type: String,
}

/// What is configured of a validator. `validation_method.<method>.status` switches a method on or off.
#[derive(ToSchema)]
pub struct ConfigInput {
    /// How often it may be tried again
    allowed_retries: Option<u32>,
    /// Country of the documents whose methods are switched
    country: Option<String>,
    /// For `phone-verification`: who sends the code
    custom_name: Option<String>,
    /// Type of the documents whose methods are switched
    document_type: Option<String>,
    /// Version of the documents whose methods are switched
    document_version: Option<String>,
    /// For `email-verification`
    email_subject: Option<String>,
    /// For `email-verification`: what stands before the code
    email_text_1: Option<String>,
    /// For `email-verification`: what stands behind the code
    email_text_2: Option<String>,
    /// For `email-verification`
    email_title: Option<String>,
    /// For `face-recognition`: seconds that a person has to be enrolled
    enrollment_timeout: Option<u32>,
    /// For `face-recognition`: whether each face is searched among the reported ones
    include_face_search: Option<bool>,
    /// Seconds within which a failed one can be tried again
    retry_ttl: Option<u32>,
    /// For `email-verification`: where help is to be had
    support_email: Option<String>,
    /// For `face-recognition`, from 0 to 1
    threshold: Option<f64>,
    /// Seconds that a person has
    timeout: Option<u32>,
    /// Whether a person looks at what failed
    use_manual_review: Option<bool>,
    /// Which validator
    #[schema(example = "document-validation")]
    validator: String,
}

/// What a reviewer says
#[derive(ToSchema)]
pub struct DecisionInput {
    /// `approve` or `reject`
    #[schema(example = "approve")]
    decision: String,
    /// In the reviewer's words
    note: Option<String>,
    /// Why the person is declined, as a `declined_reason`; the automatic one where it is left out
    reason: Option<String>,
}

/// When there are reviewers
#[derive(ToSchema)]
pub struct ScheduleInput {
    /// `mon` to `sun`
    #[schema(example = json!(["mon", "tue"]))]
    days: Vec<String>,
    /// The first minute of the day
    #[schema(example = "08:00")]
    from: String,
    /// The minute after the last one
    #[schema(example = "18:00")]
    to: String,
    /// How far the reviewers' clocks are ahead of UTC
    #[schema(example = "-05:00")]
    zone: Option<String>,
}

/// A picture to be evaluated
#[derive(ToSchema)]
pub struct EvaluateInput {
    /// Country of the document
    country: Option<String>,
    /// `front` or `reverse`
    document_side: Option<String>,
    /// What the document is
    document_type: Option<String>,
    /// `document`
    evaluation_type: Option<String>,
    /// The picture in Base64
    #[schema(example = "iVBORw0KGgo=")]
    image: String,
    /// The validation that it is for
    validation_id: Option<String>,
}

/// What an app did
#[derive(ToSchema)]
#[schema(example = json!({ "sdk_version": "1.2.5", "platform": "ios", "events": [{ "event_name": "camera_opened" }] }))]
pub struct SdkLogInput {
    /// 1 to 50 events with an `event_name` of at most 35 characters
    #[schema(value_type = Vec<Object>)]
    events: Vec<String>,
    /// The app's platform
    platform: Option<String>,
    /// The app's version
    sdk_version: Option<String>,
}

/// A page of accounts
#[derive(ToSchema)]
pub struct AccountsOutput {
    accounts: Vec<AccountBody>,
    /// Path of this page
    #[schema(rename = "self")]
    this: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of enrollments
#[derive(ToSchema)]
pub struct EnrollmentsOutput {
    enrollments: Vec<EnrollmentBody>,
    /// Path of this page
    #[schema(rename = "self")]
    this: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of validations
#[derive(ToSchema)]
pub struct ValidationsOutput {
    validations: Vec<ValidationBody>,
    /// Path of this page
    #[schema(rename = "self")]
    this: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// A page of reviews
#[derive(ToSchema)]
pub struct ReviewsOutput {
    reviews: Vec<ReviewBody>,
    /// Path of this page
    #[schema(rename = "self")]
    this: String,
    /// Path of the next page; empty at the end
    next: String,
}

/// Whether the service works
#[derive(serde::Serialize, ToSchema)]
pub struct StatusOutput {
    /// Always `ok`
    pub status: &'static str,
}
