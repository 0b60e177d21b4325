//! Pairs from the lists of OFAC and the UN, as published: a name and another name of the same entry, and names of
//! different entries.
//!
//! Read with as little as will do, because xtask knows nothing of the crates that load lists in earnest.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;
use cotejo_domain::names::{NameKind, alike, tokens};

use super::{draw::Dice, pairs::Pair};

/// An entry: its kind and its names, the first one the principal.
struct Entry {
    kind: &'static str,
    names: Vec<String>,
}

/// Pairs of a half from the lists in a folder; which half an entry is in goes by its number.
pub fn all(folder: &Path, aside: bool) -> anyhow::Result<Vec<Pair>> {
    let mut entries = Vec::new();
    ofac(folder, "ofac_sdn_2021-07", ["sdn.csv", "alt.csv"], &mut entries)?;
    ofac(
        folder,
        "ofac_consolidated_2025-12",
        ["cons_prim.csv", "cons_alt.csv"],
        &mut entries,
    )?;
    un(folder, &mut entries)?;
    let half: Vec<_> = entries
        .into_iter()
        .enumerate()
        .filter(|(place, _)| (place % 2 == 1) == aside)
        .map(|(_, entry)| entry)
        .collect();
    let mut pairs = aliases(&half);
    let positives = pairs.len();
    pairs.extend(strangers(&half, positives, aside));
    Ok(pairs)
}

fn read(folder: &Path, list: &str, file: &str) -> anyhow::Result<String> {
    let path = folder.join(list).join(file);
    let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Cells of a line of CSV whose quotes are never doubled.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.trim_end().chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

fn ofac(folder: &Path, list: &str, files: [&str; 2], entries: &mut Vec<Entry>) -> anyhow::Result<()> {
    let mut by_number: BTreeMap<String, Entry> = BTreeMap::new();
    for line in read(folder, list, files[0])?.lines() {
        let cells = cells(line);
        let [number, name, kind, ..] = cells.as_slice() else {
            continue;
        };
        let kind = match kind.trim() {
            "individual" => "person",
            "vessel" => "vessel",
            "aircraft" => continue,
            _ => "org",
        };
        by_number.insert(
            number.clone(),
            Entry {
                kind,
                names: vec![name.clone()],
            },
        );
    }
    for line in read(folder, list, files[1])?.lines() {
        let cells = cells(line);
        let [number, _, _, name, ..] = cells.as_slice() else {
            continue;
        };
        if let Some(entry) = by_number.get_mut(number) {
            entry.names.push(name.clone());
        }
    }
    entries.extend(by_number.into_values());
    Ok(())
}

fn un(folder: &Path, entries: &mut Vec<Entry>) -> anyhow::Result<()> {
    let text = read(folder, "un_sc", "UN_consolidated.xml")?;
    for (tag, kind, alias) in [
        ("INDIVIDUAL", "person", "INDIVIDUAL_ALIAS"),
        ("ENTITY", "org", "ENTITY_ALIAS"),
    ] {
        for entry in elements(&text, tag) {
            let parts = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];
            let name: Vec<_> = parts
                .iter()
                .filter_map(|part| elements(entry, part).next())
                .map(str::trim)
                .collect();
            let mut names = vec![unescape(&name.join(" "))];
            for alias in elements(entry, alias) {
                let weak = elements(alias, "QUALITY")
                    .next()
                    .is_some_and(|quality| quality == "Low");
                let name = elements(alias, "ALIAS_NAME").next().unwrap_or_default();
                if !weak && !name.trim().is_empty() && !name.contains(';') {
                    names.push(unescape(name.trim()));
                }
            }
            entries.push(Entry { kind, names });
        }
    }
    Ok(())
}

fn elements<'a>(text: &'a str, tag: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find(&open)? + open.len();
        let end = begin + rest[begin..].find(&close)?;
        let found = &rest[begin..end];
        rest = &rest[end + close.len()..];
        Some(found)
    })
}

