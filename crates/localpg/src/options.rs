//! The server's own settings, given on its command line.
//!
//! On the command line and not in a file: they win over whatever stands in the cluster's files, and an operator
//! sees them in the list of processes.

use std::{ffi::OsString, path::Path};

use crate::{error::Error, settings::Settings};

/// For every cluster.
const ALWAYS: &[(&str, &str)] = &[
    ("listen_addresses", "127.0.0.1"),
    ("shared_buffers", "128MB"),
    ("timezone", "UTC"),
    // Short queries on a small machine: compiling them, or sharing one out to workers, costs more than it gives.
    // Workers would also need more shared memory than a container usually has (64 MB).
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("max_parallel_maintenance_workers", "0"),
    ("random_page_cost", "1.1"),
    // The log goes where we opened it, and holds no personal data: no statements, no parameters, no details of
    // errors, and no errors of statements at all, since those quote values (`invalid input syntax: "…"`). Whoever
    // sent the statement gets the error.
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
    ("log_timezone", "UTC"),
    ("log_min_messages", "log"),
    ("log_min_error_statement", "panic"),
    ("log_error_verbosity", "terse"),
    ("log_statement", "none"),
    ("log_min_duration_statement", "-1"),
    ("log_parameter_max_length", "0"),
    ("log_parameter_max_length_on_error", "0"),
    ("log_checkpoints", "off"),
];

/// Where commits must survive a loss of power. `replica` lets `pg_basebackup` copy the running cluster.
const DURABLE: &[(&str, &str)] = &[
    ("fsync", "on"),
    ("synchronous_commit", "on"),
    ("full_page_writes", "on"),
    ("wal_level", "replica"),
    ("max_wal_senders", "2"),
    ("min_wal_size", "80MB"),
    ("max_wal_size", "1GB"),
];

/// Where they need not.
const THROW_AWAY: &[(&str, &str)] = &[
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("checkpoint_timeout", "30min"),
    ("max_wal_size", "2GB"),
];

/// What we depend on to find, reach and recognise the server.
const RESERVED: &[&str] = &[
    "cluster_name",
    "config_file",
    "data_directory",
    "external_pid_file",
    "hba_file",
    "ident_file",
    "listen_addresses",
    "log_destination",
    "logging_collector",
    "max_connections",
    "port",
    "unix_socket_directories",
    "unix_socket_group",
    "unix_socket_permissions",
];

/// Refuses further settings that would take the server away from us.
pub(crate) fn check_extra(extra: &[(String, String)]) -> Result<(), Error> {
    for (name, value) in extra {
        // As Postgres reads a name given by `-c`.
        let canonical = name.to_ascii_lowercase().replace('-', "_");
        if RESERVED.contains(&canonical.as_str()) {
            return Err(Error::Settings(format!(
                "`{name}` cannot be given as a further setting"
            )));
        }
        let name_is_good = !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
        if !name_is_good || value.chars().any(char::is_control) {
            return Err(Error::Settings(format!(
                "`{}` is not a setting of Postgres",
                name.escape_debug()
            )));
        }
    }
    Ok(())
}

/// The command line of the server, without the port, which may differ from start to start.
pub(crate) fn server_arguments(
    settings: &Settings,
    cluster: &Path,
    cluster_name: &str,
    sockets: &Path,
) -> Vec<OsString> {
    let mut arguments = vec![OsString::from("-D"), cluster.into()];
    let mut set = |name: &str, value: OsString| {
        let mut pair = OsString::from(format!("{name}="));
        pair.push(value);
        arguments.extend([OsString::from("-c"), pair]);
    };
    set("cluster_name", cluster_name.into());
    set("unix_socket_directories", sockets.into());
    set("max_connections", settings.max_connections.to_string().into());
    set("password_encryption", settings.auth().into());
    let by_durability = if settings.durable { DURABLE } else { THROW_AWAY };
    for (name, value) in ALWAYS.iter().chain(by_durability) {
        set(name, value.into());
    }
    for (name, value) in &settings.extra {
        set(name, value.into());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_adds_comes_last_and_wins() {
        let mut settings = Settings::durable("/data", "secret");
        settings
            .extra
            .push(("shared_buffers".to_owned(), "1GB".to_owned()));
        let arguments = server_arguments(
            &settings,
            Path::new("/data/postgres"),
            "cotejo-1",
            Path::new("/s"),
        );
        assert_eq!(arguments[..2], ["-D", "/data/postgres"]);
        assert_eq!(
            arguments.last().and_then(|last| last.to_str()),
            Some("shared_buffers=1GB")
        );
        assert!(arguments.iter().any(|a| a == "fsync=on"));
    }

    #[test]
    fn settings_that_we_depend_on_are_refused_in_any_spelling() {
        for name in ["port", "PORT", "listen-addresses", "", "a b", "a=b"] {
            assert!(
                check_extra(&[(name.to_owned(), "1".to_owned())]).is_err(),
                "{name}"
            );
        }
        assert!(check_extra(&[("auto_explain.log_analyze".to_owned(), "on".to_owned())]).is_ok());
    }
}
