//! A validation that is asked for.

use super::{Asked, Validator, authorized, validator};
use crate::{
    fields::{FieldErrors, Fields},
    ids::ValidationId,
    validations::{
        account::{AccountName, account_of},
        config::{Setting, limits},
    },
};

/// A validation that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewValidation {
    /// Whom it is about; made where it is not given.
    pub account: Option<AccountName>,
    /// What is validated.
    pub asked: Asked,
    /// Seconds that the person has; the config's where it is not given.
    pub timeout: Option<u32>,
    /// The failed one that it tries again.
    pub retry_of: Option<ValidationId>,
    /// Whether nobody is to wait for a review outside of the hours of the reviewers.
    pub check_review_availability: bool,
}

impl NewValidation {
    /// Reads a validation that is asked for. `path_account` is the account of the path, which a field may repeat.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(fields: &Fields, path_account: Option<AccountName>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        authorized(fields, &mut errors);
        let validator = validator(fields, Validator::ALL, &mut errors);
        let given = account_of(fields, &mut errors);
        if let (Some(path), Some(given)) = (&path_account, &given)
            && path != given
        {
            errors.push("account_id", "is another account than the path's");
        }
        let account = path_account.or(given);
        let timeout = validator.and_then(|validator| timeout(fields, validator, &mut errors));
        let retry_of = fields.get("retry_of_id").and_then(|text| {
            let id = text.parse().ok();
            if id.is_none() {
                errors.push("retry_of_id", "is no id of a validation");
            }
            id
        });
        let check_review_availability = fields
            .boolean("check_manual_review_availability", &mut errors)
            .unwrap_or(false);
        let asked = validator.and_then(|validator| Asked::parse(validator, fields, &mut errors));
        if let Some(validator) = validator {
            // Only a document is a person's beginning; the others are about somebody who was enrolled.
            if account.is_none() && fields.get("account_id").is_none() && needs_account(validator) {
                errors.push("account_id", "is required");
            }
            let retried = asked
                .as_ref()
                .is_some_and(|asked| validator == Validator::DocumentValidation || asked.wants_liveness());
            if retry_of.is_some() && asked.is_some() && !retried {
                errors.push(
                    "retry_of_id",
                    "is for documents, and for faces with passive_liveness",
                );
            }
        }
        errors.into_result()?;
        let asked = asked.ok_or_else(|| FieldErrors::one("type", "is required"))?;
        Ok(Self {
            account,
            asked,
            timeout,
            retry_of,
            check_review_availability,
        })
    }
}

const fn needs_account(validator: Validator) -> bool {
    !matches!(validator, Validator::DocumentValidation)
}

/// Face search lasts as long as a face; the reference gives them the same limits.
fn timeout(fields: &Fields, validator: Validator, errors: &mut FieldErrors) -> Option<u32> {
    let like = match validator {
        Validator::FaceSearch => Validator::FaceRecognition,
        other => other,
    };
    let (least, most) = limits(like, Setting::Timeout)?;
    let text = fields.get("timeout")?;
    let read = text
        .parse()
        .ok()
        .filter(|seconds| (least..=most).contains(seconds));
    if read.is_none() {
        errors.push(
            "timeout",
            format!("must be a whole number from {least} to {most}"),
        );
    }
    read
}
