//! `openapi/`: the specs that the code prints, and the Postman collection made of them.

use anyhow::Context as _;

use crate::{postman, run};

/// The services that have endpoints.
pub const SERVICES: &[&str] = &["checks", "account", "validations", "connect"];

const RENEW: &str = "cargo xtask openapi";

/// Renews the specs, or with `check` fails if one is out of date.
pub fn run(check: bool) -> anyhow::Result<()> {
    let folder = run::root().join("openapi");
    for service in SERVICES {
        let mut print = run::new_cargo();
        print.args(["run", "--quiet", "--bin", "cotejo", "--", "openapi", service]);
        let spec = run::output(&mut print)?;
        let parsed: serde_json::Value = serde_json::from_str(&spec).context("the spec is not JSON")?;
        let collection = serde_json::to_string_pretty(&postman::collection(&parsed))? + "\n";
        run::generated(&folder.join(format!("{service}.json")), &spec, check, RENEW)?;
        run::generated(
            &folder.join(format!("{service}.postman.json")),
            &collection,
            check,
            RENEW,
        )?;
    }
    Ok(())
}
