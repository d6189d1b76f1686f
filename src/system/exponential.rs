//! Exponential momentum spectra: their truncation to one side of a threshold, and their rate.

use super::curve::Curve;

/// An exponential spectrum restricted to a range of its cumulative probability, p_lo < p < p_hi,
/// where p = 1 - exp(-rate * E).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TruncatedExponential {
    pub rate_per_gev: f64,
    pub p_lo: f64,
    pub p_hi: f64,
}

impl TruncatedExponential {
    /// Momenta below the threshold: p = u q with q = 1 - exp(-rate * threshold).
    pub fn below(rate_per_gev: f64, threshold_gev: f64) -> Self {
        let q = -(-rate_per_gev * threshold_gev).exp_m1();
        Self {
            rate_per_gev,
            p_lo: 0.0,
            p_hi: q,
        }
    }

    /// Momenta above the threshold: p = q + u (1 - q).
    pub fn above(rate_per_gev: f64, threshold_gev: f64) -> Self {
        let q = -(-rate_per_gev * threshold_gev).exp_m1();
        Self {
            rate_per_gev,
            p_lo: q,
            p_hi: 1.0,
        }
    }

    /// p = 1 - u q, as published for the positive events of the HLT.
    pub fn top(rate_per_gev: f64, threshold_gev: f64) -> Self {
        let q = -(-rate_per_gev * threshold_gev).exp_m1();
        Self {
            rate_per_gev,
            p_lo: 1.0 - q,
            p_hi: 1.0,
        }
    }

    /// Probability of a momentum between `e1` and `e2` GeV; `e2` may be infinite.
    ///
    /// ```
    /// use trigscape::system::exponential::TruncatedExponential;
    /// let law = TruncatedExponential::above(0.1, 10.0);
    /// // Above its threshold an exponential starts anew: P(10 < E < 20) = 1 - exp(-1).
    /// assert!((law.probability(0.0, 20.0) - (1.0 - (-1.0f64).exp())).abs() < 1e-15);
    /// ```
    pub fn probability(&self, e1: f64, e2: f64) -> f64 {
        let lowest = -(-self.p_lo).ln_1p() / self.rate_per_gev;
        let highest = if self.p_hi < 1.0 {
            -(-self.p_hi).ln_1p() / self.rate_per_gev
        } else {
            f64::INFINITY
        };
        let (e1, e2) = (e1.max(lowest), e2.min(highest));
        if e2 <= e1 {
            return 0.0;
        }
        let share = (-self.rate_per_gev * e1).exp() * -(-self.rate_per_gev * (e2 - e1)).exp_m1();
        share / (self.p_hi - self.p_lo)
    }

    /// The momentum at a uniform number `u` in [0, 1).
    pub fn momentum(&self, u: f64) -> f64 {
        let p = self.p_lo + u * (self.p_hi - self.p_lo);
        -(-p).ln_1p() / self.rate_per_gev
    }
}

/// The rate at which the mean efficiency over the curve's table, integral of
/// rate exp(-rate x) eff(x) dx from `from` to `to` (GeV), equals `target`: the largest such rate,
/// or where `target` exceeds the integral's maximum, the rate at that maximum (MODEL.md section 1).
pub fn fit_rate(curve: &Curve, knots: &[f64], target: f64) -> f64 {
    let nodes = quadrature(curve, knots);
    let mean = |ln_rate: f64| {
        let rate = ln_rate.exp();
        rate * nodes
            .iter()
            .map(|(x, weight)| (-rate * x).exp() * weight)
            .sum::<f64>()
    };
    // Rates of any use lie between one over 1 TeV-scale tables and one over their finest steps.
    let grid: Vec<f64> = (0..=160).map(|i| (1e-6f64).ln() + i as f64 * 0.1).collect();
    let values: Vec<f64> = grid.iter().map(|&r| mean(r)).collect();
    if let Some(i) = values.iter().rposition(|&v| v >= target)
        && i + 1 < grid.len()
    {
        return bisect(grid[i], grid[i + 1], |r| mean(r) >= target).exp();
    }
    let best = (0..grid.len())
        .max_by(|&a, &b| values[a].total_cmp(&values[b]))
        .unwrap_or(0);
    let (lo, hi) = (best.saturating_sub(1), (best + 1).min(grid.len() - 1));
    let peak = golden_maximum(grid[lo], grid[hi], mean);
    // The grid can straddle a maximum that just reaches the target.
    if mean(peak) >= target {
        return bisect(peak, grid[hi], |r| mean(r) >= target).exp();
    }
    peak.exp()
}

