//! The menu kernel on a GPU beside the CPU's, on the same work, both mappings of threads.
//! `cargo bench --bench menu_gpu` takes the best GPU, `-- NAME` an adapter by name.
//!
//! The sample is that of the `menu` bench, and on a GPU the same 14 times over: 10^6 events that pass
//! something. Each engine is held against what its memory delivers in the same run: the CPU's threads load
//! and OR words from their second cache, the GPU copies buffers. Rows that stay in a GPU's caches may come
//! faster than its memory delivers.

#[path = "menu_gpu/bandwidth.rs"]
mod bandwidth;
#[path = "menu/sample.rs"]
mod sample;
#[path = "menu/yardstick.rs"]
mod yardstick;

use bandwidth::bandwidth;
use sample::{LEVELS, PATHS, sample};
use std::time::{Duration, Instant};
use trigscape::engine::cost::MenuWork;
use trigscape::engine::cpu::instruction_set;
use trigscape::engine::cpu::menu::totals;
use trigscape::engine::gpu::{AdapterKind, GpuEngine, GpuOptions, Mapping};
use trigscape::plan::menu::{Configurations, MenuRows};
use trigscape::random::Stream;
use yardstick::yardstick;

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

/// Bytes of rows that all configurations read: one row of each path that is active in a block and not off.
fn bytes(rows: &MenuRows, configurations: &Configurations) -> f64 {
    let active = rows.blocks.iter().flat_map(|block| &block.active);
    let mut blocks = [0.0; PATHS];
    active.for_each(|path| blocks[usize::from(*path)] += 1.0);
    let levels = configurations.levels.chunks_exact(PATHS).flatten();
    let on = levels.zip(blocks.iter().cycle());
    let on = on.filter(|(level, _)| **level < LEVELS);
    256.0 * on.map(|(_, blocks)| blocks).sum::<f64>()
}

/// The fewest configurations for which *auto* opens a GPU, by its own model of both engines.
fn break_even(rows: &MenuRows, threads: usize) -> Option<u64> {
    const MOST: u64 = 1 << 50;
    let pays = |count: u64| MenuWork::of(rows, count).pays_on_gpu(threads);
    if !pays(MOST) {
        return None;
    }
    let (mut low, mut high) = (0, MOST);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        match pays(middle) {
            true => high = middle,
            false => low = middle,
        }
    }
    Some(high)
}

/// Prints one line of the table.
struct Line {
    count: usize,
    events: usize,
    bytes: f64,
    cpu_s: f64,
}

impl Line {
    /// `ceiling` in gigabytes a second.
    fn print(&self, what: &str, seconds: f64, ceiling: Option<f64>, of: &str) {
        let each = (self.events * PATHS * self.count) as f64;
        let share = ceiling.map_or("not measured".to_owned(), |ceiling| {
            format!("{:.1} %", 100.0 * self.bytes / seconds / 1e9 / ceiling)
        });
        println!(
            "  {what:18} {:10.1} configurations/s  {:.2e} events x paths x configurations/s  {share} of {of}  \
             {:.3} of the CPU's rate",
            self.count as f64 / seconds,
            each / seconds,
            self.cpu_s / seconds
        );
    }
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
    let software = adapter.kind == AdapterKind::Software;
    let copied = bandwidth(&adapter.name, if software { 64 } else { 1024 }, 20);
    println!(
        "{}, {}: opened in {opened:.2} s, copies at {:.0} GB/s (read and written)",
        adapter.name,
        adapter.driver,
        copied.unwrap_or(f64::NAN)
    );
    let threads = rayon::current_num_threads();
    let pool = rayon::ThreadPoolBuilder::new().build().expect("threads");
    let ceiling = yardstick(&pool) * threads as f64;
    println!(
        "beside {threads} threads, {}, which load and OR {ceiling:.0} GB/s",
        instruction_set()
    );
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
            let what = ["no prescales", "8 of 32 paths prescaled"][usize::from(prescaled)];
            println!(" {what}");
            let configurations = configurations(count, prescaled);
            let runs = if times == 1 { 20 } else { 3 };
            let (cpu_s, expected) = smallest(runs, || totals(&rows, &configurations));
            let line = Line {
                count,
                events: rows.events(),
                bytes: bytes(&rows, &configurations),
                cpu_s,
            };
            line.print("CPU", cpu_s, Some(ceiling), "load and OR");
            for (what, engine) in [
                ("by words", &by_word),
                ("by configurations", &by_configuration),
            ] {
                let mut kernel = engine.menu(&rows).expect("room for the events");
                if let Err(why) = kernel.totals(&rows, &configurations) {
                    println!("  {what}: {why}");
                    continue;
                }
                let runs = if software { 5 } else { runs };
                let gpu = || kernel.totals(&rows, &configurations).expect("sums");
                let (gpu_s, sums) = smallest(runs, gpu);
                assert!(sums == expected, "the same sums from both");
                line.print(what, gpu_s, copied, "copying");
            }
        }
    }
    print_break_even();
}

fn print_break_even() {
    println!("configurations from which auto opens a GPU, by its model");
    for times in [1, 14] {
        let rows = sample(times);
        for threads in [1, 2, 8, 16, 64] {
            let least = break_even(&rows, threads).map_or("never".into(), |n| n.to_string());
            println!(
                "  {} events, {threads} threads of the CPU: {least}",
                rows.events()
            );
        }
    }
}
