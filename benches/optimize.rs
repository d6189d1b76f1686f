//! How well and how fast menus are optimised. `cargo bench --bench optimize`

#[path = "optimize/problem.rs"]
mod problem;
#[path = "menu/sample.rs"]
mod sample;

use problem::{evaluator, plan};
use sample::sample;
use std::sync::Arc;
use std::time::Instant;
use trigscape::optimize::descent::Descent;

fn main() {
    for with_prescales in [false, true] {
        let mut rows = sample(1);
        // As if one in ten of the background's events passed the loosest thresholds.
        rows.sums_of_weights[0] *= 10.0;
        let plan = Arc::new(plan(rows, with_prescales));
        let rate = 31_000.0 * 0.0036;
        let mut evaluator = evaluator(plan, rate, 100_000_000);
        let knobs = evaluator.knobs.clone();
        println!("{} knobs", knobs.len());
        for share in [0.0, 0.5] {
            let mut descent = Descent::new(vec![knobs.at_share(share)]);
            let start = Instant::now();
            let mut last = 0.0;
            while !descent.is_done() {
                descent.step(&mut evaluator).expect("a step");
                let best = evaluator
                    .progress
                    .archive
                    .first()
                    .map_or(f64::NAN, |(_, s)| s.worth);
                if best != last {
                    last = best;
                    println!(
                        "  {:6.2} s {:9} evaluations: {best:.6}",
                        start.elapsed().as_secs_f64(),
                        evaluator.progress.evaluations
                    );
                }
            }
            println!(
                "start {share}: {:6.2} s {:9} evaluations: {last:.6}",
                start.elapsed().as_secs_f64(),
                evaluator.progress.evaluations
            );
            evaluator.progress = Default::default();
        }
    }
}