/// Momenta and weights of a Gauss-Legendre rule between each two knots, times the efficiency there.
fn quadrature(curve: &Curve, knots: &[f64]) -> Vec<(f64, f64)> {
    let mut nodes = Vec::with_capacity(16 * knots.len());
    for w in knots.windows(2) {
        let (mid, half) = (0.5 * (w[0] + w[1]), 0.5 * (w[1] - w[0]));
        for (node, weight) in GAUSS_16 {
            for x in [mid - half * node, mid + half * node] {
                nodes.push((x, weight * half * curve.at(x)));
            }
        }
    }
    nodes
}

/// Positive nodes and weights of the 16-point Gauss-Legendre rule (Abramowitz and Stegun 25.4.30).
const GAUSS_16: [(f64, f64); 8] = [
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_5),
    (0.617_876_244_402_643_7, 0.149_595_988_816_576_7),
    (0.755_404_408_355_003, 0.124_628_971_255_533_9),
    (0.865_631_202_387_831_7, 0.095_158_511_682_492_8),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_9),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_1),
];

fn bisect(mut lo: f64, mut hi: f64, holds_at_lo: impl Fn(f64) -> bool) -> f64 {
    while hi - lo > 1e-13 {
        let mid = 0.5 * (lo + hi);
        if holds_at_lo(mid) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    0.5 * (lo + hi)
}

fn golden_maximum(mut lo: f64, mut hi: f64, f: impl Fn(f64) -> f64) -> f64 {
    const SHRINK: f64 = 0.618_033_988_749_895;
    while hi - lo > 1e-8 {
        let (a, b) = (hi - SHRINK * (hi - lo), lo + SHRINK * (hi - lo));
        if f(a) >= f(b) {
            hi = b;
        } else {
            lo = a;
        }
    }
    0.5 * (lo + hi)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Edge;

    #[test]
    fn probabilities_of_both_sides_make_up_the_whole() {
        for law in [
            TruncatedExponential::below(0.04, 22.0),
            TruncatedExponential::above(0.04, 22.0),
            TruncatedExponential::top(0.04, 22.0),
        ] {
            let cut = 17.0;
            let sum = law.probability(0.0, cut) + law.probability(cut, f64::INFINITY);
            assert!((sum - 1.0).abs() < 1e-14);
            // The momentum at u has a share of u below it.
            let e = law.momentum(0.3);
            assert!((law.probability(0.0, e) - 0.3).abs() < 1e-13);
        }
    }

    #[test]
    fn a_rate_is_fitted_to_a_step() {
        // A curve that is 1 from 1 to 3 GeV, all but: the mean is exp(-r) - exp(-3 r) = 0.25 at two
        // rates; with x = exp(-r), x - x^3 = 1/4. The largest rate belongs to the smaller root,
        // x = 0.26959..., r = 1.31083...
        let knots = [0.0, 1.0 - 1e-9, 1.0, 3.0];
        let curve = Curve::pchip(&knots, &[0.0, 0.0, 1.0, 1.0], Edge::Hold);
        let x = (-fit_rate(&curve, &knots, 0.25)).exp();
        assert!(x < 0.3 && (x - x.powi(3) - 0.25).abs() < 1e-8, "{x}");
        // Its maximum is 2 / 3^1.5 = 0.3849 at x = 3^-0.5: a higher target gives that rate.
        let best = (-fit_rate(&curve, &knots, 0.5)).exp();
        assert!((best - 3f64.powf(-0.5)).abs() < 1e-6, "{best}");
    }
}
