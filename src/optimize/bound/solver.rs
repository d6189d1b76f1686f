//! A first-order method for the saddle point of mixtures against multipliers and splits.
//!
//! The primal-dual hybrid gradient method (Chambolle and Pock 2011) with diagonal steps (Pock and
//! Chambolle 2011), anchored and restarted (Lu and Yang 2024, "Restarted Halpern PDHG for linear
//! programming").

use super::certificate::Certificate;
use super::hull::{Hull, Pool};
use super::rows::LinearTerms;
use super::tile::{SplitSums, Sweep, Tile};
use super::{Relaxation, Start, Stop};
use rayon::prelude::*;

/// Iterations between two bounds.
const LOOK: u32 = 40;

pub struct Solver<'a> {
    relaxation: &'a Relaxation<'a>,
    hull: &'a Hull,
    tiles: Vec<Tile>,
    linear: LinearTerms,
    certificate: Certificate<'a>,
    kept: Vec<f64>,
    kept_anchor: Vec<f64>,
    multipliers: Vec<f64>,
    multipliers_anchor: Vec<f64>,
    /// Weights of the columns in the primal's distance.
    scales: Vec<f64>,
    /// Steps of the splits and, inverse, of the mixtures.
    step: f64,
}

impl<'a> Solver<'a> {
    pub fn new(
        relaxation: &'a Relaxation<'a>,
        hull: &'a Hull,
        mut tiles: Vec<Tile>,
        linear: LinearTerms,
        start: Option<Start>,
    ) -> Self {
        let kept = match start {
            Some(start) => hull.of_menu(start.levels, start.shares),
            None => vec![0.5; hull.count()],
        };
        tiles.par_iter_mut().for_each(|tile| tile.begin(&kept));
        let rows = tiles.len();
        let certificate = Certificate::new(relaxation, hull, &linear, rows);
        let mut multipliers = vec![1.0 / relaxation.objective.len() as f64; relaxation.objective.len()];
        multipliers.resize(relaxation.terms(), 0.0);
        let first = relaxation.terms() - relaxation.caps.len();
        for (multiplier, price) in multipliers[first..].iter_mut().zip(start.map_or(&[][..], |s| s.prices)) {
            *multiplier = price.max(0.0);
        }
        let mut solver = Self {
            relaxation,
            hull,
            certificate,
            kept_anchor: kept.clone(),
            kept,
            multipliers_anchor: multipliers.clone(),
            multipliers,
            scales: Vec::new(),
            step: 1.0,
            tiles,
            linear,
        };
        if start.is_none_or(|s| s.prices.len() != relaxation.caps.len()) {
            let sums = solver.split_sums();
            solver.certificate.tune(&sums, &mut solver.multipliers);
            solver.multipliers_anchor.clone_from(&solver.multipliers);
        }
        solver.weigh();
        solver
    }

    pub fn kept(&self) -> &[f64] {
        &self.kept
    }

    /// The smallest bound that is seen, its multipliers, and iterations made.
    pub fn run(&mut self, stop: Stop) -> (f64, Vec<f64>, u32) {
        let debug = std::env::var("BOUND_DEBUG").is_ok();
        let knob = |name: &str, or: f64| std::env::var(name).ok().and_then(|x| x.parse().ok()).unwrap_or(or);
        let price_speed = knob("PRICE", 1.0);
        let look = knob("LOOK", f64::from(LOOK)) as u32;
        let vanilla = knob("VANILLA", 0.0) > 0.0;
        self.step = knob("STEP", 1.0);
        let began = std::time::Instant::now();
        let mut best = (f64::INFINITY, Vec::new());
        let mut pools: Vec<Pool> = Vec::new();
        let mut since = 0u32;
        let (mut first_residual, mut last_residual) = (0.0, f64::INFINITY);
        let mut earned = self.sweep_at(&self.kept.clone(), [0.0, 1.0, 0.0]).0;
        let mut iteration = 0;
        loop {
            if iteration % look == 0 {
                let sums = self.split_sums();
                let mut tuned = self.multipliers.clone();
                let plain = self.certificate.value(&sums, &tuned);
                let value = self.certificate.tune(&sums, &mut tuned);
                if value < best.0 {
                    best = (value, tuned.clone());
                }
                if debug && iteration % (look * 5) == 0 {
                    println!("{iteration:6} {:.2}s bound {value:.7} plain {plain:.7} best {:.7} residual {last_residual:.3e} step {:.3} since {since} m {:?} tuned {:?}",
                        began.elapsed().as_secs_f64(), best.0, self.step, self.multipliers, tuned);
                }
                if (best.0 - stop.target) <= stop.gap * stop.target.abs() || iteration >= stop.iterations {
                    return (best.0, best.1, iteration);
                }
            }
            iteration += 1;
            let mut to = self.kept.clone();
            for ((to, earned), scale) in to.iter_mut().zip(&earned).zip(&self.scales) {
                *to += earned / (self.step * scale);
            }
            self.hull.project(&mut to, &self.scales, &mut pools);
            let ahead: Vec<f64> = to.iter().zip(&self.kept).map(|(to, now)| 2.0 * to - now).collect();
            let forward = (since + 1) as f64 / (since + 2) as f64;
            let blend = if vanilla { [1.0, 0.0, 0.0] } else { [2.0 * forward, -forward, 1.0 - forward] };
            let (next_earned, accepted, moved) = self.sweep_at(&ahead, blend);
            let mut residual = moved / self.step;
            for ((to, now), scale) in to.iter().zip(&self.kept).zip(&self.scales) {
                residual += self.step * scale * (to - now) * (to - now);
            }
            let residual = residual.sqrt();
            for ((now, to), anchor) in self.kept.iter_mut().zip(&to).zip(&self.kept_anchor) {
                *now = blend[0] * to + blend[1] * *now + blend[2] * anchor;
            }
            self.price(&accepted, blend, price_speed);
            earned = next_earned;
            since += 1;
            if since == 1 {
                first_residual = residual;
            }
            let restart = residual <= 0.2 * first_residual
                || residual <= 0.8 * first_residual && residual > last_residual
                || f64::from(since) >= 0.36 * f64::from(iteration) && since > 20;
            last_residual = residual;
            if restart && since > 1 {
                self.restart();
                since = 0;
                last_residual = f64::INFINITY;
                earned = self.sweep_at(&self.kept.clone(), [0.0, 1.0, 0.0]).0;
            }
        }
    }

