//! A process as a document: asked for by reading it, made once, made anew when somebody decided otherwise since.

use async_trait::async_trait;
use cotejo_domain::{
    clients::Client,
    files::{File, FileKind},
    ids::{FileId, ProcessId, derived},
    language::Language,
    permissions::Permission,
    report::{Material, process_report},
};
use cotejo_queue::{Handler, Lease, Outcome};
use cotejo_store::{decisions, files, validations};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

use super::{Underway, may};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    checks::dossier::{language, unmasked},
    files::{Download, NewFile},
    jobs::{one_by_one, payload},
    validations::Payload,
};

/// Kind of the job.
const JOB: &str = "process.pdf";

/// Where a document is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProcessPDFStatus)]
pub struct PdfStatus {
    /// `requested` the first time, then `in_progress` until it is there
    #[schema(example = "requested")]
    file_status: &'static str,
}

/// The document of a process, or where it is.
pub enum ProcessPdf {
    /// It is there.
    There(Box<Download>),
    /// It is being made.
    Status(PdfStatus),
}

/// Makes the documents of processes.
pub struct PrintProcesses(pub App);

#[async_trait]
impl Handler for PrintProcesses {
    fn kind(&self) -> &'static str {
        JOB
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.print_process(lease)).await
    }
}

/// Which document of a process it is: one a language, and another one for what came after.
fn variant(underway: &Underway, language: Language) -> String {
    format!("{language}-{}", underway.process.version)
}

impl App {
    /// GET /v1/processes/{id}/pdf: in Spanish unless another language is asked for.
    pub async fn get_process_pdf(
        &self,
        caller: &Caller,
        id: ProcessId,
        lang: Option<&str>,
    ) -> AppResult<ProcessPdf> {
        may(caller, id, Permission::IdentityRead)?;
        unmasked(caller)?;
        let language = language(lang, Language::Es)?;
        let client = caller.client();
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let underway = self.see_process(&mut tx, client.id, id).await?;
        if !underway.process.is_final() {
            return Err(AppError::Conflict("the process has not finished".to_owned()));
        }
        let variant = variant(&underway, language);
        let file = files::of_resource(&mut tx, client.id, id.0, FileKind::ProcessPdf, &variant).await?;
        if let Some(file) = file {
            drop(tx);
            return Ok(ProcessPdf::There(Box::new(self.open(file).await?)));
        }
        let waiting = cotejo_queue::is_pending(&mut tx, JOB, id.0).await?;
        if !waiting {
            let job = self.job_of(client, JOB, id.0, Duration::ZERO);
            cotejo_queue::wake(&mut tx, &[job]).await?;
        }
        tx.commit().await?;
        Ok(ProcessPdf::Status(PdfStatus {
            file_status: if waiting { "in_progress" } else { "requested" },
        }))
    }

    async fn print_process(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: Payload = payload(lease)?;
        let (client, id) = payload.process();
        let mut conn = self.inner.pool.acquire().await?;
        let Some(client) = cotejo_store::clients::find(&mut conn, client).await? else {
            return self.drop_lease(lease).await;
        };
        let underway = match self.see_process(&mut conn, client.id, id).await {
            Ok(underway) => underway,
            Err(AppError::NotFound(_)) => return self.drop_lease(lease).await,
            Err(error) => return Err(error),
        };
        let made = validations::of_process(&mut conn, client.id, id).await?;
        let ledger = decisions::of_process(&mut conn, client.id, id).await?;
        drop(conn);
        let material = Material {
            process: &underway.process,
            spec: &underway.spec,
            flow: &underway.flow_name,
            validations: &made,
            ledger: &ledger,
            client: &client.name,
        };
        let mut printed = Vec::new();
        for language in Language::ALL {
            printed.push(self.print_in(&client, &underway, material, *language).await?);
        }
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        // One that was deleted meanwhile leaves nothing behind.
        if !cotejo_store::processes::exists(&mut tx, client.id, id).await? {
            let ids: Vec<FileId> = printed.iter().map(|file| file.id).collect();
            self.forget_bytes(&mut tx, client.id, &ids).await?;
            tx.commit().await?;
            return Ok(Outcome::Done);
        }
        // What it says of an earlier time is nobody's to read any more.
        self.delete_files(&mut tx, client.id, id.0, Some(FileKind::ProcessPdf))
            .await?;
        self.put_files(&mut tx, &printed.iter().collect::<Vec<_>>())
            .await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    async fn print_in(
        &self,
        client: &Client,
        underway: &Underway,
        material: Material<'_>,
        language: Language,
    ) -> AppResult<File> {
        let printer = self.inner.printer.clone();
        let printer = printer.ok_or_else(|| AppError::internal("this program draws no documents"))?;
        let report = process_report(material, language);
        let drawn = tokio::task::spawn_blocking(move || printer.process_pdf(&report))
            .await
            .map_err(AppError::internal)?
            .map_err(AppError::internal)?;
        let process = &underway.process;
        let variant = variant(underway, language);
        let new = NewFile {
            client: client.id,
            // Who makes it again writes the same object again.
            id: FileId(derived(&[process.id.0.as_bytes(), b"pdf", variant.as_bytes()])),
            resource: process.id.0,
            kind: FileKind::ProcessPdf,
            variant,
            name: format!("{}-{language}.pdf", process.id),
            content_type: "application/pdf".to_owned(),
            created: self.now(client),
        };
        self.keep_whole(new, &drawn).await
    }
}
