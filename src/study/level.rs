//! Levels of thresholds: how they are told apart, and how many there may be.

/// Levels of a path at most: an event's critical level is a byte.
pub const MAX_LEVELS: usize = 255;

/// A level as it is compared: rounded to 1e-9, so that a ladder's steps do not drift.
///
/// ```
/// use trigscape::study::rounded_level;
/// assert_ne!(0.1 + 0.2, 0.3);
/// assert_eq!(rounded_level(0.1 + 0.2), 0.3);
/// ```
pub fn rounded_level(level: f64) -> f64 {
    const PER_UNIT: f64 = 1e9;
    let scaled = level * PER_UNIT;
    // Beyond 2^53 a number has no digit at 1e-9.
    if scaled.abs() < (1u64 << f64::MANTISSA_DIGITS) as f64 {
        scaled.round() / PER_UNIT
    } else {
        level
    }
}
