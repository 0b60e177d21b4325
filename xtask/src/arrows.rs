//! Arrows between the crates go down only (`docs/architecture.md`).

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::run;

/// Each crate and the crates of ours that it may use, tests aside.
const MAY_USE: &[(&str, &[&str])] = &[
    ("cotejo-domain", &[]),
    ("cotejo-queue", &[]),
    ("cotejo-localpg", &[]),
    ("cotejo-blob", &[]),
    ("cotejo-store", &["cotejo-domain"]),
    ("cotejo-providers", &["cotejo-domain", "cotejo-store"]),
    (
        "cotejo-app",
        &[
            "cotejo-domain",
            "cotejo-store",
            "cotejo-queue",
            "cotejo-providers",
            "cotejo-blob",
        ],
    ),
    ("cotejo-reports", &["cotejo-domain"]),
    ("cotejo-vision", &["cotejo-domain"]),
    ("cotejo-papers", &["cotejo-domain", "cotejo-vision"]),
    ("cotejo-functions", &["cotejo-domain"]),
    ("cotejo-httpkit", &["cotejo-domain", "cotejo-app"]),
    (
        "cotejo-checks",
        &["cotejo-domain", "cotejo-app", "cotejo-httpkit", "cotejo-account"],
    ),
    (
        "cotejo-validations",
        &["cotejo-domain", "cotejo-app", "cotejo-httpkit"],
    ),
    (
        "cotejo-connect",
        // Its program makes archives while it answers.
        &[
            "cotejo-domain",
            "cotejo-app",
            "cotejo-httpkit",
            "cotejo-account",
            "cotejo-reports",
        ],
    ),
    (
        "cotejo-account",
        &["cotejo-domain", "cotejo-app", "cotejo-httpkit"],
    ),
    (
        "cotejo-worker",
        &[
            "cotejo-domain",
            "cotejo-app",
            "cotejo-queue",
            "cotejo-httpkit",
            "cotejo-providers",
            "cotejo-reports",
            "cotejo-vision",
        ],
    ),
    ("xtask", &["cotejo-domain", "cotejo-localpg"]),
];

/// Crates that may use all others.
const MAY_USE_ALL: &[&str] = &["cotejo", "cotejo-testkit", "cotejo-bench", "cotejo-tests"];

/// Crates of others that only some of ours may name.
const GUARDED: &[(&str, &[&str])] = &[
    (
        "sqlx",
        &[
            "cotejo-store",
            "cotejo-queue",
            "cotejo-providers",
            "cotejo-app",
            "xtask",
        ],
    ),
    // What runs clients' scripts is a process of its own.
    ("starlark", &["cotejo-functions"]),
    (
        "axum",
        &[
            "cotejo-httpkit",
            "cotejo-checks",
            "cotejo-validations",
            "cotejo-connect",
            "cotejo-account",
        ],
    ),
];

/// Fails on the first arrow that goes up.
pub fn run() -> anyhow::Result<()> {
    let mut metadata = run::new_cargo();
    metadata.args(["metadata", "--format-version", "1", "--no-deps", "--locked"]);
    let metadata: Value = serde_json::from_str(&run::output(&mut metadata)?)?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata has no packages")?;
    let mut wrong = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        if MAY_USE_ALL.contains(&name) {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| *known == name) else {
            bail!(
                "{name} has no place in the house yet: add it to xtask/src/arrows.rs and docs/architecture.md"
            );
        };
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        for dependency in dependencies.filter(|dependency| dependency["kind"].is_null()) {
            let used = dependency["name"].as_str().unwrap_or_default();
            let ours = used.starts_with("cotejo");
            let guarded = GUARDED
                .iter()
                .any(|(guarded, users)| *guarded == used && !users.contains(&name));
            if (ours && !allowed.contains(&used)) || guarded {
                wrong.push(format!("{name} must not use {used}"));
            }
        }
    }
    if !wrong.is_empty() {
        bail!(wrong.join("\n"));
    }
    println!("all arrows go down ({} crates)", packages.len());
    Ok(())
}
