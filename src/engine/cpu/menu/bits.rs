//! Rows of one bit an event: OR, AND, and weights.
//!
//! All of this becomes part of the kernels, which exist for several instruction sets. The loops have explicit
//! indices, and a length that compilers do not know (kernels are told it): otherwise they are unrolled
//! whole before they are vectorised, and word by word is what remains.

use crate::plan::menu::{Alternative, BLOCK_WORDS};

/// Adds the rows that begin at the given words.
#[inline(always)]
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
#[inline(always)]
fn and_row(row: &[u64], passing: &mut [u64]) {
    let n = passing.len();
    let row = &row[..n];
    for i in 0..n {
        passing[i] &= row[i];
    }
}

/// Adds the events that pass one of a path's alternatives, its ladders at the given levels.
#[inline(always)]
pub(super) fn or_alternatives(
    rows: &[u64],
    alternatives: &[Alternative],
    levels: &[u8],
    passing: &mut [u64],
) {
    for alternative in alternatives {
        let mut all = [u64::MAX; BLOCK_WORDS];
        let all = &mut all[..passing.len()];
        for (&first, &level) in alternative.first_word.iter().zip(levels) {
            let first = first as usize + usize::from(level) * BLOCK_WORDS;
            and_row(&rows[first..], all);
        }
        or_rows(all, &[0], passing);
    }
}

/// Adds rows, one behind the other, to what any and what several of them have.
#[inline(always)]
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
#[inline(always)]
pub(super) fn take_out(events: &[u64], rows: &mut [u64]) {
    let n = events.len();
    for row in rows.chunks_exact_mut(n) {
        for i in 0..n {
            row[i] &= !events[i];
        }
    }
}

/// The weight of the events in one row and not in another, in units; planes as blocks have them.
#[inline(always)]
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
