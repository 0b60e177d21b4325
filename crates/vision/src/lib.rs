//! Reads pictures of papers and of faces, offline: what is written on a card, what its zone and barcode hold, whether
//! two faces are one person's. It decides nothing; what follows from a reading is `cotejo_domain::reading`'s to say.

mod barcode;
mod error;
pub mod face;
mod geometry;
mod liveness;
pub mod models;
mod numbers;
mod ocr;
pub mod picture;
pub mod quality;
pub mod runtime;
mod vision;
mod zone;

pub use error::VisionError;
pub use geometry::Point;
pub use vision::Vision;
