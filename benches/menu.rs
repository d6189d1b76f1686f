//! The menu kernel's speed. `cargo bench --bench menu`
//!
//! A sample such as a 32-path menu leaves after its loosest thresholds: 20 000 background events of 12-bit
//! weights, most active in two paths, and 4 x 13 000 signal events of weight 1, active in more. Beside
//! the figures stands a yardstick of the same run: how fast each thread loads and ORs words from its
//! second cache.

#[path = "menu/sample.rs"]
mod sample;
#[path = "menu/yardstick.rs"]
mod yardstick;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use sample::{LEVELS, PATHS, sample};
use std::hint::black_box;
use std::time::{Duration, Instant};
use trigscape::engine::cpu::instruction_set;
use trigscape::engine::cpu::menu::{moves, pures, totals};
use trigscape::plan::menu::Configurations;
use trigscape::random::Stream;
use yardstick::yardstick;

const CONFIGURATIONS: usize = 1024;

/// The same levels, every fourth path keeping a share.
fn prescaled(levels: &[u8]) -> Configurations {
    let mut configurations = Configurations::new(PATHS, PATHS);
    for (i, levels) in levels.chunks_exact(PATHS).enumerate() {
        let mut random = Stream::new(4, 0, i as u64);
        let share = |path: usize| match path % 4 {
            0 => 1.0 / (1.0 + (9.0 * random.uniform()).exp()),
            _ => 1.0,
        };
        let shares: Vec<f64> = (0..PATHS).map(share).collect();
        configurations.push(levels, &shares);
    }
    configurations
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let rows = sample(1);
    let levels: Vec<u8> = (0..(CONFIGURATIONS * PATHS) as u64)
        .map(|i| (Stream::new(3, 0, i).uniform() * f64::from(LEVELS + 1)) as u8)
        .collect();
    let mut unprescaled = Configurations::new(PATHS, PATHS);
    for levels in levels.chunks_exact(PATHS) {
        unprescaled.push_unprescaled(levels);
    }
    let prescaled = prescaled(&levels);
    // What the kernel loads for one configuration: a row of each path that is active in a block and
    // not off. The planes of the weights, a few kB that stay in the first cache, are not counted.
    let on = levels.iter().filter(|level| **level < LEVELS).count() as f64 / levels.len() as f64;
    let active: usize = rows.blocks.iter().map(|b| b.active.len()).sum();
    let bytes = 256.0 * active as f64 * on;
    println!(
        "{}: {} blocks, {:.0} kB of rows a configuration",
        instruction_set(),
        rows.blocks.len(),
        bytes / 1e3
    );
    let kinds = ["totals", "prescaled", "pures", "moves", "prescaled moves"];
    let mut group = criterion.benchmark_group("menu");
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    let mut smallest: Vec<String> = Vec::new();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        let mut best = [Duration::MAX; 5];
        let mut ceiling: f64 = 0.0;
        group.throughput(Throughput::Elements(CONFIGURATIONS as u64));
        for (what, name) in kinds.into_iter().enumerate() {
            ceiling = ceiling.max(yardstick(&pool));
            group.bench_function(BenchmarkId::new(name, threads), |bencher| {
                bencher.iter_custom(|runs| {
                    let start = Instant::now();
                    for _ in 0..runs {
                        let one = Instant::now();
                        let around = &levels[..PATHS];
                        pool.install(|| match what {
                            0 => drop(black_box(totals(&rows, &unprescaled))),
                            1 => drop(black_box(totals(&rows, &prescaled))),
                            2 => drop(black_box(pures(&rows, &unprescaled))),
                            3 => drop(black_box(moves(&rows, around, &[1.0; PATHS]))),
                            _ => drop(black_box(moves(&rows, around, prescaled.shares_of(0)))),
                        });
                        best[what] = best[what].min(one.elapsed());
                    }
                    start.elapsed()
                });
            });
        }
        let us = |what: usize| 1e6 * best[what].as_secs_f64() / CONFIGURATIONS as f64;
        let ms = |what: usize| 1e3 * best[what].as_secs_f64();
        smallest.push(format!(
            "{threads} thread(s): {:.2} us a configuration, {:.0} % of the yardstick ({ceiling:.0} GB/s a \
             thread); {:.2} us with 8 prescaled paths; {:.2} us for all pure rates; all {} moves in \
             {:.2} ms, {:.2} ms with prescales",
            us(0),
            bytes / us(0) / 10.0 / (ceiling * threads as f64),
            us(1),
            us(2),
            PATHS * (usize::from(LEVELS) + 1),
            ms(3),
            ms(4),
        ));
    }
    group.finish();
    smallest.iter().for_each(|line| println!("{line}"));
    growth(&levels);
}

/// Whether the cost is linear in configurations and in kept events: the smallest of 20 runs each.
fn growth(levels: &[u8]) {
    for times in [1, 2, 4] {
        let rows = sample(times);
        for count in [256, CONFIGURATIONS / 2, CONFIGURATIONS] {
            let mut configurations = Configurations::new(PATHS, PATHS);
            for levels in levels.chunks_exact(PATHS).take(count) {
                configurations.push_unprescaled(levels);
            }
            let mut best = Duration::MAX;
            for _ in 0..20 {
                let start = Instant::now();
                black_box(totals(&rows, &configurations));
                best = best.min(start.elapsed());
            }
            println!(
                "{} events, {count} configurations: {:.2} us a configuration",
                rows.events(),
                1e6 * best.as_secs_f64() / count as f64
            );
        }
    }
}
