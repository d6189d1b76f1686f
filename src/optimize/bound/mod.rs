//! Upper bounds of what any menu can reach within its budgets.
//!
//! A linear relaxation of the menu, and its dual by a first-order method. A path is a mixture of its
//! options (a level of each ladder, a kept share), so that it keeps a share u(c) of the events with
//! critical level c that never falls with c. An event is accepted with at most min(1, sum of the
//! shares of its paths) and at least the largest of them: 1 - product of (1 - u) lies between, so
//! that the relaxation holds with prescales. Where earning events (signal in an objective or a floor)
//! take the first and paying ones (background in a cap) the second, the best mixture is the best menu
//! or better. Weak duality: any multipliers, split over the paths of each event in any way, give an
//! upper bound, the sum over paths of the best option of each. So the value holds however rough
//! the solver is. On one path the relaxation is exact but for mixing; on independent legs it is weaker: an
//! earning event counts as the least open of the ladders would let it pass, a paying one as at least
//! sum of shares - (ladders - 1) * the path's share.
//!
//! It is weakest where signal passes many paths at once and background few: each path open by a little
//! then counts in full for signal, its overlaps for nothing. On `benches/bound.rs` that is 3 to 4 % of the
//! efficiency at overlaps of two to three paths an event; [`branched`] splits levels until it is less.
//!
//! The splits of a bound also prove one for any part of its options: what a path's best option earns more
//! than another one is what menus with that other one lie below the bound. So levels are taken off
//! that no menu near the best has, and their regions keep that proof. It holds under any multipliers, too,
//! which is how all regions can share prices that move.

mod branch;
mod certificate;
mod compound;
mod dual;
mod hull;
mod isotonic;
mod options;
mod parts;
mod plain;
mod price;
mod proof;
mod pure;
mod region;
mod rows;
mod simplex;
mod solver;
mod split;
mod tile;

use crate::plan::menu::{Class, MenuRows};
pub use branch::{BRANCHED, branched};
use certificate::Certificate;
use hull::Hull;
use proof::Proof;
use solver::Solver;

/// How bounds of this kind are named in results.
pub const KIND: &str = "LP relaxation";

/// A menu to choose within hard limits; what is left out of it only raises the bound.
#[derive(Debug, Clone)]
pub struct Relaxation<'a> {
    pub rows: &'a MenuRows,
    /// The smallest of these is maximised; one alone is linear.
    pub objective: Vec<Linear>,
    pub caps: Vec<Cap>,
    /// Each is at least 0.
    pub floors: Vec<Linear>,
    /// One a path.
    pub paths: Vec<PathOptions>,
}

/// A constant plus the accepted weight of each class times its gain.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    pub constant: f64,
    /// One a class, 0 or more, per unit of weight (events of negative weight count negatively).
    pub gains: Vec<f64>,
}

/// A limit of the weight that the OR of some paths accepts.
#[derive(Debug, Clone, PartialEq)]
pub struct Cap {
    /// One a path: whether it counts. All: the total rate; one: a path's own.
    pub paths: Vec<bool>,
    /// One a class, 0 or more, per unit of weight.
    pub costs: Vec<f64>,
    pub most: f64,
}

/// What a path may be set to.
#[derive(Debug, Clone, PartialEq)]
pub struct PathOptions {
    /// Of each of its ladders, levels below its number, ascending.
    pub levels: Vec<Vec<u8>>,
    /// Kept share (1 / prescale) while it is on: smallest and largest.
    pub least_share: f64,
    pub most_share: f64,
    pub may_be_off: bool,
}

/// A menu near the best, from which the solver starts.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// One a ladder.
    pub levels: &'a [u8],
    /// One a path.
    pub shares: &'a [f64],
    /// What a unit of each cap is worth in the objective, where that is known; nothing where not.
    pub prices: &'a [f64],
}

/// When the solver stops: at the gap, at the limit, or where it gains nothing any more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// The best value that is known to be feasible; NaN where none is.
    pub target: f64,
    /// Relative to the target.
    pub gap: f64,
    pub iterations: u32,
}

/// An upper bound with what proves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// No menu within the limits reaches more.
    pub value: f64,
    /// How it was found.
    pub kind: &'static str,
    /// It is below what every menu reaches: none is within the limits.
    pub infeasible: bool,
    pub multipliers: Multipliers,
    /// Iterations of the solver.
    pub iterations: u32,
    /// The relaxation's solution, as far as it was reached: of each ladder, the kept share of events by
    /// critical level, from 0 to the number of levels.
    pub kept: Vec<Vec<f64>>,
}

/// Where a solver starts whose multipliers stay.
#[derive(Debug, Clone, Copy)]
struct Fixed<'a> {
    multipliers: &'a Multipliers,
    /// As of [`Bound`].
    kept: &'a [Vec<f64>],
}

/// What limits are worth, in the objective.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Multipliers {
    /// Of the objective's parts: their sum is 1.
    pub objective: Vec<f64>,
    /// Per unit of each floor.
    pub floors: Vec<f64>,
    /// Per unit of each cap.
    pub caps: Vec<f64>,
}

