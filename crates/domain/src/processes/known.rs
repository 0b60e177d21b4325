//! What a process knows: what it was given at its beginning, and what has come to be known by and by.

use serde_json::{Map, Value, json};

use super::{
    block::BlockKind,
    flow::FlowSpec,
    process::Process,
    step::{Step, StepKind, StepState},
};
use crate::key_requests::{ProcessCountry, ProcessDocument};

impl Process {
    /// The value that an input has from the beginning, which the person does not change.
    pub fn given(&self, spec: &FlowSpec, step: &Step, input: &str) -> Option<&str> {
        let nth = |kind: BlockKind| {
            let earlier = spec.blocks.iter().take(step.block);
            earlier.filter(|block| block.kind == kind).count()
        };
        match (step.kind, input) {
            (StepKind::EnterEmail, "email") => {
                let email = self.start.emails.get(nth(BlockKind::EmailVerification));
                email.map(String::as_str)
            }
            (StepKind::EnterPhone, "phone") => {
                let phone = self.start.phones.get(nth(BlockKind::PhoneVerification));
                phone.map(String::as_str)
            }
            (StepKind::EnterDocumentType, "document_type") => {
                self.start.document_type.map(ProcessDocument::as_str)
            }
            (StepKind::EnterDocumentType | StepKind::EnterInvoiceCountry, "country")
                if self.country != ProcessCountry::All =>
            {
                Some(self.country.as_str())
            }
            _ => None,
        }
    }

    /// What is known by now, as conditions of branches read it.
    pub fn known(&self, spec: &FlowSpec) -> Value {
        let mut answers = Map::new();
        let mut blocks: Map<String, Value> = Map::new();
        for step in &self.progress.steps {
            let Some(block) = spec.blocks.get(step.block) else {
                continue;
            };
            if let (StepKind::EnterResponse, Some(response)) = (step.kind, step.entered.get("response")) {
                answers.insert(block.key.clone(), json!(response));
            }
            // A block stands as its worst step.
            let word = match step.state {
                StepState::Passed => "success",
                StepState::Failed => "failure",
                _ => continue,
            };
            let known = blocks.entry(block.key.clone()).or_insert_with(|| json!(word));
            if word == "failure" {
                *known = json!(word);
            }
        }
        json!({ "object": {
            "account_id": self.account_name.as_str(),
            "country": self.country,
            "metadata": self.start.metadata,
            "answers": answers,
            "blocks": blocks,
            "document": {
                "country": self.applicant.document_country,
                "document_type": self.applicant.document_type,
                "nationality": self.applicant.nationality,
                "gender": self.applicant.gender,
                "date_of_birth": self.applicant.date_of_birth.map(|date| date.to_string()),
            },
        }})
    }
}
