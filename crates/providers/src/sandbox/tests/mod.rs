//! Whole checks against the sandbox, through the plan, the score and the summaries of the domain.

mod answers;
mod identity;
mod labels;
mod scenarios;

use std::time::Duration;

use cotejo_domain::{
    checks::{
        Basis, CheckType, DataSet, Facts, Finding, InputField, Inputs, Run, RunStatus,
        facts::PersonFacts,
        plan::{Planned, Scope, Step, plan},
        required::check_required,
        scoring,
        weights::default_weights,
    },
    country::Country,
    fields::FieldErrors,
    ids::ClientId,
    names::NameMatching,
    sources::{Catalogue, Source},
    time::Timestamp,
};

use super::{SCENARIOS, Sandbox, Scenario, example, samples, scenario_of};
use crate::port::{Answer, Query, Report, SourceError};

const CREATED: Timestamp = Timestamp::from_nanos(1_767_323_045_000_000_000);

fn client(number: u128) -> ClientId {
    format!("TCI{number:032x}").parse().unwrap()
}

fn query<'a>(source: &'a Source, country: Country, check_type: CheckType, inputs: &'a Inputs) -> Query<'a> {
    Query {
        client: client(1),
        source,
        check_type,
        country,
        inputs,
        names: NameMatching::Soft,
        created: CREATED,
        now: CREATED,
        attempt: 0,
    }
}

fn report(query: Query<'_>) -> Report {
    match Sandbox::answer(query).unwrap() {
        Answer::Report(report) => report,
        other => panic!("{} answered {other:?}", query.source.key),
    }
}

fn inputs(pairs: &[(InputField, &str)]) -> Inputs {
    pairs
        .iter()
        .map(|(field, value)| (*field, (*value).to_owned()))
        .collect()
}

/// Every kind of check that exists.
fn kinds() -> impl Iterator<Item = (Country, CheckType)> {
    let countries = Country::ALL.iter().copied();
    countries
        .flat_map(|country| {
            CheckType::ALL
                .iter()
                .map(move |check_type| (country, *check_type))
        })
        .filter(|(country, check_type)| cotejo_domain::checks::required::is_available(*country, *check_type))
}

/// Every example there is.
fn examples() -> impl Iterator<Item = (&'static Scenario, Country, CheckType, Inputs)> {
    SCENARIOS.iter().flat_map(|scenario| {
        kinds().filter_map(move |(country, check_type)| {
            Some((
                scenario,
                country,
                check_type,
                example(country, check_type, scenario)?,
            ))
        })
    })
}

/// A check as the worker would carry it out, with all its retries.
struct Check {
    check_type: CheckType,
    country: Country,
    inputs: Inputs,
    runs: Vec<Run>,
    findings: Vec<Finding>,
    attachments: usize,
}

impl Check {
    fn carry_out(country: Country, check_type: CheckType, inputs: &Inputs) -> Self {
        let mut check = Self {
            check_type,
            country,
            inputs: inputs.clone(),
            runs: Vec::new(),
            findings: Vec::new(),
            attachments: 0,
        };
        let steps = plan(Catalogue::builtin(), Scope::of(country, check_type), inputs);
        let (later, now): (Vec<_>, Vec<_>) = steps
            .into_iter()
            .partition(|planned| matches!(planned.step, Step::AskWithFoundName(_)));
        for planned in &now {
            check.ask(planned, inputs);
        }
        let known = check.known_person().cloned().unwrap_or_default();
        let mut named = inputs.clone();
        named.set(InputField::FirstName, known.first_name);
        named.set(InputField::LastName, known.last_name);
        for planned in &later {
            check.ask(planned, &named);
        }
        check
    }

    fn ask(&mut self, planned: &Planned<'_>, inputs: &Inputs) {
        let bases = match &planned.step {
            Step::Ask(bases) => bases.clone(),
            Step::AskWithFoundName(otherwise) if !otherwise.is_empty() => planned.source.by.clone(),
            Step::AskWithFoundName(_) => vec![Basis::Name],
            Step::Skip(_) => return,
        };
        let answer = self.patient_answer(planned.source, inputs);
        for (i, data_set) in planned.source.data_sets.iter().enumerate() {
            let mut run = Run::open(0, &planned.source.key, *data_set, &bases, CREATED);
            match &answer {
                Ok(report) => {
                    run.complete(&report.findings, CREATED);
                    run.facts = if i == 0 {
                        report.facts.clone()
                    } else {
                        Facts::default()
                    };
                }
                Err(_) => run.set_status(RunStatus::Error, CREATED),
            }
            self.runs.push(run);
        }
        let report = answer.unwrap_or_default();
        self.attachments += report.attachments.len();
        self.findings.extend(report.findings);
    }

    fn patient_answer(&self, source: &Source, inputs: &Inputs) -> Result<Report, SourceError> {
        let mut query = query(source, self.country, self.check_type, inputs);
        for attempt in 0..4 {
            query.attempt = attempt;
            match Sandbox::answer(query)? {
                Answer::Report(report) => return Ok(report),
                Answer::NotYet(wait) | Answer::Delayed(wait) => {
                    query.now =
                        Timestamp::from_nanos(query.now.nanos() + i64::try_from(wait.as_nanos()).unwrap());
                }
                Answer::NotConfigured => panic!("the sandbox answers for every source"),
            }
        }
        Err(SourceError::Unavailable("expired".to_owned()))
    }

    fn known_person(&self) -> Option<&PersonFacts> {
        self.runs.iter().find_map(|run| run.facts.person.as_ref())
    }

    fn scores(&self) -> scoring::Scores {
        scoring::score(
            self.check_type,
            &self.runs,
            default_weights(self.country, self.check_type),
        )
    }

    fn marks(&self, data_set: DataSet) -> Option<scoring::DataSetScore> {
        self.scores()
            .data_sets
            .into_iter()
            .find(|scored| scored.data_set == data_set)
    }
}
