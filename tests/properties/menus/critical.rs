//! Critical levels, and the rows made of them, against the naive reference with thresholds replaced.

use super::naive::{Event, Leg, Path};
use super::random::{self, Dice};
use super::{MENUS, compiled};
use trigscape::engine::cpu::menu::totals;
use trigscape::events::Sample;
use trigscape::explore::quote;
use trigscape::menu::{CriticalLevels, Ladders, Menu, Moved, PathAxis};
use trigscape::merit::Quantity;
use trigscape::plan::menu::{Configurations, MenuPlan, MenuRows};
use trigscape::study::Study;

struct Case {
    paths: Vec<Path>,
    events: Vec<Event>,
    menu: Menu,
    axes: Vec<PathAxis>,
}

fn case(number: u64) -> Case {
    let mut dice = Dice::new(1_000_000 + number);
    let nan = number % 5 == 4;
    let count = 1 + dice.below(8);
    let mut paths: Vec<Path> = (0..count).map(|_| random::path(&mut dice, false)).collect();
    for path in &mut paths {
        path.prescale = if dice.below(8) == 0 { 0.0 } else { 1.0 };
    }
    let count = 2 + dice.below(40);
    let events = random::events(&mut dice, count, nan, number % 7 == 6);
    let menu = compiled(&random::study(&paths, nan));
    let mut axes = Vec::new();
    for (path, own) in paths.iter().enumerate() {
        let moved = match dice.below(4) {
            0 => continue,
            1 => Moved::Scale,
            _ => Moved::Leg(dice.below(own.legs.len())),
        };
        let mut steps: Vec<usize> = (0..1 + dice.below(6)).map(|_| 1 + dice.below(30)).collect();
        steps.sort();
        steps.dedup();
        let level = |step: &usize| match moved {
            // As a ladder's steps come out, with their rounding.
            Moved::Leg(_) => 0.1 * (3 * step) as f64,
            Moved::Scale => 0.125 * *step as f64,
        };
        axes.push(PathAxis {
            path,
            moved,
            levels: steps.iter().map(level).collect(),
        });
    }
    Case {
        paths,
        events,
        menu,
        axes,
    }
}

/// Levels of paths with one ladder each as a configuration without prescales.
fn one(levels: &[u8]) -> Configurations {
    let mut configurations = Configurations::new(levels.len(), levels.len());
    configurations.push_unprescaled(levels);
    configurations
}

impl Case {
    fn levels(&self, path: usize) -> usize {
        let axis = self.axes.iter().find(|a| a.path == path);
        axis.map_or(1, |a| a.levels.len())
    }

    /// A path as it is at one of its levels.
    fn at(&self, path: usize, level: usize) -> Path {
        let mut replaced = self.paths[path].clone();
        if let Some(axis) = self.axes.iter().find(|a| a.path == path) {
            for (i, leg) in replaced.legs.iter_mut().enumerate() {
                let (Leg::Object { pt: threshold, .. } | Leg::Scalar { min: threshold, .. }) = leg;
                match axis.moved {
                    Moved::Scale => *threshold *= axis.levels[level],
                    Moved::Leg(own) if own == i => *threshold = axis.levels[level],
                    Moved::Leg(_) => {}
                }
            }
        }
        replaced
    }
}

