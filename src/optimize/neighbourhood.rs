//! What a menu accepts after each move from a point, from the sums that one pass over the events gives.

use crate::engine::MoveSums;
use crate::merit::{Figure, MenuFigure};
use crate::plan::menu::{AcceptedWeights, FIXED_POINT, MenuRows};
use crate::plan::{Configuration, MenuPoints, Plan, Setting};
use std::sync::Arc;

/// A plan whose figures follow from what the whole menu accepts.
#[derive(Debug)]
pub(super) struct MenuTotals {
    pub plan: Arc<Plan>,
    pub menu: Arc<MenuPoints>,
    pub figures: Vec<MenuFigure>,
}

/// A column's neighbourhood of a point.
pub(super) struct Neighbourhood<'a> {
    pub column: &'a MenuTotals,
    pub around: Around,
    pub own: Configuration,
    /// What is accepted now.
    pub now: AcceptedWeights,
    /// Where its figures stand in a row.
    pub place: usize,
}

impl MenuTotals {
    /// None where other figures are asked for.
    pub fn new(plan: &Arc<Plan>) -> Option<Self> {
        let of_totals = |figure: &Figure| match figure {
            Figure::Menu(figure) => figure.is_of_total().then_some(*figure),
            _ => None,
        };
        Some(Self {
            menu: plan.menu.clone()?,
            figures: plan
                .figures
                .iter()
                .map(of_totals)
                .collect::<Option<Vec<_>>>()?,
            plan: plan.clone(),
        })
    }
}

impl Neighbourhood<'_> {
    pub fn rows(&self) -> &MenuRows {
        &self.column.menu.events.rows
    }

    /// What is accepted with a setting, and with the threshold of its path at a level where that moves too.
    pub fn after(
        &self,
        threshold: Option<(usize, u8)>,
        setting: Setting,
        out: &mut AcceptedWeights,
    ) {
        let rows = self.rows();
        let (ladder, level, share) = match setting {
            Setting::Level { ladder, level } => {
                let share = self.own.kept_shares[rows.ladder_paths[ladder]];
                (ladder, level, share)
            }
            Setting::Share { path, share } => {
                let first = rows.first_ladders[path];
                let own = || (first, self.own.levels[first]);
                let (ladder, level) = threshold.unwrap_or_else(own);
                (ladder, level, share)
            }
        };
        let path = rows.ladder_paths[ladder];
        if level == self.own.levels[ladder] && share == self.own.kept_shares[path] {
            out.clone_from(&self.now);
        } else {
            self.around.after(rows, ladder, level, share, out);
        }
    }

    pub fn fill(&self, accepted: &AcceptedWeights, row: &mut [f64]) {
        for (value, figure) in row[self.place..].iter_mut().zip(&self.column.figures) {
            *value = self.column.menu.events.figure(*figure, accepted);
        }
    }
}

/// The sums of a neighbourhood as weights by sample; each vector all first, then those selected.
pub(super) struct Around {
    samples: usize,
    /// By path.
    without: Vec<Vec<f64>>,
    /// By ladder: `[level][sample]`.
    open: Vec<Vec<f64>>,
}

impl Around {
    pub fn new(rows: &MenuRows, sums: &MoveSums) -> Self {
        let samples = rows.sums_of_weights.len();
        let add = |out: &mut [f64], class: usize, sum: u128| {
            let class = &rows.classes[class];
            let weight = class.unit * (sum as f64 / FIXED_POINT);
            out[class.sample] += weight;
            if class.selected {
                out[samples + class.sample] += weight;
            }
        };
        let without = sums.without.iter().map(|by_class| {
            let mut out = vec![0.0; 2 * samples];
            for (class, &sum) in by_class.iter().enumerate() {
                add(&mut out, class, sum);
            }
            out
        });
        let open = sums
            .open
            .iter()
            .zip(&rows.levels)
            .map(|(by_class, levels)| {
                let n = usize::from(*levels) + 1;
                let mut out = vec![0.0; n * 2 * samples];
                for (class, of_class) in by_class.chunks_exact(n).enumerate() {
                    let levels = out.chunks_exact_mut(2 * samples);
                    for (out, &sum) in levels.zip(of_class).filter(|(_, sum)| **sum > 0) {
                        add(out, class, sum);
                    }
                }
                out
            });
        Self {
            samples,
            without: without.collect(),
            open: open.collect(),
        }
    }

    /// What is accepted without a path.
    pub fn without(&self, path: usize) -> AcceptedWeights {
        let (all, selected) = self.without[path].split_at(self.samples);
        AcceptedWeights {
            all: all.to_vec(),
            selected: selected.to_vec(),
        }
    }

    /// What is accepted with a ladder at a level, its path keeping a share.
    pub fn after(
        &self,
        rows: &MenuRows,
        ladder: usize,
        level: u8,
        share: f64,
        out: &mut AcceptedWeights,
    ) {
        let width = 2 * self.samples;
        let without = &self.without[rows.ladder_paths[ladder]];
        let open = &self.open[ladder][usize::from(level) * width..][..width];
        let after = without.iter().zip(open).map(|(w, o)| w + share * o);
        let places = out.all.iter_mut().chain(&mut out.selected);
        for (place, weight) in places.zip(after) {
            *place = weight;
        }
    }
}
