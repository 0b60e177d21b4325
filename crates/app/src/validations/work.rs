//! The work on a validation whose files are there.

use std::time::Duration;

use async_trait::async_trait;
use cotejo_domain::{
    clients::Client,
    files::FileKind,
    ids::{FileId, ReviewId},
    validations::{
        Account, Asked, DeclinedReason, DocumentKind, Findings, Method, Outcome as Verdict, ReviewState,
        Validation,
        config::Config,
        pictures::BadPicture,
        review::{PATIENCE_SECONDS, Review},
        validation::wants_review,
    },
};
use cotejo_providers::{
    engines::EngineError,
    sandbox::validations::{Fate, fate},
};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::{
    reviews, validation_accounts, validation_configs, validation_configs::Configured, validations as store,
};
use sqlx::PgConnection;

use super::{
    Payload, REVIEW_JOB, RUN_JOB,
    picture::{Album, Kept},
};
use crate::{
    App, AppError, AppResult,
    jobs::{one_by_one, payload},
};

/// Works on validations.
pub struct RunValidations(pub App);

#[async_trait]
impl Handler for RunValidations {
    fn kind(&self) -> &'static str {
        RUN_JOB
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.run_validation(lease)).await
    }
}

/// A validation that is worked on, and whose it is.
pub(super) struct Case<'a> {
    pub client: &'a Client,
    pub account: &'a Account,
    pub validation: &'a Validation,
    pub config: &'a Config,
    /// What is to become of it; only a sandbox client's.
    pub fate: Option<Fate>,
}

impl Case<'_> {
    /// By which methods the document is validated.
    pub fn methods(&self, kind: DocumentKind, version: Option<&str>) -> Vec<Method> {
        self.config.methods(kind, version, &self.validation.terms.methods)
    }
}

/// What the work came to.
pub(super) struct Worked {
    pub findings: Findings,
    pub outcome: Verdict,
}

/// Why the work was not done: ours, or the engine's, which may do it later.
pub(super) enum NotWorked {
    App(AppError),
    Engine(EngineError),
}

impl From<AppError> for NotWorked {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl From<sqlx::Error> for NotWorked {
    fn from(error: sqlx::Error) -> Self {
        Self::App(error.into())
    }
}

impl From<EngineError> for NotWorked {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl App {
    async fn run_validation(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: Payload = payload(lease)?;
        let (client, id) = payload.validation();
        let mut conn = self.inner.pool.acquire().await?;
        let client = cotejo_store::clients::find(&mut conn, client).await?;
        let Some(client) = client else {
            return self.drop_lease(lease).await;
        };
        let Some(mut validation) = store::find(&mut conn, client.id, id).await? else {
            return self.drop_lease(lease).await;
        };
        if validation.is_final() || validation.automatic.is_some() {
            return self.drop_lease(lease).await;
        }
        let account = validation_accounts::find(&mut conn, client.id, &validation.account_name).await?;
        let account = account.ok_or_else(|| AppError::internal("the account of a validation is gone"))?;
        let configured = validation_configs::find(&mut conn, client.id).await?;
        let fate = if client.is_sandbox() { fate(&account) } else { None };
        if let Some(pause) = dawdles(fate, &validation, self.now(&client).seconds()) {
            return Ok(Outcome::Later(pause));
        }
        if matches!(fate, Some(Fate::Expired(_))) {
            return self.drop_lease(lease).await;
        }
        if validation.started.is_none() {
            validation.start(self.now(&client));
            store::note_start(&mut conn, &validation).await?;
        }
        drop(conn);
        let case = Case {
            client: &client,
            account: &account,
            validation: &validation,
            config: &configured.config,
            fate,
        };
        let (worked, kept) = match self.work_on(&case).await {
            Ok(done) => done,
            Err(NotWorked::App(error)) => return Err(error),
            Err(NotWorked::Engine(error)) if error.is_transient() => {
                return Ok(Outcome::Failed(error.to_string()));
            }
            Err(NotWorked::Engine(error)) => {
                tracing::error!(validation.id = %id, error = %error, "an engine cannot be used");
                let findings = Findings::default();
                let outcome = Verdict::SystemError;
                (Worked { findings, outcome }, Vec::new())
            }
        };
        self.settle_validation(lease, &client, &configured, &validation, worked, &kept)
            .await
    }

