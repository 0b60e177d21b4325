//! Rules, their actions (sealed), and what they fired for.

use cotejo_domain::{
    ids::{ClientId, EventId, RuleActionId, RuleId},
    rules::{Condition, Definition, Rule},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{read, read_json};

struct Row {
    client_id: Uuid,
    id: Uuid,
    name: String,
    description: String,
    product: String,
    subproduct: String,
    activators: Vec<String>,
    condition: Option<String>,
    status: String,
    from_sequence: i64,
    created_ns: i64,
    updated_ns: i64,
}

impl Row {
    fn into_rule(self) -> sqlx::Result<Rule> {
        let condition = match &self.condition {
            None => None,
            Some(text) => Some(Condition::parse(&read_json(text, "condition")?).map_err(|_| {
                sqlx::Error::ColumnDecode {
                    index: "condition".to_owned(),
                    source: "not a condition that this version knows".into(),
                }
            })?),
        };
        Ok(Rule {
            client: ClientId(self.client_id),
            id: RuleId(self.id),
            definition: Definition {
                name: self.name,
                description: self.description,
                product: read(&self.product, "product")?,
                subproduct: self.subproduct,
                activators: self
                    .activators
                    .iter()
                    .map(|text| read(text, "activators"))
                    .collect::<sqlx::Result<_>>()?,
                condition,
                status: read(&self.status, "status")?,
            },
            from_sequence: self.from_sequence,
            created: Timestamp::from_nanos(self.created_ns),
            updated: Timestamp::from_nanos(self.updated_ns),
        })
    }
}

/// Inserts a rule or replaces it. A second one of the name violates `rules_name`.
pub async fn save(conn: &mut PgConnection, rule: &Rule) -> sqlx::Result<()> {
    let definition = &rule.definition;
    let activators: Vec<String> = definition.activators.iter().map(ToString::to_string).collect();
    sqlx::query!(
        r#"
        insert into rules (client_id, id, name, description, product, subproduct, activators, condition, status,
                           from_sequence, created_ns, updated_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8::text::json, $9, $10, $11, $12)
        on conflict (client_id, id) do update
        set name = excluded.name, description = excluded.description, product = excluded.product,
            subproduct = excluded.subproduct, activators = excluded.activators, condition = excluded.condition,
            status = excluded.status, from_sequence = excluded.from_sequence, updated_ns = excluded.updated_ns
        "#,
        rule.client.0,
        rule.id.0,
        definition.name,
        definition.description,
        definition.product.as_str(),
        definition.subproduct,
        &activators,
        definition.condition.as_ref().map(|condition| condition.to_json().to_string()),
        definition.status.as_str(),
        rule.from_sequence,
        rule.created.nanos(),
        rule.updated.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A rule; with `lock` until the transaction ends.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    id: RuleId,
    lock: bool,
) -> sqlx::Result<Option<Rule>> {
    if lock {
        sqlx::query!(
            "select id from rules where client_id = $1 and id = $2 for update",
            client.0,
            id.0
        )
        .fetch_optional(&mut *conn)
        .await?;
    }
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, name, description, product, subproduct, activators, condition::text, status,
               from_sequence, created_ns, updated_ns
        from rules where client_id = $1 and id = $2
        "#,
        client.0,
        id.0
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_rule)
    .transpose()
}

/// Rules of a client behind `after`, newest first.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Rule>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, name, description, product, subproduct, activators, condition::text, status,
               from_sequence, created_ns, updated_ns
        from rules where client_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3
        "#,
        client.0,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_rule)
    .collect()
}

