//! Sources that answer as a test says.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use cotejo_providers::port::{Answer, DataSource, Query, Report, SourceError};

/// What a scripted source does at each question.
#[expect(clippy::large_enum_variant, reason = "there are a few in a test")]
#[derive(Debug, Clone, PartialEq)]
pub enum Script {
    /// It answers.
    Answers(Answer),
    /// It is out of reach.
    IsAway,
    /// It cannot be used.
    IsBroken,
    /// The driver panics.
    Panics,
    /// It never answers.
    Hangs,
}

/// Answers by the key of the source: the script's steps in order, the last one for ever; without a script it knows
/// nothing. Counts the questions.
#[derive(Debug, Clone, Default)]
pub struct Scripted(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    scripts: HashMap<String, Vec<Script>>,
    asked: HashMap<String, usize>,
}

impl Scripted {
    /// Sets the script of a source.
    pub fn set(&self, source: &str, steps: impl IntoIterator<Item = Script>) {
        self.with(|state| {
            state
                .scripts
                .insert(source.to_owned(), steps.into_iter().collect())
        });
    }

    /// How often a source was asked.
    pub fn asked(&self, source: &str) -> usize {
        self.with(|state| state.asked.get(source).copied().unwrap_or(0))
    }

    fn with<T>(&self, use_state: impl FnOnce(&mut State) -> T) -> T {
        use_state(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn step(&self, source: &str) -> Script {
        self.with(|state| {
            let asked = state.asked.entry(source.to_owned()).or_default();
            *asked += 1;
            let turn = *asked - 1;
            let nothing = Script::Answers(Answer::Report(Report::default()));
            let steps = state.scripts.get(source);
            steps
                .and_then(|steps| steps.get(turn).or(steps.last()))
                .cloned()
                .unwrap_or(nothing)
        })
    }
}

#[async_trait]
impl DataSource for Scripted {
    async fn ask(&self, query: Query<'_>) -> Result<Answer, SourceError> {
        match self.step(&query.source.key) {
            Script::Answers(answer) => Ok(answer),
            Script::IsAway => Err(SourceError::Unavailable("away".to_owned())),
            Script::IsBroken => Err(SourceError::Broken("broken".to_owned())),
            Script::Panics => panic!("a driver that panics"),
            Script::Hangs => std::future::pending().await,
        }
    }
}
