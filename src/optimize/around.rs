//! The sums of all moves from a point, as weights by sample.

use crate::engine::MoveSums;
use crate::plan::menu::{AcceptedWeights, FIXED_POINT, MenuRows};

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
