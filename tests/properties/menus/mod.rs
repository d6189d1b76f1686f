//! Random menus on random events, against a naive reference.

mod critical;
mod diagnostics;
mod naive;
mod quoted_levels;
mod random;
mod refusals;

use naive::{Event, Path, fraction, or, proportional};
use random::Dice;
use trigscape::menu::{Menu, Passes};
use trigscape::merit::{MenuSums, Quantity};
use trigscape::study::Study;

/// Unoptimised, the naive reference takes its time.
const MENUS: u64 = if cfg!(debug_assertions) { 300 } else { 2000 };

struct Case {
    paths: Vec<Path>,
    events: Vec<Event>,
    strata: bool,
    prescaled: bool,
    signed: bool,
    text: String,
    menu: Menu,
    passes: Passes,
    /// What the naive reference says: by event and path.
    naive: Vec<Vec<bool>>,
}

fn case(number: u64) -> Case {
    let mut dice = Dice::new(number);
    let (nan, signed, strata, prescaled) = (
        number % 5 == 4,
        number % 7 == 6,
        number % 3 == 2,
        number % 2 == 1,
    );
    let count = 1 + dice.below(12);
    let paths: Vec<Path> = (0..count)
        .map(|_| random::path(&mut dice, prescaled))
        .collect();
    let count = 2 + dice.below(if number.is_multiple_of(50) { 299 } else { 60 });
    let events = random::events(&mut dice, count, nan, signed);
    let text = random::study(&paths, nan);
    let menu = compiled(&text);
    let chunk = random::chunk(&events, &menu.request, strata);
    let passes = menu.passes(&chunk).unwrap();
    let naive = events
        .iter()
        .map(|e| paths.iter().map(|p| p.passes(e)).collect())
        .collect();
    Case {
        paths,
        events,
        strata,
        prescaled,
        signed,
        text,
        menu,
        passes,
        naive,
    }
}

