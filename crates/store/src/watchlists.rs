//! Lists for screening: loaded whole, then switched to.

use sqlx::PgConnection;

/// One entry of a list, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The list's own id.
    pub entry: String,
    /// `person`, `org`, `vessel` or `aircraft`.
    pub kind: String,
    /// Name as published.
    pub name: String,
    /// What else was published, JSON.
    pub details: String,
    /// (name, strength, folded tokens) of the primary name and every alias.
    pub names: Vec<(String, String, Vec<String>)>,
    /// (kind, number without separators, country).
    pub documents: Vec<(String, String, Option<String>)>,
}

/// A loaded list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// As the catalogue names it.
    pub list: String,
    /// For people.
    pub title: String,
    /// When it was published, as it says itself.
    pub published: Option<String>,
    /// How many entries the version has.
    pub entries: i32,
    /// When it was loaded.
    pub loaded_at: chrono::DateTime<chrono::Utc>,
}

/// Starts a version; `None` if these very files are the current version already.
pub async fn begin(
    conn: &mut PgConnection,
    list: &str,
    title: &str,
    checksum: &[u8],
    published: Option<&str>,
    entries: i32,
) -> sqlx::Result<Option<i64>> {
    sqlx::query!(
        "insert into watchlists (key, title) values ($1, $2) on conflict (key) do update set title = excluded.title",
        list,
        title,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query_scalar!(
        r#"
        insert into watchlist_versions (list, checksum, published, entries) values ($1, $2, $3, $4)
        on conflict (list, checksum) do nothing
        returning id
        "#,
        list,
        checksum,
        published,
        entries,
    )
    .fetch_optional(conn)
    .await
}

/// Writes a batch of entries of a version.
pub async fn insert(conn: &mut PgConnection, version: i64, entries: &[NewEntry]) -> sqlx::Result<()> {
    macro_rules! column {
        ($of:expr) => {
            entries.iter().map($of).collect::<Vec<_>>()
        };
    }
    sqlx::query!(
        r#"
        insert into watchlist_entries (version, entry, kind, name, details)
        select $1, entry, kind, name, details::json
        from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as t (entry, kind, name, details)
        "#,
        version,
        &column!(|entry| entry.entry.as_str()) as _,
        &column!(|entry| entry.kind.as_str()) as _,
        &column!(|entry| entry.name.as_str()) as _,
        &column!(|entry| entry.details.as_str()) as _,
    )
    .execute(&mut *conn)
    .await?;
    let names: Vec<_> = entries
        .iter()
        .flat_map(|entry| entry.names.iter().map(move |name| (&entry.entry, name)))
        .collect();
    // Arrays of arrays have to be rectangular; a token contains no blank.
    sqlx::query!(
        r#"
        insert into watchlist_names (version, entry, name, strength, tokens)
        select $1, entry, name, strength, string_to_array(tokens, ' ')
        from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as t (entry, name, strength, tokens)
        "#,
        version,
        &names.iter().map(|(entry, _)| entry.as_str()).collect::<Vec<_>>() as _,
        &names.iter().map(|(_, name)| name.0.as_str()).collect::<Vec<_>>() as _,
        &names.iter().map(|(_, name)| name.1.as_str()).collect::<Vec<_>>() as _,
        &names.iter().map(|(_, name)| name.2.join(" ")).collect::<Vec<_>>(),
    )
    .execute(&mut *conn)
    .await?;
    let documents: Vec<_> = entries
        .iter()
        .flat_map(|entry| entry.documents.iter().map(move |doc| (&entry.entry, doc)))
        .collect();
    sqlx::query!(
        r#"
        insert into watchlist_documents (version, entry, kind, number, country)
        select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[])
        "#,
        version,
        &documents
            .iter()
            .map(|(entry, _)| entry.as_str())
            .collect::<Vec<_>>() as _,
        &documents
            .iter()
            .map(|(_, doc)| doc.0.as_str())
            .collect::<Vec<_>>() as _,
        &documents
            .iter()
            .map(|(_, doc)| doc.1.as_str())
            .collect::<Vec<_>>() as _,
        &documents
            .iter()
            .map(|(_, doc)| doc.2.as_deref())
            .collect::<Vec<_>>() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes a version the one that is screened against, and drops the entries of the others.
pub async fn switch(conn: &mut PgConnection, list: &str, version: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update watchlists set current_version = $2 where key = $1",
        list,
        version
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        r#"
        with old as (
            delete from watchlist_versions where list = $1 and id <> $2 returning id
        ), entries as (
            delete from watchlist_entries where version in (select id from old)
        ), names as (
            delete from watchlist_names where version in (select id from old)
        )
        delete from watchlist_documents where version in (select id from old)
        "#,
        list,
        version,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The current version of each list.
pub async fn loaded(conn: &mut PgConnection) -> sqlx::Result<Vec<Loaded>> {
    sqlx::query_as!(
        Loaded,
        r#"
        select v.list, w.title, v.published, v.entries, v.loaded_at
        from watchlists w join watchlist_versions v on v.list = w.key and v.id = w.current_version
        order by v.list
        "#
    )
    .fetch_all(conn)
    .await
}

/// The version of a list that is screened against.
pub async fn current(conn: &mut PgConnection, list: &str) -> sqlx::Result<Option<i64>> {
    Ok(
        sqlx::query_scalar!("select current_version from watchlists where key = $1", list)
            .fetch_optional(conn)
            .await?
            .flatten(),
    )
}

/// A listed name that shares a token with the question, or an entry with its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The list's own id of the entry.
    pub entry: String,
    /// `person`, `org`, `vessel` or `aircraft`.
    pub kind: String,
    /// The entry's primary name.
    pub primary: String,
    /// The name that shares a token; the primary one for a document.
    pub name: String,
    /// `primary`, `strong` or `weak`.
    pub strength: String,
    /// What else was published, JSON.
    pub details: String,
}

/// Names of a version that share a token with the question, the rarest overlaps first.
pub async fn by_tokens(
    conn: &mut PgConnection,
    version: i64,
    tokens: &[String],
    limit: i64,
) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"
        select e.entry, e.kind, e.name as primary, n.name, n.strength, e.details::text as "details!"
        from (
            select entry, name, strength,
                   (select count(*) from unnest(tokens) as t (token) where token = any($2)) as shared
            from watchlist_names
            where version = $1 and tokens && $2
            order by shared desc, cardinality(tokens), entry, name
            limit $3
        ) as n
        join watchlist_entries e on e.version = $1 and e.entry = n.entry
        order by n.shared desc, e.entry, n.name
        "#,
        version,
        tokens,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Entries of a version that have this document number.
pub async fn by_document(
    conn: &mut PgConnection,
    version: i64,
    number: &str,
) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        r#"
        select distinct on (e.entry)
               e.entry, e.kind, e.name as primary, e.name, 'primary' as "strength!", e.details::text as "details!"
        from watchlist_documents d
        join watchlist_entries e on e.version = d.version and e.entry = d.entry
        where d.number = $2 and d.version = $1
        order by e.entry
        "#,
        version,
        number,
    )
    .fetch_all(conn)
    .await
}
