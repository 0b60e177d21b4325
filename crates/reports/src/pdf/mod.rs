//! Reports of checks as PDF.
//!
//! A [`CheckReport`] says everything that is on the pages; the templates in `templates/` say how it looks. What sources
//! and people wrote reaches them as data and is laid out as text, never read as markup. Nothing outside of the program
//! is read: fonts and templates are built in, and there is no clock, so the same report gives the same bytes.

mod code;
mod text;
mod world;

#[cfg(test)]
mod tests;

use cotejo_domain::report::CheckReport;
use typst::{
    diag::SourceDiagnostic,
    foundations::{Bytes, Dict, IntoValue as _, Smart},
};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use world::Desk;

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

/// Draws a report.
pub fn check_pdf(report: &CheckReport) -> Result<Vec<u8>, RenderError> {
    let pages = lay_out(report);
    let pdf = pages.and_then(|pages| write(&pages, &report.check_id));
    typst::comemo::evict(REMEMBERED);
    pdf
}

fn lay_out(report: &CheckReport) -> Result<PagedDocument, RenderError> {
    let mut data = serde_json::to_value(report)?;
    text::clean(&mut data);
    let data = Bytes::new(serde_json::to_vec(&data)?);
    let code = Bytes::from_string(code::svg(&report.verification.url)?);
    let inputs = [
        ("report".into(), data.into_value()),
        ("code".into(), code.into_value()),
    ];
    typst::compile(&Desk::new(Dict::from_iter(inputs)))
        .output
        .map_err(|errors| RenderError::Template(told(&errors)))
}

fn write(pages: &PagedDocument, check: &str) -> Result<Vec<u8>, RenderError> {
    let options = PdfOptions {
        // Else the document's id would be made from its title and author, which two checks of a client may share.
        ident: Smart::Custom(check.to_owned()),
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
