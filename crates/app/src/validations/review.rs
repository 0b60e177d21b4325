//! Reviews of validations by persons: the queue, and what they say.

use cotejo_domain::{
    fields::FieldErrors,
    ids::{ReviewId, ValidationId},
    permissions::Permission,
    validations::{
        DeclinedReason, ReviewState,
        review::{Decision, Review, Verdict},
    },
};
use cotejo_store::{reviews as store, validations};
use serde::Serialize;
use utoipa::ToSchema;

use super::{VALIDATION, body::ValidationBody};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

const REVIEW: AppError = AppError::NotFound("The review");

/// The states that the queue can be asked for.
const STATES: &[ReviewState] = &[ReviewState::Pending, ReviewState::Decided, ReviewState::Expired];

/// A review.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Review)]
pub struct ReviewBody {
    /// Why the validation would be declined
    #[schema(value_type = String)]
    automatic_reason: DeclinedReason,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// `approve` or `reject`; absent until somebody said
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    decision: Option<Verdict>,
    /// When it was said, RFC 3339
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_date: Option<String>,
    /// Why the person is declined
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    declined_reason: Option<DeclinedReason>,
    /// Until when somebody has to say, RFC 3339
    expiration_date: String,
    /// In the reviewer's words
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Review ID
    #[schema(value_type = String)]
    review_id: ReviewId,
    /// Who said it
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewed_by: Option<String>,
    /// Its validation, with links to the pictures; only where one review is asked for
    #[serde(skip_serializing_if = "Option::is_none")]
    validation: Option<ValidationBody>,
    /// Validation ID
    #[schema(value_type = String)]
    validation_id: ValidationId,
}

impl ReviewBody {
    fn of(review: &Review, validation: Option<ValidationBody>) -> Self {
        let said = review.decision.as_ref();
        Self {
            automatic_reason: review.automatic,
            creation_date: review.created.rfc3339_nanos(),
            decision: said.map(|said| said.verdict),
            decision_date: said.map(|said| said.at.rfc3339_seconds()),
            declined_reason: said.and_then(|said| said.reason),
            expiration_date: review.until.rfc3339_seconds(),
            note: said.map(|said| said.note.clone()).filter(|note| !note.is_empty()),
            review_id: review.id,
            reviewed_by: said.map(|said| said.by.clone()),
            validation,
            validation_id: review.validation,
        }
    }
}

impl App {
    /// The reviews of a client in a state, the oldest first: `pending` unless another is asked for.
    pub async fn list_reviews(
        &self,
        caller: &Caller,
        state: Option<&str>,
        start_key: Option<&str>,
    ) -> AppResult<Page<ReviewBody>> {
        caller.require(Permission::ValidationsRead)?;
        let state = match state {
            None => ReviewState::Pending,
            Some(text) => {
                let read = text.parse().ok().filter(|state| STATES.contains(state));
                let expected = || cotejo_domain::fields::must_be_one_of(STATES);
                read.ok_or_else(|| FieldErrors::one("status", expected()))?
            }
        };
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/reviews",
            filter: state.as_str(),
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = store::list(&mut conn, scope.client, state, after, ROWS).await?;
        let page = self.page(scope, PAGE, rows, |review| Position::Id(review.id.0));
        Ok(page.map(|review| ReviewBody::of(&review, None)))
    }

    /// A review, with what there is to see.
    pub async fn get_review(&self, caller: &Caller, id: ReviewId) -> AppResult<ReviewBody> {
        caller.require(Permission::ValidationsRead)?;
        let client = caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        let review = store::find(&mut conn, client, id).await?.ok_or(REVIEW)?;
        let validation = validations::find(&mut conn, client, review.validation).await?;
        let validation = validation.ok_or(REVIEW)?;
        let body = self.validation_body(&mut conn, caller, &validation, true).await?;
        Ok(ReviewBody::of(&review, Some(body)))
    }

    /// Decides the review of a validation, which ends by it; what was found automatically stays beside it.
    pub async fn review_validation(&self, command: &Command, id: ValidationId) -> AppResult<Done> {
        command.caller.require(Permission::ValidationsWrite)?;
        let fields = command.fields()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let now = command.now(self);
        let mut validation = validations::lock(&mut write.tx, client.id, id)
            .await?
            .ok_or(VALIDATION)?;
        let review = store::of_validation(&mut write.tx, client.id, id).await?;
        let review = review.ok_or_else(|| AppError::Conflict("the validation is not reviewed".to_owned()))?;
        let decision = Decision::parse(
            &fields,
            review.automatic,
            command.caller.claims.username.clone(),
            now,
        )?;
        if !validation.reviewed(decision.outcome(), now) {
            return Err(AppError::Conflict("the review has ended".to_owned()));
        }
        store::end(&mut write.tx, client.id, review.id, Some(&decision)).await?;
        self.conclude(&mut write.tx, client, &mut validation).await?;
        let audited = Audited {
            action: "review.decided",
            resource: validation.id.0,
            detail: decision.verdict.to_string(),
            ..Audited::default()
        };
        let review = Review {
            decision: Some(decision),
            ..review
        };
        self.end(write, command, audited, 200, &ReviewBody::of(&review, None))
            .await
    }
}
