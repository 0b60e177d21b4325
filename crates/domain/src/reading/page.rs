//! Finding labels and what belongs to them among lines of text.
//!
//! A card is not a table: a label stands above its value, before it or, on Colombia's older card, below it, and a
//! reader may take two neighbours for one line. So a label is found as a run of words, misread letters forgiven, and
//! its place within its line tells which words of the lines around it are its value.

use super::side::{Area, Line, SideReading};
use crate::names;

/// The lines of a side, as rules look at them.
pub struct Page<'a> {
    lines: Vec<PageLine<'a>>,
}

struct PageLine<'a> {
    line: &'a Line,
    words: Vec<Word<'a>>,
}

#[derive(Clone)]
struct Word<'a> {
    text: &'a str,
    folded: String,
    /// Where it stands, as if all letters were of one width.
    left: f32,
    right: f32,
}

/// A label that was found.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    line: usize,
    behind: usize,
    left: f32,
    right: f32,
}

impl<'a> Page<'a> {
    /// The lines of a side.
    pub fn new(side: &'a SideReading) -> Self {
        let lines = side.lines.iter().map(|line| PageLine {
            line,
            words: words(line),
        });
        Self {
            lines: lines.collect(),
        }
    }

    /// Whether these words stand anywhere.
    pub fn has(&self, phrase: &str) -> bool {
        self.label(phrase).is_some()
    }

    /// Every place where these words stand, the best fitting first.
    pub fn labels(&self, phrase: &str) -> Vec<Label> {
        let wanted = names::fold(phrase).replace(' ', "");
        let mut found = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            if let Some((first, behind, off)) = run(&line.words, &wanted) {
                let (left, right) = (line.words[first].left, line.words[behind - 1].right);
                let label = Label {
                    line: at,
                    behind,
                    left,
                    right,
                };
                found.push((off, label));
            }
        }
        found.sort_by_key(|(off, _)| *off);
        found.into_iter().map(|(_, label)| label).collect()
    }

    /// The place where these words fit best.
    pub fn label(&self, phrase: &str) -> Option<Label> {
        self.labels(phrase).first().copied()
    }

    /// What stands behind a label: the rest of its line, or the next line to its right.
    pub fn behind(&self, label: Label) -> String {
        let line = &self.lines[label.line];
        let rest = joined(&line.words[label.behind..]);
        if !rest.is_empty() {
            return rest;
        }
        let area = line.line.area;
        let right = self.lines.iter().filter(|other| {
            let off = (other.line.area.middle() - area.middle()).abs();
            other.line.area.left >= area.right() - area.height && off < 0.6 * area.height
        });
        right
            .min_by(|a, b| a.line.area.left.total_cmp(&b.line.area.left))
            .map(|line| line.line.text.clone())
            .unwrap_or_default()
    }

    /// The lines below a label that begin under it, the nearest first, each from the word under the label on.
    pub fn below(&self, label: Label) -> Vec<String> {
        self.beside(label, true)
    }

    /// The lines above a label, the nearest first.
    pub fn above(&self, label: Label) -> Vec<String> {
        self.beside(label, false)
    }

    fn beside(&self, label: Label, below: bool) -> Vec<String> {
        /// Heights of a line within which a value is looked for.
        const REACH: f32 = 6.0;
        let area = self.lines[label.line].line.area;
        let mut found: Vec<(f32, String)> = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            let off = line.line.area.middle() - area.middle();
            let off = if below { off } else { -off };
            let height = area.height.max(line.line.area.height);
            if at == label.line || off < 0.4 * height || off > REACH * height {
                continue;
            }
            if let Some(text) = under(&line.words, line.line.area, label, height) {
                found.push((off, text));
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.into_iter().map(|(_, text)| text).collect()
    }

    /// All lines, from top to bottom.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| line.line.text.as_str())
    }
}

/// The words of a line from the one that begins under the label on.
fn under(words: &[Word<'_>], area: Area, label: Label, height: f32) -> Option<String> {
    let reach = 2.0 * height;
    let overlaps = area.left < label.right + reach && area.right() > label.left - reach;
    if !overlaps || words.is_empty() {
        return None;
    }
    // A line that begins under the label is its value as a whole; of one that began long before it, the part under it.
    let start = if area.left >= label.left - reach {
        0
    } else {
        words.iter().position(|word| word.right > label.left)?
    };
    let text = joined(&words[start..]);
    (!text.is_empty()).then_some(text)
}

fn joined(words: &[Word<'_>]) -> String {
    let text: Vec<&str> = words.iter().map(|word| word.text).collect();
    let text = text.join(" ");
    // A dot at the end may be an abbreviation's, and a hyphen a blood group's.
    text.trim_start_matches(|c: char| c.is_whitespace() || ":;.,-–—/".contains(c))
        .trim_end_matches(|c: char| c.is_whitespace() || ":;,/".contains(c))
        .to_owned()
}

fn words(line: &Line) -> Vec<Word<'_>> {
    let count = line.text.chars().count().max(1);
    let step = line.area.width / real(count);
    let mut at = 0;
    let mut words = Vec::new();
    for piece in line.text.split(' ') {
        let length = piece.chars().count();
        let left = step.mul_add(real(at), line.area.left);
        at += length + 1;
        let folded = names::fold(piece).replace(' ', "");
        if !piece.is_empty() {
            words.push(Word {
                text: piece,
                folded,
                left,
                right: step.mul_add(real(length), left),
            });
        }
    }
    words
}

fn real(value: usize) -> f32 {
    f32::from(u16::try_from(value).unwrap_or(u16::MAX))
}

/// The run of words that spells the phrase best, and by how many letters it is off.
fn run(words: &[Word<'_>], wanted: &str) -> Option<(usize, usize, usize)> {
    let length = wanted.chars().count();
    // Short labels have no letter to spare.
    let forgiven = length / 6;
    let mut best: Option<(usize, usize, usize)> = None;
    for first in 0..words.len() {
        let mut spelled = String::new();
        for (behind, word) in words.iter().enumerate().skip(first) {
            spelled.push_str(&word.folded);
            let long = spelled.chars().count();
            if long > length + forgiven {
                break;
            }
            if long + forgiven < length || word.folded.is_empty() {
                continue;
            }
            let off = if spelled == wanted {
                0
            } else {
                strsim::levenshtein(&spelled, wanted).max(1)
            };
            if off <= forgiven && best.is_none_or(|(.., other)| off < other) {
                best = Some((first, behind + 1, off));
            }
        }
    }
    best
}
