//! A tabulated survival function S(t) = P(score > t): piecewise linear, with jumps where scores tie.

use rayon::prelude::*;

/// Knots with ascending scores and falling survival, from 1 to 0. Two knots at the same score are a
/// jump: events that tie there.
///
/// ```
/// use trigscape::system::scores::Survival;
/// // A quarter of the scores is exactly 0, the rest uniform between 0 and 1.
/// let s = Survival::new(vec![(0.0, 1.0), (0.0, 0.75), (1.0, 0.0)]);
/// assert_eq!(s.at(0.0), 0.75);
/// assert_eq!(s.at(0.4), 0.75 * 0.6);
/// assert_eq!(s.at(-1.0), 1.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Survival {
    knots: Vec<(f64, f64)>,
    /// For each of equal buckets of the score range, the last knot at or before the bucket's start.
    buckets: Vec<u32>,
    buckets_per_unit: f64,
}

impl Survival {
    /// `knots` as (score, survival): scores ascending, survival falling from 1 to 0, at least two.
    pub fn new(knots: Vec<(f64, f64)>) -> Self {
        debug_assert!(knots.len() >= 2);
        debug_assert!(
            knots
                .windows(2)
                .all(|w| w[0].0 <= w[1].0 && w[0].1 >= w[1].1)
        );
        let (first, last) = (knots[0].0, knots[knots.len() - 1].0);
        let count = knots.len();
        let buckets_per_unit = if last > first {
            count as f64 / (last - first)
        } else {
            0.0
        };
        let mut buckets = Vec::with_capacity(count + 1);
        let mut knot = 0;
        for b in 0..=count {
            let start = if buckets_per_unit > 0.0 {
                first + b as f64 / buckets_per_unit
            } else {
                first
            };
            // One bucket back, so that rounding of the bucket index never starts too late.
            while knot + 1 < count && knots[knot + 1].0 <= start {
                knot += 1;
            }
            buckets.push(knot.saturating_sub(1) as u32);
        }
        Self {
            knots,
            buckets,
            buckets_per_unit,
        }
    }

    /// Scores of a sample; the share above each sorted score, midway between its neighbours' shares.
    pub fn from_sample(mut scores: Vec<f64>) -> Self {
        scores.par_sort_unstable_by(f64::total_cmp);
        let n = scores.len() as f64;
        let mut knots = Vec::with_capacity(scores.len() + 2);
        let mut i = 0;
        while i < scores.len() {
            let mut j = i + 1;
            while j < scores.len() && scores[j] == scores[i] {
                j += 1;
            }
            if j - i == 1 && i > 0 && j < scores.len() {
                knots.push((scores[i], 1.0 - (i as f64 + 0.5) / n));
            } else {
                knots.push((scores[i], 1.0 - i as f64 / n));
                knots.push((scores[i], 1.0 - j as f64 / n));
            }
            i = j;
        }
        Self::new(knots)
    }

    /// P(score > t).
    #[inline]
    pub fn at(&self, t: f64) -> f64 {
        let segment = self.segment(t);
        segment.at(t)
    }

    /// Knots in order, as (score, survival).
    pub fn knots(&self) -> &[(f64, f64)] {
        &self.knots
    }

    /// The smallest score at which survival has fallen to `s` or below.
    pub fn quantile(&self, s: f64) -> f64 {
        let i = self
            .knots
            .partition_point(|k| k.1 > s)
            .clamp(1, self.knots.len() - 1);
        let ((t0, s0), (t1, s1)) = (self.knots[i - 1], self.knots[i]);
        if s0 == s1 {
            t0
        } else {
            t0 + (t1 - t0) * ((s0 - s) / (s0 - s1)).clamp(0.0, 1.0)
        }
    }

    /// Number of segments: one before the first knot, one between each pair, one after the last.
    #[inline]
    pub(crate) fn segments(&self) -> usize {
        self.knots.len() + 1
    }

    /// Index of the segment that holds `t`, taken to the right where knots meet.
    #[inline]
    pub(crate) fn locate(&self, t: f64) -> usize {
        if t < self.knots[0].0 || t.is_nan() {
            return 0;
        }
        let bucket = ((t - self.knots[0].0) * self.buckets_per_unit) as usize;
        let mut i = self.buckets[bucket.min(self.buckets.len() - 1)] as usize;
        while i < self.knots.len() && self.knots[i].0 <= t {
            i += 1;
        }
        i
    }

    #[inline]
    pub(crate) fn segment_by_index(&self, i: usize) -> Segment {
        let n = self.knots.len();
        let (t0, s0) = if i == 0 {
            (f64::NEG_INFINITY, 1.0)
        } else {
            self.knots[i - 1]
        };
        let (t1, s1) = if i == n {
            (f64::INFINITY, 0.0)
        } else {
            self.knots[i]
        };
        Segment { t0, t1, s0, s1 }
    }

    #[inline]
    fn segment(&self, t: f64) -> Segment {
        self.segment_by_index(self.locate(t))
    }
}

/// A linear stretch of a survival function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment {
    pub t0: f64,
    pub t1: f64,
    pub s0: f64,
    pub s1: f64,
}

impl Segment {
    /// The survival at `t`, held to the stretch's ends outside it.
    #[inline]
    pub fn at(&self, t: f64) -> f64 {
        if t <= self.t0 {
            self.s0
        } else if t >= self.t1 {
            self.s1
        } else if self.s0 == self.s1 {
            self.s0
        } else {
            self.s0 + (self.s1 - self.s0) * ((t - self.t0) / (self.t1 - self.t0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_gives_the_share_above() {
        let s = Survival::from_sample(vec![3.0, 1.0, 2.0, 2.0]);
        assert_eq!(s.at(0.5), 1.0);
        assert_eq!(s.at(2.0), 0.25);
        assert_eq!(s.at(3.0), 0.0);
    }

    #[test]
    fn every_segment_is_found_from_either_side_of_its_knots() {
        let knots: Vec<(f64, f64)> = (0..1000)
            .map(|i| {
                let x = f64::from(i) / 999.0;
                (x * x * 3.0 - 1.0, 1.0 - x)
            })
            .collect();
        let s = Survival::new(knots.clone());
        for (i, pair) in knots.windows(2).enumerate() {
            let mid = 0.5 * (pair[0].0 + pair[1].0);
            assert_eq!(s.locate(mid), i + 1);
            assert_eq!(s.locate(pair[0].0), i + 1);
            let expected = 0.5 * (pair[0].1 + pair[1].1);
            assert!((s.at(mid) - expected).abs() < 1e-12);
        }
    }
}
