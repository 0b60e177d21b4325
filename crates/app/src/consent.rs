//! The terms of the authorisation that every process begins with.

use std::collections::BTreeMap;

use cotejo_domain::{
    fields::{FieldErrors, Fields},
    ids::{ClientId, TermsId},
    language::Language,
    processes::consent::{Company, Terms, TermsKey, VERSION, WRITTEN},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{App, AppError, AppResult, access::Caller};

/// Terms of the authorisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = consentTerms)]
pub struct ConsentTerms {
    /// The client
    #[schema(value_type = String)]
    client_id: ClientId,
    /// When these words were written
    creation_date: &'static str,
    /// By the name of the terms: the words in `es`, `en` and `pt`; with `terms=true`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    terms: Option<BTreeMap<&'static str, BTreeMap<&'static str, String>>>,
    /// Terms ID
    #[schema(value_type = String)]
    terms_id: TermsId,
    /// Version of the words
    version: u32,
}

impl App {
    /// GET /v1/consent-terms/{terms_id}: terms by their name or id. Whoever holds any key of the client may read them: the
    /// person's own token does.
    pub fn consent_terms(&self, caller: &Caller, key: TermsKey, query: &Fields) -> AppResult<ConsentTerms> {
        let client = caller.client();
        let found = Terms::find(key, client.id).ok_or(AppError::NotFound("The consent"))?;
        let mut errors = FieldErrors::default();
        let wanted = query.boolean("terms", &mut errors).unwrap_or(false);
        errors.into_result()?;
        let companies = Company::read(query, &client.name)?;
        let texts = || {
            let texts = Language::ALL
                .iter()
                .map(|language| (language.as_str(), found.text(*language, &companies)));
            BTreeMap::from([(found.as_str(), texts.collect())])
        };
        Ok(ConsentTerms {
            client_id: client.id,
            creation_date: WRITTEN,
            terms: wanted.then(texts),
            terms_id: found.id(client.id),
            version: VERSION,
        })
    }
}
