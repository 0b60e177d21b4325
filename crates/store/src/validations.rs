//! Validations.

use cotejo_domain::{
    files::FileKind,
    ids::{ClientId, DocumentId, EnrollmentId, ProcessId, ValidationId},
    time::Timestamp,
    validations::{Slot, Validation},
};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{read, read_json, write_json};

/// The index that a second retry of the same validation violates.
pub const RETRY: &str = "validations_retry";

#[derive(sqlx::FromRow)]
struct Row {
    client_id: Uuid,
    id: Uuid,
    account_id: Uuid,
    account_name: String,
    asked: String,
    terms: String,
    process_id: Option<Uuid>,
    enrollment_id: Option<Uuid>,
    retry_of: Option<Uuid>,
    remaining_retries: i16,
    uploaded: Vec<String>,
    started_ns: Option<i64>,
    outcome: Option<String>,
    automatic: Option<String>,
    review: String,
    findings: String,
    document_id: Option<Uuid>,
    ip_address: String,
    created_ns: i64,
    finished_ns: Option<i64>,
    version: i32,
}

/// What every look at a validation reads.
const SELECT: &str = r"
    select v.client_id, v.id, v.account_id, a.name as account_name, v.asked::text as asked, v.terms::text as terms,
           v.process_id, v.enrollment_id, v.retry_of, v.remaining_retries, v.uploaded, v.started_ns,
           v.outcome::text as outcome, v.automatic::text as automatic, v.review, v.findings::text as findings,
           v.document_id, v.ip_address, v.created_ns, v.finished_ns, v.version
    from validations v join validation_accounts a on a.client_id = v.client_id and a.id = v.account_id
    where v.client_id = ";

impl Row {
    fn into_validation(self) -> sqlx::Result<Validation> {
        let outcome = |text: Option<String>| text.map(|text| read_json(&text, "outcome")).transpose();
        Ok(Validation {
            client: ClientId(self.client_id),
            id: ValidationId(self.id),
            account: self.account_id,
            account_name: read(&self.account_name, "name")?,
            asked: read_json(&self.asked, "asked")?,
            terms: read_json(&self.terms, "terms")?,
            process: self.process_id.map(ProcessId),
            enrollment: self.enrollment_id.map(EnrollmentId),
            retry_of: self.retry_of.map(ValidationId),
            remaining_retries: u32::try_from(self.remaining_retries).unwrap_or(0),
            uploaded: self
                .uploaded
                .iter()
                .map(|slot| read(slot, "uploaded"))
                .collect::<sqlx::Result<_>>()?,
            started: self.started_ns.map(Timestamp::from_nanos),
            outcome: outcome(self.outcome)?,
            automatic: outcome(self.automatic)?,
            review: read(&self.review, "review")?,
            findings: read_json(&self.findings, "findings")?,
            document: self.document_id.map(DocumentId),
            ip_address: self.ip_address,
            created: Timestamp::from_nanos(self.created_ns),
            finished: self.finished_ns.map(Timestamp::from_nanos),
            version: self.version,
        })
    }
}

/// A code that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentCode {
    /// Where to.
    pub contact: String,
    /// HMAC of the code.
    pub hash: Vec<u8>,
}

/// Inserts a validation. A second retry of the same one violates [`RETRY`].
pub async fn insert(
    conn: &mut PgConnection,
    validation: &Validation,
    code: Option<&SentCode>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into validations (client_id, id, account_id, asked, terms, enrollment_id, retry_of, remaining_retries,
                                 started_ns, document_id, ip_address, contact, code_hash, created_ns, version, process_id)
        values ($1, $2, $3, $4::text::json, $5::text::json, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        "#,
        validation.client.0,
        validation.id.0,
        validation.account,
        write_json(&validation.asked)?,
        write_json(&validation.terms)?,
        validation.enrollment.map(|id| id.0),
        validation.retry_of.map(|id| id.0),
        i16::try_from(validation.remaining_retries).unwrap_or(i16::MAX),
        validation.started.map(Timestamp::nanos),
        validation.document.map(|id| id.0),
        validation.ip_address,
        code.map(|code| code.contact.as_str()),
        code.map(|code| code.hash.as_slice()),
        validation.created.nanos(),
        validation.version,
        validation.process.map(|id| id.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The validation of that id.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: ValidationId,
) -> sqlx::Result<Option<Validation>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query.push_bind(client.0).push(" and v.id = ").push_bind(id.0);
    let row: Option<Row> = query.build_query_as().fetch_optional(conn).await?;
    row.map(Row::into_validation).transpose()
}

/// The validations of a process, in the order in which they were made.
pub async fn of_process(
    conn: &mut PgConnection,
    client: ClientId,
    process: ProcessId,
) -> sqlx::Result<Vec<Validation>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query
        .push_bind(client.0)
        .push(" and v.process_id = ")
        .push_bind(process.0);
    query.push(" order by v.id");
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await?;
    rows.into_iter().map(Row::into_validation).collect()
}

