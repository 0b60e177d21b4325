//! Enrolling: a face with its picture, an address or a phone.

use async_trait::async_trait;
use cotejo_domain::{
    clients::Client,
    events::{EventAction, EventType, NewEvent},
    fields::Fields,
    files::FileKind,
    ids::{EnrollmentId, EventId, FileId},
    permissions::Permission,
    validations::{
        DeclinedReason, Enrolled, Enrollment, EnrollmentReason, EnrollmentStatus, NewEnrollment, Slot,
        Validator, config::Setting, request::FaceCountry,
    },
};
use cotejo_providers::{
    engines::{EngineError, Face, FaceQuestion},
    sandbox::validations::{Fate, fate},
};
use cotejo_queue::{Handler, Lease, MAX_ATTEMPTS, Outcome};
use cotejo_store::{
    enrollments::{self as store, FaceRow},
    validation_accounts, validation_configs,
};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    ENROLL_JOB, ENROLLMENT, Payload,
    body::enrollment::EnrollmentBody,
    create::with_account,
    picture::{Album, Kept},
};
use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done},
    jobs::{one_by_one, payload},
};

/// Looks at enrolled faces.
pub struct RunEnrollments(pub App);

#[async_trait]
impl Handler for RunEnrollments {
    fn kind(&self) -> &'static str {
        ENROLL_JOB
    }

    fn concurrency(&self) -> usize {
        4
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.run_enrollment(lease)).await
    }
}

/// What the vendor answers where something was deleted: the shape of its errors.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deleted {
    /// 10000 and the HTTP status
    #[schema(example = 10200)]
    code: u32,
    /// What was done
    message: &'static str,
}

/// What became of the picture of an enrollment.
enum Seen {
    Face(Box<Kept>, Face),
    /// It is of no use: why, and the picture that was made of it.
    Nothing(Option<EnrollmentReason>, Option<Box<Kept>>),
}

impl App {
    /// Enrolls.
    pub async fn create_enrollment(&self, command: &Command, query: &Fields) -> AppResult<Done> {
        let caller = &command.caller;
        caller.require(Permission::ValidationsWrite)?;
        let new = NewEnrollment::parse(&with_account(command.fields()?, query))?;
        if new.enrolled == (Enrolled::Face { unconfirmed: true }) {
            caller.require(Permission::UnconfirmedEnrollments)?;
        }
        let client = caller.client();
        if new.enrolled.wants_picture() && !client.is_sandbox() && !self.inner.eyes.faces.is_configured() {
            return Err(AppError::NotConfigured("the face engine"));
        }
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let now = command.now(self);
        let (account, account_name) = self.ensure_account(&mut write.tx, client, new.account).await?;
        let config = validation_configs::find(&mut write.tx, client.id).await?.config;
        let patience = config.number(Validator::FaceRecognition, Setting::EnrollmentTimeout);
        let (status, reason) = Enrollment::beginning(&new.enrolled);
        let enrollment = Enrollment {
            client: client.id,
            id: EnrollmentId(self.ids().uuid(now)),
            account,
            account_name,
            enrolled: new.enrolled,
            status,
            reason,
            upload_until: now.plus_seconds(i64::from(patience)),
            created: now,
            updated: now,
        };
        store::insert(&mut write.tx, &enrollment)
            .await
            .map_err(|error| AppError::taken(error, store::SLOT, "the account is already enrolled"))?;
        let mut link = None;
        if enrollment.enrolled.wants_picture() {
            link = Some(self.enrollment_link(&enrollment));
            let after = self.until(client, enrollment.upload_until);
            let job = self.job_of(client, ENROLL_JOB, enrollment.id.0, after);
            cotejo_queue::wake(&mut write.tx, &[job]).await?;
        }
        let audited = Audited {
            action: "enrollment.created",
            resource: enrollment.id.0,
            detail: enrollment.enrolled.validator().to_string(),
            ..Audited::default()
        };
        let body = EnrollmentBody::of(&enrollment, link);
        self.end(write, command, audited, 201, &body).await
    }

    /// Deletes an enrollment with its picture and its vector.
    pub async fn delete_enrollment(&self, command: &Command, id: EnrollmentId) -> AppResult<Done> {
        command.caller.require(Permission::ValidationsWrite)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let enrollment = store::find(&mut write.tx, client.id, id, true)
            .await?
            .ok_or(ENROLLMENT)?;
        store::delete(&mut write.tx, client.id, id).await?;
        self.delete_files(&mut write.tx, client.id, id.0, None).await?;
        self.tell_reported(&mut write.tx, client, &enrollment, EventAction::EnrollmentDeleted)
            .await?;
        let message = Deleted {
            code: 10_200,
            message: "the enrollment was deleted",
        };
        let audited = Audited {
            action: "enrollment.deleted",
            resource: id.0,
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &message).await
    }

