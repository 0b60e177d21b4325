//! A continuous check as it is kept, and what becomes of it.
//!
//! `next_run` is the only thing that a scheduler looks at: there is one exactly while the watch is enabled
//! and its end is not reached. A watch that is over keeps its status; who enables it again finds no run
//! either.

use chrono::NaiveDate;

use super::{Frequency, NewWatch, ScoreStatus, WatchChange};
use crate::{
    hooks::Enabled,
    ids::{CheckId, ClientId, ContinuousCheckId},
    time::Timestamp,
};

/// A continuous check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: ContinuousCheckId,
    /// The check it was made of.
    pub original: CheckId,
    /// The newest run, or the original before there is one.
    pub last: CheckId,
    /// How often.
    pub frequency: Frequency,
    /// From when runs are counted, in the client's time: its creation, or the last change of its frequency.
    pub anchor: Timestamp,
    /// How many runs there were.
    pub runs: u32,
    /// When the next run is due, in the client's time; `None` while it is disabled, and once it is over.
    pub next_run: Option<Timestamp>,
    /// The last day, in UTC, on which a run may be due.
    pub end_date: Option<NaiveDate>,
    /// Whether it runs.
    pub status: Enabled,
    /// How the newest run compares with the one before it.
    pub score_status: ScoreStatus,
    /// The version in which its hooks print checks.
    pub key_version: u8,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it last changed, in the client's time.
    pub updated: Timestamp,
}

impl Watch {
    /// Makes the watch that was asked for. The first run is one period from now.
    pub fn new(client: ClientId, id: ContinuousCheckId, asked: &NewWatch, now: Timestamp) -> Self {
        let mut watch = Self {
            client,
            id,
            original: asked.check,
            last: asked.check,
            frequency: asked.frequency,
            anchor: now,
            runs: 0,
            next_run: None,
            end_date: asked.end_date,
            status: asked.status,
            score_status: ScoreStatus::New,
            key_version: asked.key_version,
            created: now,
            updated: now,
        };
        watch.schedule(now, now);
        watch
    }

    /// Changes what a client asks for. What it says again changes nothing, so that a request may be repeated.
    pub fn change(&mut self, change: &WatchChange, now: Timestamp) {
        if let Some(frequency) = change.frequency {
            self.set_frequency(frequency, now);
        }
        match change.status {
            Some(Enabled::Enabled) => self.enable(now),
            Some(Enabled::Disabled) => self.disable(now),
            None => {}
        }
        if let Some(version) = change.key_version.filter(|version| *version != self.key_version) {
            self.key_version = version;
            self.updated = now;
        }
    }

    /// Lets it run again, in its old rhythm: at the first of its runs after now. What was due meanwhile is
    /// not made up, since it was disabled so that nothing would run. One that is enabled keeps the run that
    /// is due.
    pub fn enable(&mut self, now: Timestamp) {
        if self.status != Enabled::Enabled {
            self.status = Enabled::Enabled;
            self.schedule(now, now);
        }
    }

    /// Lets it run no more, at once: a run that is due and has not begun is dropped.
    pub fn disable(&mut self, now: Timestamp) {
        if self.status != Enabled::Disabled {
            self.status = Enabled::Disabled;
            self.schedule(now, now);
        }
    }

    /// Changes how often it runs, counted from now: whoever asks for a run a week expects one a week from
    /// today, not tomorrow because of a day long ago. The watch is over if that leaves no run before its end.
    pub fn set_frequency(&mut self, frequency: Frequency, now: Timestamp) {
        if self.frequency != frequency {
            self.frequency = frequency;
            self.anchor = now;
            self.schedule(now, now);
        }
    }

    /// A run has begun: counts it and finds the next one, after both now and the one that was due.
    ///
    /// If several were missed because nobody worked, the one that runs now makes up for all of them: their
    /// results would be the same. A sandbox clock that is moved stops at each due instant, so that `now` is
    /// that instant and none is missed. A run that was due before the end may begin after it.
    pub fn ran(&mut self, now: Timestamp, check: CheckId) {
        self.runs = self.runs.saturating_add(1);
        self.last = check;
        let after = self.next_run.map_or(now, |due| due.max(now));
        self.schedule(after, now);
    }

