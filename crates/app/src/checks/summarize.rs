//! A check in a few sentences, and as variables for whoever writes rules or letters.

use std::collections::BTreeMap;

use cotejo_domain::{
    checks::{
        Basis, CheckType, DataSet, ResultKind, Severity,
        digest::{Highlight, digest},
        facts::VehicleFacts,
    },
    country::Country,
    ids::CheckId,
    language::Language,
    permissions::Permission,
    time::date_on_the_wire,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::{CheckStatusSchema, DataSetSchema, SeveritySchema},
    dossier::{Known, language, unmasked},
};
use crate::{App, AppResult, access::Caller};

/// A check in a few sentences.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckSummary)]
pub struct SummaryBody {
    /// Background check ID
    #[schema(value_type = String)]
    check_id: CheckId,
    /// Language of the texts
    #[schema(value_type = String, example = "es")]
    language: Language,
    /// A few sentences
    summary: String,
    /// What deserves to be looked at first, the worst first
    #[schema(value_type = Vec<HighlightSchema>)]
    highlights: Vec<Highlight>,
}

/// One thing to look at.
#[derive(ToSchema)]
#[schema(as = CheckHighlight)]
#[expect(dead_code, reason = "the schema of a domain type that knows nothing of specs")]
pub struct HighlightSchema {
    /// Where it belongs
    #[schema(value_type = DataSetSchema)]
    data_set: DataSet,
    /// How bad it is; `unknown` for a source that failed
    #[schema(value_type = SeveritySchema)]
    severity: Severity,
    /// The source and what it shows, or that it failed
    text: String,
}

/// A check as variables.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckVariables)]
pub struct VariablesBody {
    /// Background check ID
    #[schema(value_type = String)]
    check_id: CheckId,
    /// Path of the check
    check: String,
    /// Path of its details
    details: String,
    /// Country of the check
    #[schema(value_type = String, example = "CO")]
    country: Country,
    /// Where the check stands
    #[schema(value_type = CheckStatusSchema)]
    check_status: cotejo_domain::checks::CheckStatus,
    /// `completed` once nothing will change any more
    variables_status: &'static str,
    /// Score of the check
    #[schema(value_type = f64)]
    score: cotejo_domain::checks::scoring::Score,
    /// The person, where it is about one
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<SubjectVariables>,
    /// The company, where it is about one
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<SubjectVariables>,
    /// The vehicle, where it is about one
    #[serde(skip_serializing_if = "Option::is_none")]
    vehicle: Option<SubjectVariables>,
}

/// What is known of a subject.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectVariables {
    /// What the registries know: names, dates, standing
    #[serde(flatten)]
    #[schema(value_type = Object)]
    facts: BTreeMap<&'static str, serde_json::Value>,
    /// Records of police, prosecutors and prisons; empty for none
    criminal_records: BTreeMap<&'static str, serde_json::Value>,
    /// Records of courts and disciplinary bodies; empty for none
    legal_records: BTreeMap<&'static str, serde_json::Value>,
    /// Entries of sanctions and wanted lists; empty for none
    international_records: BTreeMap<&'static str, serde_json::Value>,
}

impl App {
    /// Tells a check in a few sentences, in Spanish unless another language is asked for.
    pub async fn summarize_check(
        &self,
        caller: &Caller,
        id: CheckId,
        lang: Option<&str>,
    ) -> AppResult<SummaryBody> {
        caller.require(Permission::ChecksRead)?;
        unmasked(caller)?;
        let language = language(lang, Language::Es)?;
        let known = self.known(caller.client().id, id).await?;
        let digest = digest(&known.dossier(self), language);
        Ok(SummaryBody {
            check_id: id,
            language,
            summary: digest.summary,
            highlights: digest.highlights,
        })
    }

    /// Tells a check as variables.
    pub async fn check_variables(&self, caller: &Caller, id: CheckId) -> AppResult<VariablesBody> {
        caller.require(Permission::ChecksRead)?;
        let known = self.known(caller.client().id, id).await?;
        let check = &known.check;
        let of = |kind: CheckType| (check.check_type == kind).then(|| subject(&known, self));
        Ok(VariablesBody {
            check_id: id,
            check: format!("/v1/checks/{id}"),
            details: format!("/v1/checks/{id}/details"),
            country: check.country,
            check_status: check.status,
            variables_status: if check.status.is_final() {
                "completed"
            } else {
                "in_progress"
            },
            score: known.scores.score,
            person: of(CheckType::Person),
            company: of(CheckType::Company),
            vehicle: of(CheckType::Vehicle),
        })
    }
}

fn subject(known: &Known, app: &App) -> SubjectVariables {
    SubjectVariables {
        facts: facts(known, app),
        criminal_records: records(known, DataSet::CriminalRecord),
        legal_records: records(known, DataSet::LegalBackground),
        international_records: records(known, DataSet::InternationalBackground),
    }
}

fn facts(known: &Known, app: &App) -> BTreeMap<&'static str, serde_json::Value> {
    let summaries = known.dossier(app).summaries();
    let mut facts = BTreeMap::new();
    let mut add = |name, value: Option<String>| {
        if let Some(value) = value {
            facts.insert(name, value.into());
        }
    };
    match known.check.check_type {
        CheckType::Person => {
            let person = summaries.person;
            let named = person.names_found.into_iter().next().map(|(name, _)| name);
            let (first, last) = named.unzip();
            add("first_name", first);
            add("last_name", last);
            add("date_of_birth", person.facts.date_of_birth.map(date_on_the_wire));
            add("death_date", person.facts.death_date.map(date_on_the_wire));
            add("gender", person.facts.gender);
            add("tax_id", person.facts.tax_id);
            add("rfc", person.facts.rfc);
            add("nss", person.facts.nss);
            add("identity_status", Some(person.identity_status.to_string()));
        }
        CheckType::Company => {
            let named = summaries.company.names_found.into_iter().next();
            add("company_name", named.map(|(name, _)| name));
            add("company_status", Some(summaries.company.status.to_string()));
        }
        CheckType::Vehicle => {
            let VehicleFacts {
                license_plate,
                manufacturer,
                model,
                ..
            } = summaries.vehicle.facts;
            add("license_plate", license_plate);
            add("manufacturer", manufacturer);
            add("model", model);
        }
    }
    facts
}

/// How many records a data set has, the worst severity, and how many of them only the name ties to the subject.
fn records(known: &Known, data_set: DataSet) -> BTreeMap<&'static str, serde_json::Value> {
    let found = || {
        known.told.iter().map(|told| &told.finding).filter(|finding| {
            finding.data_set == data_set
                && finding.result == ResultKind::Found
                && finding.severity > Severity::None
        })
    };
    let Some(worst) = found().map(|finding| finding.severity).max() else {
        return BTreeMap::new();
    };
    let by_name = found().filter(|finding| finding.basis == Basis::Name).count();
    BTreeMap::from([
        ("count", found().count().into()),
        ("count_by_name", by_name.into()),
        ("severity", worst.as_str().into()),
    ])
}
