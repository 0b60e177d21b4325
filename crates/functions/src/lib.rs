//! Runs one script of a flow. The language is Starlark: Python without classes, exceptions, endless loops, files, network
//! and clock, so that a script can do nothing but compute what it leaves.
//!
//! What it computes may still be endless or huge. That is not for an interpreter to prevent, so the program
//! (`cotejo-function`) is a process of its own that gives itself [`limits`] before it reads the script, and the worker
//! watches it from outside (`providers::functions`). Nothing links this but that program.

mod language;
mod values;

pub mod limits;
pub mod python;

use std::panic::{AssertUnwindSafe, catch_unwind};

use cotejo_domain::functions::{Answer, FunctionError, Map, Request, Task};

/// What a panic says that is about memory: bumpalo's, where the language's values lie, and the standard library's.
const OUT_OF_MEMORY: [&str; 2] = ["out of memory", "capacity overflow"];

/// Runs or reads a script and says what became of it. An interpreter that panics is a script that failed: there is nobody else in
/// this process whom it could hurt. Its heap panics where there is no memory; elsewhere that ends the process.
pub fn run(request: Request) -> Answer {
    let ran = catch_unwind(AssertUnwindSafe(|| match request.task {
        Task::Run(params) => language::evaluate(&request.source, params),
        Task::Read => language::read(&request.source).map(|()| Map::new()),
    }));
    match ran {
        Ok(Ok(results)) => Answer::Results(results),
        Ok(Err(error)) => Answer::Error(error),
        Err(panic) => Answer::Error(match panic.downcast_ref::<&str>() {
            Some(text) if OUT_OF_MEMORY.contains(text) => FunctionError::OutOfMemory,
            _ => FunctionError::failed(None, "the script made the interpreter give up"),
        }),
    }
}
