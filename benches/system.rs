//! The system explorer's speed. `cargo bench --bench system`
//!
//! Beside Criterion's estimates, the smallest of all runs is printed: on a machine that others use
//! too, it is the figure that repeats.

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use std::cell::RefCell;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use trigscape::engine::cpu::{CpuEngine, instruction_set};
use trigscape::engine::{Ask, Engine, Points};
use trigscape::plan::{Compiled, compile};
use trigscape::study::Study;

thread_local! {
    static SMALLEST: RefCell<Vec<(String, Duration, u64)>> = const { RefCell::new(Vec::new()) };
}

/// Times one call and remembers the smallest time by name; `points` is the work of a call.
fn timed<T>(name: &str, points: u64, work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    let time = start.elapsed();
    note(name, points, time);
    time
}

fn note(name: &str, points: u64, time: Duration) {
    SMALLEST.with_borrow_mut(|all| match all.iter_mut().find(|(n, ..)| n == name) {
        Some((_, smallest, _)) => *smallest = time.min(*smallest),
        None => all.push((name.to_owned(), time, points)),
    });
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn published() -> Compiled {
    let path = root().join("configs/cms_phase2.toml");
    compile(&Study::load(&path, &[]).expect("the study")).expect("the plan")
}

/// Points of the published sweep, made finer, on a given number of threads.
fn points(c: &mut Criterion) {
    let study = with_grid(3163);
    let mut group = c.benchmark_group("points");
    group.sample_size(20).sampling_mode(SamplingMode::Flat);
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        for count in [16_384u32, 65_536, 262_144] {
            let name = format!("{count} points, {threads} threads");
            group.throughput(Throughput::Elements(u64::from(count)));
            group.bench_function(BenchmarkId::from_parameter(&name), |b| {
                let mut loaded = CpuEngine.load(study.plan.clone()).expect("loaded");
                b.iter_custom(|iterations| {
                    (0..iterations)
                        .map(|_| {
                            let range = Points::Range {
                                first: 5_000_000,
                                count,
                            };
                            timed(&name, u64::from(count), || {
                                pool.install(|| loaded.run(&range, Ask::Figures).expect("rows"))
                            })
                        })
                        .sum()
                });
            });
        }
    }
    group.finish();
}

/// Score distributions, built once a plan.
fn scores(c: &mut Criterion) {
    let mut group = c.benchmark_group("scores");
    group.sample_size(20).sampling_mode(SamplingMode::Flat);
    let system = published().system.expect("a system");
    let settings = system.scores.l1t_settings();
    for (name, samples) in [
        ("L1T, exact", None),
        ("L1T, 50 000 samples a side", Some(50_000)),
    ] {
        group.bench_function(name, |b| {
            b.iter_custom(|iterations| {
                (0..iterations)
                    .map(|_| {
                        timed(name, 0, || match samples {
                            None => trigscape::system::scores::l1t_scores(settings),
                            Some(n) => trigscape::system::scores::l1t_sampled(settings, 0..n, 0),
                        })
                    })
                    .sum()
            });
        });
    }
    group.finish();
}

/// The whole program, its CPU time as the system counts it.
fn process(c: &mut Criterion) {
    let mut group = c.benchmark_group("process");
    group.sample_size(20).sampling_mode(SamplingMode::Flat);
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let best = "keep = { best = 1000, by = \"productivity_per_j\" }";
    for (name, side, points, keep) in [
        ("explore 101 x 101, CPU time", 101, 10_201, ""),
        ("explore 3163 x 3163, wall time", 3163, 10_004_569, ""),
        (
            "explore 3163 x 3163, best 1000, wall time",
            3163,
            10_004_569,
            best,
        ),
    ] {
        let study = write_study(folder.path(), side, keep);
        group.bench_function(name, |b| {
            b.iter_custom(|iterations| {
                (0..iterations)
                    .map(|_| {
                        let run = run_program(&study, &out);
                        let time = if side == 101 { run.cpu } else { run.wall };
                        note(name, points, time);
                        let (cpu, peak) = (run.cpu, run.peak_kb / 1000);
                        println!("{name}: {time:.3?}, {cpu:.3?} CPU, {peak} MB at most");
                        time
                    })
                    .sum()
            });
        });
    }
    group.finish();
}

struct ProgramRun {
    wall: Duration,
    cpu: Duration,
    peak_kb: u64,
}

fn run_program(study: &Path, out: &Path) -> ProgramRun {
    let before = children_cpu();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_trigscape"))
        .args(["explore", "--force", "-j", "2", "-o"])
        .args([out, study])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut peak_kb = 0;
    let success = loop {
        // The high-water mark, read while the process lives.
        if let Ok(text) = std::fs::read_to_string(&status)
            && let Some(line) = text.lines().find(|l| l.starts_with("VmHWM"))
        {
            peak_kb = line
                .split_whitespace()
                .nth(1)
                .and_then(|kb| kb.parse().ok())
                .unwrap_or(peak_kb);
        }
        if let Some(status) = child.try_wait().expect("a status") {
            break status.success();
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(success);
    ProgramRun {
        wall: start.elapsed(),
        cpu: children_cpu() - before,
        peak_kb,
    }
}

/// User and system time of ended children, from /proc/self/stat in ticks of 10 ms; zero elsewhere.
fn children_cpu() -> Duration {
    let Ok(text) = std::fs::read_to_string("/proc/self/stat") else {
        return Duration::ZERO;
    };
    let after_name = text.rsplit(')').next().unwrap_or("");
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|t| t.parse::<u64>().ok())
        .sum();
    Duration::from_millis(10 * ticks)
}

/// The published sweep with `side` points an axis, without marks: a study file of its own.
fn write_study(folder: &Path, side: u32, keep: &str) -> PathBuf {
    let data = root().join("data").display().to_string();
    let text = format!(
        r#"name = "bench_{side}"
[system]
workbook = "{data}/systems/cms_pu200.xlsx"
[system.complexity]
Intermediate = {{ per_bytes = 2.0e6 }}
Global = {{ fit = "{data}/hlt_wall_time.csv", column = "wall_time_gpu_rel" }}
[space]
"system.Intermediate.reduction_ratio" = {{ from = 450, to = 40, points = {side} }}
"system.Intermediate.skill" = {{ from = 0, to = 1, points = {side} }}
[explore]
{keep}
"#
    );
    let path = folder.join(format!("bench_{side}.toml"));
    std::fs::write(&path, text).expect("the study");
    path
}

fn with_grid(side: u32) -> Arc<Compiled> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write_study(folder.path(), side, "");
    Arc::new(compile(&Study::load(&path, &[]).expect("the study")).expect("the plan"))
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    scores(&mut criterion);
    points(&mut criterion);
    process(&mut criterion);
    criterion.final_summary();
    println!("\nsmallest of all runs, {}:", instruction_set());
    SMALLEST.with_borrow(|all| {
        for (name, time, points) in all {
            let rate = *points as f64 / time.as_secs_f64();
            let rate = if *points == 0 {
                String::new()
            } else {
                format!(", {rate:.3e} points/s")
            };
            println!("{name}: {time:.3?}{rate}");
        }
    });
}
