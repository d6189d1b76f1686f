//! How often intervals hold the true value, in seeded toys drawn as each estimator assumes.

use trigscape::merit::{Interval, ONE_SIGMA, Roc, ScanSums, StrataSums, effective_events};
use trigscape::random::Stream;

/// Toys of each true value; with ten of these the coverage has an error of 0.5 points.
const TOYS: u64 = 1000;

/// Ten efficiencies over a decade.
fn decade() -> impl Iterator<Item = f64> {
    (0..10).map(|i| 0.03 * 10f64.powf(f64::from(i) / 9.0))
}

/// Passes of `n` trials of probability `p`, by the gaps between them.
fn binomial(random: &mut Stream, n: u64, p: f64) -> u64 {
    let (mut at, mut passed) = (0.0, 0);
    loop {
        at += 1.0 + ((1.0 - random.uniform()).ln() / (1.0 - p).ln()).floor();
        if at > n as f64 {
            return passed;
        }
        passed += 1;
    }
}

/// Percent of toys whose interval holds the true value.
fn coverage(
    kind: u64,
    truth: impl Iterator<Item = f64>,
    toy: impl Fn(&mut Stream, f64) -> Interval,
) -> f64 {
    let (mut held, mut all) = (0, 0);
    for (i, truth) in truth.enumerate() {
        for t in 0..TOYS {
            let mut random = Stream::new(11, kind, i as u64 * TOYS + t);
            held += u64::from(toy(&mut random, truth).contains(truth));
            all += 1;
        }
    }
    100.0 * held as f64 / all as f64
}

fn within(points: f64, covered: f64, what: &str) {
    println!("{what}: {covered:.2} %");
    assert!(
        (covered - 100.0 * ONE_SIGMA).abs() < points,
        "{what}: {covered:.2} %"
    );
}

#[test]
fn wilson_and_normal_cover_their_level() {
    // At least 300 passes and failures are expected.
    let n = 10_000;
    let wilson = coverage(1, decade(), |random, eps| {
        Interval::wilson(binomial(random, n, eps) as f64, n as f64, ONE_SIGMA)
    });
    within(2.0, wilson, "Wilson");
    let normal = coverage(2, decade(), |random, eps| {
        let passed = binomial(random, n, eps) as f64;
        let estimate = passed / n as f64;
        let sigma = (estimate * (1.0 - estimate) / n as f64).sqrt();
        Interval::normal(estimate, sigma, ONE_SIGMA)
    });
    within(2.0, normal, "normal");
}

#[test]
fn weighted_events_cover_with_their_effective_number() {
    // Weights from 0.5 to 1.5: 2600 events are worth 2400, of which 300 pass at the least efficiency.
    let wilson = coverage(
        3,
        decade().map(|eps| 4.0 * eps).filter(|eps| *eps < 0.7),
        |random, eps| {
            let mut sums = StrataSums::default();
            for _ in 0..2600 {
                let weight = 0.5 + random.uniform();
                sums.add(weight, 0, f64::from(u8::from(random.uniform() < eps)));
            }
            let (estimate, sigma) = sums.rate_khz(1.0);
            let n = effective_events(estimate, sigma * sigma);
            Interval::wilson(estimate * n, n, ONE_SIGMA)
        },
    );
    within(2.0, wilson, "Wilson, weighted");
}

#[test]
fn one_sided_limits_cover_their_level() {
    // That of one of four looks with a confidence of 95 %.
    let level = 1.0 - 0.05 / 4.0;
    let events = 1500;
    // From 7.5 to 225 expected passes.
    for (kind, sides) in [(8, "upper"), (9, "lower")] {
        let covered = coverage(kind, decade().map(|eps| 0.5 * eps), |random, eps| {
            let mut sums = StrataSums::default();
            let (mut total, mut largest) = (0.0, 0.0f64);
            for _ in 0..events {
                let weight = 0.5 + random.uniform();
                (total, largest) = (total + weight, largest.max(weight));
                sums.add(weight, 0, f64::from(u8::from(random.uniform() < eps)));
            }
            let (estimate, sigma) = sums.rate_khz(1.0);
            let limits = Interval::one_sided(estimate, sigma, largest / total, level);
            let (low, high) = (limits.low, limits.high);
            match sides {
                "upper" => Interval { low: 0.0, high },
                _ => Interval { low, high: 1.0 },
            }
        });
        println!("{sides} limits: {covered:.2} %");
        assert!(
            (covered - 100.0 * level).abs() < 0.7,
            "{sides}: {covered} %"
        );
    }
}

