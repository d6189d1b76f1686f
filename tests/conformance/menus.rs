//! Sums of menus: the GPU's bit for bit those of the CPU, both those of loops over events.

use crate::adapter;
use crate::menu_case::{Case, Dice};
use crate::menu_coverage::Coverage;
use std::sync::{Arc, Mutex};
use trigscape::engine::choose::{ChosenEngine, EngineChoice};
use trigscape::engine::cpu::CpuEngine;
use trigscape::engine::cpu::menu::totals;
use trigscape::engine::gpu::{AdapterKind, GpuEngine, GpuLimits, GpuOptions, Mapping};
use trigscape::engine::{Ask, Engine, Points};
use trigscape::plan::menu::{Configurations, MenuRows};

/// (menu, events) pairs, and configurations for each pair; one menu has no path and no configuration.
const PAIRS: u64 = 102;
const CONFIGURATIONS: usize = 100;
/// The most paths and prescaled paths.
const PATHS: usize = 40;
const PRESCALED: usize = 12;

/// Each pair in one batch by either mapping: 0 to 40 paths, 0 to 12 of them prescaled, at most 300 events.
#[test]
fn gpu_sums_of_menus_are_those_of_the_cpu() {
    let name = "sums of menus on the GPU";
    let open = |mapping| adapter::open(None, mapping, name);
    let Some(by_word) = open(Mapping::Word) else {
        return;
    };
    let by_configuration = open(Mapping::Configuration).expect("it opened before");
    let engines = [
        ("by words", by_word),
        ("by configurations", by_configuration),
    ];
    let mut coverage = Coverage::default();
    for seed in 0..PAIRS {
        let mut dice = Dice::new(1000 + seed);
        // Both ends are among them.
        let paths = match seed {
            0 => 0,
            1 | 2 => PATHS,
            _ => dice.below(PATHS + 1),
        };
        let case = Case::new(seed, paths, 300);
        let rows = case.rows();
        let prescaled = dice
            .below(PRESCALED + 1)
            .max(if seed == 1 { PRESCALED } else { 0 });
        let configurations = case.configurations(seed, CONFIGURATIONS, prescaled);
        let expected = totals(&rows, &configurations);
        for (mapping, engine) in &engines {
            let mut kernel = engine.menu(&rows).unwrap();
            let got = kernel.totals(&rows, &configurations).unwrap();
            assert!(got == expected, "pair {seed}, {mapping}");
        }
        coverage.note(&case, &rows, &configurations);
        are_those_of_loops(seed, &case, &rows, &configurations, &expected);
    }
    adapter::tell(format_args!("{coverage}"));
    coverage.check();
}

/// The reference is slow: a few configurations.
fn are_those_of_loops(
    seed: u64,
    case: &Case,
    rows: &MenuRows,
    configurations: &Configurations,
    sums: &[u128],
) {
    let classes = rows.classes.len();
    for c in (0..configurations.len()).step_by(17) {
        for sample in 0..case.samples.len() {
            let own = rows.weights(&sums[c * classes..(c + 1) * classes]).all[sample];
            let (levels, shares) = (configurations.levels_of(c), configurations.shares_of(c));
            let (naive, passing) = case.naive(sample, levels, shares);
            let within = passing * (rows.rounding + 1e-6);
            assert!(
                (own - naive).abs() <= within,
                "pair {seed}: {own} instead of {naive}"
            );
        }
    }
}

/// Limits so tight that blocks come one by one, configurations in batches of at most 37, and groups of
/// threads in several rows of several dispatches.
#[test]
fn gpu_sums_do_not_depend_on_the_limits_of_the_adapter() {
    for (seed, mapping) in [
        (500, Mapping::Word),
        (501, Mapping::Configuration),
        (502, Mapping::Word),
        (503, Mapping::Configuration),
    ] {
        let case = Case::new(seed, 12, 500);
        let rows = case.rows();
        let bytes = rows
            .blocks
            .iter()
            .map(|b| 8 * (b.rows.len() + b.planes.len()));
        let largest = bytes.max().unwrap_or(0).max(2048) as u64;
        let limits = GpuLimits {
            buffer_bytes: largest + 64,
            binding_bytes: largest,
            groups: 3,
            configurations: 37,
            ..GpuLimits::SMALLEST
        };
        let name = "sums of menus on the GPU, tight limits";
        let Some(engine) = adapter::open(Some(limits), mapping, name) else {
            return;
        };
        let configurations = case.configurations(seed, 150, 9);
        let mut kernel = engine.menu(&rows).unwrap();
        assert!(kernel.chunks() > 1, "several chunks");
        let got = kernel.totals(&rows, &configurations).unwrap();
        assert!(
            got == totals(&rows, &configurations),
            "case {seed}, {mapping:?}"
        );
        // The same kernel again: what one batch leaves must not show in the next.
        let again = kernel.totals(&rows, &configurations).unwrap();
        assert!(got == again, "case {seed} again");
    }
}

