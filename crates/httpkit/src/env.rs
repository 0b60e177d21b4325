//! Settings from the environment. `docs/configuration.md` lists them.

use std::str::FromStr;

use anyhow::{Context as _, anyhow};

/// The value of a variable; an empty one is an absent one.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the environment"
)]
pub fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// The value of a variable that must be there.
pub fn required(name: &str) -> anyhow::Result<String> {
    text(name).ok_or_else(|| anyhow!("{name} is not set; docs/configuration.md tells what it is"))
}

/// The value of a variable, or a default.
pub fn parsed<T>(name: &str, default: T) -> anyhow::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    match text(name) {
        None => Ok(default),
        Some(value) => value
            .trim()
            .parse()
            .with_context(|| format!("{name} cannot be read")),
    }
}
