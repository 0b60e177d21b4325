//! Batches: many checks from one file (reference, Batch; ruling on batches).

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checks::{
        CheckType, CustomType, InputField, NewCheck, inputs::Kind, new_check::Strictness, plan::Scope,
        required::is_available,
    },
    continuous::{Frequency, end_date},
    country::Country,
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::{BatchId, BillingHubId, ClientId, ReportId},
    sources::Catalogue,
    time::{Timestamp, parse_date},
};

mod columns;
mod tables;

pub use columns::{Column, Columns, usual_columns};
pub use tables::{EachRow, TableError, Tables};

/// How long a link to upload a file is good, in seconds (reference: 30 minutes).
pub const LINK_SECONDS: i64 = 30 * 60;

/// Most rows of a file.
pub const MOST_ROWS: usize = 100_000;

/// Largest file, in bytes.
pub const LARGEST_FILE: u64 = 64 * 1024 * 1024;

crate::text_enum! {
    /// Where a batch stands.
    pub enum BatchStatus {
        /// It has no file yet.
        Created = "created",
        /// Its file is there.
        Uploaded = "uploaded",
        /// Its checks are being made and carried out.
        InProgress = "in_progress",
        /// Every row has come to its end.
        Completed = "completed",
        /// It was stopped; it goes on where it was when it is started again.
        Stopped = "stopped",
        /// Its file cannot be used.
        Failed = "failed",
    }
}

impl BatchStatus {
    /// Whether nothing will change any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }

    /// Whether it can be stopped: only what is under way or has not begun.
    pub const fn can_stop(self) -> bool {
        matches!(self, Self::Created | Self::Uploaded | Self::InProgress)
    }
}

crate::text_enum! {
    /// Formats of files of rows, in and out.
    pub enum TableFormat {
        /// A workbook.
        Xlsx = "xlsx",
        /// Text, values separated by commas or semicolons.
        Csv = "csv",
    }
}

/// A batch without its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Whose it is.
    pub client: ClientId,
    /// Its id.
    pub id: BatchId,
    /// What was asked for.
    pub asked: NewBatch,
    /// Where it stands.
    pub status: BatchStatus,
    /// Rows of its file, once it was read.
    pub size: Option<i32>,
    /// Rows that have come to their end.
    pub processed: i32,
    /// Rows of which no check was made, or whose check ended in `error`.
    pub failed: i32,
    /// Why its file cannot be used; empty where it can.
    pub failure_reason: String,
    /// The billing hub of the key that made it.
    pub billing_hub: Option<BillingHubId>,
    /// Version of that key.
    pub key_version: u8,
    /// When it was made, in the client's time.
    pub created: Timestamp,
    /// When it last changed, in the client's time.
    pub updated: Timestamp,
}

/// A request for a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBatch {
    /// `type` as it was asked for.
    pub type_name: String,
    /// The client's own type, if it is one.
    pub custom: Option<CustomType>,
    /// Where.
    pub country: Country,
    /// What its columns are.
    pub columns: Columns,
    /// How often each check is carried out again.
    pub frequency: Option<Frequency>,
    /// The last day of that.
    pub end_date: Option<chrono::NaiveDate>,
    /// The folder that its checks go into.
    pub report: Option<ReportId>,
    /// What holds for all rows that do not say it themselves.
    pub user_authorized: Option<bool>,
    /// What holds for all rows that do not say it themselves.
    pub force_creation: Option<bool>,
}

