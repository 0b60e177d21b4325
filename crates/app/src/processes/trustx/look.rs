//! Looking into an instance: its checks, what happened in it, and what was read of the person.

use std::collections::BTreeMap;

use cotejo_domain::{
    permissions::Permission,
    processes::{
        ChecksTable, Process, Verdict,
        trustx::{
            Base32Id, dtm,
            timeline::{Activity, timeline},
        },
    },
    validations::{Asked, DocumentCountry, DocumentFields, DocumentKind, DocumentType, Field, Validation},
};
use cotejo_store::{decisions, validations};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{INSTANCE, process_of};
use crate::{App, AppResult, access::Caller};

/// The checks of an instance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustXChecks)]
pub struct ChecksBody {
    /// Groups `doc1`, `face1`, …, each check with `outcome`, `valid` and where there is one `score`; `overallOutcome`
    #[serde(rename = "_checks")]
    #[schema(value_type = Object)]
    checks: Value,
    /// `PASS`, `FAIL` or `REVIEW`; absent until something decides
    #[serde(rename = "_decision", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "PASS")]
    decision: Option<Verdict>,
}

/// What happened in an instance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustXTimeline)]
pub struct TimelineBody {
    /// In the order in which it happened
    timeline: Vec<ActivityBody>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXActivity)]
pub struct ActivityBody {
    /// Its name
    activity: String,
    /// Who did it: `User`, `System`, or by name
    actor: String,
    /// When it ended; absent while it is happening
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_dtm: Option<String>,
    /// How long it took; absent while it is happening
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_milliseconds: Option<i64>,
    /// `PASS`, `FAIL`, `REVIEW`, `SKIPPED` or `PENDING`
    outcome: &'static str,
    /// When it began
    started_dtm: String,
    /// The type of a step, or `start`, `decider`, `review`, `override`, `derived`, `end`
    #[serde(rename = "type")]
    kind: &'static str,
}

/// What was read of a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrustXUserdata)]
pub struct UserdataBody {
    /// The documents, `doc1` first
    documents: BTreeMap<String, UserDocumentBody>,
    /// The faces, `face1` first
    faces: BTreeMap<String, UserFaceBody>,
}

/// A document of a person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXDocument)]
pub struct UserDocumentBody {
    /// What it says
    biographic_data: Vec<UserFieldBody>,
    /// Its country
    #[schema(value_type = String)]
    country: DocumentCountry,
    /// What it is
    #[schema(value_type = String, example = "national-id")]
    document_type: DocumentType,
}

/// What a document says in one place.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXField)]
pub struct UserFieldBody {
    /// Its name
    #[schema(example = "documentNumber")]
    field_name: String,
    /// Its value
    values: UserValuesBody,
}

/// The value of a field, by where it was read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXValues)]
pub struct UserValuesBody {
    /// As it was understood
    visual_zone_value: String,
}

/// A face of a person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXFace)]
pub struct UserFaceBody {
    /// Whether it is a living person's
    #[serde(skip_serializing_if = "Option::is_none")]
    liveness: Option<bool>,
    /// Whether it is the one that it was compared with
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    similar: Option<bool>,
    /// How alike they are, from 0 to 1
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
}

impl ChecksBody {
    pub(super) fn of(process: &Process, table: &ChecksTable) -> Self {
        Self {
            checks: table.to_json(),
            decision: process.progress.decision,
        }
    }
}

impl TimelineBody {
    pub(super) fn of(activities: Vec<Activity>) -> Self {
        let told = activities.into_iter().map(|one| ActivityBody {
            elapsed_milliseconds: one.elapsed(),
            activity: one.activity,
            actor: one.actor,
            completed_dtm: one.completed.map(dtm),
            outcome: one.outcome,
            started_dtm: dtm(one.started),
            kind: one.kind,
        });
        Self {
            timeline: told.collect(),
        }
    }
}

