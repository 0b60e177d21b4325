//! The report of a check that people print, sign and hand on: everything that is on its pages, already worded.
//!
//! [`check_report`] turns a [`Dossier`] into plain texts of one language in the order in which they are read; a
//! renderer decides nothing but how they look. What the sources said is theirs: titles and labels are translated where
//! they are known, values are left as they are. The report of a check is a function of the check, so that the same
//! check gives the same report for ever; and it is bounded, whatever the sources said (`room.rs`).

mod chapters;
mod cover;
mod facts;
mod phrases;
mod process;
mod room;
mod silence;

#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::{
    checks::{Dossier, Severity, summary},
    language::Language,
    time::Timestamp,
    wording::{InWords as _, word},
};
pub use phrases::Words;
pub use process::{Material, ProcessReport, process_report};

/// What a report tells besides the check itself.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The client's name.
    pub client: &'a str,
    /// The key that created the check, by its name.
    pub created_by: &'a str,
    /// When the check was finished; `None` while it is not.
    pub finished: Option<Timestamp>,
    /// Where anybody can see that the report is genuine.
    pub verification_url: &'a str,
    /// The code to enter there.
    pub verification_code: &'a str,
    /// The language of the report.
    pub language: Language,
}

/// A report, worded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Its language.
    pub language: Language,
    /// Its title, as a viewer shows it.
    pub title: String,
    /// The check's id, which every page bears.
    pub check_id: String,
    /// The client's name.
    pub client: String,
    /// What it is dated: when the check was finished, else when it was created.
    pub dated: Moment,
    /// The fixed words of its pages.
    pub words: Words,
    /// The first page.
    pub cover: Cover,
    /// The check in a few sentences.
    pub digest: String,
    /// What the sources know of the subject.
    pub facts: Vec<Fact>,
    /// The inputs that differ from what the sources know.
    pub wrong_inputs: Vec<String>,
    /// The data sets, the worst first.
    pub data_sets: Vec<DataSetLine>,
    /// What the sources said, by data set in the same order.
    pub chapters: Vec<Chapter>,
    /// The sources that said nothing, and why.
    pub silent: Vec<Silent>,
    /// How the report is to be read.
    pub notes: Vec<String>,
    /// How it is verified.
    pub verification: Verification,
}

/// An instant in UTC, for the properties of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// The year.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
}

/// The first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cover {
    /// Whom or what it is about.
    pub subject: String,
    /// The number that names the subject, where that is not all that does.
    pub document: Option<Fact>,
    /// The kind of check, the client's own type where it is one, and where: `Persona · Colombia`.
    pub kind: String,
    /// Where the check stands.
    pub status: String,
    /// What a reader has to know first: that the check is not finished, or that too little was answered.
    pub warning: Option<String>,
    /// The score.
    pub score: Dial,
    /// The score of what a document ties to the subject.
    pub id_score: Dial,
    /// The score of what the name alone does.
    pub name_score: Dial,
    /// The inputs.
    pub inputs: Vec<Fact>,
    /// Check id, when, by whom.
    pub particulars: Vec<Fact>,
}

/// A score to draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dial {
    /// What it is the score of.
    pub label: String,
    /// Thousandths of the whole; `None` before the check starts.
    pub thousandths: Option<i64>,
    /// The number as the API prints it.
    pub text: String,
    /// The risk that it stands for.
    pub risk: Tone,
}

/// A severity to colour, and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tone {
    /// The severity.
    pub severity: Severity,
    /// Its name.
    pub word: String,
}

/// A label and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// A data set in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataSetLine {
    /// Its name.
    pub name: String,
    /// What it came to.
    pub result: String,
    /// Its severity; `None` where nothing was asked or answered.
    pub severity: Option<Tone>,
    /// Its severity by document; `None` where nothing was asked or answered by one.
    pub by_id: Option<Tone>,
    /// Its severity by name; `None` where nothing was asked or answered by it.
    pub by_name: Option<Tone>,
    /// Its score, as the API prints it; empty where nothing was asked.
    pub score: String,
    /// What part of the check's score it is: `20 %`.
    pub weight: String,
}

