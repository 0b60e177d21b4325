//! The blocks of a flow: what each validates, the steps that it is made of, and how it can be configured.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{consent, step::StepKind};
use crate::{
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::{BlockId, ClientId},
    rules::Condition,
    validations::{
        DocumentCountry, DocumentKind, DocumentType,
        config::{Switches, switches},
        request::{PhoneLocale, VerifyChannel},
    },
};

crate::text_enum! {
    /// What a block validates.
    pub enum BlockKind {
        /// The person's authorisation that data are treated; every flow begins with it.
        EnterAuthorization = "enter_authorization",
        /// A document.
        DocumentVerification = "document_verification",
        /// A document, and that the face is the one on it.
        DocumentVerificationWithFaceRecognition = "document_verification_with_face_recognition",
        /// The same, of a living person.
        DocumentVerificationWithLiveness = "document_verification_with_liveness",
        /// A face, against the one that is known.
        FaceRecognition = "face_recognition",
        /// The same, of a living person.
        FaceRecognitionLiveness = "face_recognition_liveness",
        /// An e-mail address.
        EmailVerification = "email_verification",
        /// A phone.
        PhoneVerification = "phone_verification",
        /// An invoice, as proof of where the person lives.
        InvoiceVerification = "invoice_verification",
        /// A question.
        CustomQuestion = "custom_question",
        /// A background check of the person on the document.
        BackgroundCheck = "background_check",
        /// Nothing more: whoever waits here has what the blocks before it came to.
        GetValidationsResult = "get_validations_result",
    }
}

impl BlockKind {
    /// Its steps, in order.
    pub const fn steps(self) -> &'static [StepKind] {
        use StepKind as S;
        match self {
            Self::EnterAuthorization => &[S::EnterAuthorization],
            Self::DocumentVerification => &[S::EnterDocumentType, S::TakeDocumentPhoto],
            Self::DocumentVerificationWithFaceRecognition => {
                &[S::EnterDocumentType, S::TakeDocumentPhoto, S::RecordFacePhoto]
            }
            Self::DocumentVerificationWithLiveness => &[
                S::EnterDocumentType,
                S::TakeDocumentPhoto,
                S::RecordFacePhotoLiveness,
            ],
            Self::FaceRecognition => &[S::RecordFacePhoto],
            Self::FaceRecognitionLiveness => &[S::RecordFacePhotoLiveness],
            Self::EmailVerification => &[S::EnterEmail, S::EnterEmailVerificationCode],
            Self::PhoneVerification => &[S::EnterPhone, S::EnterPhoneVerificationCode],
            Self::InvoiceVerification => &[S::EnterInvoiceCountry, S::TakeInvoicePhoto],
            Self::CustomQuestion => &[S::EnterResponse],
            Self::BackgroundCheck | Self::GetValidationsResult => &[S::GetValidationsResult],
        }
    }
}

/// Where a flow goes on behind a block, if a condition holds for what is known by then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// The condition, as rules spell it.
    pub condition: Value,
    /// `success`, `failure`, `review`, or the key of a later block.
    pub go_to: String,
}

impl Branch {
    /// Whether it is taken. What is known stands under `object`.
    pub fn holds(&self, known: &Value) -> bool {
        Condition::parse(&self.condition).is_ok_and(|condition| condition.holds(known))
    }
}

/// A block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// What it is called in branches and in the checks table: unique in its flow.
    pub key: String,
    /// What it validates.
    pub kind: BlockKind,
    /// How it is configured, as it was sent.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// Where it goes on; to the next block where none holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<Branch>,
}

/// How a question is to be answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub text: String,
    /// What can be chosen; any text where it is empty.
    pub options: Vec<String>,
    /// The answers that are right; all where it is empty.
    pub answers: Vec<String>,
    /// Whether it may be left unanswered.
    pub optional: bool,
}

/// Longest text of a configuration, and most of a list.
const LONGEST: usize = 500;
const MOST: usize = 50;

/// Most retries of a block.
const MOST_RETRIES: u32 = 4;

