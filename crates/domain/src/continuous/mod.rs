//! Continuous checks: a check that is made again and again, and what differs between two of its runs
//! (`contract/checks-wire.md` §6).
//!
//! [`Frequency`] is the calendar, [`Watch`] the state with its transitions, [`changes()`] compares two runs.
//! Everything is counted in the client's time; when a job really starts is the caller's affair: a sandbox
//! client's runs happen at the very instants at which they are due, so that a clock that is moved meets them
//! in their order, and a live client's are [`spread`].

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::ids::ContinuousCheckId;

pub mod changes;
pub mod frequency;
pub mod request;
pub mod watch;

pub use changes::{Changes, CheckScores, ScoreStatus, changes};
pub use frequency::{Frequency, InvalidFrequency};
pub(crate) use request::end_date;
pub use request::{NewWatch, WatchChange};
pub use watch::Watch;

/// How far apart the runs of live clients are drawn that would be due together. Shorter than the shortest
/// frequency, so that a run is over before the next one of its watch is due.
pub const SPREAD: Duration = Duration::from_hours(6);

/// How long after it is due a run starts: whole seconds below `window`, always the same for a watch, so that
/// its runs keep their distance.
///
/// A client that has 100,000 people watched has them loaded by a program: without this the sources would be
/// asked about all of them in the same minute, every month.
pub fn spread(id: ContinuousCheckId, window: Duration) -> Duration {
    // Ids hold the time of their creation, which is just what must not decide; their digest does not.
    let digest = Sha256::digest(id.0.as_bytes());
    let number = digest[..8]
        .iter()
        .fold(0, |number: u64, byte| number << 8 | u64::from(*byte));
    Duration::from_secs(number.checked_rem(window.as_secs()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn runs_are_spread_evenly_over_the_window() {
        let first = 0x0190_0000_0000_7000_8000_0000_0000_0000_u128;
        let mut hours = [0_u32; 6];
        for i in 0..6000 {
            let pause = spread(ContinuousCheckId(Uuid::from_u128(first + i)), SPREAD);
            hours[usize::try_from(pause.as_secs() / 3600).unwrap()] += 1;
        }
        assert!(hours.iter().all(|runs| (850..1150).contains(runs)), "{hours:?}");
    }

    #[test]
    fn a_watch_keeps_its_place_and_no_window_is_no_pause() {
        let id = ContinuousCheckId(Uuid::from_u128(7));
        assert_eq!(spread(id, SPREAD), spread(id, SPREAD));
        assert_eq!(spread(id, Duration::ZERO), Duration::ZERO);
    }
}
