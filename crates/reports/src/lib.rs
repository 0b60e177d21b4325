//! Documents for people: workbooks and CSV, in and out.
//!
//! Heavy, so that only programs that make documents link it; use cases see it as [`cotejo_domain::batches::Tables`].

mod tables;

pub use tables::Sheets;
