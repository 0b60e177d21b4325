//! Screening: which entries of a list a subject may be, how sure that is, and why.
//!
//! Three steps. The [`index`] names the entries whose names could match, out of a million, in a millisecond; it may
//! name too many and should miss none. [`judge`] then looks at one entry whole: the best of its names, document
//! numbers, birth dates and countries come to one score, and the [`Evidence`] keeps everything that made it. What an
//! operator set aside is an [`Exception`]: that person is not that entry, until either changes.
//!
//! All of it is pure, so the same question on the same version of a list gives the same answer to the byte.

mod birth;
mod country;
mod document;
mod entry;
mod evidence;
mod exception;
pub mod index;
mod judge;
mod subject;

pub use birth::{Birth, compare_births};
pub use document::{Class, Numbers, listed_spellings, normalize, spellings};
pub use entry::{Alias, AliasStrength, Document, Entry, EntryKind};
pub use evidence::{Evidence, Features};
pub use exception::Exception;
pub use judge::{Judged, VERSION, WORTH_A_LOOK, algorithm, judge};
pub use subject::{Subject, SubjectDocument};
