//! The engine: asks the sources of a check and turns their answers into runs. Writes nothing.

use std::time::Duration;

use cotejo_domain::{
    checks::{
        Basis, Check, CheckStatus, DataSet, Finding, InputField, Inputs, Run, RunStatus,
        facts::PersonFacts,
        outcome,
        plan::{Planned, Step, plan},
    },
    clients::Client,
    faults::{SourceFault, Spec},
    files::File,
    sources::Source,
    time::Timestamp,
};
use cotejo_providers::port::{Answer, Query, Report, SourceError};
use futures_util::future::join_all;

use crate::{App, AppError, AppResult, sources::Answerer};

/// How long a source that is asked by name waits for the name.
pub(crate) const NAME_PAUSE: Duration = Duration::from_secs(2);

/// What is missing where no registry knows the name.
pub(crate) const NAME_INPUTS: [InputField; 2] = [InputField::FirstName, InputField::LastName];

/// A check after its sources were asked.
#[derive(Debug)]
pub(crate) struct Progress {
    /// The check, moved to its status.
    pub check: Check,
    /// All its runs.
    pub runs: Vec<Run>,
    /// Runs that changed since this instant are to be written.
    pub since: Timestamp,
    /// Findings, with the run each belongs to.
    pub findings: Vec<(i16, Finding)>,
    /// Sources that are asked (again) after so long.
    pub later: Vec<(String, Duration)>,
    /// Sources that answered or failed just now, for their health: (key, answered).
    pub heard: Vec<(String, bool)>,
    /// Files whose bytes were written.
    pub files: Vec<File>,
}

/// What one source's answer means for its runs.
#[expect(
    clippy::large_enum_variant,
    reason = "read as soon as it is made; a box would be an allocation a source"
)]
pub(crate) enum Heard {
    /// It answered.
    Report(Report),
    /// It failed for good.
    Failed,
    /// It is asked again after so long; its runs stay open, as this status.
    Open(RunStatus, Duration),
    /// Nothing answers for it.
    Nobody,
    /// Its inputs turned out to be missing.
    Missing(Vec<InputField>),
}

/// Whose question it is, and when it is asked.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub client: &'a Client,
    pub check: &'a Check,
    pub now: Timestamp,
    pub attempt: u32,
}

impl App {
    /// Asks all sources of a check that has not started: first those that need no name, then, with the name that the
    /// identity registries know, those that were waiting for one.
    pub(crate) async fn start_check(&self, client: &Client, mut check: Check) -> AppResult<Progress> {
        let now = self.now(client);
        let steps = plan(self.inner.catalogue, check.scope(), &check.inputs);
        let asker = Asker {
            client,
            check: &check,
            now,
            attempt: 0,
        };
        let first = steps.iter().map(|planned| self.first_round(asker, planned));
        let mut heard = join_all(first).await.into_iter().collect::<AppResult<Vec<_>>>()?;
        let known = found_name(steps.iter().zip(&heard));
        let awaited = steps.iter().zip(&heard).any(|(planned, heard)| {
            matches!(heard, Some(Heard::Open(..))) && planned.data_sets.contains(&DataSet::PersonalIdentity)
        });
        let named = known.as_ref().map(|person| with_name(&check.inputs, person));
        let waiting: Vec<usize> = (0..steps.len()).filter(|place| heard[*place].is_none()).collect();
        let second = waiting
            .iter()
            .map(|place| self.second_round(asker, &steps[*place], named.as_ref(), awaited));
        for (place, answer) in waiting.iter().zip(join_all(second).await) {
            heard[*place] = Some(answer?);
        }
        let mut progress = Progress {
            runs: Vec::new(),
            since: now,
            findings: Vec::new(),
            later: Vec::new(),
            heard: Vec::new(),
            files: Vec::new(),
            check: check.clone(),
        };
        for (planned, heard) in steps.iter().zip(heard) {
            let mut heard = heard.unwrap_or(Heard::Nobody);
            let files = self.keep_attachments(&check, planned.source, &mut heard).await?;
            progress.files.extend(files);
            progress.add(planned, heard, now);
        }
        check.enter(CheckStatus::InProgress, now);
        let status = outcome::status(&progress.runs, check.weights());
        if status != CheckStatus::InProgress {
            check.enter(status, now);
        }
        progress.check = check;
        Ok(progress)
    }

