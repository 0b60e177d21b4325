//! Pictures that somebody waits to hear about before handing them in.

use cotejo_domain::{
    ids::ClientId,
    reading::PictureFault,
    time::Timestamp,
    validations::{DocumentKind, Slot},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{read, read_json, write_json};

/// A picture that is to be looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct Look {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: Uuid,
    /// The file, sealed.
    pub picture: Vec<u8>,
    /// Which document it should show.
    pub kind: DocumentKind,
    /// Which side of it.
    pub slot: Slot,
    /// When it was asked for, in the machine's time.
    pub created: Timestamp,
}

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// It will do.
    Good,
    /// It will not.
    Bad(PictureFault),
    /// It is no picture.
    NoPicture,
    /// Nothing here can say.
    Nothing,
}

/// Keeps a picture until somebody has looked. What nobody has asked about since `before` goes: whoever did is gone.
pub async fn insert(conn: &mut PgConnection, look: &Look, before: Timestamp) -> sqlx::Result<()> {
    sqlx::query!("delete from looks where created_ns < $1", before.nanos())
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        r#"
        insert into looks (client_id, id, picture, country, document_type, slot, created_ns)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        look.client.0,
        look.id,
        look.picture,
        look.kind.country.as_str(),
        look.kind.document_type.as_str(),
        look.slot.as_str(),
        look.created.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The picture of that id.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: Uuid) -> sqlx::Result<Option<Look>> {
    let row = sqlx::query!(
        r#"
        select picture, country, document_type, slot, created_ns from looks where client_id = $1 and id = $2
        "#,
        client.0,
        id,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Look {
            client,
            id,
            picture: row.picture,
            kind: DocumentKind {
                country: read(&row.country, "country")?,
                document_type: read(&row.document_type, "document_type")?,
            },
            slot: read(&row.slot, "slot")?,
            created: Timestamp::from_nanos(row.created_ns),
        })
    })
    .transpose()
}

/// Notes what was seen.
pub async fn note(conn: &mut PgConnection, client: ClientId, id: Uuid, seen: Seen) -> sqlx::Result<()> {
    sqlx::query!(
        "update looks set seen = $3::text::json, picture = '' where client_id = $1 and id = $2",
        client.0,
        id,
        write_json(&seen)?,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was seen, if somebody has looked.
pub async fn seen(conn: &mut PgConnection, client: ClientId, id: Uuid) -> sqlx::Result<Option<Seen>> {
    let seen = sqlx::query_scalar!(
        r#"select seen::text as "seen!" from looks where client_id = $1 and id = $2 and seen is not null"#,
        client.0,
        id,
    )
    .fetch_optional(conn)
    .await?;
    seen.map(|text| read_json(&text, "seen")).transpose()
}

/// Forgets a picture.
pub async fn delete(conn: &mut PgConnection, client: ClientId, id: Uuid) -> sqlx::Result<()> {
    sqlx::query!("delete from looks where client_id = $1 and id = $2", client.0, id)
        .execute(conn)
        .await?;
    Ok(())
}