/// The documents that a block can be shown where it says nothing of them.
const USUAL: &[DocumentType] = &[
    DocumentType::NationalId,
    DocumentType::ForeignId,
    DocumentType::Passport,
    DocumentType::DriverLicense,
    DocumentType::IdentityCard,
    DocumentType::Ppt,
    DocumentType::Pep,
    DocumentType::Cnh,
    DocumentType::GeneralRegistration,
];

impl Block {
    /// A block as it comes: without a configuration and branches, and not named yet.
    pub fn bare(id: BlockId, kind: BlockKind) -> Self {
        Self {
            id,
            key: String::new(),
            kind,
            config: Map::new(),
            branches: Vec::new(),
        }
    }

    /// Its configuration as the person's client sees it.
    pub fn shown(&self, client: ClientId) -> Map<String, Value> {
        match self.kind {
            BlockKind::EnterAuthorization => consent::shown(self, client),
            _ => self.config.clone(),
        }
    }

    /// How often a step of it may be tried again.
    pub fn retries(&self) -> u32 {
        self.number("retries").unwrap_or(2)
    }

    /// Seconds that a validation of it has; the process's own time where it says nothing.
    pub fn timeout(&self) -> Option<u32> {
        self.number("timeout")
    }

    /// How alike two faces have to be; the client's where it says nothing.
    pub fn threshold(&self) -> Option<f64> {
        self.config.get("threshold").and_then(Value::as_f64)
    }

    /// The methods that it switches on or off for its document, whatever the client has configured.
    pub fn methods(&self) -> Switches {
        self.switches("", &mut FieldErrors::default())
    }

    fn switches(&self, at: &str, errors: &mut FieldErrors) -> Switches {
        let Some(said) = self.config.get("validation_method") else {
            return Switches::new();
        };
        match Fields::from_json(json!({"validation_method": said})) {
            Ok(fields) if said.is_object() => switches(&fields, at, errors),
            _ => {
                errors.push(&format!("{at}validation_method"), "must be an object of methods");
                Switches::new()
            }
        }
    }

    /// The documents that it can be shown.
    pub fn documents(&self) -> Vec<DocumentKind> {
        let Some(allowed) = self.config.get("allowed_document_types") else {
            let all = DocumentCountry::ALL.iter().flat_map(|country| {
                USUAL.iter().map(|document_type| DocumentKind {
                    country: *country,
                    document_type: *document_type,
                })
            });
            return all.filter(|kind| kind.supported().is_some()).collect();
        };
        let mut errors = FieldErrors::default();
        allowed_documents(allowed, "", &mut errors)
    }

    /// The question of a block that asks one.
    pub fn question(&self) -> Question {
        let texts = |name| {
            let items = self.config.get(name).and_then(Value::as_array);
            let texts = items.into_iter().flatten().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        };
        Question {
            text: self.text("question").unwrap_or_default().to_owned(),
            options: texts("options"),
            answers: texts("answers"),
            optional: self.flag("optional"),
        }
    }

    /// The language of its messages; the person's where it says nothing.
    pub fn locale(&self) -> Option<PhoneLocale> {
        self.text("language").and_then(|text| text.parse().ok())
    }

    /// How its codes reach phones.
    pub fn channel(&self) -> VerifyChannel {
        let channel = self.text("verify_channel").and_then(|text| text.parse().ok());
        channel.unwrap_or(VerifyChannel::Sms)
    }

    /// The custom type of its background check; that of persons where it names none.
    pub fn check_type(&self) -> Option<&str> {
        self.text("type")
    }

    /// The score that its background check has to reach.
    pub fn min_score(&self) -> Option<f64> {
        self.config.get("min_score").and_then(Value::as_f64)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.config.get(name).and_then(Value::as_str)
    }

