//! A check as a document: made once in each language, kept, and verified by anybody who holds it.

use async_trait::async_trait;
use cotejo_domain::{
    checks::CheckStatus,
    clients::Client,
    fields::Fields,
    files::{File, FileKind},
    hex::hex,
    ids::{CheckId, ClientId, FileId, derived},
    language::Language,
    permissions::Permission,
    report::{Frame, check_report},
};
use cotejo_queue::{Handler, Lane, Lease, NewJob, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    body::CheckStatusSchema,
    create::queue_priority,
    dossier::{Known, language, unmasked},
};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
    files::{Download, NewFile},
    jobs::{one_by_one, payload},
    secrets::{Purpose, hmac_sha256, is_hmac_sha256},
};

/// Kind of the job.
const JOB: &str = "check.pdf";

/// Bytes of a verification code.
const CODE: usize = 10;

/// Where a document is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PdfOutput)]
pub struct PdfBody {
    /// Path of the document; 404 until it is there
    pdf_path: String,
}

/// What is true of a document, for whoever holds it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verification)]
pub struct VerificationBody {
    /// Background check ID, as every page bears it
    #[schema(value_type = String)]
    check_id: CheckId,
    /// Where the check stands
    #[schema(value_type = CheckStatusSchema)]
    status: CheckStatus,
    /// Its score
    #[schema(value_type = f64)]
    score: cotejo_domain::checks::scoring::Score,
    /// RFC 3339
    creation_date: String,
    /// RFC 3339
    update_date: String,
    /// The documents that were made of it
    documents: Vec<DocumentBody>,
}

/// A document that was made of a check.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentBody {
    /// Its language
    language: String,
    /// SHA-256 of the whole file, in hex: another one is another file
    sha256: String,
    /// Its length in bytes
    size: i64,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    client: Uuid,
    check: Uuid,
}

/// Makes the documents of checks.
pub struct PrintChecks(pub App);

#[async_trait]
impl Handler for PrintChecks {
    fn kind(&self) -> &'static str {
        JOB
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        one_by_one(leases, |lease| self.0.print_check(lease)).await
    }
}

impl App {
    /// Has the documents of a finished check made: 202 while they are being made, 200 once they are there.
    pub async fn create_pdf(&self, command: &Command, id: CheckId) -> AppResult<Done> {
        command.caller.require(Permission::ChecksRead)?;
        unmasked(&command.caller)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let check = cotejo_store::checks::find(&mut write.tx, client.id, id, false)
            .await?
            .ok_or(AppError::NotFound("The Check"))?;
        if !check.status.is_final() {
            return Err(AppError::Conflict("the check has not finished".to_owned()));
        }
        let there =
            cotejo_store::files::page(&mut write.tx, client.id, id.0, FileKind::CheckPdf, "", 1).await?;
        let status = if there.is_empty() {
            let payload = Payload {
                client: client.id.0,
                check: id.0,
            };
            let job = NewJob {
                id: self.ids().uuid(self.clock().now()),
                kind: JOB,
                payload: serde_json::json!(payload).to_string(),
                lane: Lane::of(client.id.0, queue_priority(cotejo_domain::checks::Priority::High)),
                after: std::time::Duration::ZERO,
                key: Some(id.0),
                clock: None,
            };
            cotejo_queue::wake(&mut write.tx, &[job]).await?;
            202
        } else {
            200
        };
        let body = PdfBody {
            pdf_path: format!("/v1/checks/{id}/pdf"),
        };
        let audited = Audited {
            action: "check.pdf_requested",
            resource: id.0,
            ..Audited::default()
        };
        self.end(write, command, audited, status, &body).await
    }

    /// The document of a check in a language, Spanish unless another is asked for.
    pub async fn check_pdf(&self, caller: &Caller, id: CheckId, lang: Option<&str>) -> AppResult<Download> {
        caller.require(Permission::ChecksRead)?;
        unmasked(caller)?;
        let language = language(lang, Language::Es)?;
        let client = caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        let (kind, variant) = (FileKind::CheckPdf, language.as_str());
        let file = cotejo_store::files::of_resource(&mut conn, client, id.0, kind, variant).await?;
        drop(conn);
        self.open(file.ok_or(AppError::NotMade)?).await
    }

