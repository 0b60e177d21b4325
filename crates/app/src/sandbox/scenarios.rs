//! What can be sent in a sandbox, and what comes of it.

use std::sync::OnceLock;

use cotejo_domain::{
    checks::{CheckType, Inputs},
    country::Country,
    fields::{FieldErrors, Fields},
    permissions::Permission,
    processes::{self, FailureStatus},
};
use cotejo_providers::sandbox::{self, SCENARIOS, validations::fates};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::sandbox_of;
use crate::{App, AppResult, access::Caller};

/// What can be sent, and what comes of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScenariosBody {
    /// Ways to lead a request to an outcome
    pub scenarios: Vec<ScenarioBody>,
    /// People, companies and vehicles of whom nothing but good is known, with identifiers that are valid
    #[schema(value_type = Vec<Object>)]
    pub examples: Vec<Value>,
}

/// A way to lead a request to an outcome.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScenarioBody {
    /// The product
    pub product: &'static str,
    /// Its name
    pub name: &'static str,
    /// What happens
    pub description: &'static str,
    /// What to send with any request to make it happen: `custom_input` of a check, a part of the `account_id` of a validation or
    /// process
    pub custom_input: String,
    /// The last four digits of a document, before its check characters, that make it happen too: the check's, or the
    /// validation account's; empty where none do
    pub document_digits: &'static str,
    /// Whole requests that make it happen, one a country and type
    #[schema(value_type = Vec<Object>)]
    pub examples: Vec<Value>,
}

/// The catalogue of checks: made once, because it is the same for everybody.
fn check_scenarios() -> &'static [ScenarioBody] {
    static MADE: OnceLock<Vec<ScenarioBody>> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = SCENARIOS.iter().map(|scenario| ScenarioBody {
            product: "checks",
            name: scenario.name,
            description: scenario.description,
            custom_input: format!("scenario.{}", scenario.name),
            document_digits: scenario.suffix,
            examples: everywhere()
                .filter_map(|(country, check_type)| {
                    Some(request(
                        country,
                        check_type,
                        &sandbox::example(country, check_type, scenario)?,
                    ))
                })
                .collect(),
        });
        made.collect()
    })
}

/// The catalogue of validations.
fn validation_scenarios() -> impl Iterator<Item = ScenarioBody> {
    fates().iter().map(|scenario| ScenarioBody {
        product: "validators",
        name: scenario.name,
        description: &scenario.description,
        custom_input: format!("scenario.{}", scenario.name),
        document_digits: &scenario.digits,
        examples: Vec::new(),
    })
}

/// The catalogue of processes.
fn process_scenarios() -> impl Iterator<Item = ScenarioBody> {
    processes::scenarios().map(|(name, ending)| ScenarioBody {
        product: "digital_identity",
        name,
        description: match ending.failure() {
            Some(FailureStatus::Expired) => {
                "the process expires for this reason once the person has authorised"
            }
            Some(FailureStatus::Canceled) => {
                "the process is given up for this reason once the person has authorised"
            }
            _ => "the process is declined for this reason once the person has authorised",
        },
        custom_input: format!("scenario.{name}"),
        document_digits: "",
        examples: Vec::new(),
    })
}

/// Subjects of whom nothing but good is known, one a country and type.
fn check_examples() -> &'static [Value] {
    static MADE: OnceLock<Vec<Value>> = OnceLock::new();
    MADE.get_or_init(|| {
        everywhere()
            .flat_map(|(country, check_type)| {
                let samples = sandbox::samples(country, check_type, 1);
                samples
                    .into_iter()
                    .map(move |inputs| request(country, check_type, &inputs))
            })
            .collect()
    })
}

fn everywhere() -> impl Iterator<Item = (Country, CheckType)> {
    let types = |country: &'static Country| {
        CheckType::ALL
            .iter()
            .map(move |check_type| (*country, *check_type))
    };
    Country::ALL.iter().flat_map(types)
}

/// A request that could be sent as it is.
fn request(country: Country, check_type: CheckType, inputs: &Inputs) -> Value {
    let mut request = serde_json::to_value(inputs).unwrap_or_default();
    request["type"] = check_type.as_str().into();
    request["country"] = country.as_str().into();
    if check_type == CheckType::Person {
        request["user_authorized"] = true.into();
    }
    request
}

impl App {
    /// GET /v1/sandbox/scenarios: of a country or type, or all.
    pub fn scenarios(&self, caller: &Caller, query: &Fields) -> AppResult<ScenariosBody> {
        sandbox_of(caller, Permission::AccountRead)?;
        let mut errors = FieldErrors::default();
        let country = query.one_of("country", Country::ALL, &mut errors);
        let check_type = query.one_of("type", CheckType::ALL, &mut errors);
        errors.into_result()?;
        let asked = |request: &Value| {
            country.is_none_or(|country| request["country"] == country.as_str())
                && check_type.is_none_or(|check_type| request["type"] == check_type.as_str())
        };
        let mut scenarios = check_scenarios().to_vec();
        for scenario in &mut scenarios {
            scenario.examples.retain(asked);
        }
        // Those of validations mean the same in every country.
        scenarios.extend(validation_scenarios());
        scenarios.extend(process_scenarios());
        let examples = check_examples().iter().filter(|request| asked(request)).cloned();
        Ok(ScenariosBody {
            scenarios,
            examples: examples.collect(),
        })
    }
}