    /// Moves the multipliers.
    fn price(&mut self, accepted: &[f64], blend: [f64; 3], speed: f64) {
        let objective = self.relaxation.objective.len();
        let constants = self.relaxation.linear().map(|l| l.constant);
        let constants: Vec<f64> = constants.chain(self.relaxation.caps.iter().map(|c| c.most)).collect();
        let mut to = self.multipliers.clone();
        for (term, to) in to.iter_mut().enumerate().skip(objective) {
            if constants[term].is_infinite() || self.linear.weight[term] == 0.0 {
                continue;
            }
            let left = (constants[term] + accepted[term]) / self.linear.weight[term];
            *to = (*to - speed * self.step * self.multipliers_anchor[term].max(1e-300) * left).max(0.0);
        }
        for ((now, to), anchor) in self.multipliers.iter_mut().zip(&to).zip(&self.multipliers_anchor) {
            *now = (blend[0] * to + blend[1] * *now + blend[2] * anchor).max(0.0);
        }
    }

    fn restart(&mut self) {
        let multipliers = &self.multipliers;
        let ways: Vec<f64> = self.tiles.par_iter_mut().map(|t| t.restart(multipliers)).collect();
        let dual: f64 = ways.iter().sum();
        let squares = self.kept.iter().zip(&self.kept_anchor).zip(&self.scales);
        let primal: f64 = squares.map(|((now, anchor), scale)| scale * (now - anchor).powi(2)).sum();
        self.kept_anchor.clone_from(&self.kept);
        self.multipliers_anchor.clone_from(&self.multipliers);
        if primal > 0.0 && dual > 0.0 {
            let ratio = (dual / primal).sqrt();
            self.step = (0.5 * ratio.ln() + 0.5 * self.step.ln()).exp();
        }
        self.weigh();
    }

    fn weigh(&mut self) {
        let mut scales = vec![0.0; self.hull.count()];
        for (term, columns) in self.linear.columns.iter().enumerate() {
            for (scale, own) in scales.iter_mut().zip(columns) {
                *scale += 1e-2 * (self.multipliers[term] * own).abs();
            }
        }
        for tile in &self.tiles {
            tile.weigh(&self.multipliers, &mut scales);
        }
        let mean = scales.iter().sum::<f64>() / scales.len().max(1) as f64;
        for scale in &mut scales {
            *scale += 1e-3 * mean + f64::MIN_POSITIVE;
        }
        self.scales = scales;
    }

    /// What columns earn under the new splits, what is accepted by term, and how far the splits moved.
    fn sweep_at(&mut self, kept: &[f64], blend: [f64; 3]) -> (Vec<f64>, Vec<f64>, f64) {
        let sweep = Sweep {
            kept,
            multipliers: &self.multipliers,
            step: self.step,
            blend,
        };
        self.tiles.par_iter_mut().for_each(|tile| tile.sweep(&sweep));
        let mut earned = vec![0.0; kept.len()];
        let mut accepted = vec![0.0; self.multipliers.len()];
        for (term, columns) in self.linear.columns.iter().enumerate() {
            for ((earned, own), kept) in earned.iter_mut().zip(columns).zip(kept) {
                *earned += self.multipliers[term] * own;
                accepted[term] += own * kept;
            }
        }
        let mut moved = 0.0;
        for tile in &self.tiles {
            for (earned, own) in earned.iter_mut().zip(&tile.sums.earned) {
                *earned += own;
            }
            for (accepted, own) in accepted.iter_mut().zip(&tile.sums.accepted) {
                *accepted += own;
            }
            moved += tile.sums.moved;
        }
        (earned, accepted, moved)
    }

    fn split_sums(&self) -> SplitSums {
        let terms = self.multipliers.len();
        let mut sums = SplitSums {
            constants: vec![0.0; terms],
            columns: self.linear.columns.clone(),
        };
        let parts = self.tiles.par_iter().map(|tile| {
            let mut own = SplitSums {
                constants: vec![0.0; terms],
                columns: vec![vec![0.0; self.hull.count()]; terms],
            };
            tile.certify(&mut own);
            own
        });
        for own in parts.collect::<Vec<_>>() {
            for (sum, own) in sums.constants.iter_mut().zip(own.constants) {
                *sum += own;
            }
            for (sums, own) in sums.columns.iter_mut().zip(own.columns) {
                for (sum, own) in sums.iter_mut().zip(own) {
                    *sum += own;
                }
            }
        }
        sums
    }
}
