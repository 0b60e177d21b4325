//! What runs the scripts of flows.

use std::path::PathBuf;

use anyhow::bail;
use cotejo_httpkit::env;
use cotejo_providers::functions::{AT_ONCE, ScriptFunctions};

/// The scripts of this program from the environment: `COTEJO_FUNCTION_PROGRAM` names what runs one, else what lies beside
/// this program does; none without either. What the servers of other functions may be called at is the app's guard to say,
/// so that both meet in `providers::functions::Runner`.
pub fn from_env() -> anyhow::Result<Option<ScriptFunctions>> {
    let named = env::text("COTEJO_FUNCTION_PROGRAM").map(PathBuf::from);
    if let Some(named) = named.as_ref().filter(|named| !named.is_file()) {
        bail!(
            "COTEJO_FUNCTION_PROGRAM {}: there is no such program",
            named.display()
        );
    }
    let at_once = env::parsed("COTEJO_FUNCTIONS_AT_ONCE", AT_ONCE)?;
    let program = named.or_else(ScriptFunctions::find);
    Ok(program.map(|program| ScriptFunctions::new(program, at_once)))
}
