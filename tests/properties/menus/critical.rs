//! Critical levels, and the rows made of them, against the naive reference with thresholds replaced.

use super::naive::{Event, Leg, Path, or};
use super::random::{self, Dice};
use super::{MENUS, compiled};
use trigscape::engine::cpu::menu::{moves, passing, pures, totals};
use trigscape::events::{Chunk, Sample};
use trigscape::explore::quote;
use trigscape::menu::{CriticalLevels, EventLevels, Events, Ladders, Menu, Moved, PathAxis};
use trigscape::merit::Quantity;
use trigscape::plan::menu::{Configurations, MenuPlan, MenuRows};
use trigscape::study::Study;

struct Case {
    number: u64,
    paths: Vec<Path>,
    events: Vec<Event>,
    /// Whether they satisfy the sample's `where`.
    selected: Vec<bool>,
    menu: Menu,
    /// The axes of each path, by leg.
    axes: Vec<Vec<PathAxis>>,
    ladders: Ladders,
}

/// A level of each ladder of each path, and a share of each path.
#[derive(Debug, Clone)]
struct Point {
    levels: Vec<Vec<usize>>,
    shares: Vec<f64>,
}

fn case(number: u64) -> Case {
    let mut dice = Dice::new(1_000_000 + number);
    let nan = number % 5 == 4;
    let count = 1 + dice.below(if number % 10 == 3 { 14 } else { 8 });
    let mut paths: Vec<Path> = (0..count).map(|_| random::path(&mut dice, false)).collect();
    for path in &mut paths {
        path.prescale = if dice.below(8) == 0 { 0.0 } else { 1.0 };
    }
    let count = 2 + dice.below(if number.is_multiple_of(50) { 299 } else { 40 });
    let events = random::events(&mut dice, count, nan, number % 7 == 6);
    let menu = compiled(&random::study(&paths, nan));
    let mut axes = Vec::new();
    for (path, own) in paths.iter().enumerate() {
        let moved: Vec<Moved> = match dice.below(5) {
            0 => Vec::new(),
            1 => vec![Moved::Scale],
            2 => vec![Moved::Leg(dice.below(own.legs.len()))],
            _ => (0..own.legs.len())
                .filter(|_| dice.below(4) > 0)
                .map(Moved::Leg)
                .collect(),
        };
        let mut axis = |moved| {
            let mut steps: Vec<usize> =
                (0..1 + dice.below(6)).map(|_| 1 + dice.below(30)).collect();
            steps.sort();
            steps.dedup();
            let level = |step: &usize| match moved {
                // As a ladder's steps come out, with their rounding.
                Moved::Leg(_) => 0.1 * (3 * step) as f64,
                Moved::Scale => 0.125 * *step as f64,
            };
            PathAxis {
                path,
                moved,
                levels: steps.iter().map(level).collect(),
            }
        };
        axes.push(moved.into_iter().map(&mut axis).collect::<Vec<_>>());
    }
    // The order in which axes are given does not matter.
    let mut all: Vec<PathAxis> = axes.iter().flatten().cloned().collect();
    all.reverse();
    let mut ladders = Ladders::new(&menu, &all).unwrap();
    for (axis, ladder) in all.iter().zip(ladders.of_axis()) {
        assert_eq!(ladders.paths()[*ladder], axis.path);
        assert_eq!(usize::from(ladders.counts()[*ladder]), axis.levels.len());
    }
    for (number, path) in paths.iter_mut().enumerate() {
        if dice.below(2) == 0 {
            ladders = ladders.with_varying_prescale(number);
            path.prescale = 1.0;
        }
    }
    let selected = events.iter().map(|_| dice.below(3) > 0).collect();
    Case {
        number,
        paths,
        events,
        selected,
        menu,
        axes,
        ladders,
    }
}

impl Case {
    fn chunk(&self) -> Chunk {
        random::chunk(&self.events, &self.menu.request, false)
    }

