//! A hit as a finding of a check: what it counts for, and the tables that people read.

use cotejo_domain::{
    checks::{CheckType, DataSet, Finding, ResultKind, Severity, Table},
    screening::Evidence,
};

use super::Hit;

/// The finding of a hit. One that an exception keeps quiet is told and counts for nothing.
pub(super) fn of(data_set: DataSet, check_type: CheckType, hit: &Hit, evidence: &Evidence) -> Finding {
    let quiet = evidence.exception.is_some();
    let name = hit.entry.name.clone();
    let (person, company) = match check_type {
        CheckType::Company => (String::new(), name),
        CheckType::Person | CheckType::Vehicle => (name, String::new()),
    };
    let (last_name, first_name) = match person.split_once(", ") {
        Some((last, first)) => (last.to_owned(), first.to_owned()),
        None => (String::new(), person),
    };
    Finding {
        data_set,
        basis: hit.judged.basis,
        result: if quiet {
            ResultKind::NotFound
        } else {
            ResultKind::Found
        },
        severity: if quiet {
            Severity::None
        } else {
            hit.judged.severity
        },
        first_name,
        last_name,
        company_name: company,
        tables: vec![entry_table(hit), match_table(hit, evidence)],
        evidence: Some(evidence.clone()),
    }
}

fn table<'a>(title: &str, cells: impl IntoIterator<Item = (&'a str, String)>) -> Table {
    Table::one_row(title, cells.into_iter().filter(|(_, value)| !value.is_empty()))
}

/// What the list says.
fn entry_table(hit: &Hit) -> Table {
    let entry = &hit.entry;
    let documents = entry.documents.iter().map(|document| {
        let country = document.country.as_deref().map(|country| format!(" ({country})"));
        format!(
            "{} {}{}",
            document.kind,
            document.number,
            country.unwrap_or_default()
        )
    });
    let aliases = entry.aliases.iter().map(|alias| alias.name.clone());
    table(
        "Listed",
        [
            ("Entry", entry.entry_id.clone()),
            ("Kind", entry.kind.to_string()),
            ("Name", entry.name.clone()),
            ("Aliases", joined(aliases)),
            ("Programs", joined(entry.programs.iter().cloned())),
            ("Topics", joined(entry.topics.iter().cloned())),
            ("Birth dates", joined(entry.birth_dates.iter().cloned())),
            ("Documents", joined(documents)),
            ("Countries", joined(entry.countries.iter().cloned())),
            ("Listed on", entry.listed_on.clone().unwrap_or_default()),
            ("Remarks", entry.remarks.clone()),
        ],
    )
}

/// Why the subject is taken for it.
fn match_table(hit: &Hit, evidence: &Evidence) -> Table {
    let features = &evidence.features;
    table(
        "Match",
        [
            ("List", format!("{}, version {}", evidence.list, evidence.version)),
            (
                "Matched name",
                format!("{} ({})", evidence.matched_name, features.name_strength),
            ),
            ("Score", format!("{:.3}", evidence.score)),
            ("Rule", evidence.rule.clone()),
            ("Names", format!("{:.3}", features.name)),
            ("Dates of birth", features.birth.to_string()),
            ("Document numbers", features.document.to_string()),
            (
                "Same country",
                if features.same_country { "yes" } else { "no" }.to_owned(),
            ),
            ("Basis", hit.judged.basis.to_string()),
            ("Algorithm", evidence.algorithm.clone()),
            (
                "Set aside by",
                evidence.exception.map(|id| id.to_string()).unwrap_or_default(),
            ),
        ],
    )
}

/// So many values of a cell are shown; lists have entries with hundreds of names.
const SHOWN: usize = 30;

fn joined(values: impl Iterator<Item = String>) -> String {
    let values: Vec<_> = values.collect();
    let more = values.len().saturating_sub(SHOWN);
    let shown = values[..values.len() - more].join("; ");
    if more == 0 {
        shown
    } else {
        format!("{shown}; and {more} more")
    }
}
