//! A sample as a menu sees it: 32 paths of one to three objects of five kinds, backgrounds soft, four
//! signals each hard in other kinds; 64 threshold levels a path.

use trigscape::plan::menu::{MenuRows, SampleLevels};
use trigscape::random::Stream;

pub const LEVELS: u8 = 64;
const KINDS: usize = 5;
const MOST: usize = 3;

/// Objects of one path, by kind: thresholds are `base` times 1 + level / 32.
struct Legs(Vec<(usize, f64)>);

/// 10 paths of one object, 12 of two, 10 of three.
fn paths() -> Vec<Legs> {
    let mut all = Vec::new();
    for kind in 0..KINDS {
        all.push(Legs(vec![(kind, 20.0)]));
        all.push(Legs(vec![(kind, 28.0)]));
    }
    for kind in 0..KINDS {
        all.push(Legs(vec![(kind, 12.0), (kind, 6.0)]));
        all.push(Legs(vec![(kind, 14.0), ((kind + 1) % KINDS, 9.0)]));
    }
    all.push(Legs(vec![(0, 11.0), (2, 11.0)]));
    all.push(Legs(vec![(1, 11.0), (3, 11.0)]));
    for kind in 0..KINDS {
        all.push(Legs(vec![(kind, 8.0), (kind, 6.0), (kind, 4.0)]));
        all.push(Legs(vec![
            (kind, 8.0),
            (kind, 5.0),
            ((kind + 2) % KINDS, 7.0),
        ]));
    }
    all
}

/// The objects of an event [GeV], by kind, hardest first.
fn event(random: &mut Stream, scale: &[f64; KINDS]) -> [[f64; MOST]; KINDS] {
    scale.map(|scale| {
        let mut own = [0.0; MOST];
        let mut left = 1.0;
        for pt in &mut own {
            // Each object is softer than the one before.
            left *= 1.0 - random.uniform();
            *pt = 2.0 - scale * (1.0 - left).max(1e-12).ln() * 0.5;
            left *= 0.6;
        }
        own.sort_by(|a, b| b.total_cmp(a));
        own
    })
}

fn critical(event: &[[f64; MOST]; KINDS], paths: &[Legs], out: &mut Vec<u8>) {
    for Legs(legs) in paths {
        let mut used = [0; KINDS];
        let mut level = f64::INFINITY;
        for &(kind, base) in legs {
            let pt = event[kind][used[kind]];
            used[kind] += 1;
            level = level.min((pt / base - 1.0) * 32.0);
        }
        out.push(if level < 0.0 {
            0
        } else {
            (1 + level as u64).min(u64::from(LEVELS)) as u8
        });
    }
}

/// Rows of some thousand events a signal, and background enough that they weigh alike.
pub fn rows(background: u64, signal: u64) -> MenuRows {
    let paths = paths();
    let soft = [5.0, 5.5, 6.0, 6.5, 5.0];
    let scales: Vec<[f64; KINDS]> = (0..5)
        .map(|sample: usize| match sample {
            0 => soft,
            _ => std::array::from_fn(|k| match (k + sample) % KINDS {
                0 => 26.0,
                1 => 17.0,
                2 => 11.0,
                _ => soft[k],
            }),
        })
        .collect();
    let mut weights = Vec::new();
    let mut levels = Vec::new();
    for (sample, scale) in scales.iter().enumerate() {
        let events = if sample == 0 { background } else { signal };
        let (mut own_weights, mut own) = (Vec::new(), Vec::new());
        for number in 0..events {
            let mut random = Stream::new(7, sample as u64, number);
            let weight = if sample == 0 {
                1.0 + (random.uniform() * 4095.0).floor()
            } else {
                1.0
            };
            own_weights.push(weight);
            critical(&event(&mut random, scale), &paths, &mut own);
        }
        weights.push(own_weights);
        levels.push(own);
    }
    // Those that pass nothing cannot be accepted; their weights count all the same.
    let sums: Vec<f64> = weights.iter().map(|w| w.iter().sum()).collect();
    let n = paths.len();
    for (weights, levels) in weights.iter_mut().zip(&mut levels) {
        let passing: Vec<usize> = (0..weights.len())
            .filter(|e| levels[e * n..(e + 1) * n].iter().any(|l| *l > 0))
            .collect();
        *levels = passing
            .iter()
            .flat_map(|e| levels[e * n..(e + 1) * n].to_vec())
            .collect();
        *weights = passing.iter().map(|e| weights[*e]).collect();
    }
    let samples: Vec<SampleLevels> = weights
        .iter()
        .zip(&levels)
        .map(|(weights, critical)| SampleLevels {
            weights,
            selected: &[],
            strata: &[],
            critical,
            further: &[],
        })
        .collect();
    let mut rows = MenuRows::new(&vec![LEVELS; n], &(0..n).collect::<Vec<_>>(), &samples);
    rows.sums_of_weights = sums;
    rows
}