#[test]
fn strata_and_paired_differences_cover_their_level() {
    // A stratum of 1000 rare events of weight 1 and one of 500 of weight 20.
    let strata = coverage(4, decade(), |random, eps| {
        let mut sums = StrataSums::default();
        // The rare stratum is ten times as efficient: 0.3 to 3 of these is 0.03 to 0.3 here.
        let (rare, common) = (10.0 * eps.min(0.09), 0.3);
        for _ in 0..1000 {
            sums.add(1.0, 0, f64::from(u8::from(random.uniform() < rare)));
        }
        for _ in 0..500 {
            sums.add(20.0, 1, f64::from(u8::from(random.uniform() < common)));
        }
        let truth = (1000.0 * rare + 10_000.0 * common) / 11_000.0;
        let (estimate, sigma) = sums.rate_khz(1.0);
        let interval = Interval::normal(estimate, sigma, ONE_SIGMA);
        // Moved, so that it holds `eps` exactly where it holds the truth.
        Interval {
            low: interval.low - truth + eps,
            high: interval.high - truth + eps,
        }
    });
    within(2.0, strata, "strata");

    // Two menus on the same events: the second loses 6 % and wins `gain`; at least 100 events differ.
    let paired = coverage(5, (1..=10).map(|i| 0.01 * f64::from(i)), |random, gain| {
        let loss = 0.06;
        let mut sums = StrataSums::default();
        for _ in 0..2000 {
            let u = random.uniform();
            let difference = f64::from(u8::from(u < gain)) - f64::from(u8::from(u > 1.0 - loss));
            sums.add(1.0, 0, difference);
        }
        let (estimate, sigma) = sums.rate_khz(1.0);
        let interval = Interval::normal(estimate, sigma, ONE_SIGMA);
        Interval {
            low: interval.low + loss,
            high: interval.high + loss,
        }
    });
    within(2.0, paired, "paired difference");
}

/// Probabilities of 0 to n passes.
fn binomial_probabilities(n: u64, p: f64) -> Vec<f64> {
    let mut logs = vec![n as f64 * (1.0 - p).ln()];
    for k in 0..n {
        let next = logs[k as usize] + ((n - k) as f64 / (k + 1) as f64).ln() + (p / (1.0 - p)).ln();
        logs.push(next);
    }
    logs.into_iter().map(f64::exp).collect()
}

/// The exact coverage of an interval, in percent.
fn exact_coverage(n: u64, p: f64, interval: impl Fn(u64) -> Interval) -> f64 {
    let probabilities = binomial_probabilities(n, p);
    let held = (0..=n).filter(|k| interval(*k).contains(p));
    100.0 * held.map(|k| probabilities[k as usize]).sum::<f64>()
}

#[test]
fn clopper_pearson_never_covers_less_than_its_level() {
    for n in [5, 20, 100, 400] {
        let intervals: Vec<_> = (0..=n)
            .map(|k| Interval::clopper_pearson(k, n, ONE_SIGMA))
            .collect();
        for i in 1..200 {
            let p = f64::from(i) / 200.0;
            let covered = exact_coverage(n, p, |k| intervals[k as usize]);
            // Equal is allowed; rounding may take its share.
            assert!(
                covered >= 100.0 * ONE_SIGMA - 1e-6,
                "{n} events of {p}: {covered} %"
            );
        }
    }
}

#[test]
fn few_events_cover_as_the_binomial_distribution_says() {
    for (n, p) in [(20, 0.1), (20, 0.5), (100, 0.03), (300, 0.5)] {
        let intervals: Vec<_> = (0..=n)
            .map(|k| Interval::wilson(k as f64, n as f64, ONE_SIGMA))
            .collect();
        let exact = exact_coverage(n, p, |k| intervals[k as usize]);
        let toys = coverage(6, std::iter::repeat_n(p, 10), |random, p| {
            intervals[binomial(random, n, p) as usize]
        });
        assert!(
            (toys - exact).abs() < 2.0,
            "{n} events of {p}: {toys} % of {exact} %"
        );
    }
}

#[test]
fn areas_under_curves_cover_with_their_error() {
    // An event passes c of 5 levels with probability ((c + 1) / 6)^k - (c / 6)^k.
    const LEVELS: usize = 5;
    let steps = LEVELS as f64 + 1.0;
    let at = |k: f64, c: usize| ((c as f64 + 1.0) / steps).powf(k) - (c as f64 / steps).powf(k);
    let won = |s: usize, b: usize| match s.cmp(&b) {
        std::cmp::Ordering::Greater => 1.0,
        std::cmp::Ordering::Equal if s > 0 => 0.5,
        _ => 0.0,
    };
    for (kind, signal, background) in [(20, 2.0, 0.7), (21, 1.0, 1.0), (22, 0.5, 0.2)] {
        let mut truth = 0.0;
        for s in 0..=LEVELS {
            for b in 0..=LEVELS {
                truth += at(signal, s) * at(background, b) * won(s, b);
            }
        }
        let toy = |random: &mut Stream, truth: f64| {
            let mut side = |k: f64, events: usize| {
                let mut sums = ScanSums::new(LEVELS, 1.0);
                for _ in 0..events {
                    let passed = (steps * random.uniform().powf(1.0 / k)) as usize;
                    let weight = 0.5 + random.uniform();
                    assert!(sums.add(weight, 0, None, passed.min(LEVELS), 1.0));
                }
                sums
            };
            let (signal, background) = (side(signal, 400), side(background, 600));
            let roc = Roc::of(&background, &signal);
            assert!((roc.area - truth).abs() < 0.2);
            Interval::normal(roc.area, roc.area_sigma, ONE_SIGMA)
        };
        let covered = coverage(kind, std::iter::repeat_n(truth, 4), toy);
        within(3.0, covered, "area under a curve");
    }
}
