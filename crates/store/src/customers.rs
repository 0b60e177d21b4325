//! Customers, and what they are known again by.
//!
//! Whoever changes a client's customers holds them ([`hold`]): by then nobody else does.

use std::collections::BTreeMap;

use cotejo_domain::{
    customers::{Join, Key, Partition, Profile},
    events::EventType,
    ids::{ClientId, CustomerId},
    processes::search::folded,
    time::Timestamp,
};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{
    customer_merges,
    parts::{Part, Table, Wanted},
    read, read_json, write_json,
};

/// Clients whose customers have not heard of all events yet. In no order, so that one that cannot be read holds up nobody
/// behind it.
pub async fn behind(conn: &mut PgConnection, limit: i64) -> sqlx::Result<Vec<ClientId>> {
    let ids = sqlx::query_scalar!(
        r#"
        select h.client_id from event_heads h left join customer_cursors c on c.client_id = h.client_id
        where h.last > coalesce(c.sequence, 0)
        order by random() limit $1
        "#,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ClientId).collect())
}

/// Keeps a client's customers from being changed by others until the transaction ends. Returns the number of the last
/// event that they were made by.
pub async fn hold(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        insert into customer_cursors as c (client_id, sequence) values ($1, 0)
        on conflict (client_id) do update set sequence = c.sequence
        returning sequence
        "#,
        client.0,
    )
    .fetch_one(conn)
    .await
}

/// Notes the last event that a client's customers were made by.
pub async fn advance(conn: &mut PgConnection, client: ClientId, sequence: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update customer_cursors set sequence = $2 where client_id = $1",
        client.0,
        sequence
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An event, as much of it as says which resource is to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// Its number.
    pub sequence: i64,
    /// About what.
    pub event_type: EventType,
    /// The resource.
    pub resource: Uuid,
}

