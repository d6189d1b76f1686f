//! The neighbourhood of a configuration: every single-path move, exactly, in one pass over the events.
//!
//! Of the events that no other path accepts, a path's level decides alone; all others are accepted
//! whatever it does. So one histogram a path over the critical levels holds all of its moves.

use crate::plan::menu::MenuRows;
use rayon::prelude::*;

/// Events that a thread takes at a time.
const PART: usize = 8192;

/// Accepted weight after each move, in units by class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveSums {
    /// Of the configuration itself.
    pub now: Vec<u64>,
    /// `paths[path][class * (levels + 1) + level]`: with this path at this level, the last being "off".
    pub paths: Vec<Vec<u64>>,
}

/// What one part of the events adds.
#[derive(Clone)]
struct Part {
    now: Vec<u64>,
    /// By class and path: accepted by this path alone.
    alone: Vec<u64>,
    /// By path: by class and critical level, of events that no other path accepts.
    open: Vec<Vec<u64>>,
}

/// All moves of one path from a configuration (one level a path).
///
/// # Panics
/// If the configuration has not one level a path.
pub fn moves(rows: &MenuRows, configuration: &[u8]) -> MoveSums {
    assert_eq!(configuration.len(), rows.levels.len(), "one level a path");
    let (paths, classes) = (rows.levels.len(), rows.classes.len());
    let zero = Part {
        now: vec![0; classes],
        alone: vec![0; classes * paths],
        open: rows
            .levels
            .iter()
            .map(|n| vec![0; classes * (usize::from(*n) + 1)])
            .collect(),
    };
    let events = rows.sparse.weights.len();
    let parts: Vec<Part> = (0..events.div_ceil(PART))
        .into_par_iter()
        .map(|part| {
            let mut sums = zero.clone();
            for event in part * PART..events.min((part + 1) * PART) {
                sums.add(rows, configuration, event);
            }
            sums
        })
        .collect();
    let mut sums = zero;
    for part in &parts {
        sums.merge(part);
    }
    let after = |(path, n): (usize, &u8)| {
        let n = usize::from(*n) + 1;
        let mut after = vec![0; classes * n];
        for class in 0..classes {
            let others = sums.now[class] - sums.alone[class * paths + path];
            let mut passing = 0;
            for level in (0..n).rev() {
                // At this level pass the events of a higher critical level; "off" passes none.
                after[class * n + level] = others + passing;
                passing += sums.open[path][class * n + level];
            }
        }
        after
    };
    MoveSums {
        paths: rows.levels.iter().enumerate().map(after).collect(),
        now: sums.now,
    }
}

impl Part {
    fn add(&mut self, rows: &MenuRows, configuration: &[u8], event: usize) {
        let sparse = &rows.sparse;
        let (class, weight) = (
            sparse.classes[event] as usize,
            u64::from(sparse.weights[event]),
        );
        let passes = |i: &usize| sparse.levels[*i] > configuration[usize::from(sparse.paths[*i])];
        let mut passing = sparse.entries(event).filter(passes);
        match (passing.next(), passing.next()) {
            (None, _) => {
                for i in sparse.entries(event) {
                    self.open(rows, i, class, weight);
                }
            }
            (Some(only), None) => {
                self.now[class] += weight;
                self.alone[class * configuration.len() + usize::from(sparse.paths[only])] += weight;
                self.open(rows, only, class, weight);
            }
            _ => self.now[class] += weight,
        }
    }

    fn open(&mut self, rows: &MenuRows, entry: usize, class: usize, weight: u64) {
        let path = usize::from(rows.sparse.paths[entry]);
        let n = usize::from(rows.levels[path]) + 1;
        self.open[path][class * n + usize::from(rows.sparse.levels[entry])] += weight;
    }

    fn merge(&mut self, other: &Self) {
        let add = |a: &mut Vec<u64>, b: &Vec<u64>| a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        add(&mut self.now, &other.now);
        add(&mut self.alone, &other.alone);
        self.open
            .iter_mut()
            .zip(&other.open)
            .for_each(|(a, b)| add(a, b));
    }
}
