//! A menu on its events as tables: cumulative bitset rows of critical levels, and integer weights.
//!
//! The critical level of an event on a path is how many of the path's threshold levels it passes. A
//! configuration names a level of every path, so its accepted events are the OR of one row a path.

mod layout;
mod samples;
mod weights;

pub use layout::{BLOCK_EVENTS, BLOCK_WORDS, SampleLevels};
pub use samples::MenuPlan;
pub use weights::Class;

/// Events x paths, compressed: events that pass no path at its loosest level are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuRows {
    /// Threshold levels of each path, loosest first; in a configuration this number is "off".
    pub levels: Vec<u8>,
    /// Events of one sample whose weights are integers in one unit.
    pub classes: Vec<Class>,
    pub blocks: Vec<Block>,
    /// Sum of all weights of each sample, events that were left out among them.
    pub sums_of_weights: Vec<f64>,
    pub sparse: SparseLevels,
    /// Of each path, class and level, the weight in units of the events that pass:
    /// `path_sums[path][class * levels + level]`.
    pub path_sums: Vec<Vec<u64>>,
    /// The most by which an event's weight is misrepresented, relative; 0 where weights are exact.
    pub rounding: f64,
}

/// Up to [`BLOCK_EVENTS`] events of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub class: usize,
    /// Paths that any event of the block passes at its loosest level.
    pub active: Vec<u16>,
    /// Word at which the rows of each active path begin: one row of [`BLOCK_WORDS`] a level.
    pub first_word: Vec<u32>,
    pub rows: Vec<u64>,
    /// Bit planes of the integer weights, the lowest first; none where every weight is one unit.
    pub planes: Vec<u64>,
}

/// The same levels event by event, zeros left out, in the order of the blocks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseLevels {
    /// Event i has `starts[i]..starts[i + 1]` of the entries.
    pub starts: Vec<u32>,
    pub paths: Vec<u16>,
    pub levels: Vec<u8>,
    pub classes: Vec<u16>,
    pub weights: Vec<u32>,
}

impl MenuRows {
    /// A sample's accepted weight, from sums in units by class.
    pub fn weight(&self, sample: usize, sums: &[u64]) -> f64 {
        let own = self
            .classes
            .iter()
            .zip(sums)
            .filter(|(c, _)| c.sample == sample);
        own.map(|(class, sum)| class.unit * *sum as f64).sum()
    }

    /// Bytes of the tables.
    pub fn bytes(&self) -> usize {
        let blocks = self.blocks.iter();
        let rows: usize = blocks.map(|b| 8 * (b.rows.len() + b.planes.len())).sum();
        let sparse = &self.sparse;
        rows + 3 * sparse.paths.len() + 10 * sparse.weights.len()
    }
}
