//! Which column of a file is which input.

use super::{
    BTreeMap, BTreeSet, Catalogue, CheckType, Country, CustomType, FieldErrors, Fields, InputField, Kind,
    Scope, must_be_one_of, parse_date,
};
use crate::checks::required::required_fields;

/// What the fields of a mapping begin with.
const PREFIX: &str = "columns_mapping.";

/// Columns of a workbook.
const MOST_COLUMNS: usize = 16_384;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// An input of the check.
    Input(InputField),
    /// Whether the person authorized the check.
    UserAuthorized,
    /// Whether a new check is made even if an equal recent one exists.
    ForceCreation,
}

impl Column {
    /// The name of the field that it holds.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Input(field) => field.as_str(),
            Self::UserAuthorized => "user_authorized",
            Self::ForceCreation => "force_creation",
        }
    }

    fn of(name: &str) -> Option<Self> {
        match name {
            "user_authorized" => Some(Self::UserAuthorized),
            "force_creation" => Some(Self::ForceCreation),
            _ => name.parse().ok().map(Self::Input),
        }
    }

    /// The cell's text as the field takes it. People write dates as days, months and years; a workbook's booleans come
    /// in any case.
    pub fn value(self, cell: &str) -> String {
        let cell = cell.trim();
        match self {
            Self::Input(field) if field.kind() == Kind::Date => {
                day_first(cell).unwrap_or_else(|| cell.to_owned())
            }
            Self::Input(_) => cell.to_owned(),
            Self::UserAuthorized | Self::ForceCreation => match cell.to_lowercase().as_str() {
                "yes" | "y" | "si" | "sí" | "s" | "sim" | "x" | "verdadero" | "verdadeiro" => {
                    "true".to_owned()
                }
                "no" | "n" | "não" | "nao" | "falso" => "false".to_owned(),
                other => other.to_owned(),
            },
        }
    }

    /// Whether a value of it has a figure in it.
    fn is_numeric(self) -> bool {
        matches!(self, Self::Input(field) if matches!(field.kind(), Kind::Number | Kind::Date))
    }
}

/// `31/01/1990` or `31-01-1990` as `1990-01-31`.
fn day_first(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [day, month, year] = parts.as_slice() else {
        return None;
    };
    let written = format!("{year}-{month:0>2}-{day:0>2}");
    (year.len() == 4 && parse_date(&written).is_some()).then_some(written)
}

/// Which column is which input, by the column's index from 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns(BTreeMap<usize, Column>);

impl Columns {
    /// Reads the fields `columns_mapping.…`; `None` where there are none.
    pub fn parse(fields: &Fields, errors: &mut FieldErrors) -> Option<Self> {
        let mut columns = BTreeMap::new();
        let mut any = false;
        for (name, _) in fields.iter() {
            let Some(input) = name.strip_prefix(PREFIX) else {
                continue;
            };
            any = true;
            let Some(column) = Column::of(input) else {
                errors.push(name, format!("{input} is not an input of a check"));
                continue;
            };
            let place = fields
                .get(name)
                .and_then(|text| text.trim().parse::<usize>().ok());
            match place.filter(|place| *place < MOST_COLUMNS) {
                None => errors.push(name, "must be the index of a column, 0 for column A"),
                Some(place) if columns.contains_key(&place) => {
                    errors.push(name, "is the column of another input");
                }
                Some(place) => {
                    columns.insert(place, column);
                }
            }
        }
        any.then_some(Self(columns))
    }

    /// Columns side by side, from column A on.
    pub fn in_order(columns: impl IntoIterator<Item = Column>) -> Self {
        Self(columns.into_iter().enumerate().collect())
    }

    /// Reads what [`Columns::to_json`] wrote.
    ///
    /// # Errors
    /// If it is something else.
    pub fn from_json(text: &str) -> Result<Self, FieldErrors> {
        let wrong = || FieldErrors::one("columns", must_be_one_of(InputField::ALL));
        let named: BTreeMap<usize, String> = serde_json::from_str(text).map_err(|_| wrong())?;
        named
            .into_iter()
            .map(|(place, name)| Some((place, Column::of(&name)?)))
            .collect::<Option<_>>()
            .map(Self)
            .ok_or_else(wrong)
    }

    /// The columns as they are kept.
    pub fn to_json(&self) -> String {
        let named: BTreeMap<usize, &str> = self
            .iter()
            .map(|(place, column)| (place, column.as_str()))
            .collect();
        serde_json::to_string(&named).unwrap_or_default()
    }

    /// Indexes and inputs, from left to right.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Column)> {
        self.0.iter().map(|(place, column)| (*place, *column))
    }

    /// How many columns there are, from column A to the last that holds an input.
    pub fn width(&self) -> usize {
        self.0.last_key_value().map_or(0, |(place, _)| place + 1)
    }

    /// The names of the inputs, from left to right.
    pub fn names(&self) -> Vec<&'static str> {
        self.0.values().map(|column| column.as_str()).collect()
    }

    /// Whether a first row names the columns instead of filling them: a cell says the name of its input, or no cell of
    /// a number or a date has a figure in it although one is filled.
    pub fn is_header(&self, row: &[String]) -> bool {
        let cells = || {
            self.iter()
                .filter_map(|(place, column)| Some((column, row.get(place)?.trim())))
        };
        if cells().any(|(column, cell)| named(cell) == column.as_str()) {
            return true;
        }
        let mut numeric = cells()
            .filter(|(column, cell)| column.is_numeric() && !cell.is_empty())
            .peekable();
        numeric.peek().is_some() && numeric.all(|(_, cell)| !cell.bytes().any(|byte| byte.is_ascii_digit()))
    }
}

fn named(cell: &str) -> String {
    cell.to_lowercase().replace([' ', '-'], "_")
}

/// The columns where a request maps none: what the type requires, then what its sources can be asked by besides.
pub fn usual_columns(country: Country, built_in: Option<CheckType>, custom: Option<&CustomType>) -> Columns {
    let kinds: &[CheckType] = match &built_in {
        Some(kind) => std::slice::from_ref(kind),
        None => CheckType::ALL,
    };
    let mut seen = BTreeSet::new();
    let mut columns = Vec::new();
    let mut add = |field: InputField| {
        if seen.insert(field) {
            columns.push(Column::Input(field));
        }
    };
    if let Some(kind) = built_in {
        required_fields(country, kind).for_each(&mut add);
    }
    for kind in kinds {
        let scope = Scope {
            country,
            check_type: *kind,
            custom,
        };
        let inputs = scope.inputs(Catalogue::builtin());
        InputField::ALL
            .iter()
            .filter(|field| inputs.contains(field))
            .copied()
            .for_each(&mut add);
    }
    columns.push(Column::UserAuthorized);
    Columns::in_order(columns)
}
