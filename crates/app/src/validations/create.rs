//! Making a validation.

use cotejo_domain::{
    checks::custom_type::TypeKey,
    events::EventAction,
    fields::{FieldErrors, Fields},
    ids::{DocumentId, ValidationId},
    permissions::Permission,
    validations::{
        AccountName, Asked, Enrolled, Enrollment, Findings, NewValidation, ReviewState, Terms, Validation,
        Validator, config::Config, places::Place, validation,
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
    document::PORTRAIT,
};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
};

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
        self.can_look(&command.caller, &new.asked)?;
        self.can_send(&command.caller, &new.asked)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        if let Some(name) = account {
            self.account(&mut write.tx, &command.caller, name).await?;
        }
        let client = command.caller.client();
        let config = validation_configs::find(&mut write.tx, client.id).await?.config;
        check_custom_type(&mut write.tx, &command.caller, &new.asked).await?;
        let (validation, enrollment) = self.new_validation(&mut write.tx, command, new, &config).await?;
        let mut code = None;
        if let Some(enrollment) = enrollment.filter(|_| validation.asked.validator().sends_code()) {
            let tx = &mut write.tx;
            code = Some(
                self.make_code(tx, command, &validation, &enrollment, &config)
                    .await?,
            );
        }
        store::insert(&mut write.tx, &validation, code.as_ref().map(|(sent, _)| sent))
            .await
            .map_err(|error| AppError::taken(error, store::RETRY, "the validation was retried already"))?;
        let mut jobs = vec![self.job_of(
            client,
            EXPIRE_JOB,
            validation.id.0,
            self.until(client, validation.deadline()),
        )];
        if let Some((_, message)) = code {
            match self.sandbox_fate(&mut write.tx, command, &validation).await? {
                // What becomes of it is not for the code to decide.
                Some(Fate::Expired(_)) => {}
                Some(fate) if ends_codes(fate) => {
                    jobs.push(self.job_of(client, RUN_JOB, validation.id.0, Duration::ZERO));
                }
                Some(_) | None => self.put_message(&mut write.tx, client, message).await?,
            }
        }
        cotejo_queue::wake(&mut write.tx, &jobs).await?;
        self.tell_validation(&mut write.tx, client, &validation, EventAction::Created)
            .await?;
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

    /// Refuses what nothing here looks at.
    fn can_look(&self, caller: &Caller, asked: &Asked) -> AppResult<()> {
        let eyes = &self.inner.eyes;
        let (there, what) = match asked {
            Asked::Document { .. } => (eyes.documents.is_configured(), "the document engine"),
            Asked::Face { .. } | Asked::FaceSearch { .. } => (eyes.faces.is_configured(), "the face engine"),
            Asked::Email { .. } | Asked::Phone { .. } => return Ok(()),
        };
        if there || caller.client().is_sandbox() {
            Ok(())
        } else {
            Err(AppError::NotConfigured(what))
        }
    }

    /// The validation that is asked for, with the enrollment that it goes by.
    async fn new_validation(
        &self,
        conn: &mut PgConnection,
        command: &Command,
        new: NewValidation,
        config: &Config,
    ) -> AppResult<(Validation, Option<Enrollment>)> {
        let client = command.caller.client();
        let now = command.now(self);
        let validator = new.asked.validator();
        let named = new.account.clone();
        let (account, account_name) = self.ensure_account(&mut *conn, command, new.account).await?;
        let enrollment = match slot(&new.asked) {
            None => None,
            Some(slot) => {
                let found = enrollments::of_slot(&mut *conn, client.id, account, slot).await?;
                let usable = found.filter(Enrollment::is_usable);
                // A face that nobody enrolled may stand on a document that was validated.
                let portrait = usable.is_none()
                    && validator == Validator::FaceRecognition
                    && store::with_portrait(&mut *conn, client.id, account, PORTRAIT)
                        .await?
                        .is_some();
                if usable.is_none() && !portrait {
                    return Err(not_enrolled(validator));
                }
                usable
            }
        };
        let remaining_retries = match new.retry_of {
            None => validation::retries(config, &new.asked),
            Some(_) if named.is_none() => {
                return Err(FieldErrors::one("account_id", "has to be the failed validation's").into());
            }
            Some(id) => self.retry(&mut *conn, command, id, account, validator).await?,
        };
        let terms = Terms {
            billing_hub: command.caller.key.billing_hub,
            ..Terms::of(config, &new.asked, new.timeout, new.check_review_availability)
        };
        let is_document = validator == Validator::DocumentValidation;
        let validation = Validation {
            client: client.id,
            id: ValidationId(self.ids().uuid(now)),
            account,
            account_name,
            asked: new.asked,
            terms,
            enrollment: enrollment.as_ref().map(|enrollment| enrollment.id),
            retry_of: new.retry_of,
            remaining_retries,
            uploaded: Vec::new(),
            // A sandbox client's code is in its outbox at once.
            started: (validator.sends_code() && client.is_sandbox()).then_some(now),
            outcome: None,
            automatic: None,
            review: ReviewState::None,
            findings: Findings::default(),
            document: is_document.then(|| DocumentId(self.ids().uuid(now))),
            ip_address: command.origin.clone(),
            created: now,
            finished: None,
            version: 1,
        };
        Ok((validation, enrollment))
    }

    /// How often the retry of a failed validation may itself be tried again.
    async fn retry(
        &self,
        conn: &mut PgConnection,
        command: &Command,
        id: ValidationId,
        account: Uuid,
        validator: Validator,
    ) -> AppResult<u32> {
        let failed = store::find(conn, command.caller.client().id, id).await?;
        let failed =
            failed.ok_or_else(|| FieldErrors::one("retry_of_id", "is no validation of this client"))?;
        let left = failed.retried(account, validator, command.now(self));
        Ok(left.map_err(|error| FieldErrors::one("retry_of_id", error.to_string()))?)
    }

    /// What is to become of a sandbox client's validation.
    async fn sandbox_fate(
        &self,
        conn: &mut PgConnection,
        command: &Command,
        validation: &Validation,
    ) -> AppResult<Option<Fate>> {
        let client = command.caller.client();
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
