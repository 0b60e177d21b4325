//! Files at rest.
//!
//! A file is one object, sealed by us before the store sees it: 64 KiB chunks of ChaCha20-Poly1305, each bound to the
//! object's name, its place and whether it is the last one, so that a file that was cut, put together anew or moved does
//! not open (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár). Keys come from whoever calls; each
//! writing has a salt of its own, so that writing an object again never uses a key twice.
//!
//! The store is a folder, memory, or S3; nothing of it is reached from outside but through us.

mod seal;
mod store;

pub use seal::{CHUNK, Key, Salt};
pub use store::{BlobError, Blobs, InvalidLocation, Reader, Writer};
