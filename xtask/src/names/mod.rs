//! `cargo xtask names`: what the comparison of names is worth, on pairs that its weights were not fitted on.

mod draw;
mod fit;
mod lists;
mod measure;
mod pairs;
mod pools;
mod yardsticks;

use std::{fmt::Write as _, fs, path::PathBuf};

use clap::Args;
use cotejo_domain::names::{NameKind, NameMatch, THRESHOLD, VERSION, compare, fold};

use self::{measure::Worth, pairs::Pair};
use crate::run;

/// Where the section of the documentation begins and ends.
const MARKS: [&str; 2] = ["<!-- names -->", "<!-- /names -->"];

/// Measures the comparison of names.
#[derive(Debug, Args)]
pub struct Names {
    /// Folder of published lists (OFAC's CSV files, the UN's XML); without them their pairs are left out
    #[arg(long, value_name = "DIR")]
    lists: Option<PathBuf>,
    /// Renew the section of docs/screening.md
    #[arg(long)]
    write: bool,
    /// Fit the weights on the training half and print them
    #[arg(long)]
    fit: bool,
    /// Print the pairs of the training half that were judged wrongly
    #[arg(long)]
    wrong: bool,
}

/// A pair and what the comparison says of it.
struct Scored {
    pair: Pair,
    kind: NameKind,
    found: NameMatch,
}

impl Scored {
    fn new(pair: Pair) -> Self {
        let kind = pair.kind.parse().unwrap_or(NameKind::Person);
        let found = compare(&pair.first, &pair.second, kind);
        Self { pair, kind, found }
    }

    /// Whether the pair counts in the sums: a name that shares nothing with the other cannot be found by comparing.
    fn counts(&self) -> bool {
        !self.pair.class.contains("no word alike")
    }
}

impl Scored {
    /// Whether a word of more than two letters stands in both names as it is: a class that no part of the comparison
    /// defines, unlike those of alike words.
    fn shares_a_word(&self) -> bool {
        let [first, second] = [&self.pair.first, &self.pair.second].map(|name| fold(name));
        first
            .split(' ')
            .any(|word| word.len() > 2 && second.split(' ').any(|other| other == word))
    }
}

/// Runs the command.
pub fn run(names: &Names) -> anyhow::Result<()> {
    let folder = names.lists.clone().or_else(|| {
        let usual = run::root().join("../shared/data/watchlists");
        usual.is_dir().then_some(usual)
    });
    let half = |aside: bool| -> anyhow::Result<Vec<Scored>> {
        let mut pairs = pairs::all(aside);
        if let Some(folder) = &folder {
            pairs.extend(lists::all(folder, aside)?);
        }
        Ok(pairs.into_iter().map(Scored::new).collect())
    };
    if names.fit || names.wrong {
        let training = half(false)?;
        if names.wrong {
            print_wrong(&training);
        }
        if names.fit {
            fit::print(&training, &[NameKind::Person]);
            fit::print(&training, &[NameKind::Org, NameKind::Vessel]);
        }
        println!("{}", report(&training, folder.is_some()));
        return Ok(());
    }
    let text = report(&half(true)?, folder.is_some());
    println!("{text}");
    if names.write { write(&text) } else { Ok(()) }
}

fn print_wrong(scored: &[Scored]) {
    for one in scored
        .iter()
        .filter(|one| one.found.soft != one.pair.same && one.counts())
    {
        let Pair {
            class,
            same,
            first,
            second,
            ..
        } = &one.pair;
        println!(
            "{class} | {same} | {first} | {second} | {:.3} {} k{} c{} n{:.2}",
            one.found.score,
            one.found.rule,
            one.found.features.shared,
            one.found.features.contradictions,
            one.found.features.near
        );
    }
}

