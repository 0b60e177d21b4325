//! How alike two faces are, as clients see it.
//!
//! An engine compares faces by the cosine of their vectors. Clients know a score from 0 to 1 whose documented default
//! threshold is 0.65; the cosine from which two faces count as one person's, 0.45, is put there (ruling on validations).

/// The cosine from which two pictures show the same person, and the score that clients see for it.
const SAME: (f64, f64) = (0.45, 0.65);

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_documented_threshold_means_what_it_says() {
        assert!((score(0.45) - 0.65).abs() < 1e-12);
        for (cosine, same) in [(0.46, true), (0.45, true), (0.44, false), (f64::NAN, false)] {
            assert_eq!(score(cosine) >= 0.65, same, "{cosine}");
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