impl NewBatch {
    /// Reads the fields of POST /v1/batches. `custom` is the type that `type` names, if the client has it.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(fields: &Fields, custom: Option<CustomType>, now: Timestamp) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        match fields.get("service") {
            None => errors.push("service", "is required"),
            Some("checks") => {}
            Some(_) => errors.push("service", "must be checks"),
        }
        let country = fields.one_of("country", Country::ALL, &mut errors);
        if fields.get("country").is_none() {
            errors.push("country", "is required");
        }
        let built_in = match (&custom, fields.get("type")) {
            (Some(_), _) => None,
            (None, None) => {
                errors.push("type", "is required");
                None
            }
            (None, Some(_)) => fields.one_of("type", CheckType::ALL, &mut errors),
        };
        if let (Some(country), Some(kind)) = (country, built_in)
            && !is_available(country, kind)
        {
            errors.push("type", format!("{kind} checks are not available in {country}"));
        }
        let frequency = fields.get("frequency").and_then(|text| {
            text.parse::<Frequency>()
                .inspect_err(|error| errors.push("frequency", error.to_string()))
                .ok()
        });
        let end_date = end_date(
            fields,
            frequency.map(|frequency| frequency.run(now, 1)),
            &mut errors,
        );
        if end_date.is_some() && fields.get("frequency").is_none() {
            errors.push("frequency", "is required with end_date");
        }
        let report = fields.get("report_id").and_then(|text| {
            text.parse::<ReportId>()
                .inspect_err(|_| errors.push("report_id", "is not a report id"))
                .ok()
        });
        let user_authorized = fields.boolean("user_authorized", &mut errors);
        let force_creation = fields.boolean("force_creation", &mut errors);
        let mapped = Columns::parse(fields, &mut errors);
        let type_name = custom
            .as_ref()
            .map(|custom| custom.name.clone())
            .or_else(|| built_in.map(|kind| kind.to_string()));
        let (Some(country), Some(type_name)) = (country, type_name) else {
            return Err(errors);
        };
        errors.into_result()?;
        let columns = mapped.unwrap_or_else(|| usual_columns(country, built_in, custom.as_ref()));
        Ok(Self {
            type_name,
            custom,
            country,
            columns,
            frequency,
            end_date,
            report,
            user_authorized,
            force_creation,
        })
    }

    /// The check that a row asks for. A batch of continuous checks never returns an earlier check, because each row is
    /// to have a continuous check of its own.
    ///
    /// # Errors
    /// Every column that is wrong, by the name of its input.
    pub fn check(&self, row: &[String], strictness: Strictness) -> Result<NewCheck, FieldErrors> {
        let mut fields = Fields::default();
        fields.add("type", self.type_name.clone());
        fields.add("country", self.country.to_string());
        for (name, value) in [
            ("user_authorized", self.user_authorized),
            ("force_creation", self.force_creation),
        ] {
            if let Some(value) = value {
                fields.add(name, value.to_string());
            }
        }
        for (place, column) in self.columns.iter() {
            if let Some(value) = row.get(place) {
                fields.add(column.as_str(), column.value(value));
            }
        }
        let mut check = NewCheck::parse(&fields, None, strictness, self.custom.clone())?;
        check.report = self.report;
        check.priority = crate::checks::Priority::Low;
        check.force_creation |= self.frequency.is_some();
        Ok(check)
    }
}

/// What is wrong with a row, as reports show it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RowError {
    /// Letter of the column (`A`); empty where the input has none.
    pub column: String,
    /// Name of the input.
    pub field: String,
    /// What is expected.
    pub message: String,
}

impl RowError {
    /// The errors of a row with the columns that they are about.
    pub fn of(errors: FieldErrors, columns: &Columns) -> Vec<Self> {
        let place = |field: &str| columns.iter().find(|(_, column)| column.as_str() == field);
        errors
            .0
            .into_iter()
            .map(|error| Self {
                column: place(&error.field).map_or_else(String::new, |(place, _)| letter(place)),
                field: error.field,
                message: error.message,
            })
            .collect()
    }
}

