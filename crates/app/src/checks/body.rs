//! A check as the wire prints it (`contract/checks-wire.md` §4.2).
//!
//! Finished checks are rendered once and stored as text; what a key of version 0 sees is a projection of that text.

use cotejo_domain::{
    checks::{
        Check, CheckStatus, CheckType, DataSet, InputField, Inputs, Mark, Run, RunStatus,
        facts::{CompanyStatus, VehicleFacts},
        inputs::Kind,
        scoring::{self, DataSetScore, Score, Scored},
        summary::{self, IdentityStatus, SummaryResult},
    },
    sources::Catalogue,
    time::{date_on_the_wire, parse_date},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// Changes when the renderer does; bodies of another version are rendered anew when they are read.
pub const RENDER_VERSION: i16 = 1;

/// A background check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Check)]
pub struct CheckBody<'a> {
    /// Background check ID
    #[schema(example = "CHK0190f5c3a1b27c3d8e4f5a6b7c8d9e0f")]
    pub check_id: String,
    /// Billing hub the check belongs to
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_hub: Option<String>,
    /// The company, once processing has started
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_summary: Option<CompanySummaryBody>,
    /// Country of the check
    #[schema(example = "CO")]
    pub country: String,
    /// RFC 3339 with nanoseconds
    #[schema(example = "2026-01-02T03:04:05.123456789Z")]
    pub creation_date: String,
    /// The inputs that were given
    #[serde(flatten)]
    pub inputs: EchoedInputs<'a>,
    /// Score of what is tied to the subject by name alone (keys of version 1; `homonym_score` for version 0)
    #[schema(value_type = f64, example = 1)]
    pub name_score: Score,
    /// Score of what is tied to the subject by document
    #[schema(value_type = f64, example = 1)]
    pub id_score: Score,
    /// The newest earlier check of the same inputs
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_check: Option<String>,
    /// Report the check is in
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_id: Option<String>,
    /// Between 0 and 1, where 1 is the best; -1 before processing starts
    #[schema(value_type = f64, example = 1)]
    pub score: Score,
    /// One entry a data set, once processing has started
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<Vec<DataSetScoreBody>>,
    /// Where the check stands
    #[schema(value_type = CheckStatusSchema)]
    pub status: CheckStatus,
    /// One entry a source and data set, once processing has started
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statuses: Option<Vec<StatusBody<'a>>>,
    /// The person, once processing has started
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<PersonSummaryBody>,
    /// What is checked
    #[serde(rename = "type")]
    #[schema(example = "person")]
    pub check_type: String,
    /// RFC 3339 to the second
    #[schema(example = "2026-01-02T03:04:09Z")]
    pub update_date: String,
    /// The vehicle, once processing has started
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle_summary: Option<VehicleSummaryBody>,
    /// Inputs that differ from what the registries know
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wrong_inputs: Vec<WrongInput>,
}

/// Result of a data set, or of one side of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreBody {
    /// Found if anything was found, else the most frequent result
    #[schema(value_type = ResultKindSchema)]
    result: cotejo_domain::checks::ResultKind,
    /// Between 0 and 1, where 1 is the best
    #[schema(value_type = f64)]
    score: Score,
    /// Risk of what was found
    #[schema(value_type = SeveritySchema)]
    severity: cotejo_domain::checks::Severity,
}

/// Score of a data set.
#[derive(Debug, Serialize, ToSchema)]
pub struct DataSetScoreBody {
    /// The data set
    #[schema(value_type = DataSetSchema)]
    data_set: DataSet,
    #[serde(flatten)]
    overall: ScoreBody,
    /// By document
    by_id: ScoreBody,
    /// By name
    by_name: ScoreBody,
}

/// How one source fares.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusBody<'a> {
    /// The source; stable for ever
    database_id: &'a str,
    /// Its name
    database_name: &'a str,
    /// The data set; absent where an input kept the source from being asked
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DataSetSchema>)]
    data_set: Option<DataSet>,
    /// Missing or wrong inputs
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    invalid_inputs: Vec<InputField>,
    /// Where it stands
    #[schema(value_type = RunStatusSchema)]
    status: RunStatus,
}

/// A name and how many sources know it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NameFound {
    first_name: String,
    last_name: String,
    count: usize,
}

/// A company's name and how many sources know it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanyNameFound {
    company_name: String,
    count: usize,
}

/// What the sources know of the person.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonSummaryBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    date_of_birth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    death_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drivers_license: Option<DriversLicense>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<String>,
    #[schema(value_type = IdentityStatusSchema)]
    identity_status: IdentityStatus,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    names_found: Vec<NameFound>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nss: Option<String>,
    #[schema(value_type = SummaryResultSchema)]
    result: SummaryResult,
    #[serde(skip_serializing_if = "Option::is_none")]
    rfc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_id: Option<String>,
}

