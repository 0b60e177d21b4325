//! The words of the field, in the languages that people read.
//!
//! What the product itself says is known by heart: names of values are rows of `data/words.tsv`, sentences are
//! [`Phrase`]s beside whoever says them. What registries say is theirs: their titles and labels are translated where
//! `data/labels.tsv` knows them and are left alone where it does not; their values are never touched.

mod dates;
mod labels;
mod phrase;
mod words;

pub use dates::{day, instant};
pub use labels::{translate_label, translate_label_from};
pub(crate) use phrase::phrases;
pub use phrase::{Counted, Phrase, listed, lower_first, upper_first};
pub use words::{InWords, word};

/// The rows of a table of ours: fields between tabs, a header before them.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).map(|line| {
        let mut fields = line.split('\t');
        std::array::from_fn(|_| fields.next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_no_empty_cells() {
        for (table, width) in [
            (include_str!("../../data/words.tsv"), 5),
            (include_str!("../../data/labels.tsv"), 3),
        ] {
            for line in table.lines() {
                let cells: Vec<&str> = line.split('\t').collect();
                assert_eq!(cells.len(), width, "{line}");
                assert!(
                    cells.iter().all(|cell| !cell.is_empty() && *cell == cell.trim()),
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn rows_are_read_behind_the_header() {
        assert_eq!(
            rows::<2>("a\tb\n1\t2\n3\n").collect::<Vec<_>>(),
            [["1", "2"], ["3", ""]]
        );
    }
}
