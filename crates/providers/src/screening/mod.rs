//! The watchlist driver: screens documents and names against the lists that were loaded.

use async_trait::async_trait;
use cotejo_domain::{
    checks::{
        Basis, CheckType, DataSet, Finding, InputField, Inputs, ResultKind, Severity, Table, inputs::Kind,
    },
    names::{self, NameKind, NameMatch},
};
use cotejo_store::watchlists::Candidate;
use sqlx::{PgConnection, PgPool};

use crate::port::{Answer, DataSource, Query, Report, SourceError};

/// Most names that share a token with the question and are compared with it.
const CANDIDATES: i64 = 500;

/// Answers for sources of driver `watchlist`.
#[derive(Debug, Clone)]
pub struct Screening {
    pool: PgPool,
}

impl Screening {
    /// Screens against the lists in this database.
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

/// A listed entry that the subject may be.
struct Hit {
    basis: Basis,
    severity: Severity,
    candidate: Candidate,
    /// What decided: a document's number, or the rule that matched the names, with its score.
    reason: String,
}

#[async_trait]
impl DataSource for Screening {
    async fn ask(&self, query: Query<'_>) -> Result<Answer, SourceError> {
        let Some(list) = query.source.list.as_deref() else {
            return Ok(Answer::NotConfigured);
        };
        let mut conn = self.pool.acquire().await.map_err(SourceError::Store)?;
        let hits = loop {
            let version = current(&mut conn, list).await?;
            let Some(version) = version else {
                return Ok(Answer::NotConfigured);
            };
            let hits = hits(&mut conn, version, query).await?;
            // A load that switched meanwhile took the entries of this version away: that nobody was found proves
            // nothing then.
            if current(&mut conn, list).await? == Some(version) {
                break hits;
            }
        };
        let findings = query
            .source
            .data_sets
            .iter()
            .flat_map(|data_set| hits.iter().map(|hit| finding(*data_set, query.check_type, hit)))
            .collect();
        Ok(Answer::Report(Report {
            findings,
            ..Report::default()
        }))
    }
}

async fn current(conn: &mut PgConnection, list: &str) -> Result<Option<i64>, SourceError> {
    cotejo_store::watchlists::current(conn, list)
        .await
        .map_err(SourceError::Store)
}

/// The entries of a version that the subject may be.
async fn hits(conn: &mut PgConnection, version: i64, query: Query<'_>) -> Result<Vec<Hit>, SourceError> {
    let mut hits = Vec::new();
    for number in numbers(query.inputs) {
        let found = cotejo_store::watchlists::by_document(&mut *conn, version, &number).await;
        hits.extend(
            found
                .map_err(SourceError::Store)?
                .into_iter()
                .map(|candidate| Hit {
                    basis: Basis::Id,
                    severity: Severity::VeryHigh,
                    candidate,
                    reason: "document number".to_owned(),
                }),
        );
    }
    if let Some((name, kind)) = name(query.check_type, query.inputs) {
        let tokens = names::tokens(&name, kind);
        if !tokens.is_empty() {
            let candidates = cotejo_store::watchlists::by_tokens(conn, version, &tokens, CANDIDATES).await;
            hits.extend(by_name(
                &name,
                kind,
                candidates.map_err(SourceError::Store)?,
                query,
            ));
        }
    }
    Ok(hits)
}

/// The numbers of the subject as lists keep them: letters and digits, upper case.
fn numbers(inputs: &Inputs) -> Vec<String> {
    const NOT_A_DOCUMENT: &[InputField] = &[
        InputField::LicensePlate,
        InputField::VerificationCode,
        InputField::CertificateFolio,
        InputField::StateId,
        InputField::Escrow,
    ];
    inputs
        .iter()
        .filter(|(field, _)| field.kind() == Kind::Number && !NOT_A_DOCUMENT.contains(field))
        .map(|(_, value)| normalize(value))
        // Shorter numbers are shared by strangers.
        .filter(|number| number.len() >= 5)
        .collect()
}

/// A document number without separators, upper case.
pub fn normalize(number: &str) -> String {
    number
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn name(check_type: CheckType, inputs: &Inputs) -> Option<(String, NameKind)> {
    match check_type {
        CheckType::Company => inputs
            .get(InputField::CompanyName)
            .map(|name| (name.to_owned(), NameKind::Org)),
        CheckType::Person | CheckType::Vehicle => inputs.full_name().map(|name| (name, NameKind::Person)),
    }
}

/// The candidates whose name is accepted, each entry once, with its best name.
fn by_name(name: &str, kind: NameKind, candidates: Vec<Candidate>, query: Query<'_>) -> Vec<Hit> {
    let mut best: Vec<(NameMatch, Candidate)> = Vec::new();
    for candidate in candidates {
        let person = candidate.kind == "person";
        if person != (kind == NameKind::Person) {
            continue;
        }
        let compared = names::compare(name, &candidate.name, kind);
        if !compared.accepted(query.names) {
            continue;
        }
        match best.iter_mut().find(|(_, known)| known.entry == candidate.entry) {
            Some(known) if known.0.score < compared.score => *known = (compared, candidate),
            Some(_) => {}
            None => best.push((compared, candidate)),
        }
    }
    best.into_iter()
        .map(|(compared, candidate)| Hit {
            basis: Basis::Name,
            severity: match (compared.exact, candidate.strength.as_str()) {
                (_, "weak") => Severity::Medium,
                (true, _) => Severity::VeryHigh,
                (false, _) => Severity::High,
            },
            reason: format!("{} ({:.3}, {})", compared.rule, compared.score, names::VERSION),
            candidate,
        })
        .collect()
}

fn finding(data_set: DataSet, check_type: CheckType, hit: &Hit) -> Finding {
    let candidate = &hit.candidate;
    let details: serde_json::Value = serde_json::from_str(&candidate.details).unwrap_or_default();
    let list = |name: &str| {
        let values = details
            .get(name)
            .and_then(|value| value.as_array())
            .into_iter()
            .flatten();
        values
            .filter_map(|value| value.as_str())
            .collect::<Vec<_>>()
            .join("; ")
    };
    let cells = [
        ("Entry", candidate.entry.clone()),
        ("Name", candidate.primary.clone()),
        (
            "Matched name",
            format!("{} ({})", candidate.name, candidate.strength),
        ),
        ("Matched by", hit.reason.clone()),
        ("Programs", list("programs")),
        ("Birth dates", list("birth_dates")),
        ("Countries", list("countries")),
        (
            "Remarks",
            details
                .get("remarks")
                .and_then(|value| value.as_str())
                .unwrap_or_default()
                .to_owned(),
        ),
    ];
    let tables = vec![Table::one_row(
        "Match",
        cells.into_iter().filter(|(_, value)| !value.is_empty()),
    )];
    let (person, company) = match check_type {
        CheckType::Company => (String::new(), candidate.primary.clone()),
        CheckType::Person | CheckType::Vehicle => (candidate.primary.clone(), String::new()),
    };
    let (last_name, first_name) = match person.split_once(", ") {
        Some((last, first)) => (last.to_owned(), first.to_owned()),
        None => (String::new(), person),
    };
    Finding {
        data_set,
        basis: hit.basis,
        result: ResultKind::Found,
        severity: hit.severity,
        first_name,
        last_name,
        company_name: company,
        tables,
    }
}
