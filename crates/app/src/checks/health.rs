//! Health of the sources, from how they answered.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Duration, FixedOffset, Timelike as _, Utc};
use cotejo_domain::{
    country::Country,
    fields::{FieldErrors, Fields},
    permissions::Permission,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::DataSetSchema;
use crate::{App, AppResult, access::Caller, screening::ListBody};

cotejo_domain::text_enum! {
    /// How a source fared in an hour.
    pub enum HourStatus {
        /// At least 90 % of its runs were answered.
        Operational = "operational",
        /// 50 to 90 %.
        DegradedPerformance = "degraded_performance",
        /// 10 to 50 %.
        PartialOutage = "partial_outage",
        /// Less than 10 %.
        MajorOutage = "major_outage",
        /// Nobody asked it.
        Undetermined = "undetermined",
    }
}

/// Health of one source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DatabaseHealth)]
pub struct HealthBody {
    /// The source; stable for ever
    database_id: String,
    /// Its name
    database_name: String,
    /// The data sets that it feeds
    #[schema(value_type = Vec<DataSetSchema>)]
    data_sets: Vec<cotejo_domain::checks::DataSet>,
    /// One entry an hour: operational, degraded_performance, partial_outage, major_outage or undetermined
    #[schema(value_type = Vec<String>)]
    hourly_status: Vec<HourStatus>,
    /// The list that answers for the source, and its age; absent where none does
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<ListBody>,
}

/// What is asked: a country, and the hours of a day.
struct Question {
    country: Country,
    /// Start of the first hour.
    from: DateTime<Utc>,
    hours: i64,
}

impl Question {
    /// Reads the three parameters. The current hour asks for that hour alone, another time of today for the hours of
    /// today so far, a past day for its 24.
    fn parse(fields: &Fields, now: DateTime<Utc>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let country = match fields.get("country").map(str::parse::<Country>) {
            None => Err("is required"),
            Some(Err(_)) => Err("must be one of ALL, BR, CO, CL, MX, PE, CR"),
            Some(Ok(country)) => Ok(country),
        };
        let number = |name: &str| match fields.get(name).map(str::parse::<i64>) {
            None => Err("is required"),
            Some(Err(_)) => Err("must be a whole number of seconds"),
            Some(Ok(number)) => Ok(number),
        };
        let at = number("unixTimestampSeconds").and_then(|seconds| {
            DateTime::from_timestamp(seconds, 0)
                .filter(|at| *at <= now + Duration::minutes(5) && at.year() >= 2000)
                .ok_or("must be a time in the past")
        });
        let zone = number("unixtimezoneOffsetSeconds").and_then(|seconds| {
            i32::try_from(seconds)
                .ok()
                .and_then(FixedOffset::east_opt)
                .ok_or("must be less than a day")
        });
        match (country, at, zone) {
            (Ok(country), Ok(at), Ok(zone)) => Ok(Self::new(country, at, zone, now)),
            (country, at, zone) => {
                let wrong = [
                    ("country", country.err()),
                    ("unixTimestampSeconds", at.err()),
                    ("unixtimezoneOffsetSeconds", zone.err()),
                ];
                for (field, message) in wrong {
                    if let Some(message) = message {
                        errors.push(field, message);
                    }
                }
                Err(errors)
            }
        }
    }

    fn new(country: Country, at: DateTime<Utc>, zone: FixedOffset, now: DateTime<Utc>) -> Self {
        let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
        let into_hour = |t: DateTime<FixedOffset>| {
            Duration::minutes(t.minute().into()) + Duration::seconds(t.second().into())
        };
        let start_of_day = at - into_hour(at) - Duration::hours(at.hour().into());
        let today = at.date_naive() == now.date_naive();
        let (from, hours) = match (today, at.hour() >= now.hour()) {
            (true, true) => (now - into_hour(now), 1),
            (true, false) => (start_of_day, i64::from(now.hour()) + 1),
            (false, _) => (start_of_day, 24),
        };
        Self {
            country,
            from: from.with_timezone(&Utc),
            hours,
        }
    }
}

impl App {
    /// How the sources of a country answered this client.
    pub async fn database_health(&self, caller: &Caller, fields: &Fields) -> AppResult<Vec<HealthBody>> {
        caller.require(Permission::ChecksRead)?;
        let question = Question::parse(fields, self.now(caller.client()).to_datetime())?;
        let sources: Vec<_> = self
            .inner
            .catalogue
            .all()
            .iter()
            .filter(|source| source.country == question.country)
            .collect();
        let keys: Vec<String> = sources.iter().map(|source| source.key.clone()).collect();
        let until = question.from + Duration::hours(question.hours);
        let mut conn = self.inner.pool.acquire().await?;
        let hours =
            cotejo_store::health::hours(&mut conn, caller.client().id, &keys, question.from, until).await?;
        drop(conn);
        let mut counted: BTreeMap<(String, i64), (i32, i32)> = BTreeMap::new();
        for hour in hours {
            // Zones off by half an hour see the UTC hour that theirs begins in.
            let index = (hour.hour - question.from).num_minutes().div_euclid(60).max(0);
            let entry = counted.entry((hour.source, index)).or_default();
            *entry = (entry.0 + hour.answered, entry.1 + hour.failed);
        }
        let mut lists: BTreeMap<String, ListBody> = self
            .loaded_lists()
            .await?
            .into_iter()
            .map(|list| (list.list.clone(), list.for_clients()))
            .collect();
        let status =
            |key: &str, hour| status(counted.get(&(key.to_owned(), hour)).copied().unwrap_or_default());
        Ok(sources
            .into_iter()
            .map(|source| HealthBody {
                database_id: source.database_id.clone(),
                database_name: source.name.clone(),
                data_sets: source.data_sets.clone(),
                hourly_status: (0..question.hours)
                    .map(|hour| status(&source.key, hour))
                    .collect(),
                list: source.list.as_ref().and_then(|list| lists.remove(list)),
            })
            .collect())
    }
}

fn status((answered, failed): (i32, i32)) -> HourStatus {
    let runs = i64::from(answered) + i64::from(failed);
    if runs == 0 {
        return HourStatus::Undetermined;
    }
    match i64::from(answered) * 100 / runs {
        90.. => HourStatus::Operational,
        50..90 => HourStatus::DegradedPerformance,
        10..50 => HourStatus::PartialOutage,
        _ => HourStatus::MajorOutage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_hours_that_are_asked_for() {
        let now = utc("2026-03-10T15:20:00Z");
        let bogota = FixedOffset::east_opt(-18_000).unwrap();
        for (at, from, hours) in [
            ("2026-03-10T15:20:00Z", "2026-03-10T15:00:00Z", 1),
            ("2026-03-10T05:00:00Z", "2026-03-10T05:00:00Z", 11),
            ("2026-03-10T04:59:00Z", "2026-03-09T05:00:00Z", 24),
        ] {
            let question = Question::new(Country::Co, utc(at), bogota, now);
            assert_eq!((question.from, question.hours), (utc(from), hours), "{at}");
        }
    }

    #[test]
    fn the_borders_of_the_states() {
        for (answered, failed, expected) in [
            (0, 0, HourStatus::Undetermined),
            (9, 1, HourStatus::Operational),
            (89, 11, HourStatus::DegradedPerformance),
            (1, 1, HourStatus::DegradedPerformance),
            (1, 9, HourStatus::PartialOutage),
            (0, 1, HourStatus::MajorOutage),
        ] {
            assert_eq!(status((answered, failed)), expected);
        }
    }

    #[test]
    fn every_missing_parameter_is_named() {
        let Err(errors) = Question::parse(&Fields::default(), utc("2026-03-10T15:20:00Z")) else {
            panic!()
        };
        let names: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            names,
            ["country", "unixTimestampSeconds", "unixtimezoneOffsetSeconds"]
        );
    }
}
