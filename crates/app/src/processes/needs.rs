//! Carrying out what a process needs before it can go on.

use std::time::Duration;

use cotejo_domain::{
    checks::custom_type::TypeKey,
    clients::Client,
    processes::{ChecksTable, DeclineReason, Need, Process, WantedValidation, ending::ProcessReason},
    validations::{Asked, DeclinedReason, Outcome, Validation, registry},
};
use cotejo_store::{custom_types, validations};
use sqlx::PgConnection;

use super::{DECIDE_JOB, GLANCE_JOB, Underway, advance::GLANCE};
use crate::{
    App, AppError, AppResult,
    checks::create::{Maker, Subject},
    validations::create::{Order, Turn},
};

/// Seconds that a process has after its time, while only a result is missing: three times five minutes, and a minute.
const GRACES_SECONDS: i64 = 16 * 60;

/// Longest time of a validation, in seconds (seed 001, Config).
const LONGEST_TIMEOUT: i64 = 21_600;

impl App {
    /// Carries out what a process needs until it needs a person, or time.
    pub(super) async fn carry_on(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        underway: &mut Underway,
    ) -> AppResult<()> {
        while let Some(need) = underway.process.need(&underway.spec) {
            match need {
                Need::Validation(wanted) => {
                    self.validate_step(&mut *conn, client, underway, *wanted).await?;
                }
                Need::Check => self.check_step(&mut *conn, client, underway).await?,
                // Functions run outside of any transaction.
                Need::Decision if !underway.spec.functions.is_empty() => {
                    let job = self.job_of(client, DECIDE_JOB, underway.process.id.0, Duration::ZERO);
                    return Ok(cotejo_queue::wake(conn, &[job]).await?);
                }
                Need::Decision => self.decide_process(&mut *conn, client, underway).await?,
            }
        }
        Ok(())
    }

    async fn validate_step(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        underway: &mut Underway,
        wanted: WantedValidation,
    ) -> AppResult<()> {
        self.can_validate(client, &wanted.asked)?;
        let process = &mut underway.process;
        let now = self.now(client);
        let is_face = matches!(wanted.asked, Asked::Face { .. });
        // A picture has the process's own time; a code is as short-lived as everywhere.
        let own = (!wanted.asked.validator().sends_code()).then(|| {
            let left = process.deadline.seconds() - now.seconds() + GRACES_SECONDS;
            u32::try_from(left.clamp(1, LONGEST_TIMEOUT)).unwrap_or(1)
        });
        let order = Order {
            client,
            billing_hub: process.start.billing_hub,
            origin: &process.ip_address,
            account: (process.account, process.account_name.clone()),
            timeout: wanted.timeout.or(own),
            check_review_availability: false,
            turn: Turn::Step {
                process: process.id,
                retry_of: wanted.retry_of,
                remaining_retries: wanted.retries,
                contact: wanted.contact,
                methods: wanted.methods,
            },
            asked: wanted.asked,
        };
        match self.make_validation(conn, order).await {
            Ok(validation) => process.attach(validation.id, now),
            // There is no face that it could be compared to, neither enrolled nor on a document.
            Err(AppError::Invalid(_)) if is_face => {
                let reason = DeclineReason::Validation(DeclinedReason::FaceValidationFailed);
                let error = "the account has no face to compare with".to_owned();
                process.progress.errors.push(error);
                process.fail_current(&underway.spec, reason, now);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Makes the background check of the person on the last document.
    async fn check_step(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        underway: &mut Underway,
    ) -> AppResult<()> {
        let now = self.now(client);
        let made = validations::of_process(&mut *conn, client.id, underway.process.id).await?;
        let subject = self.subject_of(&mut *conn, client, underway, &made).await?;
        let process = &mut underway.process;
        let Some(subject) = subject else {
            let reason = DeclineReason::Process(ProcessReason::InvalidInputsToCreateCheck);
            process.fail_current(&underway.spec, reason, now);
            return Ok(());
        };
        let (hub, id) = (process.start.billing_hub, process.id.0);
        let maker = Maker::behind(client, hub, id, &process.ip_address);
        let check = self.check_subject(&mut *conn, maker, subject).await?;
        process.attach_check(check, now);
        // Checks know nothing of processes: a job looks at this one until it has ended. It is none that others wake, so
        // that nobody waits for its row while holding the process.
        let job = self.job_of(client, GLANCE_JOB, process.id.0, GLANCE);
        Ok(cotejo_queue::wake(conn, &[job]).await?)
    }

    /// The person on the last document that was successful; none where what it says is not enough.
    async fn subject_of(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        underway: &Underway,
        made: &[Validation],
    ) -> AppResult<Option<Subject>> {
        let shown = made.iter().rev().find_map(|validation| {
            let passed = validation.outcome == Some(Outcome::Success);
            let Asked::Document { kind, .. } = &validation.asked else {
                return None;
            };
            let document = validation.findings.document.as_ref().filter(|_| passed)?;
            registry::inputs(*kind, &document.fields)
        });
        let Some((country, inputs)) = shown else {
            return Ok(None);
        };
        let current = underway.process.current();
        let block = current.and_then(|step| underway.process.block(&underway.spec, step));
        let custom = match block.and_then(|block| block.check_type()) {
            None => None,
            Some(name) => {
                let name = name.to_owned();
                match custom_types::find(conn, client.id, &TypeKey { country, name }).await? {
                    None => return Ok(None),
                    custom => custom,
                }
            }
        };
        Ok(Some(Subject {
            custom,
            country,
            inputs,
        }))
    }

    async fn decide_process(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        underway: &mut Underway,
    ) -> AppResult<()> {
        let now = self.now(client);
        let table = self.checks_table(conn, &underway.process).await?;
        underway.process.decide(&underway.spec, &table, None, now);
        Ok(())
    }

    /// The table of all checks of a process.
    pub(super) async fn checks_table(
        &self,
        conn: &mut PgConnection,
        process: &Process,
    ) -> AppResult<ChecksTable> {
        let made = validations::of_process(conn, process.client, process.id).await?;
        Ok(ChecksTable::of(process, &made, &process.progress.checks))
    }
}
