//! A face: alive, the enrolled one, not a reported one.
//!
//! Vectors are sealed where they lie; they leave this process neither in answers nor in logs.

use std::{collections::BTreeSet, sync::Arc};

use cotejo_domain::{
    clients::Client,
    files::FileKind,
    ids::{ClientId, EnrollmentId},
    validations::{
        Asked, DeclinedReason, Enrollment, EnrollmentReason, EnrollmentStatus, FaceFindings, FaceMatch,
        Findings, Outcome, Validation,
        pictures::LARGEST_PICTURE,
        places::Place,
        request::{FaceCountry, FaceMethod},
        similarity,
    },
};
use cotejo_providers::{
    engines::{EngineError, Face, FaceEngine, FaceQuestion, cosine},
    sandbox::{Sandbox, validations::Fate},
};
use cotejo_store::{
    enrollments::{self as store, FaceRow},
    validations,
};
use uuid::Uuid;

use super::{
    document::PORTRAIT,
    picture::Kept,
    work::{Case, NotWorked, Worked},
};
use crate::{App, AppError, AppResult, secrets::Place as Where};

/// The cosine from which a face is another one's: ruling on 1:N.
const SAME: f64 = 0.45;

/// How likely a face has to be of a living person.
const ALIVE: f64 = 0.5;

/// Faces that are compared at once.
const PAGE: i64 = 1000;

/// How many of the newest faces of other accounts a face is compared to.
const NEWEST: i64 = 5000;

/// The score of a sandbox client's faces, which are alike unless a scenario says otherwise.
const SANDBOX_SCORES: (f64, f64) = (0.97, 0.12);

/// How alike the faces of a sandbox client are.
fn sandbox_score(case: &Case<'_>) -> Option<f64> {
    let (alike, unlike) = SANDBOX_SCORES;
    let other = case.fate == Some(Fate::Declined(DeclinedReason::SimilarityThresholdNotPassed));
    case.client
        .is_sandbox()
        .then_some(if other { unlike } else { alike })
}

impl App {
    /// What looks at the faces of a client.
    pub(super) fn face_engine(&self, client: &Client) -> Result<Arc<dyn FaceEngine>, EngineError> {
        if client.is_sandbox() {
            return Ok(Arc::new(Sandbox));
        }
        self.inner.eyes.faces.here()
    }

    /// What is to be said of a face.
    pub(super) async fn work_on_face(&self, case: &Case<'_>, kept: &[Kept]) -> Result<Worked, NotWorked> {
        let picture = kept.first().map_or(&[][..], |kept| &kept.jpeg);
        let question = FaceQuestion {
            client: case.client.id,
            account: case.account.name.as_str(),
            liveness: case.validation.asked.wants_liveness(),
            picture,
        };
        let mut faces = self.face_engine(case.client)?.faces(question).await?;
        let mut findings = FaceFindings::default();
        let outcome = match (faces.pop(), faces.len()) {
            (None, _) => Outcome::Declined(DeclinedReason::NoFaceDetected),
            // Whose picture it is cannot be told.
            (Some(_), 1..) => Outcome::Declined(DeclinedReason::FaceValidationFailed),
            (Some(face), 0) => self.compare_face(case, &face, &mut findings).await?,
        };
        Ok(Worked {
            findings: Findings {
                face: Some(findings),
                ..Findings::default()
            },
            outcome,
        })
    }

    async fn compare_face(
        &self,
        case: &Case<'_>,
        face: &Face,
        findings: &mut FaceFindings,
    ) -> Result<Outcome, NotWorked> {
        let validation = case.validation;
        findings.age_range = face.age_range;
        let mut reasons = Vec::new();
        if validation.asked.wants_liveness() {
            findings.alive = face.alive.map(|alive| alive >= ALIVE);
            reasons.extend(
                (findings.alive == Some(false))
                    .then_some(DeclinedReason::PassiveLivenessVerificationNotPassed),
            );
        }
        if let Asked::Face { methods, .. } = &validation.asked
            && methods.contains(&FaceMethod::Similarity)
        {
            match self.similarity(case, face).await? {
                Ok(score) => {
                    let same = score >= validation.terms.threshold;
                    findings.confidence = Some(rounded(score));
                    findings.similar = Some(same);
                    reasons.extend((!same).then_some(DeclinedReason::SimilarityThresholdNotPassed));
                }
                Err(reason) => {
                    findings.similar = Some(false);
                    reasons.push(reason);
                }
            }
        }
        let searched = match &validation.asked {
            Asked::FaceSearch { country } => Some(*country),
            _ => validation.terms.face_search.then_some(FaceCountry::All),
        };
        if let Some(country) = searched {
            let reported = self.search_reported(case.client, face, country).await?;
            findings.reported = Some(reported);
            let reason = match &validation.asked {
                Asked::FaceSearch { .. } => DeclinedReason::FraudsterFaceMatchInClientCollection,
                _ => DeclinedReason::RiskyFaceDetected,
            };
            reasons.extend(reported.found.then_some(reason));
        }
        findings.other_accounts = self.count_others(case.client, validation, face).await?;
        if let Some(Fate::Declined(reason)) = case.fate
            && reason.place() == Place::Face
            && reasons.is_empty()
        {
            reasons.push(reason);
        }
        Ok(reasons
            .first()
            .map_or(Outcome::Success, |reason| Outcome::Declined(*reason)))
    }

