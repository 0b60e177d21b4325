//! The private folder of the server's unix socket.
//!
//! It is made anew at each start: what a killed server left in it could keep the next one from starting. Server
//! and program pass through it, nobody else.

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use nix::unistd::geteuid;

use crate::{error::Error, place::Place, user::ServerUser};

/// The kernel's limit for the path of a socket, without its closing zero.
const LONGEST_PATH: usize = 107;

/// What the server appends to the folder at most.
const LONGEST_NAME: &str = "/.s.PGSQL.65535";

/// Where the socket lives: under the data directory, or, where that path is too long for a socket or cannot be said
/// in a list of folders, in a folder under /tmp whose name is derived from it.
pub(crate) fn choose(place: &Place, user: &ServerUser) -> PathBuf {
    let near = place.sockets();
    if is_speakable(&near) {
        near
    } else {
        PathBuf::from(format!("/tmp/{}-{}", place.name(), user.uid))
    }
}

fn is_speakable(folder: &Path) -> bool {
    let bytes = folder.as_os_str().as_encoded_bytes();
    bytes.len() + LONGEST_NAME.len() <= LONGEST_PATH
        && bytes
            .iter()
            .all(|&b| b.is_ascii_alphanumeric() || b"/._-".contains(&b))
}

/// The socket in that folder.
pub(crate) fn file(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

/// Makes the folder, empty. Only while no server listens in it.
pub(crate) fn renew(folder: &Path, user: &ServerUser) -> Result<(), Error> {
    remove(folder, user)?;
    DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .map_err(Error::io("create the folder", folder))?;
    if user.is_other {
        // Its owner is the server's user, and our group may pass through. The mode is set while it is still ours:
        // its owner could put a link in its place.
        fs::set_permissions(folder, Permissions::from_mode(0o710)).map_err(Error::io("open up", folder))?;
        user.give_in_our_group(folder)?;
    }
    Ok(())
}

/// Removes the folder where it is the server's or ours.
pub(crate) fn remove(folder: &Path, user: &ServerUser) -> Result<(), Error> {
    let found = match fs::symlink_metadata(folder) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("read", folder)(error)),
    };
    if !found.is_dir() || ![user.uid, geteuid().as_raw()].contains(&found.uid()) {
        return Err(Error::SocketFolder {
            dir: folder.to_owned(),
        });
    }
    fs::remove_dir_all(folder).map_err(Error::io("remove", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_odd_paths_are_not_for_sockets() {
        assert!(is_speakable(Path::new(
            "/home/ana/.local/share/cotejo/postgres.sockets"
        )));
        assert!(is_speakable(Path::new(&format!("/{}", "a".repeat(91)))));
        assert!(!is_speakable(Path::new(&format!("/{}", "a".repeat(92)))));
        assert!(!is_speakable(Path::new("/home/ana maria/cotejo")));
        assert!(!is_speakable(Path::new("/home/a,b")));
        assert!(!is_speakable(Path::new("/home/peña")));
    }
}
