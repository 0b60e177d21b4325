//! An instance as lists and exports show it.

use uuid::Uuid;

use super::{
    Base32Id, InstanceStatus, dtm,
    status::{Reviewed, Standing, is_referred, reviewed},
};
use crate::{
    ids::{ClientId, FlowId, ProcessId},
    processes::{Applicant, Decision},
    time::Timestamp,
};

/// What stands where nothing is known of the person (seed 003).
pub const NOT_AVAILABLE: &str = "Not available";

/// The columns of an export, in order (seed 003).
pub const COLUMNS: [&str; 24] = [
    "Id",
    "tenantId",
    "processDefnId",
    "processDefnName",
    "processDefnVersion",
    "processDefinitionType",
    "processTokenId",
    "processTokenCounter",
    "status",
    "processServerId",
    "createdDtm",
    "lastUpdatedDtm",
    "expiringDtm",
    "completedDtm",
    "elapsedMilliseconds",
    "extId",
    "lastName",
    "firstName",
    "dateOfBirth",
    "phoneNumber",
    "email",
    "nationality",
    "reviewedBy",
    "docNum",
];

/// The other type of a definition is authentication, which flows are not.
const DEFINITION_TYPE: &str = "Identity Verification";

/// Every process of a deployment is on the same one.
const SERVER: &str = "cotejo-connect";

/// An instance. Most of it is personal data, so that it has no `Debug`.
#[derive(Clone, PartialEq)]
pub struct Instance {
    /// Whose it is.
    pub client: ClientId,
    /// The process.
    pub id: ProcessId,
    /// Its flow.
    pub flow: FlowId,
    /// The flow's name.
    pub flow_name: String,
    /// The flow's version.
    pub flow_version: i32,
    /// The token that it was begun by.
    pub token: Option<Uuid>,
    /// Which use of its token it is.
    pub token_counter: Option<i32>,
    /// Where it stands.
    pub status: InstanceStatus,
    /// What a reviewer said.
    pub reviewed: Option<Reviewed>,
    /// The client's own name for it (`referenceID` of the token's parameters).
    pub reference: Option<String>,
    /// What is known of the person.
    pub applicant: Applicant,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// When its time is over.
    pub deadline: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
}

impl Instance {
    /// Adds what people said of it to how it stands by itself.
    pub fn judge(&mut self, standing: Standing, ledger: &[Decision]) {
        self.status = Standing {
            referred: is_referred(ledger),
            ..standing
        }
        .status();
        self.reviewed = reviewed(ledger);
    }

    /// Milliseconds from its beginning to its end, or to now.
    pub fn elapsed(&self, now: Timestamp) -> i64 {
        elapsed(self.created, self.finished.unwrap_or(now))
    }

    /// Its row of an export, cell by cell as [`COLUMNS`] has them.
    pub fn cells(&self, now: Timestamp) -> [String; COLUMNS.len()] {
        let person = &self.applicant;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            Base32Id(self.id.0).to_string(),
            Base32Id(self.client.0).to_string(),
            Base32Id(self.flow.0).to_string(),
            self.flow_name.clone(),
            self.flow_version.to_string(),
            DEFINITION_TYPE.to_owned(),
            self.token.map(|id| Base32Id(id).to_string()).unwrap_or_default(),
            self.token_counter.map(|n| n.to_string()).unwrap_or_default(),
            self.status.to_string(),
            SERVER.to_owned(),
            dtm(self.created),
            dtm(self.updated),
            dtm(self.deadline),
            self.finished.map(dtm).unwrap_or_default(),
            self.elapsed(now).to_string(),
            text(&self.reference),
            known(person.last_name.as_deref()),
            known(person.first_name.as_deref()),
            person
                .date_of_birth
                .map(|date| date.to_string())
                .unwrap_or_default(),
            known(person.phone.as_deref()),
            known(person.email.as_deref()),
            text(&person.nationality),
            self.reviewed
                .as_ref()
                .map(|review| review.by.clone())
                .unwrap_or_default(),
            text(&person.document_number),
        ]
    }
}

/// What is known, or that nothing is.
pub fn known(text: Option<&str>) -> String {
    text.unwrap_or(NOT_AVAILABLE).to_owned()
}

/// Milliseconds between two instants; none backwards.
pub(super) fn elapsed(from: Timestamp, to: Timestamp) -> i64 {
    (to.nanos() - from.nanos()).max(0) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processes::{ProcessStatus, State};

    fn instance() -> Instance {
        let at = Timestamp::from_nanos(1_767_323_045_123_456_789);
        Instance {
            client: ClientId(Uuid::from_u128(1)),
            id: ProcessId(Uuid::from_u128(2)),
            flow: FlowId(Uuid::from_u128(3)),
            flow_name: "kyc".to_owned(),
            flow_version: 4,
            token: Some(Uuid::from_u128(5)),
            token_counter: Some(6),
            status: InstanceStatus::Pending,
            reviewed: None,
            reference: Some("order 7".to_owned()),
            applicant: Applicant {
                first_name: Some("Ana".to_owned()),
                document_number: Some("1000000001".to_owned()),
                ..Applicant::default()
            },
            created: at,
            updated: at,
            deadline: at.plus_seconds(7200),
            finished: None,
        }
    }

    #[test]
    fn a_row_has_what_its_columns_say() {
        let mut instance = instance();
        let now = instance.created.plus_seconds(90);
        let row = instance.cells(now);
        let cell = |name: &str| {
            let place = COLUMNS.iter().position(|column| *column == name).unwrap();
            row[place].as_str()
        };
        for (column, text) in [
            ("Id", "AAAAAAAAAAAAAAAAAAAAAAAAAI"),
            ("tenantId", "AAAAAAAAAAAAAAAAAAAAAAAAAE"),
            ("processDefnName", "kyc"),
            ("processDefnVersion", "4"),
            ("processTokenCounter", "6"),
            ("status", "PENDING"),
            ("createdDtm", "2026-01-02T03:04:05.123Z"),
            ("expiringDtm", "2026-01-02T05:04:05.123Z"),
            ("completedDtm", ""),
            ("elapsedMilliseconds", "90000"),
            ("extId", "order 7"),
            ("firstName", "Ana"),
            ("lastName", NOT_AVAILABLE),
            ("phoneNumber", NOT_AVAILABLE),
            ("email", NOT_AVAILABLE),
            ("nationality", ""),
            ("docNum", "1000000001"),
        ] {
            assert_eq!(cell(column), text, "{column}");
        }
        instance.finished = Some(instance.created.plus_seconds(10));
        assert_eq!(instance.elapsed(now), 10_000);
    }

    #[test]
    fn nobody_s_word_leaves_it_as_it_stands() {
        let mut instance = instance();
        let standing = Standing {
            state: State::Ended,
            used: true,
            effective: ProcessStatus::Success,
            failure: None,
            referred: false,
        };
        instance.judge(standing, &[]);
        assert_eq!(instance.status, InstanceStatus::Accepted);
        assert!(instance.reviewed.is_none());
    }
}
