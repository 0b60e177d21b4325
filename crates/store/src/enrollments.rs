//! Enrollments, and the vectors of enrolled faces.

use cotejo_domain::{
    ids::{ClientId, EnrollmentId},
    time::Timestamp,
    validations::{Enrollment, EnrollmentReason, request::FaceCountry},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{read, read_json, write_json};

/// The index that a second enrollment of its kind of an account violates.
pub const SLOT: &str = "enrollments_slot";

struct Row {
    client_id: Uuid,
    id: Uuid,
    account_id: Uuid,
    account_name: String,
    enrolled: String,
    status: String,
    reason: Option<String>,
    upload_until_ns: i64,
    created_ns: i64,
    updated_ns: i64,
}

impl Row {
    fn into_enrollment(self) -> sqlx::Result<Enrollment> {
        Ok(Enrollment {
            client: ClientId(self.client_id),
            id: EnrollmentId(self.id),
            account: self.account_id,
            account_name: read(&self.account_name, "name")?,
            enrolled: read_json(&self.enrolled, "enrolled")?,
            status: read(&self.status, "status")?,
            reason: self.reason.map(|text| read(&text, "reason")).transpose()?,
            upload_until: Timestamp::from_nanos(self.upload_until_ns),
            created: Timestamp::from_nanos(self.created_ns),
            updated: Timestamp::from_nanos(self.updated_ns),
        })
    }
}

/// Inserts an enrollment. A second one of its kind of the account violates [`SLOT`].
pub async fn insert(conn: &mut PgConnection, enrollment: &Enrollment) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into enrollments (client_id, id, account_id, enrolled, slot, status, reason, upload_until_ns, created_ns,
                                 updated_ns)
        values ($1, $2, $3, $4::text::json, $5, $6, $7, $8, $9, $10)
        "#,
        enrollment.client.0,
        enrollment.id.0,
        enrollment.account,
        write_json(&enrollment.enrolled)?,
        enrollment.enrolled.slot(),
        enrollment.status.as_str(),
        enrollment.reason.map(EnrollmentReason::as_str),
        enrollment.upload_until.nanos(),
        enrollment.created.nanos(),
        enrollment.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The enrollment of that id; `lock` keeps it as it is until the transaction ends.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: EnrollmentId,
    lock: bool,
) -> sqlx::Result<Option<Enrollment>> {
    if lock {
        sqlx::query!(
            "select from enrollments where client_id = $1 and id = $2 for update",
            client.0,
            id.0
        )
        .fetch_optional(&mut *conn)
        .await?;
    }
    sqlx::query_as!(
        Row,
        r#"
        select e.client_id, e.id, e.account_id, a.name as account_name, e.enrolled::text as "enrolled!", e.status,
               e.reason, e.upload_until_ns, e.created_ns, e.updated_ns
        from enrollments e join validation_accounts a on a.client_id = e.client_id and a.id = e.account_id
        where e.client_id = $1 and e.id = $2
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_enrollment)
    .transpose()
}

/// The enrollment of an account that has not failed, of its kind: `face`, `email`, or a type of phone.
pub async fn of_slot(
    conn: &mut PgConnection,
    client: ClientId,
    account: Uuid,
    slot: &str,
) -> sqlx::Result<Option<Enrollment>> {
    sqlx::query_as!(
        Row,
        r#"
        select e.client_id, e.id, e.account_id, a.name as account_name, e.enrolled::text as "enrolled!", e.status,
               e.reason, e.upload_until_ns, e.created_ns, e.updated_ns
        from enrollments e join validation_accounts a on a.client_id = e.client_id and a.id = e.account_id
        where e.client_id = $1 and e.account_id = $2 and e.slot = $3 and e.status <> 'failure'
        "#,
        client.0,
        account,
        slot,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_enrollment)
    .transpose()
}

