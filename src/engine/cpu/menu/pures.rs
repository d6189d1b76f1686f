//! What each path adds to all others: OR(all) - OR(all but the path).
//!
//! Of events that pass one path, its share; of events that pass several, a share only where at most one
//! of them is unprescaled. Those are looked up one event at a time.

use super::bits::{count_twice, or_alternatives, weigh_without};
use super::resolved::{check, fixed, levels_with_off};
use super::tasks::over_blocks;
use crate::plan::menu::{BLOCK_WORDS, Block, Configurations, MenuRows};
use multiversion::multiversion;

/// A configuration: one level a ladder, and of each path the share of its events that it loses.
struct Losses {
    levels: Vec<u8>,
    lost: Vec<f64>,
}

/// The weight that is lost without each path, in 2^-32 of the class's unit: `[configuration][path][class]`.
/// Exact without prescales.
///
/// # Panics
/// As [`totals`](super::totals).
pub fn pures(rows: &MenuRows, configurations: &Configurations) -> Vec<u128> {
    check(rows, configurations);
    let (paths, classes, count) = (rows.paths(), rows.classes.len(), configurations.len());
    let losses: Vec<Losses> = (0..count)
        .map(|c| {
            let shares = configurations.shares_of(c);
            Losses {
                levels: levels_with_off(rows, configurations.levels_of(c), shares),
                lost: shares.iter().map(|share| 1.0 - share).collect(),
            }
        })
        .collect();
    let sums = over_blocks(rows, count, paths, |block, which, sums: &mut [u128]| {
        pure_block(block, BLOCK_WORDS, rows, &losses[which], sums);
    });
    let mut pures = vec![0; sums.len()];
    for class in 0..classes {
        for i in 0..count * paths {
            pures[i * classes + class] = sums[class * count * paths + i];
        }
    }
    pures
}

/// `words` is [`BLOCK_WORDS`].
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt+bmi1+bmi2",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
fn pure_block(
    block: &Block,
    words: usize,
    menu: &MenuRows,
    configurations: &[Losses],
    sums: &mut [u128],
) {
    // The paths that events pass, and one row behind the other.
    let (mut paths, mut rows) = (Vec::new(), Vec::new());
    let mut chancy: Vec<(usize, f64)> = Vec::new();
    for (configuration, sums) in configurations
        .iter()
        .zip(sums.chunks_exact_mut(menu.paths()))
    {
        let Losses { levels, lost } = configuration;
        paths.clear();
        rows.clear();
        for (&ladder, &first) in block.active.iter().zip(&block.first_word) {
            let ladder = usize::from(ladder);
            if levels[ladder] < menu.levels[ladder] {
                let first = first as usize + usize::from(levels[ladder]) * BLOCK_WORDS;
                paths.push(menu.ladder_paths[ladder]);
                rows.extend_from_slice(&block.rows[first..][..BLOCK_WORDS]);
            }
        }
        for of_path in block.alternatives.chunk_by(|a, b| a.path == b.path) {
            let path = usize::from(of_path[0].path);
            let first = menu.first_ladders[path];
            if levels[first] < menu.levels[first] {
                let mut own = [0; BLOCK_WORDS];
                or_alternatives(&block.rows, of_path, &levels[first..], &mut own[..words]);
                paths.push(path);
                rows.extend_from_slice(&own);
            }
        }
        let (mut any, mut several) = ([0; BLOCK_WORDS], [0; BLOCK_WORDS]);
        count_twice(&rows, &mut any[..words], &mut several);
        let row_of = |i: usize| &rows[i * words..][..words];
        for (i, &path) in paths.iter().enumerate() {
            let kept = fixed(1.0 - lost[path]);
            let units = weigh_without(row_of(i), &several, &block.planes);
            sums[path] += u128::from(units) * u128::from(kept);
        }
        if paths.iter().all(|path| lost[*path] == 0.0) {
            continue;
        }
        let (mut sure, mut surely_kept) = ([0; BLOCK_WORDS], [0; BLOCK_WORDS]);
        for (i, &path) in paths.iter().enumerate() {
            if lost[path] == 0.0 {
                count_twice(row_of(i), &mut sure[..words], &mut surely_kept);
            }
        }
        for word in 0..BLOCK_WORDS {
            let mut left = several[word] & !surely_kept[word];
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                chancy.clear();
                let mut only = None;
                for (i, &path) in paths.iter().enumerate() {
                    if rows[i * BLOCK_WORDS + word] >> bit & 1 == 1 {
                        if lost[path] == 0.0 {
                            only = Some(path);
                        } else {
                            chancy.push((path, lost[path]));
                        }
                    }
                }
                let weight = u128::from(block.events.units[64 * word + bit]);
                if let Some(path) = only {
                    let others = without(&chancy, usize::MAX);
                    sums[path] += weight * u128::from(fixed(others));
                } else {
                    for (i, (path, own)) in chancy.iter().enumerate() {
                        let others = without(&chancy, i);
                        sums[*path] += weight * u128::from(fixed((1.0 - own) * others));
                    }
                }
            }
        }
    }
}

/// The probability that all but one of the paths reject.
#[inline(always)]
pub(super) fn without(chancy: &[(usize, f64)], one: usize) -> f64 {
    let mut product = 1.0;
    for (i, (_, lost)) in chancy.iter().enumerate() {
        if i != one {
            product *= lost;
        }
    }
    product
}
