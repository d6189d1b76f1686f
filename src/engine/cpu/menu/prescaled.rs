//! Configurations with prescales, in expectation.
//!
//! Unprescaled paths accept by OR. Of the other events, those that pass one prescaled path are counted
//! path by path; those that pass several are few, and their paths are looked up one event at a time.

use super::plain::{Row, or_alternative, weigh};
use super::resolved::{ONE, Prescaled, UNPRESCALED};
use crate::plan::menu::{BLOCK_WORDS, Block, MenuRows};
use multiversion::multiversion;

/// Adds a block's accepted weight for each configuration, in 2^-32 of the unit.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt+bmi1+bmi2",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
pub(super) fn prescaled_block(
    block: &Block,
    menu: &MenuRows,
    configurations: &[Prescaled],
    sums: &mut [u128],
) {
    let (rows, _) = block.rows.as_chunks::<BLOCK_WORDS>();
    let (planes, _) = block.planes.as_chunks::<BLOCK_WORDS>();
    // The prescaled paths that the block's events pass: their numbers and rows.
    let mut passing: Vec<(u16, Row)> = Vec::new();
    for (configuration, sum) in configurations.iter().zip(sums) {
        passing.clear();
        let mut accepted = [0; BLOCK_WORDS];
        for (&ladder, &first) in block.active.iter().zip(&block.first_word) {
            let ladder = usize::from(ladder);
            let level = configuration.levels[ladder];
            if level >= menu.levels[ladder] {
                continue;
            }
            let row = &rows[first as usize / BLOCK_WORDS + usize::from(level)];
            let number = configuration.numbers[menu.ladder_paths[ladder]];
            if number == UNPRESCALED {
                for i in 0..BLOCK_WORDS {
                    accepted[i] |= row[i];
                }
            } else {
                passing.push((number, *row));
            }
        }
        for of_path in block.alternatives.chunk_by(|a, b| a.path == b.path) {
            let path = usize::from(of_path[0].path);
            let first = menu.first_ladders[path];
            let levels = &configuration.levels[first..];
            if levels[0] >= menu.levels[first] {
                continue;
            }
            let mut own = [0; BLOCK_WORDS];
            for alternative in of_path {
                or_alternative(rows, &alternative.first_word, levels, &mut own);
            }
            let number = configuration.numbers[path];
            if number == UNPRESCALED {
                for i in 0..BLOCK_WORDS {
                    accepted[i] |= own[i];
                }
            } else {
                passing.push((number, own));
            }
        }
        if !block.alternatives.is_empty() {
            passing.sort_unstable_by_key(|(number, _)| *number);
        }
        let mut units = weigh(&accepted, planes) << 32;
        let (mut any, mut several) = ([0; BLOCK_WORDS], [0; BLOCK_WORDS]);
        for (_, row) in &mut passing {
            for i in 0..BLOCK_WORDS {
                row[i] &= !accepted[i];
                several[i] |= any[i] & row[i];
                any[i] |= row[i];
            }
        }
        for (number, row) in &passing {
            let mut alone = [0; BLOCK_WORDS];
            let mut some = 0;
            for i in 0..BLOCK_WORDS {
                alone[i] = row[i] & !several[i];
                some |= alone[i];
            }
            if some != 0 {
                let table = &configuration.tables[usize::from(number >> 3)];
                let kept = ONE - u64::from(table[1 << (number & 7)]);
                units += weigh(&alone, planes) * kept;
            }
        }
        for word in 0..BLOCK_WORDS {
            let mut left = several[word];
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                let reject = rejected(&configuration.tables, &passing, word, bit);
                let weight = block.events.units[64 * word + bit];
                units += u64::from(weight) * (ONE - reject);
            }
        }
        *sum += u128::from(units);
    }
}

/// The probability that all prescaled paths which an event passes reject it: a table's entry for every
/// eight paths, multiplied in their order.
#[inline(always)]
fn rejected(tables: &[[u32; 256]], passing: &[(u16, Row)], word: usize, bit: usize) -> u64 {
    let mut reject = ONE;
    let mut next = 0;
    for (number, table) in tables.iter().enumerate() {
        let mut pattern = 0;
        while next < passing.len() && usize::from(passing[next].0 >> 3) == number {
            let (path, row) = &passing[next];
            pattern |= (row[word] >> bit & 1) << (path & 7);
            next += 1;
        }
        if pattern != 0 {
            let own = u64::from(table[(pattern & 255) as usize]);
            reject = if reject == ONE {
                own
            } else {
                reject * own >> 32
            };
        }
    }
    reject
}
