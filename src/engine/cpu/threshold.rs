//! The threshold at which a classifier meets its reduction, and what it lets through.

use crate::merit::Contingency;
use crate::system::scores::{ScoreTable, Segment};

/// A threshold and the rates on both sides of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// NaN where the classifier is inactive.
    pub threshold: f64,
    pub rates: Contingency,
}

impl Split {
    /// A classifier that keeps everything.
    pub fn pass(negative_hz: f64, positive_hz: f64) -> Self {
        Self {
            threshold: f64::NAN,
            rates: Contingency {
                accepted_negative_hz: negative_hz,
                accepted_positive_hz: positive_hz,
                ..Contingency::default()
            },
        }
    }

    /// The side with fewer events comes from its own survival, the other makes up the accepted rate:
    /// neither loses digits to a difference, and the accepted rate is met exactly.
    fn at(
        threshold: f64,
        negative_hz: f64,
        positive_hz: f64,
        accepted_hz: f64,
        s0: f64,
        s1: f64,
    ) -> Self {
        let (own_negative, own_positive) = (negative_hz * s0, positive_hz * s1);
        let (accepted_negative_hz, accepted_positive_hz) = if own_positive <= own_negative {
            (accepted_hz - own_positive, own_positive)
        } else {
            (own_negative, accepted_hz - own_negative)
        };
        Self {
            threshold,
            rates: Contingency {
                rejected_negative_hz: negative_hz - accepted_negative_hz,
                rejected_positive_hz: positive_hz - accepted_positive_hz,
                accepted_negative_hz,
                accepted_positive_hz,
            },
        }
    }
}

/// Splits at the threshold where negatives N(0, 1) and positives N(`skill`, `scale`) together are
/// accepted at `accepted_hz`, which lies between 0 and their sum.
///
/// Newton's method on the logarithm of the accepted rate, inside a bracket.
pub fn split_gaussian(
    negative_hz: f64,
    positive_hz: f64,
    accepted_hz: f64,
    skill: f64,
    scale: f64,
) -> Split {
    let (mut lo, mut hi) = (
        (-39.0f64).min(skill - 39.0 * scale),
        39.0f64.max(skill + 39.0 * scale),
    );
    // Either side alone already accepts its own share there, so the threshold is no lower.
    let mut t = (upper_quantile(accepted_hz / negative_hz))
        .max(skill + scale * upper_quantile(accepted_hz / positive_hz))
        .clamp(lo, hi);
    for _ in 0..100 {
        let z = (t - skill) / scale;
        let (a0, a1) = (negative_hz * survival(t), positive_hz * survival(z));
        let accepted = a0 + a1;
        if accepted > accepted_hz {
            lo = t;
        } else {
            hi = t;
        }
        let slope = negative_hz * density(t) + positive_hz * density(z) / scale;
        // d ln(accepted) / dt = -slope / accepted.
        let step = (accepted / accepted_hz).ln() * accepted / slope;
        let newton = t + step;
        if step.abs() <= 1e-8 {
            // Quadratic convergence: the next error is the square of this step.
            t = newton;
            break;
        }
        t = if newton > lo && newton < hi {
            newton
        } else {
            0.5 * (lo + hi)
        };
        if hi - lo <= 1e-15 * t.abs() {
            break;
        }
    }
    let z = (t - skill) / scale;
    Split::at(
        t,
        negative_hz,
        positive_hz,
        accepted_hz,
        survival(t),
        survival(z),
    )
}

/// P(x > t) of the standard normal distribution.
fn survival(t: f64) -> f64 {
    0.5 * libm::erfc(t * std::f64::consts::FRAC_1_SQRT_2)
}

fn density(t: f64) -> f64 {
    const PEAK: f64 = 0.398_942_280_401_432_7;
    PEAK * (-0.5 * t * t).exp()
}

/// A start for the solver: t with P(x > t) = s to 4.5e-4 (Abramowitz and Stegun 26.2.23).
fn upper_quantile(s: f64) -> f64 {
    if s >= 1.0 {
        return f64::NEG_INFINITY;
    }
    let tail = s.min(1.0 - s).max(1e-300);
    let u = (-2.0 * tail.ln()).sqrt();
    let t = u
        - (2.515517 + u * (0.802853 + u * 0.010328))
            / (1.0 + u * (1.432788 + u * (0.189269 + u * 0.001308)));
    if s <= 0.5 { t } else { -t }
}

