//! A menu on its events as tables: cumulative bitset rows of critical levels, and integer weights.
//!
//! The critical level of an event on a ladder is how many of its threshold levels the event passes. A
//! configuration names a level of every ladder: the accepted events are the OR of one row a path, or of
//! ANDs of rows where the legs of a path vary independently.

mod block;
mod configurations;
mod events;
mod layout;
mod samples;
mod sigma;
mod split;
mod weights;

pub use block::{Alternative, BLOCK_EVENTS, BLOCK_WORDS, Block, SparseLevels};
pub use configurations::Configurations;
pub use events::{MenuEvents, no_weight, too_many_strata};
pub use layout::SampleLevels;
pub use samples::MenuPlan;
pub use sigma::AcceptedSums;
pub use split::{Part, Split};
pub use weights::Class;

use crate::menu::StratumWeights;

/// Sums are whole numbers of 1 / this of a class's unit.
pub const FIXED_POINT: f64 = 4_294_967_296.0;

/// Events x paths, compressed: events that pass no path at its loosest level are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuRows {
    /// Threshold levels of each ladder, loosest first; in a configuration this number is "off".
    pub levels: Vec<u8>,
    /// The path of each ladder, ascending.
    pub ladder_paths: Vec<usize>,
    /// The first ladder of each path, and behind them the number of ladders.
    pub first_ladders: Vec<usize>,
    /// Events of one sample whose weights are integers in one unit.
    pub classes: Vec<Class>,
    pub blocks: Vec<Block>,
    /// Sum of all weights of each sample, events that were left out among them.
    pub sums_of_weights: Vec<f64>,
    /// The same of the events that satisfy the sample's `where`; none where it has none.
    pub selected_sums: Vec<Option<f64>>,
    /// Of each sample, its strata with the weights of all events; empty where only sums are wanted.
    pub strata: Vec<Vec<StratumWeights>>,
    /// Of each path with one ladder, class and level, the weight in units of the events that pass:
    /// `path_sums[path][class * levels + level]`; nothing for paths with several.
    pub path_sums: Vec<Vec<u64>>,
    /// The most by which an event's weight is misrepresented, relative; 0 where weights are exact.
    pub rounding: f64,
}

/// What a configuration accepts of each sample.
#[derive(Debug, Clone, PartialEq)]
pub struct AcceptedWeights {
    pub all: Vec<f64>,
    /// Of the events that satisfy the sample's `where`.
    pub selected: Vec<f64>,
}

impl AcceptedWeights {
    /// Nothing, of so many samples.
    pub fn none(samples: usize) -> Self {
        Self {
            all: vec![0.0; samples],
            selected: vec![0.0; samples],
        }
    }

    /// Adds a class's accepted events, in its units.
    pub fn add(&mut self, class: &Class, units: f64) {
        let weight = class.unit * units;
        self.all[class.sample] += weight;
        if class.selected {
            self.selected[class.sample] += weight;
        }
    }
}

impl MenuRows {
    /// Accepted weights from a configuration's sums by class, in 2^-32 of the classes' units.
    pub fn weights(&self, sums: &[u128]) -> AcceptedWeights {
        let samples = self.sums_of_weights.len();
        let mut accepted = AcceptedWeights::none(samples);
        for (class, sum) in self.classes.iter().zip(sums) {
            accepted.add(class, *sum as f64 / FIXED_POINT);
        }
        accepted
    }

    /// The number of paths.
    pub fn paths(&self) -> usize {
        self.first_ladders.len() - 1
    }

    /// The ladders of a path.
    pub fn ladders_of(&self, path: usize) -> std::ops::Range<usize> {
        self.first_ladders[path]..self.first_ladders[path + 1]
    }

    /// The number of events that are kept.
    pub fn events(&self) -> usize {
        self.blocks.iter().map(|b| b.events.units.len()).sum()
    }

    /// Bytes of the tables.
    pub fn bytes(&self) -> usize {
        let of = |b: &Block| {
            8 * (b.rows.len() + b.planes.len())
                + 3 * b.events.ladders.len()
                + 8 * b.events.units.len()
        };
        self.blocks.iter().map(of).sum()
    }
}
