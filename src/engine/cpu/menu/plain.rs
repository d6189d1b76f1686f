//! Configurations without prescales: OR of one bitset row a path, counted against the planes of the
//! weights.

use super::bits::{or_alternatives, or_rows, weigh_without};
use crate::plan::menu::{BLOCK_WORDS, Block, MenuRows};
use multiversion::multiversion;

/// Adds a block's accepted weight for each configuration (one level a ladder, all ladders of a path off
/// or none).
pub(super) fn plain_block(block: &Block, menu: &MenuRows, configurations: &[u8], sums: &mut [u64]) {
    if block.alternatives.is_empty() {
        single_ladders(block, &menu.levels, configurations, sums);
    } else {
        several_ladders(block, BLOCK_WORDS, menu, configurations, sums);
    }
}

/// `words` is [`BLOCK_WORDS`].
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt+bmi1+bmi2",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
fn several_ladders(
    block: &Block,
    words: usize,
    menu: &MenuRows,
    configurations: &[u8],
    sums: &mut [u64],
) {
    let zero = &[0; BLOCK_WORDS][..words];
    let mut chosen = Vec::with_capacity(block.active.len());
    for (levels, sum) in configurations.chunks_exact(menu.levels.len()).zip(sums) {
        chosen.clear();
        for (&ladder, &first) in block.active.iter().zip(&block.first_word) {
            let level = levels[usize::from(ladder)];
            if level < menu.levels[usize::from(ladder)] {
                chosen.push(first + u32::from(level) * BLOCK_WORDS as u32);
            }
        }
        let mut accepted = [0; BLOCK_WORDS];
        let accepted = &mut accepted[..words];
        or_rows(&block.rows, &chosen, accepted);
        for of_path in block.alternatives.chunk_by(|a, b| a.path == b.path) {
            let first = menu.first_ladders[usize::from(of_path[0].path)];
            if levels[first] < menu.levels[first] {
                or_alternatives(&block.rows, of_path, &levels[first..], accepted);
            }
        }
        *sum += weigh_without(accepted, zero, &block.planes);
    }
}

/// The same where no path has several ladders.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
fn single_ladders(block: &Block, counts: &[u8], configurations: &[u8], sums: &mut [u64]) {
    let (rows, _) = block.rows.as_chunks::<BLOCK_WORDS>();
    let (planes, _) = block.planes.as_chunks::<BLOCK_WORDS>();
    // Written without iterators in the innermost loops: with them, the compiler does not vectorise.
    let mut chosen = Vec::with_capacity(block.active.len());
    for (configuration, sum) in configurations.chunks_exact(counts.len()).zip(sums) {
        chosen.clear();
        for (&ladder, &first) in block.active.iter().zip(&block.first_word) {
            let level = configuration[usize::from(ladder)];
            if level < counts[usize::from(ladder)] {
                chosen.push(first / BLOCK_WORDS as u32 + u32::from(level));
            }
        }
        let mut accepted = [0u64; BLOCK_WORDS];
        for &row in &chosen {
            let row = &rows[row as usize];
            for i in 0..BLOCK_WORDS {
                accepted[i] |= row[i];
            }
        }
        let mut own = 0;
        if planes.is_empty() {
            for word in accepted {
                own += u64::from(word.count_ones());
            }
        }
        for (bit, plane) in planes.iter().enumerate() {
            let mut events = 0;
            for i in 0..BLOCK_WORDS {
                events += u64::from((accepted[i] & plane[i]).count_ones());
            }
            own += events << bit;
        }
        *sum += own;
    }
}
