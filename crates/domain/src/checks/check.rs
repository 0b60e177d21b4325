//! A check as it is kept.

use super::{
    CheckStatus, CheckType, CustomType, Inputs, Priority, Weights, custom_type::weights_of, plan::Scope,
};
use crate::{
    country::Country,
    ids::{BillingHubId, CheckId, ClientId, ReportId},
    time::Timestamp,
};

/// A check without its runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: CheckId,
    /// What is checked.
    pub check_type: CheckType,
    /// The client's own type that was asked for, if it was one.
    pub custom: Option<CustomType>,
    /// Where.
    pub country: Country,
    /// Where it stands.
    pub status: CheckStatus,
    /// Its place in the queue.
    pub priority: Priority,
    /// About whom.
    pub inputs: Inputs,
    /// The billing hub of the key that created it.
    pub billing_hub: Option<BillingHubId>,
    /// The folder it is in.
    pub report: Option<ReportId>,
    /// The newest earlier check of the same inputs.
    pub previous: Option<CheckId>,
    /// When it was created, in the client's time.
    pub created: Timestamp,
    /// When it last changed, in the client's time.
    pub updated: Timestamp,
    /// When its first source was asked.
    pub started: Option<Timestamp>,
    /// Since when it is `delayed`, if it is.
    pub delayed_since: Option<Timestamp>,
    /// Nanoseconds that it was `delayed` before that.
    pub delayed_total_ns: i64,
    /// Counts its changes.
    pub version: i32,
}

/// A check does not age while it is delayed, but for no longer than this.
const LONGEST_DELAY_NS: i64 = 72 * 3600 * 1_000_000_000;

impl Check {
    /// What it searches.
    pub const fn scope(&self) -> Scope<'_> {
        Scope {
            country: self.country,
            check_type: self.check_type,
            custom: self.custom.as_ref(),
        }
    }

    /// The data sets that count, and what they are worth.
    pub fn weights(&self) -> &Weights {
        weights_of(self.scope())
    }

    /// `type` on the wire: the custom type's name, where it is of one.
    pub fn type_name(&self) -> &str {
        self.custom
            .as_ref()
            .map_or(self.check_type.as_str(), |custom| &custom.name)
    }

    /// Moves the check to a status at an instant, keeping account of how long it was delayed.
    pub fn enter(&mut self, status: CheckStatus, now: Timestamp) {
        if self.started.is_none() && status != CheckStatus::NotStarted {
            self.started = Some(now);
        }
        match (self.delayed_since, status) {
            (None, CheckStatus::Delayed) => self.delayed_since = Some(now),
            (Some(since), other) if other != CheckStatus::Delayed => {
                self.delayed_total_ns += (now.nanos() - since.nanos()).max(0);
                self.delayed_since = None;
            }
            _ => {}
        }
        self.status = status;
        self.updated = now;
        self.version += 1;
    }

    /// When the check's time is over, if it lasts `max_duration_seconds` and its present delay, if any, goes on.
    pub fn deadline(&self, max_duration_seconds: u32, now: Timestamp) -> Timestamp {
        let delayed = self
            .delayed_since
            .map_or(0, |since| (now.nanos() - since.nanos()).max(0));
        let pause = self
            .delayed_total_ns
            .saturating_add(delayed)
            .min(LONGEST_DELAY_NS);
        let start = self
            .started
            .unwrap_or(self.created)
            .plus_seconds(max_duration_seconds.into());
        Timestamp::from_nanos(start.nanos().saturating_add(pause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_nanos(0).plus_seconds(seconds)
    }

    fn check() -> Check {
        Check {
            client: ClientId(Uuid::nil()),
            id: CheckId(Uuid::nil()),
            check_type: CheckType::Person,
            custom: None,
            country: Country::Co,
            status: CheckStatus::NotStarted,
            priority: Priority::Medium,
            inputs: Inputs::default(),
            billing_hub: None,
            report: None,
            previous: None,
            created: at(0),
            updated: at(0),
            started: None,
            delayed_since: None,
            delayed_total_ns: 0,
            version: 1,
        }
    }

    #[test]
    fn a_check_does_not_age_while_it_is_delayed() {
        let mut check = check();
        check.enter(CheckStatus::InProgress, at(10));
        assert_eq!(check.deadline(100, at(20)), at(110));
        check.enter(CheckStatus::Delayed, at(30));
        assert_eq!(check.deadline(100, at(50)), at(130));
        check.enter(CheckStatus::InProgress, at(60));
        assert_eq!(check.deadline(100, at(70)), at(140));
        assert_eq!(check.version, 4);
    }

    #[test]
    fn but_for_no_longer_than_three_days() {
        let mut check = check();
        check.enter(CheckStatus::Delayed, at(0));
        assert_eq!(check.deadline(100, at(100 * 3600)), at(72 * 3600 + 100));
    }
}