impl Multipliers {
    /// Term by term.
    fn terms(&self) -> Vec<f64> {
        [&self.objective[..], &self.floors, &self.caps].concat()
    }

    /// Of as many as these are.
    fn with_terms(&self, terms: &[f64]) -> Self {
        let (objective, limits) = terms.split_at(self.objective.len());
        let (floors, caps) = limits.split_at(self.floors.len());
        Self {
            objective: objective.to_vec(),
            floors: floors.to_vec(),
            caps: caps.to_vec(),
        }
    }
}

impl Linear {
    /// The same gain for all classes of a kind.
    pub fn new(rows: &MenuRows, constant: f64, gain: impl Fn(&Class) -> f64) -> Self {
        Self {
            constant,
            gains: rows.classes.iter().map(gain).collect(),
        }
    }
}

impl PathOptions {
    /// Whether any option keeps events.
    fn is_on(&self) -> bool {
        self.most_share > 0.0 && self.levels.iter().all(|levels| !levels.is_empty())
    }

    /// Every level of some ladders, with every share from the least to 1, or off.
    pub fn all(levels: &[u8], least_share: f64) -> Self {
        Self {
            levels: levels.iter().map(|n| (0..*n).collect()).collect(),
            least_share,
            most_share: 1.0,
            may_be_off: true,
        }
    }
}

/// A bound of the relaxation; none where nothing is maximised or a number is not finite.
///
/// It does not depend on the number of threads.
///
/// # Panics
/// If lengths do not agree with the rows, a level is beyond its ladder, a gain or cost is negative, or
/// shares are not ascending within 0 and 1.
pub fn bound(relaxation: &Relaxation, start: Option<Start>, stop: Stop) -> Option<Bound> {
    prove(relaxation, start, stop, None).map(|(bound, _)| bound)
}

/// A bound with its proof; where multipliers are fixed, under these, from a mixture (kept shares by ladder
/// and critical level).
fn prove(
    relaxation: &Relaxation,
    start: Option<Start>,
    stop: Stop,
    fixed: Option<Fixed>,
) -> Option<(Bound, Proof)> {
    relaxation.check();
    if relaxation.objective.is_empty() || !relaxation.is_finite() {
        return None;
    }
    let hull = Hull::new(relaxation.rows, &relaxation.paths);
    let (tiles, linear) = rows::tiles(relaxation, &hull);
    let mut solver = Solver::new(relaxation, &hull, tiles, linear, start, fixed);
    let least = Certificate::least_objective(relaxation);
    let best = solver.run(stop, least);
    let mut left = best.multipliers.into_iter();
    let mut split = |count: usize| left.by_ref().take(count).collect();
    let bound = Bound {
        value: best.value,
        kind: KIND,
        infeasible: best.value < least,
        iterations: best.iterations,
        kept: hull.by_level(solver.mixture()),
        multipliers: Multipliers {
            objective: split(relaxation.objective.len()),
            floors: split(relaxation.floors.len()),
            caps: split(relaxation.caps.len()),
        },
    };
    let certificate = solver.certificate();
    Some((bound, Proof::new(hull, certificate, best.sums)))
}

impl Relaxation<'_> {
    /// What is multiplied: the objective's parts, the floors, the caps.
    fn terms(&self) -> usize {
        self.objective.len() + self.floors.len() + self.caps.len()
    }

    fn linear(&self) -> impl Iterator<Item = &Linear> {
        self.objective.iter().chain(&self.floors)
    }

    fn check(&self) {
        let (rows, classes) = (self.rows, self.rows.classes.len());
        assert_eq!(self.paths.len(), rows.paths(), "options of each path");
        for (path, options) in self.paths.iter().enumerate() {
            let ladders = rows.ladders_of(path);
            assert_eq!(options.levels.len(), ladders.len(), "levels of each ladder");
            for (levels, ladder) in options.levels.iter().zip(ladders) {
                assert!(levels.is_sorted_by(|a, b| a < b), "levels ascend");
                let within = levels.last().is_none_or(|t| *t < rows.levels[ladder]);
                assert!(within, "levels within their ladders");
            }
            let (least, most) = (options.least_share, options.most_share);
            assert!(0.0 <= least && least <= most && most <= 1.0, "shares");
        }
        let coefficients = self.linear().map(|l| &l.gains);
        for of_class in coefficients.chain(self.caps.iter().map(|c| &c.costs)) {
            assert_eq!(of_class.len(), classes, "a coefficient a class");
            assert!(of_class.iter().all(|x| *x >= 0.0), "coefficients from 0");
        }
        for cap in &self.caps {
            assert_eq!(cap.paths.len(), rows.paths(), "a flag a path");
        }
    }

    fn is_finite(&self) -> bool {
        let gains = self.linear().flat_map(|l| &l.gains);
        let costs = self.caps.iter().flat_map(|c| &c.costs);
        let constants = self.linear().map(|l| &l.constant);
        let mut all = gains.chain(costs).chain(constants);
        all.all(|x| x.is_finite()) && self.caps.iter().all(|c| !c.most.is_nan())
    }
}
