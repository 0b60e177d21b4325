//! Documents for people: reports of checks as PDF, workbooks and CSV in and out, archives under a password.
//!
//! Heavy, so that only programs that make documents link it; use cases see it as [`cotejo_domain::report::Printer`] and
//! [`cotejo_domain::batches::Tables`].

mod archive;
mod pdf;
mod tables;

pub use archive::Zips;
pub use pdf::{RenderError, check_pdf, process_pdf};
pub use tables::Sheets;