/// The validations that count in a process: the last try of each step, once it has ended, in the order of the flow.
pub(super) fn counting<'a>(process: &Process, made: &'a [Validation]) -> Vec<&'a Validation> {
    let last = process.progress.steps.iter().filter_map(|step| step.validation);
    last.filter_map(|id| made.iter().find(|one| one.id == id))
        .filter(|one| one.is_final())
        .collect()
}

/// The document that a validation is of.
pub(super) fn document_of(validation: &Validation) -> Option<DocumentKind> {
    match &validation.asked {
        Asked::Document { kind, .. } => Some(*kind),
        _ => None,
    }
}

/// Whether a validation is of a face.
pub(super) const fn is_face(validation: &Validation) -> bool {
    matches!(validation.asked, Asked::Face { .. } | Asked::FaceSearch { .. })
}

impl UserdataBody {
    fn of(counting: &[&Validation]) -> Self {
        let documents = counting.iter().filter_map(|one| Some((document_of(one)?, one)));
        let documents = documents.zip(1..).map(|((kind, one), n)| {
            let fields = one.findings.document.as_ref().map(|found| &found.fields);
            let told = fields.into_iter().flat_map(DocumentFields::iter);
            let document = UserDocumentBody {
                biographic_data: told
                    .map(|(field, value)| UserFieldBody::of(field, value))
                    .collect(),
                country: kind.country,
                document_type: kind.document_type,
            };
            (format!("doc{n}"), document)
        });
        let faces = counting
            .iter()
            .filter(|one| is_face(one))
            .zip(1..)
            .map(|(one, n)| {
                let found = one.findings.face.as_ref();
                let face = UserFaceBody {
                    liveness: found.and_then(|face| face.alive),
                    similar: found.and_then(|face| face.similar),
                    score: found.and_then(|face| face.confidence),
                };
                (format!("face{n}"), face)
            });
        Self {
            documents: documents.collect(),
            faces: faces.collect(),
        }
    }
}

impl UserFieldBody {
    fn of(field: Field, value: &str) -> Self {
        Self {
            field_name: camel(field.as_str()),
            values: UserValuesBody {
                visual_zone_value: value.to_owned(),
            },
        }
    }
}

/// `document_number` as this face spells names: `documentNumber`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.len().min(1));
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(rest);
    }
    camel
}

impl App {
    /// GET …/{id}/checks
    pub async fn get_instance_checks(&self, caller: &Caller, id: Base32Id) -> AppResult<ChecksBody> {
        caller.require(Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let underway = self
            .see_process(&mut conn, caller.client().id, process_of(id))
            .await?;
        let table = self.checks_table(&mut conn, &underway.process).await?;
        Ok(ChecksBody::of(&underway.process, &table))
    }

    /// GET …/{id}/timeline
    pub async fn get_instance_timeline(&self, caller: &Caller, id: Base32Id) -> AppResult<TimelineBody> {
        caller.require(Permission::IdentityRead)?;
        let client = caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        let underway = self.see_process(&mut conn, client, process_of(id)).await?;
        let ledger = decisions::of_process(&mut conn, client, process_of(id)).await?;
        let activities = timeline(&underway.process, &underway.spec, &ledger);
        Ok(TimelineBody::of(activities))
    }

    /// GET /api/userdata-server/processDefinitions/{pd}/processInstances/{id}/userdata
    pub async fn get_userdata(
        &self,
        caller: &Caller,
        definition: Base32Id,
        id: Base32Id,
    ) -> AppResult<UserdataBody> {
        caller.require(Permission::IdentityRead)?;
        let client = caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        let process = self.see_process(&mut conn, client, process_of(id)).await?.process;
        if process.flow.0 != definition.0 {
            return Err(INSTANCE);
        }
        let made = validations::of_process(&mut conn, client, process.id).await?;
        Ok(UserdataBody::of(&counting(&process, &made)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_the_face_does() {
        for (name, spelled) in [
            ("name", "name"),
            ("document_number", "documentNumber"),
            ("first_last_name", "firstLastName"),
        ] {
            assert_eq!(camel(name), spelled);
        }
    }
}
