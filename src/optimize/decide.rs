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
/// `rounding` is the sums' own, relative.
///
/// # Errors
/// Those of `exact`.
pub fn decide(
    archive: &Archive,
    rounding: f64,
    mut exact: impl FnMut(&Choice) -> Result<Score>,
) -> Result<Decision> {
    let mut decision = Decision {
        best: None,
        nearest: None,
        judged: 0,
        is_final: !archive.is_full(),
    };
    for (choice, score) in archive.best() {
        if let Some((_, best)) = &decision.best
            && score.worth + rounding * score.worth.abs() < best.worth
        {
            decision.is_final = true;
            break;
        }
        decision.take(choice, exact(choice)?);
    }
    if decision.best.is_none()
        && let Some((choice, _)) = archive.first()
    {
        decision.take(choice, exact(choice)?);
    }
    Ok(decision)
}

impl Decision {
    fn take(&mut self, choice: &Choice, score: Score) {
        self.judged += 1;
        let place = if score.is_feasible() {
            &mut self.best
        } else {
            &mut self.nearest
        };
        if place
            .as_ref()
            .is_none_or(|(_, known)| score.is_better(known))
        {
            *place = Some((choice.clone(), score));
        }
    }
}
