//! Processes as the TrustX face searches and shows them; [`crate::processes`] keeps them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use cotejo_domain::{
    ids::{ClientId, FlowId, ProcessId, ValidationId},
    processes::{
        Applicant, Decision,
        search::folded,
        trustx::{Instance, InstanceSearch, InstanceStatus, Paging, status::Standing},
    },
    time::Timestamp,
};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{
    decisions,
    parts::{Part, Table, Wanted, pattern},
    processes::made_between,
    read,
};

/// Whether anybody has done anything in a process.
macro_rules! used {
    () => {
        "exists (
            select from json_array_elements(p.progress -> 'steps') as step (value)
            where step.value ->> 'state' in ('passed', 'failed', 'skipped')
        )"
    };
}

/// What `trustx::status::is_referred` says of a process's ledger. Its first line spares almost all processes the rest.
macro_rules! referred {
    () => {
        "(exists (
            select from decisions d
            where d.client_id = p.client_id and d.process_id = p.id and d.level <> 'process' and d.stand = 'refer'
        ) and not exists (
            select from decisions d
            where d.client_id = p.client_id and d.process_id = p.id and d.level = 'process' and d.kind = 'override'
        ) and coalesce((
            select bool_or(word.stand = 'refer') and not bool_or(word.stand = 'fail')
            from (
                select distinct on (d.validation_id, d.part) d.stand from decisions d
                where d.client_id = p.client_id and d.process_id = p.id and d.level <> 'process'
                  and d.kind in ('review', 'override')
                order by d.validation_id, d.part, d.n desc
            ) as word
        ), false))"
    };
}

/// What a status means to the database. It has to say the same as `trustx::status::Standing` does.
const fn condition(status: InstanceStatus) -> &'static str {
    macro_rules! unless_referred {
        ($($condition:tt)*) => {
            concat!("(", $($condition)*, " and not ", referred!(), ")")
        };
    }
    // What is open is said twice, because an index knows it.
    match status {
        InstanceStatus::Pending => {
            unless_referred!("p.effective = 'pending' and p.state = 'active' and not ", used!())
        }
        InstanceStatus::Active => unless_referred!(
            "p.effective = 'pending' and (p.state = 'deciding' or p.state = 'active' and ",
            used!(),
            ")"
        ),
        InstanceStatus::Paused => unless_referred!("p.state = 'paused'"),
        InstanceStatus::Review => concat!("(p.state = 'review' or ", referred!(), ")"),
        InstanceStatus::Accepted => unless_referred!("p.effective = 'success'"),
        InstanceStatus::Declined => unless_referred!(
            "p.effective = 'failure' and (p.failure_status is null or p.failure_status = 'declined')"
        ),
        InstanceStatus::Abandoned => {
            unless_referred!("p.effective = 'failure' and p.failure_status in ('expired', 'canceled')")
        }
        InstanceStatus::Error => {
            unless_referred!("p.effective = 'failure' and p.failure_status = 'system_error'")
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    flow_id: Uuid,
    flow_name: String,
    flow_version: i32,
    token_id: Option<Uuid>,
    token_counter: Option<i32>,
    state: String,
    used: bool,
    effective: String,
    failure_status: Option<String>,
    reference: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<NaiveDate>,
    nationality: Option<String>,
    document_number: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    deadline_ns: i64,
    created_ns: i64,
    updated_ns: i64,
    finished_ns: Option<i64>,
}

/// What is shown of the processes that were picked.
const SHOWN: &str = concat!(
    r"
    select p.id, p.flow_id, f.name as flow_name, p.flow_version, p.token_id, u.number as token_counter, p.state,
           p.state <> 'active' or ",
    used!(),
    r" as used,
           p.effective, p.failure_status, p.start -> 'metadata' ->> 'referenceID' as reference, p.first_name,
           p.last_name, p.date_of_birth, p.nationality, p.document_number, p.email, p.phone, p.deadline_ns,
           p.created_ns, p.updated_ns, p.finished_ns
    from picked p
    join flows f on f.client_id = p.client_id and f.id = p.flow_id
    left join process_token_uses u on u.client_id = p.client_id and u.process_id = p.id
    order by p.id "
);

impl Row {
    fn into_instance(self, client: ClientId, ledger: &[Decision]) -> sqlx::Result<Instance> {
        let standing = Standing {
            state: read(&self.state, "state")?,
            used: self.used,
            effective: read(&self.effective, "effective")?,
            failure: self
                .failure_status
                .map(|text| read(&text, "failure_status"))
                .transpose()?,
            referred: false,
        };
        let mut instance = Instance {
            client,
            id: ProcessId(self.id),
            flow: FlowId(self.flow_id),
            flow_name: self.flow_name,
            flow_version: self.flow_version,
            token: self.token_id,
            token_counter: self.token_counter,
            status: standing.status(),
            reviewed: None,
            reference: self.reference,
            applicant: Applicant {
                first_name: self.first_name,
                last_name: self.last_name,
                date_of_birth: self.date_of_birth,
                nationality: self.nationality,
                document_number: self.document_number,
                email: self.email,
                phone: self.phone,
                ..Applicant::default()
            },
            created: Timestamp::from_nanos(self.created_ns),
            updated: Timestamp::from_nanos(self.updated_ns),
            deadline: Timestamp::from_nanos(self.deadline_ns),
            finished: self.finished_ns.map(Timestamp::from_nanos),
        };
        instance.judge(standing, ledger);
        Ok(instance)
    }
}

/// Begins to pick processes of a client: `processes p` behind a filter.
fn pick(before: &str, client: ClientId) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::<Postgres>::new(before);
    query
        .push(" from processes p where p.client_id = ")
        .push_bind(client.0);
    query
}

