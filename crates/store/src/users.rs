//! People of clients, their sessions, and the roles that clients made.

use cotejo_domain::{
    ids::{ClientId, RoleId, SessionId, UserId},
    permissions::Permission,
    time::Timestamp,
    users::User,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{keys::permissions, read};

struct Row {
    client_id: Uuid,
    id: Uuid,
    email: String,
    name: String,
    language: String,
    role: String,
    status: String,
    last_login_ns: Option<i64>,
    created_ns: i64,
    updated_ns: i64,
}

impl Row {
    fn into_user(self) -> sqlx::Result<User> {
        Ok(User {
            client: ClientId(self.client_id),
            id: UserId(self.id),
            email: self.email,
            name: self.name,
            language: read(&self.language, "language")?,
            role: self.role,
            status: read(&self.status, "status")?,
            last_login: self.last_login_ns.map(Timestamp::from_nanos),
            created: Timestamp::from_nanos(self.created_ns),
            updated: Timestamp::from_nanos(self.updated_ns),
        })
    }
}

/// What an invitation carries: the hash of its token, and until when it is good.
#[derive(Debug, Clone, Copy)]
pub struct Invited {
    /// SHA-256 of the token.
    pub hash: [u8; 32],
    /// In the client's time.
    pub until: Timestamp,
}

/// Inserts a user. A second one of the address violates `users_email`.
pub async fn insert(conn: &mut PgConnection, user: &User, invited: Option<Invited>) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into users (client_id, id, email, name, language, role, status, invitation_hash, invitation_until_ns,
                           created_ns, updated_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        "#,
        user.client.0,
        user.id.0,
        user.email,
        user.name,
        user.language.as_str(),
        user.role,
        user.status.as_str(),
        invited.as_ref().map(|invited| invited.hash.as_slice()),
        invited.map(|invited| invited.until.nanos()),
        user.created.nanos(),
        user.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes name, role and status of a user.
pub async fn update(conn: &mut PgConnection, user: &User) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update users set name = $3, role = $4, status = $5, updated_ns = $6, failures = 0, locked_until_ns = null
        where client_id = $1 and id = $2
        "#,
        user.client.0,
        user.id.0,
        user.name,
        user.role,
        user.status.as_str(),
        user.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A user; with `lock` until the transaction ends.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: UserId,
    lock: bool,
) -> sqlx::Result<Option<User>> {
    if lock {
        sqlx::query!(
            "select id from users where client_id = $1 and id = $2 for update",
            client.0,
            id.0
        )
        .fetch_optional(&mut *conn)
        .await?;
    }
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, email, name, language, role, status, last_login_ns, created_ns, updated_ns
        from users where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_user)
    .transpose()
}

/// Users of a client behind `after`, newest first.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<User>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, email, name, language, role, status, last_login_ns, created_ns, updated_ns
        from users where client_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3
        "#,
        client.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_user)
    .collect()
}

/// The users of a client that are administrators and not disabled, at most a hundred.
pub async fn administrators(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<Vec<User>> {
    sqlx::query_as!(
        Row,
        r#"
        select u.client_id, u.id, u.email, u.name, u.language, u.role, u.status, u.last_login_ns, u.created_ns,
               u.updated_ns
        from users u
        where u.client_id = $1 and u.status <> 'disabled'
          and (u.role = 'administrator' or exists (
              select from roles r where r.client_id = u.client_id and lower(r.name) = lower(u.role)
                and 'administrator' = any(r.permissions)))
        order by u.id limit 100
        "#,
        client.0,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_user)
    .collect()
}

/// Whether a user has accepted its invitation, which is when it gets a password.
pub async fn has_password(conn: &mut PgConnection, client: ClientId, id: UserId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select password_hash is not null as "has!" from users where client_id = $1 and id = $2"#,
        client.0,
        id.0,
    )
    .fetch_one(conn)
    .await
}

