//! Reading one process.

use cotejo_domain::{ids::ProcessId, permissions::Permission, processes::StepState, validations::Validation};
use cotejo_store::{decisions, validations};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    Underway,
    body::{ProcessBody, Shown},
    may,
    overrides::history,
};
use crate::{App, AppResult, access::Caller};

/// The variables of a process.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariablesBody {
    /// Names and values
    variables: Vec<Variable>,
}

/// A variable of a process.
#[derive(Debug, Serialize, ToSchema)]
pub struct Variable {
    /// Its name
    name: String,
    /// Its value
    value: String,
}

impl App {
    /// GET /v1/processes/{id}
    pub async fn get_process(&self, caller: &Caller, id: ProcessId) -> AppResult<ProcessBody> {
        may(caller, id, Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let underway = self.see_process(&mut conn, caller.client().id, id).await?;
        self.process_body(&mut conn, &underway).await
    }

    /// A process as it is told, with the links to which the pictures of its current step go.
    pub(super) async fn process_body(
        &self,
        conn: &mut PgConnection,
        underway: &Underway,
    ) -> AppResult<ProcessBody> {
        let process = &underway.process;
        let made = validations::of_process(&mut *conn, process.client, process.id).await?;
        let waiting = process
            .current()
            .filter(|step| step.state == StepState::Open && step.kind.wants_pictures())
            .and_then(|step| step.validation);
        let of_step = |validation: &&Validation| Some(validation.id) == waiting;
        let uploads = made
            .iter()
            .find(of_step)
            .and_then(|validation| self.instructions(validation));
        let history = match process.overridden {
            None => None,
            Some(_) => Some(history(
                &decisions::of_process(conn, process.client, process.id).await?,
            )),
        };
        let shown = Shown {
            uploads,
            validations: &made,
            history,
        };
        Ok(ProcessBody::of(underway, shown))
    }

    /// GET /v1/processes/{id}/variables: what the client said at the beginning, what the person answered, and what cloud
    /// functions set.
    pub async fn get_process_variables(&self, caller: &Caller, id: ProcessId) -> AppResult<VariablesBody> {
        may(caller, id, Permission::IdentityRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let Underway { process, spec, .. } = self.see_process(&mut conn, caller.client().id, id).await?;
        let variable = |name: String, value: String| Variable { name, value };
        let metadata = process.start.metadata.iter();
        let mut variables: Vec<Variable> = metadata
            .map(|(name, value)| variable(format!("metadata.{name}"), value.clone()))
            .collect();
        for step in &process.progress.steps {
            let key = spec.blocks.get(step.block).map(|block| block.key.as_str());
            for (name, value) in &step.entered {
                let name = format!("{}.{name}", key.unwrap_or_default());
                variables.push(variable(name, value.clone()));
            }
        }
        for (name, value) in &process.progress.variables {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            variables.push(variable(name.clone(), value));
        }
        Ok(VariablesBody { variables })
    }
}
