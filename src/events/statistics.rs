//! Counts, sums and extremes of a column, gathered chunk by chunk.

use super::Column;

/// What `inspect` prints of a column. NaNs are counted and left out of the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    pub events: u64,
    /// Values, NaNs among them.
    pub values: u64,
    pub nan: u64,
    /// Smallest and largest value; infinite and the wrong way round where there is none.
    pub min: f64,
    pub max: f64,
    pub sum: f64,
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            events: 0,
            values: 0,
            nan: 0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            sum: 0.0,
        }
    }
}

impl Statistics {
    /// Adds the events of a column.
    pub fn add(&mut self, column: &Column) {
        self.events += column.events() as u64;
        self.values += column.values.len() as u64;
        for x in column.values.to_f64() {
            if x.is_nan() {
                self.nan += 1;
            } else {
                self.min = self.min.min(x);
                self.max = self.max.max(x);
                self.sum += x;
            }
        }
    }

    /// The mean of the values that are numbers; none where there are none.
    ///
    /// ```
    /// use trigscape::events::{Column, Statistics, Values};
    /// let mut statistics = Statistics::default();
    /// statistics.add(&Column::flat(Values::F32(vec![1.0, f32::NAN, 2.0])));
    /// // (1 + 2) / 2
    /// assert_eq!(statistics.mean(), Some(1.5));
    /// assert_eq!((statistics.values, statistics.nan), (3, 1));
    /// ```
    pub fn mean(&self) -> Option<f64> {
        let numbers = self.values - self.nan;
        (numbers > 0).then(|| self.sum / numbers as f64)
    }
}
