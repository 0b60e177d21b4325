//! Reviews of validations, and the config that asks for them.

use cotejo_domain::{
    ids::{ClientId, ReviewId, ValidationId},
    time::Timestamp,
    validations::{
        DeclinedReason, ReviewState,
        review::{Decision, Review, Verdict},
    },
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::read;

struct Row {
    client_id: Uuid,
    id: Uuid,
    validation_id: Uuid,
    automatic: String,
    verdict: Option<String>,
    reason: Option<String>,
    note: String,
    decided_by: String,
    decided_ns: Option<i64>,
    created_ns: i64,
    until_ns: i64,
}

impl Row {
    fn into_review(self) -> sqlx::Result<Review> {
        let decision = match (self.verdict, self.decided_ns) {
            (Some(verdict), Some(at)) => Some(Decision {
                verdict: read(&verdict, "verdict")?,
                reason: self.reason.map(|text| read(&text, "reason")).transpose()?,
                note: self.note,
                by: self.decided_by,
                at: Timestamp::from_nanos(at),
            }),
            _ => None,
        };
        Ok(Review {
            client: ClientId(self.client_id),
            id: ReviewId(self.id),
            validation: ValidationId(self.validation_id),
            automatic: read(&self.automatic, "automatic")?,
            decision,
            created: Timestamp::from_nanos(self.created_ns),
            until: Timestamp::from_nanos(self.until_ns),
        })
    }
}

/// Asks for a review.
pub async fn insert(conn: &mut PgConnection, review: &Review) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into reviews (client_id, id, validation_id, automatic, state, created_ns, until_ns)
        values ($1, $2, $3, $4, 'pending', $5, $6)
        "#,
        review.client.0,
        review.id.0,
        review.validation.0,
        review.automatic.as_str(),
        review.created.nanos(),
        review.until.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The review of that id.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: ReviewId) -> sqlx::Result<Option<Review>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, validation_id, automatic, verdict, reason, note, decided_by, decided_ns, created_ns, until_ns
        from reviews where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_review)
    .transpose()
}

/// The review of a validation.
pub async fn of_validation(
    conn: &mut PgConnection,
    client: ClientId,
    validation: ValidationId,
) -> sqlx::Result<Option<Review>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, validation_id, automatic, verdict, reason, note, decided_by, decided_ns, created_ns, until_ns
        from reviews where client_id = $1 and validation_id = $2
        "#,
        client.0,
        validation.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_review)
    .transpose()
}

/// Reviews in a state behind `after`, oldest first: who waits longest is next.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    state: ReviewState,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Review>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, validation_id, automatic, verdict, reason, note, decided_by, decided_ns, created_ns, until_ns
        from reviews where client_id = $1 and state = $2 and id > $3
        order by id limit $4
        "#,
        client.0,
        state.as_str(),
        after.unwrap_or(Uuid::nil()),
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_review)
    .collect()
}

/// Ends a review: by a decision, or because nobody came.
pub async fn end(
    conn: &mut PgConnection,
    client: ClientId,
    id: ReviewId,
    decision: Option<&Decision>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update reviews
        set state = case when $3::text is null then 'expired' else 'decided' end, verdict = $3, reason = $4,
            note = coalesce($5, ''), decided_by = coalesce($6, ''), decided_ns = $7
        where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
        decision.map(|decision| Verdict::as_str(decision.verdict)),
        decision.and_then(|decision| decision.reason.map(DeclinedReason::as_str)),
        decision.map(|decision| decision.note.as_str()),
        decision.map(|decision| decision.by.as_str()),
        decision.map(|decision| decision.at.nanos()),
    )
    .execute(conn)
    .await?;
    Ok(())
}