    /// A run has begun that nobody had planned, because what is known of the subject changed: counts it and leaves the
    /// rhythm as it is.
    pub fn ran_besides(&mut self, now: Timestamp, check: CheckId) {
        self.runs = self.runs.saturating_add(1);
        self.last = check;
        self.updated = now;
    }

    /// The newest run is finished and was compared.
    pub fn compared(&mut self, score_status: ScoreStatus, now: Timestamp) {
        self.score_status = score_status;
        self.updated = now;
    }

    /// Finds the first run after an instant, if there is to be one.
    fn schedule(&mut self, after: Timestamp, now: Timestamp) {
        let (_, run) = self.frequency.next_after(self.anchor, after);
        let allowed = self.end_date.is_none_or(|end| run.date() <= end);
        // At the end of time there is no run after.
        let there_is = self.status == Enabled::Enabled && allowed && run > after;
        self.next_run = there_is.then_some(run);
        self.updated = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        continuous::frequency::tests::{any_frequency, any_instant},
        time::parse_instant,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn at(text: &str) -> Timestamp {
        parse_instant(text).unwrap()
    }

    fn check(number: u128) -> CheckId {
        CheckId(Uuid::from_u128(number))
    }

    fn watch(frequency: Frequency, end_date: Option<NaiveDate>, now: Timestamp) -> Watch {
        let asked = NewWatch {
            check: check(1),
            frequency,
            end_date,
            status: Enabled::Enabled,
            key_version: 1,
        };
        let id = ContinuousCheckId(Uuid::nil());
        Watch::new(ClientId(Uuid::nil()), id, &asked, now)
    }

    fn monthly(end_date: Option<&str>) -> Watch {
        let end_date = end_date.map(|day| at(day).date());
        watch("monthly".parse().unwrap(), end_date, at("2026-01-31"))
    }

    fn next(watch: &Watch) -> Option<String> {
        watch.next_run.map(|run| run.date().to_string())
    }

    #[test]
    fn each_run_leads_to_the_next_until_the_end() {
        let mut watch = monthly(Some("2026-04-30"));
        assert_eq!(
            (watch.last, watch.score_status),
            (watch.original, ScoreStatus::New)
        );
        for (number, due) in (2..).zip(["2026-02-28", "2026-03-31", "2026-04-30"]) {
            assert_eq!(next(&watch).as_deref(), Some(due));
            watch.ran(at(due), check(number));
            assert_eq!((watch.last, watch.updated), (check(number), at(due)));
        }
        assert_eq!((watch.runs, watch.next_run, watch.original), (3, None, check(1)));
        watch.disable(at("2026-05-01"));
        watch.enable(at("2026-05-01"));
        assert_eq!(
            (watch.next_run, watch.status),
            (None, Enabled::Enabled),
            "it is over"
        );
    }

    #[test]
    fn missed_runs_are_made_up_once() {
        for (began, following) in [
            // Before it was due, as it was due, later, and after the next ones were due.
            ("2026-02-27", "2026-03-31"),
            ("2026-02-28", "2026-03-31"),
            ("2026-03-30", "2026-03-31"),
            ("2026-05-31", "2026-06-30"),
        ] {
            let mut watch = monthly(None);
            watch.ran(at(began), check(2));
            assert_eq!(
                (watch.runs, next(&watch).as_deref()),
                (1, Some(following)),
                "{began}"
            );
        }
    }

    #[test]
    fn a_run_that_was_due_before_the_end_may_begin_after_it() {
        let mut watch = monthly(Some("2026-02-28"));
        watch.ran(at("2026-03-02"), check(2));
        assert_eq!((watch.runs, watch.next_run), (1, None));
    }

    #[test]
    fn a_disabled_watch_has_no_run_and_goes_on_in_its_rhythm() {
        let mut watch = monthly(None);
        watch.disable(at("2026-02-10"));
        assert_eq!((watch.next_run, watch.updated), (None, at("2026-02-10")));
        watch.set_frequency("yearly".parse().unwrap(), at("2026-02-11"));
        watch.set_frequency("monthly".parse().unwrap(), at("2026-02-15"));
        assert_eq!(watch.next_run, None, "still disabled");
        watch.enable(at("2026-05-15"));
        assert_eq!(next(&watch).as_deref(), Some("2026-06-15"));
    }

    #[test]
    fn a_frequency_counts_from_its_change() {
        let mut watch = monthly(Some("2026-06-30"));
        watch.set_frequency("weekly".parse().unwrap(), at("2026-02-10"));
        assert_eq!(
            (watch.anchor, next(&watch).as_deref()),
            (at("2026-02-10"), Some("2026-02-17"))
        );
        watch.set_frequency("yearly".parse().unwrap(), at("2026-02-11"));
        assert_eq!(watch.next_run, None, "its end leaves no run");
    }

    #[test]
    fn what_is_said_again_changes_nothing() {
        let mut watch = monthly(None);
        let before = watch.clone();
        let change = WatchChange {
            frequency: Some("monthly".parse().unwrap()),
            status: Some(Enabled::Enabled),
            key_version: Some(1),
        };
        // The run of 28 February is due and nobody has begun it.
        watch.change(&change, at("2026-03-05"));
        assert_eq!(watch, before);
        let other = WatchChange {
            frequency: Some("1w".parse().unwrap()),
            status: Some(Enabled::Disabled),
            key_version: Some(0),
        };
        watch.change(&other, at("2026-03-05"));
        assert_eq!(
            (
                watch.frequency.to_string().as_str(),
                watch.status,
                watch.key_version
            ),
            ("1w", Enabled::Disabled, 0)
        );
        assert_eq!((watch.next_run, watch.updated), (None, at("2026-03-05")));
    }

    #[test]
    fn a_comparison_is_kept_and_reschedules_nothing() {
        let mut watch = monthly(None);
        let due = watch.next_run;
        watch.compared(ScoreStatus::Down, at("2026-02-01"));
        assert_eq!((watch.score_status, watch.next_run), (ScoreStatus::Down, due));
    }

    #[test]
    fn a_clock_at_the_end_of_time_stands_still() {
        let mut watch = watch("10y".parse().unwrap(), None, at("2099-01-01"));
        let mut before = watch.anchor;
        while let Some(due) = watch.next_run {
            assert!(due > before);
            before = due;
            watch.ran(due, check(2));
        }
        assert_eq!(watch.runs, 17, "2109 to 2259, and the end");
    }

    fn any_change() -> impl Strategy<Value = WatchChange> {
        let status = prop::option::of(prop::sample::select(Enabled::ALL));
        (prop::option::of(any_frequency()), status).prop_map(|(frequency, status)| WatchChange {
            frequency,
            status,
            key_version: None,
        })
    }

    proptest! {
        #[test]
        fn a_clock_that_is_moved_meets_every_run_up_to_the_end(
            frequency in any_frequency(), now in any_instant(), periods in 1_u32..12,
        ) {
            let end = frequency.run(now, periods);
            let mut watch = watch(frequency, Some(end.date()), now);
            while let Some(due) = watch.next_run {
                watch.ran(due, check(2));
                prop_assert_eq!(due, frequency.run(now, watch.runs));
            }
            prop_assert_eq!(watch.runs, periods);
        }

        #[test]
        fn there_is_a_run_ahead_exactly_while_it_is_enabled_and_not_over(
            frequency in any_frequency(),
            mut now in any_instant(),
            end in prop::option::of(any_instant()),
            steps in prop::collection::vec((1..400_i64, prop::option::of(any_change())), 0..8),
        ) {
            let mut watch = watch(frequency, end.map(Timestamp::date), now);
            for (days, step) in steps {
                now = now.plus_seconds(days * 86_400);
                match step {
                    Some(change) => watch.change(&change, now),
                    None if watch.next_run.is_some_and(|due| due <= now) => {
                        watch.ran(now, check(2));
                        prop_assert!(watch.next_run.is_none_or(|run| run > now));
                    }
                    None => {}
                }
                let (_, from_now) = watch.frequency.next_after(watch.anchor, now);
                let left = end.is_none_or(|end| from_now.date() <= end.date());
                let enabled = watch.status == Enabled::Enabled;
                // A run that is due and not begun is there besides.
                let due = watch.next_run.is_some_and(|run| run <= now);
                prop_assert_eq!(watch.next_run.is_some(), enabled && (left || due));
                if let (Some(run), Some(end)) = (watch.next_run, end) {
                    prop_assert!(run.date() <= end.date());
                }
            }
        }
    }
}
