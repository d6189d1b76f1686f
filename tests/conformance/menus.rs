//! Sums of menus: the GPU's bit for bit those of the CPU, both those of loops over events.

use crate::adapter;
use crate::menu_case::{Case, Dice};
use trigscape::engine::cpu::menu::totals;
use trigscape::engine::gpu::{GpuEngine, GpuLimits, Mapping};

/// (menu, events) pairs for each mapping, and configurations for each pair.
const PAIRS: u64 = 60;
const CONFIGURATIONS: usize = 100;

/// One batch a pair: 0 to 40 paths, 0 to 12 of them prescaled, at most 300 events.
fn pairs_agree(engine: &GpuEngine, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let mut dice = Dice::new(1000 + seed);
        let case = Case::new(seed, dice.below(41), 300);
        let rows = case.rows();
        let configurations = case.configurations(seed, CONFIGURATIONS, dice.below(13));
        let expected = totals(&rows, &configurations);
        let got = engine
            .menu(&rows)
            .unwrap()
            .totals(&rows, &configurations)
            .unwrap();
        assert!(got == expected, "pair {seed}");
        let classes = rows.classes.len();
        // The reference is slow, and the sums are the same: a few of each pair.
        for c in (0..configurations.len()).step_by(17) {
            for sample in 0..case.samples.len() {
                let own = rows.weight(sample, &got[c * classes..(c + 1) * classes]);
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
}

#[test]
fn gpu_sums_of_menus_by_words_are_those_of_the_cpu() {
    let name = "sums of menus on the GPU, by words";
    if let Some(engine) = adapter::open(None, Mapping::Word, name) {
        pairs_agree(&engine, 0..PAIRS);
    }
}

#[test]
fn gpu_sums_of_menus_by_configurations_are_those_of_the_cpu() {
    let name = "sums of menus on the GPU, by configurations";
    if let Some(engine) = adapter::open(None, Mapping::Configuration, name) {
        pairs_agree(&engine, PAIRS..2 * PAIRS);
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
        };
        let name = "sums of menus on the GPU, tight limits";
        let Some(engine) = adapter::open(Some(limits), mapping, name) else {
            return;
        };
        let configurations = case.configurations(seed, 150, 9);
        let mut kernel = engine.menu(&rows).unwrap();
        assert!(
            rows.blocks.len() < 3 || kernel.chunks() > 1,
            "several chunks"
        );
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
    let Some(engine) = adapter::open(Some(limits), Mapping::Word, name) else {
        return;
    };
    let case = Case::new(77, 5, 60);
    let rows = case.rows();
    let configurations = case.configurations(3, 70_000, 1);
    let got = engine.menu(&rows).unwrap().totals(&rows, &configurations);
    assert!(got.unwrap() == totals(&rows, &configurations));
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
