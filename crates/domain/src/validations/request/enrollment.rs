//! An enrollment that is asked for.

use serde::{Deserialize, Serialize};

use super::{FaceCountry, FraudReason, PhoneCountry, PhoneType, Validator, authorized, validator};
use crate::{
    contacts::{is_email, phone},
    fields::{FieldErrors, Fields, must_be_one_of},
    validations::account::{AccountName, PHONE, account_of},
};

/// What is enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Enrolled {
    /// A face, to which others are compared.
    Face {
        /// Whether it counts without a first validation.
        unconfirmed: bool,
    },
    /// A face that is reported.
    ReportedFace {
        /// Why.
        fraud_reason: FraudReason,
        /// Where.
        country: FaceCountry,
    },
    /// An e-mail address.
    Email {
        /// The address.
        email: String,
    },
    /// A phone.
    Phone {
        /// The number, `+` and digits.
        phone_number: String,
        /// What it is to the person.
        phone_type: PhoneType,
        /// Its country.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        country: Option<PhoneCountry>,
    },
}

impl Enrolled {
    /// The validator that it is for.
    pub const fn validator(&self) -> Validator {
        match self {
            Self::Face { .. } => Validator::FaceRecognition,
            Self::ReportedFace { .. } => Validator::FaceSearch,
            Self::Email { .. } => Validator::EmailVerification,
            Self::Phone { .. } => Validator::PhoneVerification,
        }
    }

    /// Which of its kind an account may have one of; none where it may have any number.
    pub const fn slot(&self) -> Option<&'static str> {
        match self {
            Self::Face { .. } => Some("face"),
            Self::ReportedFace { .. } => None,
            Self::Email { .. } => Some("email"),
            Self::Phone { phone_type, .. } => Some(phone_type.as_str()),
        }
    }

    /// Whether it begins with a picture.
    pub const fn wants_picture(&self) -> bool {
        matches!(self, Self::Face { .. } | Self::ReportedFace { .. })
    }
}

/// An enrollment that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnrollment {
    /// Whose; made where it is not given.
    pub account: Option<AccountName>,
    /// What is enrolled.
    pub enrolled: Enrolled,
}

impl NewEnrollment {
    /// Reads an enrollment that is asked for.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        const KNOWN: &[Validator] = &[
            Validator::FaceRecognition,
            Validator::EmailVerification,
            Validator::PhoneVerification,
            Validator::FaceSearch,
        ];
        let mut errors = FieldErrors::default();
        authorized(fields, &mut errors);
        let validator = validator(fields, KNOWN, &mut errors);
        let account = account_of(fields, &mut errors);
        let enrolled = validator.and_then(|validator| enrolled(validator, fields, &mut errors));
        errors.into_result()?;
        let enrolled = enrolled.ok_or_else(|| FieldErrors::one("type", must_be_one_of(KNOWN)))?;
        Ok(Self { account, enrolled })
    }
}

fn enrolled(validator: Validator, fields: &Fields, errors: &mut FieldErrors) -> Option<Enrolled> {
    match validator {
        // Refused before: a document is not enrolled.
        Validator::DocumentValidation => None,
        Validator::FaceRecognition => {
            let unconfirmed = match fields.get("confirmation") {
                None => false,
                Some(text) if text.eq_ignore_ascii_case("none") => true,
                Some(_) => {
                    errors.push("confirmation", "must be none");
                    false
                }
            };
            Some(Enrolled::Face { unconfirmed })
        }
        Validator::FaceSearch => {
            let fraud_reason = fields.required_one_of("fraud_reason", FraudReason::ALL, errors);
            let country = fields.required_one_of("country", FaceCountry::ALL, errors);
            Some(Enrolled::ReportedFace {
                fraud_reason: fraud_reason?,
                country: country?,
            })
        }
        Validator::EmailVerification => match fields.get("email") {
            None => {
                errors.push("email", "is required");
                None
            }
            Some(email) if is_email(email) => Some(Enrolled::Email {
                email: email.to_owned(),
            }),
            Some(_) => {
                errors.push("email", "must be an e-mail address");
                None
            }
        },
        Validator::PhoneVerification => {
            let number = match fields.get("phone_number") {
                None => {
                    errors.push("phone_number", "is required");
                    None
                }
                Some(text) => {
                    let number = phone(text);
                    if number.is_none() {
                        errors.push("phone_number", PHONE);
                    }
                    number
                }
            };
            let phone_type = fields.required_one_of("phone_type", PhoneType::ALL, errors);
            let country = fields.one_of("country", PhoneCountry::ALL, errors);
            Some(Enrolled::Phone {
                phone_number: number?,
                phone_type: phone_type?,
                country,
            })
        }
    }
}
