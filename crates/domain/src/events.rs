//! The event log's vocabulary: types and actions as the vendor names them, and who causes them.
//!
//! Names come from `contract/checks-wire.md` §9.2 and `contract/identity-wire.md` §6 and §7; the two `overwritten`
//! actions from seed 000. An event whose producer is not built yet is listed as such and never faked.

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
        /// A check that is repeated.
        ContinuousCheck = "continuous_check",
        /// A process: a person going through a flow.
        IdentityProcess = "digital_identity.identity_process",
        /// A flow.
        IdentityFlow = "digital_identity.identity_flow",
        /// A validation of a document.
        DocumentValidation = "document_validation",
        /// A validation of a face.
        FaceRecognition = "face_recognition",
        /// A search for a face among known ones.
        FaceSearch = "face_search",
        /// A validation of an e-mail address.
        EmailVerification = "email_verification",
        /// A validation of a phone.
        PhoneVerification = "phone_verification",
        /// A signature.
        ElectronicSignature = "electronic_signature",
        /// A message that begins a flow on WhatsApp.
        WhatsappInbound = "whatsapp.inbound",
        /// A message template on WhatsApp.
        WhatsappOutbound = "whatsapp.outbound",
        /// A conversation on WhatsApp.
        WhatsappSession = "whatsapp.session",
        /// A flow on WhatsApp.
        WhatsappProcess = "whatsapp.process",
    }
}

crate::text_enum! {
    /// What happened (`event_action`).
    pub enum EventAction {
        /// It was created.
        Created = "created",
        /// Its work began.
        Started = "started",
        /// A source asked for more time.
        Delayed = "delayed",
        /// It is completed, or ended in error.
        Finished = "finished",
        /// A repeated check came to another result.
        Changed = "changed",
        /// It ended well.
        Succeeded = "succeeded",
        /// It ended badly.
        Failed = "failed",
        /// Its time was over.
        Expired = "expired",
        /// Somebody gave it up.
        Canceled = "canceled",
        /// It was begun anew.
        Restarted = "restarted",
        /// It was admitted by the channel.
        Approved = "approved",
        /// One of its steps ended well.
        StepSucceeded = "step_succeeded",
        /// A person made a success a failure.
        OverwrittenFailure = "overwritten_failure",
        /// A person made a failure a success.
        OverwrittenSuccess = "overwritten_success",
        /// It was changed.
        Updated = "updated",
        /// It was deleted.
        Deleted = "deleted",
        /// It was copied.
        Cloned = "cloned",
        /// It was brought back.
        Restored = "restored",
        /// A face was added to the known ones.
        Enrolled = "enrolled",
        /// A face was taken from the known ones.
        EnrollmentDeleted = "enrollment_deleted",
    }
}

crate::text_enum! {
    /// The product that an event belongs to, as rules name it.
    pub enum Product {
        /// Background checks.
        Checks = "checks",
        /// Digital identity.
        DigitalIdentity = "digital_identity",
        /// Validators.
        Validators = "validators",
        /// WhatsApp.
        Whatsapp = "whatsapp",
    }
}

/// A family of events: who causes them, and whether that part is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// About what.
    pub event_type: EventType,
    /// The product.
    pub product: Product,
    /// The part of the product, as rules name it.
    pub subproduct: &'static str,
    /// What can happen.
    pub actions: &'static [EventAction],
    /// Whether anything here writes them already.
    pub emitted: bool,
}

/// Every family of events.
pub const FAMILIES: &[Family] = {
    use EventAction as A;
    use EventType as T;
    const OUTCOMES: &[EventAction] = &[A::Created, A::Succeeded, A::Failed];
    const fn family(
        event_type: EventType,
        product: Product,
        subproduct: &'static str,
        actions: &'static [EventAction],
        emitted: bool,
    ) -> Family {
        Family {
            event_type,
            product,
            subproduct,
            actions,
            emitted,
        }
    }
    const fn validator(event_type: EventType, subproduct: &'static str) -> Family {
        let emitted = !matches!(event_type, T::ElectronicSignature);
        family(event_type, Product::Validators, subproduct, OUTCOMES, emitted)
    }
    &[
        family(
            T::Check,
            Product::Checks,
            "checks",
            &[A::Created, A::Started, A::Delayed, A::Finished],
            true,
        ),
        family(
            T::ContinuousCheck,
            Product::Checks,
            "continuous_checks",
            &[A::Changed],
            true,
        ),
        family(
            T::IdentityProcess,
            Product::DigitalIdentity,
            "web_processes",
            &[
                A::Created,
                A::Succeeded,
                A::Failed,
                A::Expired,
                A::Canceled,
                A::StepSucceeded,
                A::OverwrittenFailure,
                A::OverwrittenSuccess,
            ],
            true,
        ),
        family(
            T::IdentityFlow,
            Product::DigitalIdentity,
            "flows",
            &[A::Created, A::Updated, A::Deleted, A::Cloned, A::Restored],
            true,
        ),
        validator(T::DocumentValidation, "document_validation"),
        validator(T::FaceRecognition, "face_recognition"),
        family(
            T::FaceSearch,
            Product::Validators,
            "face_search",
            &[
                A::Created,
                A::Succeeded,
                A::Failed,
                A::Enrolled,
                A::EnrollmentDeleted,
            ],
            true,
        ),
        validator(T::EmailVerification, "email_verification"),
        validator(T::PhoneVerification, "phone_verification"),
        validator(T::ElectronicSignature, "electronic_signature"),
        family(
            T::WhatsappInbound,
            Product::Whatsapp,
            "inbounds",
            &[A::Started],
            false,
        ),
        family(
            T::WhatsappOutbound,
            Product::Whatsapp,
            "outbounds",
            &[A::Started, A::Canceled, A::Approved],
            false,
        ),
        family(
            T::WhatsappSession,
            Product::Whatsapp,
            "sessions",
            &[A::Started, A::Expired, A::Canceled, A::Restarted],
            false,
        ),
        family(
            T::WhatsappProcess,
            Product::Whatsapp,
            "flows",
            &[A::Started, A::Succeeded, A::Failed],
            false,
        ),
    ]
};

impl EventType {
    /// The family of this type.
    pub fn family(self) -> Option<&'static Family> {
        FAMILIES.iter().find(|family| family.event_type == self)
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

/// An event of the log, with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its number among its client's, without gaps.
    pub sequence: i64,
    /// About what.
    pub event_type: EventType,
    /// What happened.
    pub action: EventAction,
    /// The resource's id.
    pub resource: Uuid,
    /// How often the resource had changed.
    pub resource_version: i32,
    /// When, in the client's time.
    pub created: Timestamp,
    /// The object as it is sent, JSON.
    pub body: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_one_family_and_no_action_twice() {
        for event_type in EventType::ALL {
            let families = FAMILIES.iter().filter(|family| family.event_type == *event_type);
            assert_eq!(families.count(), 1, "{event_type}");
        }
        for family in FAMILIES {
            let mut actions = family.actions.to_vec();
            actions.dedup();
            assert_eq!(actions, family.actions, "{}", family.event_type);
        }
    }
}
