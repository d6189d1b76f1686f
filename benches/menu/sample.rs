//! The sample on which the menu kernel is timed, beside its peers too.

use std::time::Instant;
use trigscape::plan::menu::{MenuRows, SampleLevels};
use trigscape::random::Stream;

pub const PATHS: usize = 32;
pub const LEVELS: u8 = 64;

/// Critical levels of events that are active in about `active` paths.
fn critical(seed: u64, events: u64, active: f64) -> Vec<u8> {
    let mut levels = vec![0; events as usize * PATHS];
    for event in 0..events {
        let mut random = Stream::new(seed, 0, event);
        let row = &mut levels[event as usize * PATHS..][..PATHS];
        // Neighbouring paths share objects, so that they fire together.
        let count = 1 + (random.uniform() * 2.0 * (active - 1.0) + 0.5) as usize;
        let first = (random.uniform() * PATHS as f64) as usize;
        for k in 0..count {
            let path = (first + k * k) % PATHS;
            // Falling spectra: few events reach the tight levels.
            let level = (-(1.0 - random.uniform()).ln() * 12.0) as u8;
            row[path] = (1 + level).min(LEVELS);
        }
    }
    levels
}

/// Events of one sample: their weights, and a critical level a path.
pub struct Events {
    pub weights: Vec<f64>,
    pub critical: Vec<u8>,
}

/// The background, and four signals.
pub fn samples() -> Vec<Events> {
    let weight = |event| 1.0 + (Stream::new(2, 0, event).uniform() * 4095.0).floor();
    let background = Events {
        weights: (0..20_000).map(weight).collect(),
        critical: critical(1, 20_000, 2.1),
    };
    let signals = (0..4).map(|s| Events {
        weights: vec![1.0; 13_000],
        critical: critical(10 + s, 13_000, 5.0),
    });
    std::iter::once(background).chain(signals).collect()
}

/// The same so many times over, laid out.
pub fn sample(times: usize) -> MenuRows {
    let many = samples().into_iter().map(|own| Events {
        weights: own.weights.repeat(times),
        critical: own.critical.repeat(times),
    });
    let many: Vec<Events> = many.collect();
    let levels = many.iter().map(|s| SampleLevels {
        weights: &s.weights,
        selected: &[],
        strata: &[],
        critical: &s.critical,
        further: &[],
    });
    let levels: Vec<_> = levels.collect();
    let start = Instant::now();
    let rows = MenuRows::new(
        &[LEVELS; PATHS],
        &std::array::from_fn::<_, PATHS, _>(|path| path),
        &levels,
    );
    println!(
        "rows built in {:.0} ms, {:.1} MB",
        1e3 * start.elapsed().as_secs_f64(),
        rows.bytes() as f64 / 1e6
    );
    rows
}
