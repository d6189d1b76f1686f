//! Rows of one bit an event: OR, AND, and weights.
//!
//! The loops have explicit indices and lengths that only callers know: otherwise they are unrolled whole
//! before they are vectorised, and word by word is what remains.

use crate::plan::menu::{Alternative, BLOCK_WORDS};
use multiversion::multiversion;

/// One bit for each event of a block.
pub(super) type Row = [u64; BLOCK_WORDS];

/// Adds the rows that begin at the given words.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
pub(super) fn or_rows(rows: &[u64], first_words: &[u32], passing: &mut [u64]) {
    let n = passing.len();
    for &first in first_words {
        let row = &rows[first as usize..][..n];
        for i in 0..n {
            passing[i] |= row[i];
        }
    }
}

/// Keeps what another row has too.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.2", "aarch64+neon"))]
fn and_row(row: &[u64], passing: &mut [u64]) {
    let n = passing.len();
    let row = &row[..n];
    for i in 0..n {
        passing[i] &= row[i];
    }
}

/// Adds the events that pass one of a path's alternatives, its ladders at the given levels.
pub(super) fn or_alternatives(
    rows: &[u64],
    alternatives: &[Alternative],
    levels: &[u8],
    passing: &mut Row,
) {
    for alternative in alternatives {
        let mut all = [u64::MAX; BLOCK_WORDS];
        for (&first, &level) in alternative.first_word.iter().zip(levels) {
            let first = first as usize + usize::from(level) * BLOCK_WORDS;
            and_row(&rows[first..], &mut all);
        }
        or_rows(&all, &[0], passing);
    }
}

/// Adds rows, one behind the other, to what any and what several of them have.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.2", "aarch64+neon"))]
pub(super) fn count_twice(rows: &[u64], any: &mut [u64], several: &mut [u64]) {
    let n = any.len();
    let several = &mut several[..n];
    for row in rows.chunks_exact(n) {
        for i in 0..n {
            several[i] |= any[i] & row[i];
            any[i] |= row[i];
        }
    }
}

/// Takes events out of rows that stand one behind the other.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.2", "aarch64+neon"))]
pub(super) fn take_out(events: &[u64], rows: &mut [u64]) {
    let n = events.len();
    for row in rows.chunks_exact_mut(n) {
        for i in 0..n {
            row[i] &= !events[i];
        }
    }
}

/// The weight of the events in one row and not in another, in units; planes as blocks have them.
#[multiversion(targets(
    "x86_64+avx512f+avx512bw+avx512vl+avx512dq+avx512vpopcntdq",
    "x86_64+avx2+popcnt",
    "x86_64+popcnt+sse4.2",
    "aarch64+neon"
))]
pub(super) fn weigh_without(events: &[u64], without: &[u64], planes: &[u64]) -> u64 {
    let n = events.len();
    let without = &without[..n];
    let mut sum = 0;
    if planes.is_empty() {
        for i in 0..n {
            sum += u64::from((events[i] & !without[i]).count_ones());
        }
    }
    for (bit, plane) in planes.chunks_exact(n).enumerate() {
        let mut count = 0;
        for i in 0..n {
            count += u64::from((events[i] & !without[i] & plane[i]).count_ones());
        }
        sum += count << bit;
    }
    sum
}

/// The weight of the events of a row, in units.
pub(super) fn weigh(events: &Row, planes: &[u64]) -> u64 {
    weigh_without(events, &[0; BLOCK_WORDS], planes)
}
