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
    for (choice, score) in archive.best() {
        if let Some((_, best)) = &decision.best
            && score.worth + rounding * score.worth.abs() < best.worth
        {
            decision.is_final = true;
            break;
        }
        decision.take(choice, exact(choice)?, &mut confirm)?;
    }
    if decision.best.is_none()
        && let Some((choice, _)) = archive.first()
    {
        decision.take(choice, exact(choice)?, &mut confirm)?;
    }
    Ok(decision)
}

impl Decision {
    fn take(
        &mut self,
        choice: &Choice,
        mut score: Score,
        confirm: &mut impl FnMut(&Choice, Score) -> Result<Score>,
    ) -> Result<()> {
        self.judged += 1;
        let gains = |known: &Option<(Choice, Score)>, score: &Score| {
            known
                .as_ref()
                .is_none_or(|(_, known)| score.is_better(known))
        };
        if score.is_feasible() && gains(&self.best, &score) {
            score = confirm(choice, score)?;
        }
        let place = if score.is_feasible() {
            &mut self.best
        } else {
            &mut self.nearest
        };
        if gains(place, &score) {
            *place = Some((choice.clone(), score));
        }
        Ok(())
    }
}