    async fn run_enrollment(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: Payload = payload(lease)?;
        let (client, id) = payload.enrollment();
        let mut conn = self.inner.pool.acquire().await?;
        let client = cotejo_store::clients::find(&mut conn, client).await?;
        let Some(client) = client else {
            return self.drop_lease(lease).await;
        };
        let enrollment = store::find(&mut conn, client.id, id, false).await?;
        drop(conn);
        // One that a validation confirmed meanwhile still has no vector.
        let open = enrollment.filter(|enrollment| enrollment.status != EnrollmentStatus::Failure);
        let Some(enrollment) = open else {
            return self.drop_lease(lease).await;
        };
        let now = self.now(&client);
        if enrollment.waits_for_picture(now) {
            return Ok(Outcome::Later(self.until(&client, enrollment.upload_until)));
        }
        let seen = if enrollment.reason == Some(EnrollmentReason::WaitingFileUpload) {
            Seen::Nothing(None, None)
        } else {
            match self.look_at_enrollment(&client, &enrollment).await? {
                Ok(seen) => seen,
                // Nobody will ever look at it: better to begin anew than to wait for ever.
                Err(error) if !error.is_transient() || lease.attempts >= MAX_ATTEMPTS => {
                    tracing::error!(enrollment.id = %id, error = %error, "a face was not looked at");
                    Seen::Nothing(None, None)
                }
                Err(error) => return Ok(Outcome::Failed(error.to_string())),
            }
        };
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        let Some(mut enrollment) = store::find(&mut tx, client.id, id, true).await? else {
            if let Seen::Face(kept, _) | Seen::Nothing(_, Some(kept)) = seen {
                self.forget_bytes(&mut tx, client.id, &[kept.file.id]).await?;
            }
            tx.commit().await?;
            return Ok(Outcome::Done);
        };
        match seen {
            Seen::Nothing(reason, kept) => {
                let ids: Vec<FileId> = kept.iter().map(|kept| kept.file.id).collect();
                self.forget_bytes(&mut tx, client.id, &ids).await?;
                enrollment.fail(reason, now);
            }
            Seen::Face(kept, face) => {
                let row = FaceRow {
                    enrollment: id,
                    account: enrollment.account,
                    vector: self.seal_vector(&client, id, &face.vector),
                };
                let reported_in = match enrollment.enrolled {
                    Enrolled::ReportedFace { country, .. } => Some(country),
                    _ => None,
                };
                store::put_face(&mut tx, client.id, &row, reported_in).await?;
                self.put_files(&mut tx, &[&kept.file]).await?;
                enrollment.has_face(now);
                self.tell_reported(&mut tx, &client, &enrollment, EventAction::Enrolled)
                    .await?;
            }
        }
        store::update(&mut tx, &enrollment).await?;
        self.delete_files(&mut tx, client.id, id.0, Some(FileKind::EnrollmentUpload))
            .await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// Makes the picture of an enrollment and looks for its face.
    async fn look_at_enrollment(
        &self,
        client: &Client,
        enrollment: &Enrollment,
    ) -> AppResult<Result<Seen, EngineError>> {
        let album = Album {
            client,
            resource: enrollment.id.0,
            upload: FileKind::EnrollmentUpload,
            picture: FileKind::EnrollmentPicture,
        };
        let kept = match self.make_picture(album, Slot::Face).await? {
            Ok(kept) => kept,
            Err(_) => {
                let reason = Some(EnrollmentReason::FileFormatNotSupported);
                return Ok(Ok(Seen::Nothing(reason, None)));
            }
        };
        let question = FaceQuestion {
            client: client.id,
            account: enrollment.account_name.as_str(),
            liveness: false,
            picture: &kept.jpeg,
        };
        let looked = match self.face_engine(client) {
            Ok(engine) => engine.faces(question).await,
            Err(error) => Err(error),
        };
        let mut faces = match looked {
            Ok(faces) => faces,
            Err(error) => return Ok(Err(error)),
        };
        let kept = Box::new(kept);
        // Of several nobody can tell whose picture it is.
        let (Some(face), 0) = (faces.pop(), faces.len()) else {
            let reason = Some(EnrollmentReason::NoFaceDetected);
            return Ok(Ok(Seen::Nothing(reason, Some(kept))));
        };
        if let Enrolled::Face { .. } = enrollment.enrolled {
            let reported = self.search_reported(client, &face, FaceCountry::All).await?;
            if reported.found || self.is_blocked(client, enrollment).await? {
                let reason = Some(EnrollmentReason::FaceInBlocklist);
                return Ok(Ok(Seen::Nothing(reason, Some(kept))));
            }
        }
        Ok(Ok(Seen::Face(kept, face)))
    }

    /// Whether a scenario has the face of a sandbox client's account reported.
    async fn is_blocked(&self, client: &Client, enrollment: &Enrollment) -> AppResult<bool> {
        if !client.is_sandbox() {
            return Ok(false);
        }
        let mut conn = self.inner.pool.acquire().await?;
        let account = validation_accounts::find(&mut conn, client.id, &enrollment.account_name).await?;
        let blocked = Fate::Declined(DeclinedReason::FaceInBlocklist);
        Ok(account.and_then(|account| fate(&account)) == Some(blocked))
    }

    /// Tells of a face that was reported, or is no more.
    async fn tell_reported(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        enrollment: &Enrollment,
        action: EventAction,
    ) -> AppResult<()> {
        if !matches!(enrollment.enrolled, Enrolled::ReportedFace { .. }) {
            return Ok(());
        }
        let now = self.now(client);
        let event = NewEvent {
            id: EventId(self.ids().uuid(now)),
            client: client.id,
            event_type: EventType::FaceSearch,
            action,
            resource: enrollment.id.0,
            resource_version: 1,
            created: now,
            body: serde_json::to_string(&EnrollmentBody::of(enrollment, None)).map_err(AppError::internal)?,
        };
        Ok(cotejo_store::events::insert(conn, &[event]).await?)
    }
}
