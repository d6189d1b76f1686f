//! Configurations without prescales: OR of one bitset row a path, counted against the planes of the
//! weights.

use crate::plan::menu::{BLOCK_WORDS, Block};
use multiversion::multiversion;

/// One bit for each event of a block.
pub(super) type Row = [u64; BLOCK_WORDS];

/// Adds a block's accepted weight for each configuration (one level a ladder, all ladders of a path off
/// or none).
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
pub(super) fn plain_block(
    block: &Block,
    counts: &[u8],
    first_ladders: &[usize],
    configurations: &[u8],
    sums: &mut [u64],
) {
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
        let mut accepted = [0; BLOCK_WORDS];
        for &row in &chosen {
            let row = &rows[row as usize];
            for i in 0..BLOCK_WORDS {
                accepted[i] |= row[i];
            }
        }
        for alternative in &block.alternatives {
            let first = first_ladders[usize::from(alternative.path)];
            if configuration[first] < counts[first] {
                let levels = &configuration[first..];
                or_alternative(rows, &alternative.first_word, levels, &mut accepted);
            }
        }
        *sum += weigh(&accepted, planes);
    }
}

/// Adds the events that have a bit in the row of each ladder at its level.
#[inline(always)]
pub(super) fn or_alternative(rows: &[Row], first_word: &[u32], levels: &[u8], passing: &mut Row) {
    let mut all = [u64::MAX; BLOCK_WORDS];
    for (&first, &level) in first_word.iter().zip(levels) {
        let row = &rows[first as usize / BLOCK_WORDS + usize::from(level)];
        for i in 0..BLOCK_WORDS {
            all[i] &= row[i];
        }
    }
    for i in 0..BLOCK_WORDS {
        passing[i] |= all[i];
    }
}

/// The weight of the events that have a bit, in units.
#[inline(always)]
pub(super) fn weigh(events: &Row, planes: &[Row]) -> u64 {
    let mut sum = 0;
    if planes.is_empty() {
        for i in 0..BLOCK_WORDS {
            sum += u64::from(events[i].count_ones());
        }
    }
    for (bit, plane) in planes.iter().enumerate() {
        let mut count = 0;
        for i in 0..BLOCK_WORDS {
            count += u64::from((events[i] & plane[i]).count_ones());
        }
        sum += count << bit;
    }
    sum
}