/// The same, kept as it is until the transaction ends.
pub async fn lock(
    conn: &mut PgConnection,
    client: ClientId,
    id: ValidationId,
) -> sqlx::Result<Option<Validation>> {
    let there = sqlx::query!(
        "select from validations where client_id = $1 and id = $2 for update",
        client.0,
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    match there {
        Some(_) => find(conn, client, id).await,
        None => Ok(None),
    }
}

/// Validations behind `after`, newest first; of one account if it is named.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    account: Option<Uuid>,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Validation>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query.push_bind(client.0);
    query.push(" and v.id < ").push_bind(after.unwrap_or(Uuid::max()));
    if let Some(account) = account {
        query.push(" and v.account_id = ").push_bind(account);
    }
    query.push(" order by v.id desc limit ").push_bind(limit);
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await?;
    rows.into_iter().map(Row::into_validation).collect()
}

/// Writes where a validation stands.
pub async fn update(conn: &mut PgConnection, validation: &Validation) -> sqlx::Result<()> {
    let uploaded: Vec<&str> = validation
        .uploaded
        .iter()
        .map(|slot: &Slot| slot.as_str())
        .collect();
    sqlx::query!(
        r#"
        update validations
        set remaining_retries = $3, uploaded = $4, started_ns = $5, outcome = $6::text::json,
            automatic = $7::text::json, review = $8, findings = $9::text::json, finished_ns = $10, version = $11
        where client_id = $1 and id = $2
        "#,
        validation.client.0,
        validation.id.0,
        i16::try_from(validation.remaining_retries).unwrap_or(i16::MAX),
        &uploaded as _,
        validation.started.map(Timestamp::nanos),
        validation.outcome.as_ref().map(write_json).transpose()?,
        validation.automatic.as_ref().map(write_json).transpose()?,
        validation.review.as_str(),
        write_json(&validation.findings)?,
        validation.finished.map(Timestamp::nanos),
        validation.version,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the work on a validation has begun, where that is not noted yet.
pub async fn note_start(conn: &mut PgConnection, validation: &Validation) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update validations set started_ns = coalesce(started_ns, $3) where client_id = $1 and id = $2
        "#,
        validation.client.0,
        validation.id.0,
        validation.started.map(Timestamp::nanos),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest successful validation of a document of an account that has a portrait among its pictures.
pub async fn with_portrait(
    conn: &mut PgConnection,
    client: ClientId,
    account: Uuid,
    portrait: &str,
) -> sqlx::Result<Option<ValidationId>> {
    let id = sqlx::query_scalar!(
        r#"
        select v.id from validations v
        join files f on f.client_id = v.client_id and f.resource_id = v.id and f.kind = $3 and f.variant = $4
        where v.client_id = $1 and v.account_id = $2 and v.outcome ->> 'outcome' = 'success'
        order by v.id desc limit 1
        "#,
        client.0,
        account,
        FileKind::ValidationPicture.as_str(),
        portrait,
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(ValidationId))
}

/// The code of a validation that waits for it.
pub async fn code(
    conn: &mut PgConnection,
    client: ClientId,
    id: ValidationId,
) -> sqlx::Result<Option<SentCode>> {
    let row = sqlx::query!(
        "select contact, code_hash from validations where client_id = $1 and id = $2",
        client.0,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.and_then(|row| {
        Some(SentCode {
            contact: row.contact?,
            hash: row.code_hash?,
        })
    }))
}

/// Lets nobody else count the tries about a contact or an account until the transaction ends: who counts before he
/// sends must not be counted past.
pub async fn lock_tries(
    conn: &mut PgConnection,
    client: ClientId,
    account: Uuid,
    contact: &str,
) -> sqlx::Result<()> {
    // The contact first, always: two that lock in another order would wait for each other.
    for of in [
        format!("{}/{contact}", client.0),
        format!("{}/{account}", client.0),
    ] {
        sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", of)
            .fetch_one(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Counts a wrong guess.
pub async fn count_guess(conn: &mut PgConnection, client: ClientId, id: ValidationId) -> sqlx::Result<()> {
    sqlx::query!(
        "update validations set guesses = guesses + 1 where client_id = $1 and id = $2",
        client.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many codes were sent, and how often they were guessed wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tries {
    /// Codes.
    pub sent: i64,
    /// Wrong guesses.
    pub guesses: i64,
}

/// The tries since an instant about a contact or an account, whichever has more.
pub async fn tries(
    conn: &mut PgConnection,
    client: ClientId,
    account: Uuid,
    contact: &str,
    since: Timestamp,
) -> sqlx::Result<Tries> {
    let row = sqlx::query!(
        r#"
        select greatest(c.sent, a.sent) as "sent!", greatest(c.guesses, a.guesses) as "guesses!"
        from (select count(*) as sent, coalesce(sum(guesses), 0) as guesses from validations
              where client_id = $1 and contact = $3 and created_ns > $4) c,
             (select count(*) as sent, coalesce(sum(guesses), 0) as guesses from validations
              where client_id = $1 and account_id = $2 and contact is not null and created_ns > $4) a
        "#,
        client.0,
        account,
        contact,
        since.nanos(),
    )
    .fetch_one(conn)
    .await?;
    Ok(Tries {
        sent: row.sent,
        guesses: row.guesses,
    })
}
