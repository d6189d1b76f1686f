//! From events to critical levels to rows. `cargo bench --bench critical`
//!
//! A menu of 10 single, 12 double and 10 triple paths with 64 levels each, on 10^6 synthetic crossings and
//! 4 x 25 000 signal events; each part is timed alone, the smallest of five runs.

use std::time::{Duration, Instant};
use trigscape::engine::cpu::instruction_set;
use trigscape::engine::cpu::menu::totals;
use trigscape::events::Sample;
use trigscape::menu::{CriticalLevels, Ladders, Menu, Moved, PathAxis, SampleMenu};
use trigscape::plan::menu::{Configurations, MenuEvents, MenuRows, Part};
use trigscape::study::Study;

const LEVELS: usize = 64;
const SINGLE: [&str; 10] = [
    "{ object = \"muon\", pt = 22, where = \"quality >= 12\" }",
    "{ object = \"muon\", pt = 18, where = \"abs(eta) < 1.5 && quality >= 12\" }",
    "{ object = \"egamma\", pt = 40 }",
    "{ object = \"egamma\", pt = 32, where = \"isolation >= 1\" }",
    "{ object = \"egamma\", pt = 30, where = \"abs(eta) < 2.1 && isolation >= 1\" }",
    "{ object = \"tau\", pt = 120, where = \"abs(eta) < 2.1\" }",
    "{ object = \"jet\", pt = 180 }",
    "{ object = \"jet\", pt = 160, where = \"abs(eta) < 2.5\" }",
    "{ scalar = \"met\", min = 110 }",
    "{ scalar = \"ht\", min = 360 }",
];
const DOUBLE: [&str; 12] = [
    "muon 15 muon 7",
    "muon 9 muon 9",
    "egamma 25 egamma 14",
    "egamma 22 egamma 22",
    "jet 110 jet 90",
    "jet 90 jet 90",
    "tau 34 tau 34",
    "muon 20 egamma 10",
    "muon 7 egamma 23",
    "muon 18 tau 26",
    "egamma 24 tau 27",
    "muon 12 jet 60",
];
const TRIPLE: [&str; 10] = [
    "muon 5 muon 3 muon 3",
    "muon 8 muon 5 muon 3",
    "egamma 18 egamma 17 egamma 8",
    "jet 95 jet 75 jet 65",
    "jet 80 jet 80 jet 60",
    "muon 5 muon 5 egamma 9",
    "muon 6 egamma 17 egamma 17",
    "muon 3 jet 60 jet 60",
    "egamma 20 jet 60 jet 40",
    "tau 30 tau 30 jet 55",
];

fn study() -> String {
    let mut text = String::from(
        "name = \"bench\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 1_000_000 }
",
    );
    for (i, process) in ["ttbar", "hh_4b", "ttbar", "hh_4b"].iter().enumerate() {
        text += &format!(
            "[[events.sample]]\nname = \"signal{i}\"\nkind = \"signal\"\n\
             synthetic = {{ process = \"{process}\", events = 25_000, seed = {i} }}\n"
        );
    }
    text += "[events.objects]\nmuon = { prefix = \"L1Mu\", quality = \"hwQual\" }\n\
             egamma = { prefix = \"L1EG\", isolation = \"hwIso\" }\n";
    let mut paths: Vec<(String, bool)> = SINGLE.iter().map(|l| ((*l).to_owned(), false)).collect();
    for legs in DOUBLE.iter().chain(&TRIPLE) {
        let words: Vec<&str> = legs.split(' ').collect();
        let legs = words
            .chunks(2)
            .map(|w| format!("{{ object = \"{}\", pt = {} }}", w[0], w[1]));
        // Some conditions on pairs, as menus have them.
        paths.push((
            legs.collect::<Vec<_>>().join(", "),
            paths.len().is_multiple_of(4),
        ));
    }
    for (i, (legs, crossed)) in paths.iter().enumerate() {
        text += &format!("[[menu.path]]\nname = \"P{i}\"\nlegs = [{legs}]\n");
        if *crossed {
            text += "cross = \"delta_eta(1, 2) < 1.6\"\n";
        }
    }
    text
}

fn axis(path: usize, legs: &[f64]) -> PathAxis {
    // From 0.7 to 2 times the nominal threshold.
    let factor = |i: usize| 0.7 + 1.3 * i as f64 / (LEVELS - 1) as f64;
    let (moved, unit) = match legs {
        [nominal] => (Moved::Leg(0), *nominal),
        _ => (Moved::Scale, 1.0),
    };
    PathAxis {
        path,
        moved,
        levels: (0..LEVELS).map(|i| unit * factor(i)).collect(),
    }
}

fn main() -> trigscape::Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bench.toml");
    std::fs::write(&file, study()).expect("a file");
    let study = Study::load(&file, &[])?;
    let events = study.events()?;
    let menu = Menu::compile(study.menu()?, events)?;
    let nominal = |path: &trigscape::menu::Path| -> Vec<f64> {
        let legs = path.legs.iter();
        legs.map(|leg| match leg {
            trigscape::menu::Leg::Object { threshold, .. }
            | trigscape::menu::Leg::Scalar { threshold, .. } => threshold.level(),
        })
        .collect()
    };
    let axes = menu.paths.iter().enumerate();
    let axes: Vec<PathAxis> = axes.map(|(i, p)| axis(i, &nominal(p))).collect();
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
