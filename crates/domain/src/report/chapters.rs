//! Data sets, and what their sources said.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    Chapter, Column, DataSetLine, Entry, Sheet, Tone, phrases as p,
    room::{NAME, ROWS, Room, VALUE, shortened},
};
use crate::{
    checks::{
        Basis, DataSet, Dossier, ResultKind, Run, RunStatus, Severity, Table, Told,
        finding::Row,
        scoring::{DataSetScore, Scored},
        weights::WHOLE,
    },
    country::Country,
    language::Language,
    wording::{InWords as _, translate_label_from, upper_first},
};

/// The data sets that were asked about or that weigh something: the worst first, then the weightiest.
pub(super) fn order(dossier: &Dossier<'_>) -> Vec<DataSet> {
    let mut sets: Vec<DataSet> = DataSet::ALL
        .iter()
        .copied()
        .filter(|set| scored(dossier, *set).is_some() || dossier.check.weights().contains_key(set))
        .collect();
    sets.sort_by_key(|set| {
        let severity = scored(dossier, *set).map(|score| score.overall.mark.severity);
        let weight = dossier.check.weights().get(set).copied().unwrap_or_default();
        Reverse((severity, weight))
    });
    sets
}

fn scored<'a>(dossier: &Dossier<'a>, set: DataSet) -> Option<&'a DataSetScore> {
    dossier
        .scores
        .data_sets
        .iter()
        .find(|score| score.data_set == set)
}

/// A data set in a line.
pub(super) fn line(dossier: &Dossier<'_>, set: DataSet, language: Language) -> DataSetLine {
    let score = scored(dossier, set);
    let tone = |side: Scored| {
        // A source that failed has the severity of a clean one, and must not look like it.
        let answered = matches!(side.mark.result, ResultKind::Found | ResultKind::NotFound);
        answered.then(|| Tone::of(side.mark.severity, language))
    };
    let weight = dossier.check.weights().get(&set).copied().unwrap_or_default();
    let result = score.map_or(ResultKind::Ignored, |score| score.overall.mark.result);
    DataSetLine {
        name: set.in_words(language).to_owned(),
        result: result.in_words(language).to_owned(),
        severity: score.and_then(|score| tone(score.overall)),
        by_id: score.and_then(|score| tone(score.by_id)),
        by_name: score.and_then(|score| tone(score.by_name)),
        score: score
            .map(|score| score.overall.score.to_string())
            .unwrap_or_default(),
        weight: percent(weight),
    }
}

/// A weight as a percentage, with a decimal only where it has one: `20 %`, `12.5 %`.
fn percent(weight: i64) -> String {
    let thousandths = weight * 1_000 / WHOLE;
    match thousandths % 10 {
        0 => format!("{} %", thousandths / 10),
        tenth => format!("{}.{tenth} %", thousandths / 10),
    }
}

/// What the sources said, by data set.
pub(super) fn chapters(dossier: &Dossier<'_>, order: &[DataSet], language: Language) -> Vec<Chapter> {
    let mut room = Room::new();
    let chapter = |(i, set): (usize, &DataSet)| {
        room.begin(order.len() - i - 1);
        chapter(dossier, *set, &mut room, language)
    };
    order.iter().enumerate().filter_map(chapter).collect()
}

