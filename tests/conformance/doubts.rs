//! Figures of systems on the GPU, in f32: within 1e-4 of the CPU's f64, but where the device says that it
//! does not know them so well.

use crate::menu_case::Dice;
use crate::{adapter, compiled, run, sampled_study};
use std::sync::Arc;
use trigscape::engine::Points;
use trigscape::engine::cpu::CpuEngine;
use trigscape::engine::gpu::Mapping;
use trigscape::merit::Figure;
use trigscape::plan::{Compiled, Plan, ScoreLaw};
use trigscape::system::Field;
use trigscape::system::scores::ScoreTable;

/// Every figure of the system.
fn plan(study: &Compiled, gaussian: bool) -> Arc<Plan> {
    let mut plan = Plan::clone(&study.plan);
    if let Some(system) = plan.system.as_mut().filter(|_| gaussian) {
        for stage in &mut system.stages {
            stage.law = ScoreLaw::Gaussian;
            system.slots[stage.node * Field::COUNT + Field::Scale as usize] = 0.8;
        }
    }
    plan.figures = study.catalogue.iter().map(|f| f.figure).collect();
    Arc::new(plan)
}

/// What figures differ by where the device is sure of them, at most, and the share of points where it is not.
fn differences(plan: &Arc<Plan>, points: &Points) -> Option<(f64, f64)> {
    let engine = adapter::open(None, Mapping::Word, "figures of systems on the GPU")?;
    let mut kernel = engine.system(plan).unwrap();
    let got = kernel.figures(plan, points).unwrap();
    let expected = run(&CpuEngine, plan.clone(), points.clone());
    let (axes, expected) = expected.split_at(plan.space.axes.len());
    let (mut largest, mut rightly) = (0.0f64, vec![false; points.len()]);
    for ((got_column, expected), figure) in got.columns.iter().zip(expected).zip(&plan.figures) {
        assert_eq!(got_column.len(), expected.len());
        for (i, (a, b)) in got_column.iter().zip(expected).enumerate() {
            let is_threshold = matches!(figure, Figure::Threshold(_));
            if is_threshold && a.is_nan() && b.is_nan() {
                continue;
            }
            // A threshold may lie near 0.
            let scale = if is_threshold {
                1.0
            } else {
                b.abs().max(1e-30)
            };
            let difference = (f64::from(*a) - b).abs() / scale;
            if got.doubtful[i] {
                rightly[i] |= difference > 1e-5;
                continue;
            }
            let at: Vec<f64> = axes.iter().map(|column| column[i]).collect();
            assert!(
                difference <= 1e-4,
                "{figure:?} at {at:?}: {a} instead of {b}"
            );
            largest = largest.max(difference);
        }
    }
    let doubtful = got.doubtful.iter().filter(|d| **d).count() as f64 / points.len() as f64;
    eprintln!(
        "{} points: differences of at most {largest:.1e}, {:.3} % doubtful, {} of them beyond 1e-5",
        points.len(),
        100.0 * doubtful,
        rightly.iter().filter(|off| **off).count()
    );
    Some((largest, doubtful))
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
        if let Some((_, doubtful)) = differences(&plan(&study, false), &points) {
            assert!(doubtful < 1e-3, "{name}: {doubtful}");
        }
    }
}

#[test]
fn gpu_figures_at_random_points_are_within_1e_4() {
    let study = compiled("cms_phase2", &[]);
    if let Some((_, doubtful)) = differences(&plan(&study, false), &random_points(4)) {
        assert!(doubtful < 1e-3, "{doubtful}");
    }
}

#[test]
fn gpu_figures_of_gaussian_stages_are_within_1e_4() {
    let study = compiled("cms_phase2", &[]);
    if let Some((_, doubtful)) = differences(&plan(&study, true), &random_points(5)) {
        assert!(doubtful < 1e-3, "{doubtful}");
    }
}

#[test]
fn gpu_figures_of_hlt_scores_are_within_1e_4() {
    let study = compiled("cms_phase2", &[]);
    let mut own = Plan::clone(&plan(&study, false));
    let scores = study.system.as_ref().unwrap().scores.hlt();
    for stage in &mut own.system.as_mut().unwrap().stages {
        stage.law = ScoreLaw::Table(scores.clone());
    }
    // The scores of the second stage leave a gap in which its threshold may lie anywhere.
    differences(&Arc::new(own.clone()), &random_points(7));
    own.figures.retain(|f| !matches!(f, Figure::Threshold(_)));
    if let Some((_, doubtful)) = differences(&Arc::new(own), &random_points(7)) {
        assert!(doubtful < 1e-3, "{doubtful}");
    }
}

#[test]
fn gpu_figures_are_doubted_where_terms_cancel() {
    let study = compiled("cms_pileup", &[]);
    let mut own = Plan::clone(&plan(&study, false));
    let points = Points::Range {
        first: 0,
        count: 141,
    };
    let all = run(&CpuEngine, Arc::new(own.clone()), points.clone());
    let system = own.system.as_mut().unwrap();
    let node = system.stages[1].node;
    let bytes = own
        .figures
        .iter()
        .position(|f| *f == Figure::MessageBytes(node));
    // Operations that are 0 at the message of one of the points, and few around it.
    let message = all[1 + bytes.unwrap()][70];
    system.nodes[node].complexity = [0.0, -1.0 / message, 1.0];
    system.slots[node * Field::COUNT + Field::Compression as usize] = 1.0 - 1e-9;
    if let Some((_, doubtful)) = differences(&Arc::new(own), &points) {
        assert!(doubtful > 0.0 && doubtful < 0.5, "{doubtful}");
    }
}

/// Systems whose first stage has steep scores, at points where jumps of both sides meet or nearly do: those
/// of the HLT's scores are where many tie, those of few samples are steep all over.
pub fn at_jumps() -> Vec<(Arc<Plan>, Points)> {
    let exact = compiled("cms_phase2", &[]);
    let sampled = sampled_study("cms_phase2", 300, 3);
    let tables = [
        exact.system.as_ref().unwrap().scores.hlt(),
        sampled.system.as_ref().unwrap().scores.l1t(),
    ];
    let of_table = |table: Arc<ScoreTable>| {
        let mut own = Plan::clone(&plan(&exact, false));
        own.system.as_mut().unwrap().stages[0].law = ScoreLaw::Table(table.clone());
        let jumps = |knots: &[(f64, f64)]| -> Vec<f64> {
            let drop = |w: &[(f64, f64)]| w[1].0 - w[0].0 < 1e-3 && w[0].1 - w[1].1 > 2e-3;
            let steep = knots.windows(2).filter(|w| drop(w));
            steep.map(|w| w[0].0).collect()
        };
        let (negative, positive) = (jumps(table.negative.knots()), jumps(table.positive.knots()));
        let mut dice = Dice::new(6);
        let list = (0..4000).map(|_| {
            let t = negative[dice.below(negative.len())];
            let shift = t - positive[dice.below(positive.len())];
            let near = [0.0, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4][dice.below(6)];
            let ratio = 1.01 * (1e3f64 / 1.01).powf(dice.uniform());
            vec![ratio, shift + near * (dice.uniform() - 0.5)]
        });
        let points = Points::Listed(list.collect());
        (Arc::new(own), points)
    };
    tables.map(of_table).into()
}

#[test]
fn gpu_figures_are_doubted_where_jumps_of_both_sides_meet() {
    for (plan, points) in at_jumps() {
        differences(&plan, &points);
    }
}
