//! What follows from the end of a validation, whatever ended it.

use cotejo_domain::{
    checks::custom_type::TypeKey,
    clients::Client,
    events::{EventAction, NewEvent},
    files::FileKind,
    ids::{ClientId, EventId, ValidationId},
    validations::{Asked, EnrollmentStatus, Outcome, ReviewState, Validation, ValidationStatus, registry},
};
use cotejo_store::{custom_types, enrollments, reviews, validations as store};
use sqlx::PgConnection;

use std::time::Duration;

use super::body::{Shown, ValidationBody};
use crate::{
    App, AppError, AppResult,
    checks::create::{Maker, Subject},
    processes::ADVANCE_JOB,
};

impl App {
    /// Writes a validation that has just ended, and what follows; the process that waits for it goes on.
    pub(super) async fn conclude(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &mut Validation,
    ) -> AppResult<()> {
        self.conclude_alone(&mut *conn, client, validation).await?;
        self.carry_process_on(conn, client, validation).await
    }

    /// Has the process go on that waits for a validation.
    ///
    /// Whoever holds the process itself must not: its job takes the job's row first and the process's then.
    pub(super) async fn carry_process_on(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &Validation,
    ) -> AppResult<()> {
        if let Some(process) = validation.process {
            let job = self.job_of(client, ADVANCE_JOB, process.0, Duration::ZERO);
            cotejo_queue::wake(conn, &[job]).await?;
        }
        Ok(())
    }

    /// Writes a validation that has just ended, and what follows: its enrollment counts, its background check is made,
    /// what was uploaded is deleted, and whoever listens hears of it.
    pub(super) async fn conclude_alone(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &mut Validation,
    ) -> AppResult<()> {
        if validation.outcome == Some(Outcome::Success) {
            self.confirm(&mut *conn, client, validation).await?;
            self.follow_with_check(&mut *conn, client, validation).await?;
        }
        store::update(&mut *conn, validation).await?;
        self.delete_files(
            &mut *conn,
            client.id,
            validation.id.0,
            Some(FileKind::ValidationUpload),
        )
        .await?;
        let action = match validation.status() {
            ValidationStatus::Success => EventAction::Succeeded,
            ValidationStatus::Failure | ValidationStatus::Pending => EventAction::Failed,
        };
        self.tell_validation(conn, client, validation, action).await?;
        metrics::counter!(
            "cotejo_validations_finished_total",
            "type" => validation.asked.validator().as_str(),
            "status" => validation.status().as_str(),
        )
        .increment(1);
        Ok(())
    }

    /// Writes the event of a validation.
    pub(super) async fn tell_validation(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &Validation,
        action: EventAction,
    ) -> AppResult<()> {
        let now = self.now(client);
        let review = match validation.review {
            ReviewState::Decided => reviews::of_validation(&mut *conn, client.id, validation.id).await?,
            _ => None,
        };
        let shown = Shown {
            review: review.as_ref(),
            ..Shown::default()
        };
        let body = ValidationBody::of(validation, shown);
        let event = NewEvent {
            id: EventId(self.ids().uuid(now)),
            client: client.id,
            event_type: validation.asked.validator().event_type(),
            action,
            resource: validation.id.0,
            resource_version: validation.version,
            created: now,
            body: serde_json::to_string(&body).map_err(AppError::internal)?,
        };
        Ok(cotejo_store::events::insert(conn, &[event]).await?)
    }

    /// A validation that was successful makes its enrollment count.
    async fn confirm(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &Validation,
    ) -> AppResult<()> {
        let Some(id) = validation.enrollment else {
            return Ok(());
        };
        let Some(mut enrollment) = enrollments::find(&mut *conn, client.id, id, true).await? else {
            return Ok(());
        };
        // A face is confirmed by being compared, and by nothing else.
        let face = validation.findings.face.as_ref();
        let compared = face.is_none_or(|face| face.similar == Some(true));
        if compared && enrollment.status == EnrollmentStatus::Pending {
            enrollment.confirm(self.now(client));
            enrollments::update(&mut *conn, &enrollment).await?;
            cotejo_store::validation_accounts::note_contact(conn, client.id, &enrollment).await?;
        }
        Ok(())
    }

    /// Makes the background check that a document's validation was asked to be followed by.
    async fn follow_with_check(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &mut Validation,
    ) -> AppResult<()> {
        let Asked::Document {
            kind,
            custom_type: Some(name),
        } = &validation.asked
        else {
            return Ok(());
        };
        let Some(document) = &validation.findings.document else {
            return Ok(());
        };
        let Some((country, inputs)) = registry::inputs(*kind, &document.fields) else {
            return Ok(());
        };
        let key = TypeKey {
            country,
            name: name.clone(),
        };
        // One that was deleted meanwhile is asked for by nobody any more.
        let Some(custom) = custom_types::find(&mut *conn, client.id, &key).await? else {
            return Ok(());
        };
        let (hub, id) = (validation.terms.billing_hub, validation.id.0);
        let maker = Maker::behind(client, hub, id, &validation.ip_address);
        let subject = Subject {
            custom: Some(custom),
            country,
            inputs,
        };
        let check = self.check_subject(conn, maker, subject).await?;
        validation.findings.check = Some(check);
        Ok(())
    }

    /// Notes that the code of a validation went out, or ends it by what its not going out means.
    pub(crate) async fn code_went_out(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        id: ValidationId,
        failure: Option<Outcome>,
    ) -> AppResult<()> {
        let client = cotejo_store::clients::find(&mut *conn, client).await?;
        let Some(client) = client else { return Ok(()) };
        let Some(mut validation) = store::lock(&mut *conn, client.id, id).await? else {
            return Ok(());
        };
        let now = self.now(&client);
        match failure {
            None if validation.is_final() => {}
            None => {
                validation.start(now);
                store::update(conn, &validation).await?;
            }
            Some(outcome) if validation.end(outcome, now) => {
                self.conclude(conn, &client, &mut validation).await?;
            }
            Some(_) => {}
        }
        Ok(())
    }
}
