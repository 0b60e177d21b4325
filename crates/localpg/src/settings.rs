//! What the caller decides.

use std::{fmt, path::PathBuf};

use crate::{error::Error, options};

/// Postgres cuts longer names.
const LONGEST_NAME: usize = 63;

/// How the cluster is to be run.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// The folder under which the cluster lives, made when it is missing.
    pub data_dir: PathBuf,
    /// The folder of the server programs; `None` looks for it, see [`crate::find_binaries`].
    pub bin_dir: Option<PathBuf>,
    /// The TCP port on 127.0.0.1. A preference: where another program has it, the next free one is taken. 0 is any
    /// free one, chosen anew at each start.
    pub port: u16,
    /// Whether what is committed must survive a loss of power. Without it everything that waits for the disk is off.
    pub durable: bool,
    /// The database, created when it is missing.
    pub database: String,
    /// The role that owns it; it is the superuser of the cluster.
    pub user: String,
    /// The role's password, set anew when it changes.
    pub password: String,
    /// How many connections may be open at a time.
    pub max_connections: u16,
    /// Further settings of the server, which win over ours; those that we depend on are refused.
    pub extra: Vec<(String, String)>,
}

impl Settings {
    /// A cluster whose data is kept.
    pub fn durable(data_dir: impl Into<PathBuf>, password: impl Into<String>) -> Self {
        Self {
            data_dir: data_dir.into(),
            bin_dir: None,
            port: 0,
            durable: true,
            database: "cotejo".to_owned(),
            user: "cotejo".to_owned(),
            password: password.into(),
            max_connections: 100,
            extra: Vec::new(),
        }
    }

    /// A cluster for tests and benchmarks: fast, and lost with the power.
    pub fn throw_away(data_dir: impl Into<PathBuf>, password: impl Into<String>) -> Self {
        Self {
            durable: false,
            ..Self::durable(data_dir, password)
        }
    }

    /// How passwords are kept and checked. Tests make thousands of connections, and a debug build takes 50 ms for the check
    /// that is a protection.
    pub(crate) const fn auth(&self) -> &'static str {
        if self.durable { "scram-sha-256" } else { "md5" }
    }

    /// Refuses what could not be said to Postgres, which takes these values as lines of text.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for (what, value) in [
            ("user", &self.user),
            ("database", &self.database),
            ("password", &self.password),
        ] {
            if value.is_empty() || value.chars().any(char::is_control) {
                return Err(Error::Settings(format!(
                    "the {what} must be a text without control characters"
                )));
            }
        }
        for (what, name) in [("user", &self.user), ("database", &self.database)] {
            if name.len() > LONGEST_NAME {
                return Err(Error::Settings(format!(
                    "the {what} must not be longer than {LONGEST_NAME} bytes"
                )));
            }
        }
        if self.user.starts_with("pg_") {
            return Err(Error::Settings("the user must not begin with `pg_`".to_owned()));
        }
        if self.max_connections == 0 {
            return Err(Error::Settings("max_connections must be above 0".to_owned()));
        }
        options::check_extra(&self.extra)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("data_dir", &self.data_dir)
            .field("bin_dir", &self.bin_dir)
            .field("port", &self.port)
            .field("durable", &self.durable)
            .field("database", &self.database)
            .field("user", &self.user)
            .field("password", &"[hidden]")
            .field("max_connections", &self.max_connections)
            .field("extra", &self.extra)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_said_to_postgres_is_refused() {
        let good = Settings::throw_away("/nowhere", "a 'quoted' \"secret\"");
        assert!(good.check().is_ok());
        for bad in [
            Settings {
                user: String::new(),
                ..good.clone()
            },
            Settings {
                user: "pg_cotejo".to_owned(),
                ..good.clone()
            },
            Settings {
                user: "ñ".repeat(32),
                ..good.clone()
            },
            Settings {
                database: "a\nb".to_owned(),
                ..good.clone()
            },
            Settings {
                password: "a\0b".to_owned(),
                ..good.clone()
            },
            Settings {
                password: String::new(),
                ..good.clone()
            },
            Settings {
                max_connections: 0,
                ..good.clone()
            },
            Settings {
                extra: vec![("Port".to_owned(), "1".to_owned())],
                ..good.clone()
            },
        ] {
            assert!(matches!(bad.check(), Err(Error::Settings(_))), "{bad:?}");
        }
    }

    #[test]
    fn the_password_is_not_printed() {
        assert!(!format!("{:?}", Settings::durable("/nowhere", "s3cret")).contains("s3cret"));
    }
}
