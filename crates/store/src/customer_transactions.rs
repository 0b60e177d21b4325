//! Checks, validations and processes as transactions of customers.

use std::collections::BTreeMap;

use cotejo_domain::{
    customers::{
        Facts, Origin, Pictures, Source, Transaction, TransactionFailure, TransactionId, TransactionStatus,
        TransactionType,
    },
    files::FileKind,
    ids::{ClientId, CustomerId, FileId, ProcessId},
    processes::DeclineReason,
    time::Timestamp,
    validations::Slot,
};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{read, read_json, write_json};

/// What is known of a transaction before it is looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The customer whom it came by.
    pub came_by: CustomerId,
    /// How often it had changed.
    pub version: i32,
}

/// What is known of these transactions.
pub async fn known(
    conn: &mut PgConnection,
    client: ClientId,
    ids: &[Uuid],
) -> sqlx::Result<BTreeMap<Uuid, Known>> {
    let rows = sqlx::query!(
        "select id, came_by, version from customer_transactions where client_id = $1 and id = any($2)",
        client.0,
        ids,
    )
    .fetch_all(conn)
    .await?;
    let known = rows.into_iter().map(|row| {
        let known = Known {
            came_by: CustomerId(row.came_by),
            version: row.version,
        };
        (row.id, known)
    });
    Ok(known.collect())
}

/// A transaction, with who is shown with it and whom it came by.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Who is shown with it.
    pub root: CustomerId,
    /// Whom it came by.
    pub came_by: CustomerId,
    /// The transaction.
    pub transaction: Transaction,
}

