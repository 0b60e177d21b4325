//! Entries: the processes of a person, part by part.

use cotejo_domain::{
    ids::{Guid, ProcessId},
    permissions::Permission,
    processes::{
        Decision,
        credas::{self, CredasResult, LIVENESS, Piece, piece, result_of},
    },
    time::Timestamp,
    validations::{Asked, Field, Validation},
};
use cotejo_store::{decisions, processes as store, validations};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::ENTRIES;
use crate::{
    App, AppResult,
    access::Caller,
    processes::{PROCESS, Underway},
};

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

    pub(super) async fn entry_body(
        &self,
        conn: &mut PgConnection,
        underway: &Underway,
    ) -> AppResult<EntryBody> {
        let process = &underway.process;
        let made = validations::of_process(&mut *conn, process.client, process.id).await?;
        let ledger = decisions::of_process(conn, process.client, process.id).await?;
        Ok(EntryBody::of(underway, &made, &ledger))
    }
}
