//! How much of what the sources said fits a report.
//!
//! Sources may send thousands of rows, and a report of thousands of pages helps nobody and costs minutes to lay out. So
//! values, rows and the whole are bounded, and wherever something is left out the report says how much.

use super::phrases as p;
use crate::language::Language;

/// Longest value, in characters.
pub(super) const VALUE: usize = 5_000;

/// Longest title, label or name.
pub(super) const NAME: usize = 200;

/// Most rows of a table.
pub(super) const ROWS: usize = 50;

/// Most characters of all that the sources said: some 150 pages.
const WHOLE: usize = 400_000;

/// What is kept back for each chapter to come.
const KEPT_BACK: usize = 10_000;

/// What an entry or a table takes for its heading and the space around it, in characters that would fill that.
const HEADING: usize = 200;

/// What a row takes besides its cells.
const ROW: usize = 60;

/// What a cell takes besides its text, and what each line break within it does.
const LINE: usize = 60;

/// The room that is left.
#[derive(Debug)]
pub(super) struct Room {
    whole: usize,
    share: usize,
}

impl Room {
    pub(super) const fn new() -> Self {
        Self {
            whole: WHOLE,
            share: 0,
        }
    }

    /// Begins a chapter before so many others. A part is kept back for each of them, so that the first does not crowd
    /// out the last.
    pub(super) fn begin(&mut self, others: usize) {
        self.share = self.whole.saturating_sub(others * KEPT_BACK);
    }

    /// Whether one more entry or table fits; takes its place.
    pub(super) fn heading(&mut self) -> bool {
        self.take(HEADING)
    }

    /// Whether one more row of a table fits; takes its place.
    pub(super) fn row(&mut self, cells: &[String]) -> bool {
        let filled = cells.iter().filter(|cell| !cell.is_empty());
        let size = |cell: &String| cell.len() + LINE * (1 + cell.matches(['\n', '\r']).count());
        self.take(ROW + filled.map(size).sum::<usize>())
    }

    fn take(&mut self, size: usize) -> bool {
        if size > self.share {
            // A later, smaller row must not stand where an earlier one is left out.
            self.share = 0;
            return false;
        }
        self.share -= size;
        self.whole -= size;
        true
    }
}

/// A text, cut where it has more characters than `most`.
pub(super) fn shortened(value: &str, most: usize, language: Language) -> String {
    match value.char_indices().nth(most) {
        None => value.to_owned(),
        Some((end, _)) => {
            let (shown, rest) = value.split_at(end);
            p::LESS_TEXT.fill(rest.chars().count(), language, &[("text", shown)])
        }
    }
}
