//! Messages to people: a sandbox client's outbox, and the mail of live clients until it is sent.

use cotejo_domain::{
    ids::{ClientId, MessageId},
    messages::{Channel, Message, MessageState},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::read;

/// Inserts messages in one statement. A second one of the same resource and purpose is left out; returns those that
/// were new.
pub async fn insert(conn: &mut PgConnection, messages: &[Message]) -> sqlx::Result<Vec<MessageId>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    macro_rules! column {
        ($of:expr) => {
            messages.iter().map($of).collect::<Vec<_>>()
        };
    }
    let ids = sqlx::query_scalar!(
        r#"
        insert into messages (client_id, id, channel, recipient, subject, body, code, state, resource_id, purpose,
                              created_ns)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                             $8::text[], $9::uuid[], $10::text[], $11::bigint[])
        on conflict (client_id, resource_id, purpose) where resource_id is not null and purpose <> '' do nothing
        returning id
        "#,
        &column!(|message| message.client.0),
        &column!(|message| message.id.0),
        &column!(|message| message.channel.as_str()) as _,
        &column!(|message| message.to.as_str()) as _,
        &column!(|message| message.subject.as_str()) as _,
        &column!(|message| message.body.as_str()) as _,
        &column!(|message| message.code.as_str()) as _,
        &column!(|message| message.state.as_str()) as _,
        &column!(|message| message.resource) as _,
        &column!(|message| message.purpose) as _,
        &column!(|message| message.created.nanos()),
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(MessageId).collect())
}

struct Row {
    client_id: Uuid,
    id: Uuid,
    channel: String,
    recipient: String,
    subject: String,
    body: String,
    code: String,
    state: String,
    resource_id: Option<Uuid>,
    created_ns: i64,
}

impl Row {
    fn into_message(self) -> sqlx::Result<Message> {
        Ok(Message {
            client: ClientId(self.client_id),
            id: MessageId(self.id),
            channel: read(&self.channel, "channel")?,
            to: self.recipient,
            subject: self.subject,
            body: self.body,
            code: self.code,
            state: read(&self.state, "state")?,
            resource: self.resource_id,
            purpose: "",
            created: Timestamp::from_nanos(self.created_ns),
        })
    }
}

/// A message.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: MessageId) -> sqlx::Result<Option<Message>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, channel, recipient, subject, body, code, state, resource_id, created_ns
        from messages where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_message)
    .transpose()
}

/// Which messages of the outbox are read, newest first.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Only of this channel.
    pub channel: Option<Channel>,
    /// Only to this recipient.
    pub to: Option<String>,
    /// Behind this one.
    pub after: Option<Uuid>,
    /// At most so many.
    pub limit: i64,
}

/// The outbox of a client.
pub async fn outbox(
    conn: &mut PgConnection,
    client: ClientId,
    listing: &Listing,
) -> sqlx::Result<Vec<Message>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, channel, recipient, subject, body, code, state, resource_id, created_ns
        from messages
        where client_id = $1 and ($2::text is null or channel = $2) and ($3::text is null or recipient = $3)
          and ($4::uuid is null or id < $4) and state = 'outbox'
        order by id desc limit $5
        "#,
        client.0,
        listing.channel.map(Channel::as_str),
        listing.to.as_deref(),
        listing.after,
        listing.limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_message)
    .collect()
}

/// Notes what became of a message and forgets its text and its reader: what was sent need not be kept.
pub async fn settle(
    conn: &mut PgConnection,
    client: ClientId,
    id: MessageId,
    state: MessageState,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update messages set state = $3, recipient = '', subject = '', body = '', code = ''
        where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
        state.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the messages about a resource, with whom they went to.
pub async fn erase(conn: &mut PgConnection, client: ClientId, resource: Uuid) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from messages where client_id = $1 and resource_id = $2",
        client.0,
        resource
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Empties a client's outbox; says how many messages it held.
pub async fn clear(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from messages where client_id = $1 and state = 'outbox'",
        client.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
