//! Figures of systems on the GPU, in f32: within 1e-4 of the CPU's f64.

use crate::menu_case::Dice;
use crate::{adapter, compiled, run};
use std::sync::Arc;
use trigscape::engine::Points;
use trigscape::engine::cpu::CpuEngine;
use trigscape::engine::gpu::Mapping;
use trigscape::merit::Figure;
use trigscape::plan::{Compiled, Plan, ScoreLaw};
use trigscape::system::Field;

/// What the GPU computes.
fn plan(study: &Compiled, gaussian: bool) -> Arc<Plan> {
    let mut plan = Plan::clone(&study.plan);
    if let Some(system) = plan.system.as_mut().filter(|_| gaussian) {
        for stage in &mut system.stages {
            stage.law = ScoreLaw::Gaussian;
            system.slots[stage.node * Field::COUNT + Field::Scale as usize] = 0.8;
        }
    }
    let figures = study.catalogue.iter().map(|f| f.figure);
    let compared = |f: &Figure| {
        !matches!(
            f,
            Figure::MessageBytes(_)
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
fn differences(plan: Arc<Plan>, points: &Points) -> Option<(f64, usize, usize)> {
    let engine = adapter::open(None, Mapping::Word, "figures of systems on the GPU")?;
    let kernel = engine.system(&plan).unwrap();
    let got = kernel.figures(&plan, points).unwrap();
    let expected = run(&CpuEngine, plan.clone(), points.clone());
    let (expected_axes, expected) = expected.split_at(plan.space.axes.len());
    let (mut largest, mut beyond, mut all) = (0.0f64, 0, 0);
    for ((got, expected), figure) in got.iter().zip(expected).zip(&plan.figures) {
        assert_eq!(got.len(), expected.len());
        for (i, (a, b)) in got.iter().zip(expected).enumerate() {
            let scale = match figure {
                // A threshold may lie near 0; stages that keep everything have none.
                Figure::Threshold(_) if a.is_nan() && b.is_nan() => continue,
                Figure::Threshold(_) => 1.0,
                _ => b.abs().max(1e-30),
            };
            let difference = (f64::from(*a) - b).abs() / scale;
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
    eprintln!("differences of {all} values: at most {largest:.1e}, {beyond} beyond 1e-4");
    Some((largest, beyond, all))
}

/// Reduction ratio 1.01 to 1e4, skill 0 to 5.
fn random_points(seed: u64) -> Points {
    let mut dice = Dice::new(seed);
    let list = (0..10_000).map(|_| {
        let ratio = 1.01 * (1e4f64 / 1.01).powf(dice.uniform());
        vec![ratio, 5.0 * dice.uniform()]
    });
    Points::Listed(list.collect())
}

#[test]
fn gpu_figures_of_published_sweeps_are_within_1e_4() {
    for name in ["cms_phase2", "cms_fixed_output", "cms_pileup"] {
        let study = compiled(name, &[]);
        let count = study.plan.space.points().unwrap() as u32;
        let points = Points::Range { first: 0, count };
        if let Some((largest, beyond, all)) = differences(plan(&study, false), &points) {
            assert!(
                beyond == 0,
                "{name}: {beyond} of {all} values differ by up to {largest}"
            );
        }
    }
}

#[test]
fn gpu_figures_at_random_points_are_within_1e_4() {
    let study = compiled("cms_phase2", &[]);
    if let Some((largest, beyond, all)) = differences(plan(&study, false), &random_points(4)) {
        // Within 1e-5 of a jump of the HLT scores a threshold in f32 may lie on its other side.
        assert!(
            beyond * 1000 < all,
            "{beyond} of {all} values differ by up to {largest}"
        );
    }
}

#[test]
fn gpu_figures_of_gaussian_stages_are_within_1e_4() {
    let study = compiled("cms_phase2", &[]);
    if let Some((largest, beyond, all)) = differences(plan(&study, true), &random_points(5)) {
        assert!(
            beyond == 0,
            "{beyond} of {all} values differ by up to {largest}"
        );
    }
}
