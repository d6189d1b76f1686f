//! Regions of the options, each with its bound.

use super::options::Options;
use super::proof::Proof;
use super::{Bound, PathOptions};
use std::sync::Arc;

/// A part of the options.
#[derive(Debug, Clone)]
pub struct Region {
    pub paths: Vec<PathOptions>,
    /// Of these options, or of more.
    pub proof: Arc<Proof>,
    options: Options,
    /// No menu of it reaches more.
    pub value: f64,
    pub bound: Arc<Bound>,
    /// Whether a bound of these very options may be lower than that of its proof.
    pub is_coarse: bool,
}

impl Region {
    pub fn new(paths: Vec<PathOptions>, bound: Bound, proof: Proof) -> Self {
        Self {
            options: proof.some(&paths),
            paths,
            proof: Arc::new(proof),
            value: bound.value,
            bound: Arc::new(bound),
            is_coarse: false,
        }
    }

    /// Its bound under any multipliers.
    pub fn at(&self, multipliers: &[f64]) -> f64 {
        self.proof.value(&self.options, multipliers)
    }

    pub fn slope(&self, multipliers: &[f64], term: usize) -> f64 {
        self.proof.slope(&self.options, multipliers, term)
    }

    /// How many levels there are to choose from.
    pub fn levels(&self) -> usize {
        let all = self.paths.iter().flat_map(|path| &path.levels);
        all.map(Vec::len).sum()
    }

    /// Takes off levels with which no menu reaches `goal`: the regions of those, each with its bound.
    pub fn trim(&mut self, goal: f64) -> Vec<Region> {
        let mut trimmed = Vec::new();
        let multipliers = &self.bound.multipliers.terms();
        let before = self.levels();
        let earned = self.proof.earned(multipliers);
        for path in 0..self.paths.len() {
            if !self.paths[path].is_on() {
                continue;
            }
            let losses = self.proof.losses(path, &self.options, &earned);
            for (ladder, losses) in losses.iter().enumerate() {
                let own = &self.paths[path].levels[ladder];
                let is_hopeless = |loss: &f64| self.value - loss <= goal;
                let (gone, left): (Vec<_>, Vec<_>) = own
                    .iter()
                    .zip(losses)
                    .partition(|(_, loss)| is_hopeless(loss));
                if gone.is_empty() || left.is_empty() {
                    continue;
                }
                let levels = |some: Vec<(&u8, &f64)>| some.iter().map(|(t, _)| **t).collect();
                let (gone, left) = (levels(gone), levels(left));
                let mut off = self.clone();
                off.paths[path].levels[ladder] = gone;
                off.paths[path].may_be_off = false;
                off.is_coarse = true;
                off.options = off.proof.some(&off.paths);
                off.value = off.at(multipliers);
                trimmed.push(off);
                self.paths[path].levels[ladder] = left;
                self.options = self.proof.some(&self.paths);
            }
        }
        self.is_coarse = 2 * self.levels() < before;
        trimmed
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cap, Linear, Relaxation, Stop, prove};
    use super::*;
    use crate::engine::cpu::menu::totals;
    use crate::plan::menu::{Configurations, MenuRows, SampleLevels};
    use crate::random::Stream;

    const LEVELS: u8 = 4;
    const PATHS: usize = 3;

    fn rows(seed: u64) -> MenuRows {
        let mut dice = Stream::new(seed, 0, 0);
        let mut sample = |events: usize| -> (Vec<f64>, Vec<u8>) {
            let weights = (0..events).map(|_| 1.0 + (9.0 * dice.uniform()).floor());
            let weights = weights.collect();
            let levels = (0..events * PATHS).map(|_| (5.0 * dice.uniform()) as u8);
            (weights, levels.collect())
        };
        let samples = [sample(30), sample(30)];
        let samples = samples.iter().map(|(weights, critical)| SampleLevels {
            weights,
            selected: &[],
            strata: &[],
            critical,
            further: &[],
        });
        let samples: Vec<_> = samples.collect();
        MenuRows::new(&[LEVELS; PATHS], &[0, 1, 2], &samples)
    }

    /// Gain and cost of a menu.
    fn figures(rows: &MenuRows, levels: &[u8]) -> [f64; 2] {
        let mut one = Configurations::new(PATHS, PATHS);
        one.push_unprescaled(levels);
        let mut figures = [0.0; 2];
        for (class, sum) in rows.classes.iter().zip(totals(rows, &one)) {
            let weight = class.unit * (sum as f64 / 4_294_967_296.0);
            figures[usize::from(class.sample == 0)] += weight;
        }
        figures
    }

    #[test]
    fn every_menu_stays_in_one_region_below_its_bound_at_any_price() {
        let mut taken_off = 0;
        for seed in 0..60 {
            let rows = rows(seed);
            let of = |sample: usize| {
                Linear::new(&rows, 0.0, |c| f64::from(u8::from(c.sample == sample)))
            };
            let most = 60.0;
            let options = PathOptions {
                levels: vec![(0..LEVELS).collect()],
                least_share: 1.0,
                most_share: 1.0,
                may_be_off: false,
            };
            let relaxation = Relaxation {
                rows: &rows,
                objective: vec![of(1)],
                caps: vec![Cap {
                    paths: vec![true; PATHS],
                    costs: of(0).gains,
                    most,
                }],
                floors: Vec::new(),
                paths: vec![options; PATHS],
            };
            let stop = Stop {
                target: f64::NAN,
                gap: 0.0,
                iterations: 60,
            };
            let (bound, proof) = prove(&relaxation, None, stop, None).expect("a bound");
            let price = bound.multipliers.caps[0];
            let mut whole = Region::new(relaxation.paths.clone(), bound, proof);
            let mut regions = whole.trim(0.9 * whole.value);
            taken_off += regions.len();
            regions.push(whole);
            for number in 0..usize::from(LEVELS).pow(PATHS as u32) {
                let level = |path: u32| number / usize::from(LEVELS).pow(path) % 4;
                let levels: Vec<u8> = (0..3).map(|path| level(path) as u8).collect();
                let holds = |region: &&Region| {
                    let mut paths = region.paths.iter().zip(&levels);
                    paths.all(|(path, level)| path.levels[0].contains(level))
                };
                let own: Vec<&Region> = regions.iter().filter(holds).collect();
                let [own] = own[..] else {
                    panic!("{seed}: {levels:?} is in {} regions", own.len());
                };
                let [gain, cost] = figures(&rows, &levels);
                for part in [0.0, 0.3, 1.0, 3.0] {
                    let price = part * price;
                    let value = own.at(&[1.0, price]);
                    assert!(
                        value >= gain + price * (most - cost),
                        "{seed}: {levels:?} at {price}"
                    );
                }
            }
        }
        assert!(taken_off > 20, "{taken_off}");
    }
}
