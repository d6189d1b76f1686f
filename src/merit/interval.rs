//! Intervals of efficiencies and rates (MODEL.md section 3, uncertainties).

use statrs::distribution::{Beta, ContinuousCDF, Normal};

/// The probability within one standard deviation of a normal distribution.
pub const ONE_SIGMA: f64 = 0.682_689_492_137_085_9;

/// Largest single-event weights that the true sum of weights is below with 95 % confidence where no event
/// passes: -ln 0.05.
pub const NONE_PASSED_95: f64 = 2.995_732_273_553_991;

/// From `low` to `high`, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    pub fn contains(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// Of a normal estimate: `value` with its standard error, at a confidence `level`.
    ///
    /// ```
    /// use trigscape::merit::{Interval, ONE_SIGMA};
    /// let interval = Interval::normal(100.0, 2.0, ONE_SIGMA);
    /// assert!((interval.low - 98.0).abs() < 1e-9 && (interval.high - 102.0).abs() < 1e-9);
    /// ```
    pub fn normal(value: f64, sigma: f64, level: f64) -> Self {
        let half = deviations(level) * sigma;
        Self {
            low: value - half,
            high: value + half,
        }
    }

    /// Wilson's score interval of a proportion: `passed` of `n` events, which may be effective numbers.
    ///
    /// For weighted events n is [`effective_events`] and `passed` is eps n. Source: E. B. Wilson, J. Am.
    /// Stat. Assoc. 22 (1927) 209.
    ///
    /// ```
    /// use trigscape::merit::{Interval, ONE_SIGMA};
    /// // z = 1: the centre is (k + 1/2) / (n + 1), half the width sqrt(k (n - k) / n + 1/4) / (n + 1).
    /// let interval = Interval::wilson(1.0, 4.0, ONE_SIGMA);
    /// assert!((interval.low - (1.5 - 1.0) / 5.0).abs() < 1e-9);
    /// assert!((interval.high - (1.5 + 1.0) / 5.0).abs() < 1e-9);
    /// ```
    pub fn wilson(passed: f64, n: f64, level: f64) -> Self {
        if n <= 0.0 {
            return Self {
                low: 0.0,
                high: 1.0,
            };
        }
        let z = deviations(level);
        let z2 = z * z;
        let centre = (passed + 0.5 * z2) / (n + z2);
        let spread = (passed * (n - passed) / n).max(0.0) + 0.25 * z2;
        let half = z * spread.sqrt() / (n + z2);
        Self {
            // Exact at the ends, where rounding would leave 1e-17.
            low: if passed <= 0.0 { 0.0 } else { centre - half },
            high: if passed >= n { 1.0 } else { centre + half },
        }
    }

    /// Limits of a fraction of weighted events, each of them one-sided at a confidence `level`: Wilson's on
    /// the effective number of events. Neither is closer than -ln(1 - level) of the heaviest event,
    /// `one_event`, to 0 and to 1: so many may be expected where none was seen.
    ///
    /// ```
    /// use trigscape::merit::Interval;
    /// // Of 1000 events none passes.
    /// let none = Interval::one_sided(0.0, 0.0, 1e-3, 0.95);
    /// assert!(none.low == 0.0 && (none.high - 2.9957e-3).abs() < 1e-7);
    /// // 100 pass: the upper limit u is where (u - 0.1)^2 = 1.645^2 u (1 - u) / 1000.
    /// let u = Interval::one_sided(0.1, (0.1f64 * 0.9 / 1e3).sqrt(), 1e-3, 0.95).high;
    /// assert!(((u - 0.1) / (u * (1.0 - u) / 1e3).sqrt() - 1.64485).abs() < 1e-4);
    /// ```
    pub fn one_sided(fraction: f64, sigma: f64, one_event: f64, level: f64) -> Self {
        // Half of what is outside a central interval lies on either side.
        let central = 2.0 * level - 1.0;
        let is_proportion = 0.0 < fraction && fraction < 1.0 && sigma > 0.0;
        let known = if is_proportion {
            let n = effective_events(fraction, sigma * sigma);
            Self::wilson(fraction * n, n, central)
        } else {
            Self::normal(fraction, sigma, central)
        };
        let unseen = -(1.0 - level).ln() * one_event;
        Self {
            low: known.low.min(1.0 - unseen).max(0.0),
            high: known.high.max(unseen).min(1.0),
        }
    }

    /// Clopper and Pearson's interval of a proportion, which never covers less than its level; of unweighted
    /// events only. Source: Biometrika 26 (1934) 404.
    pub fn clopper_pearson(passed: u64, n: u64, level: f64) -> Self {
        let tail = 0.5 * (1.0 - level);
        let (k, failed) = (passed as f64, n.saturating_sub(passed) as f64);
        // With parameters of at least 1 the distribution always exists.
        let quantile = |a: f64, b: f64, p: f64| {
            Beta::new(a, b).map_or(f64::NAN, |beta| beta_quantile(&beta, p))
        };
        Self {
            low: if passed == 0 {
                0.0
            } else {
                quantile(k, failed + 1.0, tail)
            },
            high: if passed >= n {
                1.0
            } else {
                quantile(k + 1.0, failed, 1.0 - tail)
            },
        }
    }
}

