//! Our solvers at equal evaluations on a menu of 30 paths with thresholds and prescales free, 10^6 events.
//! `cargo bench --bench optimize_quality`; peers in Python: benches/peers/optimize_peers.py.

#[path = "quality/menu.rs"]
mod menu;
#[path = "quality/searches.rs"]
mod searches;

use std::error::Error;
use std::time::Instant;
use trigscape::engine::cpu::{CpuEngine, instruction_set};
use trigscape::optimize::run::Optimization;
use trigscape::optimize::session::JudgedOn;
use trigscape::plan::compile;
use trigscape::study::SolverKind;

const SEEDS: u64 = 10;
/// Of annealing where it has many evaluations: it asks for one at a time.
const FEWER_SEEDS: u64 = 2;

fn main() -> Result<(), Box<dyn Error>> {
    let threads = rayon::current_num_threads();
    println!("{}, {threads} threads", instruction_set());
    let start = Instant::now();
    let study = menu::study(menu::EVENTS)?;
    let compiled = compile(&study)?;
    let settings = study.optimize.as_ref().ok_or("nothing to optimise")?;
    let optimization = Optimization::new([(&study, &compiled)], settings)?;
    println!(
        "{} events, {} paths, {} axes, loaded in {:.2} s",
        menu::EVENTS,
        menu::PATHS,
        compiled.plan.space.axes.len(),
        start.elapsed().as_secs_f64()
    );
    whole(&optimization)?;
    for evaluations in [2000, 10_000, 40_000, 400_000] {
        for solver in [
            SolverKind::Descent,
            SolverKind::Swarm,
            SolverKind::Annealing,
        ] {
            let is_slow = solver == SolverKind::Annealing && evaluations > 100_000;
            let seeds = if is_slow { FEWER_SEEDS } else { SEEDS };
            equal(&optimization, solver, evaluations, seeds)?;
        }
    }
    Ok(())
}

/// The default search with what it needs to be called feasible, from raw weights.
fn whole(optimization: &Optimization<'_>) -> Result<(), Box<dyn Error>> {
    let exact = optimization.exact(&CpuEngine);
    let scorer = &optimization.scorer;
    for _ in 0..3 {
        let start = Instant::now();
        let mut session = optimization.session(&exact, &CpuEngine, &searches::run());
        let found = session.search(scorer, scorer, JudgedOn::All, None)?;
        let worth = found.decision.best.map_or(f64::NAN, |(_, best)| best.worth);
        println!(
            "auto: {worth:.6} after {} evaluations, judged {} menus, {:.2} s after loading",
            found.progress.evaluations,
            found.decision.judged,
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

fn equal(
    optimization: &Optimization<'_>,
    solver: SolverKind,
    evaluations: u64,
    seeds: u64,
) -> Result<(), Box<dyn Error>> {
    let (mut worths, mut seconds, mut done) = (Vec::new(), 0.0, 0);
    for seed in 0..seeds {
        let reached = searches::reach(optimization, solver, evaluations, seed, None)?;
        worths.push(reached.worth);
        done = reached.evaluations;
        seconds += reached.seconds / seeds as f64;
    }
    worths.sort_by(f64::total_cmp);
    let (upper, lower) = (worths[worths.len() / 2], worths[(worths.len() - 1) / 2]);
    println!(
        "{:9} {evaluations:7} evaluations: median {:.6}, {:.6} to {:.6} ({seeds} seeds), {seconds:.3} s each, {done} of the last",
        solver.name(),
        0.5 * (lower + upper),
        worths[0],
        worths[worths.len() - 1]
    );
    Ok(())
}
