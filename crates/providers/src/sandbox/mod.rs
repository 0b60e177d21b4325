//! Synthetic registries: the outside world of sandbox clients.
//!
//! Every source of the catalogue answers here without leaving the process, and its answer is a pure function of the
//! client, the inputs and the source. Nothing is stored: a person is drawn from the hash of who asks and about whom,
//! so that all registries of a client agree on the person behind a document, today and after a restart, while
//! another client's registries know somebody else. Only days of validity follow the day of the check.
//!
//! Without a scenario everything is in order: the registries know the subject by the names that the caller gave, and
//! nothing is on record. [`SCENARIOS`] is the one list of what else can happen; a scenario is a list of effects that
//! `report` applies source by source, so that every scenario means the same in every country.
//!
//! | module | what it decides |
//! | --- | --- |
//! | `scenarios` | what can happen, and what selects it |
//! | `documents` | what identifies the subject, whatever its spelling |
//! | `seed`, `people`, `companies`, `vehicles` | who the subject is |
//! | `world` | the subject, made when first looked at |
//! | `report`, `habits`, `sheets`, `cells` | what a source shows of it |
//! | `trouble` | that a source fails, dawdles or is delayed |
//! | `examples`, `numbers` | inputs that lead to a scenario |
//! | `validations` | what is seen of documents and faces |

mod cells;
mod certificate;
mod companies;
mod documents;
mod examples;
mod habits;
mod numbers;
mod people;
mod report;
mod scenarios;
mod seed;
mod sheets;
mod trouble;
pub mod validations;
mod vehicles;
mod words;
mod world;

#[cfg(test)]
mod tests;

pub use examples::{example, samples};
pub use scenarios::{SCENARIOS, Scenario, scenario_of};

use crate::port::{Answer, DataSource, Query, SourceError};

/// The registries of a sandbox client.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sandbox;

impl Sandbox {
    /// Answers at once, without waiting for anything: [`DataSource::ask`] is only its asynchronous dress.
    pub fn answer(query: Query<'_>) -> Result<Answer, SourceError> {
        let scenario = scenario_of(query.country, query.check_type, query.inputs);
        if let Some(answer) = scenario.and_then(|scenario| trouble::trouble(query, scenario)) {
            return answer;
        }
        Ok(Answer::Report(report::report(&world::World::new(
            query, scenario,
        ))))
    }
}

#[async_trait::async_trait]
impl DataSource for Sandbox {
    async fn ask(&self, query: Query<'_>) -> Result<Answer, SourceError> {
        Self::answer(query)
    }
}
