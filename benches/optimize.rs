//! How well and how fast menus are optimised. `cargo bench --bench optimize`

#[path = "optimize/problem.rs"]
mod problem;
#[path = "optimize/sample.rs"]
mod sample;

use problem::{Sums, plan, scorer, session};
use std::time::Instant;
use trigscape::engine::cpu::instruction_set;
use trigscape::optimize::bounding::bound;
use trigscape::optimize::session::JudgedOn;
use trigscape::study::SolverKind;

/// 0.36 % of the background, as a Level-1 trigger keeps.
const RATE_KHZ: f64 = 31_000.0 * 0.0036;

fn main() {
    println!(
        "{}, {} threads",
        instruction_set(),
        rayon::current_num_threads()
    );
    for with_prescales in [false, true] {
        let rows = sample::rows(900_000, 25_000);
        println!(
            "\n{} kept events, {} paths, {}",
            rows.events(),
            rows.paths(),
            if with_prescales {
                "thresholds and prescales"
            } else {
                "thresholds"
            }
        );
        let plan = plan(rows, with_prescales);
        let judge = Sums(plan.clone());
        let scorer = scorer(RATE_KHZ);
        // Whole searches, from the first sweep to the bound.
        let mut whole = session(&plan, &judge, SolverKind::Auto, u64::MAX, 0);
        let start = Instant::now();
        let found = whole
            .search(&scorer, &scorer, JudgedOn::All, None)
            .expect("a search");
        let searched = start.elapsed().as_secs_f64();
        let (_, best) = found.decision.best.clone().expect("a feasible menu");
        let bounded = bound(&whole, &scorer, &found);
        let value = bounded.worth.unwrap_or(f64::NAN);
        println!(
            "auto: {:.6} after {} evaluations in {searched:.2} s; bound {value:.6} ({}), gap {:.4} %, {:.2} s more",
            best.worth,
            found.progress.evaluations,
            bounded.kind,
            100.0 * (value - best.worth) / value,
            start.elapsed().as_secs_f64() - searched
        );
        for run in &whole.done.runs {
            println!("  {:?}", run);
        }
        // Solvers at equal evaluations.
        for evaluations in [40_000, 400_000, 4_000_000] {
            for solver in [
                SolverKind::Descent,
                SolverKind::Swarm,
                SolverKind::Annealing,
            ] {
                if solver != SolverKind::Descent && evaluations > 400_000 {
                    continue;
                }
                let mut worths = Vec::new();
                let start = Instant::now();
                let seeds = if evaluations > 40_000 && solver == SolverKind::Annealing {
                    1
                } else {
                    3
                };
                for seed in 0..seeds {
                    let mut own = session(&plan, &judge, solver, evaluations, seed);
                    let found = own
                        .search(&scorer, &scorer, JudgedOn::All, None)
                        .expect("a search");
                    worths.push(
                        found
                            .decision
                            .best
                            .map_or(f64::NAN, |(_, score)| score.worth),
                    );
                }
                worths.sort_by(f64::total_cmp);
                println!(
                    "  {} at {evaluations} evaluations: {:.6} (median of {seeds}), {:.2} s each",
                    solver.name(),
                    worths[worths.len() / 2],
                    start.elapsed().as_secs_f64() / f64::from(seeds as u32)
                );
            }
        }
    }
}
