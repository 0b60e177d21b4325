//! Where the weights of `crates/domain/src/names/weights.rs` come from: logistic regression on the training half, every
//! class of pairs counting alike, held near the weights in force and to their signs.

use cotejo_domain::names::{Evidence, NameKind, evidence};

use super::{Scored, measure::decimal};

const ROUNDS: usize = 1_500;
const STEP: f64 = 0.3;
/// How strongly the weights in force hold the fitted ones.
const HOLD: f64 = 0.001;

/// Prints the fitted weights of a kind beside those in force.
pub fn print(scored: &[Scored], kinds: &[NameKind]) {
    let fitting: Vec<_> = scored
        .iter()
        .filter(|one| kinds.contains(&one.kind) && !one.found.exact && one.counts() && can_be_told(one))
        .collect();
    let rows: Vec<(Vec<f64>, f64, f64)> = fitting
        .iter()
        .map(|one| {
            let class = fitting
                .iter()
                .filter(|other| other.pair.class == one.pair.class)
                .count();
            let values = evidence(&one.found.features, one.kind)
                .iter()
                .map(|evidence| evidence.value)
                .collect();
            (
                values,
                if one.pair.same { 1.0 } else { 0.0 },
                1.0 / decimal(class),
            )
        })
        .collect();
    let Some(first) = fitting.first() else {
        return;
    };
    let in_force: Vec<Evidence> = evidence(&first.found.features, first.kind);
    let mut weights: Vec<f64> = in_force.iter().map(|evidence| evidence.weight).collect();
    let total: f64 = rows.iter().map(|(_, _, counts)| counts).sum();
    for _ in 0..ROUNDS {
        let mut slope = vec![0.0; weights.len()];
        for (values, same, counts) in &rows {
            let sum: f64 = values
                .iter()
                .zip(&weights)
                .map(|(value, weight)| value * weight)
                .sum();
            let error = 1.0 / (1.0 + (-sum).exp()) - same;
            slope
                .iter_mut()
                .zip(values)
                .for_each(|(slope, value)| *slope += counts * error * value / total);
        }
        for (place, weight) in weights.iter_mut().enumerate() {
            let was = in_force[place].weight;
            *weight -= STEP * (slope[place] + HOLD * (*weight - was));
            *weight = if was < 0.0 {
                weight.min(0.0)
            } else {
                weight.max(0.0)
            };
        }
    }
    println!("weights of {kinds:?} by the training half ({} pairs)", rows.len());
    for (evidence, fitted) in in_force.iter().zip(&weights) {
        println!(
            "  {:20} {:7.2}, in force {:7.2}",
            evidence.name, fitted, evidence.weight
        );
    }
}

/// Whether the pair can teach anything: one shared word and another in the place of the next is what siblings and
/// strangers look like, too, and some other names of one party do.
fn can_be_told(one: &Scored) -> bool {
    let features = &one.found.features;
    !one.pair.same || features.contradictions == 0.0 || features.shared + features.describing >= 2.0
}
