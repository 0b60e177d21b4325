//! The first page.

use super::{Cover, Dial, Fact, Frame, Tone, phrases as p};
use crate::{
    checks::{CheckStatus, Dossier, InputField, inputs::Kind, scoring::Score},
    language::Language,
    time::parse_date,
    wording::{InWords as _, Phrase, day, instant, upper_first, word},
};

pub(super) fn cover(dossier: &Dossier<'_>, frame: &Frame<'_>) -> Cover {
    let check = dossier.check;
    let language = frame.language;
    let scores = dossier.scores;
    let started = check.status != CheckStatus::NotStarted;
    let dial = |label: Phrase, score: Score| dial(label, if started { score } else { Score::NONE }, language);
    Cover {
        subject: subject(dossier, language),
        kind: format!(
            "{} · {}",
            check.check_type.in_words(language),
            check.country.in_words(language)
        ),
        status: check.status.in_words(language).to_owned(),
        is_final: check.status.is_final(),
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

/// What the subject is called, else the number that names it.
fn subject(dossier: &Dossier<'_>, language: Language) -> String {
    let document = || {
        let (field, value) = dossier.document()?;
        Some(format!("{} {value}", field.in_words(language)))
    };
    dossier
        .subject_name()
        .or_else(document)
        .unwrap_or_else(|| p::UNNAMED.text(language).to_owned())
}

fn dial(label: Phrase, score: Score, language: Language) -> Dial {
    let risk = score.risk();
    Dial {
        label: label.text(language).to_owned(),
        thousandths: (score != Score::NONE).then_some(score.millionths() / 1_000),
        text: if score == Score::NONE {
            "–".to_owned()
        } else {
            score.to_string()
        },
        risk: Tone {
            severity: risk,
            word: upper_first(word("risk", risk.as_str(), language).unwrap_or_default()),
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
        (p::TYPE, frame.custom_type.map(str::to_owned)),
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
