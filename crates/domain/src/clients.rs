//! Tenants.

use crate::{faults::Fault, ids::ClientId, settings::Settings, time::Timestamp};

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
