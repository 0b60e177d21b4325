//! Hooks. Their signing keys come and go sealed.

use cotejo_domain::{
    events::EventType,
    hooks::{ALL, Filter, Hook, Subscriber, SubscriberType, Subscription},
    ids::{ClientId, HookId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::read;

/// A hook with its keys, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The hook.
    pub hook: Hook,
    /// What bodies are signed with.
    pub signing_key: Vec<u8>,
    /// What they are signed with besides, until an instant of the client's time.
    pub previous_key: Option<(Vec<u8>, Timestamp)>,
}

struct Row {
    client_id: Uuid,
    id: Uuid,
    subscriber_type: String,
    event_type: String,
    actions: Vec<String>,
    status: String,
    http_method: String,
    url: String,
    address: String,
    name: String,
    language: String,
    format: String,
    signing_key: Vec<u8>,
    previous_key: Option<Vec<u8>>,
    previous_until_ns: Option<i64>,
    disabled_reason: String,
    failing_since_ns: Option<i64>,
    created_ns: i64,
    updated_ns: i64,
}

/// A filter from its columns.
pub(crate) fn filter(event_type: &str, actions: &[String]) -> sqlx::Result<Filter> {
    Ok(Filter {
        event_type: if event_type == ALL {
            None
        } else {
            Some(read(event_type, "event_type")?)
        },
        actions: actions
            .iter()
            .map(|action| read(action, "actions"))
            .collect::<sqlx::Result<_>>()?,
    })
}

impl Row {
    fn into_stored(self) -> sqlx::Result<Stored> {
        let subscriber = match read(&self.subscriber_type, "subscriber_type")? {
            SubscriberType::Web => Subscriber::Web {
                url: self.url,
                method: read(&self.http_method, "http_method")?,
                format: read(&self.format, "format")?,
            },
            SubscriberType::Email => Subscriber::Email {
                address: self.address,
                name: self.name,
                language: read(&self.language, "language")?,
            },
        };
        Ok(Stored {
            hook: Hook {
                client: ClientId(self.client_id),
                id: HookId(self.id),
                subscription: Subscription {
                    filter: filter(&self.event_type, &self.actions)?,
                    status: read(&self.status, "status")?,
                    subscriber,
                },
                disabled_reason: self.disabled_reason,
                failing_since: self.failing_since_ns.map(Timestamp::from_nanos),
                created: Timestamp::from_nanos(self.created_ns),
                updated: Timestamp::from_nanos(self.updated_ns),
            },
            signing_key: self.signing_key,
            previous_key: self
                .previous_key
                .zip(self.previous_until_ns.map(Timestamp::from_nanos)),
        })
    }
}

/// What stands in the columns of the two kinds of subscribers.
struct Columns<'a> {
    method: &'a str,
    url: &'a str,
    format: &'a str,
    address: &'a str,
    name: &'a str,
    language: &'a str,
}

impl<'a> Columns<'a> {
    const fn of(subscriber: &'a Subscriber) -> Self {
        match subscriber {
            Subscriber::Web { url, method, format } => Self {
                method: method.as_str(),
                url: url.as_str(),
                format: format.as_str(),
                address: "",
                name: "",
                language: "es",
            },
            Subscriber::Email {
                address,
                name,
                language,
            } => Self {
                method: "POST",
                url: "",
                format: "jwt",
                address: address.as_str(),
                name: name.as_str(),
                language: language.as_str(),
            },
        }
    }
}

