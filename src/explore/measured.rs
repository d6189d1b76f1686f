//! Estimates with their intervals, as records have them (MODEL.md section 3, uncertainties).

use crate::merit::{Estimate, Interval, ONE_SIGMA, WeightedSums, effective_events};
use crate::results::menu_record::Measured;

/// A rate: its interval is normal.
pub fn rate(estimate: Estimate) -> Measured {
    normal(estimate.fraction, estimate.sigma, estimate.upper_limit)
}

/// A value whose interval is normal.
pub fn normal(value: f64, sigma: f64, upper_limit: Option<f64>) -> Measured {
    let interval = Interval::normal(value, sigma, ONE_SIGMA);
    Measured {
        value,
        sigma,
        low: interval.low,
        high: interval.high,
        upper_limit,
    }
}

/// An efficiency: Wilson's interval on the events that would give the same variance, which are the
/// events themselves where all weigh the same and are accepted or not. Where all or none are
/// accepted, on the effective number of all events.
pub fn efficiency(estimate: Estimate, weights: &WeightedSums) -> Measured {
    share(
        estimate.fraction,
        estimate.sigma,
        weights.effective_events(),
        estimate.upper_limit,
    )
}

/// An efficiency of several samples together.
pub fn share(value: f64, sigma: f64, all_events: f64, upper_limit: Option<f64>) -> Measured {
    // What is left by rounding where all or no events are accepted.
    const ROUNDING: f64 = 1e-12;
    let interval = if value.abs() < ROUNDING || (value - 1.0).abs() < ROUNDING {
        let passed = if value < 0.5 { 0.0 } else { all_events };
        Interval::wilson(passed, all_events, ONE_SIGMA)
    } else if (0.0..1.0).contains(&value) && sigma > 0.0 {
        let n = effective_events(value, sigma * sigma);
        Interval::wilson(value * n, n, ONE_SIGMA)
    } else {
        // Negative weights lead beyond 0 and 1; shares that are the same for every event have no error.
        Interval::normal(value, sigma, ONE_SIGMA)
    };
    Measured {
        value,
        sigma,
        low: interval.low.min(value),
        high: interval.high.max(value),
        upper_limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unweighted_events_have_wilsons_interval() {
        for passed in [0, 1, 7, 20] {
            let mut sums = WeightedSums::new(1);
            for i in 0..20 {
                assert!(sums.event(1.0, 0, None));
                sums.keep(0, f64::from(u8::from(i < passed)));
            }
            let measured = efficiency(sums.estimate(0), &sums);
            let wilson = Interval::wilson(f64::from(passed), 20.0, ONE_SIGMA);
            assert!(
                (measured.low - wilson.low).abs() < 1e-12,
                "{measured:?} {wilson:?}"
            );
            assert!(
                (measured.high - wilson.high).abs() < 1e-12,
                "{measured:?} {wilson:?}"
            );
            assert_eq!(measured.upper_limit.is_some(), passed == 0);
        }
    }

    #[test]
    fn a_prescale_alone_has_no_error() {
        let mut sums = WeightedSums::new(1);
        for _ in 0..5 {
            assert!(sums.event(1.0, 0, None));
            sums.keep(0, 0.5);
        }
        let measured = efficiency(sums.estimate(0), &sums);
        assert_eq!(
            (measured.low, measured.value, measured.high),
            (0.5, 0.5, 0.5)
        );
    }
}
