//! Runs a program of Postgres that does one thing and ends.

use std::{process::Output, process::Stdio, time::Duration};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::{error::Error, place::tail};

/// Making a cluster takes a second; a machine on which it takes this long has another problem.
const LIMIT: Duration = Duration::from_secs(300);

/// Kills the program and what it has started, unless it was told that they have ended.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // That it has ended meanwhile is no error.
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

/// Runs `command` with `input`. Dropping the future kills it: no half-done work goes on by itself.
pub(crate) async fn run(program: &'static str, mut command: Command, input: &str) -> Result<Output, Error> {
    let path = command.as_std().get_program().to_owned();
    command.stdin(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(Error::io("run", &path))?;
    let mut group = Group(
        child
            .id()
            .and_then(|pid| i32::try_from(pid).ok())
            .map(Pid::from_raw),
    );
    let stdin = child.stdin.take();
    let work = async {
        if let Some(mut stdin) = stdin {
            // A program that ends before it has read everything says why at its end.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        child.wait_with_output().await
    };
    let Ok(output) = tokio::time::timeout(LIMIT, work).await else {
        let status = format!("not done after {} s", LIMIT.as_secs());
        return Err(Error::Tool {
            program,
            status,
            output: String::new(),
        });
    };
    let output = output.map_err(Error::io("run", path))?;
    group.0 = None;
    if output.status.success() {
        return Ok(output);
    }
    let said = [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat();
    Err(Error::Tool {
        program,
        status: output.status.to_string(),
        output: tail(&said),
    })
}
