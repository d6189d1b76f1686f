//! A menu at every level of one path's ladder, in one pass over the events (MODEL.md section 3).

use super::weighted::{Estimate, WeightedSums};

/// Sums over the events of a sample, or of all background samples, by the path's critical level.
///
/// With q the share that the path keeps and r the product of 1 - q over the other paths that an
/// event passes, the menu keeps 1 - (1 - q) r of it at the levels that the event passes on the path,
/// and 1 - r at the others; the path keeps q, and q r purely.
#[derive(Debug, Clone)]
pub struct ScanSums {
    levels: usize,
    kept_share: f64,
    sums: WeightedSums,
}

/// What is counted of an event at its critical level.
#[derive(Clone, Copy)]
enum Part {
    /// By the menu, at levels that the event passes.
    Within,
    /// By the menu, at the others.
    Beyond,
    Path,
    Pure,
}

const PARTS: usize = 4;

impl ScanSums {
    /// No event yet; `kept_share` is 1 / prescale of the path, 0 where it is off.
    pub fn new(levels: usize, kept_share: f64) -> Self {
        Self {
            levels,
            kept_share,
            sums: WeightedSums::new(PARTS * (levels + 1)),
        }
    }

    /// Adds an event of a numbered sample that passes the `passed` loosest levels, and of which the
    /// other paths lose the share `lost`. False where there are too many strata
    /// ([`WeightedSums::MAX_STRATA`]).
    ///
    /// # Panics
    /// If the event passes more levels than there are.
    #[must_use]
    pub fn add(
        &mut self,
        weight: f64,
        sample: usize,
        stratum: Option<i64>,
        passed: usize,
        lost: f64,
    ) -> bool {
        assert!(passed <= self.levels, "a level of the scan");
        if !self.sums.event(weight, sample, stratum) {
            return false;
        }
        self.sums.keep(index(Part::Beyond, passed), 1.0 - lost);
        if passed > 0 {
            let q = self.kept_share;
            self.sums
                .keep(index(Part::Within, passed), 1.0 - (1.0 - q) * lost);
            self.sums.keep(index(Part::Path, passed), q);
            self.sums.keep(index(Part::Pure, passed), q * lost);
        }
        true
    }

    pub fn levels(&self) -> usize {
        self.levels
    }

    /// What the menu keeps with the path at a level, counted from 0, the loosest.
    pub fn total(&self, level: usize) -> Estimate {
        let parts = (0..=self.levels).map(|passed| match passed > level {
            true => (index(Part::Within, passed), 1.0),
            false => (index(Part::Beyond, passed), 1.0),
        });
        self.sums.estimate_of_parts(parts)
    }

    /// What the path keeps at a level.
    pub fn path(&self, level: usize) -> Estimate {
        self.beyond(Part::Path, level)
    }

    /// What the path alone keeps at a level.
    pub fn pure(&self, level: usize) -> Estimate {
        self.beyond(Part::Pure, level)
    }

    /// The mean over all events of the path's acceptance times a score of the number of levels passed,
    /// 0 for events that pass none.
    pub fn mean_score(&self, score: impl Fn(usize) -> f64) -> Estimate {
        let scores: Vec<f64> = (0..=self.levels).map(score).collect();
        let parts = (1..=self.levels).map(|passed| (index(Part::Path, passed), scores[passed]));
        self.sums.estimate_of_parts(parts)
    }

    /// Counts and weights of all events.
    pub fn weights(&self) -> &WeightedSums {
        &self.sums
    }

    fn beyond(&self, part: Part, level: usize) -> Estimate {
        let parts = (level + 1..=self.levels).map(|passed| (index(part, passed), 1.0));
        self.sums.estimate_of_parts(parts)
    }
}

fn index(part: Part, passed: usize) -> usize {
    PARTS * passed + part as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_worked_out_by_hand() {
        // Prescale 2; of the second event others keep 3/4.
        let mut sums = ScanSums::new(2, 0.5);
        for (weight, passed, lost) in [(1.0, 2, 1.0), (2.0, 1, 0.25), (1.0, 0, 0.0), (4.0, 0, 1.0)]
        {
            assert!(sums.add(weight, 0, None, passed, lost));
        }
        let close = |estimate: Estimate, expected: f64, events: u64| {
            assert!(
                (estimate.fraction - expected / 8.0).abs() < 1e-15,
                "{estimate:?}"
            );
            assert_eq!(estimate.events, events, "{estimate:?}");
        };
        close(sums.total(0), 0.5 + 2.0 * 0.875 + 1.0, 3);
        close(sums.total(1), 0.5 + 2.0 * 0.75 + 1.0, 3);
        close(sums.path(0), 0.5 + 1.0, 2);
        close(sums.path(1), 0.5, 1);
        close(sums.pure(0), 0.5 + 2.0 * 0.125, 2);
        close(sums.mean_score(|passed| passed as f64), 0.5 * 2.0 + 1.0, 2);
        // sqrt(sum w^2 (a - eps)^2) / sum w of the path at the loosest level.
        let eps = 1.5 / 8.0;
        let kept = [(1.0, 0.5), (2.0, 0.5), (1.0, 0.0), (4.0, 0.0)];
        let squares: f64 = kept
            .iter()
            .map(|(w, a): &(f64, f64)| (w * (a - eps)).powi(2))
            .sum();
        assert!((sums.path(0).sigma - squares.sqrt() / 8.0).abs() < 1e-15);
    }
}
