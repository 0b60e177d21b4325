//! Reading a source's JSON by its map.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cotejo_domain::{
    checks::{
        Basis, DataSet, Facts, Finding, ResultKind, Severity, Table,
        facts::{CompanyFacts, CompanyStatus, PersonFacts},
    },
    time::parse_date,
};
use serde_json::Value;

use super::{broken, config::AnswerMap};
use crate::port::{Attachment, AttachmentKind, Query, Report, SourceError};

/// Most records of one answer that are kept.
const RECORDS: usize = 500;

/// Most files of one answer that are kept.
const FILES: usize = 10;

/// What an answer says. An explicit "not found" and an explicit record are the only things that are read out of it:
/// an answer in which the record's place is missing is no clean answer but a broken one.
pub(super) fn interpret(map: &AnswerMap, body: &Value, query: Query<'_>) -> Result<Report, SourceError> {
    if let Some(found) = &map.found
        && !is_truthy(body.pointer(found))
    {
        return Ok(Report::default());
    }
    let basis = if query.source.by.contains(&Basis::Id) {
        Basis::Id
    } else {
        Basis::Name
    };
    let facts = facts(map, body);
    let person = facts.person.clone().unwrap_or_default();
    let finding = |data_set: DataSet, severity: Severity, tables: Vec<Table>| Finding {
        data_set,
        basis,
        result: ResultKind::Found,
        severity,
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        company_name: facts
            .company
            .as_ref()
            .map(|company| company.name.clone())
            .unwrap_or_default(),
        tables,
        evidence: None,
    };
    let records: &[Value] = match &map.records {
        None => &[],
        Some(pointer) => match body.pointer(pointer) {
            Some(Value::Array(records)) => records,
            _ => return Err(broken("its answer has no records where its map says")),
        },
    };
    let mut findings = Vec::new();
    for data_set in query.source.data_sets.iter().copied() {
        if records.is_empty() {
            findings.push(finding(data_set, Severity::None, Vec::new()));
        }
        for record in records.iter().take(RECORDS) {
            findings.push(finding(data_set, severity(map, record)?, tables(map, record)));
        }
    }
    Ok(Report {
        findings,
        facts,
        attachments: attachments(map, body, query)?,
    })
}

/// The files that an answer carries, in Base64. One that is neither a PDF nor a picture breaks the answer, as a record
/// that cannot be read does.
fn attachments(map: &AnswerMap, body: &Value, query: Query<'_>) -> Result<Vec<Attachment>, SourceError> {
    let Some(pointer) = &map.files else {
        return Ok(Vec::new());
    };
    let files: &[Value] = match body.pointer(pointer) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(files)) => files,
        Some(_) => return Err(broken("its files are no list")),
    };
    let text = |file: &Value, pointer: &Option<String>| {
        let value = pointer.as_ref().and_then(|pointer| file.pointer(pointer));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    let Some(data_set) = query.source.data_sets.first().copied() else {
        return Ok(Vec::new());
    };
    (1..)
        .zip(files.iter().take(FILES))
        .map(|(number, file)| {
            let encoded = text(file, &map.file_content).ok_or_else(|| broken("a file has no content"))?;
            let content = STANDARD
                .decode(encoded.trim())
                .map_err(|_| broken("a file is not Base64"))?;
            let kind = AttachmentKind::sniff(&content)
                .ok_or_else(|| broken("a file is neither a PDF nor a picture"))?;
            let named = text(file, &map.file_name).filter(|name| !name.trim().is_empty());
            Ok(Attachment {
                data_set,
                name: named.unwrap_or_else(|| format!("{}-{number}", query.source.key)),
                kind,
                content,
            })
        })
        .collect()
}

fn is_truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(members)) => !members.is_empty(),
    }
}

fn severity(map: &AnswerMap, record: &Value) -> Result<Severity, SourceError> {
    match &map.severity {
        None => Ok(Severity::High),
        Some(pointer) if pointer.starts_with('/') => record
            .pointer(pointer)
            .and_then(Value::as_str)
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| broken("a record has no severity where its map says")),
        Some(text) => text
            .parse()
            .map_err(|_| broken("its map has an unknown severity")),
    }
}

fn tables(map: &AnswerMap, record: &Value) -> Vec<Table> {
    if map.cells.is_empty() {
        return Vec::new();
    }
    let cells = map.cells.iter().map(|(label, pointer)| {
        let value = match record.pointer(pointer) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        (label.as_str(), value)
    });
    vec![Table::one_row(map.title.as_deref().unwrap_or_default(), cells)]
}

fn facts(map: &AnswerMap, body: &Value) -> Facts {
    let text = |pointer: &Option<String>| {
        pointer
            .as_ref()
            .and_then(|pointer| body.pointer(pointer))
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let date = |pointer| {
        text(pointer)
            .as_deref()
            .and_then(|day| parse_date(day.get(..10).unwrap_or(day)))
    };
    let person = PersonFacts {
        first_name: text(&map.first_name).unwrap_or_default(),
        last_name: text(&map.last_name).unwrap_or_default(),
        date_of_birth: date(&map.date_of_birth),
        death_date: date(&map.death_date),
        issue_date: date(&map.issue_date),
        gender: text(&map.gender).map(|gender| gender.to_lowercase()),
        ..PersonFacts::default()
    };
    let status = text(&map.company_status).and_then(|status| status.parse().ok());
    let company = text(&map.company_name).map(|name| CompanyFacts {
        name,
        status: status.unwrap_or(CompanyStatus::Found),
        tax_id: None,
    });
    Facts {
        person: (person != PersonFacts::default()).then_some(person),
        company,
        vehicle: None,
    }
}
