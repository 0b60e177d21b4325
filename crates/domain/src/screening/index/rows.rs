//! Rows of numbers and of texts, laid end to end: a row costs one offset, and nothing is allocated for it.

use std::ops::Range;

/// Where each row begins, and behind them where the last one ends.
#[derive(Debug)]
struct Starts(Vec<usize>);

impl Starts {
    fn new() -> Self {
        Self(vec![0])
    }

    fn row(&self, number: u32) -> Range<usize> {
        let number = number as usize;
        self.0[number]..self.0[number + 1]
    }

    fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<usize>()
    }
}

/// Rows of numbers.
#[derive(Debug)]
pub(super) struct Rows {
    items: Vec<u32>,
    starts: Starts,
}

impl Rows {
    pub(super) fn new() -> Self {
        Self {
            items: Vec::new(),
            starts: Starts::new(),
        }
    }

    pub(super) fn push(&mut self, row: impl IntoIterator<Item = u32>) {
        self.items.extend(row);
        self.starts.0.push(self.items.len());
    }

    /// Lays pairs of row and item into so many rows; within a row they keep their order.
    pub(super) fn gathered(rows: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0; rows + 1];
        pairs.clone().for_each(|(row, _)| starts[row as usize + 1] += 1);
        (0..rows).for_each(|row| starts[row + 1] += starts[row]);
        let mut items = vec![0; starts[rows]];
        let mut next = starts.clone();
        for (row, item) in pairs {
            items[next[row as usize]] = item;
            next[row as usize] += 1;
        }
        Self {
            items,
            starts: Starts(starts),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.0.len() - 1
    }

    /// Writes another number for each: the one that stands in its place.
    pub(super) fn renumber(&mut self, numbers: &[u32]) {
        self.items
            .iter_mut()
            .for_each(|item| *item = numbers[*item as usize]);
    }

    pub(super) fn row(&self, number: u32) -> &[u32] {
        &self.items[self.starts.row(number)]
    }

    /// Every row with its number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &[u32])> + Clone {
        let rows = self.starts.0.windows(2).map(|ends| &self.items[ends[0]..ends[1]]);
        (0..).zip(rows)
    }

    pub(super) fn shrink(&mut self) {
        self.items.shrink_to_fit();
        self.starts.0.shrink_to_fit();
    }

    pub(super) fn bytes(&self) -> usize {
        self.items.capacity() * size_of::<u32>() + self.starts.bytes()
    }
}

/// Texts, one behind the other.
#[derive(Debug)]
pub(super) struct Texts {
    texts: String,
    starts: Starts,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            texts: String::new(),
            starts: Starts::new(),
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.texts.push_str(text);
        self.starts.0.push(self.texts.len());
    }

    pub(super) fn len(&self) -> usize {
        self.starts.0.len() - 1
    }

    pub(super) fn get(&self, number: u32) -> &str {
        &self.texts[self.starts.row(number)]
    }

    /// Every text with its number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        let texts = self.starts.0.windows(2).map(|ends| &self.texts[ends[0]..ends[1]]);
        (0..).zip(texts)
    }

    pub(super) fn shrink(&mut self) {
        self.texts.shrink_to_fit();
        self.starts.0.shrink_to_fit();
    }

    pub(super) fn bytes(&self) -> usize {
        self.texts.capacity() + self.starts.bytes()
    }
}