/// Writes transactions, each as it is now. Whom one came by stays.
pub async fn put(conn: &mut PgConnection, client: ClientId, placed: &[Placed]) -> sqlx::Result<()> {
    macro_rules! column {
        ($of:expr) => {
            placed.iter().map($of).collect::<Vec<_>>()
        };
    }
    let properties = placed
        .iter()
        .map(|placed| write_json(&placed.transaction.properties));
    let facts = placed.iter().map(|placed| write_json(&placed.transaction.facts));
    sqlx::query!(
        r#"
        insert into customer_transactions (client_id, id, customer_id, came_by, source, kind, status, failure_status,
                                           declined, process_id, pictures, properties, facts, created_ns, updated_ns,
                                           version)
        select $1, id, customer_id, came_by, source, kind, status, failure_status, declined, process_id, pictures,
               properties::json, facts::json, created_ns, updated_ns, version
        from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                    $10::uuid[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::bigint[], $16::integer[])
             as t (id, customer_id, came_by, source, kind, status, failure_status, declined, process_id, pictures,
                   properties, facts, created_ns, updated_ns, version)
        on conflict on constraint customer_transactions_key do update
        set customer_id = excluded.customer_id, status = excluded.status, failure_status = excluded.failure_status,
            declined = excluded.declined, properties = excluded.properties, facts = excluded.facts,
            updated_ns = excluded.updated_ns, version = excluded.version
        "#,
        client.0,
        &column!(|placed| placed.transaction.id.id),
        &column!(|placed| placed.root.0),
        &column!(|placed| placed.came_by.0),
        &column!(|placed| placed.transaction.id.source.as_str()) as _,
        &column!(|placed| placed.transaction.kind.map(TransactionType::as_str)) as _,
        &column!(|placed| placed.transaction.status.as_str()) as _,
        &column!(|placed| placed.transaction.failure.map(TransactionFailure::as_str)) as _,
        &column!(|placed| placed.transaction.declined.map(DeclineReason::as_str)) as _,
        &column!(|placed| placed.transaction.process.map(|id| id.0)) as _,
        &column!(|placed| placed.transaction.pictures.map(Pictures::as_str)) as _,
        &properties.collect::<sqlx::Result<Vec<_>>>()?,
        &facts.collect::<sqlx::Result<Vec<_>>>()?,
        &column!(|placed| placed.transaction.created.nanos()),
        &column!(|placed| placed.transaction.updated.nanos()),
        &column!(|placed| placed.transaction.version),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is said of a customer, transaction by transaction.
pub async fn facts(
    conn: &mut PgConnection,
    client: ClientId,
    customer: CustomerId,
) -> sqlx::Result<Vec<(Origin, Facts)>> {
    let rows = sqlx::query!(
        r#"
        select id, facts::text as "facts!", created_ns, version from customer_transactions
        where client_id = $1 and customer_id = $2
        "#,
        client.0,
        customer.0,
    )
    .fetch_all(conn)
    .await?;
    let facts = rows.into_iter().map(|row| {
        let origin = Origin {
            at: Timestamp::from_nanos(row.created_ns),
            by: row.id,
            version: row.version,
        };
        Ok((origin, read_json(&row.facts, "facts")?))
    });
    facts.collect()
}

/// Takes the personal data out of a transaction. Returns the customer who is shown with it, if there is such a one.
pub async fn forget(conn: &mut PgConnection, client: ClientId, id: Uuid) -> sqlx::Result<Option<CustomerId>> {
    let customer = sqlx::query_scalar!(
        r#"
        update customer_transactions set properties = '{}', facts = '{}' where client_id = $1 and id = $2
        returning customer_id
        "#,
        client.0,
        id,
    )
    .fetch_optional(conn)
    .await?;
    Ok(customer.map(CustomerId))
}

#[derive(sqlx::FromRow)]
struct Row {
    client_id: Uuid,
    id: Uuid,
    customer_id: Uuid,
    came_by: Uuid,
    source: String,
    kind: Option<String>,
    status: String,
    failure_status: Option<String>,
    declined: Option<String>,
    process_id: Option<Uuid>,
    pictures: Option<String>,
    properties: String,
    facts: String,
    created_ns: i64,
    updated_ns: i64,
    version: i32,
}

/// What every look at a transaction reads.
const SELECT: &str = r"
    select t.client_id, t.id, t.customer_id, t.came_by, t.source, t.kind, t.status, t.failure_status, t.declined,
           t.process_id, t.pictures, t.properties::text as properties, t.facts::text as facts, t.created_ns,
           t.updated_ns, t.version
    from customer_transactions t where t.client_id = ";

impl Row {
    fn into_placed(self) -> sqlx::Result<Placed> {
        fn optional<T: std::str::FromStr>(
            text: Option<&str>,
            column: &'static str,
        ) -> sqlx::Result<Option<T>> {
            text.map(|text| read(text, column)).transpose()
        }
        Ok(Placed {
            root: CustomerId(self.customer_id),
            came_by: CustomerId(self.came_by),
            transaction: Transaction {
                client: ClientId(self.client_id),
                id: TransactionId {
                    source: read(&self.source, "source")?,
                    id: self.id,
                },
                kind: optional(self.kind.as_deref(), "kind")?,
                status: read(&self.status, "status")?,
                failure: optional(self.failure_status.as_deref(), "failure_status")?,
                declined: optional(self.declined.as_deref(), "declined")?,
                process: self.process_id.map(ProcessId),
                pictures: optional(self.pictures.as_deref(), "pictures")?,
                properties: read_json(&self.properties, "properties")?,
                facts: read_json(&self.facts, "facts")?,
                created: Timestamp::from_nanos(self.created_ns),
                updated: Timestamp::from_nanos(self.updated_ns),
                version: self.version,
            },
        })
    }
}

/// The transactions of a customer behind `after`, newest first, of one product if it is named; steps of processes are
/// told with these.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    customer: CustomerId,
    source: Option<Source>,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Placed>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query.push_bind(client.0);
    query.push(" and t.customer_id = ").push_bind(customer.0);
    query.push(" and t.process_id is null");
    if let Some(source) = source {
        query.push(" and t.source = ").push_bind(source.as_str());
    }
    if let Some(after) = after {
        query.push(" and t.id < ").push_bind(after);
    }
    query.push(" order by t.id desc limit ").push_bind(limit);
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await?;
    rows.into_iter().map(Row::into_placed).collect()
}

/// One transaction of a customer.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    customer: CustomerId,
    id: TransactionId,
) -> sqlx::Result<Option<Placed>> {
    let mut query = QueryBuilder::<Postgres>::new(SELECT);
    query.push_bind(client.0);
    query.push(" and t.id = ").push_bind(id.id);
    query.push(" and t.customer_id = ").push_bind(customer.0);
    query.push(" and t.source = ").push_bind(id.source.as_str());
    let row: Option<Row> = query.build_query_as().fetch_optional(conn).await?;
    row.map(Row::into_placed).transpose()
}