    fn flag(&self, name: &str) -> bool {
        self.config.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    fn number(&self, name: &str) -> Option<u32> {
        let number = self.config.get(name)?.as_u64()?;
        u32::try_from(number).ok()
    }

    /// Names everything in the configuration that cannot be. `at` is what stands before `config` in its path.
    pub(super) fn judge(&self, at: &str, errors: &mut FieldErrors) {
        let wrong = |name: &str, expected: &str, errors: &mut FieldErrors| {
            errors.push(&format!("{at}config.{name}"), expected);
        };
        if let Some(value) = self.config.get("retries")
            && value
                .as_u64()
                .is_none_or(|retries| retries > u64::from(MOST_RETRIES))
        {
            wrong("retries", "must be a whole number from 0 to 4", errors);
        }
        if let Some(value) = self.config.get("timeout")
            && value
                .as_u64()
                .is_none_or(|seconds| !(1..=21_600).contains(&seconds))
        {
            wrong(
                "timeout",
                "must be a whole number of seconds from 1 to 21600",
                errors,
            );
        }
        for name in ["threshold", "min_score"] {
            if let Some(value) = self.config.get(name)
                && value.as_f64().is_none_or(|ratio| !(0.0..=1.0).contains(&ratio))
            {
                wrong(name, "must be a number from 0 to 1", errors);
            }
        }
        self.switches(&format!("{at}config."), errors);
        if let Some(allowed) = self.config.get("allowed_document_types") {
            let at = format!("{at}config.allowed_document_types");
            allowed_documents(allowed, &at, errors);
        }
        if let Some(value) = self.config.get("language")
            && value
                .as_str()
                .is_none_or(|text| text.parse::<PhoneLocale>().is_err())
        {
            wrong("language", &must_be_one_of(PhoneLocale::ALL), errors);
        }
        if let Some(value) = self.config.get("verify_channel")
            && value
                .as_str()
                .is_none_or(|text| text.parse::<VerifyChannel>().is_err())
        {
            wrong("verify_channel", &must_be_one_of(VerifyChannel::ALL), errors);
        }
        match self.kind {
            BlockKind::CustomQuestion => self.judge_question(at, errors),
            BlockKind::EnterAuthorization => consent::judge(&self.config, at, errors),
            _ => {}
        }
    }

    fn judge_question(&self, at: &str, errors: &mut FieldErrors) {
        let good = |text: &str| (1..=LONGEST).contains(&text.chars().count());
        if !self.text("question").is_some_and(good) {
            let expected = format!("must be a text of 1 to {LONGEST} characters");
            errors.push(&format!("{at}config.question"), expected);
        }
        for name in ["options", "answers"] {
            let Some(value) = self.config.get(name) else {
                continue;
            };
            let texts = value.as_array().filter(|items| items.len() <= MOST);
            if !texts.is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(good))) {
                let expected = format!("must be a list of at most {MOST} texts");
                errors.push(&format!("{at}config.{name}"), expected);
            }
        }
        let question = self.question();
        let offered = |answer: &String| question.options.is_empty() || question.options.contains(answer);
        if !question.answers.iter().all(offered) {
            errors.push(&format!("{at}config.answers"), "must be among the options");
        }
    }
}

/// `[{"country": "CO", "document_types": ["national-id"]}]`
fn allowed_documents(json: &Value, at: &str, errors: &mut FieldErrors) -> Vec<DocumentKind> {
    let mut kinds = Vec::new();
    let Some(items) = json.as_array().filter(|items| (1..=MOST).contains(&items.len())) else {
        errors.push(at, "must be a list of countries with their document_types");
        return kinds;
    };
    for (place, item) in items.iter().enumerate() {
        let Some(country) = item["country"].as_str().and_then(|text| text.parse().ok()) else {
            let expected = must_be_one_of(DocumentCountry::ALL);
            errors.push(&format!("{at}[{place}].country"), expected);
            continue;
        };
        let types = item["document_types"]
            .as_array()
            .filter(|types| !types.is_empty());
        let at = format!("{at}[{place}].document_types");
        let Some(types) = types else {
            errors.push(&at, "must be a list of at least one type");
            continue;
        };
        for document_type in types {
            let read = document_type.as_str().and_then(|text| text.parse().ok());
            let kind = read.map(|document_type| DocumentKind {
                country,
                document_type,
            });
            match kind.filter(|kind| kind.supported().is_some()) {
                Some(kind) => kinds.push(kind),
                None => errors.push(&at, format!("has a type that is not validated for {country}")),
            }
        }
    }
    kinds
}
