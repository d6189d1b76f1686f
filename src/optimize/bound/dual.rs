//! All rows of a menu with their splits.

use super::rows::LinearTerms;
use super::tile::{SplitSums, Sweep, Tile};
use rayon::prelude::*;

/// Rows in tiles, and what is linear.
#[derive(Debug)]
pub struct Dual {
    tiles: Vec<Tile>,
    linear: LinearTerms,
}

/// What one sweep over all rows finds.
#[derive(Debug)]
pub struct Swept {
    /// By column.
    pub earned: Vec<f64>,
    /// By term; what caps accept is negative.
    pub accepted: Vec<f64>,
    pub moved: f64,
}

impl Dual {
    /// Rows split as a menu with these kept shares suggests.
    pub fn new(mut tiles: Vec<Tile>, linear: LinearTerms, kept: &[f64]) -> Self {
        tiles.par_iter_mut().for_each(|tile| tile.begin(kept));
        Self { tiles, linear }
    }

    /// Absolute weight by term.
    pub fn weight(&self) -> &[f64] {
        &self.linear.weight
    }

    /// Moves all splits by one step.
    pub fn sweep(&mut self, sweep: &Sweep) -> Swept {
        self.tiles.par_iter_mut().for_each(|tile| tile.sweep(sweep));
        let mut swept = Swept {
            earned: vec![0.0; sweep.kept.len()],
            accepted: vec![0.0; sweep.multipliers.len()],
            moved: 0.0,
        };
        for (term, columns) in self.linear.columns.iter().enumerate() {
            for ((earned, own), kept) in swept.earned.iter_mut().zip(columns).zip(sweep.kept) {
                *earned += sweep.multipliers[term] * own;
                swept.accepted[term] += own * kept;
            }
        }
        for tile in &self.tiles {
            add(&mut swept.earned, &tile.sums.earned);
            add(&mut swept.accepted, &tile.sums.accepted);
            swept.moved += tile.sums.moved;
        }
        swept
    }

    /// Brings the splits' anchors to where they are; the weighted square of the way.
    pub fn restart(&mut self, multipliers: &[f64]) -> f64 {
        let tiles = self.tiles.par_iter_mut();
        let ways: Vec<f64> = tiles.map(|tile| tile.restart(multipliers)).collect();
        ways.iter().sum()
    }

    /// Absolute weight by column, which tames its steps.
    pub fn scales(&self, multipliers: &[f64]) -> Vec<f64> {
        let columns = self.linear.columns.first().map_or(0, Vec::len);
        let mut scales = vec![0.0; columns];
        for tile in &self.tiles {
            tile.weigh(multipliers, &mut scales);
        }
        // Columns of linear rows alone have nothing to tame; they may not jump.
        for (multiplier, columns) in multipliers.iter().zip(&self.linear.columns) {
            for (scale, own) in scales.iter_mut().zip(columns) {
                *scale += 0.01 * multiplier * own.abs();
            }
        }
        let mean = scales.iter().sum::<f64>() / scales.len().max(1) as f64;
        for scale in &mut scales {
            *scale += 0.001 * mean + f64::MIN_POSITIVE;
        }
        scales
    }

    /// What the splits prove, made valid.
    pub fn split_sums(&self) -> SplitSums {
        let terms = self.linear.columns.len();
        let parts = self.tiles.par_iter().map(|tile| {
            let mut own = SplitSums {
                constants: vec![0.0; terms],
                columns: self
                    .linear
                    .columns
                    .iter()
                    .map(|c| vec![0.0; c.len()])
                    .collect(),
            };
            tile.certify(&mut own);
            own
        });
        let mut sums = SplitSums {
            constants: vec![0.0; terms],
            columns: self.linear.columns.clone(),
        };
        for own in parts.collect::<Vec<_>>() {
            add(&mut sums.constants, &own.constants);
            for (sum, own) in sums.columns.iter_mut().zip(&own.columns) {
                add(sum, own);
            }
        }
        sums
    }
}

fn add(sums: &mut [f64], own: &[f64]) {
    for (sum, own) in sums.iter_mut().zip(own) {
        *sum += own;
    }
}
