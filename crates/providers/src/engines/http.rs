//! Engines behind HTTP, for those who buy theirs.
//!
//! `POST {base}/documents` and `POST {base}/faces` with JSON; pictures are Base64. The answers have the shapes of
//! [`Examined`] and of a list of [`Face`]s.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cotejo_domain::validations::{
    AttachmentValidation, DeclinedReason, DocumentFields, DocumentFindings, SubResult, SubValidation,
};
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{DocumentEngine, DocumentQuestion, EngineError, Examined, Face, FaceEngine, FaceQuestion};

/// How long an engine may look.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Largest answer that is read.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// An engine behind HTTP.
pub struct HttpEngine {
    client: Client,
    base: Url,
    key: Option<String>,
}

/// The settings of an engine cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the engine's URL cannot be used: {0}")]
pub struct HttpEngineError(String);

#[derive(Deserialize)]
struct DocumentAnswer {
    #[serde(default)]
    fields: BTreeMap<String, String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    attachments: Vec<AttachmentValidation>,
    #[serde(default)]
    parts: Vec<SubValidation>,
    #[serde(default)]
    portrait: Option<String>,
}

impl DocumentAnswer {
    /// What the answer found. What is not in order without saying why would pass the person.
    fn findings(self) -> Result<DocumentFindings, EngineError> {
        let mute = |result, reason: Option<DeclinedReason>| result == SubResult::Invalid && reason.is_none();
        let unexplained = self.parts.iter().any(|part| mute(part.result, part.reason))
            || self.attachments.iter().any(|one| mute(one.result, one.reason));
        if unexplained {
            return Err(EngineError::Broken(
                "something is invalid without a reason".to_owned(),
            ));
        }
        let mut fields = DocumentFields::default();
        for (name, value) in self.fields {
            // It may know more than we show.
            if let Ok(field) = name.parse() {
                fields.set(field, value);
            }
        }
        Ok(DocumentFindings {
            fields,
            version: self.version,
            attachments: self.attachments,
            parts: self.parts,
        })
    }
}

#[derive(Deserialize)]
struct FacesAnswer {
    faces: Vec<FaceAnswer>,
}

#[derive(Deserialize)]
struct FaceAnswer {
    vector: Vec<f32>,
    #[serde(default)]
    alive: Option<f64>,
    #[serde(default)]
    age_range: Option<(u32, u32)>,
}

impl HttpEngine {
    /// An engine at a URL; `key` is sent as a bearer token.
    pub fn new(base: &str, key: Option<String>) -> Result<Self, HttpEngineError> {
        let fail = |error: &dyn std::fmt::Display| HttpEngineError(error.to_string());
        // A base without a slash would lose its last segment.
        let base = Url::parse(&format!("{}/", base.trim_end_matches('/'))).map_err(|error| fail(&error))?;
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .user_agent(concat!("cotejo/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| fail(&error))?;
        Ok(Self { client, base, key })
    }

    async fn ask<T: DeserializeOwned>(&self, path: &str, question: &Value) -> Result<T, EngineError> {
        let away = |reason: &str| EngineError::Unavailable(reason.to_owned());
        let broken = |reason: &str| EngineError::Broken(reason.to_owned());
        let url = self.base.join(path).map_err(|_| broken("its URL is none"))?;
        let mut request = self.client.post(url).json(question);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let mut response = request.send().await.map_err(|_| away("it did not answer"))?;
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => return Err(away("it is busy")),
            status if status.is_server_error() => return Err(away("it failed")),
            status if !status.is_success() => return Err(broken("it refused the question")),
            _ => {}
        }
        let mut answer = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|_| away("its answer broke off"))? {
            if answer.len() + piece.len() > LARGEST_ANSWER {
                return Err(broken("its answer is too large"));
            }
            answer.extend_from_slice(&piece);
        }
        serde_json::from_slice(&answer).map_err(|_| broken("its answer has another shape"))
    }
}

#[async_trait]
impl DocumentEngine for HttpEngine {
    async fn examine(&self, question: DocumentQuestion<'_>) -> Result<Examined, EngineError> {
        let pictures: serde_json::Map<String, Value> = question
            .pictures
            .iter()
            .map(|(slot, picture)| (slot.to_string(), STANDARD.encode(picture).into()))
            .collect();
        let asked = json!({
            "country": question.kind.country,
            "document_type": question.kind.document_type,
            "methods": question.methods,
            "today": question.today.to_string(),
            "account": {
                "document_number": question.account.person.document_number,
                "first_name": question.account.person.first_name,
                "last_name": question.account.person.last_name,
            },
            "pictures": pictures,
        });
        let answer: DocumentAnswer = self.ask("documents", &asked).await?;
        let portrait = answer
            .portrait
            .as_ref()
            .and_then(|text| STANDARD.decode(text).ok());
        Ok(Examined {
            portrait,
            findings: answer.findings()?,
        })
    }
}

#[async_trait]
impl FaceEngine for HttpEngine {
    async fn faces(&self, question: FaceQuestion<'_>) -> Result<Vec<Face>, EngineError> {
        let asked = json!({ "liveness": question.liveness, "picture": STANDARD.encode(question.picture) });
        let answer: FacesAnswer = self.ask("faces", &asked).await?;
        let faces = answer.faces.into_iter().map(|face| Face {
            vector: face.vector,
            alive: face.alive,
            age_range: face.age_range,
        });
        Ok(faces.collect())
    }
}
