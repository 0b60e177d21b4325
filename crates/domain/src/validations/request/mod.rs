//! What POST /v1/validations and POST /v1/enrollments ask for, and the rules of their fields (seed 001).
//!
//! Here are the words that they are written with. What is validated is read by `asked.rs`, the validation around it by
//! `validation.rs`, an enrollment by `enrollment.rs`.

mod asked;
mod enrollment;
mod validation;

pub use asked::Asked;
pub use enrollment::{Enrolled, NewEnrollment};
pub use validation::NewValidation;

use crate::{
    fields::{FieldErrors, Fields},
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

/// What is said of what has to be switched on by whoever runs this.
const NOT_ENABLED: &str = "not enabled for this account";

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

#[cfg(test)]
mod tests;
