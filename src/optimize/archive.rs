//! The best points that a search has seen.

use super::knobs::Choice;
use super::score::Score;
use serde::{Deserialize, Serialize};

/// Points that are kept: more than one, for what sums call feasible must also be so in f64 from raw weights.
const KEPT: usize = 64;

/// Points in the order of their scores, the best first; of equal ones that with the looser knobs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Archive {
    /// Points within the sums' rounding of their limits.
    best: Vec<(Choice, Score)>,
    /// The one that violates least, while none is within.
    nearest: Option<(Choice, Score)>,
}

impl Archive {
    /// Takes up a point; `tolerance` is the sums' rounding as a share of a limit.
    pub fn offer(&mut self, choice: &Choice, score: &Score, tolerance: f64) {
        if !score.is_within(tolerance) {
            let known = self.nearest.as_ref();
            if self.best.is_empty() && known.is_none_or(|(_, n)| score.is_better(n)) {
                self.nearest = Some((choice.clone(), score.clone()));
            }
            return;
        }
        if !self.takes(score.worth) {
            return;
        }
        if self.best.iter().any(|(known, _)| known == choice) {
            return;
        }
        let before = |(c, s): &(Choice, Score)| {
            s.worth > score.worth || (s.worth == score.worth && c < choice)
        };
        let place = self.best.partition_point(before);
        self.best.insert(place, (choice.clone(), score.clone()));
        self.best.truncate(KEPT);
    }

    /// Whether a point that is within its limits and worth so much would be kept.
    pub fn takes(&self, worth: f64) -> bool {
        self.best.len() < KEPT || self.best.last().is_some_and(|(_, s)| worth >= s.worth)
    }

    /// Whether points may have been left out that are worse than all that are kept.
    pub fn is_full(&self) -> bool {
        self.best.len() == KEPT
    }

    /// Those within the sums' rounding of their limits, the best first.
    pub fn best(&self) -> &[(Choice, Score)] {
        &self.best
    }

    /// The best that is feasible; else what violates least.
    pub fn first(&self) -> Option<&(Choice, Score)> {
        let feasible = self.best.iter().find(|(_, s)| s.is_feasible());
        feasible.or(self.nearest.as_ref()).or(self.best.first())
    }
}
