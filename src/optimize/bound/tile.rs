//! Rows that are swept together, with how each is split over its paths.

use super::compound::Compound;
use super::plain::Plain;

/// What being accepted does for the objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Counted as min(1, sum over paths).
    Earning,
    /// Counted as the largest over paths.
    Paying,
}

/// What a sweep reads.
#[derive(Debug, Clone, Copy)]
pub struct Sweep<'a> {
    /// Kept share by column, where the splits look.
    pub kept: &'a [f64],
    /// One a term.
    pub multipliers: &'a [f64],
    pub step: f64,
    /// The split's next value: these times where the step leads, where it is, and its anchor.
    pub blend: [f64; 3],
}

/// What a sweep finds.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    /// What the rows earn by column, under the new splits and the multipliers.
    pub earned: Vec<f64>,
    /// Accepted weight by term, where the splits looked; negative in paying rows.
    pub accepted: Vec<f64>,
    /// Weighted square of the splits' steps.
    pub moved: f64,
}

/// Split values with their anchor.
#[derive(Debug, Clone, Default)]
pub struct Splits {
    pub now: Vec<f64>,
    pub anchor: Vec<f64>,
}

#[derive(Debug)]
enum Shape {
    Plain(Plain),
    Compound(Compound),
}

/// Some rows of one kind.
#[derive(Debug)]
pub struct Tile {
    rows: Shape,
    pub sums: Sums,
}

/// The dual function of given splits, linear in the multipliers but for the paths' best options.
#[derive(Debug, Clone, Default)]
pub struct SplitSums {
    /// By term: what rows earn whatever the menu.
    pub constants: Vec<f64>,
    /// `[term][column]`
    pub columns: Vec<Vec<f64>>,
}

impl SplitSums {
    /// What each column earns.
    pub fn earned(&self, multipliers: &[f64]) -> Vec<f64> {
        let mut earned = vec![0.0; self.columns[0].len()];
        for (columns, multiplier) in self.columns.iter().zip(multipliers) {
            for (earned, own) in earned.iter_mut().zip(columns) {
                *earned += multiplier * own;
            }
        }
        earned
    }
}

impl Splits {
    pub fn new(values: Vec<f64>) -> Self {
        Self {
            anchor: values.clone(),
            now: values,
        }
    }

    /// Weighted square of the way from the anchor, which comes here.
    pub fn restart(&mut self) {
        self.anchor.copy_from_slice(&self.now);
    }
}

impl Tile {
    pub fn plain(rows: Plain) -> Self {
        Self {
            rows: Shape::Plain(rows),
            sums: Sums::default(),
        }
    }

    pub fn compound(rows: Compound) -> Self {
        Self {
            rows: Shape::Compound(rows),
            sums: Sums::default(),
        }
    }

    /// Moves the splits by one step.
    pub fn sweep(&mut self, sweep: &Sweep) {
        self.sums.earned.clear();
        self.sums.earned.resize(sweep.kept.len(), 0.0);
        self.sums.accepted.clear();
        self.sums.accepted.resize(sweep.multipliers.len(), 0.0);
        self.sums.moved = 0.0;
        match &mut self.rows {
            Shape::Plain(rows) => rows.sweep(sweep, &mut self.sums),
            Shape::Compound(rows) => rows.sweep(sweep, &mut self.sums),
        }
    }

    /// Splits as a menu with these kept shares suggests them.
    pub fn begin(&mut self, kept: &[f64]) {
        match &mut self.rows {
            Shape::Plain(rows) => rows.begin(kept),
            Shape::Compound(rows) => rows.begin(kept),
        }
    }

    /// Brings the anchor here; the weighted square of the way.
    pub fn restart(&mut self, multipliers: &[f64]) -> f64 {
        match &mut self.rows {
            Shape::Plain(rows) => rows.restart(multipliers),
            Shape::Compound(rows) => rows.restart(multipliers),
        }
    }

    /// Adds the absolute weight that rows have by column.
    pub fn weigh(&self, multipliers: &[f64], weights: &mut [f64]) {
        match &self.rows {
            Shape::Plain(rows) => rows.weigh(multipliers, weights),
            Shape::Compound(rows) => rows.weigh(multipliers, weights),
        }
    }

    /// Adds the splits' sums, every split made valid first.
    pub fn certify(&self, sums: &mut SplitSums) {
        match &self.rows {
            Shape::Plain(rows) => rows.certify(sums),
            Shape::Compound(rows) => rows.certify(sums),
        }
    }
}
