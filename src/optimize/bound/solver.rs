//! A first-order method for the saddle point of mixtures against multipliers and splits.
//!
//! The primal-dual hybrid gradient method with diagonal steps (Pock and Chambolle 2011), each iterate
//! reflected and drawn to an anchor that restarts move (Lu and Yang 2024, "Restarted Halpern PDHG for
//! linear programming"). Multipliers scale the splits of whole terms, so that the saddle is not
//! bilinear in them: they take steps of their own, and each bound that is looked at has its own best.

use super::certificate::Certificate;
use super::dual::{Dual, Swept};
use super::hull::Hull;
use super::isotonic::Pool;
use super::rows::LinearTerms;
use super::simplex;
use super::tile::{SplitSums, Sweep, Tile};
use super::{Fixed, Relaxation, Start, Stop};

/// Iterations between two bounds.
const LOOK: u32 = 20;
/// Iterations after which a solver may have stalled, and one that starts where another one ended.
const SETTLED: u32 = 400;
const SETTLED_AGAIN: u32 = 200;
/// Where a saddle is found, ways are rounding and say nothing about the steps.
const MOST_STEP: f64 = 1e3;
/// What half of the iterations gain at least, relative.
const STALLED: f64 = 1e-6;

pub struct Solver<'a> {
    hull: &'a Hull,
    dual: Dual,
    certificate: Certificate,
    objective: usize,
    kept: Vec<f64>,
    kept_anchor: Vec<f64>,
    /// Mean of the mixtures that steps led to, later ones weighing more; reflected ones are none.
    mean: Vec<f64>,
    multipliers: Vec<f64>,
    fixed: bool,
    multipliers_anchor: Vec<f64>,
    /// Weights of the columns in the distance of mixtures.
    scales: Vec<f64>,
    /// Steps of the splits and, inverse, of the mixtures.
    step: f64,
}

/// The smallest bound that was seen.
#[derive(Debug, Clone)]
pub struct Best {
    pub value: f64,
    pub multipliers: Vec<f64>,
    pub iterations: u32,
    /// What proves it.
    pub sums: SplitSums,
}

/// How far an iteration moves, since the last restart.
#[derive(Debug, Clone, Copy)]
struct Course {
    since: u32,
    first: f64,
    last: f64,
}

impl Course {
    const NEW: Self = Self {
        since: 0,
        first: 0.0,
        last: f64::INFINITY,
    };

    /// Whether to begin anew from here, `iteration` steps after the start.
    fn ends(&mut self, residual: f64, iteration: u32) -> bool {
        self.since += 1;
        if self.since == 1 {
            self.first = residual;
        }
        let enough = residual <= 0.2 * self.first;
        let turned = residual <= 0.8 * self.first && residual > self.last;
        let long = self.since > 20 && f64::from(self.since) >= 0.36 * f64::from(iteration);
        self.last = residual;
        self.since > 1 && (enough || turned || long)
    }
}

impl<'a> Solver<'a> {
    pub fn new(
        relaxation: &Relaxation,
        hull: &'a Hull,
        tiles: Vec<Tile>,
        linear: LinearTerms,
        start: Option<Start>,
        fixed: Option<Fixed>,
    ) -> Self {
        let kept = match (fixed, start) {
            (Some(fixed), _) => hull.of_mixture(fixed.kept),
            (_, Some(start)) => hull.of_menu(start.levels, start.shares),
            (None, None) => vec![0.5; hull.count()],
        };
        let certificate = Certificate::new(relaxation, hull, &linear);
        let dual = Dual::new(tiles, linear, &kept);
        let objective = relaxation.objective.len();
        let mut multipliers = vec![1.0 / objective as f64; objective];
        multipliers.resize(relaxation.terms(), 0.0);
        let caps = relaxation.terms() - relaxation.caps.len();
        match start {
            _ if fixed.is_some() => {}
            Some(start) if !start.prices.is_empty() => {
                for (multiplier, price) in multipliers[caps..].iter_mut().zip(start.prices) {
                    *multiplier = price.clamp(0.0, f64::MAX);
                }
            }
            _ => {
                certificate.tune(hull, &dual.split_sums(), &mut multipliers);
            }
        }
        if let Some(fixed) = fixed {
            multipliers = fixed.multipliers.terms();
        }
        Self {
            hull,
            certificate,
            objective,
            fixed: fixed.is_some(),
            kept_anchor: kept.clone(),
            mean: kept.clone(),
            kept,
            multipliers_anchor: multipliers.clone(),
            scales: dual.scales(&multipliers),
            multipliers,
            step: 1.0,
            dual,
        }
    }

    /// What turns sums into bounds.
    pub fn certificate(self) -> Certificate {
        self.certificate
    }

    /// The relaxation's solution, as far as it is reached: kept shares by column.
    pub fn mixture(&self) -> &[f64] {
        &self.mean
    }

