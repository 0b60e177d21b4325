//! A document: looked at by the engine, then shown to its registries.

use std::sync::Arc;

use cotejo_domain::{
    checks::{CheckType, DataSet, plan},
    files::FileKind,
    ids::{FileId, derived},
    validations::{
        DocumentFindings, DocumentKind, Findings, Method, Slot, SubKind, SubResult, SubValidation,
        registry::{self, Word},
    },
};
use cotejo_providers::{
    engines::{DocumentEngine, DocumentQuestion, EngineError},
    port::{Answer, Query},
    sandbox::Sandbox,
};
use futures_util::future::join_all;

use super::{
    picture::Kept,
    work::{Case, NotWorked, Worked},
};
use crate::{App, AppResult, files::NewFile};

impl App {
    /// What a document says and whether it is in order.
    pub(super) async fn work_on_document(
        &self,
        case: &Case<'_>,
        kind: DocumentKind,
        kept: &mut Vec<Kept>,
    ) -> Result<Worked, NotWorked> {
        let methods = case.methods(kind, None);
        let pictures: Vec<(Slot, Vec<u8>)> = kept
            .iter_mut()
            .map(|kept| (kept.slot, std::mem::take(&mut kept.jpeg)))
            .collect();
        let question = DocumentQuestion {
            client: case.client.id,
            kind,
            methods: &methods,
            account: case.account,
            today: self.now(case.client).date(),
            pictures: &pictures,
        };
        let examined = self.document_engine(case)?.examine(question).await?;
        let mut findings = examined.findings;
        let methods = case.methods(kind, findings.version.as_deref());
        // Which version it is, only a look at it tells, so that what this version is not to be validated by is dropped
        // behind it. A scenario happens whatever is configured.
        if !case.client.is_sandbox() {
            findings
                .parts
                .retain(|part| methods.contains(&part.kind.method()));
        }
        // What a scenario or an engine says of the registry stands.
        let said = findings
            .parts
            .iter()
            .any(|part| part.kind.method() == Method::GovernmentDatabase);
        if !said && methods.contains(&Method::GovernmentDatabase) {
            let words = self.ask_registries(case, kind, &findings).await?;
            findings.parts.extend(words);
        }
        if let Some(portrait) = &examined.portrait {
            kept.push(self.keep_portrait(case, portrait).await?);
        }
        let outcome = findings.outcome();
        Ok(Worked {
            findings: Findings {
                document: Some(findings),
                ..Findings::default()
            },
            outcome,
        })
    }

    fn document_engine(&self, case: &Case<'_>) -> Result<Arc<dyn DocumentEngine>, EngineError> {
        if case.client.is_sandbox() {
            return Ok(Arc::new(Sandbox));
        }
        self.inner.eyes.documents.here()
    }

    /// What the identity registries of the document's country say of it.
    async fn ask_registries(
        &self,
        case: &Case<'_>,
        kind: DocumentKind,
        findings: &DocumentFindings,
    ) -> AppResult<Vec<SubValidation>> {
        let Some((country, inputs)) = registry::inputs(kind, &findings.fields) else {
            return Ok(vec![skipped("No registry of this document is known")]);
        };
        let scope = plan::Scope::of(country, CheckType::Person);
        let steps = plan::plan(self.inner.catalogue, scope, &inputs);
        let asked = steps.iter().filter(|planned| {
            planned.data_sets.contains(&DataSet::PersonalIdentity)
                && matches!(planned.step, plan::Step::Ask(_))
        });
        let now = self.now(case.client);
        let names = case.client.settings.names_matching_type;
        let answers = asked.map(|planned| async {
            let query = Query {
                client: case.client.id,
                source: planned.source,
                check_type: CheckType::Person,
                country,
                inputs: &inputs,
                names,
                created: case.validation.created,
                now,
                attempt: 0,
            };
            (
                planned.source,
                self.inner.sources.ask(case.client.kind, query).await,
            )
        });
        let mut words = Vec::new();
        for (source, answer) in join_all(answers).await {
            let word = match answer {
                Ok(Answer::NotConfigured) => continue,
                Ok(Answer::Report(report)) => registry::word(source, report.facts.person, &report.findings),
                Ok(Answer::NotYet(_) | Answer::Delayed(_)) | Err(_) => Some(Word::Silent),
            };
            words.extend(word.map(|word| (source, word)));
        }
        // One that knows the person speaks for those that keep other people.
        if words.iter().any(|(_, word)| matches!(word, Word::Known(_))) {
            words.retain(|(_, word)| *word != Word::Unknown);
        }
        if words.is_empty() {
            return Ok(vec![skipped("No registry of this document is configured")]);
        }
        let judged = words.iter();
        Ok(judged
            .map(|(source, word)| registry::judge(source, word, &findings.fields, names))
            .collect())
    }

    /// Keeps the portrait of a document as a picture of its own.
    async fn keep_portrait(&self, case: &Case<'_>, portrait: &[u8]) -> AppResult<Kept> {
        let resource = case.validation.id.0;
        let new = NewFile {
            client: case.client.id,
            id: FileId(derived(&[resource.as_bytes(), b"picture", b"portrait"])),
            resource,
            kind: FileKind::ValidationPicture,
            variant: PORTRAIT.to_owned(),
            name: "portrait.jpg".to_owned(),
            content_type: "image/jpeg".to_owned(),
            created: self.now(case.client),
        };
        let file = self.keep_picture(new, portrait).await?;
        Ok(Kept {
            slot: Slot::Face,
            jpeg: Vec::new(),
            file,
        })
    }
}

/// Which of a validation's pictures is the portrait on its document.
pub(crate) const PORTRAIT: &str = "portrait";

fn skipped(message: &str) -> SubValidation {
    SubValidation {
        kind: SubKind::GovernmentDatabase,
        result: SubResult::Skipped,
        message: message.to_owned(),
        reason: None,
    }
}