fn unescape(text: &str) -> String {
    text.replace("&apos;", "'")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The principal name with each other name of its entry. How much the two have in common makes the class: a war name
/// is what no comparison of names can find.
fn aliases(entries: &[Entry]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for entry in entries {
        let Some((principal, others)) = entry.names.split_first() else {
            continue;
        };
        for other in others.iter().filter(|other| *other != principal) {
            let kind: NameKind = entry.kind.parse().unwrap_or(NameKind::Person);
            let words = [principal, other].map(|name| tokens(name, kind));
            let (short, long) = if words[0].len() <= words[1].len() {
                (&words[0], &words[1])
            } else {
                (&words[1], &words[0])
            };
            let found = short
                .iter()
                .filter(|a| long.iter().any(|b| alike(a, b).is_some()))
                .count();
            let class = match (found, entry.kind) {
                (0, _) => "alias: no word alike (war names)",
                (found, "person") if found < short.len() => "alias: some words alike",
                (_, "person") => "alias: all words alike",
                (found, _) if found < short.len() => "organisations and ships: some words alike",
                _ => "organisations and ships: all words alike",
            };
            pairs.push(Pair {
                kind: entry.kind,
                class,
                same: true,
                first: principal.clone(),
                second: other.clone(),
            });
        }
    }
    pairs
}

/// Names of different entries: some share two words, some one, some need not share any.
fn strangers(entries: &[Entry], count: usize, aside: bool) -> Vec<Pair> {
    let kind_of = |entry: &Entry| entry.kind.parse().unwrap_or(NameKind::Person);
    let sorted = |entry: &Entry, name: &str| {
        let mut words = tokens(name, kind_of(entry));
        words.sort();
        words
    };
    let mut bearers: BTreeMap<(&str, Vec<String>), Vec<(usize, usize)>> = BTreeMap::new();
    for (number, entry) in entries.iter().enumerate() {
        for (place, name) in entry.names.iter().enumerate() {
            let mut words = sorted(entry, name);
            words.retain(|word| word.len() > 2);
            for (i, word) in words.iter().enumerate() {
                bearers
                    .entry((entry.kind, vec![word.clone()]))
                    .or_default()
                    .push((number, place));
                for other in &words[i + 1..] {
                    let two = vec![word.clone(), other.clone()];
                    bearers
                        .entry((entry.kind, two))
                        .or_default()
                        .push((number, place));
                }
            }
        }
    }
    // The lists name some parties twice, and only their common names tell.
    let one_party = |a: &Entry, b: &Entry| {
        let names: Vec<_> = b.names.iter().map(|name| sorted(b, name)).collect();
        a.names.iter().any(|name| names.contains(&sorted(a, name)))
    };
    let mut dice = Dice::new(if aside { 4 } else { 3 });
    let mut pairs = Vec::new();
    for (class, words, share) in [
        ("other entry, two words in common", 2, 4),
        ("other entry, a word in common", 1, 3),
    ] {
        let shared: Vec<_> = bearers
            .iter()
            .filter(|(key, of)| key.1.len() == words && of.len() > 1)
            .collect();
        let wanted = pairs.len() + count / share;
        // Most bearers of two words are one entry: that many draws find enough of the others.
        for _ in 0..20 * count {
            if pairs.len() == wanted {
                break;
            }
            let ((kind, _), of) = shared[dice.below(shared.len())];
            let (one, other) = (of[dice.below(of.len())], of[dice.below(of.len())]);
            if one.0 != other.0 && !one_party(&entries[one.0], &entries[other.0]) {
                let name = |(entry, place): (usize, usize)| entries[entry].names[place].clone();
                pairs.push(Pair {
                    kind,
                    class,
                    same: false,
                    first: name(one),
                    second: name(other),
                });
            }
        }
    }
    for _ in 0..count / 4 {
        let (one, other) = (
            &entries[dice.below(entries.len())],
            &entries[dice.below(entries.len())],
        );
        if one.kind == other.kind && !one_party(one, other) {
            let (first, second) = (one.names[0].clone(), other.names[0].clone());
            pairs.push(Pair {
                kind: one.kind,
                class: "other entry",
                same: false,
                first,
                second,
            });
        }
    }
    pairs
}
