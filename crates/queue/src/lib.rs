//! The job queue on Postgres.
//!
//! Jobs are inserted in the transaction that causes them ([`enqueue`]), claimed in batches with `SKIP LOCKED`
//! ([`claim`]), and finished in the transaction that does their work ([`finish`]): a job whose lease was lost finishes
//! nothing, and everything done with it rolls back. Leases are measured by Postgres' own clock, so the clocks of the
//! workers do not matter.
//!
//! Two things keep a busy queue quick. Every claimer remembers the last id it took from each lane and looks only
//! behind it, scanning from the bottom once a second: index entries that an old snapshot keeps from being cleaned are
//! then passed over once a second, not at every claim. And fairness between clients is a hashed lane, served in turn.

pub mod admin;
pub mod clock;
mod jobs;
pub mod leader;
pub mod listen;
mod runner;

pub use jobs::{
    Lane, Lease, Marks, NewJob, claim, discard, enqueue, fail, finish, hold, is_pending, promote, recover,
    renew, reschedule, wake,
};
pub use runner::{Handler, Outcome, Runner};

/// The channel on which new jobs are announced.
pub const CHANNEL: &str = "cotejo_jobs";

/// What an announcement says of jobs whose ids are older than what claimers took already.
pub(crate) const OLD: &str = "old";

/// How often a job is tried before it is dead.
pub const MAX_ATTEMPTS: i16 = 10;
