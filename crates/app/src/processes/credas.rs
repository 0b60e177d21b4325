//! The Credas face: entities, entries, and the overrides of their parts (seed 002; rulings on Credas).
//!
//! A person's word about a part goes into the ledger of the process; what the process counts as follows from it.

use cotejo_domain::{
    clients::Client,
    fields::{FieldErrors, Fields},
    ids::{Guid, ProcessId, ValidationId},
    permissions::Permission,
    processes::{
        Decision, DecisionKind, Level, Process,
        credas::{self, CredasResult, LIVENESS, Piece, piece, result_of},
        ledger::{Stand, effective_process},
    },
    time::Timestamp,
    validations::{Account, AccountName, Asked, Field, Validation, ValidationStatus, account::Person},
};
use cotejo_store::{decisions, processes as store, validation_accounts, validations};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{PROCESS, Underway};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, Write},
};

const ENTITY: AppError = AppError::NotFound("The entity");
const FACE: AppError = AppError::NotFound("The liveness check");
const DOCUMENT: AppError = AppError::NotFound("The document");

/// Most entries of an entity that are shown.
const ENTRIES: i64 = 100;

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

/// A process of a person, part by part. Results are numbers: 0 not performed, 1 and 2 passed and failed by itself, 3 waits
/// for a person, 4, 5 and 6 passed, failed and referred by a person, 7 requested.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredasEntry)]
pub struct EntryBody {
    /// RFC 3339; null while it is under way
    date_completed: Option<String>,
    /// Day of birth on the document
    document_birth_date: Option<String>,
    /// Day on which the document expires
    document_expiry_date: Option<String>,
    /// Document ID
    #[schema(value_type = Option<String>)]
    document_id: Option<Guid>,
    /// Country of the document
    document_issuing_country_code: Option<String>,
    /// Number of the document
    document_number: Option<String>,
    /// The document
    #[schema(value_type = u8)]
    document_result: CredasResult,
    /// What the document is, by Credas' number
    document_type: u8,
    /// Entity ID
    #[schema(value_type = String)]
    entity_id: Guid,
    /// Entry ID
    #[schema(value_type = String)]
    entry_id: Guid,
    /// Whether the face is the one on the document
    #[schema(value_type = u8)]
    face_match_result: CredasResult,
    /// Whether the face is a living person's
    #[schema(value_type = u8)]
    liveness_result: CredasResult,
    /// All of them together
    #[schema(value_type = u8)]
    overall_result: CredasResult,
    /// Process ID
    #[schema(value_type = String)]
    process_id: Guid,
    /// What the process counts as: `pending`, `success` or `failure`
    #[schema(value_type = String)]
    status: cotejo_domain::processes::ProcessStatus,
    /// Documents that say where the person lives, and others
    supporting_documents: Vec<SupportingBody>,
}

/// A supporting document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportingBody {
    /// RFC 3339; null while it is looked at
    date_completed: Option<String>,
    /// Always false
    is_for_rtx: bool,
    /// What it came to
    #[schema(value_type = u8)]
    overall_result: CredasResult,
    /// Its id
    #[schema(value_type = String)]
    supporting_document_id: Guid,
    /// What it is
    title: String,
}

/// All of a person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredasSummary)]
pub struct SummaryBody {
    /// Always empty
    #[schema(value_type = Vec<Object>)]
    address_mortality_checks: Vec<Value>,
    /// The processes, newest first
    identity_verifications: Vec<EntryBody>,
}

/// A check of a person that is under way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CredasActiveCheck)]
pub struct ActiveCheckBody {
    /// `identityVerification`
    check_type: &'static str,
    /// Entry ID
    #[schema(value_type = String)]
    entry_id: Guid,
    /// Process ID
    #[schema(value_type = String)]
    process_id: Guid,
    /// What it has come to by now
    #[schema(value_type = u8)]
    result: CredasResult,
}

/// What is to become of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// It is good.
    Verify,
    /// It is not.
    Reject,
    /// Somebody else is to look.
    Refer,
}

impl Verb {
    const fn result(self) -> CredasResult {
        match self {
            Self::Verify => CredasResult::ManualPass,
            Self::Reject => CredasResult::ManualFail,
            Self::Refer => CredasResult::ManualRefer,
        }
    }
}

