//! The menu kernel on a GPU beside the CPU's, on the same work, both mappings of threads.
//! `cargo bench --bench menu_gpu` takes the best GPU, `-- NAME` an adapter by name.
//!
//! The sample is that of the `menu` bench, and on a GPU the same 14 times over: 10^6 events that pass
//! something.

#[path = "menu/sample.rs"]
mod sample;

use sample::{LEVELS, PATHS, sample};
use std::time::{Duration, Instant};
use trigscape::engine::cpu::instruction_set;
use trigscape::engine::cpu::menu::totals;
use trigscape::engine::gpu::{AdapterKind, GpuEngine, GpuOptions, Mapping};
use trigscape::plan::menu::Configurations;
use trigscape::random::Stream;

/// At random levels; with `prescaled`, eight paths keep a share.
fn configurations(count: usize, prescaled: bool) -> Configurations {
    let mut all = Configurations::new(PATHS, PATHS);
    let mut shares = [1.0; PATHS];
    if prescaled {
        for (i, share) in shares.iter_mut().step_by(4).enumerate() {
            *share = 1.0 / (2.0 + i as f64);
        }
    }
    for c in 0..count {
        let mut random = Stream::new(3, 0, c as u64);
        let levels = [(); PATHS].map(|()| (random.uniform() * f64::from(LEVELS + 1)) as u8);
        all.push(&levels, &shares);
    }
    all
}

/// The smallest of some runs, and what the last gave.
fn smallest(runs: usize, mut work: impl FnMut() -> Vec<u128>) -> (f64, Vec<u128>) {
    let mut best = Duration::MAX;
    let mut sums = Vec::new();
    for _ in 0..runs {
        let start = Instant::now();
        sums = work();
        best = best.min(start.elapsed());
    }
    (best.as_secs_f64(), sums)
}

fn main() {
    let name = std::env::args().skip(1).find(|a| !a.starts_with('-'));
    let open = |mapping| {
        GpuEngine::open(GpuOptions {
            adapter: name.clone(),
            mapping,
            ..GpuOptions::default()
        })
    };
    let start = Instant::now();
    let by_word = match open(Mapping::Word) {
        Ok(engine) => engine,
        Err(why) => {
            println!("not measured: {why}");
            return;
        }
    };
    let opened = start.elapsed().as_secs_f64();
    let adapter = by_word.adapter().clone();
    println!(
        "{}, {}: opened in {opened:.2} s",
        adapter.name, adapter.driver
    );
    println!(
        "beside {} threads, {}",
        rayon::current_num_threads(),
        instruction_set()
    );
    let software = adapter.kind == AdapterKind::Software;
    let by_configuration = open(Mapping::Configuration).expect("it opened before");
    let sizes = if software {
        vec![(1, 512)]
    } else {
        vec![(1, 16_384), (14, 16_384), (14, 131_072)]
    };
    for (times, count) in sizes {
        let rows = sample(times);
        let start = Instant::now();
        drop(by_word.menu(&rows).expect("room for the events"));
        let sent = start.elapsed().as_secs_f64();
        println!(
            "{} events, {count} configurations, sent in {sent:.3} s",
            rows.events()
        );
        for prescaled in [false, true] {
            let configurations = configurations(count, prescaled);
            let runs = if times == 1 { 5 } else { 2 };
            let (cpu_s, expected) = smallest(runs, || totals(&rows, &configurations));
            let each = (rows.events() * PATHS * count) as f64;
            let line = |what: &str, seconds: f64| {
                println!(
                    "  {what:24} {:10.1} configurations/s  {:.2e} events x paths/s  {:.2} of the CPU's rate",
                    count as f64 / seconds,
                    each / seconds,
                    cpu_s / seconds
                );
            };
            println!(
                "{}",
                if prescaled {
                    " 8 of 32 paths prescaled"
                } else {
                    " no prescales"
                }
            );
            line("CPU", cpu_s);
            for (what, engine) in [
                ("by words", &by_word),
                ("by configurations", &by_configuration),
            ] {
                let mut kernel = engine.menu(&rows).expect("room for the events");
                if let Err(why) = kernel.totals(&rows, &configurations) {
                    println!("  {what}: {why}");
                    continue;
                }
                let gpu = || kernel.totals(&rows, &configurations).expect("sums");
                let (gpu_s, sums) = smallest(runs, gpu);
                assert!(sums == expected, "the same sums from both");
                line(what, gpu_s);
            }
        }
    }
}
