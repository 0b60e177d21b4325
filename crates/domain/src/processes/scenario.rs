//! Scenarios of a sandbox client's processes.

use super::ending::{CanceledReason, DeclineReason, Ending, ExpiredReason, ProcessReason};
use crate::validations::AccountName;

/// The scenarios of a sandbox client's processes: each reason by its name, with the end that it leads to. Those of
/// validations are theirs.
pub fn scenarios() -> impl Iterator<Item = (&'static str, Ending)> {
    let declined = ProcessReason::ALL
        .iter()
        .map(|reason| (reason.as_str(), Ending::Declined(DeclineReason::Process(*reason))));
    // One word is a reason to decline and to expire: the first meaning is the scenario's.
    let own = |reason: &&ExpiredReason| reason.as_str().parse::<ProcessReason>().is_err();
    let expired = ExpiredReason::ALL.iter().filter(own);
    let expired = expired.map(|reason| (reason.as_str(), Ending::Expired(*reason)));
    let canceled = CanceledReason::ALL.iter();
    let canceled = canceled.map(|reason| (reason.as_str(), Ending::Canceled(*reason)));
    declined.chain(expired).chain(canceled)
}

/// How the process of a sandbox client's account ends, where the account's name carries a scenario of processes.
pub fn scenario(account: &AccountName) -> Option<Ending> {
    let name = account.as_str().strip_prefix("scenario.")?;
    let name = name.split('.').next().unwrap_or_default();
    let mut known = scenarios();
    known.find(|(own, _)| *own == name).map(|(_, ending)| ending)
}