/// A person's word about a part.
struct Word {
    validation: ValidationId,
    part: &'static str,
    result: CredasResult,
    why: String,
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

impl EntryBody {
    fn of(underway: &Underway, made: &[Validation], ledger: &[Decision]) -> Self {
        let process = &underway.process;
        let last = |wanted: fn(&Piece) -> bool| made.iter().rev().find(|one| wanted(&piece(one)));
        let document = last(|piece| matches!(piece, Piece::IdDocument(_)));
        let face = last(|piece| matches!(piece, Piece::Face));
        let document_result = document.map_or(CredasResult::NotPerformed, |one| result_of(one, "", ledger));
        let (face_match_result, liveness_result) = match face {
            None => (CredasResult::NotPerformed, CredasResult::NotPerformed),
            Some(one) => (result_of(one, "", ledger), result_of(one, LIVENESS, ledger)),
        };
        let supporting: Vec<SupportingBody> = made
            .iter()
            .filter_map(|one| match piece(one) {
                Piece::Supporting(kind) => Some(SupportingBody {
                    date_completed: one.finished.map(Timestamp::rfc3339_seconds),
                    is_for_rtx: false,
                    overall_result: result_of(one, "", ledger),
                    supporting_document_id: Guid(one.id.0),
                    title: kind.document_type.to_string(),
                }),
                _ => None,
            })
            .collect();
        let parts = [
            document.map(|_| document_result),
            face.map(|_| face_match_result),
            face.map(|_| liveness_result),
        ];
        let all = parts.into_iter().flatten();
        let overall_result = credas::overall(all.chain(supporting.iter().map(|one| one.overall_result)));
        let fields = document
            .and_then(|one| one.findings.document.as_ref())
            .map(|found| &found.fields);
        let field = |field| fields.and_then(|fields| fields.get(field)).map(str::to_owned);
        let kind = document.and_then(|one| match &one.asked {
            Asked::Document { kind, .. } => Some(*kind),
            _ => None,
        });
        Self {
            date_completed: process.finished.map(Timestamp::rfc3339_seconds),
            document_birth_date: field(Field::DateOfBirth),
            document_expiry_date: field(Field::ExpirationDate),
            document_id: document.map(|one| Guid(one.id.0)),
            document_issuing_country_code: kind.map(|kind| kind.country.to_string()),
            document_number: field(Field::DocumentNumber),
            document_result,
            document_type: kind.map_or(0, |kind| credas::document_number(kind.document_type)),
            entity_id: Guid(process.account),
            entry_id: Guid(process.id.0),
            face_match_result,
            liveness_result,
            overall_result,
            process_id: Guid(process.id.0),
            status: process.effective(),
            supporting_documents: supporting,
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

    /// GET /api/v2/ci/entities/{id}/summary
    pub async fn get_entity_summary(&self, caller: &Caller, id: Guid) -> AppResult<SummaryBody> {
        Ok(SummaryBody {
            address_mortality_checks: Vec::new(),
            identity_verifications: self.entries(caller, id).await?,
        })
    }

    /// GET /api/v2/ci/entities/{id}/active-checks
    pub async fn get_active_checks(&self, caller: &Caller, id: Guid) -> AppResult<Vec<ActiveCheckBody>> {
        let entries = self.entries(caller, id).await?;
        let open = entries.into_iter().filter(|entry| entry.date_completed.is_none());
        let told = open.map(|entry| ActiveCheckBody {
            check_type: "identityVerification",
            entry_id: entry.entry_id,
            process_id: entry.process_id,
            result: entry.overall_result,
        });
        Ok(told.collect())
    }

    /// GET /api/v2/ci/entities/{id}/idv-entries/{entry}
    pub async fn get_entry(&self, caller: &Caller, id: Guid, entry: Guid) -> AppResult<EntryBody> {
        caller.require(Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let underway = self
            .see_process(&mut conn, caller.client().id, ProcessId(entry.0))
            .await?;
        if underway.process.account != id.0 {
            return Err(PROCESS);
        }
        self.entry_body(&mut conn, &underway).await
    }

    /// PUT …/verify-liveness, …/reject-liveness, …/refer-liveness
    pub async fn override_liveness(
        &self,
        command: &Command,
        id: Guid,
        entry: Guid,
        verb: Verb,
    ) -> AppResult<Done> {
        let why = credas::reason(command.document()?)?;
        self.override_parts(command, id, entry, |made| {
            let face = made
                .iter()
                .rev()
                .find(|one| piece(one) == Piece::Face)
                .ok_or(FACE)?;
            Ok(vec![Word {
                validation: face.id,
                part: LIVENESS,
                result: verb.result(),
                why,
            }])
        })
        .await
    }

    /// PUT …/id-document/{id}/verify, …/reject, …/refer
    pub async fn override_id_document(
        &self,
        command: &Command,
        (id, entry, document): (Guid, Guid, Guid),
        verb: Verb,
    ) -> AppResult<Done> {
        let why = credas::reason(command.document()?)?;
        self.override_parts(command, id, entry, |made| {
            let named = made.iter().find(|one| {
                let own = one.id.0 == document.0 || one.document.is_some_and(|of| of.0 == document.0);
                own && matches!(piece(one), Piece::IdDocument(_))
            });
            Ok(vec![Word {
                validation: named.ok_or(DOCUMENT)?.id,
                part: "",
                result: verb.result(),
                why,
            }])
        })
        .await
    }

    /// PUT …/non-biometic-documents/review
    pub async fn review_supporting_documents(
        &self,
        command: &Command,
        id: Guid,
        entry: Guid,
    ) -> AppResult<Done> {
        let reviews = credas::supporting_reviews(command.json()?)?;
        self.override_parts(command, id, entry, |made| {
            let mut words = Vec::with_capacity(reviews.len());
            for review in reviews {
                let named = made
                    .iter()
                    .find(|one| one.id == review.id && matches!(piece(one), Piece::Supporting(_)));
                words.push(Word {
                    validation: named.ok_or(DOCUMENT)?.id,
                    part: "",
                    result: review.result,
                    why: review.comments,
                });
            }
            Ok(words)
        })
        .await
    }

    /// Takes words about parts of a process, all or none, and has the process count as what follows from them.
    async fn override_parts(
        &self,
        command: &Command,
        id: Guid,
        entry: Guid,
        words: impl FnOnce(&[Validation]) -> AppResult<Vec<Word>>,
    ) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let mut underway = self
            .hold_process(&mut write.tx, client.id, ProcessId(entry.0))
            .await?;
        if underway.process.account != id.0 {
            return Err(PROCESS);
        }
        let made = validations::of_process(&mut write.tx, client.id, underway.process.id).await?;
        let words = words(&made)?;
        let detail: Vec<&str> = words.iter().map(|word| word.result.word()).collect();
        let detail = detail.join(" ");
        self.take_words(&mut write, command, &underway, &made, words)
            .await?;
        self.follow_ledger(&mut write.tx, client, &mut underway.process, &made)
            .await?;
        let body = self.entry_body(&mut write.tx, &underway).await?;
        let audited = Audited {
            action: "process.part_overridden",
            resource: underway.process.id.0,
            detail,
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &body).await
    }

    async fn take_words(
        &self,
        write: &mut Write,
        command: &Command,
        underway: &Underway,
        made: &[Validation],
        words: Vec<Word>,
    ) -> AppResult<()> {
        let process = &underway.process;
        let now = command.now(self);
        let ledger = decisions::of_process(&mut write.tx, process.client, process.id).await?;
        for word in words {
            let before = made.iter().find(|one| one.id == word.validation);
            let before = before.map_or(Stand::Refer, |one| result_of(one, word.part, &ledger).stand());
            let entry = Decision {
                validation: Some(word.validation),
                part: word.part.to_owned(),
                level: if word.part.is_empty() {
                    Level::Validation
                } else {
                    Level::Part
                },
                before,
                reason: word.result.word().to_owned(),
                description: word.why,
                username: command.caller.claims.username.clone(),
                ..self.ledger_entry(process, DecisionKind::Override, word.result.stand(), now)
            };
            decisions::insert(&mut write.tx, &entry).await?;
        }
        Ok(())
    }

    /// Has a finished process count as what its ledger comes to.
    pub(super) async fn follow_ledger(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        process: &mut Process,
        made: &[Validation],
    ) -> AppResult<()> {
        if !process.is_final() {
            return Ok(());
        }
        let ledger = decisions::of_process(&mut *conn, client.id, process.id).await?;
        // A try that failed and was repeated says nothing any more.
        let retried = |one: &&Validation| !made.iter().any(|other| other.retry_of == Some(one.id));
        let stands: Vec<(ValidationId, Stand)> = made
            .iter()
            .filter(retried)
            .map(|one| {
                let stand = match one.status() {
                    ValidationStatus::Success => Stand::Pass,
                    ValidationStatus::Failure => Stand::Fail,
                    ValidationStatus::Pending => Stand::Refer,
                };
                (one.id, stand)
            })
            .collect();
        let (before, becomes) = (
            process.effective(),
            effective_process(process.status(), &stands, &ledger),
        );
        if before == becomes {
            return Ok(());
        }
        let entry = Decision {
            before: before.into(),
            ..self.ledger_entry(process, DecisionKind::Derived, becomes.into(), self.now(client))
        };
        decisions::insert(&mut *conn, &entry).await?;
        self.stand_by(conn, client, process, becomes).await
    }

    async fn entity(&self, conn: &mut PgConnection, caller: &Caller, id: Guid) -> AppResult<Account> {
        let found = validation_accounts::by_id(conn, caller.client().id, id.0).await?;
        found.ok_or(ENTITY)
    }

    /// The entries of an entity, newest first.
    async fn entries(&self, caller: &Caller, id: Guid) -> AppResult<Vec<EntryBody>> {
        caller.require(Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let account = self.entity(&mut conn, caller, id).await?;
        let processes = store::of_account(&mut conn, account.client, account.id, ENTRIES).await?;
        let mut entries = Vec::with_capacity(processes.len());
        for underway in self.with_flows(&mut conn, processes).await? {
            entries.push(self.entry_body(&mut conn, &underway).await?);
        }
        Ok(entries)
    }

    async fn entry_body(&self, conn: &mut PgConnection, underway: &Underway) -> AppResult<EntryBody> {
        let process = &underway.process;
        let made = validations::of_process(&mut *conn, process.client, process.id).await?;
        let ledger = decisions::of_process(conn, process.client, process.id).await?;
        Ok(EntryBody::of(underway, &made, &ledger))
    }
}
