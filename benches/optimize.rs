//! How well and how fast menus are optimised. `cargo bench --bench optimize`

#[path = "optimize/problem.rs"]
mod problem;
#[path = "optimize/sample.rs"]
mod sample;

use problem::{evaluator, plan};
use std::sync::Arc;
use std::time::Instant;
use trigscape::optimize::descent::Descent;

fn main() {
    for with_prescales in [false, true] {
        let rows = sample::rows(900_000, 25_000);
        let kept: Vec<usize> = (0..5)
            .map(|s| {
                rows.blocks
                    .iter()
                    .filter(|b| rows.classes[b.class].sample == s)
                    .map(|b| b.events.units.len())
                    .sum()
            })
            .collect();
        println!("{kept:?} kept events");
        let plan = Arc::new(plan(rows, with_prescales));
        let mut evaluator = evaluator(plan, 31_000.0 * 0.0036, 100_000_000);
        let knobs = evaluator.knobs.clone();
        println!(
            "{} knobs, {:?} at the loosest, {:?} at the strictest",
            knobs.len(),
            evaluator.scores(&[knobs.at_share(0.0)]).unwrap()[0],
            evaluator.scores(&[knobs.at_share(1.0)]).unwrap()[0]
        );
        evaluator.progress = Default::default();
        for share in [0.0, 0.5] {
            let mut descent = Descent::new(Some(knobs.at_share(share)), 1, 0);
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
            let best = evaluator.progress.archive.first().cloned().unwrap();
            println!("{:?}", knobs.point(&best.0));
            evaluator.progress = Default::default();
        }
    }
}
