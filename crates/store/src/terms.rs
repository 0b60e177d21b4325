//! What clients have agreed to.

use cotejo_domain::{ids::ClientId, time::Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

/// Notes that a client agreed to some terms. Says when: the first time stays.
pub async fn accept(
    conn: &mut PgConnection,
    client: ClientId,
    terms: &str,
    actor: Uuid,
    now: Timestamp,
) -> sqlx::Result<Timestamp> {
    let accepted = sqlx::query_scalar!(
        r#"
        insert into accepted_terms as t (client_id, terms, actor, accepted_ns) values ($1, $2, $3, $4)
        on conflict (client_id, terms) do update set terms = t.terms
        returning accepted_ns
        "#,
        client.0,
        terms,
        actor,
        now.nanos(),
    )
    .fetch_one(conn)
    .await?;
    Ok(Timestamp::from_nanos(accepted))
}

/// Whether a client agreed to some terms.
pub async fn accepted(conn: &mut PgConnection, client: ClientId, terms: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from accepted_terms where client_id = $1 and terms = $2) as "there!""#,
        client.0,
        terms,
    )
    .fetch_one(conn)
    .await
}
