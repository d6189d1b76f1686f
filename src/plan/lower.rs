//! Budgets and what is kept, from figures' names to their columns.

use super::{Bins, Bound, Compiled, Goal, Keep, Rank};
use crate::study::{GoalSettings, KeepSettings, Study};

impl Compiled {
    /// The place of a figure among the plan's; every one that a study ranks points by has one.
    fn figure_place(&self, name: &str) -> usize {
        let place = self.figures.iter().position(|f| f.name == name);
        place.unwrap_or(usize::MAX)
    }

    /// The study's budgets.
    pub fn bounds(&self, study: &Study) -> Vec<Bound> {
        let bound = |b: &crate::study::BudgetSettings| Bound {
            figure: self.figure_place(&b.figure.value),
            min: b.min.unwrap_or(f64::NEG_INFINITY),
            max: b.max.unwrap_or(f64::INFINITY),
        };
        study.budgets.iter().map(bound).collect()
    }

    /// What the study keeps; `edges` are those of its histograms. `None` where it keeps all.
    pub fn rank(&self, study: &Study, edges: Vec<Vec<f64>>) -> Option<Rank> {
        let goal = |g: &GoalSettings| Goal {
            figure: self.figure_place(&g.figure.value),
            larger: g.larger,
        };
        let keep = match &study.keep {
            KeepSettings::All => return None,
            KeepSettings::Feasible => Keep::Feasible,
            KeepSettings::Best { count, goal: own } => Keep::Best {
                goal: goal(own),
                count: *count,
                floor: None,
            },
            KeepSettings::Pareto(goals) => Keep::Pareto(goals.iter().map(goal).collect()),
            KeepSettings::Histograms(all) => {
                let bins = all.iter().zip(edges).map(|(own, edges)| Bins {
                    figure: self.figure_place(&own.figure.value),
                    edges,
                });
                Keep::Histograms(bins.collect())
            }
        };
        Some(Rank {
            bounds: self.bounds(study),
            keep,
        })
    }
}
