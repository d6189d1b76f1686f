//! The bound that splits and multipliers prove.

use super::Relaxation;
use super::hull::Hull;
use super::options::Options;
use super::rows::LinearTerms;
use super::tile::SplitSums;
use std::ops::Range;

/// Prescales are within 2^-30 of an event's weight where kernels take them in fixed point.
pub const FIXED_POINT_ERROR: f64 = 1.0 / (1u64 << 30) as f64;
/// Halvings of a multiplier's interval.
const HALVINGS: usize = 40;

/// The constants of each term and how far sums can be off.
#[derive(Debug)]
pub struct Certificate {
    /// By term; infinite caps bind nothing.
    constants: Vec<f64>,
    /// Relative to the multiplier, by term: an upper limit of what rounding does to its sums.
    margins: Vec<f64>,
    /// Terms of the objective: their multipliers have sum 1.
    objective: usize,
}

impl Certificate {
    pub fn new(relaxation: &Relaxation, hull: &Hull, linear: &LinearTerms) -> Self {
        let mut constants: Vec<f64> = relaxation.linear().map(|l| l.constant).collect();
        constants.extend(relaxation.caps.iter().map(|c| c.most));
        let between = |p: &super::PathOptions| p.most_share > 0.0 && p.least_share < 1.0;
        let prescaled = relaxation.paths.iter().any(between);
        let slack = if prescaled { FIXED_POINT_ERROR } else { 0.0 };
        let menu = relaxation.rows;
        let ladders = (0..menu.paths()).map(|p| menu.ladders_of(p).len()).max();
        // Each sum has so many summands at most, each of them off by a few roundings.
        let rounding = 4.0 * (menu.events() + hull.count() + 1000) as f64 * f64::EPSILON;
        let parts = (2 * ladders.unwrap_or(1) + 2) as f64;
        let margins = constants
            .iter()
            .zip(&linear.weight)
            .map(|(constant, weight)| {
                weight * slack + rounding * (constant.abs() + parts * weight)
            });
        Self {
            margins: margins.collect(),
            constants,
            objective: relaxation.objective.len(),
        }
    }

    /// What a term has before anything is accepted: a cap its limit.
    pub fn constant(&self, term: usize) -> f64 {
        self.constants[term]
    }

    /// What the objective of every menu reaches.
    pub fn least_objective(relaxation: &Relaxation) -> f64 {
        let menu = relaxation.rows;
        let mut negative = vec![0.0; menu.classes.len()];
        for block in &menu.blocks {
            let unit = menu.classes[block.class].unit.min(0.0);
            let units = block.events.units.iter().map(|u| f64::from(*u));
            negative[block.class] += unit * units.sum::<f64>();
        }
        let least = relaxation.objective.iter().map(|linear| {
            let lost = linear.gains.iter().zip(&negative).map(|(g, n)| g * n);
            let lost = lost.sum::<f64>() * (1.0 + 1e-6);
            linear.constant + lost - 1e-9 * (linear.constant.abs() + lost.abs())
        });
        least.fold(f64::INFINITY, f64::min)
    }

    /// Whether a term is a limit that binds nothing.
    pub fn is_idle(&self, term: usize) -> bool {
        self.constants[term].is_infinite()
    }

    /// Terms whose multipliers are at least 0, and free.
    pub fn limits(&self) -> Range<usize> {
        self.objective..self.constants.len()
    }

    /// An upper bound of the objective of every menu of these options.
    pub fn value(
        &self,
        hull: &Hull,
        options: &Options,
        sums: &SplitSums,
        multipliers: &[f64],
    ) -> f64 {
        let mut value = hull.best(options, &sums.earned(multipliers), |_, _| {});
        for (term, multiplier) in multipliers.iter().enumerate().filter(|(_, m)| **m > 0.0) {
            let own = self.constants[term] + sums.constants[term] + self.margins[term];
            value += multiplier * own;
        }
        // The last sum, of few numbers, is covered by a margin of its own.
        value + 8.0 * f64::EPSILON * value.abs()
    }

    /// Lowers the bound by the multipliers of floors and caps, one after the other.
    pub fn tune(&self, hull: &Hull, sums: &SplitSums, multipliers: &mut [f64]) -> f64 {
        for term in self.limits() {
            if self.is_idle(term) {
                multipliers[term] = 0.0;
                continue;
            }
            multipliers[term] = lowest(multipliers[term], |at| {
                multipliers[term] = at;
                self.slope(hull, hull.options(), sums, multipliers, term) >= 0.0
            });
        }
        self.value(hull, hull.options(), sums, multipliers)
    }

    /// How the bound changes with a multiplier, upwards.
    pub fn slope(
        &self,
        hull: &Hull,
        options: &Options,
        sums: &SplitSums,
        multipliers: &[f64],
        term: usize,
    ) -> f64 {
        let mut slope = self.constants[term] + sums.constants[term];
        let columns = &sums.columns[term];
        hull.best(options, &sums.earned(multipliers), |range, share| {
            slope += share * columns[range].iter().sum::<f64>();
        });
        slope
    }
}

/// Where a convex function of a multiplier is lowest, from where it was.
pub fn lowest(before: f64, mut rises: impl FnMut(f64) -> bool) -> f64 {
    if rises(0.0) {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, if before > 0.0 { 1.25 * before } else { 1.0 });
    let mut doublings = 0;
    while !rises(high) && doublings < 60 {
        (low, high) = (high, 2.0 * high);
        doublings += 1;
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if rises(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
