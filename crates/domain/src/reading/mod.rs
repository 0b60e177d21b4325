//! What was read in the pictures of a document, and what follows from it.
//!
//! A reading is what a machine saw: lines of text, a zone, barcodes, faces, and how good the picture is. From it follow,
//! by rules alone, which document it is, what it says, whether its parts agree with each other, and why it is declined
//! if it is. Nothing here looks at a picture, so all of it is tested as tables.

pub mod barcode;
mod consistency;
mod data;
mod dates;
mod finder;
mod glance;
pub mod judge;
mod kinds;
pub mod limits;
mod page;
mod pictures;
mod printed;
pub mod side;
mod sources;
#[cfg(test)]
mod tests;
mod zone;

pub use finder::{Finder, finder};
pub use glance::{PictureFault, fault};
pub use judge::{Expected, Judged, judge};
pub use kinds::{Face, Layout, Recognised, recognise};
pub use side::{
    Area, Barcode, BarcodeKind, Line, Portrait, Quality, SideReading, Zone, ZoneChecks, ZoneFormat,
};
