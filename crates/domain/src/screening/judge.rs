//! One entry against one subject: everything that both tell comes to one score.

use super::{
    birth::{Birth, compare_births},
    country,
    document::{self, Numbers},
    entry::{AliasStrength, Entry},
    evidence::Features,
    subject::Subject,
};
use crate::{
    checks::{Basis, Severity},
    names::{self, Name, NameKind, NameMatch, NameMatching, THRESHOLD},
};

/// Version of the rules, stored with every hit: it changes whenever one of them does.
pub const VERSION: &str = "screening-1";

/// The least likeness of names that a birth date and a country can lift to a match: what searches ask for.
pub const WORTH_A_LOOK: f64 = THRESHOLD - 0.1;

/// What the score of the names becomes where dates of birth tell more, as (part of the way to 1, factor).
const BIRTHS: &[(Birth, f64, f64)] = &[
    (Birth::Same, 0.6, 1.0),
    (Birth::Within, 0.2, 1.0),
    (Birth::Near, 0.2, 1.0),
    (Birth::Unknown, 0.0, 1.0),
    (Birth::Doubtful, 0.0, 0.9),
    // Below the threshold whatever the names are.
    (Birth::Different, 0.0, THRESHOLD - 0.01),
];

/// Part of the way to 1 where both are of one country. That they are not says nothing: people move.
const SAME_COUNTRY: f64 = 0.05;

/// Factor of a weak alias that no date of birth supports.
const WEAK_ALIAS: f64 = 0.85;

/// Factor where both have a lifelong number of the same country, and they differ.
const OTHER_NUMBER: f64 = THRESHOLD - 0.01;

/// The least score of the same number of the same document, and of the same digits alone: numbers may be misread.
const SAME_NUMBER: f64 = 0.99;
const ALIKE_NUMBER: f64 = 0.8;

/// An entry that the subject is taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What ties them together.
    pub basis: Basis,
    /// How bad it is.
    pub severity: Severity,
    /// The name of the entry that is most like the subject's.
    pub matched_name: String,
    /// How sure it is, from 0 to 1, to three decimals.
    pub score: f64,
    /// The rule that decided.
    pub rule: String,
    /// What made the score.
    pub features: Features,
}

/// The best of an entry's names.
struct Best<'a> {
    name: &'a str,
    strength: Option<AliasStrength>,
    matched: NameMatch,
    /// The likeness, less where the alias is weak.
    score: f64,
}