/// A transaction in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brief {
    /// The resource.
    pub id: TransactionId,
    /// What is done.
    pub kind: Option<TransactionType>,
    /// Where it stands.
    pub status: TransactionStatus,
    /// When it was made.
    pub created: Timestamp,
}

struct BriefRow {
    of: Uuid,
    id: Uuid,
    source: String,
    kind: Option<String>,
    status: String,
    created_ns: i64,
}

/// Rows by what they are of, in their order.
fn by_owner(rows: Vec<BriefRow>) -> sqlx::Result<BTreeMap<Uuid, Vec<Brief>>> {
    let mut by_owner: BTreeMap<Uuid, Vec<Brief>> = BTreeMap::new();
    for row in rows {
        let brief = Brief {
            id: TransactionId {
                source: read(&row.source, "source")?,
                id: row.id,
            },
            kind: row.kind.map(|text| read(&text, "kind")).transpose()?,
            status: read(&row.status, "status")?,
            created: Timestamp::from_nanos(row.created_ns),
        };
        by_owner.entry(row.of).or_default().push(brief);
    }
    Ok(by_owner)
}

/// The newest transactions of each of these customers, newest first.
pub async fn latest(
    conn: &mut PgConnection,
    client: ClientId,
    customers: &[Uuid],
    each: i64,
) -> sqlx::Result<BTreeMap<Uuid, Vec<Brief>>> {
    let rows = sqlx::query_as!(
        BriefRow,
        r#"
        select c.id as "of!", t.id as "id!", t.source as "source!", t.kind as "kind?", t.status as "status!",
               t.created_ns as "created_ns!"
        from unnest($2::uuid[]) as c (id)
        cross join lateral (
            select * from customer_transactions
            where client_id = $1 and customer_id = c.id and process_id is null
            order by id desc limit $3
        ) as t
        order by c.id, t.id desc
        "#,
        client.0,
        customers,
        each,
    )
    .fetch_all(conn)
    .await?;
    by_owner(rows)
}

/// The steps of each of these processes, the oldest first.
pub async fn steps(
    conn: &mut PgConnection,
    client: ClientId,
    processes: &[Uuid],
) -> sqlx::Result<BTreeMap<Uuid, Vec<Brief>>> {
    let rows = sqlx::query_as!(
        BriefRow,
        r#"
        select process_id as "of!", id, source, kind, status, created_ns from customer_transactions
        where client_id = $1 and process_id = any($2) order by process_id, id
        "#,
        client.0,
        processes,
    )
    .fetch_all(conn)
    .await?;
    by_owner(rows)
}

/// A picture of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Whose.
    pub customer: CustomerId,
    /// Of what.
    pub pictures: Pictures,
    /// Which side of it.
    pub slot: Slot,
    /// The file.
    pub file: FileId,
}

/// The pictures of the newest validation of each kind that has some, of each of these customers.
pub async fn pictures(
    conn: &mut PgConnection,
    client: ClientId,
    customers: &[Uuid],
) -> sqlx::Result<Vec<Picture>> {
    let kinds: Vec<&str> = Pictures::ALL.iter().map(|kind| kind.as_str()).collect();
    let slots: Vec<&str> = Slot::ALL.iter().map(|slot| slot.as_str()).collect();
    let rows = sqlx::query!(
        r#"
        select c.id as "customer!", k.kind as "pictures!", f.variant as "variant!", f.id as "id!"
        from unnest($2::uuid[]) as c (id) cross join unnest($3::text[]) as k (kind)
        cross join lateral (
            select t.id from customer_transactions t
            where t.client_id = $1 and t.customer_id = c.id and t.pictures = k.kind
              and exists (select from files f
                          where f.client_id = $1 and f.resource_id = t.id and f.kind = $5 and f.variant = any($4))
            order by t.id desc limit 1
        ) as newest
        join files f on f.client_id = $1 and f.resource_id = newest.id and f.kind = $5 and f.variant = any($4)
        "#,
        client.0,
        customers,
        &kinds as _,
        &slots as _,
        FileKind::ValidationPicture.as_str(),
    )
    .fetch_all(conn)
    .await?;
    let pictures = rows.into_iter().map(|row| {
        Ok(Picture {
            customer: CustomerId(row.customer),
            pictures: read(&row.pictures, "pictures")?,
            slot: read(&row.variant, "variant")?,
            file: FileId(row.id),
        })
    });
    pictures.collect()
}
