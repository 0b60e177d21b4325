//! Reading the requests that make and change a continuous check: every field error at once.

use chrono::NaiveDate;

use super::{Frequency, InvalidFrequency};
use crate::{
    fields::{FieldErrors, Fields},
    hooks::Enabled,
    ids::CheckId,
    time::{Timestamp, parse_date},
};

/// A continuous check that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWatch {
    /// What is made again; whose it is, and whether it is finished, is for the store to say.
    pub check: CheckId,
    /// How often.
    pub frequency: Frequency,
    /// The last day, in UTC, on which a run may be due; it allows one at least. `None` goes on until it is
    /// disabled.
    pub end_date: Option<NaiveDate>,
    /// Whether it runs from the start.
    pub status: Enabled,
    /// The version in which its hooks print checks: that of the key.
    pub key_version: u8,
}

impl NewWatch {
    /// Reads the fields of POST /v1/continuous-checks, asked at `now` of the client's time.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(fields: &Fields, now: Timestamp, key_version: u8) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let check = check(fields, &mut errors);
        if fields.get("frequency").is_none() {
            errors.push("frequency", format!("is required and {InvalidFrequency}"));
        }
        let frequency = frequency(fields, &mut errors);
        let end_date = end_date(fields, frequency.map(|every| every.run(now, 1)), &mut errors);
        let status = fields.one_of("status", Enabled::ALL, &mut errors);
        version(fields, key_version, &mut errors);
        match (errors.0.is_empty(), check, frequency) {
            (true, Some(check), Some(frequency)) => Ok(Self {
                check,
                frequency,
                end_date,
                status: status.unwrap_or(Enabled::Enabled),
                key_version,
            }),
            _ => Err(errors),
        }
    }
}

/// What is to be changed of a continuous check; what is absent stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchChange {
    /// How often from now on.
    pub frequency: Option<Frequency>,
    /// Whether it runs.
    pub status: Option<Enabled>,
    /// The version in which its hooks print checks.
    pub key_version: Option<u8>,
}

impl WatchChange {
    /// Reads the fields of PUT /v1/continuous-checks/{id}. All others are ignored, as the vendor does.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(fields: &Fields, key_version: u8) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let change = Self {
            frequency: frequency(fields, &mut errors),
            status: fields.one_of("status", Enabled::ALL, &mut errors),
            key_version: version(fields, key_version, &mut errors),
        };
        errors.into_result()?;
        Ok(change)
    }
}

fn check(fields: &Fields, errors: &mut FieldErrors) -> Option<CheckId> {
    let Some(text) = fields.get("check_id") else {
        errors.push("check_id", "is required");
        return None;
    };
    let check = text.parse().ok();
    if check.is_none() {
        errors.push("check_id", "is not a check id");
    }
    check
}

fn frequency(fields: &Fields, errors: &mut FieldErrors) -> Option<Frequency> {
    let read: Result<Frequency, InvalidFrequency> = fields.get("frequency")?.parse();
    read.inspect_err(|error| errors.push("frequency", error.to_string()))
        .ok()
}

/// Reads `end_date`: a day that leaves room for the first run, where that is known.
pub(crate) fn end_date(
    fields: &Fields,
    first_run: Option<Timestamp>,
    errors: &mut FieldErrors,
) -> Option<NaiveDate> {
    let end_date = parse_date(fields.get("end_date")?);
    match (end_date, first_run.map(Timestamp::date)) {
        (None, _) => errors.push("end_date", "must be a day in the form YYYY-MM-DD, before 2100"),
        (Some(end), Some(first)) if end < first => {
            errors.push(
                "end_date",
                format!("must allow at least one run; the first is on {first}"),
            );
        }
        (Some(_), _) => {}
    }
    end_date
}

