//! Ids: one UUID a resource, printed as the vendor prints it.
//!
//! On the wire an id is a prefix and 32 hex digits (`CHK0190…`); in the database and in code it is the UUID.
//! UUIDs are version 7, so that keys and keyset pages stay local in their indexes.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::time::Timestamp;

/// Where new ids and chance come from. Passed in, so that tests repeat.
pub trait Ids: Send + Sync + 'static {
    /// A new time-ordered id.
    fn uuid(&self, now: Timestamp) -> Uuid;

    /// A number below `bound` (which is above 0), for jitter and codes.
    fn below(&self, bound: u64) -> u64;

    /// Random bytes for secrets.
    fn secret(&self) -> [u8; 32];
}

/// Ids and chance from the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

#[expect(clippy::disallowed_methods, reason = "this is the one home of chance")]
impl Ids for SystemIds {
    fn uuid(&self, now: Timestamp) -> Uuid {
        use rand::RngExt as _;
        let nanos = now.nanos();
        let seconds = u64::try_from(nanos.div_euclid(1_000_000_000)).unwrap_or(0);
        let subsec = u32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or(0);
        let millis = seconds * 1_000 + u64::from(subsec / 1_000_000);
        // RFC 9562 method 3: the sub-millisecond part goes into the 12 bits behind the version, so that ids
        // made by one process within a millisecond keep the order of their creation.
        let fraction = u128::from(subsec % 1_000_000) * 4096 / 1_000_000;
        let random: u64 = rand::rng().random();
        let value = (u128::from(millis) << 80)
            | (0x7 << 76)
            | (fraction << 64)
            | (0b10 << 62)
            | u128::from(random >> 2);
        Uuid::from_u128(value)
    }

    fn below(&self, bound: u64) -> u64 {
        use rand::RngExt as _;
        rand::rng().random_range(0..bound.max(1))
    }

    fn secret(&self) -> [u8; 32] {
        use rand::RngExt as _;
        rand::rng().random()
    }
}

/// An id that follows from what it is of: whoever makes it again makes the same one.
pub fn derived(parts: &[&[u8]]) -> Uuid {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    Uuid::from_bytes(id)
}

/// The text is not an id of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct InvalidId;

fn parse(prefix: &str, text: &str) -> Result<Uuid, InvalidId> {
    let digits = text.strip_prefix(prefix).ok_or(InvalidId)?;
    if digits.len() != 32
        || !digits
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    {
        return Err(InvalidId);
    }
    Uuid::try_parse(digits).map_err(|_| InvalidId)
}

macro_rules! wire_ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What the id starts with on the wire.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse($prefix, text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

wire_ids! {
    /// A tenant.
    ClientId = "TCI",
    /// A background check.
    CheckId = "CHK",
    /// One entry of a check's details.
    DetailId = "DTL",
    /// A folder of checks.
    ReportId = "RPT",
    /// A billing hub.
    BillingHubId = "BHB",
    /// An entry of the audit trail.
    AuditId = "AUD",
    /// A verification flow.
    FlowId = "IPF",
    /// A process: one person going through a flow.
    ProcessId = "IDP",
    /// A validation account whose id was not chosen by the client.
    AccountId = "ACC",
    /// A hook: who hears of events.
    HookId = "HOK",
    /// One event told to one target.
    DeliveryId = "DLV",
    /// A rule of the business rules engine.
    RuleId = "BRL",
    /// An action of a rule.
    RuleActionId = "BRA",
    /// A person of a client.
    UserId = "USR",
    /// A session of a user.
    SessionId = "SES",
    /// A role of a client.
    RoleId = "ROL",
    /// A message to a person.
    MessageId = "MSG",
    /// A fault of the sandbox.
    FaultId = "FLT",
    /// A hit of screening that was set aside.
    ExceptionId = "EXC",
    /// A file that is kept.
    FileId = "FIL",
    /// A continuous check.
    ContinuousCheckId = "CCK",
    /// The custom types of a client; they are the client's, so that it has its UUID.
    ConfigId = "CFG",
    /// A batch of checks.
    BatchId = "BCH",
    /// A validation.
    ValidationId = "VLD",
    /// An enrollment.
    EnrollmentId = "ENR",
    /// A document that was validated.
    DocumentId = "DCR",
    /// A review by a person.
    ReviewId = "RVW",
    /// A step of a process.
    StepId = "IPS",
    /// A decision about a process or a part of it.
    DecisionId = "DEC",
    /// A customer: a person whom transactions are about.
    CustomerId = "CUS",
    /// Terms to which a person agrees.
    TermsId = "DPCT",
}

/// A block of a flow: `VRF` and its UUID with `_` for `-` (`contract/identity-wire.md` §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub Uuid);

impl fmt::Display for BlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        let text = self.0.hyphenated().encode_lower(&mut text);
        write!(f, "VRF{}", text.replace('-', "_"))
    }
}

impl FromStr for BlockId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let digits = text.strip_prefix("VRF").ok_or(InvalidId)?.replace('_', "-");
        Uuid::try_parse(&digits).map(Self).map_err(|_| InvalidId)
    }
}

impl serde::Serialize for BlockId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for BlockId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Any resource's id as the Credas face spells it: its UUID with hyphens (ruling on three spellings).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub Uuid);

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl FromStr for Guid {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let good = text.len() == uuid::fmt::Hyphenated::LENGTH;
        let read = Uuid::try_parse(text).ok().filter(|_| good);
        read.map(Self).ok_or(InvalidId)
    }
}

impl serde::Serialize for Guid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An event's id: `HKE` and 40 hex digits, its UUID and four bytes derived from it (`contract/checks-wire.md` §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub Uuid);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use sha2::Digest as _;
        let tail = sha2::Sha256::digest(self.0.as_bytes());
        write!(f, "HKE{}", self.0.simple())?;
        tail[..4].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for EventId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let uuid = text.get(..35).ok_or(InvalidId)?;
        let id = Self(parse("HKE", uuid)?);
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(InvalidId)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_of_one_process_keep_their_order() {
        let first = SystemIds.uuid(Timestamp::from_nanos(1_700_000_000_000_100_000));
        let later = SystemIds.uuid(Timestamp::from_nanos(1_700_000_000_000_200_000));
        assert!(first < later);
        assert_eq!(first.get_version_num(), 7);
    }

    proptest! {
        #[test]
        fn an_id_reads_back(value in any::<u128>()) {
            let id = CheckId(Uuid::from_u128(value));
            prop_assert_eq!(id.to_string().parse::<CheckId>(), Ok(id));
        }

        #[test]
        fn arbitrary_text_is_no_id(text in "\\PC{0,40}") {
            prop_assert!(text.parse::<CheckId>().is_err() || text.starts_with("CHK"));
        }
    }

    #[test]
    fn an_event_id_reads_back_and_a_wrong_tail_is_refused() {
        let id = EventId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        let text = id.to_string();
        assert_eq!(text.len(), 43);
        assert_eq!(text.parse(), Ok(id));
        assert!(format!("{}0", &text[..42]).parse::<EventId>().is_err() || text.ends_with('0'));
        assert!(text[..35].parse::<EventId>().is_err());
    }

    #[test]
    fn another_kind_or_spelling_is_refused() {
        let id = CheckId(Uuid::from_u128(7)).to_string();
        assert!(id.replace("CHK", "TCI").parse::<CheckId>().is_err());
        assert!(id.to_lowercase().parse::<CheckId>().is_err());
        assert!(format!("{id}0").parse::<CheckId>().is_err());
    }
}
