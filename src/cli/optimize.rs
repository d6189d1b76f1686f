//! `trigscape optimize`.

use super::optimize_job::Job;
use super::run_arguments::RunArguments;
use super::signals::stop_on_signal;
use super::table::print;
use crate::error::{Error, Fault, Result};
use crate::plan::compile;
use clap::Args;

#[derive(Debug, Args)]
pub struct OptimizeArguments {
    #[command(flatten)]
    run: RunArguments,
    #[command(flatten)]
    search: SearchArguments,
}

/// What the command line says of a search; no part of the study.
#[derive(Debug, Default, Args)]
pub struct SearchArguments {
    /// Configurations that are evaluated at most, instead of the study's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub evaluations: Option<u64>,
    /// Starts of a descent, instead of the study's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub starts: Option<u32>,
    /// The optimum at other budgets: FIGURE=FROM:TO:STEP, for example rate_khz.total=60:140:5
    #[arg(long, value_name = "SCAN")]
    pub scan: Option<String>,
    /// In a scan, prefer menus near the one before among those as good within this share, for example 0.001
    #[arg(long, value_name = "SHARE", requires = "scan")]
    pub smooth: Option<f64>,
}

/// Optimises a study.
pub fn run(arguments: &OptimizeArguments) -> Result<()> {
    let engine = arguments.run.machine.engine()?;
    let study = arguments.run.study()?;
    if study.optimize.is_none() {
        return Err(Fault::in_file(
            &study.source.path,
            "the study does not say what is to be optimised",
        )
        .hint("[optimize] maximize = \"efficiency.mean\", and a [[optimize.budget]]")
        .into());
    }
    let compiled = compile(&study)?;
    engine.introduce(compiled.menu.is_some());
    let job = Job {
        study: &study,
        compiled: &compiled,
        engine: &engine,
        search: &arguments.search,
        resume: arguments.run.resume,
        force: arguments.run.force,
        out: arguments.run.out(&study),
        stop: stop_on_signal()?,
    };
    let outcome = job.run();
    // Where results are is said also where no point is feasible.
    if matches!(outcome, Ok(()) | Err(Error::Infeasible(_))) {
        print(&format!("{}\n", job.out.display()))?;
    }
    outcome
}
