//! Reports of checks and processes as PDF.
//!
//! A [`CheckReport`] or [`ProcessReport`] says everything that is on the pages; the templates in `templates/` say how it looks. What sources
//! and people wrote reaches them as data and is laid out as text, never read as markup. Nothing outside of the program
//! is read: fonts and templates are built in, and there is no clock, so the same report gives the same bytes.

mod code;
mod text;
mod world;

#[cfg(test)]
mod tests;

use cotejo_domain::report::{CheckReport, ProcessReport};
use serde::Serialize;
use typst::{
    diag::SourceDiagnostic,
    foundations::{Bytes, Dict, IntoValue as _, Smart, Value},
};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use world::{CHECK, Desk, PROCESS};

/// Why a report was not drawn. None of these is expected: a report is bounded, and its texts are cleaned.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The report is no JSON.
    #[error("the report cannot be handed to the template: {0}")]
    Data(#[from] serde_json::Error),
    /// The address does not fit a code to scan.
    #[error("the address of the verification does not fit a code: {0}")]
    Code(#[from] qrcode::types::QrError),
    /// The template failed.
    #[error("the template failed: {0}")]
    Template(String),
    /// The pages cannot be written.
    #[error("the pages cannot be written: {0}")]
    Pdf(String),
}

/// How many reports ago something may have been laid out to be still remembered. Reports of different checks share
/// little but the templates, which every report uses again.
const REMEMBERED: usize = 1;

/// Draws the report of a check.
pub fn check_pdf(report: &CheckReport) -> Result<Vec<u8>, RenderError> {
    let pages = lay_out(report);
    let pdf = pages.and_then(|pages| write(&pages, &report.check_id));
    typst::comemo::evict(REMEMBERED);
    pdf
}

/// Draws the report of a process.
pub fn process_pdf(report: &ProcessReport) -> Result<Vec<u8>, RenderError> {
    let inputs = [("report".into(), handed(report)?)];
    let pages = set(PROCESS, Dict::from_iter(inputs));
    let pdf = pages.and_then(|pages| write(&pages, &report.process_id));
    typst::comemo::evict(REMEMBERED);
    pdf
}

fn lay_out(report: &CheckReport) -> Result<PagedDocument, RenderError> {
    let code = Bytes::from_string(code::svg(&report.verification.url)?);
    let inputs = [
        ("report".into(), handed(report)?),
        ("code".into(), code.into_value()),
    ];
    set(CHECK, Dict::from_iter(inputs))
}

/// A report as a template is handed it.
fn handed(report: &impl Serialize) -> Result<Value, RenderError> {
    let mut data = serde_json::to_value(report)?;
    text::clean(&mut data);
    Ok(Bytes::new(serde_json::to_vec(&data)?).into_value())
}

fn set(template: &'static str, inputs: Dict) -> Result<PagedDocument, RenderError> {
    typst::compile(&Desk::new(template, inputs))
        .output
        .map_err(|errors| RenderError::Template(told(&errors)))
}

fn write(pages: &PagedDocument, id: &str) -> Result<Vec<u8>, RenderError> {
    let options = PdfOptions {
        // Else the document's id would be made from its title and author, which two reports of a client may share.
        ident: Smart::Custom(id.to_owned()),
        creator: Smart::Custom(Some("Cotejo".to_owned())),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(pages, &options).map_err(|errors| RenderError::Pdf(told(&errors)))
}

/// The messages alone: where in a template something failed is nothing to the reader of a log, and what the template
/// was reading is not for logs.
fn told(errors: &[SourceDiagnostic]) -> String {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.join("; ")
}