/// What is sent must be the key's version, so that an integration that was moved to another notices.
fn version(fields: &Fields, key_version: u8, errors: &mut FieldErrors) -> Option<u8> {
    let text = fields.get("version")?;
    if text == key_version.to_string() {
        return Some(key_version);
    }
    errors.push("version", format!("must be that of the API key, {key_version}"));
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        continuous::frequency::tests::{any_frequency, any_instant},
        time::parse_instant,
    };
    use proptest::prelude::*;

    const CHECK: &str = "CHK01900000000070008000000000000001";

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.add(name, (*value).to_owned());
        }
        fields
    }

    fn wrong(errors: FieldErrors) -> Vec<String> {
        errors.0.into_iter().map(|error| error.field).collect()
    }

    fn new(pairs: &[(&str, &str)]) -> Result<NewWatch, Vec<String>> {
        let now = parse_instant("2026-01-31T12:00:00Z").unwrap();
        NewWatch::parse(&fields(pairs), now, 1).map_err(wrong)
    }

    #[test]
    fn a_watch_is_read_with_its_defaults() {
        let watch = NewWatch {
            check: CHECK.parse().unwrap(),
            frequency: "2w".parse().unwrap(),
            end_date: None,
            status: Enabled::Enabled,
            key_version: 1,
        };
        let short = [("check_id", CHECK), ("frequency", "2W"), ("color", "red")];
        assert_eq!(new(&short), Ok(watch.clone()));
        let long = [
            ("check_id", CHECK),
            ("frequency", "2w"),
            ("end_date", "2026-02-14"),
            ("status", "disabled"),
            ("version", "1"),
        ];
        let disabled = NewWatch {
            end_date: NaiveDate::from_ymd_opt(2026, 2, 14),
            status: Enabled::Disabled,
            ..watch
        };
        assert_eq!(new(&long), Ok(disabled));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (pairs, expected) in [
            (&[][..], &["check_id", "frequency"][..]),
            (
                &[
                    ("check_id", "CCK01900000000070008000000000000001"),
                    ("frequency", "hourly"),
                    ("end_date", "tomorrow"),
                    ("status", "paused"),
                    ("version", "2"),
                ],
                &["check_id", "frequency", "end_date", "status", "version"],
            ),
            (
                &[("check_id", CHECK), ("frequency", "1d"), ("version", "0")],
                &["version"],
            ),
            (
                &[
                    ("check_id", CHECK),
                    ("frequency", "1m"),
                    ("end_date", "2026-02-27"),
                ],
                &["end_date"],
            ),
            (
                &[
                    ("check_id", CHECK),
                    ("frequency", "1m"),
                    ("end_date", "2026-02-28"),
                ],
                &[],
            ),
            (
                &[("frequency", "1m"), ("end_date", "2026-02-27")],
                &["check_id", "end_date"],
            ),
        ] {
            assert_eq!(new(pairs).err().unwrap_or_default(), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_change_takes_three_fields_and_ignores_the_rest() {
        let none = WatchChange {
            frequency: None,
            status: None,
            key_version: None,
        };
        let parse = |pairs: &[(&str, &str)]| WatchChange::parse(&fields(pairs), 0).map_err(wrong);
        assert_eq!(parse(&[("check_id", "x"), ("end_date", "x")]), Ok(none));
        let all = [("frequency", "Yearly"), ("status", "Disabled"), ("version", "0")];
        let change = WatchChange {
            frequency: Some("yearly".parse().unwrap()),
            status: Some(Enabled::Disabled),
            key_version: Some(0),
        };
        assert_eq!(parse(&all), Ok(change));
        let bad = [("frequency", "0d"), ("status", "x"), ("version", "1")];
        assert_eq!(
            parse(&bad),
            Err(["frequency", "status", "version"].map(str::to_owned).into())
        );
    }

    proptest! {
        #[test]
        fn reading_never_panics(
            values in prop::collection::vec("\\PC{0,20}|[0-9]{0,4}[dwmy]|[0-9]{4}-[0-9]{2}-[0-9]{2}", 5),
            now in any::<i64>(),
        ) {
            let names = ["check_id", "frequency", "end_date", "status", "version"];
            let pairs: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
            let fields = fields(&pairs);
            let _ = NewWatch::parse(&fields, Timestamp::from_nanos(now), 1);
            let _ = WatchChange::parse(&fields, 1);
        }

        #[test]
        fn an_end_date_is_good_if_the_first_run_is_not_behind_it(
            frequency in any_frequency(), now in any_instant(), end in any_instant(),
        ) {
            let end = end.date();
            let every = frequency.to_string();
            let day = end.to_string();
            let fields = fields(&[("check_id", CHECK), ("frequency", &every), ("end_date", &day)]);
            let read = NewWatch::parse(&fields, now, 0);
            prop_assert_eq!(read.is_ok(), frequency.run(now, 1).date() <= end);
            prop_assert!(read.is_ok() || read.map_err(wrong) == Err(vec!["end_date".to_owned()]));
        }
    }
}