#[test]
fn critical_levels_and_rows_agree_with_a_naive_reference() {
    let (mut between, mut tried) = (0, 0);
    for number in 0..MENUS / 2 {
        let case = case(number);
        let ladders = Ladders::new(&case.menu, &case.axes).unwrap();
        let paths = case.paths.len();
        let chunk = random::chunk(&case.events, &case.menu.request, false);
        let levels = case.menu.critical_levels(&ladders, &chunk).unwrap();
        // By path, level and event.
        let passes: Vec<Vec<Vec<bool>>> = (0..paths)
            .map(|p| {
                (0..case.levels(p))
                    .map(|level| {
                        let path = case.at(p, level);
                        let on = path.kept_share() > 0.0;
                        let events = case.events.iter();
                        events.map(|e| on && path.passes(e)).collect()
                    })
                    .collect()
            })
            .collect();
        for (e, row) in levels.chunks_exact(paths).enumerate() {
            for (p, critical) in row.iter().enumerate() {
                for (level, passing) in passes[p].iter().enumerate() {
                    assert_eq!(
                        passing[e],
                        level < usize::from(*critical),
                        "menu {number}, event {e}, path {p}, level {level}: {critical}\n{:?}\n{:?}",
                        case.events[e],
                        case.at(p, level),
                    );
                }
                tried += 1;
                between += usize::from((1..case.levels(p)).contains(&usize::from(*critical)));
            }
        }
        let mut critical = CriticalLevels::default();
        critical.keep(&levels, &chunk.weights, None);
        let rows = MenuRows::of(&ladders, &[critical]);
        let all: f64 = case.events.iter().map(|e| e.weight).sum();
        assert_eq!(rows.sums_of_weights, [all]);
        let mut dice = Dice::new(2_000_000 + number);
        for _ in 0..5 {
            let configuration: Vec<u8> = (0..paths)
                .map(|p| dice.below(case.levels(p) + 1) as u8)
                .collect();
            let accepted = |e: usize| {
                let levels = configuration.iter().enumerate();
                let mut chosen = levels.filter_map(|(p, l)| passes[p].get(usize::from(*l)));
                chosen.any(|passing| passing[e])
            };
            let events = case.events.iter().enumerate();
            let expected: f64 = events
                .filter(|(e, _)| accepted(*e))
                .map(|(_, event)| event.weight)
                .sum();
            let got = rows.weight(0, &totals(&rows, &one(&configuration)));
            assert_eq!(got, expected, "menu {number}, {configuration:?}");
        }
    }
    // Levels decide something.
    assert!(40 * between > tried, "{between} of {tried}");
}

#[test]
fn neither_threads_nor_chunks_show_in_critical_levels() {
    for number in 0..20 {
        let case = case(number);
        let ladders = Ladders::new(&case.menu, &case.axes).unwrap();
        let mut kept = Vec::new();
        for (threads, parts) in [(1, 1), (3, 1), (2, 3)] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let mut critical = CriticalLevels::default();
            for events in case.events.chunks(case.events.len().div_ceil(parts)) {
                let chunk = random::chunk(events, &case.menu.request, false);
                let levels = pool.install(|| case.menu.critical_levels(&ladders, &chunk));
                critical.keep(&levels.unwrap(), &chunk.weights, None);
            }
            kept.push(critical);
        }
        assert_eq!(kept[0], kept[1]);
        assert_eq!(kept[0], kept[2]);
    }
}