/// The enabled rules of a client, the oldest first.
pub async fn enabled(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<Vec<Rule>> {
    sqlx::query_as!(
        Row,
        r#"
        select client_id, id, name, description, product, subproduct, activators, condition::text, status,
               from_sequence, created_ns, updated_ns
        from rules where client_id = $1 and status = 'enabled' order by id
        "#,
        client.0,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_rule)
    .collect()
}

/// Deletes a rule with its actions, firings, and what its actions told. Says whether there was one.
pub async fn delete(conn: &mut PgConnection, client: ClientId, id: RuleId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        with gone as (
            delete from deliveries
            where client_id = $1
              and target_id in (select a.id from rule_actions a where a.client_id = $1 and a.rule_id = $2)
            returning id
        ), attempts as (
            delete from delivery_attempts where client_id = $1 and delivery_id in (select id from gone)
        )
        delete from rules where client_id = $1 and id = $2
        "#,
        client.0,
        id.0,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An action as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAction {
    /// The rule.
    pub rule: RuleId,
    /// Its id.
    pub id: RuleActionId,
    /// Sealed.
    pub spec: Vec<u8>,
}

/// Replaces the actions of a rule; those whose ids stay keep what they told.
pub async fn set_actions(
    conn: &mut PgConnection,
    client: ClientId,
    rule: RuleId,
    actions: &[StoredAction],
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = actions.iter().map(|action| action.id.0).collect();
    sqlx::query!(
        "delete from rule_actions where client_id = $1 and rule_id = $2 and id <> all($3)",
        client.0,
        rule.0,
        &ids,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        r#"
        insert into rule_actions (client_id, rule_id, id, position, spec)
        select $1, $2, id, n::smallint, spec
        from unnest($3::uuid[], $4::bytea[]) with ordinality as t (id, spec, n)
        on conflict (client_id, rule_id, id) do update set position = excluded.position, spec = excluded.spec
        "#,
        client.0,
        rule.0,
        &ids,
        &actions
            .iter()
            .map(|action| action.spec.as_slice())
            .collect::<Vec<_>>() as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The actions of these rules, in their order.
pub async fn actions(
    conn: &mut PgConnection,
    client: ClientId,
    rules: &[Uuid],
) -> sqlx::Result<Vec<StoredAction>> {
    let rows = sqlx::query!(
        r#"
        select rule_id, id, spec from rule_actions where client_id = $1 and rule_id = any($2)
        order by rule_id, position
        "#,
        client.0,
        rules,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| StoredAction {
            rule: RuleId(row.rule_id),
            id: RuleActionId(row.id),
            spec: row.spec,
        })
        .collect())
}

/// One action of an enabled rule, by its id.
pub async fn enabled_action(
    conn: &mut PgConnection,
    client: ClientId,
    id: Uuid,
) -> sqlx::Result<Option<StoredAction>> {
    let row = sqlx::query!(
        r#"
        select a.rule_id, a.id, a.spec
        from rule_actions a join rules r on r.client_id = a.client_id and r.id = a.rule_id
        where a.client_id = $1 and a.id = $2 and r.status = 'enabled'
        "#,
        client.0,
        id,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| StoredAction {
        rule: RuleId(row.rule_id),
        id: RuleActionId(row.id),
        spec: row.spec,
    }))
}

/// The number up to which a client's rules were asked, locked; 0 before the first time.
pub async fn cursor(conn: &mut PgConnection, client: ClientId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        insert into rule_cursors as c (client_id, sequence) values ($1, 0)
        on conflict (client_id) do update set sequence = c.sequence
        returning sequence
        "#,
        client.0
    )
    .fetch_one(conn)
    .await
}

/// Moves the cursor of a client's rules.
pub async fn set_cursor(conn: &mut PgConnection, client: ClientId, sequence: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "update rule_cursors set sequence = $2 where client_id = $1",
        client.0,
        sequence
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A rule that fired for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Firing {
    /// The rule.
    pub rule: RuleId,
    /// The event.
    pub event: EventId,
    /// The event's number.
    pub sequence: i64,
    /// When, in the client's time.
    pub fired: Timestamp,
}

/// Writes firings; a rule fires once for an event.
pub async fn fire(conn: &mut PgConnection, client: ClientId, firings: &[Firing]) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into rule_firings (client_id, rule_id, event_id, sequence, fired_ns)
        select $1, * from unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[])
        on conflict do nothing
        "#,
        client.0,
        &firings.iter().map(|firing| firing.rule.0).collect::<Vec<_>>(),
        &firings.iter().map(|firing| firing.event.0).collect::<Vec<_>>(),
        &firings.iter().map(|firing| firing.sequence).collect::<Vec<_>>(),
        &firings
            .iter()
            .map(|firing| firing.fired.nanos())
            .collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a rule fired for before a number, the newest first.
pub async fn firings(
    conn: &mut PgConnection,
    client: ClientId,
    rule: RuleId,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<Firing>> {
    let rows = sqlx::query!(
        r#"
        select event_id, sequence, fired_ns from rule_firings
        where client_id = $1 and rule_id = $2 and sequence < $3 order by sequence desc limit $4
        "#,
        client.0,
        rule.0,
        before,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Firing {
            rule,
            event: EventId(row.event_id),
            sequence: row.sequence,
            fired: Timestamp::from_nanos(row.fired_ns),
        })
        .collect())
}