/// The name of a column in a workbook: `A`, `Z`, `AA`.
pub fn letter(place: usize) -> String {
    let mut rest = place + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.add(name, (*value).to_owned());
        }
        fields
    }

    const PEOPLE: &[(&str, &str)] = &[("service", "checks"), ("type", "person"), ("country", "CO")];

    fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        PEOPLE.iter().chain(more).copied().collect()
    }

    fn read(more: &[(&str, &str)]) -> Result<NewBatch, Vec<String>> {
        NewBatch::parse(&fields(&with(more)), None, Timestamp::from_nanos(0))
            .map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
    }

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    const STRICT: Strictness = Strictness {
        key_version: 1,
        identifiers: false,
    };

    #[test]
    fn columns_are_mapped_by_index_or_usual() {
        let batch = read(&[
            ("columns_mapping.national_id", "1"),
            ("columns_mapping.user_authorized", "0"),
        ])
        .unwrap();
        assert_eq!(batch.columns.names(), ["user_authorized", "national_id"]);
        let usual = read(&[]).unwrap().columns;
        assert_eq!(usual.names()[0], "national_id", "what is required comes first");
        assert!(usual.names().contains(&"first_name"));
        for (field, value) in [
            ("columns_mapping.national_id", "-1"),
            ("columns_mapping.national_id", "A"),
            ("columns_mapping.national_id", "16384"),
            ("columns_mapping.shoe_size", "0"),
        ] {
            assert_eq!(read(&[(field, value)]).unwrap_err(), [field], "{value}");
        }
        let twice = read(&[
            ("columns_mapping.national_id", "0"),
            ("columns_mapping.passport", "0"),
        ]);
        assert_eq!(twice.unwrap_err(), ["columns_mapping.passport"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |pairs: &[(&str, &str)]| {
            let errors = NewBatch::parse(&fields(pairs), None, Timestamp::from_nanos(0)).unwrap_err();
            errors.0.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        assert_eq!(wrong(&[]), ["service", "country", "type"]);
        assert_eq!(
            wrong(&[("service", "x"), ("type", "x"), ("country", "x")]),
            ["service", "country", "type"]
        );
        assert_eq!(read(&[("end_date", "1970-06-01")]).unwrap_err(), ["frequency"]);
        assert_eq!(
            read(&[("frequency", "1m"), ("end_date", "1970-01-20")]).unwrap_err(),
            ["end_date"]
        );
        assert!(read(&[("frequency", "1m"), ("end_date", "1970-02-01")]).is_ok());
        assert_eq!(
            read(&[("frequency", "often"), ("report_id", "x")]).unwrap_err(),
            ["frequency", "report_id"]
        );
    }

    #[test]
    fn rows_become_checks_and_what_is_wrong_names_its_column() {
        let batch = read(&[
            ("columns_mapping.national_id", "2"),
            ("columns_mapping.date_of_birth", "0"),
            ("user_authorized", "true"),
        ])
        .unwrap();
        let check = batch
            .check(&row(&["1990-01-31", "", " 0012345678 "]), STRICT)
            .unwrap();
        assert_eq!(check.inputs.get(InputField::NationalId), Some("0012345678"));
        let errors = batch.check(&row(&["31 January", "", ""]), STRICT).unwrap_err();
        let errors = RowError::of(errors, &batch.columns);
        let places: Vec<_> = errors
            .iter()
            .map(|e| (e.column.as_str(), e.field.as_str()))
            .collect();
        assert_eq!(places, [("A", "date_of_birth"), ("C", "national_id")]);
        let unsaid = read(&[("columns_mapping.national_id", "0")]).unwrap();
        let errors = unsaid.check(&row(&["1000000001"]), STRICT).unwrap_err();
        assert_eq!(errors.0[0].field, "user_authorized");
    }

    #[test]
    fn the_first_row_may_be_a_header() {
        let batch = read(&[
            ("columns_mapping.national_id", "0"),
            ("columns_mapping.first_name", "1"),
        ])
        .unwrap();
        for (cells, header) in [
            (&["national_id", "first_name"][..], true),
            (&["National ID", "Nombre"], true),
            (&["Cédula", "Nombres"], true),
            (&["1000000001", "Ana"], false),
            (&["", "Ana"], false),
            (&["", "First Name"], true),
        ] {
            assert_eq!(batch.columns.is_header(&row(cells)), header, "{cells:?}");
        }
    }

    #[test]
    fn columns_are_lettered_as_in_a_workbook() {
        for (place, expected) in [
            (0, "A"),
            (25, "Z"),
            (26, "AA"),
            (51, "AZ"),
            (52, "BA"),
            (701, "ZZ"),
            (702, "AAA"),
        ] {
            assert_eq!(letter(place), expected);
        }
    }
}
