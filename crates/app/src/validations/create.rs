//! Making a validation.

use cotejo_domain::{
    checks::custom_type::TypeKey,
    clients::Client,
    events::EventAction,
    fields::{FieldErrors, Fields},
    ids::{BillingHubId, DocumentId, ProcessId, ValidationId},
    permissions::Permission,
    validations::{
        AccountName, Asked, Enrolled, Enrollment, Findings, NewValidation, ReviewState, Terms, Validation,
        Validator,
        config::{Config, Switches},
        places::Place,
        validation,
    },
};
use cotejo_providers::sandbox::validations::{Fate, fate};
use cotejo_store::{
    custom_types, enrollments, validation_accounts, validation_configs, validations as store,
};
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

use super::{
    EXPIRE_JOB, RUN_JOB,
    body::{Shown, ValidationBody},
    codes,
    document::PORTRAIT,
};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
};

/// A validation that is to be made, and for whom.
pub(crate) struct Order<'a> {
    pub client: &'a Client,
    pub billing_hub: Option<BillingHubId>,
    /// The address that the person or the request came from.
    pub origin: &'a str,
    pub account: (Uuid, AccountName),
    pub asked: Asked,
    /// Seconds that the person has; the config's where it is not given.
    pub timeout: Option<u32>,
    pub check_review_availability: bool,
    pub turn: Turn,
}

/// Which try it is, and by whose rules.
pub(crate) enum Turn {
    /// The first one, with the config's retries.
    First,
    /// A retry of one that failed, as far as that one allows.
    Retry(ValidationId),
    /// A step of a process, which counts the tries itself.
    Step {
        process: ProcessId,
        retry_of: Option<ValidationId>,
        remaining_retries: u32,
        /// Where the code goes; nobody is enrolled for it.
        contact: Option<String>,
        /// Methods that its block switches on or off.
        methods: Switches,
    },
}

impl App {
    /// Makes a validation. `account` is the path's, where it names one: that one has to be there.
    pub async fn create_validation(
        &self,
        command: &Command,
        account: Option<&AccountName>,
        query: &Fields,
    ) -> AppResult<Done> {
        command.caller.require(Permission::ValidationsWrite)?;
        let fields = with_account(command.fields()?, query);
        let new = NewValidation::parse(&fields, account.cloned())?;
        if new.asked.has_custom_type() {
            // The check that follows is the caller's.
            command.caller.require(Permission::ChecksWrite)?;
        }
        let client = command.caller.client();
        self.can_validate(client, &new.asked)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let account = match account {
            Some(name) => {
                let there = self.account(&mut write.tx, &command.caller, name).await?;
                (there.id, there.name)
            }
            None => {
                self.ensure_account(&mut write.tx, client, new.account.clone())
                    .await?
            }
        };
        check_custom_type(&mut write.tx, &command.caller, &new.asked).await?;
        let turn = match new.retry_of {
            None => Turn::First,
            Some(_) if new.account.is_none() => {
                return Err(FieldErrors::one("account_id", "has to be the failed validation's").into());
            }
            Some(id) => Turn::Retry(id),
        };
        let order = Order {
            client,
            billing_hub: command.caller.key.billing_hub,
            origin: &command.origin,
            account,
            asked: new.asked,
            timeout: new.timeout,
            check_review_availability: new.check_review_availability,
            turn,
        };
        let validation = self.make_validation(&mut write.tx, order).await?;
        let audited = Audited {
            action: "validation.created",
            resource: validation.id.0,
            detail: validation.asked.validator().to_string(),
            ..Audited::default()
        };
        let shown = Shown {
            instructions: self.instructions(&validation),
            ..Shown::default()
        };
        let body = ValidationBody::of(&validation, shown);
        self.end(write, command, audited, 201, &body).await
    }