/// What the sources of a data set said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chapter {
    /// The data set's name.
    pub name: String,
    /// Its severity.
    pub severity: Tone,
    /// What was found, the worst first.
    pub entries: Vec<Entry>,
    /// The sources that answered and have nothing to show.
    pub nothing: Vec<String>,
    /// That entries are left out, where some are.
    pub left_out: Option<String>,
}

/// What one source said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The source's name.
    pub source: String,
    /// What it came to.
    pub result: String,
    /// How bad it is.
    pub severity: Tone,
    /// What ties it to the subject.
    pub basis: String,
    /// That it may be about somebody else of that name, where only the name ties it to the subject.
    pub homonym: Option<String>,
    /// Whom the source names.
    pub named: String,
    /// What it shows.
    pub tables: Vec<Sheet>,
    /// That tables are left out, where some are.
    pub left_out: Option<String>,
}

/// A table of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Its title.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, with an empty text where a row lacks a column.
    pub rows: Vec<Vec<String>>,
    /// That rows are left out, where some are.
    pub left_out: Option<String>,
}

/// A column of a table, and how much room it wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its label.
    pub label: String,
    /// Characters of its longest value or of its label.
    pub length: usize,
    /// Characters of the longest word in it, which cannot be broken.
    pub word: usize,
}

/// A source that said nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silent {
    /// Its name.
    pub source: String,
    /// The data sets that it would have fed.
    pub data_sets: String,
    /// What became of it.
    pub status: String,
    /// Why, where that is known.
    pub reason: String,
}

/// How a report is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// What to do.
    pub text: String,
    /// The address, which the code to scan holds.
    pub url: String,
    /// The code to enter.
    pub code: String,
}

/// A report could not be drawn: a mistake of ours, told to the log alone.
#[derive(Debug, thiserror::Error)]
#[error("the report could not be drawn: {0}")]
pub struct NotDrawn(pub String);

/// Draws reports.
pub trait Printer: Send + Sync + 'static {
    /// The report as a PDF; the same report is the same PDF to the byte. Blocks for tens of milliseconds.
    ///
    /// # Errors
    /// If it cannot be drawn.
    fn check_pdf(&self, report: &CheckReport) -> Result<Vec<u8>, NotDrawn>;

    /// The report of a process, likewise.
    ///
    /// # Errors
    /// If it cannot be drawn.
    fn process_pdf(&self, report: &ProcessReport) -> Result<Vec<u8>, NotDrawn>;
}

/// The report of a check.
pub fn check_report(dossier: &Dossier<'_>, frame: &Frame<'_>) -> CheckReport {
    let language = frame.language;
    let cover = cover::cover(dossier, frame);
    let order = chapters::order(dossier);
    CheckReport {
        language,
        title: format!("{}: {}", Words::of(language).title, cover.subject),
        check_id: dossier.check.id.to_string(),
        client: frame.client.to_owned(),
        dated: Moment::from(frame.finished.unwrap_or(dossier.check.created)),
        words: Words::of(language),
        cover,
        digest: crate::checks::digest::digest(dossier, language).summary,
        facts: facts::facts(dossier, language),
        wrong_inputs: summary::wrong_inputs(&dossier.check.inputs, dossier.runs)
            .into_iter()
            .map(|input| word("input", input, language).unwrap_or(input).to_owned())
            .collect(),
        data_sets: order
            .iter()
            .map(|set| chapters::line(dossier, *set, language))
            .collect(),
        chapters: chapters::chapters(dossier, &order, language),
        silent: silence::silent(dossier, language),
        notes: phrases::NOTES
            .iter()
            .map(|note| note.text(language).to_owned())
            .collect(),
        verification: Verification {
            text: phrases::VERIFY.text(language).to_owned(),
            url: frame.verification_url.to_owned(),
            code: frame.verification_code.to_owned(),
        },
    }
}

impl Tone {
    fn of(severity: Severity, language: Language) -> Self {
        Self {
            severity,
            word: severity.in_words(language).to_owned(),
        }
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        use chrono::{Datelike as _, Timelike as _};
        let at = at.to_datetime();
        Self {
            year: at.year(),
            month: at.month(),
            day: at.day(),
            hour: at.hour(),
            minute: at.minute(),
            second: at.second(),
        }
    }
}
