//! The catalogue of sources: complete entries, and ids that never change.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use anyhow::{Context as _, bail};
use sha1::{Digest as _, Sha1};
use toml::{Table, Value};

use crate::run;

const LEDGER: &str = "crates/domain/data/database_ids.tsv";

/// What every entry must have; the types are checked where the catalogue is read.
const MEMBERS: &[&str] = &[
    "key",
    "database_id",
    "name",
    "country",
    "url",
    "check_types",
    "data_sets",
    "inputs",
    "by",
    "weight",
    "timeout_seconds",
    "driver",
];

/// Checks every entry, and the ledger; with `write` notes new ids in it.
pub fn run(write: bool) -> anyhow::Result<()> {
    let mut ids = BTreeMap::new();
    let mut wrong = Vec::new();
    let folder = run::root().join("crates/domain/data/sources");
    for file in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = file?.path();
        let file: Table =
            toml::from_str(&fs::read_to_string(&path)?).with_context(|| path.display().to_string())?;
        let entries = file
            .get("source")
            .and_then(Value::as_array)
            .context("a file without sources")?;
        for entry in entries.iter().filter_map(Value::as_table) {
            let text = |name: &str| {
                entry
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let (key, id) = (text("key"), text("database_id"));
            wrong.extend(faults(entry).into_iter().map(|fault| format!("{key}: {fault}")));
            if ids.insert(key.clone(), id).is_some() {
                wrong.push(format!("{key}: the key is used twice"));
            }
        }
    }
    if ids.values().collect::<BTreeSet<_>>().len() != ids.len() {
        wrong.push("two sources have the same database_id".to_owned());
    }
    let ledger = run::root().join(LEDGER);
    let mut given = read_ledger(&fs::read_to_string(&ledger).unwrap_or_default());
    for (key, id) in &given {
        match ids.get(key) {
            None => wrong.push(format!("{key}: a source that was given an id must not go away")),
            Some(now) if now != id => wrong.push(format!("{key}: its database_id was {id}")),
            Some(_) => {}
        }
    }
    let new: Vec<_> = ids.iter().filter(|(key, _)| !given.contains_key(*key)).collect();
    if !new.is_empty() && !write {
        wrong.push(format!(
            "{} new source(s): run `cargo xtask catalogue --write`",
            new.len()
        ));
    }
    if !wrong.is_empty() {
        bail!(wrong.join("\n"));
    }
    if write {
        let new: Vec<_> = new
            .into_iter()
            .map(|(key, id)| (key.clone(), id.clone()))
            .collect();
        given.extend(new);
        let lines: Vec<String> = given.iter().map(|(key, id)| format!("{key}\t{id}\n")).collect();
        fs::write(&ledger, lines.concat())?;
    }
    println!("the catalogue is complete ({} sources)", ids.len());
    Ok(())
}

fn faults(entry: &Table) -> Vec<String> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let empty = |value: Option<&Value>| match value {
        None => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    };
    let mut faults: Vec<String> = MEMBERS
        .iter()
        .filter(|name| empty(entry.get(**name)))
        .map(|name| format!("it has no {name}"))
        .collect();
    let id = text("database_id").strip_prefix("DBI").unwrap_or_default();
    if id.len() != 40
        || !id
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    {
        faults.push(format!(
            "its database_id should be {}",
            derived(text("country"), text("name"))
        ));
    }
    if !text("key").starts_with(&format!("{}-", text("country").to_lowercase())) {
        faults.push("its key does not begin with its country".to_owned());
    }
    if (text("driver") == "watchlist") != entry.contains_key("list") {
        faults.push("a watchlist source has a list, and only such a one".to_owned());
    }
    faults
}

/// The id that a new source is given. It stays when the registry takes another name.
fn derived(country: &str, name: &str) -> String {
    let digest = Sha1::digest(format!("{country}/{name}"));
    digest
        .iter()
        .fold("DBI".to_owned(), |id, byte| format!("{id}{byte:02x}"))
}

fn read_ledger(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(key, id)| (key.to_owned(), id.to_owned()))
        .collect()
}
