//! The identifier driver: what a document says of itself, by its structure and check digits. A real answer, from
//! rules alone.

use async_trait::async_trait;
use cotejo_domain::{
    checks::{Basis, DataSet, Finding, InputField, ResultKind, Severity, Table, documents::examine},
    identifiers::{Check, Verdict},
};

use crate::port::{Answer, DataSource, Query, Report, SourceError};

/// Answers for sources of driver `identifier`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Identifier;

#[async_trait]
impl DataSource for Identifier {
    async fn ask(&self, query: Query<'_>) -> Result<Answer, SourceError> {
        let mut fields: Vec<InputField> = query.source.inputs.iter().flatten().copied().collect();
        fields.sort_unstable();
        fields.dedup();
        let findings = fields
            .into_iter()
            .filter_map(|field| examine(query.country, field, query.inputs).map(|check| (field, check)))
            .flat_map(|(field, check)| {
                query
                    .source
                    .data_sets
                    .iter()
                    .map(move |data_set| finding(*data_set, field, &check))
            })
            .collect();
        Ok(Answer::Report(Report {
            findings,
            ..Report::default()
        }))
    }
}

fn finding(data_set: DataSet, field: InputField, check: &Check) -> Finding {
    let facts = check.facts.iter().map(|(name, value)| (*name, value.clone()));
    let warnings = (!check.warnings.is_empty()).then(|| ("warnings", check.warnings.join(", ")));
    let number = check.formatted.clone().unwrap_or_default();
    let cells = [
        ("kind", check.kind.to_string()),
        ("number", number),
        ("verdict", check.verdict.to_string()),
    ];
    Finding {
        data_set,
        basis: Basis::Id,
        result: if check.is_acceptable() {
            ResultKind::Found
        } else {
            ResultKind::NotFound
        },
        severity: if check.verdict == Verdict::Invalid {
            Severity::VeryHigh
        } else {
            Severity::None
        },
        first_name: String::new(),
        last_name: String::new(),
        company_name: String::new(),
        tables: vec![Table::one_row(
            field.as_str(),
            cells.into_iter().chain(facts).chain(warnings),
        )],
        evidence: None,
    }
}
