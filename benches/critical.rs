//! From events to critical levels to rows. `cargo bench --bench critical`
//!
//! A menu of 10 single, 12 double and 10 triple paths with 64 levels each, on 10^6 synthetic crossings and
//! 4 x 25 000 signal events; each part is timed alone, the smallest of five runs.

#[path = "menu/physical.rs"]
mod physical;

use physical::LEVELS;
use std::time::{Duration, Instant};
use trigscape::engine::cpu::instruction_set;
use trigscape::engine::cpu::menu::totals;
use trigscape::events::Sample;
use trigscape::menu::{CriticalLevels, Ladders, Menu, SampleMenu};
use trigscape::plan::menu::{Configurations, MenuEvents, MenuRows, Part};
use trigscape::study::Study;

fn main() -> trigscape::Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bench.toml");
    std::fs::write(&file, physical::study()).expect("a file");
    let study = Study::load(&file, &[])?;
    let events = study.events()?;
    let menu = Menu::compile(study.menu()?, events)?;
    let axes = physical::axes(&menu);
    let ladders = Ladders::new(&menu, &axes)?;
    println!(
        "{}, {} threads, {} paths x {LEVELS} levels",
        instruction_set(),
        rayon::current_num_threads(),
        menu.paths.len()
    );
    let mut all: Vec<CriticalLevels> = Vec::new();
    for settings in &events.samples {
        let sample = Sample::open(settings, study.seed)?;
        let on_sample = SampleMenu::new(&menu, events, &sample)?;
        let mut best = [Duration::MAX; 3];
        let mut kept = CriticalLevels::default();
        for _ in 0..5 {
            let mut times = [Duration::ZERO; 3];
            kept = CriticalLevels::default();
            let mut start = Instant::now();
            for chunk in sample.chunks(events, on_sample.request())? {
                let chunk = chunk?;
                times[0] += start.elapsed();
                start = Instant::now();
                kept.add(&on_sample, &ladders, &chunk)?;
                times[1] += start.elapsed();
                start = Instant::now();
                on_sample.passes(&chunk)?;
                times[2] += start.elapsed();
                start = Instant::now();
            }
            for (best, time) in best.iter_mut().zip(times) {
                *best = time.min(*best);
            }
        }
        let ms = best.map(|t| 1e3 * t.as_secs_f64());
        println!(
            "{}: {} events generated in {:.0} ms; critical levels in {:.0} ms, {:.2} % kept; \
             for comparison the menu alone, at its own thresholds, {:.0} ms",
            settings.name.value,
            kept.events,
            ms[0],
            ms[1],
            100.0 * kept.weights.len() as f64 / kept.events as f64,
            ms[2],
        );
        all.push(kept);
    }
    let mut best = Duration::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        std::hint::black_box(MenuRows::of(&ladders, &all));
        best = best.min(start.elapsed());
    }
    let rows = MenuRows::of(&ladders, &all);
    let mut nominal = Configurations::new(menu.paths.len(), menu.paths.len());
    nominal.push_unprescaled(&vec![15; menu.paths.len()]);
    let accepted = rows.weights(&totals(&rows, &nominal)).all[0] / rows.sums_of_weights[0];
    println!(
        "rows of {} events in {:.0} ms, {:.1} MB; background accepted near nominal thresholds {:.3} %",
        rows.events(),
        1e3 * best.as_secs_f64(),
        rows.bytes() as f64 / 1e6,
        100.0 * accepted
    );
    quotes(&study, &menu, &ladders)
}

/// Figures of single configurations from critical levels.
fn quotes(study: &Study, menu: &Menu, ladders: &Ladders) -> trigscape::Result<()> {
    let events = study.events()?;
    let open = |s| Sample::open(s, study.seed);
    let samples: Vec<Sample> = events.samples.iter().map(open).collect::<Result<_, _>>()?;
    let read = MenuEvents::read(menu, ladders, events, &samples, None)?;
    let kept: usize = read.levels(Part::All).map(|l| l.weights.len()).sum();
    let paths = menu.paths.len();
    for (what, level, prescale) in [
        ("near nominal thresholds", 15, 1.0),
        ("near nominal thresholds, prescale 2", 15, 2.0),
        ("at the loosest thresholds, prescale 2", 0, 2.0),
    ] {
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            let shares = vec![1.0 / prescale; paths];
            std::hint::black_box(read.quote(Part::All, &vec![level; paths], &shares)?);
            best = best.min(start.elapsed());
        }
        let ms = 1e3 * best.as_secs_f64();
        println!("all figures {what} of {kept} events kept: {ms:.1} ms");
    }
    Ok(())
}