/// The categories of a driving licence.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriversLicense {
    categories: Vec<LicenseCategory>,
}

/// A category of a driving licence.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenseCategory {
    category: String,
}

/// What the sources know of the company.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompanySummaryBody {
    #[schema(value_type = CompanyStatusSchema)]
    company_status: CompanyStatus,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    names_found: Vec<CompanyNameFound>,
    #[schema(value_type = SummaryResultSchema)]
    result: SummaryResult,
}

/// What the sources know of the vehicle.
#[derive(Debug, Serialize, ToSchema)]
pub struct VehicleSummaryBody {
    #[serde(flatten)]
    #[schema(value_type = VehicleFactsSchema)]
    facts: VehicleFacts,
    #[schema(value_type = SummaryResultSchema)]
    result: SummaryResult,
    /// `found` or `not_found`
    vehicle_status: &'static str,
}

/// An input that differs from what the registries know.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrongInput {
    /// `document_expedition_date`, `first_name`, `last_name` or `tax_id`
    #[serde(rename = "Input")]
    input: &'static str,
}

/// The vehicle's particulars.
#[derive(ToSchema)]
#[schema(as = VehicleFacts)]
#[expect(dead_code, reason = "the schema of a domain type that knows nothing of specs")]
struct VehicleFactsSchema {
    license_plate: Option<String>,
    vehicle_id: Option<String>,
    manufacturer: Option<String>,
    model: Option<String>,
    year: Option<u16>,
    color: Option<String>,
    capacity: Option<u16>,
    number_of_doors: Option<u16>,
    service_type: Option<String>,
    vehicle_category: Option<String>,
    vehicle_type: Option<String>,
    obligatory_insurance_status: Option<String>,
    /// YYYY-MM-DD
    obligatory_insurance_expiration_date: Option<String>,
}

macro_rules! enum_schemas {
    ($($name:ident = $of:ty, $shown:literal;)+) => {$(
        #[doc = concat!("Schema of ", $shown, ".")]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let values = <$of>::ALL.iter().map(|value| value.as_str());
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                $shown.into()
            }
        }
    )+};
}

enum_schemas! {
    CheckStatusSchema = CheckStatus, "CheckStatus";
    RunStatusSchema = RunStatus, "DatabaseStatus";
    DataSetSchema = DataSet, "DataSet";
    SeveritySchema = cotejo_domain::checks::Severity, "Severity";
    ResultKindSchema = cotejo_domain::checks::ResultKind, "Result";
    SummaryResultSchema = SummaryResult, "SummaryResult";
    IdentityStatusSchema = IdentityStatus, "IdentityStatus";
    CompanyStatusSchema = CompanyStatus, "CompanyStatus";
}

/// The inputs as they are echoed: dates as instants, the country of birth in lower case, the rest as sent.
#[derive(Debug)]
pub struct EchoedInputs<'a>(&'a Inputs);

impl Serialize for EchoedInputs<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|(field, value)| (field.as_str(), echo(field, value))),
        )
    }
}

fn echo(field: InputField, value: &str) -> String {
    match field.kind() {
        Kind::Date => parse_date(value).map_or_else(|| value.to_owned(), date_on_the_wire),
        _ if field == InputField::NativeCountry => value.to_lowercase(),
        _ => value.to_owned(),
    }
}

impl PartialSchema for EchoedInputs<'_> {
    fn schema() -> RefOr<Schema> {
        let input = |object: ObjectBuilder, field: &InputField| {
            let text = ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some(field.description()));
            object.property(field.as_str(), text)
        };
        InputField::ALL.iter().fold(ObjectBuilder::new(), input).into()
    }
}

impl ToSchema for EchoedInputs<'_> {
    fn name() -> std::borrow::Cow<'static, str> {
        "EchoedInputs".into()
    }
}

/// Renders a check from its runs; before it has started there are none, and nothing but the inputs is shown.
pub fn check_body<'a>(catalogue: &'a Catalogue, check: &'a Check, runs: &'a [Run]) -> CheckBody<'a> {
    let started = check.status != CheckStatus::NotStarted;
    let mut body = CheckBody {
        check_id: check.id.to_string(),
        billing_hub: check.billing_hub.map(|hub| hub.to_string()),
        company_summary: None,
        country: check.country.to_string(),
        creation_date: check.created.rfc3339_nanos(),
        inputs: EchoedInputs(&check.inputs),
        name_score: Score::ZERO,
        id_score: Score::ZERO,
        previous_check: check.previous.map(|id| id.to_string()),
        report_id: check.report.map(|id| id.to_string()),
        score: Score::NONE,
        scores: None,
        status: check.status,
        statuses: None,
        summary: None,
        check_type: check.type_name().to_owned(),
        update_date: check.updated.rfc3339_seconds(),
        vehicle_summary: None,
        wrong_inputs: Vec::new(),
    };
    if started {
        let scores = scoring::score(check.check_type, runs, check.weights());
        body.name_score = scores.name_score;
        body.id_score = scores.id_score;
        body.score = scores.score;
        body.scores = Some(scores.data_sets.iter().map(data_set_body).collect());
        body.statuses = Some(runs.iter().map(|run| status_body(catalogue, run)).collect());
        summaries(&mut body, check.check_type, check.status, runs);
        body.wrong_inputs = summary::wrong_inputs(&check.inputs, runs)
            .into_iter()
            .map(|input| WrongInput { input })
            .collect();
    }
    body
}

