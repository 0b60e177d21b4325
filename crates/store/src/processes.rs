//! Processes: one person going through a flow.

use chrono::NaiveDate;
use cotejo_domain::{
    ids::{ClientId, FlowId, ProcessId, StepId},
    key_requests::SHORT_LIFETIME_SECONDS,
    processes::{
        Applicant, DeclineReason, Ending, FailureStatus, Process, ProcessStatus, State,
        search::{Search, Term, folded},
    },
    time::Timestamp,
};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{
    first_id,
    parts::{Part, Table, Wanted},
    read, read_json, write_json,
};

#[derive(sqlx::FromRow)]
struct Row {
    client_id: Uuid,
    id: Uuid,
    account_id: Uuid,
    account_name: String,
    flow_id: Uuid,
    flow_version: i32,
    country: String,
    redirect_url: String,
    start: String,
    via: String,
    token_id: Option<Uuid>,
    ip_address: String,
    document_country: Option<String>,
    document_type: Option<String>,
    document_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<NaiveDate>,
    gender: Option<String>,
    nationality: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    state: String,
    progress: String,
    ending: Option<String>,
    overridden: Option<String>,
    deadline_ns: i64,
    created_ns: i64,
    updated_ns: i64,
    finished_ns: Option<i64>,
    version: i32,
}

/// What every look at a process reads.
const SELECT: &str = r"
    select p.client_id, p.id, p.account_id, a.name as account_name, p.flow_id, p.flow_version, p.country, p.redirect_url,
           p.start::text as start, p.via, p.token_id, p.ip_address, p.document_country, p.document_type,
           p.document_number, p.first_name, p.last_name, p.date_of_birth, p.gender, p.nationality, p.email, p.phone,
           p.state, p.progress::text as progress, p.ending::text as ending, p.overridden, p.deadline_ns, p.created_ns,
           p.updated_ns, p.finished_ns, p.version
    from processes p join validation_accounts a on a.client_id = p.client_id and a.id = p.account_id
    where p.client_id = ";

impl Row {
    fn into_process(self) -> sqlx::Result<Process> {
        Ok(Process {
            client: ClientId(self.client_id),
            id: ProcessId(self.id),
            account: self.account_id,
            account_name: read(&self.account_name, "account_name")?,
            flow: FlowId(self.flow_id),
            flow_version: self.flow_version,
            country: read(&self.country, "country")?,
            redirect_url: self.redirect_url,
            start: read_json(&self.start, "start")?,
            via: read(&self.via, "via")?,
            token: self.token_id,
            ip_address: self.ip_address,
            applicant: Applicant {
                document_country: self.document_country,
                document_type: self.document_type,
                document_number: self.document_number,
                first_name: self.first_name,
                last_name: self.last_name,
                date_of_birth: self.date_of_birth,
                gender: self.gender,
                nationality: self.nationality,
                email: self.email,
                phone: self.phone,
            },
            state: read(&self.state, "state")?,
            progress: read_json(&self.progress, "progress")?,
            ending: self.ending.map(|text| read_json(&text, "ending")).transpose()?,
            overridden: self
                .overridden
                .map(|text| read(&text, "overridden"))
                .transpose()?,
            deadline: Timestamp::from_nanos(self.deadline_ns),
            created: Timestamp::from_nanos(self.created_ns),
            updated: Timestamp::from_nanos(self.updated_ns),
            finished: self.finished_ns.map(Timestamp::from_nanos),
            version: self.version,
        })
    }
}

/// All that is searched by a part.
fn searched(process: &Process) -> String {
    let person = &process.applicant;
    let names = [&person.first_name, &person.last_name].map(|name| name.as_deref().unwrap_or_default());
    let reference = process.start.metadata.get("referenceID");
    let parts = [
        Some(process.account_name.as_str()),
        person.document_number.as_deref(),
        person.phone.as_deref(),
        Some(&names.join(" ")),
        person.email.as_deref(),
        reference.map(String::as_str),
    ];
    let folded: Vec<String> = parts.into_iter().flatten().map(folded).collect();
    // A line each, so that no search matches across two of them.
    folded.join("\n")
}