/// Events of weight 1 that would give an efficiency the same variance: eps (1 - eps) / var.
pub fn effective_events(efficiency: f64, variance: f64) -> f64 {
    efficiency * (1.0 - efficiency) / variance
}

/// Standard deviations above its mean that a normal variable stays below with probability `level`.
///
/// ```
/// assert!((trigscape::merit::one_sided_deviations(0.95) - 1.644_853_6).abs() < 1e-7);
/// ```
pub fn one_sided_deviations(level: f64) -> f64 {
    Normal::standard().inverse_cdf(level)
}

/// Half the width, in standard deviations, of the central interval of a normal distribution.
fn deviations(level: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + 0.5 * level)
}

/// Bisection to the last bits: statrs's own search stops earlier.
fn beta_quantile(beta: &Beta, p: f64) -> f64 {
    let (mut low, mut high) = (0.0f64, 1.0f64);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if beta.cdf(middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clopper_pearson_gives_what_scipy_gives() {
        // scipy.stats.beta.ppf (SciPy 1.17).
        for (k, n, low, high) in [
            (0, 10, 0.0, 0.1681491861379764),
            (1, 10, 0.017127014136728243, 0.29413538963846697),
            (5, 10, 0.3048178830085313, 0.6951821169914687),
            (10, 10, 0.8318508138620236, 1.0),
            (37, 1000, 0.03102401899909383, 0.043979072179400856),
            (999, 1000, 0.9967042648821212, 0.9998272611420514),
            (300, 100_000, 0.002827122137014596, 0.0031831055813613925),
        ] {
            let interval = Interval::clopper_pearson(k, n, ONE_SIGMA);
            assert!(
                (interval.low - low).abs() < 1e-10,
                "{k} of {n}: {interval:?}"
            );
            assert!(
                (interval.high - high).abs() < 1e-10,
                "{k} of {n}: {interval:?}"
            );
        }
    }

    #[test]
    fn intervals_hold_their_estimate_and_stay_within_0_and_1() {
        for n in [1u64, 2, 7, 300] {
            for k in 0..=n {
                for level in [0.5, ONE_SIGMA, 0.95, 0.999] {
                    let eps = k as f64 / n as f64;
                    let wilson = Interval::wilson(k as f64, n as f64, level);
                    let exact = Interval::clopper_pearson(k, n, level);
                    for interval in [wilson, exact] {
                        assert!(interval.contains(eps), "{k} of {n}: {interval:?}");
                        assert!(interval.low >= 0.0 && interval.high <= 1.0);
                    }
                }
            }
        }
    }
}
