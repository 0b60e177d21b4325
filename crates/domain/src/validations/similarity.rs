//! How alike two faces are, as clients see it.
//!
//! An engine compares faces by the cosine of their vectors. Clients know a score from 0 to 1 whose documented default
//! threshold is 0.65; the cosine from which two faces count as one person's, 0.45, is put there (ruling on validations).

/// The cosine from which two pictures show the same person, and the score that clients see for it.
const SAME: (f64, f64) = (0.45, 0.65);

/// The cosine below which they do not.
const OTHER: f64 = 0.36;

/// The score of a cosine: 0 at 0 and below, 0.65 at 0.45, 1 at 1, straight lines between.
pub fn score(cosine: f64) -> f64 {
    let cosine = if cosine.is_nan() {
        0.0
    } else {
        cosine.clamp(0.0, 1.0)
    };
    let (at, is) = SAME;
    if cosine <= at {
        cosine * is / at
    } else {
        is + (cosine - at) * (1.0 - is) / (1.0 - at)
    }
}

/// What a score means under a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Similarity {
    /// The same person.
    Same,
    /// Too near to say: a person should look.
    Near,
    /// Somebody else.
    Other,
}

/// What a score means. The band in which a person should look reaches as far below the threshold as 0.36 does below 0.45.
pub fn judge(score: f64, threshold: f64) -> Similarity {
    let band = self::score(SAME.0) - self::score(OTHER);
    if score >= threshold {
        Similarity::Same
    } else if score >= threshold - band {
        Similarity::Near
    } else {
        Similarity::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_documented_threshold_means_what_it_says() {
        assert!((score(0.45) - 0.65).abs() < 1e-12);
        for (cosine, expected) in [
            (0.46, Similarity::Same),
            (0.44, Similarity::Near),
            (0.37, Similarity::Near),
            (0.35, Similarity::Other),
            (f64::NAN, Similarity::Other),
        ] {
            assert_eq!(judge(score(cosine), 0.65), expected, "{cosine}");
        }
    }

    proptest! {
        #[test]
        fn more_alike_is_never_a_lower_score(a in -1.0..1.0_f64, b in -1.0..1.0_f64) {
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            prop_assert!(score(low) <= score(high));
            prop_assert!((0.0..=1.0).contains(&score(high)));
        }
    }
}
