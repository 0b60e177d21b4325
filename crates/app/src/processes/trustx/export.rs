//! Exports of many instances: a CSV under a password, or as it is read.

use cotejo_domain::{
    csv,
    fields::FieldErrors,
    ids::ProcessId,
    permissions::Permission,
    processes::trustx::{InstanceSearch, instance::COLUMNS, search::COUNTED},
    time::Timestamp,
};
use cotejo_store::instances::Finder;

use super::zip::{Archive, password};
use crate::{
    App, AppResult,
    checks::dossier::unmasked,
    command::{Audited, Command},
};

/// Instances that are read at once.
const BATCH: i64 = 1_000;

/// An export under way.
pub struct InstanceExport {
    finder: Finder,
    /// What an instance that is under way has taken by then.
    now: Timestamp,
    place: Place,
}

/// How far an export has come.
enum Place {
    Beginning,
    Behind(ProcessId),
    End,
}

impl App {
    /// POST …/processInstances/export: a zip with what a search finds, if it is no more than the vendor's limit.
    pub async fn export_instances(&self, command: &Command, header: Option<&str>) -> AppResult<Archive> {
        let caller = &command.caller;
        caller.require(Permission::IdentityRead)?;
        unmasked(caller)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let search = InstanceSearch::read(&fields, &mut errors);
        let password = password(&fields, header, &mut errors);
        errors.into_result()?;
        let mut conn = self.inner.pool.acquire().await?;
        let finder = Finder::new(&mut conn, caller.client().id, search).await?;
        let found = finder.count(&mut conn, COUNTED + 1).await?;
        drop(conn);
        if found > COUNTED {
            let message = format!(
                "and endDateTime have to be narrowed: more than {COUNTED} process instances are found, the limit of an \
                 export; GET /api/process-manager/processInstances/export has none"
            );
            return Err(FieldErrors::one("startDateTime", message).into());
        }
        let zip = self.begin_zip(password)?;
        let mut export = self.begin_export(command, finder).await?;
        zip.file("process-instances.csv").await;
        while let Some(lines) = self.instance_lines(&mut export).await? {
            zip.write(lines.into_bytes()).await;
        }
        zip.finish("process-instances.zip".to_owned()).await
    }

    /// GET …/processInstances/export: begins to tell what a search finds, however much it is.
    pub async fn begin_instance_export(&self, command: &Command) -> AppResult<InstanceExport> {
        command.caller.require(Permission::IdentityRead)?;
        unmasked(&command.caller)?;
        let search = InstanceSearch::parse(&command.fields()?)?;
        let mut conn = self.inner.pool.acquire().await?;
        let finder = Finder::new(&mut conn, command.caller.client().id, search).await?;
        drop(conn);
        self.begin_export(command, finder).await
    }

    async fn begin_export(&self, command: &Command, finder: Finder) -> AppResult<InstanceExport> {
        let client = command.caller.client();
        let audited = Audited {
            action: "client.processes_exported",
            resource: client.id.0,
            ..Audited::default()
        };
        let mut conn = self.inner.pool.acquire().await?;
        self.audit(&mut conn, command, audited).await?;
        Ok(InstanceExport {
            now: self.now(client),
            finder,
            place: Place::Beginning,
        })
    }

    /// The next lines of an export, newest instances first; `None` at its end. Each piece is read for itself: an export of
    /// any length holds no connection between two of them, and no more than one.
    pub async fn instance_lines(&self, export: &mut InstanceExport) -> AppResult<Option<String>> {
        let mut lines = String::new();
        let after = match export.place {
            Place::End => return Ok(None),
            Place::Behind(id) => Some(id),
            Place::Beginning => {
                lines.push_str(csv::MARK);
                csv::push_line(&mut lines, COLUMNS);
                None
            }
        };
        let mut conn = self.inner.pool.acquire().await?;
        let found = export.finder.batch(&mut conn, after, BATCH).await?;
        drop(conn);
        for instance in &found {
            csv::push_line(&mut lines, instance.cells(export.now));
        }
        let whole = i64::try_from(found.len()).is_ok_and(|read| read == BATCH);
        export.place = match found.last() {
            Some(last) if whole => Place::Behind(last.id),
            _ => Place::End,
        };
        Ok(Some(lines))
    }
}
