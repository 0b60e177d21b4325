//! Whom the server runs as.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, lchown},
    path::{Path, PathBuf},
};

use nix::unistd::{Uid, User, getegid, geteuid};
use tokio::process::Command;

use crate::{error::Error, place::Place};

/// Whom root hands the server to, in order of preference.
const ORDINARY: &[&str] = &["postgres", "nobody"];

/// The server's user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerUser {
    pub(crate) name: String,
    pub(crate) uid: u32,
    gid: u32,
    /// Whether it is somebody else than the user who runs us; then that is root.
    pub(crate) is_other: bool,
}

impl ServerUser {
    /// Ourselves, or, where root runs us, the owner of the cluster, or an ordinary user of the machine.
    pub(crate) fn choose(place: &Place) -> Result<Self, Error> {
        let dir = place.cluster();
        let cluster = fs::metadata(&dir).ok();
        let me = geteuid();
        if !me.is_root() {
            return match cluster {
                Some(cluster) if cluster.uid() != me.as_raw() => Err(Error::WrongOwner {
                    dir,
                    owner: cluster.uid(),
                }),
                _ => Ok(Self {
                    name: name_of(me.as_raw()),
                    uid: me.as_raw(),
                    gid: getegid().as_raw(),
                    is_other: false,
                }),
            };
        }
        // Keeping the owner lets a cluster outlive that the machine gets a user `postgres`, or that it was first run
        // without root.
        if let Some(cluster) = cluster.filter(|cluster| cluster.uid() != 0) {
            return Ok(Self {
                name: name_of(cluster.uid()),
                uid: cluster.uid(),
                gid: cluster.gid(),
                is_other: true,
            });
        }
        ORDINARY
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Self {
                name: user.name,
                uid: user.uid.as_raw(),
                gid: user.gid.as_raw(),
                is_other: true,
            })
            .ok_or(Error::NoUser)
    }

    /// Makes the command run as this user. Its groups are this user's main one alone: `uid` drops root's.
    pub(crate) fn dress(&self, command: &mut Command) {
        if self.is_other {
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Gives a file or an empty folder to this user.
    pub(crate) fn give(&self, path: &Path) -> Result<(), Error> {
        self.give_with_group(path, self.gid)
    }

    /// Gives it to this user, but to our own group.
    pub(crate) fn give_in_our_group(&self, path: &Path) -> Result<(), Error> {
        self.give_with_group(path, getegid().as_raw())
    }

    fn give_with_group(&self, path: &Path, gid: u32) -> Result<(), Error> {
        if !self.is_other {
            return Ok(());
        }
        lchown(path, Some(self.uid), Some(gid)).map_err(Error::io("change the owner of", path))
    }

    /// Gives a whole folder to this user where it is still root's, as after a backup was restored.
    pub(crate) fn give_all(&self, path: &Path) -> Result<(), Error> {
        let kind = fs::symlink_metadata(path).map_err(Error::io("read", path))?;
        if kind.uid() == self.uid {
            return Ok(());
        }
        if kind.is_dir() {
            for entry in fs::read_dir(path).map_err(Error::io("list", path))? {
                self.give_all(&entry.map_err(Error::io("list", path))?.path())?;
            }
        }
        // The folder itself comes last: until then it is root's, so that a walk that was cut short is taken up again.
        self.give(path)
    }

    /// Which folder keeps this user from `path`, as far as modes tell.
    pub(crate) fn obstacle(&self, path: &Path) -> Option<PathBuf> {
        let mut folders: Vec<&Path> = path.ancestors().collect();
        folders.reverse();
        folders
            .into_iter()
            .find(|folder| fs::metadata(folder).is_ok_and(|m| !self.may_enter(m.uid(), m.gid(), m.mode())))
            .map(Path::to_owned)
    }

    const fn may_enter(&self, owner: u32, group: u32, mode: u32) -> bool {
        let bit = if owner == self.uid {
            0o100
        } else if group == self.gid {
            0o010
        } else {
            0o001
        };
        mode & bit != 0
    }
}

fn name_of(uid: u32) -> String {
    User::from_uid(Uid::from_raw(uid))
        .ok()
        .flatten()
        .map_or_else(|| uid.to_string(), |user| user.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_of_the_user_decides_who_may_enter() {
        let user = ServerUser {
            name: "postgres".to_owned(),
            uid: 101,
            gid: 104,
            is_other: true,
        };
        for (owner, group, mode, may) in [
            (0, 0, 0o700, false),
            (0, 0, 0o711, true),
            (0, 104, 0o710, true),
            (0, 104, 0o701, false),
            (101, 0, 0o100, true),
            (101, 104, 0o011, false),
        ] {
            assert_eq!(
                user.may_enter(owner, group, mode),
                may,
                "{owner} {group} {mode:o}"
            );
        }
    }
}
