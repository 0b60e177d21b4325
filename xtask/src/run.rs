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
        .with_context(|| format!("{command:?} did not start"))?;
    if !status.success() {
        bail!("{command:?} failed");
    }
    Ok(())
}

/// Runs cargo at the root, with variables.
pub fn cargo(args: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<()> {
    command(Command::new("cargo").args(args).envs(variables.iter().copied()))
}

/// What a command at the root prints.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .current_dir(root())
        .output()
        .with_context(|| format!("{command:?} did not start"))?;
    if !output.status.success() {
        bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
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