/// Whether the client has a process of that id.
pub async fn exists(conn: &mut PgConnection, client: ClientId, id: ProcessId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from processes where client_id = $1 and id = $2) as "there!""#,
        client.0,
        id.0
    )
    .fetch_one(conn)
    .await
}

/// Inserts a process with its steps, unless there is one of its id. Says whether it did.
pub async fn insert(conn: &mut PgConnection, process: &Process) -> sqlx::Result<bool> {
    let person = &process.applicant;
    let inserted = sqlx::query!(
        r#"
        insert into processes (client_id, id, account_id, flow_id, flow_version, country, redirect_url, start, via,
                               token_id, ip_address, first_name, last_name, email, phone, search, state, progress,
                               deadline_ns, created_ns, updated_ns, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8::text::json, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                $18::text::json, $19, $20, $21, $22)
        on conflict on constraint processes_key do nothing
        "#,
        process.client.0,
        process.id.0,
        process.account,
        process.flow.0,
        process.flow_version,
        process.country.as_str(),
        process.redirect_url,
        write_json(&process.start)?,
        process.via.as_str(),
        process.token,
        process.ip_address,
        person.first_name,
        person.last_name,
        person.email,
        person.phone,
        searched(process),
        process.state.as_str(),
        write_json(&process.progress)?,
        process.deadline.nanos(),
        process.created.nanos(),
        process.updated.nanos(),
        process.version,
    )
    .execute(&mut *conn)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(false);
    }
    insert_steps(conn, process).await?;
    Ok(true)
}

