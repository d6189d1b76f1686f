//! Blocks outside, configurations inside: a block's rows stay in the cache while all configurations go
//! over them. Sums are integers, so that their order does not matter.

use crate::plan::menu::{Block, MenuRows};
use rayon::prelude::*;
use std::ops::{AddAssign, Range};

/// Sums of so many values for each of `count` configurations: `[class][configuration][value]`. The
/// kernel adds what a block gives for some of the configurations.
pub(super) fn over_blocks<T>(
    rows: &MenuRows,
    count: usize,
    values: usize,
    kernel: impl Fn(&Block, Range<usize>, &mut [T]) + Sync,
) -> Vec<T>
where
    T: AddAssign + Copy + Default + Send + Sync,
{
    let classes = rows.classes.len();
    let tasks = 4 * rayon::current_num_threads();
    // Where blocks are few, the configurations are shared out too.
    let parts = tasks.div_ceil(rows.blocks.len().max(1));
    let part = count.div_ceil(parts).max(16);
    let at_least = rows.blocks.len().div_ceil(tasks).max(1);
    let of_parts: Vec<Vec<T>> = (0..count.div_ceil(part))
        .into_par_iter()
        .map(|number| {
            let which = number * part..count.min((number + 1) * part);
            let zero = || vec![T::default(); classes * values * which.len()];
            let blocks = rows.blocks.par_iter().with_min_len(at_least);
            let sums = blocks.fold(zero, |mut sums, block| {
                let of_class = values * which.len();
                let own = &mut sums[block.class * of_class..][..of_class];
                kernel(block, which.clone(), own);
                sums
            });
            sums.reduce(zero, |mut a, b| {
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
                a
            })
        })
        .collect();
    if of_parts.len() <= 1 {
        return of_parts.into_iter().next().unwrap_or_default();
    }
    let mut sums = Vec::with_capacity(classes * values * count);
    for class in 0..classes {
        for part in &of_parts {
            let of_class = part.len() / classes;
            sums.extend_from_slice(&part[class * of_class..][..of_class]);
        }
    }
    sums
}