    /// Refuses what nothing here looks at or sends.
    pub(crate) fn can_validate(&self, client: &Client, asked: &Asked) -> AppResult<()> {
        if client.is_sandbox() {
            return Ok(());
        }
        let eyes = &self.inner.eyes;
        match asked {
            Asked::Document { .. } if !eyes.documents.is_configured() => {
                Err(AppError::NotConfigured("the document engine"))
            }
            Asked::Face { .. } | Asked::FaceSearch { .. } if !eyes.faces.is_configured() => {
                Err(AppError::NotConfigured("the face engine"))
            }
            Asked::Email { .. } | Asked::Phone { .. } => self.can_send(asked),
            Asked::Document { .. } | Asked::Face { .. } | Asked::FaceSearch { .. } => Ok(()),
        }
    }

    /// Writes a validation with the job that ends it in time, its code where it has one, and its event.
    pub(crate) async fn make_validation(
        &self,
        conn: &mut PgConnection,
        order: Order<'_>,
    ) -> AppResult<Validation> {
        let client = order.client;
        let config = validation_configs::find(&mut *conn, client.id).await?.config;
        let (validation, contact) = self.new_validation(&mut *conn, order, &config).await?;
        let mut code = None;
        if let Some(contact) = contact {
            code = Some(
                self.make_code(&mut *conn, client, &validation, &contact, &config)
                    .await?,
            );
        }
        store::insert(&mut *conn, &validation, code.as_ref().map(|(sent, _)| sent))
            .await
            .map_err(|error| AppError::taken(error, store::RETRY, "the validation was retried already"))?;
        let mut jobs = vec![self.job_of(
            client,
            EXPIRE_JOB,
            validation.id.0,
            self.until(client, validation.deadline()),
        )];
        if let Some((_, message)) = code {
            match self.sandbox_fate(&mut *conn, client, &validation).await? {
                // What becomes of it is not for the code to decide.
                Some(Fate::Expired(_)) => {}
                Some(fate) if ends_codes(fate) => {
                    jobs.push(self.job_of(client, RUN_JOB, validation.id.0, Duration::ZERO));
                }
                Some(_) | None => self.put_message(&mut *conn, client, message).await?,
            }
        }
        cotejo_queue::wake(&mut *conn, &jobs).await?;
        self.tell_validation(conn, client, &validation, EventAction::Created)
            .await?;
        Ok(validation)
    }

    /// The validation that is asked for, with the address that its code goes to.
    async fn new_validation(
        &self,
        conn: &mut PgConnection,
        order: Order<'_>,
        config: &Config,
    ) -> AppResult<(Validation, Option<String>)> {
        let client = order.client;
        let now = self.now(client);
        let validator = order.asked.validator();
        let (account, account_name) = order.account;
        let mut enrollment = None;
        let mut contact = None;
        let mut process = None;
        let mut methods = Switches::new();
        let (retry_of, remaining_retries) = match order.turn {
            Turn::First => (None, validation::retries(config, &order.asked)),
            Turn::Retry(id) => (
                Some(id),
                self.retry(&mut *conn, client, id, account, validator).await?,
            ),
            Turn::Step {
                process: of,
                retry_of,
                remaining_retries,
                contact: goes_to,
                methods: own,
            } => {
                (process, contact, methods) = (Some(of), goes_to, own);
                (retry_of, remaining_retries)
            }
        };
        if let (Some(slot), None) = (slot(&order.asked), &contact) {
            enrollment = self
                .enrollment_for(conn, client, account, validator, slot)
                .await?;
            contact = enrollment.as_ref().and_then(codes::contact).map(str::to_owned);
        }
        let terms = Terms {
            billing_hub: order.billing_hub,
            methods,
            ..Terms::of(
                config,
                &order.asked,
                order.timeout,
                order.check_review_availability,
            )
        };
        let is_document = validator == Validator::DocumentValidation;
        let validation = Validation {
            client: client.id,
            id: ValidationId(self.ids().uuid(now)),
            account,
            account_name,
            asked: order.asked,
            terms,
            process,
            enrollment: enrollment.map(|enrollment| enrollment.id),
            retry_of,
            remaining_retries,
            uploaded: Vec::new(),
            // A sandbox client's code is in its outbox at once.
            started: (validator.sends_code() && client.is_sandbox()).then_some(now),
            outcome: None,
            automatic: None,
            review: ReviewState::None,
            findings: Findings::default(),
            document: is_document.then(|| DocumentId(self.ids().uuid(now))),
            ip_address: order.origin.to_owned(),
            created: now,
            finished: None,
            version: 1,
        };
        Ok((validation, contact))
    }

