//! What one start works with: who runs which programs, where, and how.

use std::{env, ffi::OsString, io, path::PathBuf, process::Stdio};

use tokio::process::Command;

use crate::{
    binaries::{self, Binaries},
    digest,
    error::Error,
    options,
    place::Place,
    server::Processes,
    settings::Settings,
    sockets,
    user::ServerUser,
};

/// What the server's programs get of our environment. Not the rest: it may hold keys, and `PG…` variables.
const INHERITED: &[&str] = &["PATH", "LD_LIBRARY_PATH"];

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    pub(crate) place: Place,
    pub(crate) user: ServerUser,
    pub(crate) processes: Processes,
    pub(crate) sockets: PathBuf,
    /// The server's command line without its port.
    pub(crate) arguments: Vec<OsString>,
    binaries: Binaries,
}

impl Plan {
    /// Decides everything that is decided before something is started.
    pub(crate) async fn of(settings: Settings, place: Place) -> Result<Self, Error> {
        let user = ServerUser::choose(&place)?;
        let cluster = place.cluster();
        let written = place.written_by()?.map(|major| (cluster.as_path(), major));
        let binaries = binaries::choose(
            settings.bin_dir.as_deref(),
            env::var_os("PATH").as_deref(),
            written,
        )?;
        let sockets = sockets::choose(&place, &user);
        let arguments = options::server_arguments(&settings, &cluster, &place.name(), &sockets);
        let processes = Processes::of(&place);
        let plan = Self {
            settings,
            place,
            user,
            processes,
            sockets,
            arguments,
            binaries,
        };
        plan.check_reach().await?;
        Ok(plan)
    }

    /// A program of the server's folder, run by the server's user in our directory.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.dir.join(program));
        command
            .env_clear()
            .envs(
                INHERITED
                    .iter()
                    .filter_map(|&name| Some((name, env::var_os(name)?))),
            )
            // The language of the log, and a time zone that need not be searched for.
            .envs([("LC_ALL", "C"), ("TZ", "UTC")])
            .current_dir(self.place.root())
            .stdin(Stdio::null());
        self.user.dress(&mut command);
        command
    }

    /// Tries whether the server's user can run the programs and enter the directory: only a trial knows of access
    /// lists and mounts. Where it cannot, modes tell which folder it is.
    async fn check_reach(&self) -> Result<(), Error> {
        if !self.user.is_other {
            return Ok(());
        }
        let output = self.command("postgres").arg("--version").output().await;
        match output {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                let program = self.binaries.dir.join("postgres");
                let paths = [self.place.root(), self.binaries.dir.as_path()];
                let (path, folder) = paths
                    .into_iter()
                    .find_map(|path| Some((path, self.user.obstacle(path)?)))
                    .unwrap_or((&program, program.clone()));
                Err(Error::OutOfReach {
                    folder,
                    path: path.to_owned(),
                    user: self.user.name.clone(),
                })
            }
            Err(error) => Err(Error::io("run", self.binaries.dir.join("postgres"))(error)),
        }
    }

    /// Stands for the role, its password and the database.
    pub(crate) fn identity(&self) -> String {
        let Settings {
            user,
            password,
            database,
            ..
        } = &self.settings;
        digest::of([user, password, database].map(String::as_bytes))
    }

    /// Stands for the whole server: one with another fingerprint is not the one that would be started now.
    pub(crate) fn fingerprint(&self) -> String {
        let identity = self.identity();
        let own = [
            identity.as_bytes(),
            self.binaries.version.as_bytes(),
            self.binaries.dir.as_os_str().as_encoded_bytes(),
        ];
        digest::of(
            own.into_iter()
                .chain(self.arguments.iter().map(|argument| argument.as_encoded_bytes())),
        )
    }
}