    async fn print_check(&self, lease: &Lease) -> AppResult<Outcome> {
        let asked: Payload = payload(lease)?;
        let (client, id) = (ClientId(asked.client), CheckId(asked.check));
        let mut conn = self.inner.pool.acquire().await?;
        let owner = cotejo_store::clients::find(&mut conn, client).await?;
        let creator = cotejo_store::checks::creator(&mut conn, client, id).await?;
        drop(conn);
        let known = match self.known(client, id).await {
            Ok(known) => known,
            Err(AppError::NotFound(_)) => return self.drop_lease(lease).await,
            Err(error) => return Err(error),
        };
        let Some(owner) = owner else {
            return self.drop_lease(lease).await;
        };
        // A run of a continuous check or a row of a batch was made by no key.
        let by = creator.unwrap_or_default();
        let mut files = Vec::new();
        for language in Language::ALL {
            files.push(self.print(&owner, &known, &by, *language).await?);
        }
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            return Ok(Outcome::Done);
        }
        // One that was deleted meanwhile leaves nothing behind.
        if cotejo_store::checks::find(&mut tx, client, id, true)
            .await?
            .is_none()
        {
            let ids: Vec<FileId> = files.iter().map(|file| file.id).collect();
            self.forget_bytes(&mut tx, client, &ids).await?;
            tx.commit().await?;
            return Ok(Outcome::Done);
        }
        self.put_files(&mut tx, &files.iter().collect::<Vec<_>>()).await?;
        for file in &files {
            let detail = format!("{} sha256:{}", file.variant, hex(&file.sha256));
            self.audit_system(&mut tx, &owner, "check.pdf_created", id.0, &detail)
                .await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// Draws a check and writes the document's bytes.
    async fn print(&self, client: &Client, known: &Known, by: &str, language: Language) -> AppResult<File> {
        let printer = self
            .inner
            .printer
            .clone()
            .ok_or_else(|| AppError::internal("this program draws no documents"))?;
        let check = &known.check;
        let code = self.verification_code(check.client, check.id);
        let url = self.document_url(check.client, check.id);
        let report = check_report(
            &known.dossier(self),
            &Frame {
                client: &client.name,
                created_by: by,
                finished: check.status.is_final().then_some(check.updated),
                verification_url: &url,
                verification_code: &code,
                language,
            },
        );
        let drawn = tokio::task::spawn_blocking(move || printer.check_pdf(&report))
            .await
            .map_err(AppError::internal)?
            .map_err(AppError::internal)?;
        let new = NewFile {
            client: check.client,
            // Who makes it again writes the same object again.
            id: FileId(derived(&[
                check.id.0.as_bytes(),
                b"pdf",
                language.as_str().as_bytes(),
            ])),
            resource: check.id.0,
            kind: FileKind::CheckPdf,
            variant: language.to_string(),
            name: format!("{}-{language}.pdf", check.id),
            content_type: "application/pdf".to_owned(),
            created: self.now(client),
        };
        self.keep_whole(new, &drawn).await
    }

    /// A code that only we can make for a check, short enough to be typed.
    fn verification_code(&self, client: ClientId, id: CheckId) -> String {
        let (_, key) = self.inner.secrets.active(Purpose::Documents);
        hex(&hmac_sha256(&key, &[client.0.as_bytes(), id.0.as_bytes()])[..CODE]).to_uppercase()
    }

    /// What the code on a document says: where it is verified.
    pub fn document_url(&self, client: ClientId, id: CheckId) -> String {
        let code = self.verification_code(client, id);
        let base = self.inner.checks_url.trim_end_matches('/');
        format!("{base}/v1/verifications/{id}?Client={client}&Code={code}")
    }

    /// What is true of a document, for whoever has its code. Tells nothing of whom it is about.
    pub async fn verify_document(&self, id: CheckId, query: &Fields) -> AppResult<VerificationBody> {
        let missing = || AppError::NotFound("The document");
        let client: ClientId = query
            .get("Client")
            .and_then(|text| text.parse().ok())
            .ok_or_else(missing)?;
        let given = query
            .get("Code")
            .map(|code| code.trim().to_lowercase())
            .ok_or_else(missing)?;
        let parts: [&[u8]; 2] = [client.0.as_bytes(), id.0.as_bytes()];
        let genuine = self.inner.secrets.all(Purpose::Documents).any(|key| {
            let made = hex(&hmac_sha256(&key, &parts)[..CODE]);
            // Compared through a MAC, so that a guess takes as long wherever it goes wrong.
            is_hmac_sha256(&key, &[given.as_bytes()], &hmac_sha256(&key, &[made.as_bytes()]))
        });
        if !genuine {
            return Err(missing());
        }
        let known = self.known(client, id).await.map_err(|error| match error {
            AppError::NotFound(_) => missing(),
            other => other,
        })?;
        let mut conn = self.inner.pool.acquire().await?;
        let files = cotejo_store::files::page(&mut conn, client, id.0, FileKind::CheckPdf, "", 10).await?;
        Ok(VerificationBody {
            check_id: id,
            status: known.check.status,
            score: known.scores.score,
            creation_date: known.check.created.rfc3339_nanos(),
            update_date: known.check.updated.rfc3339_seconds(),
            documents: files
                .into_iter()
                .map(|file| DocumentBody {
                    language: file.variant,
                    sha256: hex(&file.sha256),
                    size: file.size,
                })
                .collect(),
        })
    }
}
