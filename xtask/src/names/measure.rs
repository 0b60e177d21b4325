//! Precision, recall and their mean at a threshold, and how often a positive stands above a negative.

/// What a score is worth over labelled pairs.
#[derive(Debug, Clone, Copy)]
pub struct Worth {
    /// Share of what was found that is right.
    pub precision: f64,
    /// Share of what is right that was found.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Chance that a positive stands above a negative.
    pub auc: f64,
}

/// Measures (score, whether the two are one's) at a threshold.
pub fn worth(scored: &[(f64, bool)], threshold: f64) -> Worth {
    let count = |found: bool, same: bool| {
        let fitting = scored
            .iter()
            .filter(|(score, is)| (*score >= threshold) == found && *is == same);
        decimal(fitting.count())
    };
    let (right, wrong, missed) = (count(true, true), count(true, false), count(false, true));
    let (precision, recall) = (share(right, wrong), share(right, missed));
    Worth {
        precision,
        recall,
        f1: share(2.0 * right, wrong + missed),
        auc: auc(scored),
    }
}

/// The threshold with the best mean, for those who have none of their own.
pub fn best_threshold(scored: &[(f64, bool)]) -> f64 {
    let candidates = (1..100).map(|hundredths| decimal(hundredths) / 100.0);
    candidates
        .max_by(|a, b| worth(scored, *a).f1.total_cmp(&worth(scored, *b).f1))
        .unwrap_or(0.5)
}

fn share(of: f64, rest: f64) -> f64 {
    if of + rest == 0.0 { 0.0 } else { of / (of + rest) }
}

pub fn decimal(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// By ranks; equal scores share theirs.
fn auc(scored: &[(f64, bool)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranks, mut begin) = (0.0, 0);
    while begin < sorted.len() {
        let end = begin
            + sorted[begin..]
                .iter()
                .take_while(|(score, _)| *score == sorted[begin].0)
                .count();
        let same = sorted[begin..end].iter().filter(|(_, same)| *same).count();
        ranks += decimal(same) * (decimal(begin) + decimal(end) + 1.0) / 2.0;
        begin = end;
    }
    let same = decimal(sorted.iter().filter(|(_, same)| *same).count());
    let others = decimal(sorted.len()) - same;
    if same * others == 0.0 {
        return 0.0;
    }
    (ranks - same * (same + 1.0) / 2.0) / (same * others)
}
