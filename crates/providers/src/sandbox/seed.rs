//! Chance that is none: everything that a synthetic registry makes up is drawn from a seed.
//!
//! A seed is the hash of who asks and about whom, so the same question has the same answer at any time on
//! any machine. Each subject of drawing has a stream of its own: a source that draws one number more does not
//! change what the others say.

use chrono::{Days, NaiveDate};
use cotejo_domain::checks::DataSet;
use sha2::{Digest as _, Sha256};

/// What a stream of numbers is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stream {
    /// Names.
    Names,
    /// The second choice of names, for registries that disagree.
    OtherNames,
    /// Dates of a life.
    Dates,
    /// Numbers that belong to a person.
    Numbers,
    /// What a person may drive.
    Licence,
    /// A company.
    Company,
    /// A vehicle.
    Vehicle,
    /// The subject's own entry in the registers of a data set, the same in each of them.
    Entry(DataSet),
    /// What one source has on record, by the hash of its key.
    Records(u64),
}

/// What everything about one subject is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seed(u64);

impl Seed {
    /// The seed of these parts, in their order.
    pub(super) fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        Self(
            digest
                .iter()
                .take(8)
                .fold(0, |value, byte| value << 8 | u64::from(*byte)),
        )
    }

    /// A stream of numbers.
    pub(super) const fn draw(self, stream: Stream) -> Draw {
        let number = match stream {
            Stream::Names => 1,
            Stream::OtherNames => 2,
            Stream::Dates => 3,
            Stream::Numbers => 4,
            Stream::Company => 5,
            Stream::Vehicle => 6,
            Stream::Licence => 7,
            Stream::Entry(data_set) => 100 + data_set as u64,
            Stream::Records(source) => source | 1 << 63,
        };
        Draw {
            key: self.0,
            counter: mix(number),
        }
    }
}

/// A short hash of a source's key (FNV-1a): it only has to keep the streams of sources apart.
pub(super) fn key_hash(key: &str) -> u64 {
    key.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The finaliser of SplitMix64.
const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A counter-based generator: the n-th number is a hash of key and n.
#[derive(Debug, Clone)]
pub(super) struct Draw {
    key: u64,
    counter: u64,
}

impl Draw {
    /// The next 64 bits.
    pub(super) const fn next(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.key ^ self.counter)
    }

    /// A number below `bound`; 0 where the bound is 0.
    pub(super) const fn below(&mut self, bound: u64) -> u64 {
        // 32 bits are enough for lists and dates, and spare the remainder's bias for the first entries.
        (self.next() >> 32).wrapping_mul(bound) >> 32
    }

    /// A number from `low` to `high`, both included.
    pub(super) const fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// An entry of a list; the lists of this module are never empty.
    pub(super) fn pick<'l, T>(&mut self, list: &'l [T]) -> Option<&'l T> {
        let index = self.below(list.len() as u64);
        list.get(usize::try_from(index).unwrap_or(0))
    }

    /// A word of a list.
    pub(super) fn word(&mut self, list: &[&'static str]) -> &'static str {
        self.pick(list).copied().unwrap_or_default()
    }

    /// So many decimal digits.
    pub(super) fn digits(&mut self, count: usize) -> String {
        self.characters(b"0123456789", count)
    }

    /// So many characters of an ASCII alphabet.
    pub(super) fn characters(&mut self, alphabet: &[u8], count: usize) -> String {
        (0..count)
            .filter_map(|_| self.pick(alphabet))
            .map(|byte| char::from(*byte))
            .collect()
    }

    /// A day of these years.
    pub(super) fn day(&mut self, first_year: i32, last_year: i32) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(first_year, 1, 1).unwrap_or_default();
        let years = u64::from(last_year.saturating_sub(first_year).unsigned_abs()) + 1;
        first
            .checked_add_days(Days::new(self.below(years * 365)))
            .unwrap_or(first)
    }
}
