//! The accepted weight of configurations.

use super::plain::plain_block;
use super::prescaled::prescaled_block;
use super::resolved::{Resolved, check};
use super::tasks::over_blocks;
use crate::plan::menu::{BLOCK_WORDS, Configurations, MenuRows};

/// Configurations whose tables are made at a time.
const TILE: usize = 4096;

/// Accepted weight of each configuration and class, in 2^-32 of the class's unit: `[configuration][class]`.
///
/// Prescales are taken in expectation (MODEL.md section 3). Without them sums are exact; with them, each
/// event that passes is within 2^-30 of its weight. The sums do not depend on the number of threads.
///
/// # Panics
/// If the configurations have other ladders or paths than the rows, a level beyond "off", or a share
/// that is not within 0 and 1.
pub fn totals(rows: &MenuRows, configurations: &Configurations) -> Vec<u128> {
    check(rows, configurations);
    let classes = rows.classes.len();
    let mut totals = vec![0; configurations.len() * classes];
    for first in (0..configurations.len()).step_by(TILE) {
        let which = first..configurations.len().min(first + TILE);
        let Resolved {
            plain,
            plain_levels,
            prescaled,
        } = Resolved::new(rows, configurations, which);
        let ladders = rows.levels.len();
        let sums = over_blocks(rows, plain.len(), 1, |block, which, sums: &mut [u64]| {
            let levels = &plain_levels[which.start * ladders..which.end * ladders];
            plain_block(block, rows, levels, sums);
        });
        for class in 0..classes {
            for (i, configuration) in plain.iter().enumerate() {
                totals[configuration * classes + class] =
                    u128::from(sums[class * plain.len() + i]) << 32;
            }
        }
        let sums = over_blocks(
            rows,
            prescaled.len(),
            1,
            |block, which, sums: &mut [u128]| {
                prescaled_block(block, BLOCK_WORDS, rows, &prescaled[which], sums);
            },
        );
        for class in 0..classes {
            for (i, own) in prescaled.iter().enumerate() {
                totals[own.configuration * classes + class] = sums[class * prescaled.len() + i];
            }
        }
    }
    totals
}
