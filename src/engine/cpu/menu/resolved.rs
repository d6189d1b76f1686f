//! Configurations as the kernels take them: paths that are off have all their ladders at "off", and
//! prescales are tables of 32-bit fractions.

use crate::plan::menu::{Configurations, FIXED_POINT, MenuRows};
use std::ops::Range;

/// Configurations without prescales, and those with.
pub(in crate::engine) struct Resolved {
    /// Numbers of those without.
    pub plain: Vec<usize>,
    /// Their levels, one a ladder.
    pub plain_levels: Vec<u8>,
    pub prescaled: Vec<Prescaled>,
}

/// A configuration in which some paths keep a share of their events.
pub(in crate::engine) struct Prescaled {
    pub configuration: usize,
    /// One a ladder.
    pub levels: Vec<u8>,
    /// Of each path, its number among the prescaled ones, or [`UNPRESCALED`].
    pub numbers: Vec<u16>,
    /// For every eight prescaled paths: the probability that all of those reject which an event
    /// passes, bit i standing for path i of the eight.
    pub tables: Vec<[u32; 256]>,
}

pub(in crate::engine) const UNPRESCALED: u16 = u16::MAX;
/// Probability 1.
pub(super) const ONE: u64 = 1 << 32;

/// A probability in units of 2^-32, rounded to the nearest.
#[inline(always)]
pub(super) fn fixed(probability: f64) -> u64 {
    (probability * FIXED_POINT + 0.5) as u64
}

/// Puts all ladders of a path off where one is, or its share is 0.
///
/// # Panics
/// If a level is beyond "off" or a share not within 0 and 1.
pub(super) fn put_off(rows: &MenuRows, levels: &mut [u8], shares: &[f64]) {
    let within = levels.iter().zip(&rows.levels).all(|(c, n)| c <= n);
    assert!(within, "levels within their ladders");
    let shared = shares.iter().all(|share| (0.0..=1.0).contains(share));
    assert!(shared, "shares within 0 and 1");
    for (path, share) in shares.iter().enumerate() {
        let ladders = rows.ladders_of(path);
        let several = ladders.len() > 1;
        if *share == 0.0 || several && ladders.clone().any(|l| levels[l] == rows.levels[l]) {
            levels[ladders.clone()].copy_from_slice(&rows.levels[ladders]);
        }
    }
}

/// The levels of a configuration, as [`put_off`] leaves them.
pub(super) fn levels_with_off(rows: &MenuRows, levels: &[u8], shares: &[f64]) -> Vec<u8> {
    let mut levels = levels.to_vec();
    put_off(rows, &mut levels, shares);
    levels
}

/// # Panics
/// If the configurations are of another menu.
pub(in crate::engine) fn check(rows: &MenuRows, configurations: &Configurations) {
    let (ladders, paths) = (configurations.ladders(), configurations.paths());
    assert_eq!(
        (ladders, paths),
        (rows.levels.len(), rows.paths()),
        "ladders and paths of the rows"
    );
    let count = configurations.len();
    assert_eq!(configurations.levels.len(), count * ladders, "whole levels");
    assert_eq!(
        configurations.kept_shares.len(),
        count * paths,
        "whole shares"
    );
}

impl Resolved {
    pub fn new(rows: &MenuRows, configurations: &Configurations, which: Range<usize>) -> Self {
        let mut resolved = Self {
            plain: Vec::with_capacity(which.len()),
            plain_levels: Vec::with_capacity(which.len() * rows.levels.len()),
            prescaled: Vec::new(),
        };
        for configuration in which {
            let shares = configurations.shares_of(configuration);
            let start = resolved.plain_levels.len();
            let levels = configurations.levels_of(configuration);
            resolved.plain_levels.extend_from_slice(levels);
            let levels = &mut resolved.plain_levels[start..];
            put_off(rows, levels, shares);
            let prescaled = |path: &usize| {
                let first = rows.first_ladders[*path];
                shares[*path] < 1.0 && levels[first] < rows.levels[first]
            };
            let paths: Vec<usize> = (0..shares.len()).filter(prescaled).collect();
            if paths.is_empty() {
                resolved.plain.push(configuration);
                continue;
            }
            let levels = resolved.plain_levels.split_off(start);
            let mut numbers = vec![UNPRESCALED; shares.len()];
            for (number, path) in paths.iter().enumerate() {
                numbers[*path] = number as u16;
            }
            let lost: Vec<f64> = paths.iter().map(|path| 1.0 - shares[*path]).collect();
            resolved.prescaled.push(Prescaled {
                configuration,
                levels,
                numbers,
                tables: lost.chunks(8).map(reject_table).collect(),
            });
        }
        resolved
    }
}

/// Of each pattern of up to eight paths, the probability that all reject; nothing passed is not asked.
fn reject_table(lost: &[f64]) -> [u32; 256] {
    let mut products = [1.0; 256];
    let mut table = [0; 256];
    for pattern in 1usize..1 << lost.len() {
        let last = pattern.ilog2() as usize;
        products[pattern] = products[pattern ^ 1 << last] * lost[last];
        // A share below 2^-33 would round to a certain rejection.
        table[pattern] = fixed(products[pattern]).min(ONE - 1) as u32;
    }
    table
}
