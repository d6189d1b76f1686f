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
