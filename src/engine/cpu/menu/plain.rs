//! Configurations without prescales: OR of one bitset row a path, counted against the planes of the
//! weights.

use super::bits::{or_alternatives, or_rows, weigh_without};
use crate::plan::menu::{BLOCK_WORDS, Block, MenuRows};
use multiversion::multiversion;

/// Rows that are taken at a time: what is accepted is then loaded and stored less often.
const ROWS: usize = 4;

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
    let mut chosen = vec![0u32; block.active.len().next_multiple_of(ROWS)];
    for (configuration, sum) in configurations.chunks_exact(counts.len()).zip(sums) {
        let mut count = 0;
        for (&ladder, &first) in block.active.iter().zip(&block.first_word) {
            let level = configuration[usize::from(ladder)];
            chosen[count] = first / BLOCK_WORDS as u32 + u32::from(level);
            count += usize::from(level < counts[usize::from(ladder)]);
        }
        if count == 0 {
            continue;
        }
        // The last row once more changes nothing.
        let last = chosen[count - 1];
        while count % ROWS != 0 {
            chosen[count] = last;
            count += 1;
        }
        let mut accepted = [0u64; BLOCK_WORDS];
        for four in chosen[..count].chunks_exact(ROWS) {
            let (a, b) = (&rows[four[0] as usize], &rows[four[1] as usize]);
            let (c, d) = (&rows[four[2] as usize], &rows[four[3] as usize]);
            for i in 0..BLOCK_WORDS {
                accepted[i] |= a[i] | b[i] | c[i] | d[i];
            }
        }
        let mut own = 0;
        if planes.is_empty() {
            for word in accepted {
                own += u64::from(word.count_ones());
            }
        } else {
            // Words are added up at the end: once a block, not once a plane.
            let mut units = [0u64; BLOCK_WORDS];
            for (bit, plane) in planes.iter().enumerate() {
                for i in 0..BLOCK_WORDS {
                    units[i] += u64::from((accepted[i] & plane[i]).count_ones()) << bit;
                }
            }
            own = units.iter().sum();
        }
        *sum += own;
    }
}
