//! The command line: one file per subcommand; all printing happens here.

mod compare;
mod compare_systems;
mod complaint;
mod devices;
mod evaluate;
mod evaluate_menu;
mod events;
mod explore;
mod kept;
mod machine;
mod menu_diagnostics;
mod new_file;
mod number;
mod optimize;
mod optimize_job;
mod optimum;
mod prescales;
mod rate_tables;
mod report;
mod run_arguments;
mod signals;
mod table;

pub use complaint::complain;

use crate::error::{Place, Result};
use crate::study::{Located, Study};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// Explores the design space of collider triggers: rate, efficiency and power of many
/// configurations, on every core.
#[derive(Debug, Parser)]
#[command(name = "trigscape", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Command {
    #[command(subcommand)]
    action: Action,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 unexpected failure; 2 wrong usage, study or input (do not retry);
3 done, but no point meets every budget;
130 or 143 stopped by a signal, to be continued with --resume.
Start here: trigscape run configs/quickstart.toml";

#[derive(Debug, Subcommand)]
enum Action {
    /// Do all that the study asks for: explore, optimise, report
    Run(run_arguments::RunArguments),
    /// Evaluate every point of the study's space and write tables, manifest and summary
    Explore(run_arguments::RunArguments),
    /// Find the best point within the budgets: thresholds, prescales and system knobs
    Optimize(optimize::OptimizeArguments),
    /// Show every figure of merit at the study's own values, or its sensitivities
    Evaluate(evaluate::EvaluateArguments),
    /// Compare two menus, or a study's scenarios, on the same events, with paired errors; or two systems
    Compare(compare::CompareArguments),
    /// Draw figures (SVG, PNG, their data as CSV) and one HTML page from results on disk
    Report(report::ReportArguments),
    /// Samples of events: inspect, generate, convert
    #[command(subcommand)]
    Events(events::EventsAction),
    /// List the engines and adapters that this machine has
    Devices(devices::DevicesArguments),
}

impl Command {
    /// Does what was asked.
    pub fn run(self) -> Result<()> {
        match self.action {
            Action::Run(arguments) => explore::run(&arguments, true),
            Action::Explore(arguments) => explore::run(&arguments, false),
            Action::Optimize(arguments) => optimize::run(&arguments),
            Action::Evaluate(arguments) => evaluate::run(&arguments),
            Action::Compare(arguments) => compare::run(&arguments),
            Action::Report(arguments) => report::run(&arguments),
            Action::Events(action) => events::run(&action),
            Action::Devices(arguments) => devices::run(&arguments),
        }
    }
}

/// The study, and what the command line changes in it.
#[derive(Debug, clap::Args)]
struct StudyArguments {
    /// The study, a TOML file
    #[arg(value_name = "STUDY.toml")]
    study: PathBuf,
    /// Set a knob, for example system.Intermediate.skill=0.4; may be repeated
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// The prescale column, of a menu that has several
    #[arg(long, value_name = "NAME")]
    column: Option<String>,
}

impl StudyArguments {
    /// The study, in one column.
    ///
    /// # Errors
    /// Whatever is wrong with it; several columns, and none is asked for.
    fn load(&self) -> Result<Study> {
        self.load_all()?.in_one_column()
    }

    /// The same; where it has several columns and none is asked for, with all of them.
    fn load_all(&self) -> Result<Study> {
        let study = Study::load(&self.study, &self.set)?;
        match &self.column {
            None => Ok(study),
            Some(name) => study.in_column(&Located {
                value: name.trim().to_owned(),
                place: Place::Option(format!("--column {name}")),
            }),
        }
    }
}
