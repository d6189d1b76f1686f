//! `trigscape optimize`, and the optimisation that `run` does.

use super::StudyArguments;
use super::machine::MachineArguments;
use super::number::with_unit;
use super::optimum::optimum;
use super::signals::stop_on_signal;
use super::table::print;
use crate::engine::choose::ChosenEngine;
use crate::error::{Error, Fault, Result};
use crate::explore::{Run, outline, results_hash};
use crate::optimize::exact::Quoted;
use crate::optimize::front::front;
use crate::optimize::run::{Optimization, OptimizeRun};
use crate::optimize::scan::{ScanRequest, scan};
use crate::optimize::session::Checkpoints;
use crate::optimize::stage::Tell;
use crate::plan::{Compiled, compile};
use crate::results::directory::{add, holds};
use crate::results::{Optimum, Summary};
use crate::study::{ObjectiveSettings, Study, hex_sha256, prescale_csv, relocated};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI32;

#[derive(Debug, Args)]
pub struct OptimizeArguments {
    #[command(flatten)]
    study: StudyArguments,
    #[command(flatten)]
    machine: MachineArguments,
    /// Where results go [default: results/<study name>]
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the results of another study
    #[arg(long)]
    force: bool,
    /// Go on where a search of the same study stopped; a finished one does more if it is allowed more
    #[arg(long)]
    resume: bool,
    /// Seed of whatever is random, instead of the study's
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
    #[command(flatten)]
    search: SearchArguments,
}

/// What the command line says of a search; no part of the study.
#[derive(Debug, Default, Args)]
pub struct SearchArguments {
    /// Configurations that are evaluated at most, instead of the study's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    evaluations: Option<u64>,
    /// Starts of a descent, instead of the study's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    starts: Option<u32>,
    /// The optimum at other budgets: FIGURE=FROM:TO:STEP, for example rate_khz.total=60:140:5
    #[arg(long, value_name = "SCAN")]
    scan: Option<String>,
    /// In a scan, prefer menus near the one before among those as good within this share, for example 0.001
    #[arg(long, value_name = "SHARE", requires = "scan")]
    smooth: Option<f64>,
}

/// Optimises a study.
pub fn run(arguments: &OptimizeArguments) -> Result<()> {
    let engine = arguments.machine.engine()?;
    let mut study = Study::load(&arguments.study.study, &arguments.study.set)?;
    if let Some(seed) = arguments.seed {
        study.set_seed(seed);
    }
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
    let stop = stop_on_signal()?;
    let default = Path::new("results").join(&study.name);
    let job = Job {
        study: &study,
        compiled: &compiled,
        engine: &engine,
        search: &arguments.search,
        resume: arguments.resume,
        force: arguments.force,
        out: arguments.out.clone().unwrap_or(default),
        stop,
    };
    let outcome = job.run();
    // Where results are is said also where no point is feasible.
    if matches!(outcome, Ok(()) | Err(Error::Infeasible(_))) {
        print(&format!("{}\n", job.out.display()))?;
    }
    outcome
}

/// An optimisation whose results go to a directory.
pub struct Job<'a> {
    pub study: &'a Study,
    pub compiled: &'a Compiled,
    pub engine: &'a ChosenEngine,
    pub search: &'a SearchArguments,
    pub resume: bool,
    pub force: bool,
    pub out: PathBuf,
    pub stop: Arc<AtomicI32>,
}