/// Whether a subject is taken for an entry, and why; `None` where it is not.
///
/// By document the same number decides, by name a score of at least [`THRESHOLD`]; where names have to be `exact`,
/// nothing but an exact name will do, and a birth date may still speak against it.
pub fn judge(subject: &Subject, entry: &Entry, by: NameMatching) -> Option<Judged> {
    let numbers = document::compare(subject, entry);
    let birth = compare_births(subject.born.as_deref(), entry);
    let same_country = entry
        .countries
        .iter()
        .filter_map(|text| country::code(text))
        .any(|code| subject.countries.contains(&code));
    let best = best_name(subject, entry, birth);
    let (name_score, exact) = best
        .as_ref()
        .map_or((0.0, false), |best| (best.score, best.matched.exact));

    let (_, lift, factor) = BIRTHS.iter().find(|(known, ..)| *known == birth)?;
    let mut score = lifted(name_score, *lift) * factor;
    if same_country && name_score > 0.0 && birth != Birth::Different {
        score = lifted(score, SAME_COUNTRY);
    }
    let (basis, score) = match numbers {
        Numbers::Same => (Basis::Id, score.max(SAME_NUMBER)),
        // The same digits on another document and another name are a coincidence.
        Numbers::Alike if name_score >= WORTH_A_LOOK => (Basis::Id, score.max(ALIKE_NUMBER)),
        Numbers::Different => (Basis::Name, score * OTHER_NUMBER),
        Numbers::Alike | Numbers::Unknown => (Basis::Name, score),
    };
    let score = rounded(score);
    let accepted = match (basis, by) {
        (Basis::Id, _) => true,
        (Basis::Name, NameMatching::Soft) => score >= THRESHOLD && name_score >= WORTH_A_LOOK,
        (Basis::Name, NameMatching::Exact) => exact && score >= THRESHOLD,
    };
    if !accepted {
        return None;
    }
    let weak = best
        .as_ref()
        .is_some_and(|best| best.strength == Some(AliasStrength::Weak));
    let severity = match (basis, exact, birth) {
        _ if weak && birth != Birth::Same && basis == Basis::Name => Severity::Medium,
        _ if numbers == Numbers::Same => Severity::VeryHigh,
        (Basis::Id, ..) => Severity::High,
        (Basis::Name, true, _) | (Basis::Name, _, Birth::Same) => Severity::VeryHigh,
        (Basis::Name, false, _) => Severity::High,
    };
    let rule = match numbers {
        Numbers::Same => "document".to_owned(),
        Numbers::Alike => "document_digits".to_owned(),
        Numbers::Different | Numbers::Unknown => best
            .as_ref()
            .map_or_else(String::new, |best| best.matched.rule.to_owned()),
    };
    Some(Judged {
        basis,
        severity,
        matched_name: best
            .as_ref()
            .map_or(entry.name.as_str(), |best| best.name)
            .to_owned(),
        score,
        rule,
        features: Features {
            name: rounded(best.as_ref().map_or(0.0, |best| best.matched.score)),
            name_features: best
                .as_ref()
                .and_then(|best| serde_json::to_value(best.matched.features).ok())
                .unwrap_or_default(),
            name_strength: best
                .and_then(|best| best.strength)
                .map_or("primary", AliasStrength::as_str)
                .to_owned(),
            birth,
            document: numbers,
            same_country,
        },
    })
}

/// The name of an entry that is most like the subject's; of equals the first.
fn best_name<'a>(subject: &Subject, entry: &'a Entry, birth: Birth) -> Option<Best<'a>> {
    let comparable = (subject.kind == NameKind::Person) == (entry.kind.name_kind() == NameKind::Person);
    let own = subject.name.as_deref().filter(|_| comparable)?;
    let own = Name::new(own, entry.kind.name_kind());
    let supported = matches!(birth, Birth::Same | Birth::Within);
    let mut best: Option<Best<'a>> = None;
    for (name, strength) in entry.names() {
        let matched = own.compare(&Name::new(name, entry.kind.name_kind()));
        let trusted = if strength == Some(AliasStrength::Weak) && !supported {
            WEAK_ALIAS
        } else {
            1.0
        };
        let score = matched.score * trusted;
        if best.as_ref().is_none_or(|best| best.score < score) {
            best = Some(Best {
                name,
                strength,
                matched,
                score,
            });
        }
    }
    best
}

fn lifted(score: f64, part: f64) -> f64 {
    score + (1.0 - score) * part
}

fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

