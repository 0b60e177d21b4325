//! One program at a time: an exclusive lock on a file of the data directory.
//!
//! The kernel lets go of the lock when the program ends, however it ends, so that there are no stale locks. The
//! server does not inherit it: a server without a program can be taken over. The file also remembers what was
//! started, so that the next program knows whether a running server is the one it would have started.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    path::PathBuf,
    process,
};

use crate::{
    error::Error,
    place::{Place, open_private},
};

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    path: PathBuf,
    started: Option<String>,
}

impl Lock {
    /// Takes the lock; fails at once where another program holds it.
    pub(crate) fn take(place: &Place) -> Result<Self, Error> {
        let path = place.lock();
        let file = open_private(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false),
            &path,
        )
        .map_err(Error::io("open the lock file", &path))?;
        let locked = file.try_lock();
        let mut text = String::new();
        // What cannot be read is as if it were not there: the file is a memory, the lock is the kernel's.
        let _ = (&file).take(4096).read_to_string(&mut text);
        let mut lines = text.lines();
        let pid = lines.next().and_then(|line| line.parse().ok());
        match locked {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Locked {
                    dir: place.root().to_owned(),
                    pid,
                });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", path)(error)),
        }
        let mut lock = Self {
            file,
            path,
            started: lines.next().map(str::to_owned),
        };
        lock.write()?;
        Ok(lock)
    }

    /// The fingerprint of the server that was last started and not told to stop.
    pub(crate) fn started(&self) -> Option<&str> {
        self.started.as_deref()
    }

    /// Remembers what is started, or (`None`) that it was told to stop.
    pub(crate) fn remember(&mut self, fingerprint: Option<&str>) -> Result<(), Error> {
        self.started = fingerprint.map(str::to_owned);
        self.write()
    }

    fn write(&mut self) -> Result<(), Error> {
        let text = format!(
            "{}\n{}",
            process::id(),
            self.started.as_deref().unwrap_or_default()
        );
        let mut write = || -> io::Result<()> {
            self.file.set_len(0)?;
            self.file.rewind()?;
            self.file.write_all(text.as_bytes())
        };
        write().map_err(Error::io("write", &self.path))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a child that another thread is about to start holds a copy until it runs
        // its program. It cannot fail in a way that matters, since the file is closed next.
        let _ = self.file.unlock();
    }
}