const STUDY: &str = "name = \"toy\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 4000, seed = 3 }
[[events.sample]]
name = \"tt\"
kind = \"signal\"
synthetic = { process = \"ttbar\", events = 300 }
[[events.sample]]
name = \"zz\"
kind = \"signal\"
importance = 2.0
synthetic = { process = \"ttbar\", events = 200, seed = 9 }
[[menu.path]]
name = \"SingleMu\"
legs = [{ object = \"muon\", pt = 22.0, where = \"abs(eta) < 2.1\" }]
[[menu.path]]
name = \"DoubleJet\"
legs = [{ object = \"jet\", pt = 90.1 }, { object = \"jet\", pt = 60.1 }]
cross = \"delta_eta(1, 2) < 1.6\"
[[menu.path]]
name = \"MET 100\"
legs = [{ scalar = \"met\", min = 100.0 }]
[[menu.path]]
name = \"Off\"
legs = [{ scalar = \"met\", min = 0.0 }]
prescale = 0
";

#[test]
fn rates_and_efficiencies_are_those_that_are_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, STUDY).unwrap();
    let study = Study::load(&file, &[]).unwrap();
    let events = study.events().unwrap();
    let menu = Menu::compile(study.menu().unwrap(), events).unwrap();
    let axis = |path, moved, levels: &[f64]| PathAxis {
        path,
        moved,
        levels: levels.to_vec(),
    };
    let axes = [
        axis(0, Moved::Leg(0), &[3.0, 8.5, 15.0, 22.0]),
        axis(1, Moved::Scale, &[0.3, 0.7, 1.0, 1.3]),
        axis(2, Moved::Leg(0), &[30.0, 60.1, 100.0]),
    ];
    let ladders = Ladders::new(&menu, &axes).unwrap();
    let samples = events.samples.iter().map(|s| Sample::open(s, study.seed));
    let samples: Vec<Sample> = samples.collect::<Result<_, _>>().unwrap();
    let plan = MenuPlan::read(&menu, &ladders, events, &samples).unwrap();
    assert_eq!(plan.rows.levels, [4, 4, 3, 1]);
    for levels in [[0, 0, 0], [1, 2, 1], [3, 1, 2], [2, 3, 0]] {
        let at = |axis: usize| axes[axis].levels[levels[axis]];
        let set = [
            format!("menu.SingleMu.pt={}", at(0)),
            format!("menu.DoubleJet.scale={}", at(1)),
            format!("menu.\"MET 100\".met={}", at(2)),
        ];
        let quoted = quote(&Study::load(&file, &set).unwrap()).unwrap();
        let configuration = levels.map(|l| l as u8);
        let sums = totals(&plan.rows, &one(&[&configuration[..], &[0]].concat()));
        let close = |got: f64, exact: f64| {
            assert!(exact > 0.0, "{levels:?}");
            let within = plan.rows.rounding + 1e-12;
            assert!(
                (got - exact).abs() <= within * exact,
                "{levels:?}: {got} {exact}"
            );
        };
        let rate = quoted.rate_khz(Quantity::Total).unwrap().fraction;
        close(plan.rate_khz(&sums).unwrap(), rate);
        close(
            plan.mean_efficiency(&sums).unwrap(),
            quoted.mean_efficiency().unwrap().0,
        );
        for (i, signal) in quoted.signals.iter().enumerate() {
            let exact = signal.sums.estimate(Quantity::Total).fraction;
            assert_eq!(plan.efficiency(1 + i, &sums), exact);
        }
    }
}

#[test]
fn ladders_that_cannot_be_are_refused_by_the_name_of_the_path() {
    let menu = compiled(&STUDY.replace("min = 0.0", "min = -1.0"));
    let axis = |path, moved, levels: &[f64]| PathAxis {
        path,
        moved,
        levels: levels.to_vec(),
    };
    let many: Vec<f64> = (0..256).map(f64::from).collect();
    let first = |levels: &[f64]| vec![axis(0, Moved::Leg(0), levels)];
    for (axes, part) in [
        (first(&[]), "1 to 255 levels, not 0"),
        (first(&many), "1 to 255 levels, not 256"),
        (first(&[3.0, 2.0]), "the level 2 stands behind 3"),
        (first(&[2.0, 2.0 + 1e-10]), "the level 2 is there twice"),
        (first(&[2.0, f64::NAN]), "no finite number"),
        (vec![axis(0, Moved::Scale, &[0.0, 1.0])], "not above 0"),
        (
            vec![axis(3, Moved::Scale, &[0.5, 1.0])],
            "negative threshold -1",
        ),
        (
            vec![
                axis(1, Moved::Leg(0), &[2.0]),
                axis(1, Moved::Leg(1), &[2.0]),
            ],
            "two axes",
        ),
    ] {
        let name = &menu.paths[axes[0].path].name;
        let error = Ladders::new(&menu, &axes).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains(name), "{error}");
    }
    assert_eq!(
        Ladders::new(&menu, &first(&many[..255])).unwrap().counts(),
        [255, 1, 1, 1]
    );
    assert!(menu.refuse_prescales().is_ok());
    let prescaled = compiled(&STUDY.replace("min = 100.0 }]", "min = 100.0 }]\nprescale = 3"));
    let error = prescaled.refuse_prescales().unwrap_err().to_string();
    assert!(error.contains("`MET 100` keeps 1 event in 3"), "{error}");
}
