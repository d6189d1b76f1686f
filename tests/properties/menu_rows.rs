//! The menu kernels against loops over events, on random critical levels.

use proptest::prelude::*;
use trigscape::engine::cpu::menu::{moves, totals};
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
            critical: &self.critical[s],
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
}

/// Levels as configurations without prescales.
fn unprescaled(paths: usize, levels: &[u8]) -> Configurations {
    let mut configurations = Configurations::new(paths, paths);
    for levels in levels.chunks_exact(paths) {
        configurations.push_unprescaled(levels);
    }
    configurations
}

fn whole(sums: &[u128]) -> Vec<u64> {
    sums.iter().map(|s| (s >> 32) as u64).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn menu_sums_are_those_of_loops_over_events(seed: u64, paths in 1usize..40, events in 0usize..300, kind in 0u32..4) {
        let case = case(seed, paths, events, kind);
        let rows = case.rows();
        let classes = rows.classes.len();
        let close = |a: f64, b: f64| if kind == 3 { (a - b).abs() <= 1e-9 * b.abs() } else { a == b };
        let sums = totals(&rows, &unprescaled(paths, &case.configurations));
        for (i, configuration) in case.configurations.chunks_exact(paths).enumerate() {
            let own = &sums[i * classes..(i + 1) * classes];
            for sample in 0..2 {
                let (got, expected) = (rows.weight(sample, own), case.accepted(sample, configuration));
                prop_assert!(close(got, expected), "{got} instead of {expected}");
            }
        }
        let configuration = &case.configurations[..paths];
        let sums = moves(&rows, configuration);
        prop_assert_eq!(&sums.now[..], &whole(&totals(&rows, &unprescaled(paths, configuration)))[..]);
        for (path, after) in sums.paths.iter().enumerate() {
            let n = usize::from(case.levels[path]);
            for level in 0..=n {
                let mut moved = configuration.to_vec();
                moved[path] = level as u8;
                let own: Vec<u64> = (0..classes).map(|c| after[c * (n + 1) + level]).collect();
                prop_assert_eq!(&own, &whole(&totals(&rows, &unprescaled(paths, &moved))));
                // A path alone, every other one off.
                if level < n {
                    let mut alone = case.levels.clone();
                    alone[path] = level as u8;
                    let sums: Vec<u64> = (0..classes).map(|c| rows.path_sums[path][c * n + level]).collect();
                    prop_assert_eq!(&sums, &whole(&totals(&rows, &unprescaled(paths, &alone))));
                }
            }
        }
    }
}
