//! What others would say of a pair: two scores of whole strings that are in wide use.

use cotejo_domain::names::fold;

/// Jaro-Winkler over the folded names.
pub fn jaro_winkler(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(&fold(a), &fold(b))
}

/// The ratio of token sets: the words in common against each name's words, the best of the three ratios.
pub fn token_set(a: &str, b: &str) -> f64 {
    let words = [a, b].map(|name| {
        let folded = fold(name);
        let mut words: Vec<_> = folded.split(' ').map(str::to_owned).collect();
        words.sort();
        words.dedup();
        words
    });
    let common: Vec<_> = words[0]
        .iter()
        .filter(|word| words[1].contains(word))
        .cloned()
        .collect();
    let with = |words: &[String]| {
        let rest = words.iter().filter(|word| !common.contains(word)).cloned();
        common.iter().cloned().chain(rest).collect::<Vec<_>>().join(" ")
    };
    let (base, a, b) = (common.join(" "), with(&words[0]), with(&words[1]));
    let against_base = if base.is_empty() {
        0.0
    } else {
        ratio(&base, &a).max(ratio(&base, &b))
    };
    against_base.max(ratio(&a, &b))
}

/// Twice the longest common subsequence over both lengths.
fn ratio(a: &str, b: &str) -> f64 {
    let mut row = vec![0_u32; b.len() + 1];
    for x in a.bytes() {
        let mut diagonal = 0;
        for (j, y) in b.bytes().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    let length = u32::try_from(a.len() + b.len()).unwrap_or(u32::MAX);
    if length == 0 {
        1.0
    } else {
        2.0 * f64::from(row[b.len()]) / f64::from(length)
    }
}
