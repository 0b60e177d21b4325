//! Verifying an exported trail, line by line and in constant memory.

use serde::Serialize;

use super::{Checkpoint, Entry, Hash, Line, genesis};
use crate::ids::ClientId;

/// How many faults a report keeps: the first ones tell what was done, the others follow from them.
const MOST_FAULTS: usize = 20;

/// What is wrong with a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A line is neither an entry nor a checkpoint as they are exported.
    #[error("not a line of an audit trail")]
    Unreadable,
    /// A line is of another client.
    #[error("belongs to another client")]
    OtherClient,
    /// The beginning is missing, and no known checkpoint stands for it.
    #[error("starts at {0}: nothing before it is verified, nor that entry itself")]
    StartsLate(i64),
    /// Another entry was due: entries were removed, inserted or reordered.
    #[error("entry {0} was expected here: entries were removed, inserted or reordered")]
    Unexpected(i64),
    /// The hash is not that of the entry behind the one before it.
    #[error("the entry is not the one that its hash was made of")]
    WrongHash,
    /// The checkpoint was changed or signed with another key.
    #[error("the checkpoint was changed, or signed with another key than the trusted one")]
    Signature,
    /// The checkpoint does not follow its entry, or is not the first one to do so.
    #[error("the checkpoint does not stand behind its entry")]
    Misplaced,
    /// The checkpoint signs another hash than its entry has.
    #[error("the checkpoint signs another entry of this number")]
    OtherEntry,
    /// The entry has another hash than the known checkpoint signed.
    #[error("the known checkpoint signs another entry of this number")]
    OtherThanKnown,
    /// The known checkpoint itself is not good.
    #[error("the known checkpoint was changed, or signed with another key than the trusted one")]
    KnownSignature,
    /// The end is missing.
    #[error("ends before entry {0}, which a known checkpoint signs")]
    Truncated(i64),
}

impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A fault and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Fault {
    /// The line, from 1; 0 is before the trail, and the end is behind its last line.
    pub line: u64,
    /// Number of the entry or of what the checkpoint signs, where the line has one.
    pub sequence: Option<i64>,
    /// What is wrong.
    pub what: Problem,
}

/// What came of verifying a trail. It is good where there are no faults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whose trail; `None` for an empty one.
    pub client: Option<ClientId>,
    /// How many entries there are.
    pub entries: u64,
    /// Number of the first entry.
    pub first: Option<i64>,
    /// Number of the last entry.
    pub last: Option<i64>,
    /// How many checkpoints there are.
    pub checkpoints: u64,
    /// The last entry that a good checkpoint stands for, with no fault before it.
    pub vouched_until: Option<i64>,
    /// How many entries are behind that one: chained, but not signed yet.
    pub tail: u64,
    /// The first faults, in order.
    pub faults: Vec<Fault>,
}

/// Verifies one client's trail.
///
/// A fault is told once: the chain is taken up again where the next entry says that it is. From the first
/// fault on no checkpoint vouches for anything any more.
#[derive(Debug)]
pub struct Verifier {
    trusted: Vec<String>,
    known: Option<Checkpoint>,
    line: u64,
    last: Option<(i64, Hash)>,
    signed: Option<i64>,
    report: Report,
}

impl Verifier {
    /// A verifier that believes checkpoints of the trusted keys; of any key where there is none, which
    /// protects against mistakes, not against who can sign anew with a key of their own.
    ///
    /// `known` is a checkpoint that was kept from an earlier export: the trail has to reach it and agree with
    /// it, and may start right behind it.
    pub fn new(trusted: Vec<String>, known: Option<Checkpoint>) -> Self {
        let mut verifier = Self {
            trusted,
            known: None,
            line: 0,
            last: None,
            signed: None,
            report: Report {
                client: known.as_ref().map(|known| known.client),
                entries: 0,
                first: None,
                last: None,
                checkpoints: 0,
                vouched_until: None,
                tail: 0,
                faults: Vec::new(),
            },
        };
        if let Some(known) = known {
            if !known.verify(&verifier.trusted) {
                verifier.blame(Some(known.sequence), Problem::KnownSignature);
            }
            verifier.known = Some(known);
        }
        verifier
    }

