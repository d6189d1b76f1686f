//! A grid from its first point to its last: blocks, results, summary.

use super::described::Described;
use super::every::fill_every;
use super::kept::fill_kept;
use super::marks;
use super::progress::Progress;
use super::record::manifest;
use crate::engine::{Engine, Span};
use crate::error::{Error, Fault, Result};
use crate::plan::Compiled;
use crate::results::manifest::Timings;
use crate::results::{
    Histograms, Manifest, MenuRecord, Staging, Summary, Table, cms_rate_table, pretty_json,
    rate_table,
};
use crate::study::{InputFile, Inputs, KeepSettings, Precision, Study, hex_sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Instant;

/// Points beyond which a grid is refused where all are kept: at ten columns they would fill 80 GB.
const MAX_WRITTEN: u64 = 1_000_000_000;
/// And where some are kept: weeks on a few cores.
const MAX_POINTS: u64 = 1_000_000_000_000;

/// How to run, apart from what.
pub struct Run<'a> {
    pub out: &'a Path,
    pub force: bool,
    pub resume: bool,
    /// Told how many points are done.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Set to a signal's number when the run should stop after the batch at hand.
    pub stop: &'a AtomicI32,
    /// Seconds that went into compiling.
    pub prepared_s: f64,
}

impl Run<'_> {
    /// # Errors
    /// A signal came; `left` says what to do with what is there.
    pub(super) fn go_on(&self, left: &'static str) -> Result<()> {
        match self.stop.load(Ordering::Relaxed) {
            0 => Ok(()),
            signal => Err(Error::Interrupted { signal, left }),
        }
    }
}

/// A finished exploration.
#[derive(Debug)]
pub struct Finished {
    pub directory: PathBuf,
    pub manifest: Manifest,
    pub summary: Summary,
    /// The points kept, where they are few: the best first, else by index.
    pub rows: Option<Table>,
    pub histograms: Option<Histograms>,
}

/// What a walk over every point has found.
#[derive(Debug, Default)]
pub struct Filled {
    pub spans: Vec<Option<Span>>,
    /// Of the rows, as they came.
    pub precision: Precision,
    pub feasible: Option<u64>,
    pub kept: Option<u64>,
    pub rows: Option<Table>,
    pub histograms: Option<Histograms>,
}

/// Points of the study's grid.
///
/// # Errors
/// A fault that names the size where there are too many to explore.
pub fn grid_points(study: &Study, compiled: &Compiled) -> Result<u64> {
    let points = compiled.plan.space.points();
    let most = match study.keep {
        KeepSettings::All => MAX_WRITTEN,
        _ => MAX_POINTS,
    };
    match points {
        Some(points) if points <= most => Ok(points),
        _ => {
            let size = points.map_or_else(|| "more than 2^64".to_owned(), |n| n.to_string());
            let message = format!(
                "the grid is too large to explore: {size} points, at most {most} are possible"
            );
            let hint = match points {
                Some(points) if points <= MAX_POINTS => {
                    "[explore] keep = { best = 1000, by = \"f1\" } writes only some of them; or take fewer values on an axis"
                }
                _ => "fewer values on an axis, or fewer axes; a grid is the product of its axes",
            };
            Err(Fault::in_file(&study.source.path, message)
                .hint(hint)
                .into())
        }
    }
}

/// Evaluates every point of the study's grid and writes the results.
pub fn explore(
    study: &Study,
    compiled: &Compiled,
    engine: &dyn Engine,
    run: &Run,
) -> Result<Finished> {
    let points = grid_points(study, compiled)?;
    leave(study, compiled, engine, run, points)
}

/// Writes what is said of a study without evaluating its grid: what an optimisation adds to.
///
/// # Errors
/// Those of [`explore`].
pub fn outline(
    study: &Study,
    compiled: &Compiled,
    engine: &dyn Engine,
    run: &Run,
) -> Result<Finished> {
    leave(study, compiled, engine, run, 0)
}

/// The hash under which results of a study stand, with everything that marks read; `own` is what the study
/// reads.
///
/// # Errors
/// Marks that cannot be compiled.
pub fn results_hash(study: &Study, compiled: &Compiled, own: &Inputs) -> Result<String> {
    let marked = marks::compile_marks(study, compiled)?;
    study_hash(study, &inputs_with_marks(own, &marked)?)
}

fn inputs_with_marks(own: &Inputs, marked: &[marks::Marked]) -> Result<Inputs> {
    let mut inputs = own.clone();
    for mark in marked {
        if let Some(path) = &mark.spec.study {
            inputs.read(path, &mark.spec.place)?;
        }
        inputs.absorb(&mark.compiled.inputs);
    }
    Ok(inputs)
}