    /// The first round's word on a step; `None` for one that waits for a name.
    async fn first_round(&self, asker: Asker<'_>, planned: &Planned<'_>) -> AppResult<Option<Heard>> {
        Ok(match &planned.step {
            Step::Ask(_) => match self.inner.sources.answerer(asker.client.kind, planned.source) {
                Answerer::Later(_) => Some(Heard::Open(RunStatus::NotStarted, Duration::ZERO)),
                Answerer::Now(_) | Answerer::Nobody => {
                    Some(self.hear(asker, planned.source, &asker.check.inputs).await?)
                }
            },
            Step::AskWithFoundName(_) => None,
            Step::Skip(invalid) => Some(Heard::Missing(invalid.clone())),
        })
    }

    /// The second round's word on a step that waited for a name: it is known, or still awaited, or nobody knows it.
    async fn second_round(
        &self,
        asker: Asker<'_>,
        planned: &Planned<'_>,
        named: Option<&Inputs>,
        awaited: bool,
    ) -> AppResult<Heard> {
        match (
            named,
            self.inner.sources.answerer(asker.client.kind, planned.source),
        ) {
            (_, Answerer::Nobody) => return Ok(Heard::Nobody),
            (Some(_), Answerer::Later(_)) => return Ok(Heard::Open(RunStatus::NotStarted, Duration::ZERO)),
            _ => {}
        }
        match named {
            Some(inputs) => self.hear(asker, planned.source, inputs).await,
            None if awaited => Ok(Heard::Open(RunStatus::NotStarted, NAME_PAUSE)),
            None if planned.step == Step::AskWithFoundName(Vec::new()) => {
                Ok(Heard::Missing(NAME_INPUTS.to_vec()))
            }
            None => self.hear(asker, planned.source, &asker.check.inputs).await,
        }
    }

    /// Asks one source and reads its answer. An error is our own database's; the source's failures are answers.
    pub(crate) async fn hear(&self, asker: Asker<'_>, source: &Source, inputs: &Inputs) -> AppResult<Heard> {
        let query = Query {
            client: asker.client.id,
            source,
            check_type: asker.check.check_type,
            country: asker.check.country,
            inputs,
            names: asker.client.settings.names_matching_type,
            created: asker.check.created,
            now: asker.now,
            attempt: asker.attempt,
        };
        let answer = match self.source_fault(asker.client, &source.key).await? {
            Some(failure) => Err(failure),
            None => self.inner.sources.ask(asker.client.kind, query).await,
        };
        let outcome = match &answer {
            Ok(Answer::Report(_)) => "answered",
            Ok(Answer::NotYet(_) | Answer::Delayed(_)) => "later",
            Ok(Answer::NotConfigured) => "not_configured",
            Err(_) => "failed",
        };
        metrics::counter!("cotejo_source_answers_total", "driver" => source.driver.as_str(), "outcome" => outcome)
            .increment(1);
        match answer {
            Ok(Answer::Report(report)) => Ok(Heard::Report(report)),
            Ok(Answer::NotYet(pause)) => Ok(Heard::Open(RunStatus::NotStarted, pause)),
            Ok(Answer::Delayed(pause)) => Ok(Heard::Open(RunStatus::Delayed, pause)),
            Ok(Answer::NotConfigured) => Ok(Heard::Nobody),
            Err(SourceError::Store(error)) => Err(AppError::from(error)),
            Err(error) if error.is_transient() && asker.client.settings.retries => {
                Ok(Heard::Open(RunStatus::NotStarted, retry_pause(asker)))
            }
            Err(error) => {
                tracing::info!(source.key = source.key, check.id = %asker.check.id, error = %error, "a source failed");
                Ok(Heard::Failed)
            }
        }
    }
}

impl App {
    /// What a sandbox client has go wrong with a source: its failure, or a wait before its answer.
    async fn source_fault(&self, client: &Client, source: &str) -> AppResult<Option<SourceError>> {
        if client.faults.is_empty() {
            return Ok(None);
        }
        let fault = self.strike(client, |fault| fault.strikes_source(source)).await?;
        Ok(match fault.map(|fault| &fault.spec) {
            Some(Spec::Source {
                effect: SourceFault::Slow,
                delay_ms,
                ..
            }) => {
                tokio::time::sleep(Duration::from_millis(u64::from(*delay_ms))).await;
                None
            }
            Some(_) => Some(SourceError::Unavailable("a fault of the sandbox".to_owned())),
            None => None,
        })
    }
}