    /// Takes the next line, without its line feed.
    ///
    /// # Errors
    /// What is wrong with the line. It is in the report as well, and the lines behind it can still be given.
    pub fn push(&mut self, line: &str) -> Result<(), Fault> {
        self.line += 1;
        let (sequence, judged) = match line.parse() {
            Ok(Line::Entry { entry, hash }) => (Some(entry.sequence), self.entry(&entry, hash)),
            Ok(Line::Checkpoint(checkpoint)) => (Some(checkpoint.sequence), self.checkpoint(&checkpoint)),
            Err(_) => (None, Err(Problem::Unreadable)),
        };
        judged.map_err(|what| self.blame(sequence, what))
    }

    /// What came of it.
    pub fn finish(mut self) -> Report {
        let due = self.known.as_ref().map(|known| known.sequence);
        if let Some(due) = due.filter(|due| self.report.last < Some(*due)) {
            self.line += 1;
            self.blame(self.report.last, Problem::Truncated(due));
        }
        self.report
    }

    fn entry(&mut self, entry: &Entry, hash: Hash) -> Result<(), Problem> {
        self.of_client(entry.client)?;
        self.report.entries += 1;
        self.report.tail += 1;
        let linked = self.link(entry, hash);
        // One that stands too late is passed over, so that an inserted entry is one fault and not two.
        if self.last.is_none_or(|(last, _)| last < entry.sequence) {
            self.last = Some((entry.sequence, hash));
            self.report.last = Some(entry.sequence);
        }
        self.report.first.get_or_insert(entry.sequence);
        linked?;
        match &self.known {
            Some(known) if known.sequence == entry.sequence && known.hash != hash => {
                Err(Problem::OtherThanKnown)
            }
            Some(known) if known.sequence == entry.sequence => {
                self.vouch(entry.sequence);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether an entry is the one that is due.
    fn link(&self, entry: &Entry, hash: Hash) -> Result<(), Problem> {
        let (last, previous) = self
            .last
            .or_else(|| {
                let known = self.known.as_ref()?;
                (known.sequence.checked_add(1) == Some(entry.sequence))
                    .then_some((known.sequence, known.hash))
            })
            .unwrap_or_else(|| (0, genesis(entry.client)));
        let due = last.saturating_add(1);
        if entry.sequence == due {
            return if entry.hash(&previous) == hash {
                Ok(())
            } else {
                Err(Problem::WrongHash)
            };
        }
        Err(match self.last {
            None if entry.sequence > due => Problem::StartsLate(entry.sequence),
            _ => Problem::Unexpected(due),
        })
    }

    fn checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), Problem> {
        self.of_client(checkpoint.client)?;
        self.report.checkpoints += 1;
        if !checkpoint.verify(&self.trusted) {
            return Err(Problem::Signature);
        }
        let behind = self.last.filter(|(last, _)| *last == checkpoint.sequence);
        let (last, hash) = behind
            .filter(|_| self.signed < Some(checkpoint.sequence))
            .ok_or(Problem::Misplaced)?;
        if hash != checkpoint.hash {
            return Err(Problem::OtherEntry);
        }
        self.signed = Some(last);
        self.vouch(last);
        Ok(())
    }

    fn of_client(&mut self, client: ClientId) -> Result<(), Problem> {
        let same = *self.report.client.get_or_insert(client) == client;
        if same { Ok(()) } else { Err(Problem::OtherClient) }
    }

    fn vouch(&mut self, sequence: i64) {
        if self.report.faults.is_empty() {
            self.report.vouched_until = Some(sequence);
            self.report.tail = 0;
        }
    }

    fn blame(&mut self, sequence: Option<i64>, what: Problem) -> Fault {
        let fault = Fault {
            line: self.line,
            sequence,
            what,
        };
        if self.report.faults.len() < MOST_FAULTS {
            self.report.faults.push(fault);
        }
        fault
    }
}
