//! The ROOT reader's speed. `cargo bench --bench root`
//!
//! Reads the files that `python benches/peers/root_uproot.py make` writes to target/bench-root, or
//! those in the folder TRIGSCAPE_BENCH_ROOT; the same script times uproot on them. Beside
//! Criterion's estimates, the smallest of all runs is printed: on a machine that others use too, it
//! is the figure that repeats.

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use trigscape::events::{RootFile, Source};

const CODECS: [&str; 5] = ["none", "zlib", "lzma", "lz4", "zstd"];

/// All columns of all events, opened anew.
fn read(path: &Path) -> u64 {
    let file = RootFile::open(path, None).expect("the bench's own file");
    let about = file.description();
    let names: Vec<&str> = about.branches.iter().map(|b| b.name.as_str()).collect();
    let columns = file.read(&names, 0..about.entries);
    black_box(columns.expect("the bench's own file"));
    about.entries
}

fn folder() -> PathBuf {
    std::env::var_os("TRIGSCAPE_BENCH_ROOT").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-root"),
        PathBuf::from,
    )
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("root");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    let mut smallest: Vec<(String, Duration)> = Vec::new();
    for codec in CODECS {
        let path = folder().join(format!("{codec}.root"));
        if !path.exists() {
            println!(
                "skipped: no {}; `python benches/peers/root_uproot.py make` writes it",
                path.display()
            );
            continue;
        }
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("threads");
            let events = pool.install(|| read(&path));
            group.throughput(Throughput::Elements(events));
            let mut best = Duration::MAX;
            group.bench_function(BenchmarkId::new(codec, threads), |bencher| {
                bencher.iter_custom(|runs| {
                    let start = Instant::now();
                    for _ in 0..runs {
                        let one = Instant::now();
                        pool.install(|| read(&path));
                        best = best.min(one.elapsed());
                    }
                    start.elapsed()
                });
            });
            smallest.push((format!("{codec:5} {threads} thread(s)"), best));
        }
    }
    group.finish();
    for (name, time) in smallest.into_iter().filter(|(_, t)| *t < Duration::MAX) {
        println!("trigscape {name}: {:7.1} ms", 1e3 * time.as_secs_f64());
    }
}
