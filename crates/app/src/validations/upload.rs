//! Taking in the files of validations and enrollments, as they come.

use bytes::Bytes;
use cotejo_domain::{
    clients::Client,
    fields::Fields,
    files::FileKind,
    ids::{EnrollmentId, FileId, ValidationId},
    validations::{
        Enrollment, Slot, Validation,
        pictures::{LARGEST_FACE, LARGEST_PICTURE},
    },
};
use cotejo_store::{enrollments, validations};
use futures_util::{Stream, StreamExt as _};
use std::time::Duration;
use uuid::Uuid;

use super::{ENROLL_JOB, RUN_JOB, body::Instructions};
use crate::{
    App, AppError, AppResult,
    files::{NewFile, not_whole},
};

fn validation_path(id: ValidationId, slot: Slot) -> String {
    format!("/v1/validations/{id}/{slot}/file")
}

fn enrollment_path(id: EnrollmentId) -> String {
    format!("/v1/enrollments/{id}/file")
}

/// The largest file that a slot takes, in bytes.
pub(super) const fn largest(slot: Slot) -> u64 {
    match slot {
        Slot::Front | Slot::Reverse => LARGEST_PICTURE,
        Slot::Face => LARGEST_FACE,
    }
}

impl App {
    /// Where the missing files of a validation go; nothing where none is missing.
    pub(crate) fn instructions(&self, validation: &Validation) -> Option<Instructions> {
        if validation.is_final() {
            return None;
        }
        let mut links = Instructions::default();
        let mut any = false;
        for slot in validation.missing() {
            let link = self.link(
                &self.inner.files_url,
                "PUT",
                &validation_path(validation.id, slot),
                validation.client,
                validation.deadline(),
            );
            any = true;
            match slot {
                Slot::Front => links.front_url = Some(link),
                Slot::Reverse => links.reverse_url = Some(link),
                Slot::Face => links.file_upload_link = Some(link),
            }
        }
        any.then_some(links)
    }

    /// Where the picture of an enrollment goes.
    pub(super) fn enrollment_link(&self, enrollment: &Enrollment) -> String {
        self.link(
            &self.inner.files_url,
            "PUT",
            &enrollment_path(enrollment.id),
            enrollment.client,
            enrollment.upload_until,
        )
    }

    /// Takes a file of a validation. A link is spent by the first file that arrives whole; of two at once one wins.
    pub async fn upload_validation_file<E: std::error::Error>(
        &self,
        id: ValidationId,
        slot: Slot,
        query: &Fields,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> AppResult<()> {
        let client = self.linked("PUT", &validation_path(id, slot), query).await?;
        let mut conn = self.inner.pool.acquire().await?;
        let validation = validations::find(&mut conn, client.id, id).await?;
        drop(conn);
        let open = validation.is_some_and(|mut validation| validation.take_file(slot, self.now(&client)));
        if !open {
            return Err(AppError::LinkRefused);
        }
        let new = self.upload(&client, FileKind::ValidationUpload, id.0, slot);
        let pieces = body.map(|piece| piece.map_err(|_| not_whole()));
        let file = self.receive(new, largest(slot), pieces).await?;
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let validation = validations::lock(&mut tx, client.id, id).await?;
        let mut validation = validation.ok_or(AppError::LinkRefused)?;
        // Another file came first, or the time was over; the bytes of this one are swept.
        if !validation.take_file(slot, self.now(&client)) {
            return Err(AppError::LinkRefused);
        }
        validations::update(&mut tx, &validation).await?;
        self.put_files(&mut tx, &[&file]).await?;
        if validation.is_ready() {
            let job = self.job_of(&client, RUN_JOB, id.0, Duration::ZERO);
            cotejo_queue::wake(&mut tx, &[job]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Takes the picture of an enrollment.
    pub async fn upload_enrollment_file<E: std::error::Error>(
        &self,
        id: EnrollmentId,
        query: &Fields,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> AppResult<()> {
        let client = self.linked("PUT", &enrollment_path(id), query).await?;
        let mut conn = self.inner.pool.acquire().await?;
        let enrollment = enrollments::find(&mut conn, client.id, id, false).await?;
        drop(conn);
        if enrollment.is_none_or(|enrollment| !enrollment.waits_for_picture(self.now(&client))) {
            return Err(AppError::LinkRefused);
        }
        let new = self.upload(&client, FileKind::EnrollmentUpload, id.0, Slot::Face);
        let pieces = body.map(|piece| piece.map_err(|_| not_whole()));
        let file = self.receive(new, LARGEST_FACE, pieces).await?;
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let enrollment = enrollments::find(&mut tx, client.id, id, true).await?;
        let mut enrollment = enrollment.ok_or(AppError::LinkRefused)?;
        let now = self.now(&client);
        if !enrollment.waits_for_picture(now) {
            return Err(AppError::LinkRefused);
        }
        enrollment.has_picture(now);
        enrollments::update(&mut tx, &enrollment).await?;
        self.put_files(&mut tx, &[&file]).await?;
        let job = self.job_of(&client, ENROLL_JOB, id.0, Duration::ZERO);
        cotejo_queue::wake(&mut tx, &[job]).await?;
        Ok(tx.commit().await?)
    }

    fn upload(&self, client: &Client, kind: FileKind, resource: Uuid, slot: Slot) -> NewFile {
        NewFile {
            client: client.id,
            id: FileId(self.ids().uuid(self.now(client))),
            resource,
            kind,
            variant: slot.to_string(),
            name: slot.to_string(),
            // What it is, nobody has looked yet.
            content_type: "application/octet-stream".to_owned(),
            created: self.now(client),
        }
    }
}
