//! How much memory events may take at a time.

use super::{Description, GROUP_EVENTS};
use crate::error::{Fault, Result};
use std::ops::Range;

/// Unless told otherwise: fits a laptop, and a slot of a batch node.
const DEFAULT_GB: f64 = 2.0;

/// Bytes of column data held at once: `TRIGSCAPE_MEMORY_GB`, else 2 GB.
///
/// # Errors
/// A [`Fault`] where the variable is not a number between 0.01 and 100 000.
pub fn memory_bound() -> Result<u64> {
    let gb = match std::env::var("TRIGSCAPE_MEMORY_GB") {
        Err(_) => DEFAULT_GB,
        Ok(text) => match text.trim().parse::<f64>() {
            Ok(gb) if (0.01..=1e5).contains(&gb) => gb,
            _ => {
                let option = format!("TRIGSCAPE_MEMORY_GB={text}");
                return Err(Fault::in_option(option, "expected gigabytes, 0.01 to 100000").into());
            }
        },
    };
    Ok((gb * 1e9) as u64)
}

/// Consecutive ranges of the first `entries` events, each of which fits the memory bound when these
/// branches are read; in whole groups of 65 536 events where that is possible.
///
/// # Errors
/// As [`memory_bound`].
pub fn ranges(
    source: &Description,
    names: &[&str],
    entries: u64,
) -> Result<impl Iterator<Item = Range<u64>> + use<>> {
    const GROUP: u64 = GROUP_EVENTS as u64;
    let wanted = source
        .branches
        .iter()
        .filter(|b| names.contains(&b.name.as_str()));
    let plain: u64 = wanted.map(|b| b.plain_bytes + 8 * source.entries).sum();
    let an_event = (plain / source.entries.max(1)).max(1);
    // The file's bytes, their levels and the columns stand in memory together.
    let fits = (memory_bound()? / 4 / an_event).max(1);
    let whole = if fits > GROUP {
        fits / GROUP * GROUP
    } else {
        fits
    };
    let length = whole.min(16 * GROUP);
    let starts = (0..entries).step_by(length as usize);
    Ok(starts.map(move |first| first..entries.min(first + length)))
}
