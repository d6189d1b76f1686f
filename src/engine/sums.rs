//! Sums of accepted weights by path and by move, in 2^-32 of the classes' units.

use crate::plan::menu::{FIXED_POINT, MenuRows};

/// By path: `[point][path][class]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathSums {
    /// What passes the path before its prescale; nothing where it is off.
    pub passing: Vec<u128>,
    /// What would be lost without it: OR(all) - OR(all but the path).
    pub pure: Vec<u128>,
}

/// Accepted weight around a configuration, in 2^-32 of the class's unit. With a path at a share q and one
/// of its ladders at a level it is `without[path] + q * open[ladder][level]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveSums {
    /// Of the configuration itself, by class.
    pub now: Vec<u128>,
    /// `[path][class]`: of all paths but this.
    pub without: Vec<Vec<u128>>,
    /// `[ladder][class * (levels + 1) + level]`: what the others reject of the events that pass the path
    /// with this ladder at this level, the path's other ladders as they are; 0 at "off", the last.
    pub open: Vec<Vec<u128>>,
}

impl MoveSums {
    /// Accepted weight by class with a ladder at a level, its path keeping a share.
    pub fn after(&self, rows: &MenuRows, ladder: usize, level: u8, kept_share: f64) -> Vec<u128> {
        let n = usize::from(rows.levels[ladder]) + 1;
        let share = (kept_share * FIXED_POINT + 0.5) as u128;
        let without = self.without[rows.ladder_paths[ladder]].iter();
        let open = self.open[ladder].chunks_exact(n);
        without
            .zip(open)
            .map(|(without, open)| without + ((share * open[usize::from(level)]) >> 32))
            .collect()
    }
}