/// The tables, in Markdown.
fn report(scored: &[Scored], with_lists: bool) -> String {
    let mut text = format!("Version `{VERSION}`, threshold {THRESHOLD}.\n\n");
    if !with_lists {
        text.push_str("Published lists were not at hand: their pairs are left out.\n\n");
    }
    text.push_str(
        "| class | one's? | pairs | judged rightly | mean score |\n| --- | --- | --: | --: | --: |\n",
    );
    let mut classes: Vec<(&str, bool)> = Vec::new();
    for one in scored {
        let class = (one.pair.class, one.pair.same);
        if !classes.contains(&class) {
            classes.push(class);
        }
    }
    for (class, same) in classes {
        let of: Vec<_> = scored
            .iter()
            .filter(|one| one.pair.class == class && one.pair.same == same)
            .collect();
        let count = measure::decimal(of.len());
        let right = measure::decimal(of.iter().filter(|one| one.found.soft == same).count());
        let mean = of.iter().map(|one| one.found.score).sum::<f64>() / count;
        let says = if same { "yes" } else { "no" };
        let _ = writeln!(
            text,
            "| {class} | {says} | {} | {:.1} % | {mean:.2} |",
            of.len(),
            100.0 * right / count
        );
    }
    text.push_str("\n| pairs | score | threshold | precision | recall | F1 | AUC |\n| --- | --- | --: | --: | --: | --: | --: |\n");
    let from_lists = |one: &Scored| {
        one.pair.class.contains("alias")
            || one.pair.class.contains("entry")
            || one.pair.class.contains("ships:")
    };
    let sets: [(&str, Box<dyn Fn(&Scored) -> bool>); 7] = [
        ("by our rules", Box::new(move |one| !from_lists(one))),
        (
            "from lists, some word alike",
            Box::new(move |one| from_lists(one) && one.counts()),
        ),
        (
            "from lists, a word written alike",
            Box::new(move |one| from_lists(one) && (!one.pair.same || one.shares_a_word())),
        ),
        (
            "from lists, all words alike",
            Box::new(move |one| from_lists(one) && one.counts() && !one.pair.class.contains("some words")),
        ),
        (
            "by our rules, and from lists where all words are alike",
            Box::new(|one| one.counts() && !one.pair.class.contains("some words")),
        ),
        (
            "persons, all but war names",
            Box::new(|one| one.counts() && one.kind == NameKind::Person),
        ),
        ("all but war names", Box::new(Scored::counts)),
    ];
    for (name, belongs) in sets {
        let of: Vec<_> = scored.iter().filter(|one| belongs(one)).collect();
        if of.is_empty() {
            continue;
        }
        let ours: Vec<_> = of.iter().map(|one| (one.found.score, one.pair.same)).collect();
        line(
            &mut text,
            name,
            "ours",
            THRESHOLD,
            measure::worth(&ours, THRESHOLD),
        );
        let others: [(&str, fn(&str, &str) -> f64); 2] = [
            ("Jaro-Winkler", yardsticks::jaro_winkler),
            ("token set", yardsticks::token_set),
        ];
        for (score, compare) in others {
            let theirs: Vec<_> = of
                .iter()
                .map(|one| (compare(&one.pair.first, &one.pair.second), one.pair.same))
                .collect();
            let best = measure::best_threshold(&theirs);
            line(&mut text, name, score, best, measure::worth(&theirs, best));
        }
    }
    text
}

fn line(text: &mut String, pairs: &str, score: &str, threshold: f64, worth: Worth) {
    let Worth {
        precision,
        recall,
        f1,
        auc,
    } = worth;
    let _ = writeln!(
        text,
        "| {pairs} | {score} | {threshold:.2} | {precision:.3} | {recall:.3} | {f1:.3} | {auc:.3} |"
    );
}

fn write(text: &str) -> anyhow::Result<()> {
    let path = run::root().join("docs/screening.md");
    let current = fs::read_to_string(&path).unwrap_or_else(|_| format!("{}\n{}\n", MARKS[0], MARKS[1]));
    let (before, rest) = current.split_once(MARKS[0]).unwrap_or((&current, ""));
    let after = rest.split_once(MARKS[1]).map_or("", |(_, after)| after);
    let renewed = format!("{before}{}\n{text}{}{after}", MARKS[0], MARKS[1]);
    run::generated(&path, &renewed, false, "cargo xtask names --write")
}
