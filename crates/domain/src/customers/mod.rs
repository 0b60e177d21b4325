//! Customers: the persons whom a client's checks, validations and processes are about (seed 001, Customers).
//!
//! One person is the same document or the same account. What a transaction is about is its [`Facts`]; they name its keys
//! ([`Key`]), [`Partition`] says which keys are one customer's, and [`Profile`] what is known of the customer by all that
//! was said. None of it depends on the order in which transactions are read.

pub mod facts;
pub mod key;
pub mod paper;
pub mod partition;
pub mod profile;
pub mod transaction;

pub use facts::Facts;
pub use key::Key;
pub use paper::Paper;
pub use partition::{Admitted, Join, NotMerged, NotUnmerged, Partition};
pub use profile::{Origin, Profile};
pub use transaction::{
    Pictures, Properties, Source, Transaction, TransactionFailure, TransactionId, TransactionStatus,
    TransactionType,
};
