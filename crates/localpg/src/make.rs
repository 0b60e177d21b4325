//! Makes a new cluster, its role and its database.
//!
//! Both are done by programs that take no connections (`initdb`, and the server in its single-user mode), so that
//! nobody can connect before everything is in place, and so that nothing but the server itself needs to be installed:
//! some packages have neither `psql` nor `createdb`.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::Path,
    process::Stdio,
    time::Duration,
};

use tokio::time::sleep;

use crate::{error::Error, place::open_private, plan::Plan, tool};

/// In the cluster, so that it goes where the cluster goes: for whom the role and the database were made.
const IDENTITY: &str = "cotejo-identity";

/// What the server prints when everything is there.
const MADE: &str = "everything is made";

/// Makes a cluster where there is none. It is made aside and renamed: what stands in its place is always whole.
pub(crate) async fn cluster(plan: &Plan) -> Result<(), Error> {
    let staging = plan.place.staging();
    let (data, password) = (staging.join("data"), staging.join("password"));
    remove_staging(&staging).await?;
    DirBuilder::new()
        .mode(0o700)
        .create(&staging)
        .map_err(Error::io("create the folder", &staging))?;
    open_private(OpenOptions::new().write(true).create_new(true), &password)
        .and_then(|mut file| file.write_all(plan.settings.password.as_bytes()))
        .map_err(Error::io("write", &password))?;
    plan.user.give(&password)?;
    plan.user.give(&staging)?;

    let mut initdb = plan.command("initdb");
    initdb
        .arg("-D")
        .arg(&data)
        .arg("--username")
        .arg(&plan.settings.user)
        .arg("--pwfile")
        .arg(&password)
        .args(["--auth", plan.settings.auth()])
        .args(["--encoding", "UTF8", "--no-instructions"])
        // Compared byte by byte, which is fast and the same on every machine; but `ñ` is a letter.
        .args(["--locale", "C", "--lc-ctype", "C.UTF-8"])
        .arg(if plan.settings.durable {
            "--data-checksums"
        } else {
            "--no-sync"
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    tool::run("initdb", initdb, "").await?;

    let cluster = plan.place.cluster();
    fs::rename(&data, &cluster).map_err(Error::io("move the new database to", &cluster))?;
    if plan.settings.durable {
        let root = plan.place.root();
        File::open(root)
            .and_then(|root| root.sync_all())
            .map_err(Error::io("write", root))?;
    }
    remove_staging(&staging).await
}

/// Removes what was left by a start that was cut short. Its processes have ended, but for those that are about to
/// notice it, which may still write.
async fn remove_staging(staging: &Path) -> Result<(), Error> {
    let mut tries = 20;
    loop {
        tries -= 1;
        match fs::remove_dir_all(staging) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if tries == 0 => return Err(Error::io("remove", staging)(error)),
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Makes sure that the role with its password and the database are there.
///
/// Done once, and again when one of them changes; else a start would wait for another start.
pub(crate) async fn role_and_database(plan: &Plan) -> Result<(), Error> {
    let file = plan.place.cluster().join(IDENTITY);
    let identity = plan.identity();
    if fs::read_to_string(&file).is_ok_and(|made| made == identity) {
        return Ok(());
    }
    let (log, start) = plan.place.open_log()?;
    let mut server = plan.command("postgres");
    server
        .arg("--single")
        .args(&plan.arguments)
        .arg("postgres")
        .stdout(Stdio::piped())
        .stderr(log);
    let output = tool::run("postgres --single", server, &statements(plan)).await;
    let is_made = match &output {
        Ok(output) => String::from_utf8_lossy(&output.stdout).contains(MADE),
        // It said why in the log.
        Err(Error::Tool { .. }) => false,
        Err(_) => return output.map(drop),
    };
    if !is_made {
        return Err(Error::NotStarted {
            log: plan.place.log(),
            tail: plan.place.log_tail(start),
        });
    }
    remember(plan, &file, &identity)
}

/// One statement a line. Those that make something fail where it exists, and the next goes on; the last one tells.
fn statements(plan: &Plan) -> String {
    let user = &plan.settings.user;
    let (role, database) = (identifier(user), identifier(&plan.settings.database));
    let [user, password, name] =
        [user, &plan.settings.password, &plan.settings.database].map(|text| literal(text));
    [
        format!("CREATE ROLE {role}"),
        format!("ALTER ROLE {role} SUPERUSER LOGIN PASSWORD {password}"),
        format!("CREATE DATABASE {database} OWNER {role}"),
        format!(
            "SELECT '{MADE}' FROM pg_catalog.pg_database, pg_catalog.pg_authid \
             WHERE datname = {name} AND rolname = {user} AND rolsuper AND rolcanlogin"
        ),
    ]
    .map(|statement| statement + "\n")
    .concat()
}

fn identifier(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The folder is the server's user's: the file is made new, so that no link is followed.
fn remember(plan: &Plan, file: &Path, identity: &str) -> Result<(), Error> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io("remove", file)(error));
        }
        _ => {}
    }
    open_private(OpenOptions::new().write(true).create_new(true), file)
        .and_then(|mut file| file.write_all(identity.as_bytes()))
        .map_err(Error::io("write", file))?;
    plan.user.give(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_quoted() {
        assert_eq!(identifier("a\"b'c"), "\"a\"\"b'c\"");
        assert_eq!(literal("a\"b'c\\"), "'a\"b''c\\'");
    }
}
