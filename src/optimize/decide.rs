//! From what sums call best to what is best: feasibility in f64 from raw weights.

use super::archive::Archive;
use super::knobs::Choice;
use super::score::Score;
use crate::error::Result;

/// What an archive holds, judged exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The best that is feasible.
    pub best: Option<(Choice, Score)>,
    /// Without one: what violates least.
    pub nearest: Option<(Choice, Score)>,
    /// Points that were judged.
    pub judged: usize,
    /// Whether nothing that the search saw can be better than the best.
    pub is_final: bool,
}

/// Judges the points of an archive, the best by its sums first, until none that is left can be better;
/// `rounding` is the sums' own, relative. What is going to be called best is scored by `confirm` once more.
///
/// # Errors
/// Those of `exact` and `confirm`.
pub fn decide(
    archive: &Archive,
    rounding: f64,
    mut exact: impl FnMut(&Choice) -> Result<Score>,
    mut confirm: impl FnMut(&Choice, Score) -> Result<Score>,
) -> Result<Decision> {
    let mut decision = Decision {
        best: None,
        nearest: None,
        judged: 0,
        is_final: !archive.is_full(),
    };
    // The best of them last; of equal ones the first.
    let mut feasible: Vec<(Choice, Score)> = Vec::new();
    let mut left = archive.best().iter().peekable();
    loop {
        let best = feasible.last().map_or(f64::NEG_INFINITY, |(_, s)| s.worth);
        let may_be_better = |(_, s): &&(Choice, Score)| s.worth + rounding * s.worth.abs() >= best;
        if let Some((choice, _)) = left.next_if(may_be_better) {
            let score = exact(choice)?;
            decision.judged += 1;
            if score.is_feasible() {
                let place = feasible.partition_point(|(_, known)| score.is_better(known));
                feasible.insert(place, (choice.clone(), score));
            } else {
                decision.offer_nearest(choice, score);
            }
            continue;
        }
        let Some((choice, score)) = feasible.pop() else {
            break;
        };
        let score = confirm(&choice, score)?;
        if score.is_feasible() {
            decision.is_final |= left.peek().is_some();
            decision.best = Some((choice, score));
            return Ok(decision);
        }
        decision.offer_nearest(&choice, score);
    }
    if decision.nearest.is_none()
        && let Some((choice, _)) = archive.first()
    {
        decision.judged += 1;
        decision.offer_nearest(choice, exact(choice)?);
    }
    Ok(decision)
}

impl Decision {
    fn offer_nearest(&mut self, choice: &Choice, score: Score) {
        let known = self.nearest.as_ref();
        if known.is_none_or(|(_, known)| score.is_better(known)) {
            self.nearest = Some((choice.clone(), score));
        }
    }
}
