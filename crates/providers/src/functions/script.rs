//! Scripts, each in a process of its own.

use std::{
    io,
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use cotejo_domain::functions::{Answer, FunctionError, Map, Request, Task};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
    sync::Semaphore,
    time::timeout,
};

/// The program that runs one script; it lies beside ours.
pub const PROGRAM: &str = "cotejo-function";

/// How many scripts run at once where nothing else is said: each may take a processor for two seconds.
pub const AT_ONCE: usize = 2;

/// How long a script may take in all. It has less time of a processor; this is for a machine that has none to give.
const PATIENCE: Duration = Duration::from_secs(5);

/// Largest answer that is read, in bytes: twice of what an output may have, because nothing needs to be exact here.
const LARGEST_ANSWER: u64 = 512 * 1024;

/// The signal of who used up its time of a processor; its number is the same on all systems that we build for.
const SIGXCPU: i32 = 24;

/// Runs scripts.
pub struct ScriptFunctions {
    program: PathBuf,
    turns: Semaphore,
    patience: Duration,
}

impl ScriptFunctions {
    /// Scripts by this program, at most so many at once.
    pub fn new(program: PathBuf, at_once: usize) -> Self {
        Self {
            program,
            turns: Semaphore::new(at_once.max(1)),
            patience: PATIENCE,
        }
    }

    /// The same with less patience, for tests.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Where the program is, if it was installed with ours: beside the running one, or a folder above, where tests of
    /// ours have it.
    pub fn find() -> Option<PathBuf> {
        let own = std::env::current_exe().ok()?;
        own.ancestors()
            .skip(1)
            .take(2)
            .map(|folder| folder.join(PROGRAM))
            .find(|program| program.is_file())
    }

    /// Runs a script; what it left is not read yet.
    ///
    /// # Errors
    /// If the program is not there, and all that a script can do but end well.
    pub async fn run(&self, source: &str, params: Map) -> Result<Map, FunctionError> {
        self.ask(&Request {
            source: source.to_owned(),
            task: Task::Run(params),
        })
        .await
    }

    /// Reads a script without running it.
    ///
    /// # Errors
    /// As for a run; a script that cannot be read names the line.
    pub async fn check(&self, source: &str) -> Result<(), FunctionError> {
        let request = Request {
            source: source.to_owned(),
            task: Task::Read,
        };
        self.ask(&request).await.map(drop)
    }

    async fn ask(&self, request: &Request) -> Result<Map, FunctionError> {
        let request = serde_json::to_vec(request)
            .map_err(|_| FunctionError::bad_output("what it would be given has no JSON"))?;
        // It is never closed.
        let _turn = self.turns.acquire().await.map_err(|_| FunctionError::TimedOut)?;
        let mut child = self.start()?;
        let ended = timeout(self.patience, converse(&mut child, &request)).await;
        // Whatever it still does, nobody waits for it.
        drop(child.kill().await);
        match ended {
            Err(_) => Err(FunctionError::TimedOut),
            Ok(Err(error)) => {
                tracing::warn!(error = %error, "a function's process could not be talked to");
                Err(FunctionError::NotConfigured)
            }
            Ok(Ok(None)) => Err(FunctionError::bad_output(&format!(
                "it has more than {LARGEST_ANSWER} bytes"
            ))),
            Ok(Ok(Some((status, answer)))) => read(status, &answer),
        }
    }

    /// Starts the program. It inherits nothing: our environment holds the master keys.
    fn start(&self) -> Result<Child, FunctionError> {
        Command::new(&self.program)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                let program = self.program.display();
                tracing::warn!(program = %program, error = %error, "functions cannot be started");
                FunctionError::NotConfigured
            })
    }
}

/// Asks, and reads the answer until the process ends; `None` is an answer that is too large.
async fn converse(child: &mut Child, request: &[u8]) -> io::Result<Option<(ExitStatus, Vec<u8>)>> {
    let pipe = || io::Error::other("a pipe is missing");
    let mut stdin = child.stdin.take().ok_or_else(pipe)?;
    let stdout = child.stdout.take().ok_or_else(pipe)?;
    // A process that ends before it has read all has its reasons, which its status tells.
    drop(stdin.write_all(request).await);
    drop(stdin);
    let mut answer = Vec::new();
    stdout.take(LARGEST_ANSWER + 1).read_to_end(&mut answer).await?;
    if answer.len() as u64 > LARGEST_ANSWER {
        return Ok(None);
    }
    Ok(Some((child.wait().await?, answer)))
}

fn read(status: ExitStatus, answer: &[u8]) -> Result<Map, FunctionError> {
    match status.signal() {
        Some(SIGXCPU) => return Err(FunctionError::TimedOut),
        // Memory that there is not ends in an abort, a stack that is used up in that or a fault, a machine's lack of
        // either in a kill.
        Some(_) => return Err(FunctionError::OutOfMemory),
        None => {}
    }
    if !status.success() {
        tracing::warn!(status = %status, "a function's process refused to run it");
        return Err(FunctionError::NotConfigured);
    }
    match serde_json::from_slice(answer) {
        Ok(Answer::Results(left)) => Ok(left),
        Ok(Answer::Error(error)) => Err(error.bounded()),
        Err(_) => Err(FunctionError::bad_output("its process gave no answer")),
    }
}
