//! The menu kernels against loops over events, on random critical levels.

use proptest::prelude::*;
use trigscape::engine::cpu::menu::{moves, passing, totals};
use trigscape::plan::menu::{Configurations, MenuRows, SampleLevels};
use trigscape::random::Stream;

/// Two samples of events, on paths with some levels each.
#[derive(Debug)]
struct Case {
    levels: Vec<u8>,
    weights: [Vec<f64>; 2],
    critical: [Vec<u8>; 2],
    configurations: Vec<u8>,
}

fn case(seed: u64, paths: usize, events: usize, kind: u32) -> Case {
    let mut random = Stream::new(seed, 0, 0);
    let mut below = |n: usize| (random.uniform() * n as f64) as usize;
    let levels: Vec<u8> = (0..paths).map(|_| 1 + below(8) as u8).collect();
    let mut weight = |_| match kind {
        0 => 1.0,
        1 => below(9) as f64 - 3.0,
        2 => 0.25 * (1 + below(1000)) as f64,
        _ => [0.1, 0.7, 13.3][below(3)],
    };
    let weights = [
        (0..events).map(&mut weight).collect(),
        (0..events / 2).map(&mut weight).collect::<Vec<_>>(),
    ];
    let mut critical = |events: usize| -> Vec<u8> {
        let level =
            |n: &u8| below(3 * usize::from(*n)).saturating_sub(2 * usize::from(*n) - 1) as u8;
        let mut level = level;
        (0..events)
            .flat_map(|_| levels.iter().map(&mut level).collect::<Vec<_>>())
            .collect()
    };
    let critical = [critical(events), critical(events / 2)];
    let configurations = (0..5)
        .flat_map(|_| {
            levels
                .iter()
                .map(|n| below(usize::from(*n) + 1) as u8)
                .collect::<Vec<_>>()
        })
        .collect();
    Case {
        levels,
        weights,
        critical,
        configurations,
    }
}

impl Case {
    fn rows(&self) -> MenuRows {
        let sample = |s: usize| SampleLevels {
            weights: &self.weights[s],
            selected: &[],
            strata: &[],
            critical: &self.critical[s],
            further: &[],
        };
        let paths: Vec<usize> = (0..self.levels.len()).collect();
        MenuRows::new(&self.levels, &paths, &[sample(0), sample(1)])
    }

    /// Accepted weight of a sample, event by event.
    fn accepted(&self, sample: usize, configuration: &[u8]) -> f64 {
        let events = self.critical[sample].chunks_exact(self.levels.len());
        events
            .zip(&self.weights[sample])
            .filter(|(critical, _)| {
                critical
                    .iter()
                    .zip(configuration)
                    .any(|(c, level)| c > level)
            })
            .map(|(_, w)| w)
            .sum()
    }

    /// Accepted weight with prescales, and the absolute weight that passes anything.
    fn kept(&self, sample: usize, configuration: &[u8], shares: &[f64]) -> (f64, f64) {
        let events = self.critical[sample].chunks_exact(self.levels.len());
        let (mut kept, mut passing) = (0.0, 0.0);
        for (critical, w) in events.zip(&self.weights[sample]) {
            let mut reject = 1.0;
            let mut passes = false;
            for path in 0..shares.len() {
                if critical[path] > configuration[path] {
                    reject *= 1.0 - shares[path];
                    passes = true;
                }
            }
            kept += w * (1.0 - reject);
            passing += if passes { w.abs() } else { 0.0 };
        }
        (kept, passing)
    }
}

/// Levels as configurations without prescales.
fn unprescaled(paths: usize, levels: &[u8]) -> Configurations {
    let mut configurations = Configurations::new(paths, paths);
    for levels in levels.chunks_exact(paths) {
        configurations.push_unprescaled(levels);
    }
    configurations
}

/// Prescales of about so many of the paths.
fn shares(seed: u64, paths: usize, prescaled: usize) -> Vec<f64> {
    let mut random = Stream::new(seed, 1, 0);
    let mut share = |_| {
        let (chosen, q) = (random.uniform() * paths as f64, random.uniform());
        match chosen < prescaled as f64 {
            true => [q, 0.5, 1.0 / 64_000.0][(q * 3.0) as usize],
            false => 1.0,
        }
    };
    (0..paths).map(&mut share).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn menu_sums_are_those_of_loops_over_events(
        seed: u64, paths in 1usize..70, events in 0usize..300, kind in 0u32..4, prescaled in 0usize..60,
    ) {
        let case = case(seed, paths, events, kind);
        let rows = case.rows();
        let classes = rows.classes.len();
        let close = |a: f64, b: f64| if kind == 3 { (a - b).abs() <= 1e-9 * b.abs() } else { a == b };
        let sums = totals(&rows, &unprescaled(paths, &case.configurations));
        let shares = shares(seed, paths, prescaled);
        let mut configurations = Configurations::new(paths, paths);
        for (i, configuration) in case.configurations.chunks_exact(paths).enumerate() {
            configurations.push(configuration, &shares);
            let own = &sums[i * classes..(i + 1) * classes];
            for sample in 0..2 {
                let (got, expected) = (rows.weights(own).all[sample], case.accepted(sample, configuration));
                prop_assert!(close(got, expected), "{got} instead of {expected}");
            }
        }
        let sums = totals(&rows, &configurations);
        for (i, configuration) in case.configurations.chunks_exact(paths).enumerate() {
            for sample in 0..2 {
                let got = rows.weights(&sums[i * classes..(i + 1) * classes]).all[sample];
                let (expected, passing) = case.kept(sample, configuration, &shares);
                let within = passing / f64::from(1 << 20);
                prop_assert!((got - expected).abs() <= within, "{got} instead of {expected}");
            }
        }
        let configuration = &case.configurations[..paths];
        let ones = vec![1.0; paths];
        let sums = moves(&rows, configuration, &ones);
        prop_assert_eq!(&sums.now, &totals(&rows, &unprescaled(paths, configuration)));
        let nearby = moves(&rows, configuration, &shares);
        for path in 0..paths {
            let n = case.levels[path];
            for level in 0..=n {
                let mut moved = configuration.to_vec();
                moved[path] = level;
                let after = sums.after(&rows, path, level, 1.0);
                prop_assert_eq!(&after, &totals(&rows, &unprescaled(paths, &moved)));
                let mut own = shares.clone();
                own[path] = 0.37;
                for sample in 0..2 {
                    let got = rows.weights(&nearby.after(&rows, path, level, 0.37)).all[sample];
                    let (expected, passing) = case.kept(sample, &moved, &own);
                    let (_, before) = case.kept(sample, configuration, &shares);
                    let within = passing.max(before) / f64::from(1 << 20);
                    prop_assert!((got - expected).abs() <= within, "{got} instead of {expected}");
                }
                // A path alone, every other one off.
                if level < n {
                    let mut alone = case.levels.clone();
                    alone[path] = level;
                    let own = totals(&rows, &unprescaled(paths, &alone));
                    let sums = passing(&rows, &unprescaled(paths, &alone));
                    prop_assert_eq!(&sums[path * classes..][..classes], &own[..]);
                }
            }
        }
    }
}
