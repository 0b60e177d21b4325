//! The table of all checks of a process (`_checks`): what the decider looks at, cloud functions read and extend, and the
//! page of an instance shows (seed 004, Verification Checks; ruling on the checks table).

use serde_json::{Map, Value, json};

use super::{decider::Verdict, process::Process, step::StepState};
use crate::{
    ids::ValidationId,
    validations::{Asked, DeclinedReason, SubKind, SubResult, SubValidation, Validation},
};

/// The keys under which a part of a document's validation stands. A copy in black and white and one in colour are one look
/// here, so that its result stands under both.
const KEYS: &[(SubKind, &[&str])] = &[
    (SubKind::Photocopy, &["blackAndWhiteCopy", "colorCopy"]),
    (SubKind::PhotoOfPhoto, &["screenReplay"]),
    (SubKind::ImageTampering, &["visualTamper"]),
    (SubKind::SecurityElements, &["securityElements"]),
    (SubKind::Mrz, &["mrz"]),
    (SubKind::Barcode, &["barcode"]),
    (SubKind::ExpirationDate, &["expirationDate"]),
    (SubKind::IssueDate, &["issueDate"]),
    (SubKind::Age, &["age"]),
    (SubKind::DocumentNumber, &["documentNumber"]),
    (SubKind::Names, &["names"]),
    (SubKind::DateOfBirth, &["dateOfBirth"]),
    (SubKind::Curp, &["curp"]),
    (SubKind::RequiredData, &["requiredData"]),
    (SubKind::DocumentType, &["acceptableDocument"]),
    (SubKind::AccountId, &["accountId"]),
    (SubKind::GovernmentDatabase, &["governmentDatabase"]),
    (SubKind::GovernmentDatabaseIne, &["governmentDatabaseIne"]),
    (SubKind::GovernmentDatabaseRenapo, &["governmentDatabaseRenapo"]),
    (SubKind::ManualReview, &["manualReview"]),
];

/// The overall outcome stands beside the groups.
const OVERALL: &str = "overallOutcome";

/// All checks of a process, in groups: `doc1`, `face1`, `email1`, …
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChecksTable(Map<String, Value>);

fn entry(good: bool) -> Value {
    json!({ "outcome": verdict(good), "valid": good })
}

fn scored(good: bool, score: Option<f64>) -> Value {
    let mut entry = entry(good);
    if let Some(score) = score {
        entry["score"] = json!(score);
    }
    entry
}

/// What a part says. One that is not in order without being a reason to decline is a warning, which fails nobody.
fn part_entry(part: &SubValidation) -> Value {
    let valid = part.result == SubResult::Valid;
    json!({ "outcome": verdict(valid || part.reason.is_none()), "valid": valid })
}

const fn verdict(good: bool) -> Verdict {
    if good { Verdict::Pass } else { Verdict::Fail }
}

impl ChecksTable {
    /// The checks of a process by its validations, of which there may be more than it ended with. `extra` are the groups
    /// that cloud functions added; what they say of a group that is there is not believed.
    pub fn of(process: &Process, validations: &[Validation], extra: &Map<String, Value>) -> Self {
        let mut table = Self::default();
        for step in &process.progress.steps {
            if let Some(validation) = step.validation.and_then(|id| find(validations, id)) {
                if validation.is_final() {
                    table.add(group(&validation.asked), checks_of(validation));
                }
            } else if let (Some(check), true) = (step.check, step.is_over()) {
                let mut entry = entry(step.state == StepState::Passed);
                entry["checkId"] = json!(check);
                table.add("check", json!({ "backgroundCheck": entry }));
            } else if step.kind == super::StepKind::EnterResponse && step.is_over() {
                let answered = entry(step.state == StepState::Passed);
                if step.state != StepState::Skipped {
                    table.add("question", json!({ "answer": answered }));
                }
            }
        }
        for (name, group) in extra {
            if group.is_object() && name != OVERALL {
                table.0.entry(name.clone()).or_insert_with(|| group.clone());
            }
        }
        table
    }

    /// Adds a group under its name and number.
    fn add(&mut self, name: &str, group: Value) {
        let name = (1..)
            .map(|n: u32| format!("{name}{n}"))
            .find(|name| !self.0.contains_key(name));
        if let Some(name) = name {
            self.0.insert(name, group);
        }
    }

    /// What each check says. Of an object only its own `outcome` counts, not that of an object within it.
    pub fn verdicts(&self) -> Vec<Verdict> {
        let checks = self.0.values().filter_map(Value::as_object);
        checks
            .flat_map(Map::values)
            .filter_map(|check| check["outcome"].as_str()?.parse().ok())
            .collect()
    }

    /// What all of them come to (`overallOutcome`).
    pub fn overall(&self) -> Verdict {
        let verdicts = self.verdicts();
        if verdicts.contains(&Verdict::Fail) {
            Verdict::Fail
        } else if verdicts.contains(&Verdict::Review) {
            Verdict::Review
        } else {
            Verdict::Pass
        }
    }

    /// The groups with the overall outcome, as cloud functions read them.
    pub fn to_json(&self) -> Value {
        let mut checks = self.0.clone();
        checks.insert(OVERALL.to_owned(), json!(self.overall()));
        Value::Object(checks)
    }
}

fn find(validations: &[Validation], id: ValidationId) -> Option<&Validation> {
    validations.iter().find(|validation| validation.id == id)
}

const fn group(asked: &Asked) -> &'static str {
    match asked {
        Asked::Document { .. } => "doc",
        Asked::Face { .. } | Asked::FaceSearch { .. } => "face",
        Asked::Email { .. } => "email",
        Asked::Phone { .. } => "phone",
    }
}

/// What a validation says, check by check, and as a whole.
fn checks_of(validation: &Validation) -> Value {
    let mut checks = Map::new();
    let outcome = validation.outcome;
    let passed = outcome == Some(crate::validations::Outcome::Success);
    if let Some(document) = &validation.findings.document {
        for part in document
            .parts
            .iter()
            .filter(|part| part.result != SubResult::Skipped)
        {
            let keys = KEYS.iter().find(|(kind, _)| *kind == part.kind);
            for key in keys.iter().flat_map(|(_, keys)| keys.iter()) {
                // Of several registries one that disagrees is enough.
                if checks
                    .get(*key)
                    .is_none_or(|check: &Value| check["valid"] == true)
                {
                    checks.insert((*key).to_owned(), part_entry(part));
                }
            }
        }
        if !document.attachments.is_empty() {
            let bad = |result| result == SubResult::Invalid;
            let good = !document.attachments.iter().any(|picture| bad(picture.result));
            checks.insert("quality".to_owned(), entry(good));
        }
        let replaced = outcome.and_then(crate::validations::Outcome::declined)
            == Some(DeclinedReason::PortraitPhotoIsFake);
        checks.insert("photoSubstitution".to_owned(), entry(!replaced));
    }
    if let Some(face) = &validation.findings.face {
        if let Some(similar) = face.similar {
            checks.insert("match".to_owned(), scored(similar, face.confidence));
        }
        if let Some(alive) = face.alive {
            checks.insert("liveness".to_owned(), entry(alive));
        }
        if let Some(reported) = face.reported {
            checks.insert(
                "watchlist".to_owned(),
                scored(!reported.found, Some(reported.confidence)),
            );
        }
    }
    checks.insert("validation".to_owned(), entry(passed));
    Value::Object(checks)
}