/// Inserts the steps of a process that are not there yet.
pub async fn insert_steps(conn: &mut PgConnection, process: &Process) -> sqlx::Result<()> {
    let steps: Vec<Uuid> = process.progress.steps.iter().map(|step| step.id.0).collect();
    sqlx::query!(
        r#"
        insert into process_steps (client_id, id, process_id) select $1, step, $2 from unnest($3::uuid[]) step
        on conflict do nothing
        "#,
        process.client.0,
        process.id.0,
        &steps,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes where a process stands.
pub async fn update(conn: &mut PgConnection, process: &Process) -> sqlx::Result<()> {
    let person = &process.applicant;
    let ending = process.ending;
    sqlx::query!(
        r#"
        update processes
        set document_country = $3, document_type = $4, document_number = $5, first_name = $6, last_name = $7,
            date_of_birth = $8, gender = $9, nationality = $10, email = $11, phone = $12, search = $13, state = $14,
            progress = $15::text::json, ending = $16::text::json, status = $17, failure_status = $18,
            declined_reason = $19, overridden = $20, deadline_ns = $21, updated_ns = $22, finished_ns = $23,
            version = $24
        where client_id = $1 and id = $2
        "#,
        process.client.0,
        process.id.0,
        person.document_country,
        person.document_type,
        person.document_number,
        person.first_name,
        person.last_name,
        person.date_of_birth,
        person.gender,
        person.nationality,
        person.email,
        person.phone,
        searched(process),
        process.state.as_str(),
        write_json(&process.progress)?,
        ending.as_ref().map(write_json).transpose()?,
        process.status().as_str(),
        ending.and_then(Ending::failure).map(FailureStatus::as_str),
        ending.and_then(Ending::declined).map(DeclineReason::as_str),
        process.overridden.map(ProcessStatus::as_str),
        process.deadline.nanos(),
        process.updated.nanos(),
        process.finished.map(Timestamp::nanos),
        process.version,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The process of that id.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: ProcessId) -> sqlx::Result<Option<Process>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query.push_bind(client.0).push(" and p.id = ").push_bind(id.0);
    let row: Option<Row> = query.build_query_as().fetch_optional(conn).await?;
    row.map(Row::into_process).transpose()
}

/// The same, kept as it is until the transaction ends.
pub async fn lock(conn: &mut PgConnection, client: ClientId, id: ProcessId) -> sqlx::Result<Option<Process>> {
    let there = sqlx::query!(
        "select from processes where client_id = $1 and id = $2 for update",
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

/// The process that a step is of.
pub async fn of_step(
    conn: &mut PgConnection,
    client: ClientId,
    step: StepId,
) -> sqlx::Result<Option<ProcessId>> {
    let id = sqlx::query_scalar!(
        "select process_id from process_steps where client_id = $1 and id = $2",
        client.0,
        step.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(ProcessId))
}

/// Deletes a process with its steps and decisions.
pub async fn delete(conn: &mut PgConnection, client: ClientId, id: ProcessId) -> sqlx::Result<bool> {
    let deleted = sqlx::query!(
        "delete from processes where client_id = $1 and id = $2",
        client.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(deleted.rows_affected() > 0)
}

/// The filters of a list, behind the client.
async fn filter(
    conn: &mut PgConnection,
    query: &mut QueryBuilder<Postgres>,
    client: ClientId,
    search: &Search,
) -> sqlx::Result<()> {
    if let Some(status) = search.status {
        query.push(" and p.effective = ").push_bind(status.as_str());
    }
    if let Some(failure) = search.failure {
        query.push(" and p.failure_status = ").push_bind(failure.as_str());
    }
    if !search.declined.is_empty() {
        let reasons: Vec<&'static str> = search.declined.iter().map(|reason| reason.as_str()).collect();
        query
            .push(" and p.declined_reason = any(")
            .push_bind(reasons)
            .push(")");
    }
    made_between(query, search.from, search.to);
    match &search.term {
        None => {}
        Some(Term::Process(id)) => {
            query.push(" and p.id = ").push_bind(id.0);
        }
        Some(Term::Flow(id)) => {
            query.push(" and p.flow_id = ").push_bind(id.0);
        }
        Some(Term::Text(text)) => {
            query.push(" and ");
            Part::of(conn, Table::Processes, client, text)
                .await?
                .push(query, "p.search", Wanted::Newest);
        }
    }
    Ok(())
}

/// Filters processes by when they were made, both ends included.
pub(crate) fn made_between(
    query: &mut QueryBuilder<Postgres>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) {
    // Ids are ordered by time, so that a range of instants is one of ids, and of an index. A web token allocates the id,
    // so that the process is made within the token's life after it.
    if let Some(from) = from {
        let allocated = first_id(from.plus_seconds(-SHORT_LIFETIME_SECONDS));
        query.push(" and p.id >= ").push_bind(allocated);
        query.push(" and p.created_ns >= ").push_bind(from.nanos());
    }
    if let Some(to) = to {
        query.push(" and p.id < ").push_bind(first_id(to.plus_seconds(1)));
        query.push(" and p.created_ns <= ").push_bind(to.nanos());
    }
}

/// Processes behind `after`, newest first.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    search: &Search,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Process>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query.push_bind(client.0);
    filter(conn, &mut query, client, search).await?;
    if let Some(after) = after {
        query.push(" and p.id < ").push_bind(after);
    }
    query.push(" order by p.id desc limit ").push_bind(limit);
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await?;
    rows.into_iter().map(Row::into_process).collect()
}

/// Processes in a state, the oldest first, behind `after`.
pub async fn in_state(
    conn: &mut PgConnection,
    client: ClientId,
    state: State,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Process>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query.push_bind(client.0);
    query.push(" and p.state = ").push_bind(state.as_str());
    query.push(" and p.id > ").push_bind(after.unwrap_or(Uuid::nil()));
    query.push(" order by p.id limit ").push_bind(limit);
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await?;
    rows.into_iter().map(Row::into_process).collect()
}

/// The newest processes of an account.
pub async fn of_account(
    conn: &mut PgConnection,
    client: ClientId,
    account: Uuid,
    limit: i64,
) -> sqlx::Result<Vec<Process>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query.push_bind(client.0);
    query.push(" and p.account_id = ").push_bind(account);
    query.push(" order by p.id desc limit ").push_bind(limit);
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await?;
    rows.into_iter().map(Row::into_process).collect()
}