/// Enrollments of an account behind `after`, newest first.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    account: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Enrollment>> {
    sqlx::query_as!(
        Row,
        r#"
        select e.client_id, e.id, e.account_id, a.name as account_name, e.enrolled::text as "enrolled!", e.status,
               e.reason, e.upload_until_ns, e.created_ns, e.updated_ns
        from enrollments e join validation_accounts a on a.client_id = e.client_id and a.id = e.account_id
        where e.client_id = $1 and e.account_id = $2 and e.id < $3
        order by e.id desc limit $4
        "#,
        client.0,
        account,
        after.unwrap_or(Uuid::max()),
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_enrollment)
    .collect()
}

/// Writes where an enrollment stands.
pub async fn update(conn: &mut PgConnection, enrollment: &Enrollment) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update enrollments set status = $3, reason = $4, updated_ns = $5 where client_id = $1 and id = $2
        "#,
        enrollment.client.0,
        enrollment.id.0,
        enrollment.status.as_str(),
        enrollment.reason.map(EnrollmentReason::as_str),
        enrollment.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes an enrollment with its vector.
pub async fn delete(conn: &mut PgConnection, client: ClientId, id: EnrollmentId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from enrollments where client_id = $1 and id = $2",
        client.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The vector of an enrolled face, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaceRow {
    /// Its enrollment.
    pub enrollment: EnrollmentId,
    /// The account.
    pub account: Uuid,
    /// The vector, sealed.
    pub vector: Vec<u8>,
}

/// Keeps the vector of a face; `reported_in` is the country of a reported one.
pub async fn put_face(
    conn: &mut PgConnection,
    client: ClientId,
    face: &FaceRow,
    reported_in: Option<FaceCountry>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into faces (client_id, enrollment_id, account_id, reported_in, vector) values ($1, $2, $3, $4, $5)
        on conflict on constraint faces_key do update set vector = excluded.vector
        "#,
        client.0,
        face.enrollment.0,
        face.account,
        reported_in.map(FaceCountry::as_str),
        face.vector,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The vector of an enrollment.
pub async fn face(
    conn: &mut PgConnection,
    client: ClientId,
    id: EnrollmentId,
) -> sqlx::Result<Option<FaceRow>> {
    let row = sqlx::query!(
        "select account_id, vector from faces where client_id = $1 and enrollment_id = $2",
        client.0,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| FaceRow {
        enrollment: id,
        account: row.account_id,
        vector: row.vector,
    }))
}

/// The reported faces of a client behind `after`: of all countries, or those of one and of any.
pub async fn reported(
    conn: &mut PgConnection,
    client: ClientId,
    country: FaceCountry,
    after: Uuid,
    limit: i64,
) -> sqlx::Result<Vec<FaceRow>> {
    let rows = sqlx::query!(
        r#"
        select enrollment_id, account_id, vector from faces
        where client_id = $1 and reported_in is not null and enrollment_id > $2
          and ($3 = 'ALL' or reported_in in ('ALL', $3))
        order by enrollment_id limit $4
        "#,
        client.0,
        after,
        country.as_str(),
        limit,
    )
    .fetch_all(conn)
    .await?;
    let face = rows.into_iter().map(|row| FaceRow {
        enrollment: EnrollmentId(row.enrollment_id),
        account: row.account_id,
        vector: row.vector,
    });
    Ok(face.collect())
}

/// The newest faces of a client's other accounts, for telling whether somebody has several.
pub async fn of_others(
    conn: &mut PgConnection,
    client: ClientId,
    account: Uuid,
    limit: i64,
) -> sqlx::Result<Vec<FaceRow>> {
    let rows = sqlx::query!(
        r#"
        select enrollment_id, account_id, vector from (
            select * from faces where client_id = $1 order by enrollment_id desc limit $3
        ) newest
        where reported_in is null and account_id <> $2
        "#,
        client.0,
        account,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let face = rows.into_iter().map(|row| FaceRow {
        enrollment: EnrollmentId(row.enrollment_id),
        account: row.account_id,
        vector: row.vector,
    });
    Ok(face.collect())
}