    /// Makes pictures of the files and has them looked at.
    async fn work_on(&self, case: &Case<'_>) -> Result<(Worked, Vec<Kept>), NotWorked> {
        if case.fate == Some(Fate::SystemError) {
            let findings = Findings::default();
            let outcome = Verdict::SystemError;
            return Ok((Worked { findings, outcome }, Vec::new()));
        }
        let album = Album {
            client: case.client,
            resource: case.validation.id.0,
            upload: FileKind::ValidationUpload,
            picture: FileKind::ValidationPicture,
        };
        let mut kept = Vec::new();
        for slot in case.validation.slots() {
            match self.make_picture(album, *slot).await? {
                Ok(picture) => kept.push(picture),
                Err(bad) => {
                    let outcome = Verdict::Declined(reason_of(case.validation, bad));
                    let findings = Findings::default();
                    return Ok((Worked { findings, outcome }, kept));
                }
            }
        }
        let worked = match &case.validation.asked {
            Asked::Document { kind, .. } => self.work_on_document(case, *kind, &mut kept).await?,
            Asked::Face { .. } | Asked::FaceSearch { .. } => self.work_on_face(case, &kept).await?,
            // A code's work is to be sent; only a scenario brings one here.
            Asked::Email { .. } | Asked::Phone { .. } => Worked {
                findings: Findings::default(),
                outcome: match case.fate {
                    Some(Fate::Declined(reason)) => Verdict::Declined(reason),
                    _ => Verdict::SystemError,
                },
            },
        };
        Ok((worked, kept))
    }

    /// Writes what was found in the transaction that ends the job.
    async fn settle_validation(
        &self,
        lease: &Lease,
        client: &Client,
        configured: &Configured,
        before: &Validation,
        worked: Worked,
        kept: &[Kept],
    ) -> AppResult<Outcome> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        let there = store::lock(&mut tx, client.id, before.id).await?;
        let open = there.filter(|validation| !validation.is_final() && validation.automatic.is_none());
        let Some(mut validation) = open else {
            // It expired or is gone: what was made of its files goes too.
            let ids: Vec<FileId> = kept.iter().map(|kept| kept.file.id).collect();
            self.forget_bytes(&mut tx, client.id, &ids).await?;
            tx.commit().await?;
            return Ok(Outcome::Done);
        };
        let files: Vec<_> = kept.iter().map(|kept| &kept.file).collect();
        self.put_files(&mut tx, &files).await?;
        let now = self.now(client);
        let wanted = self.is_review_wanted(configured, &validation, &worked);
        let reviewers = configured
            .schedule
            .as_ref()
            .is_none_or(|schedule| schedule.covers(now));
        let review = wanted && (reviewers || !validation.terms.check_review_availability);
        if wanted && !review {
            validation.review = ReviewState::Unavailable;
        }
        validation.found(worked.findings, worked.outcome, review, now);
        if let Some(reason) = worked.outcome.declined().filter(|_| review) {
            self.ask_for_review(&mut tx, client, &validation, reason).await?;
        } else {
            self.conclude(&mut tx, client, &mut validation).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    fn is_review_wanted(&self, configured: &Configured, validation: &Validation, worked: &Worked) -> bool {
        let methods = match &validation.asked {
            Asked::Document { kind, .. } => {
                let document = worked.findings.document.as_ref();
                let version = document.and_then(|document| document.version.as_deref());
                configured
                    .config
                    .methods(*kind, version, &validation.terms.methods)
            }
            _ => Vec::new(),
        };
        wants_review(&methods, &validation.terms, worked.outcome)
    }

    async fn ask_for_review(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &Validation,
        automatic: DeclinedReason,
    ) -> AppResult<()> {
        let now = self.now(client);
        let review = Review {
            client: client.id,
            id: ReviewId(self.ids().uuid(now)),
            validation: validation.id,
            automatic,
            decision: None,
            created: now,
            until: now.plus_seconds(PATIENCE_SECONDS),
        };
        store::update(&mut *conn, validation).await?;
        reviews::insert(&mut *conn, &review).await?;
        let after = self.until(client, review.until);
        let job = self.job_of(client, REVIEW_JOB, review.id.0, after);
        Ok(cotejo_queue::wake(conn, &[job]).await?)
    }
}

/// How long a scenario has a validation wait before anybody looks.
fn dawdles(fate: Option<Fate>, validation: &Validation, now: i64) -> Option<Duration> {
    let Some(Fate::Slow(seconds)) = fate else {
        return None;
    };
    let left = validation.created.seconds() + i64::from(seconds) - now;
    u64::try_from(left)
        .ok()
        .filter(|left| *left > 0)
        .map(Duration::from_secs)
}

fn reason_of(validation: &Validation, bad: BadPicture) -> DeclinedReason {
    match &validation.asked {
        Asked::Document { .. } => bad.of_document(),
        _ => bad.of_face(),
    }
}