    /// The levels of each of a path's ladders.
    fn counts(&self, path: usize) -> Vec<usize> {
        let counts: Vec<usize> = self.axes[path].iter().map(|a| a.levels.len()).collect();
        if counts.is_empty() { vec![1] } else { counts }
    }

    /// Whether an event passes a path at levels of its ladders, prescales apart.
    fn passes(&self, path: usize, levels: &[usize], event: usize) -> bool {
        let off = levels.iter().zip(self.counts(path)).any(|(l, n)| *l == n);
        if off || self.paths[path].prescale < 1.0 {
            return false;
        }
        let mut replaced = self.paths[path].clone();
        for (axis, level) in self.axes[path].iter().zip(levels) {
            for (i, leg) in replaced.legs.iter_mut().enumerate() {
                let (Leg::Object { pt: threshold, .. } | Leg::Scalar { min: threshold, .. }) = leg;
                match axis.moved {
                    Moved::Scale => *threshold *= axis.levels[*level],
                    Moved::Leg(own) if own == i => *threshold = axis.levels[*level],
                    Moved::Leg(_) => {}
                }
            }
        }
        replaced.passes(&self.events[event])
    }

    fn point(&self, dice: &mut Dice, prescaled: bool) -> Point {
        let paths = 0..self.paths.len();
        let share = |dice: &mut Dice| match dice.below(8) {
            0 => 0.0,
            n if prescaled && n < 6 => 1.0 / [1.5, 2.0, 7.0, 100.0, 64_000.0][n - 1],
            _ => 1.0,
        };
        let levels = |path| {
            let counts = self.counts(path).into_iter();
            // Seldom off, often loose.
            counts
                .map(|n| {
                    dice.below(n + 1)
                        .min(dice.below(n + 1))
                        .min(dice.below(n + 1))
                })
                .collect()
        };
        Point {
            levels: paths.clone().map(levels).collect(),
            shares: paths.map(|_| share(dice)).collect(),
        }
    }

    /// The paths that each event passes.
    fn passing(&self, point: &Point) -> Vec<Vec<bool>> {
        let of_event = |e| {
            let levels = point.levels.iter().enumerate();
            levels
                .map(|(p, levels)| self.passes(p, levels, e))
                .collect()
        };
        (0..self.events.len()).map(of_event).collect()
    }

    /// Sum of weight times a figure over the events, and the largest that it may be wrong by.
    fn sum(
        &self,
        point: &Point,
        passing: &[Vec<bool>],
        of: impl Fn(&[Path], &[bool]) -> f64,
    ) -> Sum {
        let mut paths = self.paths.clone();
        for (path, share) in paths.iter_mut().zip(&point.shares) {
            path.prescale = if *share > 0.0 { 1.0 / share } else { 0.0 };
        }
        let exact = point.shares.iter().all(|q| *q == 0.0 || *q == 1.0);
        let mut sum = Sum::default();
        for (event, passing) in passing.iter().enumerate() {
            let weight = self.events[event].weight;
            let own = weight * of(&paths, passing);
            sum.all += own;
            if self.selected[event] {
                sum.selected += own;
            }
            if !exact && passing.contains(&true) {
                sum.within += weight.abs() / f64::from(1 << 20);
            }
        }
        sum
    }
}

#[derive(Debug, Default)]
struct Sum {
    all: f64,
    selected: f64,
    within: f64,
}

impl Sum {
    fn check(&self, rows: &MenuRows, sums: &[u128], what: &str) {
        let accepted = rows.weights(sums);
        let got = (accepted.all[0], accepted.selected[0]);
        assert!(
            (got.0 - self.all).abs() <= self.within && (got.1 - self.selected).abs() <= self.within,
            "{what}: {got:?} instead of {self:?}"
        );
    }
}

impl Point {
    fn levels(&self) -> Vec<u8> {
        let levels = self.levels.iter().flatten();
        levels.map(|level| *level as u8).collect()
    }