fn chapter(dossier: &Dossier<'_>, set: DataSet, room: &mut Room, language: Language) -> Option<Chapter> {
    let mut told: Vec<(&Run, &Told)> = dossier
        .told
        .iter()
        .filter(|told| told.finding.data_set == set)
        .filter_map(|told| Some((dossier.run(told.run)?, told)))
        .collect();
    let shows = |told: &Told| told.finding.severity > Severity::None || !told.finding.tables.is_empty();
    let nothing = dossier
        .runs
        .iter()
        .filter(|run| run.data_set == Some(set) && run.status == RunStatus::Completed)
        .filter(|run| !told.iter().any(|(of, told)| of.seq == run.seq && shows(told)))
        .map(|run| dossier.source_name(run).to_owned())
        .collect::<Vec<_>>();
    told.retain(|(_, told)| shows(told));
    told.sort_by_key(|(run, told)| {
        let by_name = told.finding.basis == Basis::Name;
        (Reverse(told.finding.severity), by_name, run.seq)
    });
    if told.is_empty() && nothing.is_empty() {
        return None;
    }
    let entries: Vec<Entry> = told
        .iter()
        .map_while(|(run, told)| room.heading().then(|| entry(dossier, run, told, room, language)))
        .collect();
    let left_out = told.len() - entries.len();
    Some(Chapter {
        name: set.in_words(language).to_owned(),
        severity: Tone::of(
            scored(dossier, set).map_or(Severity::Unknown, |score| score.overall.mark.severity),
            language,
        ),
        entries,
        nothing,
        left_out: (left_out > 0).then(|| p::LESS_ENTRIES.of(left_out, language)),
    })
}

fn entry(dossier: &Dossier<'_>, run: &Run, told: &Told, room: &mut Room, language: Language) -> Entry {
    let finding = &told.finding;
    let named = [&finding.first_name, &finding.last_name, &finding.company_name];
    let named: Vec<&str> = named
        .into_iter()
        .map(String::as_str)
        .filter(|name| !name.is_empty())
        .collect();
    let country = dossier.source_country(run);
    let tables: Vec<Sheet> = finding
        .tables
        .iter()
        .map_while(|table| room.heading().then(|| sheet(country, table, room, language)))
        .collect();
    let left_out = finding.tables.len() - tables.len();
    Entry {
        source: dossier.source_name(run).to_owned(),
        result: finding.result.in_words(language).to_owned(),
        severity: Tone::of(finding.severity, language),
        basis: upper_first(finding.basis.in_words(language)),
        homonym: (finding.basis == Basis::Name && finding.severity > Severity::None)
            .then(|| p::HOMONYM.text(language).to_owned()),
        named: shortened(&named.join(" "), NAME, language),
        tables,
        left_out: (left_out > 0).then(|| p::LESS_TABLES.of(left_out, language)),
    }
}

/// A table with one column for each label that any of its rows has; a label that a row has twice is two columns.
fn sheet(country: Country, table: &Table, room: &mut Room, language: Language) -> Sheet {
    let shown = &table.rows[..table.rows.len().min(ROWS)];
    let mut columns: Vec<(&str, usize)> = Vec::new();
    for (column, _) in shown.iter().flat_map(cells) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let values = |row: &Row| -> Vec<String> {
        let known: BTreeMap<_, _> = cells(row).collect();
        let value = |column| known.get(column).map(|value| shortened(value, VALUE, language));
        columns
            .iter()
            .map(|column| value(column).unwrap_or_default())
            .collect()
    };
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(values)
        .take_while(|cells| room.row(cells))
        .collect();
    let left_out = table.rows.len() - rows.len();
    let label = |text: &str| shortened(&translate_label_from(country, text, language), NAME, language);
    Sheet {
        title: label(&table.title),
        columns: columns
            .iter()
            .enumerate()
            .map(|(i, (text, _))| column(label(text), rows.iter().filter_map(|row| row.get(i))))
            .collect(),
        rows,
        left_out: (left_out > 0).then(|| p::LESS_ROWS.of(left_out, language)),
    }
}

fn column<'a>(label: String, values: impl Iterator<Item = &'a String>) -> Column {
    let length = |text: &str| text.chars().count();
    let measure = |text: &str| {
        let words = text.split_whitespace().map(length);
        (length(text), words.max().unwrap_or_default())
    };
    let (length, word) = values
        .map(|value| measure(value))
        .fold(measure(&label), |(a, b), (c, d)| (a.max(c), b.max(d)));
    Column { label, length, word }
}

/// The cells of a row, each by its label and how often the row had that label before.
fn cells(row: &Row) -> impl Iterator<Item = ((&str, usize), &str)> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    row.cells.iter().map(move |cell| {
        let count = seen.entry(&cell.label).or_default();
        *count += 1;
        ((cell.label.as_str(), *count), cell.value.as_str())
    })
}
