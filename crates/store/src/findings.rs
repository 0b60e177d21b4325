//! Findings, and the pages of a check's details.

use cotejo_domain::{
    checks::{Basis, DataSet, Finding, InputField, ResultKind, RunStatus, Severity, Told},
    ids::{CheckId, ClientId},
    screening::Evidence,
    time::Timestamp,
};
use sqlx::PgConnection;

use crate::{read, read_json, write_json};

/// A finding and where it belongs: check, run, place within the run.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// Whose check.
    pub client: ClientId,
    /// The check.
    pub check: CheckId,
    /// The run.
    pub run: i16,
    /// Its place within the run.
    pub seq: i16,
    /// What was found.
    pub finding: &'a Finding,
}

/// Writes findings of any checks in one statement. A finding that is there already stays as it is.
pub async fn insert(conn: &mut PgConnection, findings: &[Placed<'_>]) -> sqlx::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    macro_rules! column {
        ($of:expr) => {
            findings.iter().map($of).collect::<Vec<_>>()
        };
    }
    let tables = findings
        .iter()
        .map(|placed| {
            let tables = &placed.finding.tables;
            (!tables.is_empty()).then(|| write_json(tables)).transpose()
        })
        .collect::<sqlx::Result<Vec<_>>>()?;
    let evidence = findings
        .iter()
        .map(|placed| placed.finding.evidence.as_ref().map(write_json).transpose())
        .collect::<sqlx::Result<Vec<_>>>()?;
    sqlx::query!(
        r#"
        insert into findings (client_id, check_id, run_seq, seq, basis, result, severity, first_name, last_name,
                              company_name, tables, evidence)
        select client, check_id, run, seq, basis, result, severity, first_name, last_name, company_name, tables,
               evidence::json
        from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::smallint[], $5::text[], $6::text[], $7::text[],
                    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
            as t (client, check_id, run, seq, basis, result, severity, first_name, last_name, company_name, tables,
                  evidence)
        on conflict do nothing
        "#,
        &column!(|placed| placed.client.0),
        &column!(|placed| placed.check.0),
        &column!(|placed| placed.run),
        &column!(|placed| placed.seq),
        &column!(|placed| placed.finding.basis.as_str()) as _,
        &column!(|placed| placed.finding.result.as_str()) as _,
        &column!(|placed| placed.finding.severity.as_str()) as _,
        &column!(|placed| placed.finding.first_name.as_str()) as _,
        &column!(|placed| placed.finding.last_name.as_str()) as _,
        &column!(|placed| placed.finding.company_name.as_str()) as _,
        &tables as _,
        &evidence as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One row of a check's details: a finding, or a run without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailRow {
    /// Place of the run; with `seq` the place of the row among the details.
    pub run: i16,
    /// Place within the run; -1 for a run without findings.
    pub seq: i16,
    /// Key of the source.
    pub source: String,
    /// The data set; `None` where the source was skipped for its inputs.
    pub data_set: Option<DataSet>,
    /// Where the run stands.
    pub status: RunStatus,
    /// What kept it from being asked.
    pub invalid_inputs: Vec<InputField>,
    /// When its source was last heard of.
    pub updated: Timestamp,
    /// The finding, if there is one.
    pub found: Option<FoundRow>,
}

/// The finding of a detail row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    /// What ties it to the subject.
    pub basis: Basis,
    /// Its result.
    pub result: ResultKind,
    /// Its severity.
    pub severity: Severity,
    /// Names as the source spells them.
    pub first_name: String,
    /// Names as the source spells them.
    pub last_name: String,
    /// Company as the source spells it.
    pub company_name: String,
    /// Its tables as JSON, `None` for none.
    pub tables: Option<String>,
}

/// A page of a check's details, behind the given place.
pub async fn page(
    conn: &mut PgConnection,
    client: ClientId,
    check: CheckId,
    after: (i16, i16),
    limit: i64,
) -> sqlx::Result<Vec<DetailRow>> {
    let rows = sqlx::query!(
        r#"
        select r.seq as run, coalesce(f.seq, -1::smallint) as "seq!", r.source, r.data_set, r.status,
               r.invalid_inputs, r.updated_ns, f.basis as "basis?", f.result as "result?", f.severity as "severity?",
               f.first_name as "first_name?", f.last_name as "last_name?", f.company_name as "company_name?", f.tables
        from source_runs r
        left join findings f on f.client_id = r.client_id and f.check_id = r.check_id and f.run_seq = r.seq
        where r.client_id = $1 and r.check_id = $2 and (r.seq, coalesce(f.seq, -1::smallint)) > ($3, $4)
        order by r.seq, coalesce(f.seq, -1::smallint)
        limit $5
        "#,
        client.0,
        check.0,
        after.0,
        after.1,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let found = match (row.basis, row.result, row.severity) {
                (Some(basis), Some(result), Some(severity)) => Some(FoundRow {
                    basis: read(&basis, "basis")?,
                    result: read(&result, "result")?,
                    severity: read(&severity, "severity")?,
                    first_name: row.first_name.unwrap_or_default(),
                    last_name: row.last_name.unwrap_or_default(),
                    company_name: row.company_name.unwrap_or_default(),
                    tables: row.tables,
                }),
                _ => None,
            };
            Ok(DetailRow {
                run: row.run,
                seq: row.seq,
                source: row.source,
                data_set: row
                    .data_set
                    .as_deref()
                    .map(|text| read(text, "data_set"))
                    .transpose()?,
                status: read(&row.status, "status")?,
                invalid_inputs: row
                    .invalid_inputs
                    .iter()
                    .map(|text| read(text, "invalid_inputs"))
                    .collect::<sqlx::Result<_>>()?,
                updated: Timestamp::from_nanos(row.updated_ns),
                found,
            })
        })
        .collect()
}

