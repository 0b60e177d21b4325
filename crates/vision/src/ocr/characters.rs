//! What the classes of the reader stand for.

/// The alphabet: class 0 is nothing, then the list, then the blank.
pub(crate) struct Characters(Vec<String>);

impl Characters {
    /// From the list in the reader's file, one a line.
    pub fn new(list: &str) -> Self {
        let mut characters: Vec<String> = list.lines().map(str::to_owned).collect();
        characters.push(" ".to_owned());
        Self(characters)
    }

    /// How many classes there are, nothing included.
    pub fn classes(&self) -> usize {
        self.0.len() + 1
    }

    /// The text of a sequence of scores, one row of classes a step, and the mean score of its characters: of a run of
    /// one class, one character.
    pub fn decode(&self, scores: &[f32]) -> Option<(String, f32)> {
        let (mut text, mut sum, mut count) = (String::new(), 0.0, 0.0);
        let mut before = 0;
        for row in scores.chunks_exact(self.classes()) {
            let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            let (class, score) = best.map_or((0, 0.0), |(class, score)| (class, *score));
            if class != 0 && class != before {
                text.push_str(self.0.get(class - 1)?);
                sum += score;
                count += 1.0;
            }
            before = class;
        }
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| (trimmed.to_owned(), sum / count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_one_character_and_nothing_parts_them() {
        let characters = Characters::new("A\nB");
        let rows: &[(usize, f32)] = &[
            (0, 1.0),
            (1, 0.8),
            (1, 0.9),
            (0, 1.0),
            (1, 0.6),
            (3, 1.0),
            (2, 1.0),
            (0, 1.0),
        ];
        let mut scores = Vec::new();
        for (class, score) in rows {
            let mut row = [0.0; 4];
            row[*class] = *score;
            scores.extend(row);
        }
        let (text, confidence) = characters.decode(&scores).unwrap();
        assert_eq!(text, "AA B");
        assert!((confidence - 0.85).abs() < 1e-6);
        assert_eq!(characters.decode(&[1.0, 0.0, 0.0, 0.0]), None);
        assert_eq!(characters.decode(&[]), None);
    }
}
