//! Lists for screening and their versions: loaded whole, then switched to.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Where changes of lists are announced: a version that came into force.
pub const CHANNEL: &str = "cotejo_watchlists";

/// A list with the version in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// As the catalogue names it.
    pub key: String,
    /// For people.
    pub title: String,
    /// The version in force.
    pub version: i64,
    /// When it was published, as it says itself.
    pub published: Option<String>,
    /// SHA-256 of its files.
    pub checksum: Vec<u8>,
    /// How many entries it has.
    pub entries: i32,
    /// When it was loaded.
    pub loaded_at: DateTime<Utc>,
    /// When its origin was last found to say nothing else: its age is counted from here.
    pub confirmed_at: DateTime<Utc>,
    /// Where it is reloaded from; nothing where it was loaded by hand.
    pub origin: Vec<String>,
    /// Seconds between two reloads.
    pub every_seconds: Option<i64>,
    /// Why the last reload failed, if it did.
    pub failure: Option<String>,
}

/// One version of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number; a later version of any list has a higher one.
    pub id: i64,
    /// When it was published, as it says itself.
    pub published: Option<String>,
    /// SHA-256 of its files.
    pub checksum: Vec<u8>,
    /// How many entries it has.
    pub entries: i32,
    /// Entries that the version before it lacked.
    pub added: i32,
    /// Entries of which the version before it said something else.
    pub changed: i32,
    /// Entries of the version before it that it lacks.
    pub removed: i32,
    /// When it was loaded.
    pub loaded_at: DateTime<Utc>,
}

/// A version to begin.
#[derive(Debug, Clone, Copy)]
pub struct NewVersion<'a> {
    /// The list.
    pub list: &'a str,
    /// SHA-256 of its files.
    pub checksum: &'a [u8],
    /// When it was published, as it says itself.
    pub published: Option<&'a str>,
    /// How many entries it has, and how many of them are new, changed, gone.
    pub counts: [i32; 4],
}

/// Locks a list for a load, and makes it known if it is not. Returns the checksum of the version in force.
pub async fn lock(conn: &mut PgConnection, list: &str, title: &str) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query!(
        "insert into watchlists (key, title) values ($1, $2) on conflict (key) do update set title = excluded.title",
        list,
        title,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query_scalar!(
        r#"
        select v.checksum
        from watchlists w join watchlist_versions v on v.list = w.key and v.id = w.current_version
        where w.key = $1
        "#,
        list,
    )
    .fetch_optional(conn)
    .await
}

/// Begins a version; returns its number.
pub async fn begin(conn: &mut PgConnection, new: NewVersion<'_>) -> sqlx::Result<i64> {
    let [entries, added, changed, removed] = new.counts;
    sqlx::query_scalar!(
        r#"
        insert into watchlist_versions (list, checksum, published, entries, added, changed, removed)
        values ($1, $2, $3, $4, $5, $6, $7)
        returning id
        "#,
        new.list,
        new.checksum,
        new.published,
        entries,
        added,
        changed,
        removed,
    )
    .fetch_one(conn)
    .await
}

/// Puts a version in force, and announces it.
pub async fn switch(conn: &mut PgConnection, list: &str, version: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update watchlists set current_version = $2, failed_at = null, failure = null where key = $1",
        list,
        version
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select pg_notify($1, $2)", CHANNEL, list)
        .execute(conn)
        .await?;
    Ok(())
}

/// The lists that have a version in force.
pub async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<List>> {
    sqlx::query_as!(
        List,
        r#"
        select w.key, w.title, v.id as version, v.published, v.checksum, v.entries, v.loaded_at,
               greatest(v.loaded_at, w.checked_at) as "confirmed_at!", w.origin, w.every_seconds, w.failure
        from watchlists w join watchlist_versions v on v.list = w.key and v.id = w.current_version
        order by w.key
        "#
    )
    .fetch_all(conn)
    .await
}

