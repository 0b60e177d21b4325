//! Batches and their rows.

use cotejo_domain::{
    batches::{Batch, BatchStatus, Columns, NewBatch, RowError},
    ids::{BatchId, BillingHubId, CheckId, ClientId, ReportId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{checks::read_custom, read, read_json, write_json};

struct Row {
    client_id: Uuid,
    id: Uuid,
    type_name: String,
    custom: Option<String>,
    country: String,
    columns: String,
    frequency: Option<String>,
    end_date: Option<chrono::NaiveDate>,
    report_id: Option<Uuid>,
    user_authorized: Option<bool>,
    force_creation: Option<bool>,
    status: String,
    size: Option<i32>,
    processed: i32,
    failed: i32,
    failure_reason: String,
    billing_hub: Option<Uuid>,
    key_version: i16,
    created_ns: i64,
    updated_ns: i64,
}

impl Row {
    fn into_batch(self) -> sqlx::Result<Batch> {
        let columns = Columns::from_json(&self.columns).map_err(|error| sqlx::Error::ColumnDecode {
            index: "columns".to_owned(),
            source: error.into(),
        })?;
        Ok(Batch {
            client: ClientId(self.client_id),
            id: BatchId(self.id),
            asked: NewBatch {
                type_name: self.type_name,
                custom: read_custom(self.custom.as_deref())?,
                country: read(&self.country, "country")?,
                columns,
                frequency: self.frequency.map(|text| read(&text, "frequency")).transpose()?,
                end_date: self.end_date,
                report: self.report_id.map(ReportId),
                user_authorized: self.user_authorized,
                force_creation: self.force_creation,
            },
            status: read(&self.status, "status")?,
            size: self.size,
            processed: self.processed,
            failed: self.failed,
            failure_reason: self.failure_reason,
            billing_hub: self.billing_hub.map(BillingHubId),
            key_version: u8::try_from(self.key_version).unwrap_or(1),
            created: Timestamp::from_nanos(self.created_ns),
            updated: Timestamp::from_nanos(self.updated_ns),
        })
    }
}

/// Inserts a batch.
pub async fn insert(conn: &mut PgConnection, batch: &Batch) -> sqlx::Result<()> {
    let asked = &batch.asked;
    sqlx::query!(
        r#"
        insert into batches (client_id, id, type_name, custom, country, columns, frequency, end_date, report_id,
                             user_authorized, force_creation, status, billing_hub, key_version, created_ns, updated_ns)
        values ($1, $2, $3, $4::text::json, $5, $6::text::json, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
        "#,
        batch.client.0,
        batch.id.0,
        asked.type_name,
        asked.custom.as_ref().map(write_json).transpose()?,
        asked.country.as_str(),
        asked.columns.to_json(),
        asked.frequency.map(|frequency| frequency.to_string()),
        asked.end_date,
        asked.report.map(|report| report.0),
        asked.user_authorized,
        asked.force_creation,
        batch.status.as_str(),
        batch.billing_hub.map(|hub| hub.0),
        i16::from(batch.key_version),
        batch.created.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The batch of that id, locked against other changes of it if asked to.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: BatchId,
    lock: bool,
) -> sqlx::Result<Option<Batch>> {
    if lock {
        sqlx::query!(
            "select from batches where client_id = $1 and id = $2 for update",
            client.0,
            id.0
        )
        .execute(&mut *conn)
        .await?;
    }
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, type_name, custom::text, country, columns::text as "columns!", frequency, end_date,
               report_id, user_authorized, force_creation, status, size, processed, failed, failure_reason,
               billing_hub, key_version, created_ns, updated_ns
        from batches where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_batch)
    .transpose()
}

/// Writes where a batch stands.
pub async fn update(conn: &mut PgConnection, batch: &Batch) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update batches set status = $3, size = $4, processed = $5, failed = $6, failure_reason = $7, updated_ns = $8
        where client_id = $1 and id = $2
        "#,
        batch.client.0,
        batch.id.0,
        batch.status.as_str(),
        batch.size,
        batch.processed,
        batch.failed,
        batch.failure_reason,
        batch.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the file of a batch: of several uploads one succeeds. Tells whether it was this one.
pub async fn take_file(
    conn: &mut PgConnection,
    client: ClientId,
    id: BatchId,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update batches set status = $4, updated_ns = $5
        where client_id = $1 and id = $2 and status = $3
        "#,
        client.0,
        id.0,
        BatchStatus::Created.as_str(),
        BatchStatus::Uploaded.as_str(),
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Inserts rows by their number in the file. One that is there already is left as it is: a reading that broke off
/// begins anew.
pub async fn insert_rows(
    conn: &mut PgConnection,
    client: ClientId,
    batch: BatchId,
    rows: &[(i32, Vec<String>)],
) -> sqlx::Result<()> {
    let numbers: Vec<i32> = rows.iter().map(|(number, _)| *number).collect();
    let cells = rows
        .iter()
        .map(|(_, cells)| write_json(cells))
        .collect::<sqlx::Result<Vec<_>>>()?;
    sqlx::query!(
        r#"
        insert into batch_rows (client_id, batch_id, row, cells)
        select $1, $2, row, cells::json from unnest($3::integer[], $4::text[]) as t (row, cells)
        on conflict on constraint batch_rows_key do nothing
        "#,
        client.0,
        batch.0,
        &numbers,
        &cells,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Rows that wait for their check to be made, in the order of the file.
pub async fn waiting(
    conn: &mut PgConnection,
    client: ClientId,
    batch: BatchId,
    limit: i64,
) -> sqlx::Result<Vec<(i32, Vec<String>)>> {
    let rows = sqlx::query!(
        r#"
        select row, cells::text as "cells!" from batch_rows
        where client_id = $1 and batch_id = $2 and check_id is null and not done
        order by row limit $3
        "#,
        client.0,
        batch.0,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.row, read_json(&row.cells, "cells")?)))
        .collect()
}

/// How many rows have a check that is being carried out.
pub async fn working(conn: &mut PgConnection, client: ClientId, batch: BatchId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "rows!" from batch_rows
        where client_id = $1 and batch_id = $2 and check_id is not null and not done
        "#,
        client.0,
        batch.0,
    )
    .fetch_one(conn)
    .await
}

/// What becomes of a row for which a check was to be made.
#[derive(Debug, Clone)]
pub enum Made {
    /// There is a check.
    Check(CheckId),
    /// Its cells are wrong.
    Wrong(Vec<RowError>),
}

/// Writes what became of rows.
pub async fn made(
    conn: &mut PgConnection,
    client: ClientId,
    batch: BatchId,
    rows: &[(i32, Made)],
) -> sqlx::Result<()> {
    let numbers: Vec<i32> = rows.iter().map(|(number, _)| *number).collect();
    let mut checks: Vec<Option<Uuid>> = Vec::with_capacity(rows.len());
    let mut errors: Vec<Option<String>> = Vec::with_capacity(rows.len());
    for (_, made) in rows {
        match made {
            Made::Check(id) => {
                checks.push(Some(id.0));
                errors.push(None);
            }
            Made::Wrong(wrong) => {
                checks.push(None);
                errors.push(Some(write_json(wrong)?));
            }
        }
    }
    sqlx::query!(
        r#"
        update batch_rows r set check_id = t.check_id, errors = t.errors::json, done = t.check_id is null
        from unnest($3::integer[], $4::uuid[], $5::text[]) as t (row, check_id, errors)
        where r.client_id = $1 and r.batch_id = $2 and r.row = t.row
        "#,
        client.0,
        batch.0,
        &numbers,
        &checks as _,
        &errors as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the rows whose check has come to its end or is gone. Returns how many, and how many of them failed.
pub async fn end_rows(conn: &mut PgConnection, client: ClientId, batch: BatchId) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"
        with ended as (
            update batch_rows r set done = true
            from (
                select w.row, coalesce(c.status, 'error') as status
                from batch_rows w left join checks c on c.client_id = w.client_id and c.id = w.check_id
                where w.client_id = $1 and w.batch_id = $2 and w.check_id is not null and not w.done
                  and coalesce(c.status, 'error') in ('completed', 'error')
            ) as over
            where r.client_id = $1 and r.batch_id = $2 and r.row = over.row
            returning over.status
        )
        select count(*) as "ended!", count(*) filter (where status = 'error') as "failed!" from ended
        "#,
        client.0,
        batch.0,
    )
    .fetch_one(conn)
    .await?;
    Ok((row.ended, row.failed))
}

/// Empties the rows of a check that is deleted; returns the batches that they are of.
pub async fn erase_check(
    conn: &mut PgConnection,
    client: ClientId,
    check: CheckId,
) -> sqlx::Result<Vec<BatchId>> {
    let batches = sqlx::query_scalar!(
        "update batch_rows set cells = '[]' where client_id = $1 and check_id = $2 returning batch_id",
        client.0,
        check.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(batches.into_iter().map(BatchId).collect())
}

/// A row as a report shows it.
#[derive(Debug, Clone)]
pub struct ReportRow {
    /// Its number in the file.
    pub row: i32,
    /// Its cells, from column A on.
    pub cells: Vec<String>,
    /// Its check, if one was made.
    pub check: Option<CheckId>,
    /// Where the check stands; empty without one.
    pub status: String,
    /// The check's score, as text; empty where there is none yet.
    pub score: String,
    /// What is wrong with its cells.
    pub errors: Vec<RowError>,
}

/// Rows behind a number, in the order of the file.
pub async fn report_rows(
    conn: &mut PgConnection,
    client: ClientId,
    batch: BatchId,
    after: i32,
    limit: i64,
) -> sqlx::Result<Vec<ReportRow>> {
    let rows = sqlx::query!(
        r#"
        select r.row, r.cells::text as "cells!", r.check_id, r.errors::text, c.status as "status?",
               c.body::json->>'score' as score
        from batch_rows r left join checks c on c.client_id = r.client_id and c.id = r.check_id
        where r.client_id = $1 and r.batch_id = $2 and r.row > $3
        order by r.row limit $4
        "#,
        client.0,
        batch.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ReportRow {
                row: row.row,
                cells: read_json(&row.cells, "cells")?,
                check: row.check_id.map(CheckId),
                status: row.status.unwrap_or_default(),
                score: row.score.unwrap_or_default(),
                errors: match row.errors {
                    Some(text) => read_json(&text, "errors")?,
                    None => Vec::new(),
                },
            })
        })
        .collect()
}