/// Deletes a user with its sessions. Says whether there was one.
pub async fn delete(conn: &mut PgConnection, client: ClientId, id: UserId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from users where client_id = $1 and id = $2",
        client.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The invited user of a token's hash, and until when the invitation is good; locked. Whoever holds the token has no
/// client yet: this is the one way to a user without one, besides signing in.
pub async fn invited(conn: &mut PgConnection, hash: &[u8; 32]) -> sqlx::Result<Option<(User, Timestamp)>> {
    let row = sqlx::query!(
        r#"
        select client_id, id, invitation_until_ns as "until!" from users
        where invitation_hash = $1 and status = 'invited' for update
        "#,
        hash.as_slice(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let user = find(conn, ClientId(row.client_id), UserId(row.id), false).await?;
    Ok(user.map(|user| (user, Timestamp::from_nanos(row.until))))
}

/// Gives an invited user its password; the invitation is spent.
pub async fn activate(
    conn: &mut PgConnection,
    user: &User,
    password_hash: &str,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update users
        set password_hash = $3, status = 'active', invitation_hash = null, invitation_until_ns = null, updated_ns = $4
        where client_id = $1 and id = $2
        "#,
        user.client.0,
        user.id.0,
        password_hash,
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What signing in is judged by.
#[derive(Clone)]
pub struct Credentials {
    /// The user.
    pub user: User,
    /// argon2id, as a PHC string.
    pub password_hash: String,
    /// Until when no password is tried.
    pub locked_until: Option<Timestamp>,
}

/// The active users of an address, of whatever client; a person may work for a few.
pub async fn credentials(conn: &mut PgConnection, email: &str) -> sqlx::Result<Vec<Credentials>> {
    let rows = sqlx::query!(
        r#"
        select client_id, id, email, name, language, role, status, last_login_ns, created_ns, updated_ns,
               password_hash as "password_hash!", locked_until_ns
        from users
        where lower(email) = lower($1) and status = 'active' and password_hash is not null
        order by created_ns, id limit 8
        "#,
        email,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let user = Row {
                client_id: row.client_id,
                id: row.id,
                email: row.email,
                name: row.name,
                language: row.language,
                role: row.role,
                status: row.status,
                last_login_ns: row.last_login_ns,
                created_ns: row.created_ns,
                updated_ns: row.updated_ns,
            };
            Ok(Credentials {
                user: user.into_user()?,
                password_hash: row.password_hash,
                locked_until: row.locked_until_ns.map(Timestamp::from_nanos),
            })
        })
        .collect()
}

/// Notes a wrong password; locks the user out after `most` of them.
pub async fn note_failure(
    conn: &mut PgConnection,
    user: &User,
    most: i16,
    locked_until: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update users
        set locked_until_ns = case when failures + 1 >= $3::smallint then $4 else locked_until_ns end,
            failures = case when failures + 1 >= $3::smallint then 0 else failures + 1 end
        where client_id = $1 and id = $2
        "#,
        user.client.0,
        user.id.0,
        most,
        locked_until.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Opens a session of a user who signed in.
pub async fn open_session(
    conn: &mut PgConnection,
    user: &User,
    id: SessionId,
    token_hash: &[u8; 32],
    now: Timestamp,
    until: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        with signed_in as (
            update users set failures = 0, locked_until_ns = null, last_login_ns = $5 where client_id = $1 and id = $3
        )
        insert into sessions (client_id, id, user_id, token_hash, created_ns, until_ns) values ($1, $2, $3, $4, $5, $6)
        "#,
        user.client.0,
        id.0,
        user.id.0,
        token_hash.as_slice(),
        now.nanos(),
        until.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The session of a token's hash: its id, until when it lasts, and its user, who must be active.
pub async fn session(
    conn: &mut PgConnection,
    token_hash: &[u8; 32],
) -> sqlx::Result<Option<(SessionId, Timestamp, User)>> {
    let row = sqlx::query!(
        r#"
        select s.client_id, s.id, s.user_id, s.until_ns
        from sessions s join users u on u.client_id = s.client_id and u.id = s.user_id
        where s.token_hash = $1 and u.status = 'active'
        "#,
        token_hash.as_slice(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let user = find(conn, ClientId(row.client_id), UserId(row.user_id), false).await?;
    Ok(user.map(|user| (SessionId(row.id), Timestamp::from_nanos(row.until_ns), user)))
}

/// Closes a session.
pub async fn close_session(conn: &mut PgConnection, client: ClientId, id: SessionId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from sessions where client_id = $1 and id = $2",
        client.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes all sessions of a user: its rights changed.
pub async fn close_sessions(conn: &mut PgConnection, client: ClientId, user: UserId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from sessions where client_id = $1 and user_id = $2",
        client.0,
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A role that a client made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it allows.
    pub permissions: Vec<Permission>,
    /// When it was made.
    pub created: Timestamp,
}

/// Inserts a role. A second one of the name violates `roles_name`.
pub async fn insert_role(conn: &mut PgConnection, client: ClientId, role: &Role) -> sqlx::Result<()> {
    let permissions: Vec<String> = role.permissions.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into roles (client_id, id, name, permissions, created_ns) values ($1, $2, $3, $4, $5)",
        client.0,
        role.id.0,
        role.name,
        &permissions,
        role.created.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The roles that a client made, by name; at most a thousand.
pub async fn roles(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<Vec<Role>> {
    let rows = sqlx::query!(
        "select id, name, permissions, created_ns from roles where client_id = $1 order by name limit 1000",
        client.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Role {
            id: RoleId(row.id),
            name: row.name,
            permissions: permissions(&row.permissions),
            created: Timestamp::from_nanos(row.created_ns),
        })
        .collect())
}

/// What a role that a client made allows; `None` where there is no such role.
pub async fn role(
    conn: &mut PgConnection,
    client: ClientId,
    name: &str,
) -> sqlx::Result<Option<Vec<Permission>>> {
    let found = sqlx::query_scalar!(
        "select permissions from roles where client_id = $1 and lower(name) = lower($2)",
        client.0,
        name
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.map(|texts| permissions(&texts)))
}
