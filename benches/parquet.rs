//! Parquet samples: 10^6 events of 4 objects with 4 fields each, written and read.
//! `cargo bench --bench parquet`
//!
//! Beside Criterion's estimates, the smallest of all runs is printed.

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use trigscape::events::{Column, ColumnSpec, Kind, ParquetFile, ParquetWriter, Source, Values};
use trigscape::random::Stream;

const EVENTS: u64 = 1_000_000;
const OBJECTS: [(&str, f64); 4] = [("Muon", 0.6), ("Electron", 1.2), ("Jet", 5.0), ("Tau", 0.8)];
const FIELDS: [&str; 4] = ["pt", "eta", "phi", "mass"];

/// Lists of 0 to 2 x `mean` numbers with 13 random bits of mantissa, which do not compress away.
fn column(stream: u64, mean: f64) -> Column {
    let (mut offsets, mut values) = (vec![0u32], Vec::new());
    for event in 0..EVENTS {
        // The fields of an object agree in their lengths: these come from the object alone.
        let length = Stream::new(1, stream / 4, event).uniform() * (2.0 * mean + 1.0);
        let mut random = Stream::new(2, stream, event);
        for _ in 0..length as usize {
            let x = (1.0 / (1.0 - random.uniform())) as f32 * 5.0;
            values.push(f32::from_bits(x.to_bits() & 0xFFFF_FC00));
        }
        offsets.push(values.len() as u32);
    }
    Column::jagged(offsets, Values::F32(values))
}

fn write(path: &Path, specs: &[ColumnSpec], columns: &[Column]) {
    let mut writer = ParquetWriter::create(path, specs, "a bench").expect("a file");
    writer.write(columns.to_vec()).expect("written");
    writer.finish().expect("written");
}

fn read(path: &Path, names: &[&str]) {
    let file = ParquetFile::open(path).expect("the bench's own file");
    black_box(file.read(names, 0..EVENTS).expect("the bench's own file"));
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sample.parquet");
    let (mut specs, mut columns) = (Vec::new(), Vec::new());
    for (o, (object, mean)) in OBJECTS.iter().enumerate() {
        for (f, field) in FIELDS.iter().enumerate() {
            columns.push(column((4 * o + f) as u64, *mean));
            specs.push(ColumnSpec {
                name: format!("{object}_{field}"),
                kind: Kind::F32,
                jagged: true,
            });
        }
    }
    write(&path, &specs, &columns);
    let bytes = std::fs::metadata(&path).map_or(0, |m| m.len());
    println!("{} MB of {EVENTS} events", bytes / 1_000_000);
    let names: Vec<&str> = specs.iter().map(|s| s.name.as_str()).collect();
    let mut group = criterion.benchmark_group("parquet");
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    group.throughput(Throughput::Elements(EVENTS));
    let mut smallest = Vec::new();
    for (what, work) in [
        ("read", &(|| read(&path, &names)) as &(dyn Fn() + Sync)),
        ("write", &|| {
            write(&folder.path().join("again.parquet"), &specs, &columns)
        }),
    ] {
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("threads");
            let mut best = Duration::MAX;
            group.bench_function(BenchmarkId::new(what, threads), |bencher| {
                bencher.iter_custom(|runs| {
                    let start = Instant::now();
                    for _ in 0..runs {
                        let one = Instant::now();
                        pool.install(work);
                        best = best.min(one.elapsed());
                    }
                    start.elapsed()
                });
            });
            smallest.push((format!("{what:5} {threads} thread(s)"), best));
        }
    }
    group.finish();
    for (name, time) in smallest.into_iter().filter(|(_, t)| *t < Duration::MAX) {
        println!("trigscape {name}: {:7.1} ms", 1e3 * time.as_secs_f64());
    }
}
