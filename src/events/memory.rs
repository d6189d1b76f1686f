//! How much memory events may take at a time.

use super::{GROUP_EVENTS, Source};
use crate::error::{Fault, Result};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

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
pub fn ranges<'s>(
    source: &'s dyn Source,
    names: &[&str],
    entries: u64,
) -> Result<impl Iterator<Item = Range<u64>> + use<'s>> {
    const GROUP: u64 = GROUP_EVENTS as u64;
    const MOST: u64 = 16 * GROUP;
    // The file's bytes, their levels and the columns stand in memory together.
    let fits = memory_bound()? / 4;
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut first = 0;
    Ok(std::iter::from_fn(move || {
        if first >= entries {
            return None;
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let end = |length: u64| entries.min(first.saturating_add(length));
        let mut length = MOST;
        while length > 1 && source.bytes(&names, first..end(length)) > fits {
            length /= 2;
        }
        let range = first..end(length);
        first = range.end;
        Some(range)
    }))
}

/// Memory that sources held as a whole may take together.
#[derive(Debug)]
pub struct Budget(AtomicU64);

impl Budget {
    /// All that the memory bound allows.
    ///
    /// # Errors
    /// As [`memory_bound`].
    pub fn new() -> Result<Self> {
        Ok(Self(AtomicU64::new(memory_bound()?)))
    }

    /// Takes bytes, if there are so many left.
    pub fn take(&self, bytes: u64) -> bool {
        let left = |left: u64| left.checked_sub(bytes);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, left)
            .is_ok()
    }
}
