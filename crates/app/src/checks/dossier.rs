//! Everything that is known of one check, for whoever tells it to people.

use cotejo_domain::{
    checks::{
        Check, Dossier, Run, Told,
        scoring::{self, Scores},
    },
    ids::CheckId,
    language::Language,
};

use crate::{App, AppError, AppResult, access::Caller};

/// Most findings that are read; a check with more of them is told by its first ones.
const FINDINGS: i64 = 2_000;

/// A check with its runs, its findings and what they come to.
pub(crate) struct Known {
    pub check: Check,
    pub runs: Vec<Run>,
    pub told: Vec<Told>,
    pub scores: Scores,
}

impl Known {
    pub fn dossier<'a>(&'a self, app: &App) -> Dossier<'a> {
        Dossier {
            check: &self.check,
            runs: &self.runs,
            told: &self.told,
            scores: &self.scores,
            catalogue: app.inner.catalogue,
        }
    }
}

impl App {
    /// What is known of a check.
    pub(crate) async fn known(&self, client: cotejo_domain::ids::ClientId, id: CheckId) -> AppResult<Known> {
        let mut conn = self.inner.pool.acquire().await?;
        let check = cotejo_store::checks::find(&mut conn, client, id, false)
            .await?
            .ok_or(AppError::NotFound("The Check"))?;
        let runs = cotejo_store::runs::of_checks(&mut conn, client, &[id.0])
            .await?
            .remove(&id)
            .unwrap_or_default();
        let told = cotejo_store::findings::told(&mut conn, client, id, FINDINGS).await?;
        let scores = scoring::score(check.check_type, &runs, check.weights());
        Ok(Known {
            check,
            runs,
            told,
            scores,
        })
    }
}

/// Refuses a caller from whom names or documents are hidden: running text and drawn pages hide nothing.
pub(crate) fn unmasked(caller: &Caller) -> AppResult<()> {
    if caller.key.masks().is_empty() {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}

/// The language that a query asks for.
pub(crate) fn language(lang: Option<&str>, otherwise: Language) -> AppResult<Language> {
    match lang {
        None => Ok(otherwise),
        Some(text) => text.parse().map_err(|_| {
            cotejo_domain::fields::FieldErrors::one(
                "lang",
                cotejo_domain::fields::must_be_one_of(Language::ALL),
            )
            .into()
        }),
    }
}
