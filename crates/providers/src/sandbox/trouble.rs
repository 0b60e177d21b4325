//! Sources that fail, dawdle or ask for more time.

use std::time::Duration;

use cotejo_domain::{
    checks::{Basis, DataSet},
    sources::{Catalogue, Source},
};

use super::scenarios::{Effect, Scenario, Trouble};
use crate::port::{Answer, Query, SourceError};

/// How often a source that is stuck asks to be asked again.
const STUCK: Duration = Duration::from_secs(60);

/// What the scenario makes of asking this source now; `None` where it simply reports.
pub(super) fn trouble(query: Query<'_>, scenario: &Scenario) -> Option<Result<Answer, SourceError>> {
    scenario.effects.iter().find_map(|effect| match *effect {
        Effect::One(data_set, trouble) if is_the_one(query, data_set) => answer(query, trouble),
        Effect::Most(trouble) if !is_main_register(query.source) => answer(query, trouble),
        _ => None,
    })
}

fn answer(query: Query<'_>, trouble: Trouble) -> Option<Result<Answer, SourceError>> {
    let elapsed = u64::try_from(query.now.nanos().saturating_sub(query.created.nanos())).unwrap_or(0);
    let rest = |seconds: u32| {
        Duration::from_secs(seconds.into())
            .checked_sub(Duration::from_nanos(elapsed))
            .filter(|rest| !rest.is_zero())
    };
    match trouble {
        Trouble::Unreachable => Some(Err(SourceError::Unavailable(
            "the sandbox lets every call of this source time out".to_owned(),
        ))),
        Trouble::Unreadable => Some(Err(SourceError::Broken(
            "the sandbox garbles every answer of this source".to_owned(),
        ))),
        // A client's clock may stand still: asked again, the source has had its time.
        Trouble::Slow(seconds) if query.attempt == 0 => rest(seconds).map(|rest| Ok(Answer::NotYet(rest))),
        Trouble::Slow(_) => None,
        Trouble::Delayed(seconds) => rest(seconds).map(|rest| Ok(Answer::Delayed(rest))),
        Trouble::Stuck => Some(Ok(Answer::NotYet(STUCK))),
    }
}

/// The registries without which a check would be about nobody.
fn is_main_register(source: &Source) -> bool {
    const MAIN: &[DataSet] = &[
        DataSet::PersonalIdentity,
        DataSet::VehicleInformation,
        DataSet::BusinessBackground,
    ];
    source.data_sets.iter().any(|data_set| MAIN.contains(data_set))
}

/// Whether this is the one source of the check that has trouble.
///
/// The first that can be asked by what was given: of the data set and by document, else of the data set, else any.
/// Documents come first because names may be learnt while the check runs, and the choice must not move with them.
fn is_the_one(query: Query<'_>, data_set: DataSet) -> bool {
    let rank = |source: &&Source| match (
        source.data_sets.contains(&data_set),
        source.by.contains(&Basis::Id),
    ) {
        (true, true) => 0,
        (true, false) => 1,
        (false, true) => 2,
        (false, false) => 3,
    };
    let can_be_asked = |source: &&Source| {
        source
            .inputs
            .iter()
            .any(|way| way.iter().all(|field| query.inputs.has(*field)))
    };
    Catalogue::builtin()
        .consulted(query.country, query.check_type)
        .filter(can_be_asked)
        .min_by_key(rank)
        .is_some_and(|source| source.key == query.source.key)
}
