//! Some of a hull's options, and the best of them.

use super::PathOptions;

/// Some of the options: columns where one begins, and the smallest and largest share of each path.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub begins: Vec<bool>,
    pub shares: Vec<(f64, f64)>,
}

/// The smallest and largest share of a path, off counting as 0.
pub fn ends(options: &PathOptions) -> (f64, f64) {
    match (options.is_on(), options.may_be_off) {
        (false, _) => (0.0, 0.0),
        (true, true) => (0.0, options.most_share),
        (true, false) => (options.least_share, options.most_share),
    }
}

/// Where the tail with the largest sum begins of those that may, and that sum; nothing where none may.
pub fn tightest_best(earned: &[f64], begins: &[bool]) -> (usize, f64) {
    let mut best = None;
    let mut tail = 0.0;
    for (column, (own, begins)) in earned.iter().zip(begins).enumerate().rev() {
        tail += own;
        if *begins && best.is_none_or(|(_, most)| tail > most) {
            best = Some((column, tail));
        }
    }
    best.unwrap_or((earned.len(), 0.0))
}