/// The pause before a failed source is asked again: half of the time that has passed since the check was created,
/// which grows as attempts go by; between 5 s and 10 min.
fn retry_pause(asker: Asker<'_>) -> Duration {
    let passed = asker.now.seconds() - asker.check.created.seconds();
    Duration::from_secs(u64::try_from(passed / 2).unwrap_or(0).clamp(5, 600))
}

/// The name that the first identity registry knows.
fn found_name<'a>(heard: impl Iterator<Item = (&'a Planned<'a>, &'a Option<Heard>)>) -> Option<PersonFacts> {
    heard
        .filter(|(planned, _)| planned.data_sets.contains(&DataSet::PersonalIdentity))
        .filter_map(|(_, heard)| match heard {
            Some(Heard::Report(report)) => report.facts.person.clone(),
            _ => None,
        })
        .find(|person| !person.first_name.is_empty() && !person.last_name.is_empty())
}

/// The inputs with a name that was found, for the sources that are asked by name.
pub(crate) fn with_name(inputs: &Inputs, person: &PersonFacts) -> Inputs {
    let mut named = inputs.clone();
    named.set(InputField::FirstName, person.first_name.clone());
    named.set(InputField::LastName, person.last_name.clone());
    named
}

/// The name that the identity registries of a check under way know.
pub(crate) fn known_name(runs: &[Run]) -> Option<&PersonFacts> {
    runs.iter()
        .filter(|run| run.data_set == Some(DataSet::PersonalIdentity))
        .filter_map(|run| run.facts.person.as_ref())
        .find(|person| !person.first_name.is_empty() && !person.last_name.is_empty())
}

/// The inputs with which lists are asked: with the name that was found where none was given.
pub(crate) fn named_inputs(check: &Check, runs: &[Run]) -> Inputs {
    match known_name(runs) {
        Some(person) if check.inputs.full_name().is_none() => with_name(&check.inputs, person),
        _ => check.inputs.clone(),
    }
}

/// Which sides of its data sets a step asks about.
fn bases(planned: &Planned<'_>) -> Vec<Basis> {
    match &planned.step {
        Step::Ask(bases) => bases.clone(),
        Step::AskWithFoundName(otherwise) if !otherwise.is_empty() => planned.source.by.clone(),
        Step::AskWithFoundName(_) | Step::Skip(_) => vec![Basis::Name],
    }
}

impl Progress {
    /// Adds the runs of one source.
    fn add(&mut self, planned: &Planned<'_>, heard: Heard, now: Timestamp) {
        let source = planned.source;
        let next = |runs: &Vec<Run>| i16::try_from(runs.len()).unwrap_or(i16::MAX);
        if let Heard::Missing(invalid) = heard {
            self.runs
                .push(Run::skipped(next(&self.runs), &source.key, None, invalid, now));
            return;
        }
        let from = self.runs.len();
        for data_set in &planned.data_sets {
            self.runs.push(Run::open(
                next(&self.runs),
                &source.key,
                *data_set,
                &bases(planned),
                now,
            ));
        }
        self.apply(from, &source.key, heard, now);
    }

    /// Applies what was heard to the runs of a source, which begin at `from`.
    pub(crate) fn apply(&mut self, from: usize, source: &str, heard: Heard, now: Timestamp) {
        let runs = self
            .runs
            .iter_mut()
            .skip(from)
            .take_while(|run| run.source == source);
        match heard {
            Heard::Report(report) => {
                self.heard.push((source.to_owned(), true));
                let mut facts = Some(report.facts);
                for run in runs {
                    run.complete(&report.findings, now);
                    run.facts = facts.take().unwrap_or_default();
                    let own = report
                        .findings
                        .iter()
                        .filter(|finding| Some(finding.data_set) == run.data_set);
                    self.findings
                        .extend(own.map(|finding| (run.seq, finding.clone())));
                }
            }
            Heard::Failed => {
                self.heard.push((source.to_owned(), false));
                runs.for_each(|run| run.set_status(RunStatus::Error, now));
            }
            Heard::Open(status, pause) => {
                runs.for_each(|run| run.set_status(status, now));
                self.later.push((source.to_owned(), pause));
            }
            Heard::Nobody => {
                runs.for_each(|run| *run = Run::skipped(run.seq, source, run.data_set, Vec::new(), now))
            }
            Heard::Missing(invalid) => {
                runs.for_each(|run| *run = Run::skipped(run.seq, source, run.data_set, invalid.clone(), now));
            }
        }
    }
}
