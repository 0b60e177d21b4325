//! Files that are kept.

use cotejo_domain::{
    files::{File, FileKind},
    ids::{ClientId, FileId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::read;

struct Row {
    client_id: Uuid,
    id: Uuid,
    resource_id: Uuid,
    kind: String,
    variant: String,
    name: String,
    content_type: String,
    size: i64,
    sha256: Vec<u8>,
    key_id: String,
    created_ns: i64,
}

impl Row {
    fn into_file(self) -> sqlx::Result<File> {
        Ok(File {
            client: ClientId(self.client_id),
            id: FileId(self.id),
            resource: self.resource_id,
            kind: read(&self.kind, "kind")?,
            variant: self.variant,
            name: self.name,
            content_type: self.content_type,
            size: self.size,
            sha256: self.sha256.try_into().map_err(|_| sqlx::Error::ColumnDecode {
                index: "sha256".to_owned(),
                source: "a hash has 32 bytes".into(),
            })?,
            key_id: self.key_id,
            created: Timestamp::from_nanos(self.created_ns),
        })
    }
}

/// Inserts files. One takes the place of the one of its resource, kind and variant; the ids of those that were there are
/// returned, for their bytes to be deleted.
pub async fn put(conn: &mut PgConnection, files: &[&File]) -> sqlx::Result<Vec<(ClientId, FileId)>> {
    let mut replaced = Vec::new();
    for file in files {
        let before = sqlx::query_scalar!(
            r#"
            with before as (
                select id from files where client_id = $1 and resource_id = $3 and kind = $4 and variant = $5
            ), put as (
                insert into files (client_id, id, resource_id, kind, variant, name, content_type, size, sha256, key_id,
                                   created_ns)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                on conflict on constraint files_resource do update
                set id = excluded.id, name = excluded.name, content_type = excluded.content_type,
                    size = excluded.size, sha256 = excluded.sha256, key_id = excluded.key_id,
                    created_ns = excluded.created_ns
            )
            select id from before where id <> $2
            "#,
            file.client.0,
            file.id.0,
            file.resource,
            file.kind.as_str(),
            file.variant,
            file.name,
            file.content_type,
            file.size,
            file.sha256.as_slice(),
            file.key_id,
            file.created.nanos(),
        )
        .fetch_optional(&mut *conn)
        .await?;
        replaced.extend(before.map(|id| (file.client, FileId(id))));
    }
    Ok(replaced)
}

/// The file of that id.
pub async fn find(conn: &mut PgConnection, client: ClientId, id: FileId) -> sqlx::Result<Option<File>> {
    sqlx::query_as!(
        Row,
        "select * from files where client_id = $1 and id = $2",
        client.0,
        id.0
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_file)
    .transpose()
}

/// The file of a resource of that kind and variant.
pub async fn of_resource(
    conn: &mut PgConnection,
    client: ClientId,
    resource: Uuid,
    kind: FileKind,
    variant: &str,
) -> sqlx::Result<Option<File>> {
    sqlx::query_as!(
        Row,
        "select * from files where client_id = $1 and resource_id = $2 and kind = $3 and variant = $4",
        client.0,
        resource,
        kind.as_str(),
        variant,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_file)
    .transpose()
}

/// The files of a resource of that kind behind `after`, by variant.
pub async fn page(
    conn: &mut PgConnection,
    client: ClientId,
    resource: Uuid,
    kind: FileKind,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<File>> {
    sqlx::query_as!(
        Row,
        r#"
        select * from files where client_id = $1 and resource_id = $2 and kind = $3 and variant > $4
        order by variant limit $5
        "#,
        client.0,
        resource,
        kind.as_str(),
        after,
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_file)
    .collect()
}

/// Deletes the files of a resource, of one kind if it is named; returns their ids, for their bytes to be deleted.
pub async fn take(
    conn: &mut PgConnection,
    client: ClientId,
    resource: Uuid,
    kind: Option<FileKind>,
) -> sqlx::Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        r#"
        delete from files where client_id = $1 and resource_id = $2 and ($3::text is null or kind = $3)
        returning id
        "#,
        client.0,
        resource,
        kind.map(FileKind::as_str),
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(FileId).collect())
}

/// Which of these files there are.
pub async fn known(
    conn: &mut PgConnection,
    client: ClientId,
    ids: &[Uuid],
) -> sqlx::Result<std::collections::BTreeSet<Uuid>> {
    let known = sqlx::query_scalar!(
        "select id from files where client_id = $1 and id = any($2)",
        client.0,
        ids
    )
    .fetch_all(conn)
    .await?;
    Ok(known.into_iter().collect())
}
