//! Every point of a space that is small enough: what is best then is proven.

use super::knobs::Choice;
use super::landscape::Landscape;
use super::stage::Tell;
use crate::error::{Error, Result};

/// Points of a batch.
const BATCH: u64 = 65_536;

/// Evaluates every point that is not yet; true when all are.
///
/// # Errors
/// Those of the engine; [`Error::Interrupted`] after a signal.
pub fn exhaust(landscape: &Landscape, points: u64, until: u64, tell: &Tell) -> Result<bool> {
    loop {
        let mut evaluator = landscape.evaluator();
        let first = evaluator.progress.evaluations;
        if first >= points.min(until) || landscape.is_late() {
            return Ok(first >= points);
        }
        match landscape.signal() {
            0 => {}
            signal => {
                return Err(Error::Interrupted {
                    signal,
                    left: "nothing is lost: an exhaustive search starts again",
                });
            }
        }
        evaluator.range(first, BATCH.min(points.min(until) - first) as u32)?;
        let best = evaluator.progress.trace.last().map(|(_, worth)| *worth);
        tell(evaluator.progress.evaluations, best);
    }
}

/// The largest worth that a point may have of which sums do not say for sure that it is beyond a limit.
pub fn proven_bound(landscape: &Landscape) -> Option<f64> {
    let evaluator = landscape.evaluator();
    let best: Option<&(Choice, _)> = evaluator.progress.archive.best().first();
    let rounding = evaluator.tolerance();
    best.map(|(_, score)| score.worth + rounding * score.worth.abs())
}
