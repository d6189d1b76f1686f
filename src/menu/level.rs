//! How thresholds compare with columns (MODEL.md section 3, comparison).

pub use crate::study::rounded_level;

use crate::events::Values;

/// A threshold, ready for f32 and for other columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// Before it is rounded.
    given: f64,
    level: f64,
    single: f32,
}

impl Threshold {
    pub fn new(given: f64) -> Self {
        let level = rounded_level(given);
        Self {
            given,
            level,
            single: level as f32,
        }
    }

    /// The level, rounded.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// The threshold multiplied, and only then rounded.
    pub fn scaled(&self, factor: f64) -> Self {
        Self::new(self.given * factor)
    }

    /// Whether a value reaches the threshold: in f32 for a column of f32, else in f64. NaN does not.
    ///
    /// # Panics
    /// If there are not so many values.
    pub fn passes(&self, values: &Values, index: usize) -> bool {
        match values {
            Values::F32(v) => v[index] >= self.single,
            other => other.value(index) >= self.level,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_at_the_threshold_passes_in_its_own_precision() {
        // 22.1 is above its f32, so that a comparison in f64 would fail.
        let threshold = Threshold::new(22.1);
        assert!(f64::from(22.1f32) < 22.1 || f64::from(22.1f32) > 22.1);
        let below = f32::from_bits(22.1f32.to_bits() - 1);
        assert!(threshold.passes(&Values::F32(vec![22.1]), 0));
        assert!(!threshold.passes(&Values::F32(vec![below]), 0));
        assert!(threshold.passes(&Values::F64(vec![22.1]), 0));
        assert!(!threshold.passes(&Values::F64(vec![22.1 - 1e-14]), 0));
        assert!(!threshold.passes(&Values::F32(vec![f32::NAN]), 0));
        assert!(Threshold::new(12.0).passes(&Values::I32(vec![12]), 0));
    }

    #[test]
    fn scaled_thresholds_are_rounded_once() {
        let third = Threshold::new(22.0 / 3.0);
        assert!(third.level() < 22.0 / 3.0);
        assert_eq!(third.scaled(3.0).level(), 22.0);
    }

    #[test]
    fn large_levels_stay_as_they_are() {
        for level in [1e300, -3e7 - 0.1, 1.7e308] {
            assert_eq!(rounded_level(level), level);
        }
        assert_eq!(rounded_level(15.0 + 14.0 * 0.1), 16.4);
    }
}
