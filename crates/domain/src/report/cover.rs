//! The first page.

use super::{Cover, Dial, Fact, Frame, Tone, phrases as p};
use crate::{
    checks::{Check, CheckStatus, Dossier, InputField, inputs::Kind, scoring::Score},
    language::Language,
    time::parse_date,
    wording::{InWords as _, Phrase, day, instant, upper_first, word},
};

pub(super) fn cover(dossier: &Dossier<'_>, frame: &Frame<'_>) -> Cover {
    let check = dossier.check;
    let language = frame.language;
    let scores = dossier.scores;
    let dial = |label: Phrase, score: Score| dial(dossier, label, score, language);
    let name = dossier.subject_name();
    let document = dossier.document().map(|(field, value)| Fact {
        label: field.in_words(language).to_owned(),
        value: value.to_owned(),
    });
    let (subject, document) = match (name, document) {
        (Some(name), document) => (name, document),
        (None, Some(Fact { label, value })) => (format!("{label} {value}"), None),
        (None, None) => (p::UNNAMED.text(language).to_owned(), None),
    };
    Cover {
        subject,
        document,
        kind: kind(check, language),
        status: check.status.in_words(language).to_owned(),
        warning: warning(check.status).map(|phrase| phrase.text(language).to_owned()),
        score: dial(p::SCORE, scores.score),
        id_score: dial(p::ID_SCORE, scores.id_score),
        name_score: dial(p::NAME_SCORE, scores.name_score),
        inputs: check
            .inputs
            .iter()
            .map(|(field, value)| Fact {
                label: field.in_words(language).to_owned(),
                value: input(field, value, language),
            })
            .collect(),
        particulars: particulars(dossier, frame),
    }
}

fn kind(check: &Check, language: Language) -> String {
    let custom = check.custom.as_ref().map(|custom| custom.name.as_str());
    let parts = [
        Some(check.check_type.in_words(language)),
        custom,
        Some(check.country.in_words(language)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

const fn warning(status: CheckStatus) -> Option<Phrase> {
    match status {
        CheckStatus::NotStarted | CheckStatus::InProgress | CheckStatus::Delayed => Some(p::NOT_FINISHED),
        CheckStatus::Error => Some(p::TOO_LITTLE),
        CheckStatus::Completed => None,
    }
}

fn dial(dossier: &Dossier<'_>, label: Phrase, score: Score, language: Language) -> Dial {
    let started = dossier.check.status != CheckStatus::NotStarted;
    let (severity, risk) = dossier.risk(score);
    Dial {
        label: label.text(language).to_owned(),
        thousandths: started.then_some(score.millionths() / 1_000),
        text: if started {
            score.to_string()
        } else {
            "–".to_owned()
        },
        risk: Tone {
            severity,
            word: upper_first(word("risk", risk, language).unwrap_or(risk)),
        },
    }
}

/// An input as people read it.
fn input(field: InputField, value: &str, language: Language) -> String {
    let date = || parse_date(value).map(|date| day(date, language));
    let gender = || word("gender", &value.to_lowercase(), language).map(str::to_owned);
    let told = match (field, field.kind()) {
        (_, Kind::Date) => date(),
        (InputField::Gender, _) => gender(),
        _ => None,
    };
    told.unwrap_or_else(|| value.to_owned())
}

fn particulars(dossier: &Dossier<'_>, frame: &Frame<'_>) -> Vec<Fact> {
    let check = dossier.check;
    let language = frame.language;
    let rows = [
        (p::CHECK_ID, Some(check.id.to_string())),
        (p::STATUS, Some(check.status.in_words(language).to_owned())),
        (p::CREATED, Some(instant(check.created, language))),
        (p::FINISHED, frame.finished.map(|at| instant(at, language))),
        (p::CLIENT, Some(frame.client.to_owned())),
        (p::CREATED_BY, Some(frame.created_by.to_owned())),
    ];
    rows.into_iter()
        .filter_map(|(label, value)| {
            Some(Fact {
                label: label.text(language).to_owned(),
                value: value.filter(|value| !value.is_empty())?,
            })
        })
        .collect()
}
