//! A person's words about parts of a process: liveness, the document, supporting documents.

use cotejo_domain::{
    ids::{Guid, ProcessId, ValidationId},
    permissions::Permission,
    processes::{
        Decision, DecisionKind, Level,
        credas::{self, CredasResult, LIVENESS, Piece, piece, result_of},
        ledger::Stand,
    },
    validations::Validation,
};
use cotejo_store::{decisions, validations};

use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done, Write},
    processes::{PROCESS, Underway},
};

const FACE: AppError = AppError::NotFound("The liveness check");
const DOCUMENT: AppError = AppError::NotFound("The document");

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

impl App {
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
}