const PICKED: &str = "with picked as (select p.*";

/// The filters of a search, behind the client.
fn filter(query: &mut QueryBuilder<Postgres>, finder: &Finder, wanted: Wanted) {
    let Finder { client, search, part } = finder;
    made_between(query, search.from, search.to);
    if let Some(flow) = search.flow {
        query.push(" and p.flow_id = ").push_bind(flow.0);
    }
    if let Some(name) = &search.flow_name {
        query
            .push(" and p.flow_id in (select f.id from flows f where f.client_id = ")
            .push_bind(client.0);
        query.push(" and f.name = ").push_bind(name.clone()).push(")");
    }
    let few = |status: &InstanceStatus| matches!(status, InstanceStatus::Review | InstanceStatus::Paused);
    if !search.statuses.is_empty() && search.statuses.iter().all(few) {
        // They are picked by the two indexes that hold nothing else, and not looked for among all.
        query.push(" and p.id in (select r.id from processes r where r.state in ('review', 'paused')");
        query.push(" and r.client_id = ").push_bind(client.0);
        query.push(" union all select d.process_id from decisions d where d.level <> 'process' and d.stand = 'refer'");
        query.push(" and d.client_id = ").push_bind(client.0).push(")");
    }
    if !search.statuses.is_empty() {
        let conditions: Vec<&str> = search.statuses.iter().map(|status| condition(*status)).collect();
        query.push(" and (").push(conditions.join(" or ")).push(")");
    }
    if let (Some(text), Some(part)) = (&search.text, part) {
        query.push(" and (");
        part.push(query, "p.search", wanted);
        filter_text(query, search, text);
        query.push(")");
    }
}

/// Behind name, reference id, e-mail address and phone without case and accents: as strict as the vendor is, and by id.
fn filter_text(query: &mut QueryBuilder<Postgres>, search: &InstanceSearch, text: &str) {
    if search.strict {
        let part = pattern(text);
        // What is folded finds more, and by an index.
        query
            .push(" and (concat_ws(' ', p.first_name, p.last_name) like ")
            .push_bind(part.clone());
        query
            .push(" or p.start -> 'metadata' ->> 'referenceID' like ")
            .push_bind(part)
            .push(")");
    }
    if let Some(id) = search.id() {
        query.push(" or p.id = ").push_bind(id);
    }
}

/// Reads what was picked, with what people said of it.
async fn shown(
    conn: &mut PgConnection,
    client: ClientId,
    mut query: QueryBuilder<Postgres>,
    descending: bool,
) -> sqlx::Result<Vec<Instance>> {
    query
        .push(")")
        .push(SHOWN)
        .push(if descending { "desc" } else { "asc" });
    let rows: Vec<Row> = query.build_query_as().fetch_all(&mut *conn).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut ledgers: BTreeMap<Uuid, Vec<Decision>> = BTreeMap::new();
    for decision in decisions::of_processes(conn, client, &ids).await? {
        ledgers.entry(decision.process.0).or_default().push(decision);
    }
    rows.into_iter()
        .map(|row| {
            let ledger = ledgers.remove(&row.id).unwrap_or_default();
            row.into_instance(client, &ledger)
        })
        .collect()
}

