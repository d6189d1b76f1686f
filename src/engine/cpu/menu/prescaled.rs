//! Configurations with prescales, in expectation.
//!
//! Unprescaled paths accept by OR. Of the other events, those that pass one prescaled path are counted
//! path by path; those that pass several are few, and their paths are looked up one event at a time.

use super::bits::{count_twice, or_alternatives, or_rows, take_out, weigh_without};
use super::resolved::{ONE, Prescaled, UNPRESCALED};
use crate::plan::menu::{BLOCK_WORDS, Block, MenuRows};
use multiversion::multiversion;

/// The prescaled paths that events of a block pass.
#[derive(Default)]
struct Passing {
    /// Their numbers, ascending, and which of the rows is theirs.
    paths: Vec<(u16, usize)>,
    /// One row behind the other.
    rows: Vec<u64>,
}

/// Adds a block's accepted weight for each configuration, in 2^-32 of the unit. `words` is
/// [`BLOCK_WORDS`].
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt+bmi1+bmi2",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
pub(super) fn prescaled_block(
    block: &Block,
    words: usize,
    menu: &MenuRows,
    configurations: &[Prescaled],
    sums: &mut [u128],
) {
    let mut sure = Vec::with_capacity(block.active.len());
    let mut passing = Passing::default();
    let zero = &[0; BLOCK_WORDS][..words];
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
        let accepted = &mut accepted[..words];
        or_rows(&block.rows, &sure, accepted);
        for of_path in block.alternatives.chunk_by(|a, b| a.path == b.path) {
            let path = usize::from(of_path[0].path);
            let first = menu.first_ladders[path];
            let levels = &levels[first..];
            if levels[0] == menu.levels[first] {
                continue;
            }
            match numbers[path] {
                UNPRESCALED => or_alternatives(&block.rows, of_path, levels, accepted),
                number => {
                    let mut own = [0; BLOCK_WORDS];
                    or_alternatives(&block.rows, of_path, levels, &mut own[..words]);
                    passing.push(number, &own);
                }
            }
        }
        passing.paths.sort_unstable();
        let mut units = weigh_without(accepted, zero, &block.planes) << 32;
        if !passing.paths.is_empty() {
            take_out(accepted, &mut passing.rows);
            units += passing.kept(block, words, &configuration.tables);
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
    #[inline(always)]
    fn kept(&self, block: &Block, words: usize, tables: &[[u32; 256]]) -> u64 {
        let (mut any, mut several) = ([0; BLOCK_WORDS], [0; BLOCK_WORDS]);
        count_twice(&self.rows, &mut any[..words], &mut several);
        let mut units = 0;
        for &(number, row) in &self.paths {
            let row = &self.rows[row * words..][..words];
            let reject = tables[usize::from(number >> 3)][1 << (number & 7)];
            units += weigh_without(row, &several, &block.planes) * (ONE - u64::from(reject));
        }
        for (word, &of_word) in several.iter().enumerate() {
            if of_word != 0 {
                units += self.kept_of_word(block, tables, word, of_word);
            }
        }
        units
    }

    /// The same of some of 64 events: of each, a table's entry for every eight paths, multiplied in their
    /// order.
    #[inline(always)]
    fn kept_of_word(&self, block: &Block, tables: &[[u32; 256]], word: usize, events: u64) -> u64 {
        let mut rejects = [ONE; 64];
        for of_table in self.paths.chunk_by(|a, b| a.0 >> 3 == b.0 >> 3) {
            let table = &tables[usize::from(of_table[0].0 >> 3)];
            let mut passing = [0; 8];
            for &(number, row) in of_table {
                passing[usize::from(number & 7)] = self.rows[row * BLOCK_WORDS + word];
            }
            let mut left = events;
            while left != 0 {
                let bit = left.trailing_zeros() as usize & 63;
                left &= left - 1;
                let mut pattern = 0;
                for (path, of_path) in passing.iter().enumerate() {
                    pattern |= (of_path >> bit & 1) << path;
                }
                if pattern != 0 {
                    let own = u64::from(table[(pattern & 255) as usize]);
                    let reject = &mut rejects[bit];
                    *reject = if *reject == ONE {
                        own
                    } else {
                        (*reject * own) >> 32
                    };
                }
            }
        }
        let mut units = 0;
        let mut left = events;
        while left != 0 {
            let bit = left.trailing_zeros() as usize & 63;
            left &= left - 1;
            let weight = block.events.units[64 * word + bit];
            units += u64::from(weight) * (ONE - rejects[bit]);
        }
        units
    }
}
