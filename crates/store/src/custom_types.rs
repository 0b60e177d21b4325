//! Custom types: kinds of check that a client made.

use cotejo_domain::{
    checks::{
        CustomType,
        custom_type::{MOST, NewCustomType, TypeKey},
    },
    country::Country,
    ids::ClientId,
    time::Timestamp,
};
use sqlx::PgConnection;

use crate::{read, read_json, write_json};

/// What became of a type to insert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    /// It is there.
    Done,
    /// The client has as many as it may have.
    TooMany,
}

/// Inserts a type. A second one of the country and name violates `custom_types_name`.
pub async fn insert(
    conn: &mut PgConnection,
    client: ClientId,
    new: &NewCustomType,
    now: Timestamp,
) -> sqlx::Result<Inserted> {
    let done = sqlx::query!(
        r#"
        insert into custom_types (client_id, country, name, weights, created_ns, updated_ns)
        select $1, $2, $3, $4::text::json, $5, $5
        where (select count(*) from custom_types where client_id = $1) < $6
        "#,
        client.0,
        new.country.as_str(),
        new.custom.name,
        write_json(&new.custom.weights)?,
        now.nanos(),
        MOST,
    )
    .execute(conn)
    .await?;
    Ok(if done.rows_affected() == 0 {
        Inserted::TooMany
    } else {
        Inserted::Done
    })
}

/// Replaces the weights of a type; tells whether there is one.
pub async fn update(
    conn: &mut PgConnection,
    client: ClientId,
    new: &NewCustomType,
    now: Timestamp,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        update custom_types set weights = $4::text::json, updated_ns = $5
        where client_id = $1 and country = $2 and lower(name) = lower($3)
        "#,
        client.0,
        new.country.as_str(),
        new.custom.name,
        write_json(&new.custom.weights)?,
        now.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Deletes a type; tells whether there was one.
pub async fn delete(conn: &mut PgConnection, client: ClientId, key: &TypeKey) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from custom_types where client_id = $1 and country = $2 and lower(name) = lower($3)",
        client.0,
        key.country.as_str(),
        key.name,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The type of that country and name, in any case.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    key: &TypeKey,
) -> sqlx::Result<Option<CustomType>> {
    let row = sqlx::query!(
        r#"
        select name, weights::text as "weights!" from custom_types
        where client_id = $1 and country = $2 and lower(name) = lower($3)
        "#,
        client.0,
        key.country.as_str(),
        key.name,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(CustomType {
            name: row.name,
            weights: read_json(&row.weights, "weights")?,
        })
    })
    .transpose()
}

/// All types of a client, which are few, by country and name; of one country if it is named.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    country: Option<Country>,
) -> sqlx::Result<Vec<(Country, CustomType)>> {
    let rows = sqlx::query!(
        r#"
        select country, name, weights::text as "weights!" from custom_types
        where client_id = $1 and ($2::text is null or country = $2)
        order by country, lower(name)
        "#,
        client.0,
        country.map(Country::as_str),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let custom = CustomType {
                name: row.name,
                weights: read_json(&row.weights, "weights")?,
            };
            Ok((read(&row.country, "country")?, custom))
        })
        .collect()
}
