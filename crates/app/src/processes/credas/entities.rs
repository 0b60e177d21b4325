//! Entities: the persons of the Credas face, each an account.

use cotejo_domain::{
    clients::Client,
    fields::{FieldErrors, Fields},
    ids::Guid,
    permissions::Permission,
    validations::{Account, AccountName, account::Person},
};
use cotejo_store::{processes as store, validation_accounts};
use serde::Serialize;
use utoipa::ToSchema;

use super::ENTRIES;
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
};

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredasEntity)]
pub struct EntityBody {
    /// 2: registered
    account_type: u8,
    /// RFC 3339
    date_created: String,
    /// E-mail address
    email_address: Option<String>,
    /// Always empty
    entity_tags: Vec<String>,
    /// Given names
    first_name: Option<String>,
    /// Entity ID
    #[schema(value_type = String)]
    id: Guid,
    /// Phone
    phone_number: Option<String>,
    /// The client's own id of the person
    reference: String,
    /// Always empty
    registration_code: String,
    /// 2: active
    status: u8,
    /// Surnames
    surname: Option<String>,
    /// Processes of the person; only where one entity is asked for
    #[serde(skip_serializing_if = "Option::is_none")]
    process_actors: Option<Vec<ActorBody>>,
}

/// The person in one process.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActorBody {
    /// Entity ID
    #[schema(value_type = String)]
    entity_id: Guid,
    /// Process ID
    #[schema(value_type = String)]
    process_id: Guid,
}

impl EntityBody {
    fn of(account: &Account, process_actors: Option<Vec<ActorBody>>) -> Self {
        let person = &account.person;
        Self {
            account_type: 2,
            date_created: account.created.rfc3339_seconds(),
            email_address: person.email.clone(),
            entity_tags: Vec::new(),
            first_name: person.first_name.clone(),
            id: Guid(account.id),
            phone_number: person.phone_number.clone(),
            reference: account.name.to_string(),
            registration_code: String::new(),
            status: 2,
            surname: person.last_name.clone(),
            process_actors,
        }
    }
}

impl App {
    /// POST /api/v2/ci/entities
    pub async fn create_entity(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let client = command.caller.client();
        let account = self.entity_of(client, &command.fields()?)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        // Two persons of one reference are two: the second one's account is called by its id.
        let taken = validation_accounts::find(&mut write.tx, client.id, &account.name).await?;
        let account = match taken {
            None => account,
            Some(_) => Account {
                name: AccountName::of(account.id),
                ..account
            },
        };
        validation_accounts::insert(&mut write.tx, &account)
            .await
            .map_err(|error| {
                AppError::taken(
                    error,
                    validation_accounts::NAME,
                    "the reference was taken just now",
                )
            })?;
        let audited = Audited {
            action: "account.created",
            resource: account.id,
            ..Audited::default()
        };
        self.end(write, command, audited, 201, &EntityBody::of(&account, None))
            .await
    }

    fn entity_of(&self, client: &Client, fields: &Fields) -> AppResult<Account> {
        let mut errors = FieldErrors::default();
        let mut text = |name: &str, missing: Option<&str>| match missing {
            Some(missing) => fields.required_text(name, 128, missing, &mut errors),
            None => fields.text(name, 128, &mut errors),
        };
        let reference = text("reference", Some("is required"));
        let first = text("firstName", Some("is required"));
        let surname = text("surname", Some("is required"));
        let (middle, email, phone) = (
            text("middleName", None),
            text("emailAddress", None),
            text("phoneNumber", None),
        );
        if email
            .as_deref()
            .is_some_and(|email| !cotejo_domain::contacts::is_email(email))
        {
            errors.push("emailAddress", "must be an e-mail address");
        }
        let number = phone.as_deref().and_then(cotejo_domain::contacts::phone);
        if phone.is_some() && number.is_none() {
            errors.push("phoneNumber", "must be a phone number with its country code");
        }
        errors.into_result()?;
        let now = self.now(client);
        let id = self.ids().uuid(now);
        let name = reference.and_then(|text| text.parse().ok());
        let given = [first, middle]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ");
        Ok(Account {
            person: Person {
                first_name: Some(given),
                last_name: surname,
                email,
                phone_number: number,
                ..Person::default()
            },
            ..Account::bare(client.id, id, name, now)
        })
    }

    /// GET /api/v2/ci/entities/{id}
    pub async fn get_entity(&self, caller: &Caller, id: Guid) -> AppResult<EntityBody> {
        caller.require(Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let account = self.entity(&mut conn, caller, id).await?;
        let processes = store::of_account(&mut conn, account.client, account.id, ENTRIES).await?;
        let actors = processes.iter().map(|process| ActorBody {
            entity_id: id,
            process_id: Guid(process.id.0),
        });
        let actors = actors.collect();
        Ok(EntityBody::of(&account, Some(actors)))
    }
}
