//! `trigscape explore` and `trigscape run`.

use super::kept::kept;
use super::number::{readable, with_error, with_unit};
use super::optimize::SearchArguments;
use super::optimize_job::Job;
use super::report;
use super::run_arguments::RunArguments;
use super::signals::stop_on_signal;
use super::table::{TextTable, print};
use crate::engine::choose::ChosenEngine;
use crate::error::{Error, Fault, Result};
use crate::explore::{Finished, Run, explore, grid_points};
use crate::plan::compile;
use crate::results::summary::Extreme;
use crate::study::{KeepSettings, Precision, Study};
use indicatif::{HumanCount, ProgressBar, ProgressState, ProgressStyle};
use std::fmt;
use std::io::IsTerminal;
use std::iter;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// Explores; with `draw`, reports too.
pub fn run(arguments: &RunArguments, draw: bool) -> Result<()> {
    // The bar comes later, when the number of points is known.
    let bar: Arc<OnceLock<ProgressBar>> = Arc::default();
    let drawn = bar.clone();
    let engine = arguments
        .machine
        .engine_telling(Box::new(move |line| match drawn.get() {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }))?;
    let started = Instant::now();
    let study = arguments.study()?;
    if draw && study.has_open_columns() {
        return optimise_columns(arguments, &study, &engine);
    }
    let study = study.in_one_column()?;
    let compiled = compile(&study)?;
    let points = grid_points(&study, &compiled)?;
    let prepared_s = started.elapsed().as_secs_f64();
    let is_for_gpu = compiled.menu.is_some()
        || study.keep != KeepSettings::All
        || study.precision == Precision::F32;
    engine.introduce(is_for_gpu);

    let bar = bar.get_or_init(|| progress_bar(points));
    let stop = stop_on_signal()?;
    let out = arguments.out(&study);
    let finished = explore(
        &study,
        &compiled,
        &engine,
        &Run {
            out: &out,
            force: arguments.force,
            resume: arguments.resume,
            progress: &|done| bar.inc(done),
            stop: &stop,
            prepared_s,
        },
    )?;
    bar.finish_and_clear();
    let seconds = finished.manifest.timings_s.explore;
    eprintln!("{points} points in {} s", readable(seconds));
    print(&format!(
        "{}{}{}",
        marks(&finished),
        extremes(&finished),
        kept(&finished)
    ))?;
    let mut optimised = Ok(());
    if draw {
        let job = Job {
            study: &study,
            compiled: &compiled,
            engine: &engine,
            search: &SearchArguments::default(),
            resume: arguments.resume,
            force: false,
            out: finished.directory.clone(),
            stop: stop.clone(),
        };
        // What is drawn and where it is, is said also where no point is feasible.
        optimised = match job.run() {
            Err(e @ Error::Infeasible(_)) => Err(e),
            outcome => outcome.map(Ok)?,
        };
        report::draw(&finished.directory, &finished.directory.join("figures"))?;
    }
    print(&format!("{}\n", finished.directory.display())).and(optimised)
}

/// There is no one rate to explore where a menu has several columns: they are optimised together, and drawn.
fn optimise_columns(arguments: &RunArguments, study: &Study, engine: &ChosenEngine) -> Result<()> {
    if study.optimize.is_none() {
        return Err(Fault::in_file(
            &study.source.path,
            "several prescale columns are only optimised together, and the study has no [optimize]",
        )
        .hint(format!(
            "maximize = \"efficiency.mean\", or --column {} for one of them",
            study.columns[0].name.value
        ))
        .into());
    }
    eprintln!("optimising all prescale columns together; --column explores one");
    let compiled = compile(study)?;
    engine.introduce(true);
    let out = arguments.out(study);
    let job = Job {
        study,
        compiled: &compiled,
        engine,
        search: &SearchArguments::default(),
        resume: arguments.resume,
        force: arguments.force,
        out: out.clone(),
        stop: stop_on_signal()?,
    };
    let optimised = match job.run() {
        Err(e @ Error::Infeasible(_)) => Err(e),
        outcome => outcome.map(Ok)?,
    };
    report::draw(&out, &out.join("figures"))?;
    print(&format!("{}\n", out.display())).and(optimised)
}

fn progress_bar(points: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(points);
    let template = "{wide_bar} {human_pos}/{human_len} points, {rate}/s, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(
            style.with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
                // A progress bar that cannot be drawn is no reason to stop.
                let _ = write!(out, "{}", HumanCount(state.per_sec() as u64));
            }),
        );
    }
    bar
}

/// The marked systems side by side.
fn marks(finished: &Finished) -> String {
    let marks = &finished.summary.marks;
    if marks.is_empty() {
        return String::new();
    }
    let mut table = TextTable::default();
    table.row(iter::once("marked").chain(marks.iter().map(|m| m.name.as_str())));
    for figure in &finished.manifest.figures {
        let values = marks.iter().map(|mark| {
            mark.own
                .value(&figure.name)
                .map_or("-".to_owned(), readable)
        });
        table.row(iter::once(with_unit(&figure.name, &figure.unit)).chain(values));
    }
    table.text() + "\n"
}

/// The smallest and largest value of each figure in the tables, and where the largest is.
fn extremes(finished: &Finished) -> String {
    let axes = &finished.manifest.axes;
    if finished.summary.extremes.iter().all(|e| e.min.is_none()) {
        return String::new();
    }
    let mut table = TextTable::default();
    let places = axes
        .iter()
        .map(|axis| format!("largest at {}", with_unit(&axis.name, &axis.unit)));
    let points = match finished.summary.kept {
        Some(_) => "kept",
        None => "explored",
    };
    let head = [points, "smallest", "largest"].map(str::to_owned);
    table.row(head.into_iter().chain(places));
    for extremes in &finished.summary.extremes {
        let name = with_unit(&extremes.figure, &extremes.unit);
        let (Some(min), Some(max)) = (&extremes.min, &extremes.max) else {
            table.row([name, "-".to_owned(), "-".to_owned()]);
            continue;
        };
        let at = axes.iter().map(|axis| {
            max.point
                .get(&axis.name)
                .map_or("-".to_owned(), |x| readable(*x))
        });
        table.row([name, value(min), value(max)].into_iter().chain(at));
    }
    table.text() + "\n"
}

fn value(extreme: &Extreme) -> String {
    match extreme.sigma {
        Some(sigma) => with_error(extreme.value, sigma),
        None => readable(extreme.value),
    }
}
