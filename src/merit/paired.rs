//! Two menus on the same events: what each accepts, and the difference with its paired error.

use super::weighted::{Estimate, WeightedSums};

/// Sums over the acceptances a and b of the same events, for a number of quantities.
///
/// The difference is that of b - a, event by event: with d = b - a its variance is
/// sum w^2 (d - mean d)^2 / (sum w)^2, or the formula of strata with d in place of an acceptance
/// (MODEL.md section 3). What both menus treat alike cancels.
#[derive(Debug, Clone)]
pub struct PairedSums {
    /// Those of a, then those of b, then their differences.
    sums: WeightedSums,
    quantities: usize,
    /// The smallest and the largest difference of each quantity.
    ranges: Vec<(f64, f64)>,
}

/// How much more the second menu keeps of the weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    pub value: f64,
    pub sigma: f64,
    /// Events that the two menus treat differently.
    pub events: u64,
}

impl Difference {
    /// The same in other units: a rate, for example.
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            sigma: self.sigma * factor,
            events: self.events,
        }
    }

    /// The difference in units of its error; none where the error is 0.
    pub fn significance(self) -> Option<f64> {
        (self.sigma > 0.0).then(|| self.value / self.sigma)
    }
}

impl PairedSums {
    pub fn new(quantities: usize) -> Self {
        Self {
            sums: WeightedSums::new(3 * quantities),
            quantities,
            ranges: vec![(f64::INFINITY, f64::NEG_INFINITY); quantities],
        }
    }

    /// Adds an event of a numbered sample with its acceptances under both menus, one a quantity.
    /// False where there are too many strata ([`WeightedSums::MAX_STRATA`]).
    ///
    /// # Panics
    /// If there are more acceptances than quantities.
    #[must_use]
    pub fn add(
        &mut self,
        weight: f64,
        sample: usize,
        stratum: Option<i64>,
        a: &[f64],
        b: &[f64],
    ) -> bool {
        if !self.sums.event(weight, sample, stratum) {
            return false;
        }
        for (q, (a, b)) in a.iter().zip(b).enumerate() {
            let d = b - a;
            self.sums.keep(q, *a);
            self.sums.keep(self.quantities + q, *b);
            self.sums.keep(2 * self.quantities + q, d);
            let (low, high) = &mut self.ranges[q];
            (*low, *high) = (low.min(d), high.max(d));
        }
        true
    }

    /// A quantity under the first menu.
    pub fn first(&self, quantity: usize) -> Estimate {
        self.sums.estimate(quantity)
    }

    /// A quantity under the second menu.
    pub fn second(&self, quantity: usize) -> Estimate {
        self.sums.estimate(self.quantities + quantity)
    }

    /// The second menu's less the first menu's.
    pub fn difference(&self, quantity: usize) -> Difference {
        let estimate = self.sums.estimate(2 * self.quantities + quantity);
        let (low, high) = self.ranges[quantity];
        Difference {
            value: estimate.fraction,
            // The same for every event: no rounding is left as an error.
            sigma: if low == high { 0.0 } else { estimate.sigma },
            events: estimate.events,
        }
    }

    /// Counts and weights of all events.
    pub fn weights(&self) -> &WeightedSums {
        &self.sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sums(events: &[(f64, Option<i64>, f64, f64)]) -> PairedSums {
        let mut sums = PairedSums::new(1);
        for (w, stratum, a, b) in events {
            assert!(sums.add(*w, 0, *stratum, &[*a], &[*b]));
        }
        sums
    }

    #[test]
    fn what_is_the_same_for_every_event_has_no_error() {
        let events = [0.1, 0.3, 7.0].map(|w| (w, None, 0.0, 1.0 / 3.0));
        let difference = sums(&events).difference(0);
        assert_eq!((difference.sigma, difference.events), (0.0, 3));
        assert_eq!(difference.significance(), None);
        assert!((difference.value - 1.0 / 3.0).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn the_paired_error_is_that_of_a_direct_computation(
            events in prop::collection::vec((-1.0..5.0f64, 0..=4u8, 0..=4u8), 2..200),
        ) {
            let total: f64 = events.iter().map(|e| e.0).sum();
            prop_assume!(total > 1.0);
            let quarter = |n: u8| f64::from(n) / 4.0;
            let events: Vec<_> =
                events.iter().map(|&(w, a, b)| (w, None, quarter(a), quarter(b))).collect();
            let difference = sums(&events).difference(0);
            let mean = events.iter().map(|(w, _, a, b)| w * (b - a)).sum::<f64>() / total;
            let variance: f64 =
                events.iter().map(|(w, _, a, b)| (w * (b - a - mean)).powi(2)).sum();
            prop_assert!((difference.value - mean).abs() < 1e-12);
            prop_assert!((difference.sigma - variance.sqrt() / total).abs() < 1e-7);
            let discordant = events.iter().filter(|e| e.2 != e.3).count();
            prop_assert_eq!(difference.events, discordant as u64);
        }

        #[test]
        fn strata_count_only_the_spread_within_them(
            events in prop::collection::vec((0..3u8, 0..=4u8, 0..=4u8), 2..200),
        ) {
            let weights = [1.0, 5.0, 40.0];
            let events: Vec<_> = events
                .iter()
                .map(|&(h, a, b)| {
                    let w = weights[usize::from(h)];
                    (w, Some(i64::from(h)), f64::from(a) / 4.0, f64::from(b) / 4.0)
                })
                .collect();
            let total: f64 = events.iter().map(|e| e.0).sum();
            // Sum over strata of w_h^2 n_h s_h^2, s_h^2 the sample variance of d.
            let mut variance = 0.0;
            for (h, w) in weights.iter().enumerate() {
                let own = events.iter().filter(|e| e.1 == Some(h as i64));
                let d: Vec<f64> = own.map(|e| e.3 - e.2).collect();
                let n = d.len() as f64;
                if d.len() > 1 {
                    let mean = d.iter().sum::<f64>() / n;
                    let squares: f64 = d.iter().map(|d| (d - mean).powi(2)).sum();
                    variance += w * w * n * squares / (n - 1.0);
                }
            }
            let sigma = sums(&events).difference(0).sigma;
            prop_assert!((sigma - variance.sqrt() / total).abs() < 1e-7, "{sigma} {variance}");
        }
    }
}
