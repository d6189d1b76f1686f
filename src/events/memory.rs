//! How much memory events may take at a time.

use crate::error::{Fault, Result};

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
