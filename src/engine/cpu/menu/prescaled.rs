//! Configurations with prescales, in expectation.
//!
//! Unprescaled paths accept by OR. Of the other events, those that pass one prescaled path are counted
//! path by path; those that pass several are few, and their paths are looked up one event at a time.

use super::bits::{count_twice, or_alternatives, or_rows, take_out, weigh, weigh_without};
use super::resolved::{ONE, Prescaled, UNPRESCALED};
use crate::plan::menu::{BLOCK_WORDS, Block, MenuRows};

/// The prescaled paths that events of a block pass.
#[derive(Default)]
struct Passing {
    /// Their numbers, ascending, and which of the rows is theirs.
    paths: Vec<(u16, usize)>,
    /// One row behind the other.
    rows: Vec<u64>,
}

/// Adds a block's accepted weight for each configuration, in 2^-32 of the unit.
pub(super) fn prescaled_block(
    block: &Block,
    menu: &MenuRows,
    configurations: &[Prescaled],
    sums: &mut [u128],
) {
    let mut sure = Vec::with_capacity(block.active.len());
    let mut passing = Passing::default();
    for (configuration, sum) in configurations.iter().zip(sums) {
        let Prescaled {
            levels, numbers, ..
        } = configuration;
        sure.clear();
        passing.paths.clear();
        passing.rows.clear();
        for (&ladder, &first) in block.active.iter().zip(&block.first_word) {
            let ladder = usize::from(ladder);
            if levels[ladder] < menu.levels[ladder] {
                let first = first + u32::from(levels[ladder]) * BLOCK_WORDS as u32;
                match numbers[menu.ladder_paths[ladder]] {
                    UNPRESCALED => sure.push(first),
                    number => passing.push(number, &block.rows[first as usize..][..BLOCK_WORDS]),
                }
            }
        }
        let mut accepted = [0; BLOCK_WORDS];
        or_rows(&block.rows, &sure, &mut accepted);
        for of_path in block.alternatives.chunk_by(|a, b| a.path == b.path) {
            let path = usize::from(of_path[0].path);
            let first = menu.first_ladders[path];
            let levels = &levels[first..];
            if levels[0] == menu.levels[first] {
                continue;
            }
            match numbers[path] {
                UNPRESCALED => or_alternatives(&block.rows, of_path, levels, &mut accepted),
                number => {
                    let mut own = [0; BLOCK_WORDS];
                    or_alternatives(&block.rows, of_path, levels, &mut own);
                    passing.push(number, &own);
                }
            }
        }
        passing.paths.sort_unstable();
        let mut units = weigh(&accepted, &block.planes) << 32;
        if !passing.paths.is_empty() {
            take_out(&accepted, &mut passing.rows);
            units += passing.kept(block, &configuration.tables);
        }
        *sum += u128::from(units);
    }
}

impl Passing {
    fn push(&mut self, number: u16, row: &[u64]) {
        self.paths.push((number, self.paths.len()));
        self.rows.extend_from_slice(row);
    }

    /// What the prescaled paths keep of a block's events, in 2^-32 of the unit.
    fn kept(&self, block: &Block, tables: &[[u32; 256]]) -> u64 {
        let (mut any, mut several) = ([0; BLOCK_WORDS], [0; BLOCK_WORDS]);
        count_twice(&self.rows, &mut any, &mut several);
        let mut units = 0;
        for &(number, row) in &self.paths {
            let row = &self.rows[row * BLOCK_WORDS..][..BLOCK_WORDS];
            let reject = tables[usize::from(number >> 3)][1 << (number & 7)];
            units += weigh_without(row, &several, &block.planes) * (ONE - u64::from(reject));
        }
        for (word, &of_word) in several.iter().enumerate() {
            let mut left = of_word;
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                let weight = block.events.units[64 * word + bit];
                units += u64::from(weight) * (ONE - self.rejected(tables, word, bit));
            }
        }
        units
    }

    /// The probability that all prescaled paths which an event passes reject it: a table's entry for
    /// every eight paths, multiplied in their order.
    #[inline(always)]
    fn rejected(&self, tables: &[[u32; 256]], word: usize, bit: usize) -> u64 {
        let mut reject = ONE;
        let mut next = 0;
        while next < self.paths.len() {
            let number = self.paths[next].0 >> 3;
            let mut pattern = 0;
            while let Some(&(path, row)) = self.paths.get(next)
                && path >> 3 == number
            {
                pattern |= (self.rows[row * BLOCK_WORDS + word] >> bit & 1) << (path & 7);
                next += 1;
            }
            if pattern != 0 {
                let own = u64::from(tables[usize::from(number)][(pattern & 255) as usize]);
                reject = if reject == ONE {
                    own
                } else {
                    reject * own >> 32
                };
            }
        }
        reject
    }
}