fn compiled(text: &str) -> Menu {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("study.toml");
    std::fs::write(&file, text).unwrap();
    let study = Study::load(&file, &[]).unwrap_or_else(|e| panic!("{e}\n{text}"));
    Menu::compile(study.menu().unwrap(), study.events().unwrap())
        .unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn sums(case: &Case, events: std::ops::Range<usize>) -> MenuSums {
    let groups: Vec<Option<usize>> = case.menu.paths.iter().map(|p| p.group).collect();
    let mut sums = MenuSums::new(&case.menu.kept_shares(), &groups, case.menu.groups.len());
    for e in events {
        let stratum = case.strata.then_some(case.events[e].stratum);
        assert!(sums.add(case.events[e].weight, 0, stratum, case.passes.paths(e)));
    }
    sums
}

#[test]
fn menus_agree_with_a_naive_reference() {
    let (mut passed, mut tried) = (0, 0);
    for number in 0..MENUS {
        let case = case(number);
        for (e, row) in case.naive.iter().enumerate() {
            for (p, naive) in row.iter().enumerate() {
                assert_eq!(
                    case.passes.has(e, p),
                    *naive,
                    "menu {number}, event {e}, path {p}\n{:?}\n{}",
                    case.events[e],
                    case.text
                );
                passed += usize::from(*naive);
                tried += 1;
            }
            let listed: Vec<usize> = case.passes.paths(e).collect();
            let naive: Vec<usize> = (0..row.len()).filter(|p| row[*p]).collect();
            assert_eq!(listed, naive);
        }
        compare_sums(number, &case);
    }
    // The menus decide something: neither nearly all events pass nor nearly none.
    let share = f64::from(passed as u32) / f64::from(tried as u32);
    assert!((0.05..0.8).contains(&share), "{share}");
}

fn compare_sums(number: u64, case: &Case) {
    let total_weight: f64 = case.events.iter().map(|e| e.weight).sum();
    if total_weight == 0.0 {
        return;
    }
    let sums = sums(case, 0..case.events.len());
    let (paths, naive) = (&case.paths, &case.naive);
    let check = |quantity: Quantity, of: &dyn Fn(&[bool]) -> f64| {
        let a: Vec<f64> = naive.iter().map(|row| of(row)).collect();
        let (eps, sigma) = fraction(&case.events, &a, case.strata);
        let estimate = sums.estimate(quantity);
        let exact = !case.prescaled
            && !matches!(
                quantity,
                Quantity::Proportional(_) | Quantity::GroupProportional(_)
            );
        let close =
            |x: f64, y: f64, size: f64| (x - y).abs() <= 1e-9 * x.abs().max(y.abs()) + 1e-12 * size;
        if exact {
            assert_eq!(estimate.fraction, eps, "menu {number}, {quantity:?}");
        } else {
            // With negative weights terms cancel.
            let size = if case.signed { 60.0 } else { 1e-3 };
            assert!(
                close(estimate.fraction, eps, size),
                "menu {number}, {quantity:?}: {} {eps}",
                estimate.fraction
            );
        }
        assert!(
            (estimate.sigma.powi(2) - sigma.powi(2)).abs()
                <= 1e-9 * sigma.powi(2) + 1e-13 * (1.0 + eps * eps) * case.events.len() as f64,
            "menu {number}, {quantity:?}: {} {sigma}",
            estimate.sigma
        );
        assert_eq!(
            estimate.events,
            a.iter().filter(|a| a.abs() > 1e-15).count() as u64,
            "menu {number}, {quantity:?}"
        );
    };
    check(Quantity::Total, &|row| or(paths, row, |_| true));
    for i in 0..paths.len() {
        let own = |row: &[bool]| or(paths, row, |j| j == i);
        check(Quantity::Path(i), &own);
        check(Quantity::Overlap(i, i), &own);
        check(Quantity::Pure(i), &|row| {
            or(paths, row, |_| true) - or(paths, row, |j| j != i)
        });
        check(Quantity::Sequential(i), &|row| {
            or(paths, row, |j| j <= i) - or(paths, row, |j| j < i)
        });
        check(Quantity::Proportional(i), &|row| {
            proportional(paths, row)[i]
        });
        for j in 0..i {
            check(Quantity::Overlap(j, i), &|row| {
                own(row) * or(paths, row, |k| k == j)
            });
        }
    }
    for (g, name) in case.menu.groups.iter().enumerate() {
        let member = |i: usize| paths[i].group.is_some_and(|own| *name == format!("G{own}"));
        check(Quantity::Group(g), &|row| or(paths, row, member));
        check(Quantity::GroupPure(g), &|row| {
            or(paths, row, |_| true) - or(paths, row, |i| !member(i))
        });
        check(Quantity::GroupProportional(g), &|row| {
            let shares = proportional(paths, row);
            (0..paths.len())
                .filter(|i| member(*i))
                .map(|i| shares[i])
                .sum()
        });
    }
    let total = sums.estimate(Quantity::Total).fraction;
    let shares: f64 = (0..paths.len())
        .map(|i| sums.estimate(Quantity::Proportional(i)).fraction)
        .sum();
    assert!(
        (shares - total).abs() <= 1e-9 * total.abs().max(1.0),
        "menu {number}: {shares} {total}"
    );
}

#[test]
fn pure_is_what_is_lost_without_the_path_event_by_event() {
    for number in (0..MENUS).step_by(4) {
        // Without prescales: the events of these menus have none.
        let case = case(2 * number);
        for e in 0..case.events.len() {
            let sums = sums(&case, e..e + 1);
            let mut others = case.naive[e].clone();
            for i in 0..case.paths.len() {
                let own = std::mem::replace(&mut others[i], false);
                let lost =
                    or(&case.paths, &case.naive[e], |_| true) - or(&case.paths, &others, |_| true);
                others[i] = own;
                assert_eq!(
                    sums.estimate(Quantity::Pure(i)).fraction,
                    lost,
                    "menu {number}"
                );
            }
        }
    }
}

#[test]
fn neither_threads_nor_chunks_show() {
    for number in [0, 50, 100] {
        let case = case(number);
        let chunk = random::chunk(&case.events, &case.menu.request, false);
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            assert_eq!(
                pool.install(|| case.menu.passes(&chunk)).unwrap(),
                case.passes
            );
        }
        let half = case.events.len() / 2;
        let front = random::chunk(&case.events[..half], &case.menu.request, false);
        let back = random::chunk(&case.events[half..], &case.menu.request, false);
        for (first, part) in [(0, front), (half, back)] {
            let passes = case.menu.passes(&part).unwrap();
            for e in 0..part.events() {
                assert_eq!(passes.row(e), case.passes.row(first + e));
            }
        }
    }
}
