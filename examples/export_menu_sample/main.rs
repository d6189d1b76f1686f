//! The menu bench's sample for programs in other languages, and this kernel's times beside theirs.
//!
//!     export_menu_sample write FOLDER   the sample, the configurations and the sums here
//!     export_menu_sample time THREADS   answers each line "plain RUNS" or "prescaled RUNS" on standard
//!                                       input with the smallest time of the runs [s a configuration]
//!
//! The files are raw, little-endian; `sample.json` says what each holds.

#[path = "../../benches/menu/sample.rs"]
mod sample;

use sample::{LEVELS, PATHS};
use serde_json::json;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::{Duration, Instant};
use trigscape::engine::cpu::instruction_set;
use trigscape::engine::cpu::menu::totals;
use trigscape::plan::menu::Configurations;
use trigscape::random::Stream;

const CONFIGURATIONS: usize = 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", folder] => write(Path::new(folder)),
        ["time", threads] => time(threads.parse()?),
        _ => Err("write FOLDER, or time THREADS".into()),
    }
}

/// Levels of configurations, one after the other: a level of each path, uniform, the last being "off".
fn levels_of_configurations(count: usize) -> Vec<u8> {
    (0..(count * PATHS) as u64)
        .map(|i| (Stream::new(3, 0, i).uniform() * f64::from(LEVELS + 1)) as u8)
        .collect()
}

/// Kept shares of configurations, one after the other: every fourth path has a prescale of 2 to 100.
fn shares_of_configurations(count: usize) -> Vec<f64> {
    let share = |i: usize| match i % 4 {
        0 => {
            let x = Stream::new(4, 0, i as u64).uniform();
            1.0 / (2.0 * 50f64.powf(x)).round()
        }
        _ => 1.0,
    };
    (0..count * PATHS).map(share).collect()
}

/// The configurations, without prescales and with them.
fn configurations() -> [Configurations; 2] {
    let levels = levels_of_configurations(CONFIGURATIONS);
    let shares = shares_of_configurations(CONFIGURATIONS);
    let mut plain = Configurations::new(PATHS, PATHS);
    let mut prescaled = Configurations::new(PATHS, PATHS);
    for (levels, shares) in levels.chunks(PATHS).zip(shares.chunks(PATHS)) {
        plain.push_unprescaled(levels);
        prescaled.push(levels, shares);
    }
    [plain, prescaled]
}

fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let rows = sample::sample(1);
    let [plain, prescaled] = configurations();
    let samples = sample::samples();
    let sums = |configurations: &Configurations| -> Vec<u8> {
        let sums = totals(&rows, configurations);
        let of_configurations = sums.chunks_exact(rows.classes.len());
        let of_samples = of_configurations.flat_map(|sums| rows.weights(sums).all);
        of_samples.flat_map(f64::to_le_bytes).collect()
    };
    let bytes = |values: &[f64]| values.iter().flat_map(|x| x.to_le_bytes()).collect();
    // Peers sum by sample.
    let classes = samples.iter().zip(0u32..);
    let classes =
        classes.flat_map(|(s, class)| s.weights.iter().flat_map(move |_| class.to_le_bytes()));
    let weights = samples.iter().flat_map(|s| &s.weights);
    let critical = samples.iter().flat_map(|s| s.critical.iter().copied());
    let files: [(&str, &str, usize, Vec<u8>); 7] = [
        ("critical", "u1", PATHS, critical.collect()),
        (
            "weights",
            "<u4",
            1,
            weights.flat_map(|w| (*w as u32).to_le_bytes()).collect(),
        ),
        ("classes", "<u4", 1, classes.collect()),
        ("levels", "u1", PATHS, plain.levels.clone()),
        ("kept_shares", "<f8", PATHS, bytes(&prescaled.kept_shares)),
        ("sums_plain", "<f8", samples.len(), sums(&plain)),
        ("sums_prescaled", "<f8", samples.len(), sums(&prescaled)),
    ];
    let mut described = serde_json::Map::new();
    for (name, kind, columns, bytes) in files {
        fs::write(folder.join(name), bytes)?;
        described.insert(name.into(), json!({ "type": kind, "columns": columns }));
    }
    let about = json!({
        "paths": PATHS,
        "levels": LEVELS,
        "instruction_set": instruction_set(),
        "files": described,
    });
    fs::write(folder.join("sample.json"), format!("{about:#}\n"))?;
    Ok(())
}

fn time(threads: usize) -> Result<(), Box<dyn Error>> {
    let rows = sample::sample(1);
    let [plain, prescaled] = configurations();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (name, runs) = line.split_once(' ').ok_or("a name and a number of runs")?;
        let configurations = match name {
            "plain" => &plain,
            "prescaled" => &prescaled,
            _ => return Err(format!("`{name}`: plain or prescaled").into()),
        };
        let mut best = Duration::MAX;
        for _ in 0..runs.parse()? {
            let start = Instant::now();
            pool.install(|| drop(black_box(totals(&rows, configurations))));
            best = best.min(start.elapsed());
        }
        println!("{}", best.as_secs_f64() / CONFIGURATIONS as f64);
        std::io::stdout().flush()?;
    }
    Ok(())
}