#[test]
fn gpu_sums_of_more_configurations_than_a_dispatch_has_groups() {
    let name = "sums of 70 000 configurations on the GPU";
    let limits = GpuLimits {
        configurations: 66_000,
        groups: 65_535,
        ..GpuLimits::SMALLEST
    };
    let limits = GpuLimits {
        buffer_bytes: 64 << 20,
        binding_bytes: 64 << 20,
        ..limits
    };
    let case = Case::new(77, 5, 60);
    let rows = case.rows();
    let configurations = case.configurations(3, 70_000, 1);
    let expected = totals(&rows, &configurations);
    for mapping in [Mapping::Word, Mapping::Configuration] {
        let Some(engine) = adapter::open(Some(limits), mapping, name) else {
            return;
        };
        let got = engine.menu(&rows).unwrap().totals(&rows, &configurations);
        assert!(got.unwrap() == expected, "{mapping:?}");
    }
}

#[test]
fn blocks_that_no_buffer_holds_are_left_to_the_cpu() {
    let limits = GpuLimits {
        binding_bytes: 1000,
        ..GpuLimits::SMALLEST
    };
    let name = "blocks that no buffer holds";
    if let Some(engine) = adapter::open(Some(limits), Mapping::Word, name) {
        let refused = engine.menu(&Case::new(1, 3, 50).rows()).unwrap_err();
        assert!(refused.to_string().contains("does not fit"), "{refused}");
    }
}

/// The device gives up in the middle; what was asked for comes from the CPU.
#[test]
fn a_device_that_fails_in_the_middle_of_a_run_is_replaced() {
    let name = "a device that fails";
    let Some(engine) = adapter::open(None, Mapping::Word, name) else {
        return;
    };
    let adapter = engine.adapter().name.clone();
    let options = move || GpuOptions {
        adapter: Some(adapter.clone()),
        // Two batches a block of points, of which the third fails.
        limits: Some(GpuLimits {
            configurations: 400,
            ..GpuLimits::SMALLEST
        }),
        fails_after: Some(2),
        ..GpuOptions::default()
    };
    let open = move || -> trigscape::Result<Box<dyn Engine>> {
        Ok(Box::new(GpuEngine::open(options()).unwrap()))
    };
    let told = Arc::new(Mutex::new(Vec::new()));
    let own = told.clone();
    let tell = move |line: &str| own.lock().unwrap().push(line.to_owned());
    let chosen = ChosenEngine::new(EngineChoice::Gpu, Box::new(open), Box::new(tell)).unwrap();
    let plan = crate::choosing::plan();
    let mut got = chosen.load(plan.clone()).unwrap();
    let mut expected = CpuEngine.load(plan).unwrap();
    for first in [0, 600, 1200] {
        let points = Points::Range { first, count: 600 };
        let (a, b) = (
            got.run(&points, Ask::Totals),
            expected.run(&points, Ask::Totals),
        );
        assert_eq!(a.unwrap(), b.unwrap());
    }
    let told = told.lock().unwrap();
    assert!(
        told.len() == 2 && told[1].contains("asked to fail"),
        "{told:?}"
    );
}

/// Blocks full of events, many of which pass several prescaled paths: the longest loops. An adapter in
/// software may refuse them, but not give other sums.
#[test]
fn gpu_sums_of_full_blocks_are_those_of_the_cpu_or_refused() {
    for mapping in [Mapping::Word, Mapping::Configuration] {
        let Some(engine) = adapter::open(None, mapping, "full blocks on the GPU") else {
            return;
        };
        for (seed, paths) in [(900, 6), (901, 40)] {
            let case = Case::new(seed, paths, 9000);
            let rows = case.rows();
            let configurations = case.configurations(seed, 40, paths / 2);
            let mut kernel = engine.menu(&rows).unwrap();
            match kernel.totals(&rows, &configurations) {
                Ok(sums) => assert!(sums == totals(&rows, &configurations), "case {seed}"),
                Err(why) => {
                    let software = engine.adapter().kind == AdapterKind::Software;
                    assert!(
                        paths == 40 && software && why.to_string().contains("long loops"),
                        "{why}"
                    );
                    // What was refused leaves nothing behind.
                    let some = case.configurations(seed, 3, 0);
                    let sums = kernel.totals(&rows, &some).unwrap();
                    assert!(sums == totals(&rows, &some), "case {seed}, after a refusal");
                }
            }
        }
    }
}
