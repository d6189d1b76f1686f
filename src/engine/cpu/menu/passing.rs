//! The weight that passes each path, before its prescale.

use super::bits::{or_alternatives, weigh_without};
use super::resolved::{check, levels_with_off};
use super::tasks::over_blocks;
use crate::plan::menu::{BLOCK_WORDS, Block, Configurations, MenuRows};
use multiversion::multiversion;

/// Weight that passes each path, in 2^-32 of the class's unit and exact: `[configuration][path][class]`.
/// Paths that are off pass nothing; times the kept share it is the path's own accepted weight.
///
/// # Panics
/// As [`totals`](super::totals).
pub fn passing(rows: &MenuRows, configurations: &Configurations) -> Vec<u128> {
    check(rows, configurations);
    let (paths, classes, count) = (rows.paths(), rows.classes.len(), configurations.len());
    let levels: Vec<u8> = (0..count)
        .flat_map(|c| {
            let shares = configurations.shares_of(c);
            levels_with_off(rows, configurations.levels_of(c), shares)
        })
        .collect();
    let ladders = rows.levels.len();
    // Paths with one ladder have their sums ready.
    let several: Vec<usize> = (0..paths)
        .filter(|p| rows.ladders_of(*p).len() > 1)
        .collect();
    let counted = if several.is_empty() { 0 } else { count };
    let sums = over_blocks(
        rows,
        counted,
        several.len(),
        |block, which, sums: &mut [u64]| {
            let levels = &levels[which.start * ladders..which.end * ladders];
            passing_block(block, BLOCK_WORDS, rows, &several, levels, sums);
        },
    );
    let mut all = vec![0; count * paths * classes];
    for (configuration, own) in all.chunks_exact_mut((paths * classes).max(1)).enumerate() {
        let levels = &levels[configuration * ladders..][..ladders];
        for path in 0..paths {
            let first = rows.first_ladders[path];
            let (level, n) = (usize::from(levels[first]), usize::from(rows.levels[first]));
            if level == n {
                continue;
            }
            for class in 0..classes {
                let units = match several.binary_search(&path) {
                    Err(_) => rows.path_sums[path][class * n + level],
                    Ok(i) => sums[(class * count + configuration) * several.len() + i],
                };
                own[path * classes + class] = u128::from(units) << 32;
            }
        }
    }
    all
}

/// Adds what passes each of the paths with several ladders; `words` is [`BLOCK_WORDS`].
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt+bmi1+bmi2",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
fn passing_block(
    block: &Block,
    words: usize,
    menu: &MenuRows,
    several: &[usize],
    configurations: &[u8],
    sums: &mut [u64],
) {
    let zero = &[0; BLOCK_WORDS][..words];
    let configurations = configurations.chunks_exact(menu.levels.len());
    for (configuration, sums) in configurations.zip(sums.chunks_exact_mut(several.len())) {
        let mut number = 0;
        for of_path in block.alternatives.chunk_by(|a, b| a.path == b.path) {
            let path = usize::from(of_path[0].path);
            while several[number] != path {
                number += 1;
            }
            let first = menu.first_ladders[path];
            if configuration[first] < menu.levels[first] {
                let mut own = [0; BLOCK_WORDS];
                let own = &mut own[..words];
                or_alternatives(&block.rows, of_path, &configuration[first..], own);
                sums[number] += weigh_without(own, zero, &block.planes);
            }
        }
    }
}
