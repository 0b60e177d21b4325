//! The files under the data directory.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Read as _, Seek as _, SeekFrom},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use nix::{fcntl::OFlag, unistd::geteuid};

use crate::{digest, error::Error};

/// A log that has grown beyond this is put aside at the next start.
const LONGEST_LOG: u64 = 8 << 20;

/// How much of the log an error repeats.
const TAIL_LINES: usize = 15;
const TAIL_BYTES: u64 = 8 << 10;

/// The data directory.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    root: PathBuf,
}

impl Place {
    /// Makes the folder where it is missing. Its path is resolved once, so that a link that is moved later, or
    /// another working directory, cannot make two places of one.
    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        make_with_parents(dir).map_err(Error::io("create the folder", dir))?;
        let root = dir.canonicalize().map_err(Error::io("enter the folder", dir))?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.root.join("postgres")
    }

    /// Where a cluster is made: in a folder of it, beside its password.
    pub(crate) fn staging(&self) -> PathBuf {
        self.root.join("postgres.new")
    }

    pub(crate) fn sockets(&self) -> PathBuf {
        self.root.join("postgres.sockets")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join("postgres.lock")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("postgres.log")
    }

    /// A short name for this place: the server's processes carry it in their titles.
    pub(crate) fn name(&self) -> String {
        let digest = digest::of([self.root.as_os_str().as_encoded_bytes()]);
        format!("cotejo-{}", &digest[..16])
    }

    /// The major version that wrote the cluster; `None` where there is no cluster yet.
    pub(crate) fn written_by(&self) -> Result<Option<u16>, Error> {
        let dir = self.cluster();
        let file = dir.join("PG_VERSION");
        match fs::read_to_string(&file) {
            Ok(text) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_| Error::NotACluster { dir }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let is_free = fs::read_dir(&dir).map_or_else(
                    |error| error.kind() == io::ErrorKind::NotFound,
                    |mut entries| entries.next().is_none(),
                );
                if is_free {
                    Ok(None)
                } else {
                    Err(Error::NotACluster { dir })
                }
            }
            Err(error) => Err(Error::io("read", file)(error)),
        }
    }

    /// The log, to be written at its end, and where that is.
    pub(crate) fn open_log(&self) -> Result<(File, u64), Error> {
        let path = self.log();
        let file = open_private(OpenOptions::new().append(true).create(true), &path)
            .map_err(Error::io("open the log", &path))?;
        let length = file.metadata().map_err(Error::io("read", &path))?.len();
        Ok((file, length))
    }

    /// Puts a long log aside. Only while no server writes to it.
    pub(crate) fn rotate_log(&self) -> Result<(), Error> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|log| log.len() > LONGEST_LOG) {
            fs::rename(&path, self.root.join("postgres.log.1")).map_err(Error::io("put aside", path))?;
        }
        Ok(())
    }

    /// How long the log is.
    pub(crate) fn log_length(&self) -> u64 {
        fs::metadata(self.log()).map_or(0, |log| log.len())
    }

    /// The last lines of the log, not before `start`. Best effort: it is only ever part of an error.
    pub(crate) fn log_tail(&self, start: u64) -> String {
        let read = || -> io::Result<Vec<u8>> {
            let mut file = File::open(self.log())?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(start.max(length.saturating_sub(TAIL_BYTES))))?;
            let mut bytes = Vec::new();
            file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        tail(&String::from_utf8_lossy(&read().unwrap_or_default()))
    }
}

/// The last lines of a text.
pub(crate) fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

/// Opens a file that only its owner may read. A link in its place is refused: root may run us in a folder of
/// somebody else, who must not choose which file is written.
pub(crate) fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options
        .mode(0o600)
        .custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(path)
}

/// Makes missing folders one by one with the mode that they need, whatever the umask is: the server's user must be
/// able to pass through those that root makes.
fn make_with_parents(dir: &Path) -> io::Result<()> {
    let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
    let missing: Vec<&Path> = dir
        .ancestors()
        .take_while(|dir| !dir.as_os_str().is_empty() && matches!(dir.try_exists(), Ok(false)))
        .collect();
    for dir in missing.into_iter().rev() {
        match fs::create_dir(dir) {
            Ok(()) => fs::set_permissions(dir, Permissions::from_mode(mode))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_last_lines() {
        let text: String = (0..40).map(|i| format!("{i}\n")).collect();
        assert_eq!(tail(&text).lines().count(), TAIL_LINES);
        assert!(tail(&text).ends_with("\n39"));
        assert_eq!(tail(""), "");
    }
}
