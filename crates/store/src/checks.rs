//! Checks: reading, listing, changing, deleting.

use cotejo_domain::{
    checks::{Check, CustomType},
    country::Country,
    ids::{BillingHubId, CheckId, ClientId, ReportId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{read, read_json};

/// The columns of a check; what the rest of the module reads.
struct Row {
    client_id: Uuid,
    id: Uuid,
    check_type: String,
    custom: Option<String>,
    country: String,
    status: String,
    priority: String,
    inputs: String,
    billing_hub: Option<Uuid>,
    report_id: Option<Uuid>,
    previous_id: Option<Uuid>,
    created_ns: i64,
    updated_ns: i64,
    started_ns: Option<i64>,
    delayed_since_ns: Option<i64>,
    delayed_total_ns: i64,
    version: i32,
}

impl Row {
    fn into_check(self) -> sqlx::Result<Check> {
        Ok(Check {
            client: ClientId(self.client_id),
            id: CheckId(self.id),
            check_type: read(&self.check_type, "check_type")?,
            custom: read_custom(self.custom.as_deref())?,
            country: read(&self.country, "country")?,
            status: read(&self.status, "status")?,
            priority: read(&self.priority, "priority")?,
            inputs: read_json(&self.inputs, "inputs")?,
            billing_hub: self.billing_hub.map(BillingHubId),
            report: self.report_id.map(ReportId),
            previous: self.previous_id.map(CheckId),
            created: Timestamp::from_nanos(self.created_ns),
            updated: Timestamp::from_nanos(self.updated_ns),
            started: self.started_ns.map(Timestamp::from_nanos),
            delayed_since: self.delayed_since_ns.map(Timestamp::from_nanos),
            delayed_total_ns: self.delayed_total_ns,
            version: self.version,
        })
    }
}

/// Reads the column of the custom type.
pub(crate) fn read_custom(text: Option<&str>) -> sqlx::Result<Option<CustomType>> {
    text.map(|text| read_json(text, "checks.custom")).transpose()
}

/// Bodies of checks by (client, id), in one round trip; in no order, and without checks that are not there. A check
/// that is open, or whose body is another renderer's, has none and is to be built from its rows.
pub async fn bodies(
    conn: &mut PgConnection,
    wanted: &[(ClientId, CheckId)],
    render_version: i16,
) -> sqlx::Result<Vec<(ClientId, CheckId, Option<String>)>> {
    let (clients, ids): (Vec<Uuid>, Vec<Uuid>) = wanted.iter().map(|(client, id)| (client.0, id.0)).unzip();
    let rows = sqlx::query!(
        r#"
        select client_id, id, case when render_version = $3 then body end as body
        from unnest($1::uuid[], $2::uuid[]) as wanted (wanted_client, wanted_id)
        join checks on client_id = wanted_client and id = wanted_id
        "#,
        &clients,
        &ids,
        render_version,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (ClientId(row.client_id), CheckId(row.id), row.body))
        .collect())
}

/// Reads one check whole, whether it has a body or not, and locks it if asked to.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: CheckId,
    lock: bool,
) -> sqlx::Result<Option<Check>> {
    let row = if lock {
        sqlx::query_as!(
            Row,
            r#"
            select client_id, id, check_type, custom::text, country, status, priority, inputs::text as "inputs!",
                   billing_hub, report_id, previous_id, created_ns, updated_ns, started_ns, delayed_since_ns, delayed_total_ns,
                   version
            from checks where client_id = $1 and id = $2
            for update
            "#,
            client.0,
            id.0,
        )
        .fetch_optional(conn)
        .await?
    } else {
        find_many(conn, &[(client, id)]).await?.pop()
    };
    row.map(Row::into_check).transpose()
}

/// Reads checks whole, in no order, without those that are not there.
pub async fn load(conn: &mut PgConnection, wanted: &[(ClientId, CheckId)]) -> sqlx::Result<Vec<Check>> {
    find_many(conn, wanted)
        .await?
        .into_iter()
        .map(Row::into_check)
        .collect()
}

async fn find_many(conn: &mut PgConnection, wanted: &[(ClientId, CheckId)]) -> sqlx::Result<Vec<Row>> {
    let (clients, ids): (Vec<Uuid>, Vec<Uuid>) = wanted.iter().map(|(client, id)| (client.0, id.0)).unzip();
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, check_type, custom::text, country, status, priority, inputs::text as "inputs!",
               billing_hub, report_id, previous_id, created_ns, updated_ns, started_ns, delayed_since_ns, delayed_total_ns,
               version
        from unnest($1::uuid[], $2::uuid[]) as wanted (wanted_client, wanted_id)
        join checks on client_id = wanted_client and id = wanted_id
        "#,
        &clients,
        &ids,
    )
    .fetch_all(conn)
    .await
}

