//! Rates of a classifier's four outcomes, and what follows from them (MODEL.md section 1).

/// Events per second, rejected or accepted, negative or positive. The positive events are the
/// relevant ones.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Contingency {
    pub rejected_negative_hz: f64,
    pub rejected_positive_hz: f64,
    pub accepted_negative_hz: f64,
    pub accepted_positive_hz: f64,
}

impl Contingency {
    pub fn accepted_hz(&self) -> f64 {
        self.accepted_negative_hz + self.accepted_positive_hz
    }

    /// Share of the accepted events that are relevant; 0 if none is accepted.
    pub fn precision(&self) -> f64 {
        share(self.accepted_positive_hz, self.accepted_hz())
    }

    /// Share of the relevant events that are accepted; 0 if there are none.
    ///
    /// ```
    /// use trigscape::merit::Contingency;
    /// let c = Contingency { rejected_negative_hz: 90.0, rejected_positive_hz: 6.0,
    ///                       accepted_negative_hz: 2.0, accepted_positive_hz: 2.0 };
    /// assert_eq!(c.recall(), 2.0 / 8.0);
    /// assert_eq!(c.precision(), 2.0 / 4.0);
    /// // The harmonic mean of 1/4 and 1/2.
    /// assert_eq!(c.f1(), 1.0 / 3.0);
    /// ```
    pub fn recall(&self) -> f64 {
        share(
            self.accepted_positive_hz,
            self.accepted_positive_hz + self.rejected_positive_hz,
        )
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        let wrong = self.accepted_negative_hz + self.rejected_positive_hz;
        share(
            2.0 * self.accepted_positive_hz,
            2.0 * self.accepted_positive_hz + wrong,
        )
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}
