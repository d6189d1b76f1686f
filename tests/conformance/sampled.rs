//! Exact score distributions against sampled ones.

use super::{compiled, engines, run, sampled_study};
use trigscape::engine::Points;
use trigscape::plan::Compiled;

#[test]
fn exact_and_sampled_agree_within_four_standard_errors() {
    const SEEDS: u64 = 20;
    // (reduction ratio, skill) of the published systems, on the GPU farm's base.
    let points = vec![
        vec![400.0, 0.0],
        vec![400.0, 0.4],
        vec![53.3, 0.0],
        vec![53.3, 0.4],
    ];
    let figures = |study: &Compiled| {
        let axes = study.plan.space.axes.len();
        let f1 = axes + study.figures.iter().position(|f| f.name == "f1").unwrap();
        let listed = Points::Listed(points.clone());
        run(engines()[0].as_ref(), study.plan.clone(), listed).swap_remove(f1)
    };
    let exact = figures(&compiled("cms_phase2", &[]));
    let sampled: Vec<Vec<f64>> = (0..SEEDS)
        .map(|seed| figures(&sampled_study("cms_phase2", 1_000_000, seed)))
        .collect();
    for (i, point) in points.iter().enumerate() {
        let values: Vec<f64> = sampled.iter().map(|f1| f1[i]).collect();
        let mean = values.iter().sum::<f64>() / SEEDS as f64;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (SEEDS - 1) as f64;
        let error = (variance / SEEDS as f64).sqrt();
        let pull = (mean - exact[i]) / error;
        println!(
            "f1 at {point:?}: exact {:.6}, sampled {mean:.6} +- {error:.6}, pull {pull:.2}",
            exact[i]
        );
        assert!(error > 0.0 && pull.abs() < 4.0, "{point:?}: pull {pull}");
    }
}
