//! The entries of lists: each row is in force from one version until another.

use std::collections::HashMap;

use cotejo_domain::screening::Entry;
use futures_util::TryStreamExt as _;
use sqlx::PgConnection;

use crate::read_json;

/// An entry to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The list's own id.
    pub entry: String,
    /// `person`, `org`, `vessel` or `aircraft`.
    pub kind: String,
    /// Name as published.
    pub name: String,
    /// SHA-256 of the body.
    pub digest: [u8; 32],
    /// All that the list says of it, JSON.
    pub body: String,
    /// (name, strength) of the primary name and every alias, in the order of the list.
    pub names: Vec<(String, String)>,
    /// (kind, number without separators, country).
    pub documents: Vec<(String, String, Option<String>)>,
}

/// What the version in force says of each entry, as its digest.
pub async fn digests(conn: &mut PgConnection, list: &str) -> sqlx::Result<HashMap<String, Vec<u8>>> {
    sqlx::query!(
        "select entry, digest from watchlist_entries where list = $1 and until is null",
        list
    )
    .fetch(conn)
    .map_ok(|row| (row.entry, row.digest))
    .try_collect()
    .await
}

/// Ends the rows in force of these entries with a version.
pub async fn end(conn: &mut PgConnection, list: &str, version: i64, entries: &[String]) -> sqlx::Result<()> {
    sqlx::query!(
        "update watchlist_entries set until = $2 where list = $1 and until is null and entry = any($3)",
        list,
        version,
        entries,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a batch of entries that a version brings.
pub async fn insert(
    conn: &mut PgConnection,
    list: &str,
    version: i64,
    entries: &[NewEntry],
) -> sqlx::Result<()> {
    macro_rules! column {
        ($of:expr) => {
            entries.iter().map($of).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        r#"
        insert into watchlist_entries (list, since, entry, kind, name, digest, body)
        select $1, $2, entry, kind, name, digest, body::json
        from unnest($3::text[], $4::text[], $5::text[], $6::bytea[], $7::text[]) as t (entry, kind, name, digest, body)
        "#,
        list,
        version,
        &column!(|row| row.entry.as_str()) as _,
        &column!(|row| row.kind.as_str()) as _,
        &column!(|row| row.name.as_str()) as _,
        &column!(|row| row.digest.as_slice()) as _,
        &column!(|row| row.body.as_str()) as _,
    )
    .execute(&mut *conn)
    .await?;
    let names = Many::of(entries, |row| &row.names);
    sqlx::query!(
        r#"
        insert into watchlist_names (list, since, entry, seq, name, strength)
        select $1, $2, * from unnest($3::text[], $4::smallint[], $5::text[], $6::text[])
        "#,
        list,
        version,
        &names.entries as _,
        &names.places,
        &names.column(|name| name.0.as_str()) as _,
        &names.column(|name| name.1.as_str()) as _,
    )
    .execute(&mut *conn)
    .await?;
    let documents = Many::of(entries, |row| &row.documents);
    sqlx::query!(
        r#"
        insert into watchlist_documents (list, since, entry, seq, kind, number, country)
        select $1, $2, * from unnest($3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[])
        "#,
        list,
        version,
        &documents.entries as _,
        &documents.places,
        &documents.column(|document| document.0.as_str()) as _,
        &documents.column(|document| document.1.as_str()) as _,
        &documents.column(|document| document.2.as_deref()) as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What entries have several of, with the entry and the place of each.
struct Many<'a, T> {
    entries: Vec<&'a str>,
    places: Vec<i16>,
    rows: Vec<&'a T>,
}

impl<'a, T> Many<'a, T> {
    fn of(entries: &'a [NewEntry], of: impl Fn(&'a NewEntry) -> &'a Vec<T>) -> Self {
        let mut many = Self {
            entries: Vec::new(),
            places: Vec::new(),
            rows: Vec::new(),
        };
        for entry in entries {
            for (place, row) in (0..).zip(of(entry)) {
                many.entries.push(&entry.entry);
                many.places.push(place);
                many.rows.push(row);
            }
        }
        many
    }

    fn column<C>(&self, of: impl Fn(&'a T) -> C) -> Vec<C> {
        self.rows.iter().map(|row| of(row)).collect()
    }
}

/// What a search index is made of: an entry's id and kind, and its names and document numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed {
    /// The list's own id.
    pub entry: String,
    /// `person`, `org`, `vessel` or `aircraft`.
    pub kind: String,
    /// Its names as published, in the order of the list.
    pub names: Vec<String>,
    /// Its documents' numbers.
    pub numbers: Vec<String>,
}

/// Walks through the entries of a version, in the order of their ids.
pub async fn each(
    conn: &mut PgConnection,
    list: &str,
    version: i64,
    mut visit: impl FnMut(Indexed),
) -> sqlx::Result<()> {
    let mut rows = sqlx::query_as!(
        Indexed,
        r#"
        select e.entry, e.kind,
               array(
                   select n.name from watchlist_names n
                   where n.list = e.list and n.entry = e.entry and n.since = e.since order by n.seq
               ) as "names!",
               array(
                   select d.number from watchlist_documents d
                   where d.list = e.list and d.entry = e.entry and d.since = e.since
               ) as "numbers!"
        from watchlist_entries e
        where e.list = $1 and e.since <= $2 and (e.until is null or e.until > $2)
        order by e.entry
        "#,
        list,
        version,
    )
    .fetch(conn);
    while let Some(row) = rows.try_next().await? {
        visit(row);
    }
    Ok(())
}

/// What a version says of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the body.
    pub digest: Vec<u8>,
    /// All that the list says of it.
    pub entry: Entry,
}

/// What a version says of these entries, in the order of their ids.
pub async fn of_version(
    conn: &mut PgConnection,
    list: &str,
    version: i64,
    entries: &[&str],
) -> sqlx::Result<Vec<Stored>> {
    let rows = sqlx::query!(
        r#"
        select digest, body::text as "body!"
        from watchlist_entries
        where list = $1 and since <= $2 and (until is null or until > $2) and entry = any($3)
        order by entry
        "#,
        list,
        version,
        entries as _,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Stored {
                digest: row.digest,
                entry: read_json(&row.body, "watchlist_entries.body")?,
            })
        })
        .collect()
}