    /// Runs until the bound is at the gap, is below `least`, gains nothing any more, or has had its iterations.
    pub fn run(&mut self, stop: Stop, least: f64) -> Best {
        let mut best = Best {
            value: f64::INFINITY,
            multipliers: self.multipliers.clone(),
            iterations: 0,
            sums: SplitSums::default(),
        };
        let mut seen: Vec<f64> = Vec::new();
        let mut pools: Vec<Pool> = Vec::new();
        let mut course = Course::NEW;
        let settled = if self.fixed { SETTLED_AGAIN } else { SETTLED };
        let mut earned = self.look_around();
        for iteration in 0.. {
            if iteration % LOOK == 0 || iteration == stop.iterations {
                self.look(&mut best);
                best.iterations = iteration;
                seen.push(best.value);
                let before = seen[seen.len() / 2];
                let stalled =
                    iteration >= settled && before - best.value <= STALLED * best.value.abs();
                let near = best.value - stop.target <= stop.gap * stop.target.abs();
                if near || stalled || best.value < least || iteration >= stop.iterations {
                    break;
                }
            }
            let mut to = self.kept.clone();
            for ((to, earned), scale) in to.iter_mut().zip(&earned).zip(&self.scales) {
                *to += earned / (self.step * scale);
            }
            self.hull.project(&mut to, &self.scales, &mut pools);
            let newest = 2.0 / (f64::from(iteration) + 2.0);
            for (mean, to) in self.mean.iter_mut().zip(&to) {
                *mean += newest * (to - *mean);
            }
            let ahead = to.iter().zip(&self.kept).map(|(to, now)| 2.0 * to - now);
            let ahead: Vec<f64> = ahead.collect();
            let forward = f64::from(course.since + 1) / f64::from(course.since + 2);
            let blend = [2.0 * forward, -forward, 1.0 - forward];
            let swept = self.sweep(&ahead, blend);
            let squares = to.iter().zip(&self.kept).zip(&self.scales);
            let way: f64 = squares
                .map(|((to, now), scale)| scale * (to - now) * (to - now))
                .sum();
            let residual = (self.step * way + swept.moved / self.step).sqrt();
            mix(&mut self.kept, &to, &self.kept_anchor, blend);
            if !self.fixed {
                self.price(&swept.accepted, blend);
            }
            earned = swept.earned;
            if course.ends(residual, iteration + 1) {
                self.restart();
                course = Course::NEW;
                earned = self.look_around();
            }
        }
        best
    }

    /// Keeps the bound that the present splits prove, where it is the smallest.
    fn look(&self, best: &mut Best) {
        let sums = self.dual.split_sums();
        let mut multipliers = self.multipliers.clone();
        let mut value =
            (self.certificate).value(self.hull, self.hull.options(), &sums, &multipliers);
        if !self.fixed {
            let mut tuned = multipliers.clone();
            let lower = self.certificate.tune(self.hull, &sums, &mut tuned);
            if lower < value {
                (value, multipliers) = (lower, tuned);
            }
        }
        if value < best.value {
            (best.value, best.multipliers, best.sums) = (value, multipliers, sums);
        }
    }

    fn sweep(&mut self, kept: &[f64], blend: [f64; 3]) -> Swept {
        self.dual.sweep(&Sweep {
            kept,
            multipliers: &self.multipliers,
            step: self.step,
            blend,
        })
    }

    /// What columns earn under the present splits.
    fn look_around(&mut self) -> Vec<f64> {
        let kept = self.kept.clone();
        self.sweep(&kept, [0.0, 1.0, 0.0]).earned
    }

    /// Moves the multipliers against what their terms have left.
    fn price(&mut self, accepted: &[f64], blend: [f64; 3]) {
        let mut to = self.multipliers.clone();
        let weight = self.dual.weight();
        let (parts, limits) = to.split_at_mut(self.objective);
        let most = weight[..parts.len()]
            .iter()
            .fold(f64::MIN_POSITIVE, |a, b| a.max(*b));
        for (term, to) in (self.objective..).zip(limits) {
            let constant = self.certificate.constant(term);
            if constant.is_finite() && weight[term] > 0.0 {
                let left = (constant + accepted[term]) / weight[term];
                // What is free now can be worth something later.
                let unit = self.multipliers_anchor[term].max(0.01 * most / weight[term]);
                *to -= self.step * unit * left;
                *to = to.max(0.0);
            }
        }
        if parts.len() > 1 {
            for (term, to) in parts.iter_mut().enumerate() {
                *to -= self.step * (self.certificate.constant(term) + accepted[term]) / most;
            }
            simplex::project(parts, false);
        }
        mix(&mut self.multipliers, &to, &self.multipliers_anchor, blend);
        // Reflected ones may be outside.
        for multiplier in &mut self.multipliers {
            *multiplier = multiplier.max(0.0);
        }
        if self.objective > 1 {
            simplex::project(&mut self.multipliers[..self.objective], false);
        }
    }

    /// Moves the anchors here and balances the steps by the ways since the last time.
    fn restart(&mut self) {
        let dual = self.dual.restart(&self.multipliers);
        let squares = self.kept.iter().zip(&self.kept_anchor).zip(&self.scales);
        let primal: f64 = squares
            .map(|((now, anchor), scale)| scale * (now - anchor) * (now - anchor))
            .sum();
        if primal > 0.0 && dual > 0.0 {
            let step = (self.step * (dual / primal).sqrt()).sqrt();
            self.step = step.clamp(1.0 / MOST_STEP, MOST_STEP);
        }
        self.kept_anchor.clone_from(&self.kept);
        self.multipliers_anchor.clone_from(&self.multipliers);
        self.scales = self.dual.scales(&self.multipliers);
    }
}

/// The next iterate, of where the step leads, where it is, and its anchor.
fn mix(now: &mut [f64], to: &[f64], anchor: &[f64], blend: [f64; 3]) {
    for ((now, to), anchor) in now.iter_mut().zip(to).zip(anchor) {
        *now = blend[0] * to + blend[1] * *now + blend[2] * anchor;
    }
}