impl Job<'_> {
    /// Does it, if the study asks for it.
    ///
    /// # Errors
    /// Whatever is wrong with the study; [`Error::Infeasible`] when everything is written and no point is
    /// feasible.
    pub fn run(&self) -> Result<()> {
        let Some(settings) = &self.study.optimize else {
            return Ok(());
        };
        let request = match &self.search.scan {
            Some(text) => Some(ScanRequest::parse(text, self.search.smooth)?),
            None => None,
        };
        if let Some(request) = &request {
            request.refuse_unlimited(self.study)?;
        }
        let optimization = Optimization::new(self.study, settings, self.compiled)?;
        let hash = results_hash(self.study, self.compiled, &optimization.inputs)?;
        if !holds(&self.out, &hash) {
            let run = Run {
                out: &self.out,
                force: self.force,
                resume: false,
                progress: &|_| {},
                stop: &self.stop,
                prepared_s: 0.0,
            };
            outline(self.study, self.compiled, self.engine, &run)?;
        }
        let bar = progress_bar();
        let told = bar.clone();
        let run = OptimizeRun {
            evaluations: self.search.evaluations,
            starts: self.search.starts,
            checkpoints: Some(self.checkpoints(&optimization)?),
            stop: self.stop.clone(),
            tell: Arc::new(move |evaluations, best: Option<f64>| {
                told.set_position(evaluations);
                told.set_message(best.map_or(String::new(), |best| format!("best {best:.6}")));
            }) as Tell,
        };
        let exact = optimization.exact(self.engine);
        let mut session = optimization.session(&exact, &run);
        let optimized = optimization.optimize(&mut session)?;
        let (mut record, quoted) = optimization.describe(&exact, &session, &optimized)?;
        if let Some(request) = &request {
            let scanned = scan(&mut session, &optimized.scorer, request)?;
            record.scan = Some(optimization.scan_record(
                &exact,
                &session,
                &optimized.scorer.objective,
                request,
                &scanned,
            )?);
        }
        if let ObjectiveSettings::Pareto(_) = settings.objective {
            let problem = &optimization.problem;
            let points = front(&mut session, problem, &problem.scorer)?;
            record.front = optimization.front_record(&exact, &session, &points)?;
        }
        record.search.evaluations = session.done.evaluations;
        record.search.searches = session.done.searches;
        bar.finish_and_clear();
        self.write(quoted.as_ref().filter(|_| record.best.is_some()), &record)?;
        print(&optimum(&record))?;
        match &record.nearest {
            Some(nearest) if record.best.is_none() => {
                let violated = nearest.violations.iter().map(|v| {
                    let name = with_unit(&v.figure, &v.unit);
                    let side = if v.value < v.limit { "least" } else { "most" };
                    format!("{name} is {}, at {side} {} is asked for", v.value, v.limit)
                });
                let violated: Vec<String> = violated.collect();
                Err(Error::Infeasible(if violated.is_empty() {
                    "no budget was confirmed on the events kept from the search".to_owned()
                } else {
                    format!("at the nearest one {}", violated.join("; "))
                }))
            }
            _ if record.best.is_none() => Err(Error::Infeasible(
                "the search found none within the budgets".to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// Checkpoints stand in the results; limits of the search are no part of their key.
    fn checkpoints(&self, optimization: &Optimization<'_>) -> Result<Checkpoints> {
        let folder = self.out.join("search");
        fs::create_dir_all(&folder)
            .map_err(|e| Error::failed(format!("making {}", folder.display()), e))?;
        let failed = |e: &dyn std::fmt::Display| Error::failed("naming the search", e);
        let mut content: toml::Table =
            toml::from_str(&self.study.as_run()?).map_err(|e| failed(&e))?;
        if let Some(toml::Value::Table(optimize)) = content.get_mut("optimize") {
            for limit in ["evaluations", "starts", "time_limit_s"] {
                optimize.remove(limit);
            }
        }
        let mut key = serde_json::to_string(&content).map_err(|e| failed(&e))?;
        for file in &optimization.inputs.files {
            key += &file.sha256;
        }
        Ok(Checkpoints {
            folder,
            key: hex_sha256(key.as_bytes()),
            resume: self.resume,
        })
    }

    fn write(&self, best: Option<&Quoted>, record: &Optimum) -> Result<()> {
        let mut summary = Summary::read(&self.out)?;
        let shown = serde_json::to_value(&record.best)
            .map_err(|e| Error::failed("writing summary.json", e))?;
        summary.best = Some(shown);
        if let Some(quoted) = best {
            let folder = self.study.source.path.parent().unwrap_or(Path::new(""));
            let text = format!(
                "# The optimum of {}: `trigscape evaluate` gives its figures.\n{}",
                self.study.source.path.display(),
                relocated(&quoted.study.as_run()?, folder)?
            );
            add(&self.out, "optimum.toml", text.as_bytes())?;
            if quoted.study.has_menu() {
                let table = prescale_csv(quoted.study.menu()?, &self.study.name)?;
                add(&self.out, "optimum-prescales.csv", &table)?;
            }
        } else {
            for name in ["optimum.toml", "optimum-prescales.csv"] {
                // What an earlier search found is no optimum any more.
                let _ = fs::remove_file(self.out.join(name));
            }
        }
        add(&self.out, Optimum::FILE, pretty(record)?.as_bytes())?;
        add(&self.out, "summary.json", pretty(&summary)?.as_bytes())
    }
}

fn pretty<T: serde::Serialize>(value: &T) -> Result<String> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|e| Error::failed("writing results", e))?;
    Ok(text + "\n")
}

fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} configurations, {msg}") {
        bar.set_style(style);
    }
    bar
}