/// The instance of that id.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: ProcessId,
) -> sqlx::Result<Option<Instance>> {
    let mut query = pick(PICKED, client);
    query.push(" and p.id = ").push_bind(id.0);
    Ok(shown(conn, client, query, true).await?.pop())
}

/// A search of a client's instances. How its text is found is settled once, however often it is asked.
pub struct Finder {
    client: ClientId,
    search: InstanceSearch,
    part: Option<Part>,
}

impl Finder {
    /// Settles how a search is carried out.
    pub async fn new(
        conn: &mut PgConnection,
        client: ClientId,
        search: InstanceSearch,
    ) -> sqlx::Result<Self> {
        let part = match &search.text {
            Some(text) => Some(Part::of(conn, Table::Processes, client, &folded(text)).await?),
            None => None,
        };
        Ok(Self { client, search, part })
    }

    /// A page, in the order of their ids, which is that of time; and whether there are more behind it.
    pub async fn page(&self, conn: &mut PgConnection, paging: Paging) -> sqlx::Result<(Vec<Instance>, bool)> {
        let mut query = pick(PICKED, self.client);
        filter(&mut query, self, Wanted::Newest);
        query
            .push(" order by p.id ")
            .push(if paging.descending { "desc" } else { "asc" });
        query
            .push(" limit ")
            .push_bind(paging.size + 1)
            .push(" offset ")
            .push_bind(paging.offset());
        let mut found = shown(conn, self.client, query, paging.descending).await?;
        let size = usize::try_from(paging.size).unwrap_or(usize::MAX);
        let more = found.len() > size;
        found.truncate(size);
        Ok((found, more))
    }

    /// The next instances behind `after`, newest first: what is exported is read so.
    pub async fn batch(
        &self,
        conn: &mut PgConnection,
        after: Option<ProcessId>,
        limit: i64,
    ) -> sqlx::Result<Vec<Instance>> {
        let mut query = pick(PICKED, self.client);
        filter(&mut query, self, Wanted::Newest);
        if let Some(after) = after {
            query.push(" and p.id < ").push_bind(after.0);
        }
        query.push(" order by p.id desc limit ").push_bind(limit);
        shown(conn, self.client, query, true).await
    }

    /// How many instances are found; counts no further than `limit`.
    pub async fn count(&self, conn: &mut PgConnection, limit: i64) -> sqlx::Result<i64> {
        let mut query = pick("select count(*) from (select", self.client);
        filter(&mut query, self, Wanted::All);
        query.push(" limit ").push_bind(limit).push(") as counted");
        query.build_query_scalar().fetch_one(conn).await
    }
}

/// Deletes a process with its steps and decisions, and validations with their reviews, and takes the personal data out of
/// their events.
pub async fn erase(
    conn: &mut PgConnection,
    client: ClientId,
    process: ProcessId,
    validations: &[ValidationId],
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = validations.iter().map(|id| id.0).collect();
    let bodies: Vec<String> = validations
        .iter()
        .map(|id| format!(r#"{{"validation_id":"{id}","erased":true}}"#))
        .collect();
    sqlx::query!(
        r#"
        with told_of_validations as (
            update event_bodies b set body = erased.body
            from unnest($3::uuid[], $4::text[]) as erased (id, body)
            where b.client_id = $1 and b.resource_id = erased.id
        )
        update event_bodies set body = $5 where client_id = $1 and resource_id = $2
        "#,
        client.0,
        process.0,
        &ids,
        &bodies,
        format!(r#"{{"process_id":"{process}","erased":true}}"#),
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from reviews where client_id = $1 and validation_id = any($2)",
        client.0,
        &ids
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from validations where client_id = $1 and id = any($2)",
        client.0,
        &ids
    )
    .execute(&mut *conn)
    .await?;
    crate::processes::delete(conn, client, process).await?;
    Ok(())
}
