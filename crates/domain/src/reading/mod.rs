//! What was read in the pictures of a document, and what follows from it.

pub mod side;

pub use side::{
    Area, Barcode, BarcodeKind, Line, Portrait, Quality, SideReading, Zone, ZoneChecks, ZoneFormat,
};
