//! The menu kernel's speed. `cargo bench --bench menu`
//!
//! A sample such as a 32-path menu leaves after its loosest thresholds: 20 000 background events of 12-bit
//! weights, most active in two paths, and 4 x 13 000 signal events of weight 1, active in more. Beside
//! every figure stands a yardstick of the same run: how fast this processor loads and ORs words from its
//! second cache.

#[path = "menu/sample.rs"]
mod sample;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use sample::{LEVELS, PATHS, sample};
use std::hint::black_box;
use std::time::{Duration, Instant};
use trigscape::engine::cpu::instruction_set;
use trigscape::engine::cpu::menu::{moves, totals};
use trigscape::plan::menu::Configurations;
use trigscape::random::Stream;

const CONFIGURATIONS: usize = 1024;

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