    fn configurations(points: &[Self]) -> Configurations {
        let first = &points[0];
        let mut all = Configurations::new(first.levels().len(), first.shares.len());
        for point in points {
            all.push(&point.levels(), &point.shares);
        }
        all
    }
}

/// The corners of an event on a path.
fn corners<'a>(levels: &'a EventLevels, case: &Case, event: usize, path: usize) -> Vec<&'a [u8]> {
    let paths = case.ladders.paths();
    let first = paths.iter().position(|p| *p == path).unwrap();
    let count = paths.iter().filter(|p| **p == path).count();
    let mut all = vec![&levels.first[event * paths.len() + first..][..count]];
    let further = levels.further.iter();
    let own = further.filter(|f| (f.event as usize, usize::from(f.path)) == (event, path));
    all.extend(own.map(|f| &f.corner[..count]));
    all
}

/// Every combination of levels.
fn combinations(counts: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for n in counts {
        let longer = |levels: &Vec<usize>| {
            let levels = levels.clone();
            (0..*n).map(move |level| [&levels[..], &[level]].concat())
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

#[test]
fn critical_levels_agree_with_a_naive_reference() {
    let (mut between, mut tried, mut several, mut refused) = (0, 0, 0, 0);
    for number in 0..MENUS / 2 {
        let case = case(number);
        let levels = case
            .menu
            .critical_levels(&case.ladders, &case.chunk())
            .unwrap();
        let mut dice = Dice::new(3_000_000 + number);
        for path in 0..case.paths.len() {
            if levels.refused[path] > 0 {
                refused += 1;
                continue;
            }
            let mut all = combinations(&case.counts(path));
            while all.len() > 12 {
                all.swap_remove(dice.below(all.len()));
            }
            for event in 0..case.events.len() {
                let corners = corners(&levels, &case, event, path);
                for at in &all {
                    let mut corners = corners.iter();
                    let passes =
                        corners.any(|c| c.iter().zip(at).all(|(n, l)| usize::from(*n) > *l));
                    assert_eq!(
                        passes,
                        case.passes(path, at, event),
                        "menu {number}, event {event}, path {path} at {at:?}\n{:?}\n{:?}\n{:?}",
                        case.events[event],
                        case.paths[path],
                        case.axes[path],
                    );
                }
                for (i, corner) in corners.iter().enumerate() {
                    for other in &corners[..i] {
                        assert!(corner.iter().zip(*other).any(|(a, b)| a > b));
                        assert!(corner.iter().zip(*other).any(|(a, b)| a < b));
                    }
                }
                let (one, n) = (usize::from(corners[0][0]), case.counts(path)[0]);
                tried += 1;
                between += usize::from((1..n).contains(&one));
                several += usize::from(corners.len() > 1);
            }
        }
    }
    // Levels decide something, and so do corners.
    assert!(40 * between > tried, "{between} of {tried}");
    assert!(500 * several > tried, "{several} of {tried}");
    assert!(1000 * refused < MENUS / 2 * 5, "{refused}");
}

/// None where an event has too many corners.
fn rows(case: &Case) -> Option<MenuRows> {
    let chunk = case.chunk();
    let levels = case.menu.critical_levels(&case.ladders, &chunk).unwrap();
    let mut critical = CriticalLevels::default();
    critical.keep(&levels, known(&chunk.weights, Some(&case.selected)));
    critical.refuse_corners(&case.menu, "random").ok()?;
    Some(MenuRows::of(&case.ladders, &[critical]))
}

#[test]
fn sums_of_configurations_agree_with_a_naive_reference() {
    for number in 0..MENUS / 2 {
        let case = case(number);
        let Some(rows) = rows(&case) else {
            continue;
        };
        let weights: Vec<f64> = case.events.iter().map(|e| e.weight).collect();
        assert_eq!(rows.sums_of_weights, [weights.iter().sum::<f64>()]);
        let chosen = weights.iter().zip(&case.selected).filter(|(_, s)| **s);
        assert_eq!(rows.selected_sums, [Some(chosen.map(|(w, _)| w).sum())]);
        let mut dice = Dice::new(2_000_000 + number);
        let points: Vec<Point> = (0..5).map(|i| case.point(&mut dice, i > 1)).collect();
        let configurations = Point::configurations(&points);
        let all = totals(&rows, &configurations);
        let (pure, alone) = (
            pures(&rows, &configurations),
            passing(&rows, &configurations),
        );
        let (paths, classes) = (case.paths.len(), rows.classes.len());
        for (i, point) in points.iter().enumerate() {
            let passing = case.passing(point);
            let what = format!("menu {number}, {point:?}");
            let total = case.sum(point, &passing, |paths, row| or(paths, row, |_| true));
            total.check(&rows, &all[i * classes..][..classes], &what);
            for path in 0..paths {
                let own = |sums: &[u128]| sums[(i * paths + path) * classes..][..classes].to_vec();
                let what = format!("path {path} of {what}");
                let lost = case.sum(point, &passing, |paths, row| {
                    or(paths, row, |_| true) - or(paths, row, |j| j != path)
                });
                lost.check(&rows, &own(&pure), &what);
                let on = point.shares[path] > 0.0;
                let mut alone_is = case.sum(point, &passing, |_, row| f64::from(row[path] && on));
                alone_is.within = 0.0;
                alone_is.check(&rows, &own(&alone), &what);
            }
        }
        check_moves(&case, &rows, &points[dice.below(5)], &mut dice);
    }
}

fn check_moves(case: &Case, rows: &MenuRows, point: &Point, dice: &mut Dice) {
    let sums = moves(rows, &point.levels(), &point.shares);
    let now = case.sum(point, &case.passing(point), |paths, row| {
        or(paths, row, |_| true)
    });
    now.check(rows, &sums.now, "now");
    let classes = rows.classes.len();
    for path in 0..case.paths.len() {
        let ladder = dice.below(point.levels[path].len());
        let mut moved = point.clone();
        moved.levels[path][ladder] = dice.below(case.counts(path)[ladder] + 1);
        moved.shares[path] = [0.0, 0.3, 1.0][dice.below(3)];
        let level = moved.levels[path][ladder] as u8;
        let number = rows.first_ladders[path] + ladder;
        let after = sums.after(rows, number, level, moved.shares[path]);
        let mut expected = case.sum(&moved, &case.passing(&moved), |paths, row| {
            or(paths, row, |_| true)
        });
        // The sums around a prescaled configuration are rounded, wherever they lead.
        expected.within = expected.within.max(now.within);
        let what = format!("menu {}, {point:?} to {moved:?}", case.number);
        expected.check(rows, &after, &what);
        let exact = |p: &Point| p.shares.iter().all(|q| *q == 0.0 || *q == 1.0);
        if exact(point) && exact(&moved) {
            let single = totals(rows, &Point::configurations(&[moved]));
            assert_eq!(after, single[..classes], "{what}");
        }
    }
}

#[test]
fn neither_threads_nor_chunks_show() {
    for number in 0..40 {
        let case = case(number);
        let mut dice = Dice::new(number);
        let points: Vec<Point> = (0..60).map(|i| case.point(&mut dice, i % 3 > 0)).collect();
        let configurations = Point::configurations(&points);
        let mut kept = Vec::new();
        for (threads, parts) in [(1, 1), (7, 1), (2, 3)] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let mut critical = CriticalLevels::default();
            let size = case.events.len().div_ceil(parts);
            for (events, selected) in case.events.chunks(size).zip(case.selected.chunks(size)) {
                let chunk = random::chunk(events, &case.menu.request, false);
                let levels = pool.install(|| case.menu.critical_levels(&case.ladders, &chunk));
                critical.keep(&levels.unwrap(), known(&chunk.weights, Some(selected)));
            }
            let results = pool.install(|| {
                let rows = MenuRows::of(&case.ladders, std::slice::from_ref(&critical));
                let moves = moves(&rows, &points[1].levels(), &points[1].shares);
                let all = totals(&rows, &configurations);
                (all, pures(&rows, &configurations), moves, rows)
            });
            kept.push((critical, results));
        }
        assert_eq!(kept[0], kept[1]);
        assert_eq!(kept[0], kept[2]);
    }
}

pub const STUDY: &str = "name = \"toy\"
[[events.sample]]
name = \"minbias\"
kind = \"background\"
synthetic = { events = 4000, seed = 3 }
[[events.sample]]
name = \"tt\"
kind = \"signal\"
synthetic = { process = \"ttbar\", events = 300 }
where = \"met > 40\"
rate_hz = 30.0
[[events.sample]]
name = \"zz\"
kind = \"signal\"
importance = 2.0
rate_hz = 2.0
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
name = \"Cross\"
legs = [{ object = \"muon\", pt = 9 }, { object = \"jet\", pt = 50 }]
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
        axis(3, Moved::Leg(1), &[20.0, 40.0, 60.0]),
        axis(3, Moved::Leg(0), &[3.0, 7.0]),
    ];
    let ladders = Ladders::new(&menu, &axes).unwrap();
    let samples = events.samples.iter().map(|s| Sample::open(s, study.seed));
    let samples: Vec<Sample> = samples.collect::<Result<_, _>>().unwrap();
    let plan = MenuPlan::read(&menu, &ladders, events, &samples).unwrap();
    assert_eq!(plan.rows.levels, [4, 4, 3, 2, 3, 1]);
    assert_eq!(ladders.of_axis(), [0, 1, 2, 4, 3]);
    for (levels, prescale) in [
        ([0, 0, 0, 0, 0], 1.0),
        ([1, 2, 1, 2, 1], 2.5),
        ([3, 1, 2, 1, 0], 100.0),
        ([2, 3, 0, 0, 1], 1.0),
    ] {
        let at = |axis: usize| axes[axis].levels[levels[axis]];
        let set = [
            format!("menu.SingleMu.pt={}", at(0)),
            format!("menu.DoubleJet.scale={}", at(1)),
            format!("menu.\"MET 100\".met={}", at(2)),
            format!("menu.Cross.leg2.pt={}", at(3)),
            format!("menu.Cross.leg1.pt={}", at(4)),
            format!("menu.DoubleJet.prescale={prescale}"),
        ];
        let quoted = quote(&Study::load(&file, &set).unwrap()).unwrap();
        let mut configurations = Configurations::new(6, 5);
        let [a, b, c, jet, muon] = levels.map(|l| l as u8);
        let shares = [1.0, 1.0 / prescale, 1.0, 1.0, 0.0];
        configurations.push(&[a, b, c, muon, jet, 0], &shares);
        let sums = plan.rows.weights(&totals(&plan.rows, &configurations));
        let close = |got: f64, exact: f64| {
            assert!(exact > 0.0, "{levels:?}");
            let within = plan.rows.rounding + if prescale > 1.0 { 1e-6 } else { 1e-12 };
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
            close(plan.efficiency(1 + i, &sums), exact);
            assert!(prescale > 1.0 || plan.efficiency(1 + i, &sums) == exact);
            let selected = signal.denominator.as_ref();
            let selected = selected.map(|d| d.estimate(0).fraction);
            let got = plan.efficiency_where(1 + i, &sums);
            assert_eq!(got.is_some(), selected.is_some());
            if let (Some(got), Some(exact)) = (got, selected) {
                close(got, exact);
            }
        }
        close(plan.purity(&sums).unwrap(), quoted.purity().unwrap().0);
    }
}

/// Events without strata.
pub fn known<'a>(weights: &'a [f64], selected: Option<&'a [bool]>) -> Events<'a> {
    Events {
        weights,
        selected,
        strata: None,
    }
}
