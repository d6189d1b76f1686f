//! Exact score distributions against sampled ones.

use super::{compiled, engines, own_figures};

#[test]
fn exact_and_sampled_agree_within_four_standard_errors() {
    const SEEDS: u64 = 20;
    for (name, figure) in [
        ("cms_phase1", "f1"),
        ("cms_l1_tracks_gpu", "f1"),
        ("cms_gpu", "threshold.Intermediate"),
    ] {
        let engine = &engines()[0];
        let exact = own_figures(engine.as_ref(), &compiled(name, &[]))[figure];
        let sampled: Vec<f64> = (0..SEEDS)
            .map(|seed| {
                let study = super::sampled_study(name, 1_000_000, seed);
                own_figures(engine.as_ref(), &study)[figure]
            })
            .collect();
        let mean = sampled.iter().sum::<f64>() / SEEDS as f64;
        let variance = sampled.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (SEEDS - 1) as f64;
        let error = (variance / SEEDS as f64).sqrt();
        let pull = (mean - exact) / error;
        println!(
            "{name} {figure}: exact {exact:.6}, sampled {mean:.6} +- {error:.6}, pull {pull:.2}"
        );
        assert!(error > 0.0 && pull.abs() < 4.0, "{name}: pull {pull}");
    }
}