/// The version of each list that is in force.
pub async fn in_force(conn: &mut PgConnection) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select key, current_version as "version!" from watchlists where current_version is not null"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.key, row.version)).collect())
}

/// The newest versions of a list, newest first.
pub async fn versions(conn: &mut PgConnection, list: &str, limit: i64) -> sqlx::Result<Vec<Version>> {
    sqlx::query_as!(
        Version,
        r#"
        select id, published, checksum, entries, added, changed, removed, loaded_at
        from watchlist_versions where list = $1 order by id desc limit $2
        "#,
        list,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// What became of an entry between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The list's own id of the entry.
    pub entry: String,
    /// Its name before; `None` where it is new.
    pub before: Option<String>,
    /// Its name after; `None` where it is gone.
    pub after: Option<String>,
    /// What was published of it before, JSON.
    pub body_before: Option<String>,
    /// What was published of it after, JSON.
    pub body_after: Option<String>,
}

/// What differs between two versions of a list, a page by entry.
pub async fn differences(
    conn: &mut PgConnection,
    list: &str,
    (from, to): (i64, i64),
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Difference>> {
    // Only entries that changed in between are looked at; one that was changed there and back differs in nothing.
    sqlx::query_as!(
        Difference,
        r#"
        with touched as (
            select entry from watchlist_entries where list = $1 and since > $2 and since <= $3
            union
            select entry from watchlist_entries where list = $1 and until > $2 and until <= $3
        )
        select t.entry as "entry!", b.name as "before?", a.name as "after?",
               b.body::text as body_before, a.body::text as body_after
        from touched t
        left join watchlist_entries b
            on b.list = $1 and b.entry = t.entry and b.since <= $2 and (b.until is null or b.until > $2)
        left join watchlist_entries a
            on a.list = $1 and a.entry = t.entry and a.since <= $3 and (a.until is null or a.until > $3)
        where t.entry > $4 and b.digest is distinct from a.digest
        order by t.entry
        limit $5
        "#,
        list,
        from,
        to,
        after,
        limit,
    )
    .fetch_all(conn)
    .await
}

/// Where a list is reloaded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The list.
    pub list: String,
    /// Paths or URLs.
    pub places: Vec<String>,
    /// How its columns are read, JSON.
    pub mapping: Option<String>,
    /// Seconds between two reloads.
    pub every_seconds: i64,
}

/// Has a list reloaded from now on; without an interval, no longer.
pub async fn reload_from(
    conn: &mut PgConnection,
    list: &str,
    places: &[String],
    mapping: Option<&str>,
    every_seconds: Option<i64>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update watchlists
        set origin = $2, mapping = $3::text::json, every_seconds = $4, checked_at = clock_timestamp(),
            next_at = clock_timestamp() + make_interval(secs => $4::bigint::double precision)
        where key = $1
        "#,
        list,
        places,
        mapping,
        every_seconds,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a list whose reload is due, and puts its next one an interval ahead, so that nobody else takes it meanwhile.
pub async fn take_due(conn: &mut PgConnection) -> sqlx::Result<Option<Origin>> {
    sqlx::query_as!(
        Origin,
        r#"
        update watchlists
        set next_at = clock_timestamp() + make_interval(secs => every_seconds::double precision)
        where key = (
            select key from watchlists where next_at <= clock_timestamp() and every_seconds is not null
            order by next_at limit 1 for update skip locked
        )
        returning key as list, origin as places, mapping::text as mapping, every_seconds as "every_seconds!"
        "#
    )
    .fetch_optional(conn)
    .await
}

/// Notes how a reload ended.
pub async fn checked(conn: &mut PgConnection, list: &str, failure: Option<&str>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update watchlists
        set checked_at = case when $2::text is null then clock_timestamp() else checked_at end,
            failed_at = case when $2::text is null then null else clock_timestamp() end,
            failure = $2
        where key = $1
        "#,
        list,
        failure,
    )
    .execute(conn)
    .await?;
    Ok(())
}
