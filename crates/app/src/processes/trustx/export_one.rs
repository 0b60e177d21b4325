//! The export of one instance: a folder of what happened, what was found, and its pictures (seed 003).

use cotejo_domain::{
    fields::FieldErrors,
    files::{File, FileKind},
    permissions::Permission,
    processes::{
        ChecksTable, Decision, Process, StepKind,
        trustx::{Base32Id, Instance, dtm, timeline::timeline},
    },
    validations::{Slot, Validation},
};
use cotejo_store::{decisions, files, instances, validations};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    INSTANCE,
    look::{ChecksBody, TimelineBody, counting, document_of, is_face},
    process_of,
    zip::{Archive, Zipping, password},
};
use crate::{
    App, AppError, AppResult,
    checks::dossier::unmasked,
    command::{Audited, Command},
    processes::Underway,
    validations::PORTRAIT,
};

/// Most pictures of a validation.
const PICTURES: i64 = 10;

/// What the pictures of a document are called. The vendor's guide knows a cropped front, too: here is none apart from what is
/// kept, so that it is left out.
const OF_DOCUMENT: &[(&str, &str)] = &[
    (Slot::Front.as_str(), "FRONT.Uncropped.jpeg"),
    (Slot::Reverse.as_str(), "BACK.Uncropped.jpeg"),
    (PORTRAIT, "portrait.jpeg"),
];

/// What the picture of a face is called.
const OF_FACE: &[(&str, &str)] = &[(Slot::Face.as_str(), "face.jpeg")];

/// Everything that is told of an instance.
struct Told {
    instance: Instance,
    underway: Underway,
    ledger: Vec<Decision>,
    /// Its validations that count, with their pictures.
    seen: Vec<(Validation, Vec<File>)>,
    table: ChecksTable,
}

impl App {
    /// POST …/{id}/export
    pub async fn export_instance(
        &self,
        command: &Command,
        id: Base32Id,
        header: Option<&str>,
    ) -> AppResult<Archive> {
        command.caller.require(Permission::IdentityRead)?;
        unmasked(&command.caller)?;
        let mut errors = FieldErrors::default();
        let password = password(&command.fields()?, header, &mut errors);
        errors.into_result()?;
        let mut conn = self.inner.pool.acquire().await?;
        let told = self.told(&mut conn, command, id).await?;
        let audited = Audited {
            action: "process.exported",
            resource: id.0,
            ..Audited::default()
        };
        self.audit(&mut conn, command, audited).await?;
        drop(conn);
        let zip = self.begin_zip(password)?;
        write_texts(&zip, &told).await?;
        self.write_pictures(&zip, told.seen).await?;
        zip.finish(format!("{id}.zip")).await
    }

    async fn told(&self, conn: &mut PgConnection, command: &Command, id: Base32Id) -> AppResult<Told> {
        let (client, id) = (command.caller.client().id, process_of(id));
        let instance = instances::find(&mut *conn, client, id).await?.ok_or(INSTANCE)?;
        let underway = self.see_process(&mut *conn, client, id).await?;
        let ledger = decisions::of_process(&mut *conn, client, id).await?;
        let made = validations::of_process(&mut *conn, client, id).await?;
        let table = ChecksTable::of(&underway.process, &made, &underway.process.progress.checks);
        let mut seen = Vec::new();
        for validation in counting(&underway.process, &made) {
            let kind = FileKind::ValidationPicture;
            let pictures = files::page(&mut *conn, client, validation.id.0, kind, "", PICTURES).await?;
            seen.push((validation.clone(), pictures));
        }
        Ok(Told {
            instance,
            underway,
            ledger,
            seen,
            table,
        })
    }

    /// Writes the pictures piece by piece, each under what it is called.
    async fn write_pictures(&self, zip: &Zipping, seen: Vec<(Validation, Vec<File>)>) -> AppResult<()> {
        let (mut documents, mut faces) = (0, 0);
        for (validation, pictures) in seen {
            let (folder, names) = match folder_of(&validation, &mut documents, &mut faces) {
                Some(folder) if is_face(&validation) => (folder, OF_FACE),
                Some(folder) => (folder, OF_DOCUMENT),
                None => continue,
            };
            for picture in pictures {
                let name = names.iter().find(|(variant, _)| *variant == picture.variant);
                let Some((_, name)) = name else { continue };
                let mut content = match self.open(picture).await {
                    Ok(download) => download.content,
                    // What is gone is left out: the rest is worth having.
                    Err(AppError::NotFound(_)) => continue,
                    Err(error) => return Err(error),
                };
                zip.file(format!("{folder}/{name}")).await;
                while let Some(piece) = content.next().await {
                    zip.write(piece.map_err(AppError::internal)?.to_vec()).await;
                }
            }
        }
        Ok(())
    }
}

/// The folder of a validation: `idDocs` or `faces`, numbered from the second of its kind on.
fn folder_of(validation: &Validation, documents: &mut u32, faces: &mut u32) -> Option<String> {
    let (name, count) = if document_of(validation).is_some() {
        ("idDocs", documents)
    } else if is_face(validation) {
        ("faces", faces)
    } else {
        return None;
    };
    *count += 1;
    Some(match *count {
        1 => name.to_owned(),
        n => format!("{name}{n}"),
    })
}

async fn write_texts(zip: &Zipping, told: &Told) -> AppResult<()> {
    let Underway { process, spec, .. } = &told.underway;
    let activity = TimelineBody::of(timeline(process, spec, &told.ledger));
    write_json(zip, "activity.json", &activity).await?;
    if let Some(consent) = consent(process) {
        write_json(zip, "consent.json", &consent).await?;
    }
    write_json(zip, "summary.json", &summary(told)).await?;
    let (mut documents, mut faces) = (0, 0);
    for (validation, _) in &told.seen {
        let folder = folder_of(validation, &mut documents, &mut faces);
        if let (Some(folder), Some(results)) = (folder, processor_results(validation)) {
            write_json(zip, &format!("{folder}/processor-results.json"), &results).await?;
        }
    }
    write_json(zip, "faces/processTokenParams.json", &process.start.metadata).await
}

async fn write_json<T: Serialize + Sync>(zip: &Zipping, name: &str, value: &T) -> AppResult<()> {
    zip.file(name).await;
    zip.write(serde_json::to_vec_pretty(value).map_err(AppError::internal)?)
        .await;
    Ok(())
}

/// What the person said to the authorisation; none where it was never asked for.
fn consent(process: &Process) -> Option<Value> {
    let mut steps = process.progress.steps.iter();
    let step = steps.find(|step| step.kind == StepKind::EnterAuthorization)?;
    let finished = step.finished?;
    Some(json!({
        "consent": step.output.as_ref().is_some_and(|output| output.success),
        "consentDtm": dtm(finished),
        "ipAddress": process.ip_address,
    }))
}

/// What all checks of documents and faces came to.
fn summary(told: &Told) -> Value {
    let checks = ChecksBody::of(&told.underway.process, &told.table);
    json!({
        "id": Base32Id(told.instance.id.0),
        "status": told.instance.status,
        "statusMapped": told.instance.status.mapped(),
        "checks": checks,
    })
}

/// What was found on a document.
fn processor_results(validation: &Validation) -> Option<Value> {
    let kind = document_of(validation)?;
    Some(json!({
        "country": kind.country,
        "documentType": kind.document_type,
        "status": validation.status(),
        "document": validation.findings.document.as_ref()?,
    }))
}