/// The versions of all rules that judge.
pub fn algorithm() -> String {
    format!("{VERSION} {}", names::VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::{Class, Document, EntryKind, SubjectDocument};

    fn entry() -> Entry {
        let mut entry = Entry::new("7", EntryKind::Person, "FICTICIO INVENTADO, Jose Maria");
        entry.add_alias("EL INVENTO", AliasStrength::Weak, "aka");
        entry.birth_dates = vec!["1960-01-31".to_owned()];
        entry.countries = vec!["Colombia".to_owned()];
        entry.documents = vec![Document {
            kind: "cedula".to_owned(),
            number: "1.023.456.789".to_owned(),
            country: Some("Colombia".to_owned()),
        }];
        entry
    }

    fn person(name: &str) -> Subject {
        Subject {
            kind: NameKind::Person,
            name: Some(name.to_owned()),
            documents: Vec::new(),
            born: None,
            countries: Vec::new(),
        }
    }

    fn with_number(
        mut subject: Subject,
        class: Class,
        country: Option<&'static str>,
        number: &str,
    ) -> Subject {
        subject.documents.push(SubjectDocument {
            class,
            country,
            number: number.to_owned(),
        });
        subject
    }

    fn score(subject: &Subject) -> f64 {
        judge(subject, &entry(), NameMatching::Soft).map_or(0.0, |judged| judged.score)
    }

    #[test]
    fn a_name_is_lifted_by_a_birth_date_and_refuted_by_another() {
        let name = "Jose M. Ficticio Inventado";
        let alone = score(&person(name));
        assert!(alone > THRESHOLD && alone < 1.0, "{alone}");
        for (born, above, below) in [
            ("1960-01-31", alone, 1.1),
            ("1961-01-31", alone, 1.1),
            ("1964-05-05", 0.0, alone),
            ("1990-05-05", -0.1, 0.1),
        ] {
            let found = score(&Subject {
                born: Some(born.to_owned()),
                ..person(name)
            });
            assert!(found > above && found < below, "{born}: {found}, alone {alone}");
        }
    }

    #[test]
    fn an_exact_name_of_another_age_is_another_person() {
        let subject = Subject {
            born: Some("1999-12-31".to_owned()),
            ..person("José María Ficticio Inventado")
        };
        assert_eq!(judge(&subject, &entry(), NameMatching::Exact), None);
    }

    #[test]
    fn the_same_number_decides_under_any_name() {
        let subject = with_number(person("Somebody Else"), Class::National, Some("CO"), "1023456789");
        let judged = judge(&subject, &entry(), NameMatching::Exact).unwrap();
        assert_eq!((judged.basis, judged.severity), (Basis::Id, Severity::VeryHigh));
        assert_eq!(
            (judged.rule.as_str(), judged.features.document),
            ("document", Numbers::Same)
        );
    }

    #[test]
    fn the_same_digits_elsewhere_need_a_name() {
        let elsewhere = |name| with_number(person(name), Class::Passport, Some("PE"), "1023456789");
        assert_eq!(
            judge(&elsewhere("Somebody Else"), &entry(), NameMatching::Soft),
            None
        );
        let judged = judge(
            &elsewhere("Jose Ficticio Inventado"),
            &entry(),
            NameMatching::Soft,
        )
        .unwrap();
        assert_eq!(
            (judged.basis, judged.features.document),
            (Basis::Id, Numbers::Alike)
        );
    }

    #[test]
    fn another_lifelong_number_of_the_country_is_another_person() {
        let subject = with_number(
            person("Jose Maria Ficticio Inventado"),
            Class::National,
            Some("CO"),
            "1099999999",
        );
        assert_eq!(judge(&subject, &entry(), NameMatching::Soft), None);
    }

    #[test]
    fn a_persons_nit_is_the_cedula_and_a_digit() {
        let mut listed = entry();
        listed.documents = vec![Document {
            kind: "nit".to_owned(),
            number: "800197268-4".to_owned(),
            country: Some("Colombia".to_owned()),
        }];
        let subject = with_number(
            person("Somebody Else"),
            Class::National,
            Some("CO"),
            "800.197.268",
        );
        assert_eq!(
            judge(&subject, &listed, NameMatching::Soft).map(|judged| judged.features.document),
            Some(Numbers::Same)
        );
    }

    #[test]
    fn a_weak_alias_alone_is_a_hint() {
        let judged = judge(&person("El Invento"), &entry(), NameMatching::Soft).unwrap();
        assert_eq!(judged.severity, Severity::Medium);
        assert_eq!(judged.matched_name, "EL INVENTO");
    }

    #[test]
    fn persons_are_no_companies() {
        let company = Subject {
            kind: NameKind::Org,
            ..person("Jose Maria Ficticio Inventado")
        };
        assert_eq!(judge(&company, &entry(), NameMatching::Soft), None);
    }
}
