//! Errors as the wire prints them. The only place where an inside error meets the log.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use cotejo_app::AppError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::compat;

/// The outcome of a handler.
pub type ApiResult<T> = Result<T, ApiError>;

/// An error on its way out.
#[derive(Debug)]
pub enum ApiError {
    /// A use case's.
    App(AppError),
    /// The body is larger than the endpoint takes.
    TooLarge,
    /// The body is of a type that the endpoint does not take.
    UnsupportedType,
    /// What a sandbox client has go wrong, as this status.
    Fault(u16),
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<cotejo_domain::fields::FieldErrors> for ApiError {
    fn from(errors: cotejo_domain::fields::FieldErrors) -> Self {
        Self::App(errors.into())
    }
}

/// An error.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// 10000 and the HTTP status
    #[schema(example = 10400)]
    pub code: u32,
    /// HTTP status
    #[schema(example = 400)]
    pub http_code: u16,
    /// What went wrong
    pub message: String,
    /// Every wrong field; only where fields are wrong
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<FieldErrorSchema>)]
    pub errors: Vec<cotejo_domain::fields::FieldError>,
}

/// What is wrong with one field.
#[derive(ToSchema)]
#[schema(as = FieldError)]
#[expect(dead_code, reason = "the schema of a domain type that knows nothing of specs")]
pub struct FieldErrorSchema {
    /// The field as the caller spells it
    field: String,
    /// What is expected
    message: String,
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Fault(status) => StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::App(error) => match error {
                AppError::Invalid(_) | AppError::Refused(_) => StatusCode::BAD_REQUEST,
                AppError::Unauthenticated => StatusCode::UNAUTHORIZED,
                AppError::Expired | AppError::Forbidden | AppError::Denied(_) | AppError::LinkRefused => {
                    StatusCode::FORBIDDEN
                }
                AppError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                AppError::NotFound(_) | AppError::NotMade => StatusCode::NOT_FOUND,
                AppError::Conflict(_) | AppError::Busy(_) => StatusCode::CONFLICT,
                AppError::Gone(_) => StatusCode::GONE,
                AppError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
                AppError::Unavailable(_) | AppError::NotConfigured(_) => StatusCode::SERVICE_UNAVAILABLE,
                AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    fn message(&self) -> String {
        match self {
            Self::TooLarge | Self::App(AppError::TooLarge) => "the body is too large".to_owned(),
            Self::UnsupportedType => "the body must be a form or JSON".to_owned(),
            Self::Fault(429) => "max rate limit reached".to_owned(),
            Self::Fault(_) => "a fault of the sandbox".to_owned(),
            Self::App(error) => match error {
                AppError::Invalid(errors) => match errors.0.as_slice() {
                    [only] => format!("{} {}", only.field, only.message),
                    _ => "Validation error, at least one of the parameters was invalid.".to_owned(),
                },
                AppError::Unauthenticated => "Unauthorized".to_owned(),
                AppError::Expired => "The API key has expired".to_owned(),
                AppError::Forbidden => "User is not authorized to access this resource".to_owned(),
                AppError::Unavailable(_) => "The service is not available, please try again".to_owned(),
                AppError::Internal(_) => "Internal server error".to_owned(),
                AppError::NotFound(_)
                | AppError::Denied(_)
                | AppError::NotMade
                | AppError::LinkRefused
                | AppError::TooLarge
                | AppError::NotConfigured(_)
                | AppError::Conflict(_)
                | AppError::Gone(_)
                | AppError::Refused(_)
                | AppError::Busy(_)
                | AppError::TooMany { .. } => error.to_string(),
            },
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::App(AppError::TooMany { retry_after, .. }) => Some(*retry_after),
            Self::App(AppError::Busy(_) | AppError::Unavailable(_)) | Self::Fault(429 | 503) => {
                Some(Duration::from_secs(1))
            }
            _ => None,
        }
    }

    /// Logs what is ours, with everything that lies behind it.
    fn log(&self) {
        let Self::App(error @ (AppError::Unavailable(_) | AppError::Internal(_))) = self else {
            return;
        };
        let mut causes = Vec::new();
        let mut next = std::error::Error::source(error);
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        tracing::error!(error = %error, causes = causes.join(": "), "a request failed");
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        if let Self::App(AppError::LinkRefused) = self {
            return compat::access_denied();
        }
        let status = self.status();
        let retry_after = self.retry_after();
        let message = self.message();
        let errors = match self {
            Self::App(AppError::Invalid(errors)) => errors.0,
            _ => Vec::new(),
        };
        let body = ErrorBody {
            code: compat::code(status),
            http_code: status.as_u16(),
            message,
            errors,
        };
        let mut response = (status, Json(body)).into_response();
        if let Some(pause) = retry_after {
            let seconds = HeaderValue::from(pause.as_secs().max(1));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