/// Splits tabulated scores, positives shifted up by `skill`. Where the accepted rate jumps over
/// `accepted_hz`, the events that tie are accepted in the share that meets it exactly.
///
/// Both survival functions are piecewise linear, so that the threshold is exact once the two
/// segments that hold it are known: a jump by Newton's method or bisection, then a walk.
pub fn split_table(
    table: &ScoreTable,
    negative_hz: f64,
    positive_hz: f64,
    accepted_hz: f64,
    skill: f64,
) -> Split {
    let (s0, s1) = (&table.negative, &table.positive);
    let accepted = |left: f64, right: f64| negative_hz * left + positive_hz * right;
    let first = s0.knots()[0].0.min(s1.knots()[0].0 + skill);
    let last = s0.knots()[s0.knots().len() - 1]
        .0
        .max(s1.knots()[s1.knots().len() - 1].0 + skill);
    let (mut lo, mut hi) = (first, last);
    let start = s0.quantile(((accepted_hz - positive_hz) / negative_hz).clamp(0.0, 1.0));
    let mut t = start.clamp(lo, hi);
    // Jumps: each either ends near the threshold or halves the bracket.
    let (mut i0, mut i1) = (s0.locate(t), s1.locate(t - skill));
    for jump in 0..200 {
        let (a, b) = (
            s0.segment_by_index(i0),
            shifted(s1.segment_by_index(i1), skill),
        );
        let (left, right) = (a.t0.max(b.t0), a.t1.min(b.t1));
        let (above, below) = (
            accepted(a.at(left), b.at(left)),
            accepted(a.at(right), b.at(right)),
        );
        if above >= accepted_hz && below <= accepted_hz {
            break;
        }
        let (edge, rate) = if below > accepted_hz {
            (right, below)
        } else {
            (left, above)
        };
        if below > accepted_hz {
            lo = lo.max(right);
        } else {
            hi = hi.min(left);
        }
        let slope = (above - below) / (right - left);
        let newton = edge + (rate - accepted_hz) / slope;
        // Within a few segments a walk is faster, and it alone can stop at a jump.
        if jump > 60 || (newton - edge).abs() <= 4.0 * (right - left) || hi <= lo {
            break;
        }
        t = if newton > lo && newton < hi {
            newton
        } else {
            0.5 * (lo + hi)
        };
        (i0, i1) = (s0.locate(t), s1.locate(t - skill));
    }
    loop {
        let (a, b) = (
            s0.segment_by_index(i0),
            shifted(s1.segment_by_index(i1), skill),
        );
        let (left, right) = (a.t0.max(b.t0), a.t1.min(b.t1));
        // Ends of a shared stretch: a segment that itself ends there gives its own end value, so that
        // a jump of either table counts.
        let end = |s: &Segment, t: f64, at_left: bool| match at_left {
            true if s.t0 == t => s.s0,
            false if s.t1 == t => s.s1,
            _ => s.at(t),
        };
        let (l0, l1) = (end(&a, left, true), end(&b, left, true));
        let (r0, r1) = (end(&a, right, false), end(&b, right, false));
        let (above, below) = (accepted(l0, l1), accepted(r0, r1));
        if above < accepted_hz && (i0 > 0 || i1 > 0) {
            let (step0, step1) = (a.t0 >= b.t0, b.t0 >= a.t0);
            i0 -= usize::from(step0 && i0 > 0);
            i1 -= usize::from(step1 && i1 > 0);
        } else if below > accepted_hz && (i0 + 1 < s0.segments() || i1 + 1 < s1.segments()) {
            let (step0, step1) = (a.t1 <= b.t1, b.t1 <= a.t1);
            i0 += usize::from(step0 && i0 + 1 < s0.segments());
            i1 += usize::from(step1 && i1 + 1 < s1.segments());
        } else {
            let share = if above > below {
                ((above - accepted_hz) / (above - below)).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let threshold = match (left.is_finite(), right.is_finite()) {
                (true, true) => left + share * (right - left),
                (true, false) => left,
                _ => right,
            };
            let between = |l: f64, r: f64| l + share * (r - l);
            return Split::at(
                threshold,
                negative_hz,
                positive_hz,
                accepted_hz,
                between(l0, r0),
                between(l1, r1),
            );
        }
    }
}

fn shifted(segment: Segment, by: f64) -> Segment {
    Segment {
        t0: segment.t0 + by,
        t1: segment.t1 + by,
        ..segment
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::scores::Survival;

    #[test]
    fn gaussian_thresholds_equal_scipy() {
        // scipy.optimize.brentq on scipy.stats.norm.sf: threshold, false and true accepts.
        for ((negative, positive, accepted, skill, scale), (t, fp, tp)) in [
            (
                (99723.2782, 276.721816, 1000.0, 4.0, 1.0),
                (2.4364329766800608, 739.5936032415442, 260.40639675847086),
            ),
            (
                (4e7, 1e3, 1e5, 0.4, 1.0),
                (2.8070596708492292, 99991.95922897923, 8.040771020134958),
            ),
            (
                (4e7, 4e3, 4e3, 5.0, 2.0),
                (4.005450043339764, 1237.9903082626845, 2762.0096917373153),
            ),
            (
                (1e6, 1e5, 1e6, 1.0, 0.5),
                (-1.2815530015239596, 900000.2520117502, 99999.74798824968),
            ),
        ] {
            let split = split_gaussian(negative, positive, accepted, skill, scale);
            assert!(
                (split.threshold - t).abs() < 1e-9 * t.abs().max(1.0),
                "{split:?}"
            );
            assert!(
                (split.rates.accepted_negative_hz / fp - 1.0).abs() < 1e-7,
                "{split:?}"
            );
            assert!(
                (split.rates.accepted_positive_hz / tp - 1.0).abs() < 1e-7,
                "{split:?}"
            );
        }
    }

    fn uniform(low: f64, high: f64) -> Survival {
        Survival::new(vec![(low, 1.0), (high, 0.0)])
    }

    #[test]
    fn ties_are_accepted_in_the_share_that_meets_the_rate() {
        // Half of the scores on each side is exactly 1, the rest uniform below. Accepting 30 of 200
        // takes 0.3 of the 100 that tie: 15 of each side.
        let side = Survival::new(vec![(0.0, 1.0), (1.0, 0.5), (1.0, 0.0)]);
        let table = ScoreTable {
            negative: side.clone(),
            positive: side,
        };
        let split = split_table(&table, 100.0, 100.0, 30.0, 0.0);
        assert_eq!(split.threshold, 1.0);
        assert!((split.rates.accepted_negative_hz - 15.0).abs() < 1e-12);
        assert!((split.rates.accepted_positive_hz - 15.0).abs() < 1e-12);
        // With a boost the positive ties stand above: 30 of their 50 are accepted, no negative.
        let split = split_table(&table, 100.0, 100.0, 30.0, 0.5);
        assert_eq!(split.threshold, 1.5);
        assert!(split.rates.accepted_negative_hz.abs() < 1e-12);
        assert!((split.rates.accepted_positive_hz - 30.0).abs() < 1e-12);
    }

    #[test]
    fn separate_sides_leave_a_gap_that_the_threshold_may_take() {
        let table = ScoreTable {
            negative: uniform(0.0, 1.0),
            positive: uniform(3.0, 4.0),
        };
        // All 10 positives, no negative: any score between 1 and 3 will do.
        let split = split_table(&table, 90.0, 10.0, 10.0, 0.0);
        assert!((1.0..=3.0).contains(&split.threshold), "{split:?}");
        assert!((split.rates.accepted_positive_hz - 10.0).abs() < 1e-12);
        // 5 positives: the middle of theirs. 55: all positives and half of the negatives.
        assert!((split_table(&table, 90.0, 10.0, 5.0, 0.0).threshold - 3.5).abs() < 1e-12);
        assert!((split_table(&table, 90.0, 10.0, 55.0, 0.0).threshold - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_smaller_side_keeps_its_digits() {
        // Scores 12 standard deviations apart: the false accepts are 1e6 * P(x > 6), not rounding.
        let split = split_gaussian(1e6, 1e6, 1e6, 12.0, 1.0);
        // Between them the accepted rate is flat to 1e-8 a unit of score: rounding leaves 1e-8.
        assert!((split.threshold - 6.0).abs() < 1e-7);
        assert!(
            (split.rates.accepted_negative_hz / 9.865876450376946e-4 - 1.0).abs() < 1e-6,
            "{split:?}"
        );
    }
}