/// A finding that rests on a list.
#[derive(Debug, Clone, PartialEq)]
pub struct HitRow {
    /// Place of the run; with `seq` the place of the hit among the details.
    pub run: i16,
    /// Place within the run.
    pub seq: i16,
    /// Key of the source.
    pub source: String,
    /// The data set.
    pub data_set: DataSet,
    /// What ties it to the subject.
    pub basis: Basis,
    /// Its severity; none where an exception keeps it quiet.
    pub severity: Severity,
    /// What it rests on.
    pub evidence: Evidence,
}

/// A page of what screening found for a check, behind the given place.
pub async fn hits(
    conn: &mut PgConnection,
    client: ClientId,
    check: CheckId,
    after: (i16, i16),
    limit: i64,
) -> sqlx::Result<Vec<HitRow>> {
    let rows = sqlx::query!(
        r#"
        select f.run_seq, f.seq, r.source, r.data_set as "data_set!", f.basis, f.severity, f.evidence::text as "evidence!"
        from findings f
        join source_runs r on r.client_id = f.client_id and r.check_id = f.check_id and r.seq = f.run_seq
        where f.client_id = $1 and f.check_id = $2 and (f.run_seq, f.seq) > ($3, $4) and f.evidence is not null
        order by f.run_seq, f.seq
        limit $5
        "#,
        client.0,
        check.0,
        after.0,
        after.1,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(HitRow {
                run: row.run_seq,
                seq: row.seq,
                source: row.source,
                data_set: read(&row.data_set, "data_set")?,
                basis: read(&row.basis, "basis")?,
                severity: read(&row.severity, "severity")?,
                evidence: read_json(&row.evidence, "findings.evidence")?,
            })
        })
        .collect()
}

/// The hit of a check on an entry of a list, if there is one.
pub async fn hit(
    conn: &mut PgConnection,
    client: ClientId,
    check: CheckId,
    list: &str,
    entry: &str,
) -> sqlx::Result<Option<Evidence>> {
    let found = sqlx::query_scalar!(
        r#"
        select evidence::text as "evidence!"
        from findings
        where client_id = $1 and check_id = $2 and evidence->>'list' = $3 and evidence->>'entry' = $4
        order by run_seq, seq
        limit 1
        "#,
        client.0,
        check.0,
        list,
        entry,
    )
    .fetch_optional(conn)
    .await?;
    found
        .map(|text| read_json(&text, "findings.evidence"))
        .transpose()
}

/// What the sources of a check said, in the order of its runs, at most so many findings.
pub async fn told(
    conn: &mut PgConnection,
    client: ClientId,
    check: CheckId,
    limit: i64,
) -> sqlx::Result<Vec<Told>> {
    let rows = sqlx::query!(
        r#"
        select f.run_seq, r.data_set as "data_set!", f.basis, f.result, f.severity, f.first_name, f.last_name,
               f.company_name, f.tables
        from findings f
        join source_runs r on r.client_id = f.client_id and r.check_id = f.check_id and r.seq = f.run_seq
        where f.client_id = $1 and f.check_id = $2 and r.data_set is not null
        order by f.run_seq, f.seq
        limit $3
        "#,
        client.0,
        check.0,
        limit,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let finding = Finding {
                data_set: read(&row.data_set, "data_set")?,
                basis: read(&row.basis, "basis")?,
                result: read(&row.result, "result")?,
                severity: read(&row.severity, "severity")?,
                first_name: row.first_name,
                last_name: row.last_name,
                company_name: row.company_name,
                tables: match row.tables {
                    Some(text) => read_json(&text, "findings.tables")?,
                    None => Vec::new(),
                },
                evidence: None,
            };
            Ok(Told {
                run: row.run_seq,
                finding,
            })
        })
        .collect()
}
