//! `.sqlx/`: what the queries look like to the database, so that nobody needs one to build.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, bail};

use crate::{database::ThrowAway, run};

/// The crates that hold queries.
const CRATES: &[&str] = &["store", "queue"];

/// Renews the cache, or with `check` fails if it is out of date.
pub async fn run(check: bool) -> anyhow::Result<()> {
    let postgres = ThrowAway::start("sqlx").await?;
    let fresh = run::root().join("target/sqlx");
    drop(fs::remove_dir_all(&fresh));
    fs::create_dir_all(&fresh)?;
    let url = postgres.url();
    let folder = fresh.display().to_string();
    for name in CRATES {
        // The macros write only while their crate is being compiled.
        let lib = run::root().join(format!("crates/{name}/src/lib.rs"));
        let file = fs::OpenOptions::new()
            .append(true)
            .open(&lib)
            .with_context(|| lib.display().to_string())?;
        file.set_modified(std::time::SystemTime::UNIX_EPOCH + since_epoch()?)?;
    }
    let variables = [
        ("DATABASE_URL", url.as_str()),
        ("SQLX_OFFLINE", "false"),
        ("SQLX_OFFLINE_DIR", folder.as_str()),
    ];
    // Queries stand in libraries alone; and built, not checked, because the tests go on from here.
    let built = run::cargo(&["build", "--workspace", "--lib"], &variables);
    postgres.stop().await?;
    built?;
    let (kept, made) = (read(&run::root().join(".sqlx"))?, read(&fresh)?);
    if kept == made {
        println!(".sqlx/ is up to date ({} queries)", made.len());
    } else if check {
        bail!(".sqlx/ is out of date: run `cargo xtask sqlx`");
    } else {
        let folder = run::root().join(".sqlx");
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder)?;
        for (name, text) in &made {
            fs::write(folder.join(name), text)?;
        }
        println!(".sqlx/ was renewed ({} queries)", made.len());
    }
    Ok(())
}

fn since_epoch() -> anyhow::Result<std::time::Duration> {
    Ok(fs::metadata("/proc/self")?
        .modified()?
        .duration_since(std::time::SystemTime::UNIX_EPOCH)?)
}

fn read(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(files);
    };
    for entry in entries {
        let entry = entry?;
        files.insert(
            entry.file_name().to_string_lossy().into_owned(),
            fs::read_to_string(entry.path())?,
        );
    }
    Ok(files)
}
