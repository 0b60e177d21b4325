//! What a source said about a subject.

use serde::{Deserialize, Serialize};

use crate::screening::Evidence;

crate::text_enum! {
    /// Risk of what was found; order is from harmless to worst, `unknown` before all.
    pub enum Severity {
        /// No score: nothing was consulted, or the identity was not found.
        Unknown = "unknown",
        /// In the clear.
        None = "none",
        /// 0.8
        VeryLow = "very_low",
        /// 0.6
        Low = "low",
        /// 0.4
        Medium = "medium",
        /// 0.2
        High = "high",
        /// 0
        VeryHigh = "very_high",
    }
}

crate::text_enum! {
    /// Overall result of what was collected.
    pub enum ResultKind {
        /// Still being asked.
        Pending = "pending",
        /// The subject is in the source, with or without a record.
        Found = "found",
        /// The subject is not in the source.
        NotFound = "not_found",
        /// The source failed.
        Error = "error",
        /// The source asked for more time.
        Delayed = "delayed",
        /// Not consulted.
        Ignored = "ignored",
    }
}

crate::text_enum! {
    /// What a finding is tied to the subject by.
    pub enum Basis {
        /// A document, plate or tax number.
        Id = "id",
        /// The name alone: may be a homonym.
        Name = "name",
    }
}

/// One table of a detail, as the source shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Heading, in the language of the source.
    pub title: String,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its cells, in order.
    pub cells: Vec<Cell>,
}

/// A cell of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Column, in the language of the source.
    pub label: String,
    /// Value, always text.
    pub value: String,
}

impl Table {
    /// A table of one row from (label, value) pairs.
    pub fn one_row<'a>(title: &str, cells: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let cells = cells
            .into_iter()
            .map(|(label, value)| Cell {
                label: label.to_owned(),
                value,
            })
            .collect();
        Self {
            title: title.to_owned(),
            rows: vec![Row { cells }],
        }
    }
}

/// One thing that a source said: becomes one entry of the check's details and takes part in the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The data set it belongs to; one of its source's.
    pub data_set: crate::checks::DataSet,
    /// Whether the document or only the name ties it to the subject.
    pub basis: Basis,
    /// `Found` or `NotFound`; nothing else comes from a source.
    pub result: ResultKind,
    /// How bad it is; `None` for a clean answer.
    pub severity: Severity,
    /// Names as the source spells them.
    pub first_name: String,
    /// Names as the source spells them.
    pub last_name: String,
    /// Company as the source spells it.
    pub company_name: String,
    /// Tables to show; empty prints as `null`.
    pub tables: Vec<Table>,
    /// What a hit on a list rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}
