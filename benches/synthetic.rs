//! The synthetic generator's speed, all branches. `cargo bench --bench synthetic`

use criterion::{
    BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use std::hint::black_box;
use trigscape::events::{Process, Source, Synthetic, SyntheticSettings};

fn generate(c: &mut Criterion) {
    for process in [Process::Background, Process::TTbar] {
        let mut group = c.benchmark_group(process.name());
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        for events in [100_000, 1_000_000] {
            let settings = SyntheticSettings {
                process,
                events,
                ..SyntheticSettings::default()
            };
            let synthetic = Synthetic::new(settings).expect("a generator");
            let branches = &synthetic.description().branches;
            let names: Vec<&str> = branches.iter().map(|b| b.name.as_str()).collect();
            for threads in [1, 2] {
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .build()
                    .expect("threads");
                let name = format!("{events} events, {threads} threads");
                group.throughput(Throughput::Elements(events));
                group.bench_function(BenchmarkId::from_parameter(name), |b| {
                    b.iter(|| {
                        pool.install(|| {
                            black_box(synthetic.read(&names, 0..events).expect("columns"))
                        })
                    });
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, generate);
criterion_main!(benches);
