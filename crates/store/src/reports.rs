//! Reports: folders of checks.

use cotejo_domain::{
    ids::{ClientId, ReportId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// A folder of checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Its name.
    pub name: String,
    /// Who made it: `<client>-<key>`.
    pub created_by: String,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it last changed, in the client's time.
    pub updated: Timestamp,
    /// Whether there is a check in it.
    pub has_data: bool,
}

struct Row {
    id: Uuid,
    name: String,
    created_by: String,
    created_ns: i64,
    updated_ns: i64,
    has_data: bool,
}

impl From<Row> for Report {
    fn from(row: Row) -> Self {
        Self {
            id: ReportId(row.id),
            name: row.name,
            created_by: row.created_by,
            created: Timestamp::from_nanos(row.created_ns),
            updated: Timestamp::from_nanos(row.updated_ns),
            has_data: row.has_data,
        }
    }
}

/// Inserts a report.
pub async fn insert(conn: &mut PgConnection, client: ClientId, report: &Report) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into reports (client_id, id, name, created_by, created_ns, updated_ns)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        client.0,
        report.id.0,
        report.name,
        report.created_by,
        report.created.nanos(),
        report.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The report of that id.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: ReportId) -> sqlx::Result<Option<Report>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select id, name, created_by, created_ns, updated_ns,
               exists (select from checks c where c.client_id = $1 and c.report_id = r.id) as "has_data!"
        from reports r where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Report::from))
}

/// Reports of a client behind `after`, newest first; of one maker if he is named.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    created_by: Option<&str>,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Report>> {
    let before = after.unwrap_or(Uuid::max());
    // Two statements, so that each has the plan of its own index.
    let rows = match created_by {
        None => {
            sqlx::query_as!(
                Row,
                r#"
                select id, name, created_by, created_ns, updated_ns,
                       exists (select from checks c where c.client_id = $1 and c.report_id = r.id) as "has_data!"
                from reports r where client_id = $1 and id < $2
                order by id desc limit $3
                "#,
                client.0,
                before,
                limit,
            )
            .fetch_all(conn)
            .await?
        }
        Some(created_by) => {
            sqlx::query_as!(
                Row,
                r#"
                select id, name, created_by, created_ns, updated_ns,
                       exists (select from checks c where c.client_id = $1 and c.report_id = r.id) as "has_data!"
                from reports r where client_id = $1 and created_by = $4 and id < $2
                order by id desc limit $3
                "#,
                client.0,
                before,
                limit,
                created_by,
            )
            .fetch_all(conn)
            .await?
        }
    };
    Ok(rows.into_iter().map(Report::from).collect())
}
