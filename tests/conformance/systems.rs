//! Figures of systems on the GPU, in f32: within 1e-4 of the CPU's f64.

use crate::menu_case::Dice;
use crate::{adapter, compiled, run};
use std::sync::Arc;
use trigscape::engine::Points;
use trigscape::engine::cpu::CpuEngine;
use trigscape::engine::gpu::Mapping;
use trigscape::merit::Figure;
use trigscape::plan::{Compiled, Plan};

/// What the GPU computes and what can be compared relatively.
fn plan(study: &Compiled) -> Arc<Plan> {
    let mut plan = Plan::clone(&study.plan);
    let figures = study.catalogue.iter().map(|f| f.figure);
    let compared = |f: &Figure| {
        !matches!(
            f,
            Figure::Threshold(_)
                | Figure::MessageBytes(_)
                | Figure::Ops(_)
                | Figure::LatencyS(_)
                | Figure::Menu(_)
                | Figure::MenuSigma(_)
        )
    };
    plan.figures = figures.filter(compared).collect();
    Arc::new(plan)
}

/// The largest relative difference, and the share of values beyond 1e-4.
fn differences(study: &Compiled, points: &Points) -> Option<(f64, usize, usize)> {
    let engine = adapter::open(None, Mapping::Word, "figures of systems on the GPU")?;
    let plan = plan(study);
    let kernel = engine.system(&plan).unwrap();
    let got = kernel.figures(&plan, points).unwrap();
    let expected = run(&CpuEngine, plan.clone(), points.clone());
    let (expected_axes, expected) = expected.split_at(plan.space.axes.len());
    let (mut largest, mut beyond, mut all) = (0.0f64, 0, 0);
    for ((got, expected), figure) in got.iter().zip(expected).zip(&plan.figures) {
        assert_eq!(got.len(), expected.len());
        for (i, (a, b)) in got.iter().zip(expected).enumerate() {
            let difference = (f64::from(*a) / b - 1.0).abs();
            if difference > 1e-4 {
                beyond += 1;
                if beyond < 10 {
                    let at = [expected_axes[0][i], expected_axes[1][i]];
                    eprintln!("{figure:?} at {at:?}: {a} instead of {b}");
                }
            }
            assert!(
                difference.is_finite(),
                "{figure:?} at {i}: {a} instead of {b}"
            );
            largest = largest.max(difference);
            all += 1;
        }
    }
    Some((largest, beyond, all))
}

#[test]
fn gpu_figures_of_the_published_sweep_are_within_1e_4() {
    let study = compiled("cms_phase2", &[]);
    let points = Points::Range {
        first: 0,
        count: 101 * 101,
    };
    if let Some((largest, beyond, all)) = differences(&study, &points) {
        assert!(
            beyond == 0,
            "{beyond} of {all} values differ by up to {largest}"
        );
    }
}

/// Reduction ratio 1.01 to 1e4, skill 0 to 5.
#[test]
fn gpu_figures_at_random_points_are_within_1e_4() {
    let study = compiled("cms_phase2", &[]);
    let mut dice = Dice::new(4);
    let list = (0..10_000).map(|_| {
        let ratio = 1.01 * (1e4f64 / 1.01).powf(dice.uniform());
        vec![ratio, 5.0 * dice.uniform()]
    });
    let points = Points::Listed(list.collect());
    if let Some((largest, beyond, all)) = differences(&study, &points) {
        // Within 1e-5 of a jump of the HLT scores a threshold in f32 may lie on its other side.
        assert!(
            beyond * 1000 < all,
            "{beyond} of {all} values differ by up to {largest}"
        );
    }
}
