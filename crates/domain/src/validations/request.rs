//! What POST /v1/validations and POST /v1/enrollments ask for, and the rules of their fields (seed 001).

use serde::{Deserialize, Serialize};

use super::{
    account::{AccountName, PHONE, account_of},
    config::{RATIO, Setting, limits, read_ratio},
    documents::{DocumentCountry, DocumentKind, DocumentType},
};
use crate::{
    contacts::{is_email, phone},
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::ValidationId,
    language::Language,
};

crate::text_enum! {
    /// What validates.
    pub enum Validator {
        /// A document.
        DocumentValidation = "document-validation",
        /// A face, against the one that was enrolled.
        FaceRecognition = "face-recognition",
        /// An e-mail address.
        EmailVerification = "email-verification",
        /// A phone.
        PhoneVerification = "phone-verification",
        /// A face, among the reported ones.
        FaceSearch = "face-search",
    }
}

impl Validator {
    /// Whether it sends a code, and is performed with it.
    pub const fn sends_code(self) -> bool {
        matches!(self, Self::EmailVerification | Self::PhoneVerification)
    }

    /// The type of its events.
    pub const fn event_type(self) -> crate::events::EventType {
        use crate::events::EventType;
        match self {
            Self::DocumentValidation => EventType::DocumentValidation,
            Self::FaceRecognition => EventType::FaceRecognition,
            Self::EmailVerification => EventType::EmailVerification,
            Self::PhoneVerification => EventType::PhoneVerification,
            Self::FaceSearch => EventType::FaceSearch,
        }
    }
}

crate::text_enum! {
    /// What a face is validated by.
    pub enum FaceMethod {
        /// Whether the picture is of a living person.
        PassiveLiveness = "passive_liveness",
        /// Whether it is the enrolled face.
        Similarity = "similarity",
    }
}

crate::text_enum! {
    /// The country of a face that is reported or searched.
    pub enum FaceCountry {
        /// Any country.
        All = "ALL",
        /// Brazil.
        Br = "BR",
        /// Chile.
        Cl = "CL",
        /// Colombia.
        Co = "CO",
        /// Costa Rica.
        Cr = "CR",
        /// Ecuador.
        Ec = "EC",
        /// Mexico.
        Mx = "MX",
        /// Peru.
        Pe = "PE",
    }
}

crate::text_enum! {
    /// The country of a phone that gets codes.
    pub enum PhoneCountry {
        /// Colombia.
        Co = "CO",
        /// Chile.
        Cl = "CL",
        /// Mexico.
        Mx = "MX",
        /// Brazil.
        Br = "BR",
        /// Venezuela.
        Ve = "VE",
        /// Peru.
        Pe = "PE",
        /// Ecuador.
        Ec = "EC",
        /// Argentina.
        Ar = "AR",
        /// United States.
        Us = "US",
    }
}

crate::text_enum! {
    /// What a phone is to the person.
    pub enum PhoneType {
        /// At home.
        Home = "home",
        /// At work.
        Office = "office",
        /// To get back what was lost.
        Recover = "recover",
    }
}

crate::text_enum! {
    /// How a code reaches a phone.
    pub enum VerifyChannel {
        /// As a short message.
        Sms = "sms",
        /// Spoken, in a call.
        Call = "call",
        /// By WhatsApp.
        Whatsapp = "whatsapp",
    }
}

crate::text_enum! {
    /// In which language a code is told to a phone.
    pub enum PhoneLocale {
        /// English.
        En = "en",
        /// Spanish.
        Es = "es",
        /// Portuguese.
        PtBr = "pt-BR",
    }
}

impl PhoneLocale {
    /// The language of its texts.
    pub const fn language(self) -> Language {
        match self {
            Self::En => Language::En,
            Self::Es => Language::Es,
            Self::PtBr => Language::Pt,
        }
    }
}

crate::text_enum! {
    /// Why a face is reported.
    pub enum FraudReason {
        /// Known for manipulated documents.
        ManipulatedDocument = "manipulated_document",
        /// Known for manipulated pictures.
        ManipulatedPhoto = "manipulated_photo",
        /// Does not pay.
        NonPayment = "non_payment",
        /// Has a criminal history with the client or an ally.
        CriminalRecordsInCompany = "criminal_records_in_company",
        /// Known for other fraud.
        Fraudster = "fraudster",
    }
}

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

/// What is said of what has to be switched on by whoever runs this.
const NOT_ENABLED: &str = "not enabled for this account";

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

fn authorized(fields: &Fields, errors: &mut FieldErrors) {
    let before = errors.0.len();
    if fields.boolean("user_authorized", errors) != Some(true) && errors.0.len() == before {
        errors.push("user_authorized", "must be true: the person has to authorize it");
    }
}

fn validator(fields: &Fields, known: &[Validator], errors: &mut FieldErrors) -> Option<Validator> {
    if fields
        .get("type")
        .is_some_and(|text| text.eq_ignore_ascii_case("electronic-signature"))
    {
        errors.push("type", NOT_ENABLED);
        return None;
    }
    fields.required_one_of("type", known, errors)
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

impl Asked {
    fn parse(validator: Validator, fields: &Fields, errors: &mut FieldErrors) -> Option<Self> {
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

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
