//! What is validated, and by what.

use serde::{Deserialize, Serialize};

use super::{FaceCountry, FaceMethod, NOT_ENABLED, PhoneLocale, PhoneType, Validator, VerifyChannel};
use crate::{
    fields::{FieldErrors, Fields, must_be_one_of},
    language::Language,
    validations::{
        DocumentCountry, DocumentKind, DocumentType,
        config::{RATIO, read_ratio},
    },
};

/// What is validated, and by what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Asked {
    /// A document.
    Document {
        /// Which one.
        #[serde(flatten)]
        kind: DocumentKind,
        /// The custom type of the background check that follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        custom_type: Option<String>,
    },
    /// A face against the enrolled one.
    Face {
        /// By what.
        methods: Vec<FaceMethod>,
        /// How alike they have to be; the config's where it is not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        threshold: Option<f64>,
    },
    /// A face among the reported ones.
    FaceSearch {
        /// Of this country.
        country: FaceCountry,
    },
    /// An e-mail address.
    Email {
        /// Language of the mail.
        language: Language,
    },
    /// A phone.
    Phone {
        /// Which of the person's.
        phone_type: PhoneType,
        /// Language of the message.
        locale: PhoneLocale,
        /// How the code gets there.
        channel: VerifyChannel,
    },
}

impl Asked {
    /// What validates.
    pub const fn validator(&self) -> Validator {
        match self {
            Self::Document { .. } => Validator::DocumentValidation,
            Self::Face { .. } => Validator::FaceRecognition,
            Self::FaceSearch { .. } => Validator::FaceSearch,
            Self::Email { .. } => Validator::EmailVerification,
            Self::Phone { .. } => Validator::PhoneVerification,
        }
    }

    /// Whether a background check is to follow.
    pub const fn has_custom_type(&self) -> bool {
        matches!(
            self,
            Self::Document {
                custom_type: Some(_),
                ..
            }
        )
    }

    /// Whether a picture is asked whether it is of a living person.
    pub fn wants_liveness(&self) -> bool {
        matches!(self, Self::Face { methods, .. } if methods.contains(&FaceMethod::PassiveLiveness))
    }
}

impl Asked {
    pub(super) fn parse(validator: Validator, fields: &Fields, errors: &mut FieldErrors) -> Option<Self> {
        match validator {
            Validator::DocumentValidation => Self::document(fields, errors),
            Validator::FaceRecognition => Self::face(fields, errors),
            Validator::FaceSearch => {
                let country = fields.required_one_of("country", FaceCountry::ALL, errors)?;
                Some(Self::FaceSearch { country })
            }
            Validator::EmailVerification => {
                let known = [Language::Es, Language::En, Language::Pt];
                let language = fields.one_of("language", &known, errors);
                Some(Self::Email {
                    language: language.unwrap_or(Language::Es),
                })
            }
            Validator::PhoneVerification => {
                let phone_type = fields.required_one_of("phone_type", PhoneType::ALL, errors);
                let locale = fields.required_one_of("phone_locale", PhoneLocale::ALL, errors);
                let channel = fields.required_one_of("verify_channel", VerifyChannel::ALL, errors);
                Some(Self::Phone {
                    phone_type: phone_type?,
                    locale: locale?,
                    channel: channel?,
                })
            }
        }
    }

    fn document(fields: &Fields, errors: &mut FieldErrors) -> Option<Self> {
        let document_type = fields.required_one_of("document_type", DocumentType::ALL, errors);
        let country = fields.required_one_of("country", DocumentCountry::ALL, errors);
        let custom_type = fields.text("custom_type", 100, errors);
        let kind = DocumentKind {
            country: country?,
            document_type: document_type?,
        };
        if kind.supported().is_none() {
            errors.push(
                "document_type",
                format!("{} is not validated for {}", kind.document_type, kind.country),
            );
            return None;
        }
        Some(Self::Document { kind, custom_type })
    }

    fn face(fields: &Fields, errors: &mut FieldErrors) -> Option<Self> {
        let mut methods = Vec::new();
        // A list is repeated keys, or one text with commas.
        let named = fields
            .all("subvalidations")
            .iter()
            .flat_map(|text| text.split(','));
        for text in named.map(str::trim).filter(|text| !text.is_empty()) {
            match text.parse() {
                Ok(method) if methods.contains(&method) => {}
                Ok(method) => methods.push(method),
                Err(_) if text.eq_ignore_ascii_case("speech_match") => {
                    errors.push("subvalidations", format!("speech_match is {NOT_ENABLED}"));
                }
                Err(_) => errors.push("subvalidations", must_be_one_of(FaceMethod::ALL)),
            }
        }
        if methods.is_empty() {
            methods.push(FaceMethod::Similarity);
        }
        let threshold = fields.get("threshold").and_then(|text| {
            let read = read_ratio(text);
            if read.is_none() {
                errors.push("threshold", RATIO);
            }
            read
        });
        Some(Self::Face { methods, threshold })
    }
}