/// Inserts a hook, or replaces what its owner said of it; its keys stay as they were.
pub async fn save(conn: &mut PgConnection, stored: &Stored) -> sqlx::Result<()> {
    let hook = &stored.hook;
    let Subscription {
        filter,
        status,
        subscriber,
    } = &hook.subscription;
    let columns = Columns::of(subscriber);
    let actions: Vec<String> = filter.actions.iter().map(ToString::to_string).collect();
    sqlx::query!(
        r#"
        insert into hooks (client_id, id, subscriber_type, event_type, actions, status, http_method, url, address, name,
                           language, format, signing_key, disabled_reason, failing_since_ns, created_ns, updated_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        on conflict (client_id, id) do update
        set subscriber_type = excluded.subscriber_type, event_type = excluded.event_type, actions = excluded.actions,
            status = excluded.status, http_method = excluded.http_method, url = excluded.url,
            address = excluded.address, name = excluded.name, language = excluded.language, format = excluded.format,
            disabled_reason = excluded.disabled_reason, failing_since_ns = excluded.failing_since_ns,
            updated_ns = excluded.updated_ns
        "#,
        hook.client.0,
        hook.id.0,
        subscriber.kind().as_str(),
        filter.event_type.map_or(ALL, EventType::as_str),
        &actions,
        status.as_str(),
        columns.method,
        columns.url,
        columns.address,
        columns.name,
        columns.language,
        columns.format,
        stored.signing_key,
        hook.disabled_reason,
        hook.failing_since.map(Timestamp::nanos),
        hook.created.nanos(),
        hook.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives a hook a new key; the old one signs beside it until an instant.
pub async fn rotate(
    conn: &mut PgConnection,
    client: ClientId,
    id: HookId,
    key: &[u8],
    until: Timestamp,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update hooks set previous_key = signing_key, previous_until_ns = $4, signing_key = $3, updated_ns = $5
        where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
        key,
        until.nanos(),
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A hook; with `lock` until the transaction ends.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: HookId,
    lock: bool,
) -> sqlx::Result<Option<Stored>> {
    if lock {
        sqlx::query!(
            "select id from hooks where client_id = $1 and id = $2 for update",
            client.0,
            id.0
        )
        .fetch_optional(&mut *conn)
        .await?;
    }
    sqlx::query_as!(
        Row,
        "select * from hooks where client_id = $1 and id = $2",
        client.0,
        id.0
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_stored)
    .transpose()
}

/// Hooks of a client behind `after`, newest first.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Stored>> {
    sqlx::query_as!(
        Row,
        r#"
        select * from hooks where client_id = $1 and ($2::uuid is null or id < $2)
        order by id desc limit $3
        "#,
        client.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_stored)
    .collect()
}

/// Deletes a hook with its deliveries. Says whether there was one.
pub async fn delete(conn: &mut PgConnection, client: ClientId, id: HookId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        with gone as (
            delete from deliveries where client_id = $1 and target_id = $2 returning id
        ), attempts as (
            delete from delivery_attempts where client_id = $1 and delivery_id in (select id from gone)
        )
        delete from hooks where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes how a hook fares: since when it fails, and why it was disabled, if it was.
pub async fn note(
    conn: &mut PgConnection,
    client: ClientId,
    id: HookId,
    failing_since: Option<Timestamp>,
    disabled_reason: Option<&str>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update hooks
        set failing_since_ns = $3, disabled_reason = coalesce($4, disabled_reason),
            status = case when $4::text is null then status else 'disabled' end
        where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
        failing_since.map(Timestamp::nanos),
        disabled_reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who of these clients wants to hear of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// The client.
    pub client: ClientId,
    /// The hook, and what it asks for; `None` says that the client has rules.
    pub hook: Option<(HookId, Filter)>,
    /// Whether the client's clock can be moved.
    pub sandbox: bool,
}

/// The enabled hooks of these clients, and which of them have enabled rules.
pub async fn listeners(conn: &mut PgConnection, clients: &[Uuid]) -> sqlx::Result<Vec<Listener>> {
    let rows = sqlx::query!(
        r#"
        select h.client_id as "client_id!", h.id, h.event_type, h.actions, c.kind as "kind!"
        from hooks h join clients c on c.id = h.client_id
        where h.client_id = any($1) and h.status = 'enabled'
        union all
        select c.id, null, null, null, c.kind
        from clients c
        where c.id = any($1) and exists (select from rules r where r.client_id = c.id and r.status = 'enabled')
        "#,
        clients,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let hook = match (row.id, row.event_type, row.actions) {
                (Some(id), Some(event_type), Some(actions)) => {
                    Some((HookId(id), filter(&event_type, &actions)?))
                }
                _ => None,
            };
            Ok(Listener {
                client: ClientId(row.client_id),
                hook,
                sandbox: row.kind == "sandbox",
            })
        })
        .collect()
}
