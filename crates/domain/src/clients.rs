//! Tenants and their settings.

use serde::{Deserialize, Serialize};

use crate::{
    country::Country, faults::Fault, ids::ClientId, language::Language, names::NameMatching, time::Timestamp,
};

crate::text_enum! {
    /// Whether a client's outside world is simulated.
    pub enum ClientKind {
        /// Registries, gateways and clock are simulated.
        Sandbox = "sandbox",
        /// Nothing is simulated; what is not configured is skipped.
        Live = "live",
    }
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// Its name, for people.
    pub name: String,
    /// Simulated or not.
    pub kind: ClientKind,
    /// Its settings.
    pub settings: Settings,
    /// How far its clock is ahead of the machine's, in nanoseconds; only a sandbox client's is.
    pub clock_offset_ns: i64,
    /// What goes wrong on purpose; only for a sandbox client.
    pub faults: Vec<Fault>,
}

impl Client {
    /// A new client with the usual settings.
    pub fn new(id: ClientId, name: String, kind: ClientKind) -> Self {
        Self {
            id,
            name,
            kind,
            settings: Settings::default(),
            clock_offset_ns: 0,
            faults: Vec::new(),
        }
    }

    /// Whether its outside world is simulated.
    pub const fn is_sandbox(&self) -> bool {
        matches!(self.kind, ClientKind::Sandbox)
    }

    /// What this client takes for now, when it is `machine` for everybody else.
    pub const fn at(&self, machine: Timestamp) -> Timestamp {
        Timestamp::from_nanos(machine.nanos().saturating_add(self.clock_offset_ns))
    }
}

/// What a client can set for itself. Missing values are the defaults, so that a new setting needs no migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Ask a failed source again until it answers or the check's time is over.
    pub retries: bool,
    /// How long a check may last, in seconds; `None` is the default of its country.
    pub max_duration_seconds: Option<u32>,
    /// How found names are compared with the person's.
    pub names_matching_type: NameMatching,
    /// Refuse documents that fail their own check digits instead of skipping the sources that need them.
    pub strict_identifiers: bool,
    /// How recent an equal check must be to be returned instead of a new one, in seconds.
    pub reuse_window_seconds: u32,
    /// How many checks are worked on at once; the others stay `not_started`.
    pub concurrent_checks: u32,
    /// Tell a person by phone that their background is being checked, where the check names a phone.
    pub notice_by_law: bool,
    /// Language of what the client's own people are sent.
    pub language: Language,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            retries: false,
            max_duration_seconds: None,
            names_matching_type: NameMatching::Soft,
            strict_identifiers: false,
            reuse_window_seconds: 24 * 3600,
            concurrent_checks: 200,
            notice_by_law: true,
            language: Language::Es,
        }
    }
}

impl Settings {
    /// How long a check may last, in seconds (reference, POST /v1/settings).
    ///
    /// With retries 48 h; else 3 h in Colombia, Mexico, Peru and Brazil, 48 h in Chile and internationally, 72 h
    /// in Costa Rica. A nation-wide search in Brazil needs 48 h in any case.
    pub fn max_duration(&self, country: Country, region: Option<&str>) -> u32 {
        const HOUR: u32 = 3600;
        let nationwide = country == Country::Br && region == Some("ALL");
        match self.max_duration_seconds {
            Some(seconds) => seconds,
            None if self.retries || nationwide => 48 * HOUR,
            None => match country {
                Country::Co | Country::Mx | Country::Pe | Country::Br => 3 * HOUR,
                Country::All | Country::Cl => 48 * HOUR,
                Country::Cr => 72 * HOUR,
            },
        }
    }
}