    /// How alike a face and the enrolled one are, as clients see it; or why there is nothing to compare it to.
    async fn similarity(
        &self,
        case: &Case<'_>,
        face: &Face,
    ) -> Result<Result<f64, DeclinedReason>, NotWorked> {
        let Some(enrollment) = case.validation.enrollment else {
            return self.similarity_to_portrait(case, face).await.map(Ok);
        };
        let mut conn = self.inner.pool.acquire().await?;
        let row = store::face(&mut conn, case.client.id, enrollment).await?;
        let known = store::find(&mut conn, case.client.id, enrollment, false).await?;
        drop(conn);
        let failed = |known: &Enrollment| known.status == EnrollmentStatus::Failure;
        match known {
            Some(known) if !failed(&known) => {}
            Some(known) if known.reason == Some(EnrollmentReason::FaceInBlocklist) => {
                return Ok(Err(DeclinedReason::FaceInBlocklist));
            }
            Some(_) | None => return Ok(Err(DeclinedReason::FaceValidationFailed)),
        }
        let pending = || EngineError::Unavailable("the enrolled face is not known yet".to_owned());
        let row = row.ok_or_else(pending)?;
        if let Some(score) = sandbox_score(case) {
            return Ok(Ok(score));
        }
        let enrolled = self.open_vector(case.client.id, &row)?;
        Ok(Ok(similarity::score(cosine(&face.vector, &enrolled))))
    }

    /// How alike a face and the portrait on the account's newest document are.
    async fn similarity_to_portrait(&self, case: &Case<'_>, face: &Face) -> Result<f64, NotWorked> {
        let (client, account) = (case.client, case.validation.account);
        let mut conn = self.inner.pool.acquire().await?;
        let document = validations::with_portrait(&mut conn, client.id, account, PORTRAIT).await?;
        let portrait = match document {
            None => None,
            Some(id) => {
                let kind = FileKind::ValidationPicture;
                cotejo_store::files::of_resource(&mut conn, client.id, id.0, kind, PORTRAIT).await?
            }
        };
        drop(conn);
        if let Some(score) = sandbox_score(case) {
            return Ok(score);
        }
        let portrait = portrait.ok_or_else(|| AppError::internal("the portrait of a document is gone"))?;
        let picture = self.read_whole(portrait, LARGEST_PICTURE).await?;
        let question = FaceQuestion {
            client: client.id,
            account: case.account.name.as_str(),
            liveness: false,
            picture: &picture,
        };
        let faces = self.face_engine(client)?.faces(question).await?;
        let known = faces.first().map_or(&[][..], |known| &known.vector);
        Ok(similarity::score(cosine(&face.vector, known)))
    }

    /// Looks for a face among the reported ones of a client.
    pub(super) async fn search_reported(
        &self,
        client: &Client,
        face: &Face,
        country: FaceCountry,
    ) -> AppResult<FaceMatch> {
        let mut nearest = 0.0_f64;
        let mut after = Uuid::nil();
        loop {
            let mut conn = self.inner.pool.acquire().await?;
            let rows = store::reported(&mut conn, client.id, country, after, PAGE).await?;
            drop(conn);
            let Some(last) = rows.last() else { break };
            after = last.enrollment.0;
            for (_, alike) in self.compared(client, face, rows).await? {
                nearest = nearest.max(alike);
            }
        }
        Ok(FaceMatch {
            found: nearest >= SAME,
            confidence: rounded(similarity::score(nearest)),
        })
    }

    /// How many other accounts of a client have this face, among those enrolled last.
    async fn count_others(&self, client: &Client, validation: &Validation, face: &Face) -> AppResult<u32> {
        let mut conn = self.inner.pool.acquire().await?;
        let rows = store::of_others(&mut conn, client.id, validation.account, NEWEST).await?;
        drop(conn);
        let compared = self.compared(client, face, rows).await?;
        let same = compared.into_iter().filter(|(_, alike)| *alike >= SAME);
        let accounts: BTreeSet<Uuid> = same.map(|(account, _)| account).collect();
        Ok(u32::try_from(accounts.len()).unwrap_or(u32::MAX))
    }

    /// How alike a face is to each of these, with the account of each. Thousands take a processor for a while.
    async fn compared(
        &self,
        client: &Client,
        face: &Face,
        rows: Vec<FaceRow>,
    ) -> AppResult<Vec<(Uuid, f64)>> {
        let (app, client, vector) = (self.clone(), client.id, face.vector.clone());
        let work = move || {
            let alike = |row: &FaceRow| {
                let other = app.open_vector(client, row)?;
                Ok((row.account, cosine(&vector, &other)))
            };
            rows.iter().map(alike).collect()
        };
        self.blocking(work).await?
    }

    /// A vector as it is kept.
    pub(super) fn seal_vector(&self, client: &Client, id: EnrollmentId, vector: &[f32]) -> Vec<u8> {
        let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
        let place = vector_place(client.id, &id);
        self.inner.secrets.seal(place, self.ids().secret(), &bytes)
    }

    fn open_vector(&self, client: ClientId, row: &FaceRow) -> AppResult<Vec<f32>> {
        let place = vector_place(client, &row.enrollment);
        let bytes = self
            .inner
            .secrets
            .open(place, &row.vector)
            .map_err(AppError::internal)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}

const fn vector_place(client: ClientId, id: &EnrollmentId) -> Where<'_> {
    Where {
        client,
        what: "face.vector",
        of: id.0.as_bytes(),
    }
}

/// A score as it is printed: four decimals say more than there is to know.
fn rounded(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}
