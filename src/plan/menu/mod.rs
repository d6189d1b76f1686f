//! A menu on its events as tables: cumulative bitset rows of critical levels, and integer weights.
//!
//! The critical level of an event on a path is how many of the path's threshold levels it passes. A
//! configuration names a level of every path, so its accepted events are the OR of one row a path.

mod configurations;
mod layout;
mod samples;
mod weights;

pub use configurations::Configurations;
pub use layout::{BLOCK_EVENTS, BLOCK_WORDS, SampleLevels};
pub use samples::MenuPlan;
pub use weights::Class;

/// Sums are whole numbers of 1 / this of a class's unit.
pub const FIXED_POINT: f64 = 4_294_967_296.0;

/// Events x paths, compressed: events that pass no path at its loosest level are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuRows {
    /// Threshold levels of each ladder, loosest first; in a configuration this number is "off".
    pub levels: Vec<u8>,
    /// The path of each ladder, ascending.
    pub ladder_paths: Vec<usize>,
    /// Events of one sample whose weights are integers in one unit.
    pub classes: Vec<Class>,
    pub blocks: Vec<Block>,
    /// Sum of all weights of each sample, events that were left out among them.
    pub sums_of_weights: Vec<f64>,
    /// The same of the events that satisfy the sample's `where`; none where it has none.
    pub selected_sums: Vec<Option<f64>>,
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
    pub classes: Vec<u32>,
    pub weights: Vec<u32>,
}

impl MenuRows {
    /// A sample's accepted weight, from a configuration's sums by class, in 2^-32 of the class's unit.
    pub fn weight(&self, sample: usize, sums: &[u128]) -> f64 {
        self.weight_of(sums, |class| class.sample == sample)
    }

    /// The accepted weight of a sample's events that satisfy its `where`.
    pub fn selected_weight(&self, sample: usize, sums: &[u128]) -> f64 {
        self.weight_of(sums, |class| class.sample == sample && class.selected)
    }

    fn weight_of(&self, sums: &[u128], wanted: impl Fn(&Class) -> bool) -> f64 {
        let own = self.classes.iter().zip(sums).filter(|(c, _)| wanted(c));
        own.map(|(class, sum)| class.unit * (*sum as f64 / FIXED_POINT))
            .sum()
    }

    /// The number of paths.
    pub fn paths(&self) -> usize {
        self.ladder_paths.last().map_or(0, |last| last + 1)
    }

    /// Bytes of the tables.
    pub fn bytes(&self) -> usize {
        let blocks = self.blocks.iter();
        let rows: usize = blocks.map(|b| 8 * (b.rows.len() + b.planes.len())).sum();
        let sparse = &self.sparse;
        rows + 3 * sparse.paths.len() + 10 * sparse.weights.len()
    }
}
