//! Tests on a throw-away Postgres: nextest where it is installed, `cargo test` elsewhere.

use crate::{database::ThrowAway, run};

/// Builds the programs, starts Postgres, runs the tests, stops Postgres.
pub async fn run(args: &[String]) -> anyhow::Result<()> {
    run::cargo(&["build", "--workspace", "--bins"], &[])?;
    let postgres = ThrowAway::start("test").await?;
    let url = postgres.url();
    let programs = run::root().join("target/debug").display().to_string();
    let variables = [
        ("COTEJO_TEST_DATABASE_URL", url.as_str()),
        ("COTEJO_TEST_PROGRAMS", programs.as_str()),
    ];
    let nextest = run::new_cargo()
        .args(["nextest", "--version"])
        .output()
        .is_ok_and(|out| out.status.success());
    let mut command = if nextest {
        vec!["nextest", "run", "--workspace"]
    } else {
        vec!["test", "--workspace"]
    };
    command.extend(args.iter().map(String::as_str));
    let tested = run::cargo(&command, &variables);
    postgres.stop().await?;
    tested
}
