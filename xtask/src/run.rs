//! Running other programs.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

/// Runs a command at the root; fails if it does.
pub fn command(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .current_dir(root())
        .status()
        .with_context(|| format!("{} did not start", named(command)))?;
    if !status.success() {
        bail!("{} failed", named(command));
    }
    Ok(())
}

/// A command in words, without its variables.
fn named(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// What the cargo that runs us says about us. Build scripts go by it (ring's does), so that a cargo which inherited it would
/// build anew, with all that depends on them, what one from a shell has built, and the other way round.
const OURS: &[&str] = &[
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_CRATE_NAME",
    "CARGO_BIN_NAME",
    "OUT_DIR",
];

/// A cargo that builds like one from a shell.
pub fn new_cargo() -> Command {
    let mut cargo = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| OURS.iter().any(|ours| name.starts_with(ours)))
        {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs cargo at the root, with variables.
pub fn cargo(args: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<()> {
    command(new_cargo().args(args).envs(variables.iter().copied()))
}

/// What a command at the root prints.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .current_dir(root())
        .output()
        .with_context(|| format!("{} did not start", named(command)))?;
    if !output.status.success() {
        bail!(
            "{} failed: {}",
            named(command),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Makes a file's text what it should be, or with `check` fails if it is not.
pub fn generated(path: &Path, text: &str, check: bool, renew: &str) -> anyhow::Result<()> {
    let shown = path.strip_prefix(root()).unwrap_or(path).display().to_string();
    let current = std::fs::read_to_string(path).unwrap_or_default();
    if current == text {
        println!("{shown} is up to date");
    } else if check {
        bail!("{shown} is out of date: run `{renew}`");
    } else {
        std::fs::create_dir_all(path.parent().unwrap_or(path))?;
        std::fs::write(path, text).with_context(|| shown.clone())?;
        println!("{shown} was renewed");
    }
    Ok(())
}
