//! The worker: runs jobs and singletons until it is stopped.

pub mod eyes;

use std::{sync::Arc, time::Duration};

use cotejo_app::{
    App, Papers,
    batches::{ReadBatch, ReportBatch, RunBatch},
    checks::{
        jobs::{AskSource, ExpireChecks, StartChecks},
        pdf::PrintChecks,
    },
    continuous::{RunContinuous, ScreenAgain},
    deliver::Deliver,
    files::DeleteFiles,
    messages::{SendMail, SendToPhone},
    processes::{AdvanceProcesses, DecideProcesses, ExpireProcesses, GlanceAtChecks, PrintProcesses},
    rules::JudgeRules,
    validations::{ExpireReviews, ExpireValidations, Glance, RunEnrollments, RunValidations},
};
use cotejo_domain::archive::Archiver;
use cotejo_domain::report::{CheckReport, NotDrawn, Printer, ProcessReport};
use cotejo_queue::Runner;
use cotejo_reports::{Sheets, Zips};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Port of the worker's health on a developer's machine.
pub const PORT: u16 = 4005;

/// How long a job's lease lasts without being renewed: a dead worker's jobs wait for so long.
pub const LEASE: Duration = Duration::from_secs(30);

/// How long jobs under way may take to end after a stop; the rest is another worker's after their leases.
const GRACE: Duration = Duration::from_secs(8);

/// How often the lists in force are looked for, so that no check waits for a new version to be read.
const WARMING: Duration = Duration::from_secs(2);

async fn keep_lists_warm(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = app.warm_lists().await {
            tracing::warn!(error = %error, "the lists in force could not be read");
        }
        tokio::select! {
            () = tokio::time::sleep(WARMING) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// What makes documents, for the app of a program that runs jobs.
pub fn papers() -> Papers {
    Papers {
        tables: Arc::new(Sheets),
        printer: Arc::new(Press),
    }
}

/// What makes archives, for the app of a program that serves the connect API beside its jobs.
pub fn archiver() -> Arc<dyn Archiver> {
    Arc::new(Zips)
}

/// Draws reports by typst.
struct Press;

impl Printer for Press {
    fn check_pdf(&self, report: &CheckReport) -> Result<Vec<u8>, NotDrawn> {
        cotejo_reports::check_pdf(report).map_err(|error| NotDrawn(error.to_string()))
    }

    fn process_pdf(&self, report: &ProcessReport) -> Result<Vec<u8>, NotDrawn> {
        cotejo_reports::process_pdf(report).map_err(|error| NotDrawn(error.to_string()))
    }
}

/// Runs jobs until `stop`, then lets those under way end.
pub async fn run(app: App, stop: CancellationToken) {
    // Whoever drops this future stops what it started.
    let stop = stop.child_token();
    let _dropped = stop.clone().drop_guard();
    let runner = Runner::new(app.pool().clone(), LEASE, stop.clone());
    runner.handle(StartChecks(app.clone()));
    runner.handle(AskSource(app.clone()));
    runner.handle(ExpireChecks(app.clone()));
    runner.handle(RunContinuous(app.clone()));
    runner.handle(ScreenAgain(app.clone()));
    runner.handle(Deliver(app.clone()));
    runner.handle(JudgeRules(app.clone()));
    runner.handle(SendMail(app.clone()));
    runner.handle(SendToPhone(app.clone()));
    runner.handle(RunValidations(app.clone()));
    runner.handle(RunEnrollments(app.clone()));
    runner.handle(Glance(app.clone()));
    runner.handle(ExpireValidations(app.clone()));
    runner.handle(ExpireReviews(app.clone()));
    runner.handle(AdvanceProcesses(app.clone()));
    runner.handle(GlanceAtChecks(app.clone()));
    runner.handle(DecideProcesses(app.clone()));
    runner.handle(ExpireProcesses(app.clone()));
    runner.handle(PrintProcesses(app.clone()));
    runner.handle(ReadBatch(app.clone()));
    runner.handle(RunBatch(app.clone()));
    runner.handle(ReportBatch(app.clone()));
    runner.handle(DeleteFiles(app.clone()));
    runner.handle(PrintChecks(app.clone()));
    let singletons = TaskTracker::new();
    app.start_singletons(&singletons, &stop);
    singletons.spawn(keep_lists_warm(app.clone(), stop.clone()));
    singletons.close();
    let work = async {
        tokio::join!(runner.run(), singletons.wait());
    };
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = work => {}
        () = overdue => tracing::warn!("jobs were still under way when the time to stop was over"),
    }
}