/// The JSON text of a check.
pub fn render(catalogue: &Catalogue, check: &Check, runs: &[Run]) -> String {
    serde_json::to_string(&check_body(catalogue, check, runs))
        .expect("a body has text keys and finite numbers")
}

fn score_body(scored: Scored) -> ScoreBody {
    let Mark { result, severity } = scored.mark;
    ScoreBody {
        result,
        score: scored.score,
        severity,
    }
}

fn data_set_body(entry: &DataSetScore) -> DataSetScoreBody {
    DataSetScoreBody {
        data_set: entry.data_set,
        overall: score_body(entry.overall),
        by_id: score_body(entry.by_id),
        by_name: score_body(entry.by_name),
    }
}

fn status_body<'a>(catalogue: &'a Catalogue, run: &'a Run) -> StatusBody<'a> {
    // A source that a later release no longer has keeps its runs; its key is all that is known of it.
    let source = catalogue.get(&run.source);
    StatusBody {
        database_id: source.map_or("", |source| &source.database_id),
        database_name: source.map_or(&run.source, |source| &source.name),
        data_set: run.data_set,
        invalid_inputs: run.invalid_inputs.clone(),
        status: run.status,
    }
}

fn summaries(body: &mut CheckBody<'_>, check_type: CheckType, status: CheckStatus, runs: &[Run]) {
    let summaries = summary::summarize(check_type, status, runs);
    let person = summaries.person;
    let categories: Vec<_> = person
        .facts
        .licence_categories
        .into_iter()
        .map(|category| LicenseCategory { category })
        .collect();
    body.summary = Some(PersonSummaryBody {
        date_of_birth: person.facts.date_of_birth.map(date_on_the_wire),
        death_date: person.facts.death_date.map(date_on_the_wire),
        drivers_license: (!categories.is_empty()).then_some(DriversLicense { categories }),
        gender: person.facts.gender,
        identity_status: person.identity_status,
        names_found: person
            .names_found
            .into_iter()
            .map(|((first_name, last_name), count)| NameFound {
                first_name,
                last_name,
                count,
            })
            .collect(),
        nss: person.facts.nss,
        result: person.result,
        rfc: person.facts.rfc,
        tax_id: person.facts.tax_id,
    });
    body.company_summary = Some(CompanySummaryBody {
        company_status: summaries.company.status,
        names_found: summaries
            .company
            .names_found
            .into_iter()
            .map(|(company_name, count)| CompanyNameFound { company_name, count })
            .collect(),
        result: summaries.company.result,
    });
    let vehicle = summaries.vehicle;
    body.vehicle_summary = Some(VehicleSummaryBody {
        vehicle_status: if vehicle.result == SummaryResult::Found {
            "found"
        } else {
            "not_found"
        },
        facts: vehicle.facts,
        result: vehicle.result,
    });
}

/// The envelope of one check, with its links.
pub fn envelope(id: cotejo_domain::ids::CheckId, body: &str) -> String {
    format!(r#"{{"check":{body},"details":"/v1/checks/{id}/details","self":"/v1/checks/{id}"}}"#)
}

/// What a key of version 0 sees: `homonym_score` and `homonym_scores` instead of `name_score`, and no `result` in the
/// summaries.
pub fn for_version_0(body: &str) -> String {
    let Ok(Value::Object(mut check)) = serde_json::from_str::<Value>(body) else {
        return body.to_owned();
    };
    if let Some(score) = check.remove("name_score") {
        check.insert("homonym_score".to_owned(), score);
    }
    for summary in ["summary", "company_summary", "vehicle_summary"] {
        if let Some(Value::Object(summary)) = check.get_mut(summary) {
            summary.remove("result");
        }
    }
    if let Some(Value::Array(scores)) = check.get("scores") {
        let homonyms: Vec<Value> = scores
            .iter()
            .filter_map(|entry| {
                let mut by_name: Map<String, Value> = entry.get("by_name")?.as_object()?.clone();
                by_name.insert("data_set".to_owned(), entry.get("data_set")?.clone());
                Some(Value::Object(by_name))
            })
            .collect();
        check.insert("homonym_scores".to_owned(), Value::Array(homonyms));
    }
    Value::Object(check).to_string()
}
