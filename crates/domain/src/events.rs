//! The event log's vocabulary: types and actions exactly as the vendor names them.

use uuid::Uuid;

use crate::{
    ids::{ClientId, EventId},
    time::Timestamp,
};

crate::text_enum! {
    /// What an event is about (`event_type`).
    pub enum EventType {
        /// A check.
        Check = "check",
    }
}

crate::text_enum! {
    /// What happened (`event_action`).
    pub enum EventAction {
        /// It was created.
        Created = "created",
        /// Its first source was asked.
        Started = "started",
        /// A source asked for more time.
        Delayed = "delayed",
        /// It is completed, or ended in error.
        Finished = "finished",
    }
}

/// An event to be written in the transaction that causes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// Whose event it is.
    pub client: ClientId,
    /// About what.
    pub event_type: EventType,
    /// What happened.
    pub action: EventAction,
    /// The resource's id.
    pub resource: Uuid,
    /// How often the resource has changed; orders the events of one resource.
    pub resource_version: i32,
    /// When, in the client's time.
    pub created: Timestamp,
    /// The object as it is sent, JSON.
    pub body: String,
}