fn leave(
    study: &Study,
    compiled: &Compiled,
    engine: &dyn Engine,
    run: &Run,
    points: u64,
) -> Result<Finished> {
    let marked = marks::compile_marks(study, compiled)?;
    // Without points no event is read for them.
    let with_events = match points {
        0 => Compiled {
            inputs: compiled.inputs_with_events(study)?,
            ..compiled.clone()
        },
        _ => compiled.read_events(study)?,
    };
    let compiled = &with_events;
    let inputs = inputs_with_marks(&compiled.inputs, &marked)?;
    let hash = study_hash(study, &inputs)?;
    // What single points say comes first: what is wrong with them is told before the work.
    let described = Described::of(study, compiled, &marked, engine)?;
    let staging = Staging::claim(run.out, &hash, run.force, run.resume)?;
    let started = Instant::now();
    let outcome = match study.keep {
        _ if points == 0 => Ok(Filled::default()),
        KeepSettings::All => fill_every(&staging, study, compiled, engine, run, points),
        _ => fill_kept(&staging, study, compiled, engine, run, points),
    };
    let filled = match outcome {
        Ok(filled) => filled,
        Err(e @ Error::Interrupted { .. }) => return Err(e),
        Err(e @ Error::Input(_)) => {
            // Nothing to go on from: the study has to change.
            Progress::remove(&staging)?;
            staging.abandon();
            return Err(e);
        }
        Err(e) if staging.abandon() => {
            let doing = "exploring (the finished blocks are kept: continue with --resume)";
            return Err(Error::failed(doing, e));
        }
        Err(e) => return Err(e),
    };
    let summary = described.summary(study, compiled, points, &filled, engine)?;
    let timings = Timings {
        prepare: run.prepared_s,
        explore: started.elapsed().as_secs_f64(),
    };
    let manifest = Manifest {
        precision: filled.precision.name().to_owned(),
        ..manifest(study, compiled, engine, hash, points, &inputs, timings)
    };
    staging.write("study.toml", study_text(study)?.as_bytes())?;
    write_json(&staging, "summary.json", &summary)?;
    if let Some(histograms) = &filled.histograms {
        write_json(&staging, Histograms::FILE, histograms)?;
    }
    if let Some(menu) = &described.menu {
        write_json(&staging, MenuRecord::FILE, menu)?;
        for (name, table) in [
            ("rates.csv", rate_table(menu)?),
            ("rates-cms.csv", cms_rate_table(menu)?),
        ] {
            table.map_or(Ok(()), |content| staging.write(name, &content))?;
        }
    }
    write_json(&staging, "manifest.json", &manifest)?;
    Ok(Finished {
        directory: staging.finish()?,
        manifest,
        summary,
        rows: filled.rows,
        histograms: filled.histograms,
    })
}

/// `study.toml` of results.
///
/// # Errors
/// The study's text is no TOML.
pub fn study_text(study: &Study) -> Result<String> {
    let origin = study.source.path.display();
    Ok(format!(
        "# As run from {origin}: paths start at its folder.\n{}",
        study.as_run()?
    ))
}

/// SHA-256 over the study's content, its overrides, and the content of every file it reads.
pub fn study_hash(study: &Study, inputs: &Inputs) -> Result<String> {
    let mut table: toml::Table =
        toml::from_str(&study.as_run()?).map_err(|e| Error::failed("hashing the study", e))?;
    // How long a search may go on is no other study: a finished one does more.
    if let Some(toml::Value::Table(optimize)) = table.get_mut("optimize") {
        for limit in ["evaluations", "starts", "time_limit_s"] {
            optimize.remove(limit);
        }
    }
    // Keys come sorted and comments are gone: only content counts,
    let content =
        serde_json::to_string(&table).map_err(|e| Error::failed("hashing the study", e))?;
    // and the order of axes, which numbers the points, and of settings, of which later ones win.
    let set = study
        .set
        .iter()
        .chain(study.marks.iter().flat_map(|m| &m.set));
    let order: Vec<String> = study
        .axes
        .iter()
        .map(|axis| axis.address.to_string())
        .chain(set.map(|s| s.address.to_string()))
        .collect();
    let files: Vec<&str> = inputs
        .files
        .iter()
        .map(|f: &InputFile| f.sha256.as_str())
        .collect();
    Ok(hex_sha256(
        format!("{content}\n{}\n{}", order.join("\n"), files.join("\n")).as_bytes(),
    ))
}

fn write_json<T: serde::Serialize>(staging: &Staging, name: &str, value: &T) -> Result<()> {
    staging.write(name, pretty_json(value)?.as_bytes())
}