/// The numbered events of a client behind `after`, without their bodies.
pub async fn news(
    conn: &mut PgConnection,
    client: ClientId,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<News>> {
    let rows = sqlx::query!(
        r#"
        select sequence as "sequence!", event_type, resource_id from events
        where client_id = $1 and sequence > $2 order by sequence limit $3
        "#,
        client.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    let news = rows.into_iter().map(|row| {
        Ok(News {
            sequence: row.sequence,
            event_type: read(&row.event_type, "event_type")?,
            resource: row.resource_id,
        })
    });
    news.collect()
}

/// The customers who have one of these keys or are among these, each with all whom it is one with.
pub async fn partition(
    conn: &mut PgConnection,
    client: ClientId,
    keys: &[Key],
    customers: &[CustomerId],
) -> sqlx::Result<Partition> {
    let keys: Vec<&str> = keys.iter().map(Key::as_str).collect();
    let ids: Vec<Uuid> = customers.iter().map(|id| id.0).collect();
    let owned = sqlx::query!(
        "select key, customer_id from customer_keys where client_id = $1 and key = any($2)",
        client.0,
        &keys as _,
    )
    .fetch_all(&mut *conn)
    .await?;
    let named: Vec<Uuid> = ids
        .into_iter()
        .chain(owned.iter().map(|row| row.customer_id))
        .collect();
    let trees = sqlx::query!(
        r#"
        select c.id, c.into_id from customers c
        where c.client_id = $1
          and c.root_id in (select root_id from customers where client_id = $1 and id = any($2))
        "#,
        client.0,
        &named,
    )
    .fetch_all(&mut *conn)
    .await?;
    let members: Vec<Uuid> = trees.iter().map(|row| row.id).collect();
    let apart = customer_merges::taken_back(conn, client, &members).await?;
    let trees = trees
        .into_iter()
        .map(|row| (CustomerId(row.id), row.into_id.map(CustomerId)));
    let owned = owned
        .into_iter()
        .map(|row| Ok((read(&row.key, "key")?, CustomerId(row.customer_id))))
        .collect::<sqlx::Result<Vec<_>>>()?;
    Ok(Partition::new(trees, owned, apart))
}

/// Inserts customers of whom nothing is known yet.
pub async fn insert(
    conn: &mut PgConnection,
    client: ClientId,
    ids: &[CustomerId],
    now: Timestamp,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    sqlx::query!(
        r#"
        insert into customers (client_id, id, root_id, created_ns)
        select $1, id, id, $3 from unnest($2::uuid[]) as t (id)
        "#,
        client.0,
        &ids,
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes keys, each with the customer whom it came by.
pub async fn put_keys(
    conn: &mut PgConnection,
    client: ClientId,
    keys: &[(Key, CustomerId)],
) -> sqlx::Result<()> {
    let (keys, owners): (Vec<&str>, Vec<Uuid>) = keys.iter().map(|(key, of)| (key.as_str(), of.0)).unzip();
    sqlx::query!(
        r#"
        insert into customer_keys (client_id, key, customer_id)
        select $1, key, customer_id from unnest($2::text[], $3::uuid[]) as t (key, customer_id)
        "#,
        client.0,
        &keys as _,
        &owners,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the keys of whoever is one with a customer, but for these.
pub async fn keep_keys(
    conn: &mut PgConnection,
    client: ClientId,
    root: CustomerId,
    keys: &[Key],
) -> sqlx::Result<()> {
    let keys: Vec<&str> = keys.iter().map(Key::as_str).collect();
    sqlx::query!(
        r#"
        delete from customer_keys k using customers c
        where c.client_id = $1 and c.root_id = $2 and k.client_id = $1 and k.customer_id = c.id
          and k.key <> all($3)
        "#,
        client.0,
        root.0,
        &keys as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has a customer who is shown, with all who went into it, go into another one who is. What is known of it is the
/// other's to tell.
pub async fn join(conn: &mut PgConnection, client: ClientId, join: Join) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with moved as (
            update customer_transactions set customer_id = $3 where client_id = $1 and customer_id = $2
        )
        update customers
        set root_id = $3, into_id = case when id = $2 then $3 else into_id end, profile = '{}', search = ''
        where client_id = $1 and root_id = $2
        "#,
        client.0,
        join.from.0,
        join.into.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Has a customer be its own again, with those who went into it: `under` are they all.
pub async fn split_off(
    conn: &mut PgConnection,
    client: ClientId,
    from: CustomerId,
    under: &[CustomerId],
) -> sqlx::Result<()> {
    let under: Vec<Uuid> = under.iter().map(|id| id.0).collect();
    sqlx::query!(
        r#"
        with moved as (
            update customer_transactions set customer_id = $2 where client_id = $1 and came_by = any($3)
        )
        update customers
        set root_id = $2, into_id = case when id = $2 then null else into_id end
        where client_id = $1 and id = any($3)
        "#,
        client.0,
        from.0,
        &under,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is known of customers.
pub async fn profiles(
    conn: &mut PgConnection,
    client: ClientId,
    ids: &[CustomerId],
) -> sqlx::Result<BTreeMap<CustomerId, Profile>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select id, profile::text as "profile!" from customers where client_id = $1 and id = any($2)"#,
        client.0,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let profiles = rows
        .into_iter()
        .map(|row| Ok((CustomerId(row.id), read_json(&row.profile, "profile")?)));
    profiles.collect()
}

/// Writes what is known of customers.
pub async fn set_profiles(
    conn: &mut PgConnection,
    client: ClientId,
    profiles: &BTreeMap<CustomerId, Profile>,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = profiles.keys().map(|id| id.0).collect();
    let texts: Vec<String> = profiles.values().map(write_json).collect::<sqlx::Result<_>>()?;
    let searched: Vec<String> = profiles.values().map(Profile::searched).collect();
    sqlx::query!(
        r#"
        update customers c set profile = t.profile::json, search = t.search
        from unnest($2::uuid[], $3::text[], $4::text[]) as t (id, profile, search)
        where c.client_id = $1 and c.id = t.id
        "#,
        client.0,
        &ids,
        &texts,
        &searched,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A customer who is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// What is known of it.
    pub profile: Profile,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    profile: String,
}

impl Row {
    fn into_customer(self) -> sqlx::Result<Customer> {
        Ok(Customer {
            id: CustomerId(self.id),
            profile: read_json(&self.profile, "profile")?,
        })
    }
}

/// The customer of that id, or the one that it went into.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: CustomerId,
) -> sqlx::Result<Option<Customer>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select r.id, r.profile::text as "profile!"
        from customers c join customers r on r.client_id = c.client_id and r.id = c.root_id
        where c.client_id = $1 and c.id = $2
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await?;
    row.map(Row::into_customer).transpose()
}

/// Customers behind `after`, newest first; those of whom something has this part, if it is given.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    search: Option<&str>,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Customer>> {
    let mut query = QueryBuilder::<Postgres>::new(
        "select id, profile::text as profile from customers where into_id is null and client_id = ",
    );
    query.push_bind(client.0);
    if let Some(text) = search {
        query.push(" and ");
        Part::of(conn, Table::Customers, client, &folded(text))
            .await?
            .push(&mut query, "search", Wanted::Newest);
    }
    if let Some(after) = after {
        query.push(" and id < ").push_bind(after);
    }
    query.push(" order by id desc limit ").push_bind(limit);
    let rows: Vec<Row> = query.build_query_as().fetch_all(conn).await?;
    rows.into_iter().map(Row::into_customer).collect()
}
