//! Searches of a study that was loaded once, as sums see it: at equal evaluations, or in equal time.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};
use trigscape::engine::cpu::CpuEngine;
use trigscape::optimize::evaluator::Evaluator;
use trigscape::optimize::landscape::Landscape;
use trigscape::optimize::run::{Optimization, OptimizeRun};
use trigscape::optimize::search::{SearchSettings, search};
use trigscape::study::SolverKind;

/// What a search came to.
pub struct Reached {
    /// Of the best that is feasible; not a number: none is.
    pub worth: f64,
    pub evaluations: u64,
    pub seconds: f64,
}

/// How the command line would run it.
pub fn run() -> OptimizeRun {
    OptimizeRun {
        evaluations: None,
        starts: None,
        checkpoints: None,
        stop: Arc::default(),
        tell: Arc::new(|_, _| {}),
    }
}

/// An evaluator of the study.
pub fn evaluator(optimization: &Optimization<'_>) -> Result<Evaluator, Box<dyn Error>> {
    let exact = optimization.exact(&CpuEngine);
    let session = optimization.session(&exact, &CpuEngine, &run());
    let (plans, knobs) = (&session.plans, &session.knobs);
    let scorer = optimization.scorer.clone();
    Ok(Evaluator::new(plans, knobs, scorer, &CpuEngine, u64::MAX)?)
}

/// One search; with `seconds` it ends at that time.
pub fn reach(
    optimization: &Optimization<'_>,
    solver: SolverKind,
    evaluations: u64,
    seed: u64,
    seconds: Option<f64>,
) -> Result<Reached, Box<dyn Error>> {
    let exact = optimization.exact(&CpuEngine);
    let session = optimization.session(&exact, &CpuEngine, &run());
    let settings = SearchSettings {
        solver,
        evaluations,
        ..session.settings
    };
    let start = Instant::now();
    let deadline = seconds.map(|s| start + Duration::from_secs_f64(s));
    let landscape =
        Landscape::new(evaluator(optimization)?, seed).stopping(Arc::default(), deadline);
    search(&landscape, &settings, None, &session.tell)?;
    let progress = landscape.evaluator().progress.clone();
    // A sweep that is begun is finished: what it finds beyond the evaluations does not count.
    let within: Vec<_> = progress
        .trace
        .iter()
        .filter(|(done, _)| *done <= evaluations)
        .collect();
    Ok(Reached {
        worth: within.last().map_or(f64::NAN, |(_, worth)| *worth),
        evaluations: progress.evaluations,
        seconds: start.elapsed().as_secs_f64(),
    })
}
