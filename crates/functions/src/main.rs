//! `cotejo-function`: reads one request, runs its script, writes one answer. The worker starts one for each run.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use cotejo_functions::{limits, run};

fn main() -> ExitCode {
    // Nobody reads what it would say, and it would say what the script had in hand.
    std::panic::set_hook(Box::new(|_| {}));
    if limits::set().is_err() {
        return ExitCode::FAILURE;
    }
    let Ok(request) = serde_json::from_reader(io::stdin().lock()) else {
        return ExitCode::FAILURE;
    };
    let Ok(answer) = serde_json::to_vec(&run(request)) else {
        return ExitCode::FAILURE;
    };
    let mut out = io::stdout().lock();
    match out.write_all(&answer).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
