//! What a person does in a process: submits a step, goes back, gives up.

use cotejo_domain::{
    clients::Client,
    fields::FieldErrors,
    ids::{ProcessId, StepId, ValidationId},
    permissions::Permission,
    processes::{
        CanceledReason, DeclineReason, Process, SubmitError,
        ending::{FailureStatus, ProcessReason},
        scenario,
        submission::{Entered, Submission},
    },
};
use cotejo_store::{processes as store, validations};
use sqlx::PgConnection;

use super::{PROCESS, STEP, Underway, may};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, Input, Write},
};

impl App {
    /// Submits the step of that id.
    pub async fn submit_step(&self, command: &Command, step: StepId) -> AppResult<Done> {
        let id = self.process_of(&command.caller, step).await?;
        self.submit(command, id, Some(step)).await
    }

    /// Submits the step that the person is at.
    pub async fn submit_process(&self, command: &Command, id: ProcessId) -> AppResult<Done> {
        self.submit(command, id, None).await
    }

    /// One step back from the step of that id.
    pub async fn step_back(&self, command: &Command, step: StepId) -> AppResult<Done> {
        let id = self.process_of(&command.caller, step).await?;
        self.back(command, id, Some(step)).await
    }

    /// One step back.
    pub async fn process_back(&self, command: &Command, id: ProcessId) -> AppResult<Done> {
        self.back(command, id, None).await
    }

    /// Ends a process because the person, or whoever runs it, gives it up.
    pub async fn cancel_process(&self, command: &Command, id: ProcessId) -> AppResult<Done> {
        may(&command.caller, id, Permission::IdentityWrite)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let known = [FailureStatus::Canceled];
        fields.one_of("failure_status", &known, &mut errors);
        let reason = fields.one_of("canceled_reason", CanceledReason::ALL, &mut errors);
        errors.into_result()?;
        self.change_process(
            command,
            id,
            "process.canceled",
            async |app, _, client, underway| {
                let reason = reason.unwrap_or(CanceledReason::OtherReason);
                Ok(underway.process.cancel(reason, app.now(client))?)
            },
        )
        .await
    }

    /// The process of a step.
    async fn process_of(&self, caller: &Caller, step: StepId) -> AppResult<ProcessId> {
        let mut conn = self.inner.pool.acquire().await?;
        let id = store::of_step(&mut conn, caller.client().id, step).await?;
        id.ok_or(STEP)
    }

    async fn back(&self, command: &Command, id: ProcessId, step: Option<StepId>) -> AppResult<Done> {
        may(&command.caller, id, Permission::IdentityWrite)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let mut flag = |name: &str| fields.boolean(name, &mut errors).unwrap_or(false);
        let (again, all) = (flag("retry_step"), flag("delete_all"));
        errors.into_result()?;
        self.change_process(command, id, "process.back", async |app, _, client, underway| {
            underway.process.takes(step, None)?;
            Ok(underway.process.back(again, all, app.now(client))?)
        })
        .await
    }

    async fn submit(&self, command: &Command, id: ProcessId, step: Option<StepId>) -> AppResult<Done> {
        may(&command.caller, id, Permission::IdentityWrite)?;
        let submission = match &command.input {
            Input::Document(document) => Submission::of_document(document)?,
            Input::Fields(fields) => Submission::of_fields(fields),
        };
        self.change_process(
            command,
            id,
            "step.submitted",
            async |app, conn, client, underway| {
                app.take_submission(conn, client, underway, step, &submission)
                    .await
            },
        )
        .await
    }

    /// Changes a process in one transaction: holds it, does the change, carries out what it needs, writes it with what
    /// follows, and answers with it.
    pub(super) async fn change_process(
        &self,
        command: &Command,
        id: ProcessId,
        action: &'static str,
        change: impl AsyncFnOnce(&Self, &mut PgConnection, &Client, &mut Underway) -> AppResult<()>,
    ) -> AppResult<Done> {
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let underway = self.change_held(&mut write, command, id, change).await?;
        let body = self.process_body(&mut write.tx, &underway).await?;
        let audited = Audited {
            action,
            resource: id.0,
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &body).await
    }

    /// The same without the answer.
    pub(super) async fn change_held(
        &self,
        write: &mut Write,
        command: &Command,
        id: ProcessId,
        change: impl AsyncFnOnce(&Self, &mut PgConnection, &Client, &mut Underway) -> AppResult<()>,
    ) -> AppResult<Underway> {
        let client = command.caller.client();
        let mut underway = self.hold_process(&mut write.tx, client.id, id).await?;
        let before = underway.process.clone();
        change(self, &mut write.tx, client, &mut underway).await?;
        self.carry_on(&mut write.tx, client, &mut underway).await?;
        self.save_process(&mut write.tx, client, &before, &mut underway.process)
            .await?;
        Ok(underway)
    }

    async fn take_submission(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        underway: &mut Underway,
        step: Option<StepId>,
        submission: &Submission,
    ) -> AppResult<()> {
        let now = self.now(client);
        let Underway { process, spec, .. } = underway;
        let place = process.takes(step, submission.step_type.as_deref())?;
        let current = process.progress.steps.get(place).ok_or(PROCESS)?;
        let entered = submission.judge(process, spec, current)?;
        let validation = current.validation;
        match entered {
            Entered::Values(values) => process.enter(spec, values, now),
            Entered::Unauthorised => {
                let reason = DeclineReason::Process(ProcessReason::DataAuthorizationNotProvided);
                process.fail_current(spec, reason, now);
            }
            Entered::Response(response) => process.answer(spec, &response, now),
            Entered::Code(code) => {
                let id = validation.ok_or(SubmitError::NotCurrent)?;
                self.enter_code(conn, client, underway, id, &code).await?;
            }
            Entered::Pictures => {
                let id = validation.ok_or(SubmitError::NotCurrent)?;
                self.enter_pictures(conn, client, underway, id).await?;
            }
        }
        self.end_by_scenario(client, &mut underway.process);
        Ok(())
    }

    async fn enter_code(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        underway: &mut Underway,
        id: ValidationId,
        code: &str,
    ) -> AppResult<()> {
        let validation = validations::lock(&mut *conn, client.id, id).await?;
        let mut validation =
            validation.ok_or_else(|| AppError::internal("the validation of a step is gone"))?;
        self.guess_code(conn, client, &mut validation, code).await?;
        let now = self.now(client);
        if validation.is_final() {
            underway.process.validated(&underway.spec, &validation, now);
        } else {
            underway.process.guessed(validation.remaining_retries, now);
        }
        Ok(())
    }

    async fn enter_pictures(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        underway: &mut Underway,
        id: ValidationId,
    ) -> AppResult<()> {
        let now = self.now(client);
        let validation = validations::find(conn, client.id, id).await?;
        let validation = validation.ok_or_else(|| AppError::internal("the validation of a step is gone"))?;
        if validation.is_final() {
            underway.process.validated(&underway.spec, &validation, now);
            return Ok(());
        }
        if validation.missing().next().is_some() {
            return Err(SubmitError::NoPictures.into());
        }
        underway.process.wait(now);
        Ok(())
    }

    /// A scenario of processes ends a sandbox client's as soon as the person has said yes.
    fn end_by_scenario(&self, client: &Client, process: &mut Process) {
        if let (true, Some(ending)) = (client.is_sandbox(), scenario(&process.account_name)) {
            process.finish(ending, self.now(client));
        }
    }
}
