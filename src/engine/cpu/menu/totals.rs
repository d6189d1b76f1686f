//! OR of one bitset row a path, counted against the planes of the weights.
//!
//! Blocks outside, configurations inside: a block's rows stay in the cache while all configurations go
//! over them. Sums are integers, so that their order does not matter.

use crate::plan::menu::{BLOCK_WORDS, Block, Configurations, MenuRows};
use multiversion::multiversion;
use rayon::prelude::*;

/// Accepted weight of each configuration and class, in 2^-32 of the class's unit: `[configuration][class]`.
///
/// # Panics
/// If the configurations have other ladders or paths than the rows, or a level beyond "off".
pub fn totals(rows: &MenuRows, configurations: &Configurations) -> Vec<u128> {
    assert_eq!(configurations.ladders(), rows.levels.len(), "its ladders");
    assert_eq!(configurations.paths(), rows.paths(), "its paths");
    let count = configurations.len();
    let ladders = rows.levels.len().max(1);
    let mut levels = configurations.levels.clone();
    for (i, configuration) in levels.chunks_exact_mut(ladders).enumerate() {
        let within = configuration.iter().zip(&rows.levels).all(|(c, n)| c <= n);
        assert!(within, "levels within their ladders");
        for (ladder, level) in configuration.iter_mut().enumerate() {
            let share = configurations.shares_of(i)[rows.ladder_paths[ladder]];
            assert!(share == 0.0 || share == 1.0, "no prescales yet");
            if share == 0.0 {
                *level = rows.levels[ladder];
            }
        }
    }
    let configurations = &levels;
    let classes = rows.classes.len();
    let zero = || (vec![0u64; count * classes], vec![0u64; count]);
    let at_least = rows.blocks.len().div_ceil(4 * rayon::current_num_threads());
    let sums = rows
        .blocks
        .par_iter()
        .with_min_len(at_least.max(1))
        .fold(zero, |(mut sums, mut own), block| {
            block_totals(block, &rows.levels, configurations, &mut own);
            for (sums, own) in sums.chunks_exact_mut(classes).zip(&own) {
                sums[block.class] += own;
            }
            (sums, own)
        })
        .map(|(sums, _)| sums);
    let sums = sums.reduce(
        || vec![0; count * classes],
        |mut a, b| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            a
        },
    );
    sums.into_iter().map(|sum| u128::from(sum) << 32).collect()
}

/// One block's accepted weight for each configuration.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
fn block_totals(block: &Block, levels: &[u8], configurations: &[u8], sums: &mut [u64]) {
    let (rows, _) = block.rows.as_chunks::<BLOCK_WORDS>();
    let (planes, _) = block.planes.as_chunks::<BLOCK_WORDS>();
    // Written without iterators in the innermost loops: with them, the compiler does not vectorise.
    let mut chosen = Vec::with_capacity(block.active.len());
    for (configuration, sum) in configurations.chunks_exact(levels.len()).zip(sums) {
        chosen.clear();
        for (&path, &first) in block.active.iter().zip(&block.first_word) {
            let level = configuration[usize::from(path)];
            if level < levels[usize::from(path)] {
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
        *sum = 0;
        if planes.is_empty() {
            for word in accepted {
                *sum += u64::from(word.count_ones());
            }
        }
        for (bit, plane) in planes.iter().enumerate() {
            let mut events = 0;
            for i in 0..BLOCK_WORDS {
                events += u64::from((accepted[i] & plane[i]).count_ones());
            }
            *sum += events << bit;
        }
    }
}
