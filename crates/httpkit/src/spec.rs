//! Errors and the key, as the spec shows them.

use utoipa::{
    IntoResponses, Modify,
    openapi::{
        OpenApi,
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};

use crate::ErrorBody;

/// What every operation may answer instead.
#[derive(IntoResponses)]
pub enum Errors {
    /// A parameter is missing or wrong; every wrong field is named
    #[response(status = 400)]
    Invalid(ErrorBody),
    /// There is no key, or no such key
    #[response(status = 401)]
    Unauthenticated(ErrorBody),
    /// The key has expired or may not do this
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// There is no such resource, or it is another client's
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// It contradicts what is there
    #[response(status = 409)]
    Conflict(ErrorBody),
    /// The body is too large
    #[response(status = 413)]
    TooLarge(ErrorBody),
    /// The body is neither a form nor JSON
    #[response(status = 415)]
    UnsupportedType(ErrorBody),
    /// Too much at once; Retry-After tells when to try again
    #[response(status = 429)]
    TooMany(ErrorBody),
    /// Something is wrong with the service
    #[response(status = 500)]
    Internal(ErrorBody),
    /// The database is away; Retry-After tells when to try again
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// Adds the key's scheme to a spec.
pub struct KeyScheme;

impl Modify for KeyScheme {
    fn modify(&self, spec: &mut OpenApi) {
        let key = ApiKeyValue::with_description("Truora-API-Key", "A raw API key, without `Bearer`");
        spec.components
            .get_or_insert_default()
            .add_security_scheme("key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}
