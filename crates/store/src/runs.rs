//! Runs of sources.

use std::collections::BTreeMap;

use cotejo_domain::{
    checks::{DataSet, Facts, InputField, Mark, Run},
    ids::{CheckId, ClientId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{read, read_json, write_json};

/// The runs of checks, each check's in their order.
pub async fn of_checks(
    conn: &mut PgConnection,
    client: ClientId,
    checks: &[Uuid],
) -> sqlx::Result<BTreeMap<CheckId, Vec<Run>>> {
    let rows = sqlx::query!(
        r#"
        select check_id, seq, source, data_set, status, invalid_inputs, id_result, id_severity, name_result,
               name_severity, facts::text as facts, updated_ns
        from source_runs
        where client_id = $1 and check_id = any($2)
        order by check_id, seq
        "#,
        client.0,
        checks,
    )
    .fetch_all(conn)
    .await?;
    let mut runs: BTreeMap<CheckId, Vec<Run>> = BTreeMap::new();
    for row in rows {
        runs.entry(CheckId(row.check_id)).or_default().push(Run {
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
                .map(|text| read::<InputField>(text, "invalid_inputs"))
                .collect::<sqlx::Result<_>>()?,
            by_id: mark(row.id_result.as_deref(), row.id_severity.as_deref())?,
            by_name: mark(row.name_result.as_deref(), row.name_severity.as_deref())?,
            facts: row
                .facts
                .map_or_else(|| Ok(Facts::default()), |text| read_json(&text, "facts"))?,
            updated: Timestamp::from_nanos(row.updated_ns),
        });
    }
    Ok(runs)
}

fn mark(result: Option<&str>, severity: Option<&str>) -> sqlx::Result<Option<Mark>> {
    let (Some(result), Some(severity)) = (result, severity) else {
        return Ok(None);
    };
    Ok(Some(Mark {
        result: read(result, "result")?,
        severity: read(severity, "severity")?,
    }))
}

/// Writes runs of checks of any clients in one statement; runs that exist are replaced.
pub async fn save(conn: &mut PgConnection, runs: &[(ClientId, CheckId, &Run)]) -> sqlx::Result<()> {
    if runs.is_empty() {
        return Ok(());
    }
    macro_rules! column {
        ($of:expr) => {
            runs.iter()
                .map(|(_, _, run)| run)
                .map($of)
                .collect::<Vec<_>>()
        };
    }
    let facts = runs
        .iter()
        .map(|(_, _, run)| {
            (run.facts != Facts::default())
                .then(|| write_json(&run.facts))
                .transpose()
        })
        .collect::<sqlx::Result<Vec<_>>>()?;
    // An array of arrays would have to be rectangular; the names of inputs contain no comma.
    let invalid = column!(|run| {
        run.invalid_inputs
            .iter()
            .map(|field| field.as_str())
            .collect::<Vec<_>>()
            .join(",")
    });
    sqlx::query!(
        r#"
        insert into source_runs (client_id, check_id, seq, source, data_set, status, invalid_inputs, id_result,
                                 id_severity, name_result, name_severity, facts, updated_ns)
        select client_id, check_id, seq, source, data_set, status, string_to_array(invalid, ','), id_result,
               id_severity, name_result, name_severity, facts::json, updated_ns
        from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[],
                    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[])
             as t (client_id, check_id, seq, source, data_set, status, invalid, id_result, id_severity, name_result,
                   name_severity, facts, updated_ns)
        on conflict (client_id, check_id, seq) do update
        set status = excluded.status, data_set = excluded.data_set, invalid_inputs = excluded.invalid_inputs,
            id_result = excluded.id_result, id_severity = excluded.id_severity,
            name_result = excluded.name_result, name_severity = excluded.name_severity, facts = excluded.facts,
            updated_ns = excluded.updated_ns
        "#,
        &runs.iter().map(|(client, _, _)| client.0).collect::<Vec<_>>(),
        &runs.iter().map(|(_, check, _)| check.0).collect::<Vec<_>>(),
        &column!(|run| run.seq),
        &column!(|run| run.source.as_str()) as _,
        &column!(|run| run.data_set.map(DataSet::as_str)) as _,
        &column!(|run| run.status.as_str()) as _,
        &invalid,
        &column!(|run| run.by_id.map(|mark| mark.result.as_str())) as _,
        &column!(|run| run.by_id.map(|mark| mark.severity.as_str())) as _,
        &column!(|run| run.by_name.map(|mark| mark.result.as_str())) as _,
        &column!(|run| run.by_name.map(|mark| mark.severity.as_str())) as _,
        &facts as _,
        &column!(|run| run.updated.nanos()),
    )
    .execute(conn)
    .await?;
    Ok(())
}
