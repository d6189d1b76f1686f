//! The menu kernel's speed. `cargo bench --bench menu`
//!
//! A sample such as a 32-path menu leaves after its loosest thresholds: 20 000 background events of 12-bit
//! weights, most active in two paths, and 4 x 13 000 signal events of weight 1, active in more. Beside
//! every figure stands a yardstick of the same run: how fast this processor loads and ORs words from its
//! second cache.

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::hint::black_box;
use std::time::{Duration, Instant};
use trigscape::engine::cpu::instruction_set;
use trigscape::engine::cpu::menu::{moves, totals};
use trigscape::plan::menu::{Configurations, MenuRows, SampleLevels};
use trigscape::random::Stream;

const PATHS: usize = 32;
const LEVELS: u8 = 64;
const CONFIGURATIONS: usize = 1024;

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

fn sample() -> MenuRows {
    let background = critical(1, 20_000, 2.1);
    let weight = |event| 1.0 + (Stream::new(2, 0, event).uniform() * 4095.0).floor();
    let weights: Vec<f64> = (0..20_000).map(weight).collect();
    let signals: Vec<Vec<u8>> = (0..4).map(|s| critical(10 + s, 13_000, 5.0)).collect();
    let ones = vec![1.0; 13_000];
    let mut samples = vec![SampleLevels {
        weights: &weights,
        selected: &[],
        critical: &background,
        further: &[],
    }];
    samples.extend(signals.iter().map(|critical| SampleLevels {
        weights: &ones,
        selected: &[],
        critical,
        further: &[],
    }));
    let start = Instant::now();
    let rows = MenuRows::new(
        &[LEVELS; PATHS],
        &std::array::from_fn::<_, PATHS, _>(|path| path),
        &samples,
    );
    println!(
        "rows built in {:.0} ms, {:.1} MB",
        1e3 * start.elapsed().as_secs_f64(),
        rows.bytes() as f64 / 1e6
    );
    rows
}

/// Gigabytes a second that one thread loads from its second cache and ORs.
fn yardstick() -> f64 {
    let words: Vec<u64> = (0..1u64 << 16)
        .map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15))
        .collect();
    let mut best = Duration::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        for _ in 0..64 {
            black_box(or_all(black_box(&words)));
        }
        best = best.min(start.elapsed());
    }
    (64 * 8 * words.len()) as f64 / best.as_secs_f64() / 1e9
}

#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn or_all(words: &[u64]) -> u64 {
    let (rows, _) = words.as_chunks::<32>();
    let mut all = 0;
    // Twenty rows at a time, as the kernel has them.
    for rows in rows.chunks(20) {
        let mut some = [0; 32];
        for row in rows {
            for i in 0..32 {
                some[i] |= row[i];
            }
        }
        for word in some {
            all ^= word;
        }
    }
    all
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let rows = sample();
    let configurations: Vec<u8> = (0..(CONFIGURATIONS * PATHS) as u64)
        .map(|i| (Stream::new(3, 0, i).uniform() * f64::from(LEVELS + 1)) as u8)
        .collect();
    let mut unprescaled = Configurations::new(PATHS, PATHS);
    for levels in configurations.chunks_exact(PATHS) {
        unprescaled.push_unprescaled(levels);
    }
    // What the kernel touches for one configuration: the rows of the active paths.
    let words: usize = rows
        .blocks
        .iter()
        .map(|b| 32 * b.active.len() + b.planes.len())
        .sum();
    println!(
        "{}: {} blocks, {} kB a configuration",
        instruction_set(),
        rows.blocks.len(),
        words / 128
    );
    let mut group = criterion.benchmark_group("menu");
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    let mut smallest: Vec<String> = Vec::new();
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        let mut best = [Duration::MAX; 2];
        group.throughput(Throughput::Elements(CONFIGURATIONS as u64));
        for (what, name) in ["totals", "moves"].into_iter().enumerate() {
            group.bench_function(BenchmarkId::new(name, threads), |bencher| {
                bencher.iter_custom(|runs| {
                    let start = Instant::now();
                    for _ in 0..runs {
                        let one = Instant::now();
                        pool.install(|| match what {
                            0 => drop(black_box(totals(&rows, &unprescaled))),
                            _ => drop(black_box(moves(
                                &rows,
                                &configurations[..PATHS],
                                &[1.0; PATHS],
                            ))),
                        });
                        best[what] = best[what].min(one.elapsed());
                    }
                    start.elapsed()
                });
            });
        }
        let a_configuration = best[0].as_secs_f64() / CONFIGURATIONS as f64;
        let ceiling = yardstick() * threads as f64;
        smallest.push(format!(
            "{threads} thread(s): {:.2} us a configuration, {:.0} % of the yardstick ({ceiling:.0} GB/s); \
             all {} moves in {:.2} ms",
            1e6 * a_configuration,
            100.0 * 8.0 * words as f64 / a_configuration / 1e9 / ceiling,
            PATHS * (usize::from(LEVELS) + 1),
            1e3 * best[1].as_secs_f64(),
        ));
    }
    group.finish();
    smallest.iter().for_each(|line| println!("{line}"));
}
