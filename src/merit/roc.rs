//! Signal efficiency against background acceptance as a threshold moves (MODEL.md section 3, ROC).

use super::scan_sums::ScanSums;

/// The curve of one path on its own, from its loosest level to its strictest, and the area under it.
///
/// The area is that over acceptances from 0 to 1 of straight lines between (0, 0), the levels, and
/// (1, e), where e is the efficiency of the loosest level: looser thresholds are not looked at, so that
/// nothing is credited for them, and (1, 1) is reached only where the loosest level accepts everything.
/// In other words, it is the probability that a signal event is kept at stricter levels than a
/// background event, counting a half where they are kept to the same level, and 0 where neither is
/// kept at all.
///
/// That is linear in the events of either side, so that its variance is the sum of two variances of
/// weighted means: those of each signal event's share given the background, and of each background
/// event's given the signal. Source: DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988) 837.
#[derive(Debug, Clone, PartialEq)]
pub struct Roc {
    /// Of the background, by level.
    pub acceptance: Vec<f64>,
    /// Of the signal, by level.
    pub efficiency: Vec<f64>,
    pub area: f64,
    pub area_sigma: f64,
}

impl Roc {
    /// # Panics
    /// If the two have different levels.
    pub fn of(background: &ScanSums, signal: &ScanSums) -> Self {
        let levels = signal.levels();
        assert_eq!(levels, background.levels(), "levels of one scan");
        let by_level = |sums: &ScanSums| -> Vec<f64> {
            (0..levels).map(|level| sums.path(level).fraction).collect()
        };
        let (acceptance, efficiency) = (by_level(background), by_level(signal));
        let a = |l: usize| acceptance.get(l).copied().unwrap_or(0.0);
        let e = |l: usize| efficiency.get(l).copied().unwrap_or(0.0);
        // An event that passes c levels covers the acceptances from the strictest of them on.
        let of_signal = |c: usize| match c {
            0 => 0.0,
            c => 1.0 - 0.5 * (a(c - 1) + a(c)),
        };
        // And a background event gives back what lies above its levels.
        let of_background = |c: usize| match c {
            0 => 0.0,
            c => 0.5 * (e(c - 1) + e(c)) - e(0),
        };
        let (s, b) = (
            signal.mean_score(of_signal),
            background.mean_score(of_background),
        );
        Self {
            area: s.fraction,
            area_sigma: s.sigma.hypot(b.sigma),
            acceptance,
            efficiency,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(levels: usize, events: &[(f64, usize)]) -> ScanSums {
        let mut sums = ScanSums::new(levels, 1.0);
        for (weight, passed) in events {
            assert!(sums.add(*weight, 0, None, *passed, 1.0));
        }
        sums
    }

    #[test]
    fn the_area_is_that_of_trapezoids_and_of_pairs() {
        let background = [(1.0, 0), (2.0, 1), (1.0, 3), (0.5, 2), (3.0, 0)];
        let signal = [(1.0, 3), (1.0, 2), (2.0, 0), (0.7, 1)];
        let roc = Roc::of(&sums(3, &background), &sums(3, &signal));
        let mut points = vec![(0.0, 0.0)];
        points.extend(
            roc.acceptance
                .iter()
                .copied()
                .zip(roc.efficiency.iter().copied())
                .rev(),
        );
        points.push((1.0, roc.efficiency[0]));
        let area: f64 = points
            .windows(2)
            .map(|w| (w[1].0 - w[0].0) * 0.5 * (w[0].1 + w[1].1))
            .sum();
        assert!((roc.area - area).abs() < 1e-15, "{} {area}", roc.area);
        let (mut pairs, mut all) = (0.0, 0.0);
        for (ws, s) in signal {
            for (wb, b) in background {
                let won = if s > b {
                    1.0
                } else if s == b && s > 0 {
                    0.5
                } else {
                    0.0
                };
                pairs += ws * wb * won;
                all += ws * wb;
            }
        }
        assert!((roc.area - pairs / all).abs() < 1e-15);
    }

    #[test]
    fn a_perfect_cut_has_the_area_1() {
        let roc = Roc::of(&sums(1, &[(1.0, 0), (1.0, 0)]), &sums(1, &[(1.0, 1)]));
        assert_eq!((roc.area, roc.area_sigma), (1.0, 0.0));
        // What accepts everything is worth a half.
        let roc = Roc::of(&sums(1, &[(1.0, 1), (1.0, 1)]), &sums(1, &[(1.0, 1)]));
        assert_eq!(roc.area, 0.5);
    }
}
