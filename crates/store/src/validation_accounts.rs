//! Accounts of validations.

use chrono::NaiveDate;
use cotejo_domain::{
    ids::ClientId,
    time::Timestamp,
    validations::{
        Account, AccountName, DocumentCountry, DocumentType, Enrolled, Enrollment, account::Person,
    },
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::read;

/// The constraint that a second account of a name violates.
pub const NAME: &str = "validation_accounts_name";

struct Row {
    client_id: Uuid,
    id: Uuid,
    name: String,
    country: Option<String>,
    document_type: Option<String>,
    document_number: Option<String>,
    document_issue_date: Option<NaiveDate>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
    facebook_user: Option<String>,
    twitter_user: Option<String>,
    created_ns: i64,
}

impl Row {
    fn into_account(self) -> sqlx::Result<Account> {
        Ok(Account {
            client: ClientId(self.client_id),
            id: self.id,
            name: read(&self.name, "name")?,
            person: Person {
                country: self.country.map(|text| read(&text, "country")).transpose()?,
                document_type: self
                    .document_type
                    .map(|text| read(&text, "document_type"))
                    .transpose()?,
                document_number: self.document_number,
                document_issue_date: self.document_issue_date,
                first_name: self.first_name,
                last_name: self.last_name,
                email: self.email,
                phone_number: self.phone_number,
                facebook_user: self.facebook_user,
                twitter_user: self.twitter_user,
            },
            created: Timestamp::from_nanos(self.created_ns),
        })
    }
}

/// Inserts an account. A second one of its name violates [`NAME`].
pub async fn insert(conn: &mut PgConnection, account: &Account) -> sqlx::Result<()> {
    let person = &account.person;
    sqlx::query!(
        r#"
        insert into validation_accounts (client_id, id, name, country, document_type, document_number,
                                         document_issue_date, first_name, last_name, email, phone_number,
                                         facebook_user, twitter_user, created_ns)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        "#,
        account.client.0,
        account.id,
        account.name.as_str(),
        person.country.map(DocumentCountry::as_str),
        person.document_type.map(DocumentType::as_str),
        person.document_number,
        person.document_issue_date,
        person.first_name,
        person.last_name,
        person.email,
        person.phone_number,
        person.facebook_user,
        person.twitter_user,
        account.created.nanos(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes sure that there is an account of that name, and returns its id: the one that is there, or this new one.
pub async fn ensure(conn: &mut PgConnection, account: &Account) -> sqlx::Result<Uuid> {
    let there = sqlx::query_scalar!(
        "select id from validation_accounts where client_id = $1 and name = $2",
        account.client.0,
        account.name.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(id) = there {
        return Ok(id);
    }
    // Of two at once the later one finds the earlier one's row; that it writes it again costs less than a second look.
    sqlx::query_scalar!(
        r#"
        insert into validation_accounts (client_id, id, name, created_ns) values ($1, $2, $3, $4)
        on conflict on constraint validation_accounts_name do update set name = excluded.name
        returning id
        "#,
        account.client.0,
        account.id,
        account.name.as_str(),
        account.created.nanos(),
    )
    .fetch_one(conn)
    .await
}

/// Notes the address or phone of an account that its person has shown to have.
pub async fn note_contact(
    conn: &mut PgConnection,
    client: ClientId,
    enrollment: &Enrollment,
) -> sqlx::Result<()> {
    let (email, phone) = match &enrollment.enrolled {
        Enrolled::Email { email } => (Some(email), None),
        Enrolled::Phone { phone_number, .. } => (None, Some(phone_number)),
        Enrolled::Face { .. } | Enrolled::ReportedFace { .. } => return Ok(()),
    };
    sqlx::query!(
        r#"
        update validation_accounts set email = coalesce($3, email), phone_number = coalesce($4, phone_number)
        where client_id = $1 and id = $2
        "#,
        client.0,
        enrollment.account,
        email,
        phone,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The account of that name.
pub async fn find(
    conn: &mut PgConnection,
    client: ClientId,
    name: &AccountName,
) -> sqlx::Result<Option<Account>> {
    sqlx::query_as!(
        Row,
        "select * from validation_accounts where client_id = $1 and name = $2",
        client.0,
        name.as_str(),
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_account)
    .transpose()
}

/// The account of that id.
pub async fn by_id(conn: &mut PgConnection, client: ClientId, id: Uuid) -> sqlx::Result<Option<Account>> {
    sqlx::query_as!(
        Row,
        "select * from validation_accounts where client_id = $1 and id = $2",
        client.0,
        id,
    )
    .fetch_optional(conn)
    .await?
    .map(Row::into_account)
    .transpose()
}

/// Accounts of a client behind `after`, newest first.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    after: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Account>> {
    sqlx::query_as!(
        Row,
        r#"
        select * from validation_accounts where client_id = $1 and id < $2 order by id desc limit $3
        "#,
        client.0,
        after.unwrap_or(Uuid::max()),
        limit,
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(Row::into_account)
    .collect()
}