    /// The enrollment that a validation goes by; none for a face that stands on a document instead.
    async fn enrollment_for(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        account: Uuid,
        validator: Validator,
        slot: &str,
    ) -> AppResult<Option<Enrollment>> {
        let found = enrollments::of_slot(&mut *conn, client.id, account, slot).await?;
        let usable = found.filter(Enrollment::is_usable);
        let portrait = usable.is_none()
            && validator == Validator::FaceRecognition
            && store::with_portrait(conn, client.id, account, PORTRAIT)
                .await?
                .is_some();
        if usable.is_none() && !portrait {
            return Err(not_enrolled(validator));
        }
        Ok(usable)
    }

    /// How often the retry of a failed validation may itself be tried again.
    async fn retry(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        id: ValidationId,
        account: Uuid,
        validator: Validator,
    ) -> AppResult<u32> {
        let failed = store::find(conn, client.id, id).await?;
        let failed =
            failed.ok_or_else(|| FieldErrors::one("retry_of_id", "is no validation of this client"))?;
        let left = failed.retried(account, validator, self.now(client));
        Ok(left.map_err(|error| FieldErrors::one("retry_of_id", error.to_string()))?)
    }

    /// What is to become of a sandbox client's validation.
    async fn sandbox_fate(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &Validation,
    ) -> AppResult<Option<Fate>> {
        if !client.is_sandbox() {
            return Ok(None);
        }
        let account = validation_accounts::find(conn, client.id, &validation.account_name).await?;
        Ok(account.and_then(|account| fate(&account)))
    }
}

/// Whether a fate is one of codes: those of documents and faces do nothing to them.
fn ends_codes(fate: Fate) -> bool {
    match fate {
        Fate::Declined(reason) => reason.place() == Place::Code,
        Fate::SystemError => true,
        Fate::Expired(_) | Fate::Slow(_) => false,
    }
}

/// The kind of enrollment that a validation goes by.
const fn slot(asked: &Asked) -> Option<&'static str> {
    match asked {
        Asked::Document { .. } | Asked::FaceSearch { .. } => None,
        Asked::Face { .. } => Enrolled::Face { unconfirmed: false }.slot(),
        Asked::Email { .. } => Some("email"),
        Asked::Phone { phone_type, .. } => Some(phone_type.as_str()),
    }
}

fn not_enrolled(validator: Validator) -> AppError {
    let (field, what) = match validator {
        Validator::PhoneVerification => ("phone_type", "is not enrolled for this account"),
        _ => ("account_id", "has no enrollment for this type of validation"),
    };
    FieldErrors::one(field, what).into()
}

/// The account of the query counts where the body names none.
pub(super) fn with_account(mut fields: Fields, query: &Fields) -> Fields {
    if let (None, Some(account)) = (fields.get("account_id"), query.get("account_id")) {
        fields.add("account_id", account.to_owned());
    }
    fields
}

/// Refuses a custom type that is not there.
async fn check_custom_type(conn: &mut PgConnection, caller: &Caller, asked: &Asked) -> AppResult<()> {
    let Asked::Document {
        kind,
        custom_type: Some(name),
    } = asked
    else {
        return Ok(());
    };
    let found = match kind.country.of_checks() {
        None => None,
        Some(country) => {
            let key = TypeKey {
                country,
                name: name.clone(),
            };
            custom_types::find(conn, caller.client().id, &key).await?
        }
    };
    if found.is_none() {
        return Err(FieldErrors::one("custom_type", "is no custom type of this country").into());
    }
    Ok(())
}