/// Locks checks, in one order for every caller; returns those that are there.
pub async fn lock(
    conn: &mut PgConnection,
    wanted: &[(ClientId, CheckId)],
) -> sqlx::Result<std::collections::BTreeSet<CheckId>> {
    let (clients, ids): (Vec<Uuid>, Vec<Uuid>) = wanted.iter().map(|(client, id)| (client.0, id.0)).unzip();
    let rows = sqlx::query_scalar!(
        r#"
        select id from checks
        where (client_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
        order by id
        for update
        "#,
        &clients,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(CheckId).collect())
}

/// Bodies of a page of a client's checks, newest first: those older than `before`, of one report if it is named. A
/// check without a body is to be built from its rows.
pub async fn page(
    conn: &mut PgConnection,
    client: ClientId,
    report: Option<ReportId>,
    before: Option<CheckId>,
    limit: i64,
    render_version: i16,
) -> sqlx::Result<Vec<(CheckId, Option<String>)>> {
    struct Row {
        id: Uuid,
        body: Option<String>,
    }
    let before = before.map_or(Uuid::max(), |id| id.0);
    // Two statements, so that each has the plan of its own index.
    let rows = match report {
        None => {
            sqlx::query_as!(
                Row,
                r#"
                select id, case when render_version = $4 then body end as body from checks
                where client_id = $1 and id < $2
                order by id desc limit $3
                "#,
                client.0,
                before,
                limit,
                render_version,
            )
            .fetch_all(conn)
            .await?
        }
        Some(report) => {
            sqlx::query_as!(
                Row,
                r#"
                select id, case when render_version = $4 then body end as body from checks
                where client_id = $1 and report_id = $5 and id < $2
                order by id desc limit $3
                "#,
                client.0,
                before,
                limit,
                render_version,
                report.0,
            )
            .fetch_all(conn)
            .await?
        }
    };
    Ok(rows.into_iter().map(|row| (CheckId(row.id), row.body)).collect())
}

/// What a check becomes.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// The check, as it is now.
    pub check: &'a Check,
    /// Its body, when it is final.
    pub body: Option<String>,
    /// The renderer that made the body.
    pub render_version: i16,
}

/// Writes the changes of checks in one statement.
pub async fn update(conn: &mut PgConnection, changes: &[Change<'_>]) -> sqlx::Result<()> {
    macro_rules! column {
        ($of:expr) => {
            changes.iter().map($of).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        r#"
        update checks c
        set status = t.status, updated_ns = t.updated_ns, started_ns = t.started_ns,
            delayed_since_ns = t.delayed_since_ns, delayed_total_ns = t.delayed_total_ns, version = t.version,
            body = t.body, render_version = case when t.body is null then null else $10::smallint end
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                    $8::integer[], $9::text[])
             as t (client_id, id, status, updated_ns, started_ns, delayed_since_ns, delayed_total_ns, version, body)
        where c.client_id = t.client_id and c.id = t.id
        "#,
        &column!(|change| change.check.client.0),
        &column!(|change| change.check.id.0),
        &column!(|change| change.check.status.as_str()) as _,
        &column!(|change| change.check.updated.nanos()),
        &column!(|change| change.check.started.map(Timestamp::nanos)) as _,
        &column!(|change| change.check.delayed_since.map(Timestamp::nanos)) as _,
        &column!(|change| change.check.delayed_total_ns),
        &column!(|change| change.check.version),
        &column!(|change| change.body.as_deref()) as _,
        changes.first().map_or(0, |change| change.render_version),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes a check with its runs and findings, and takes the personal data out of its events. Later checks that
/// name it as the previous one name the one before it.
pub async fn delete(conn: &mut PgConnection, check: &Check) -> sqlx::Result<()> {
    crate::create::step_back(conn, check.client, check.id).await?;
    sqlx::query!(
        r#"
        with runs as (
            delete from source_runs where client_id = $1 and check_id = $2
        ), said as (
            delete from findings where client_id = $1 and check_id = $2
        ), later as (
            -- Their stored bodies name the check that goes: they are rendered from their rows from now on.
            update checks set previous_id = $3, body = null, render_version = null
            where client_id = $1 and previous_id = $2
        ), told as (
            update event_bodies set body = $4 where client_id = $1 and resource_id = $2
        ), told_of_runs as (
            -- A continuous check's events hold the run that they are about.
            update event_bodies b set body = $5
            from continuous_runs r
            where r.client_id = $1 and r.check_id = $2 and b.client_id = $1 and b.resource_id = r.continuous_id
              and b.body::json->'check'->>'check_id' = $6
        )
        delete from checks where client_id = $1 and id = $2
        "#,
        check.client.0,
        check.id.0,
        check.previous.map(|id| id.0),
        format!(r#"{{"check_id":"{}","erased":true}}"#, check.id),
        format!(r#"{{"last_check_id":"{}","erased":true}}"#, check.id),
        check.id.to_string(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who created a check, by the name of the key; `None` where it was no key, or the check is gone.
pub async fn creator(conn: &mut PgConnection, client: ClientId, id: CheckId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"
        select k.name from checks c join api_keys k on k.client_id = c.client_id and k.id = c.actor
        where c.client_id = $1 and c.id = $2
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await
}

/// A client's checks that are being worked on; they are no more than its settings allow at once.
pub async fn being_worked_on(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<Vec<Check>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, check_type, custom::text, country, status, priority, inputs::text as "inputs!",
               billing_hub, report_id, previous_id, created_ns, updated_ns, started_ns, delayed_since_ns,
               delayed_total_ns, version
        from checks where client_id = $1 and status in ('in_progress', 'delayed')
        "#,
        client.0,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_check)
    .collect()
}

/// How many of each client's checks are being worked on; clients without any are left out.
pub async fn working(conn: &mut PgConnection, clients: &[Uuid]) -> sqlx::Result<Vec<(ClientId, i64)>> {
    let rows = sqlx::query!(
        r#"
        select client_id, count(*) as "checks!" from checks
        where client_id = any($1) and status in ('in_progress', 'delayed')
        group by client_id
        "#,
        clients,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (ClientId(row.client_id), row.checks))
        .collect())
}

/// How many high-priority checks of a country a client has waiting or running; counts no further than `limit`.
pub async fn high_priority(
    conn: &mut PgConnection,
    client: ClientId,
    country: Country,
    limit: i64,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select count(*) as "checks!" from (
            select from checks
            where client_id = $1 and country = $2 and priority = 'high'
              and status in ('not_started', 'in_progress', 'delayed')
            limit $3
        ) as counted
        "#,
        client.0,
        country.as_str(),
        limit,
    )
    .fetch_one(conn)
    .await
}
