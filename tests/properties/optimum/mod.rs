//! What searches report, against every configuration and against loops over events.

mod columns;
mod problem;

use problem::{Problem, Size};
use rayon::prelude::*;
use trigscape::optimize::bounding::bound;
use trigscape::optimize::session::JudgedOn;
use trigscape::study::SolverKind;

/// Optimised builds do all of what is asked; others a part.
fn count(all: u64) -> u64 {
    if cfg!(debug_assertions) {
        all / 50
    } else {
        all
    }
}

/// The objective's best over all points, by loops; none: no point is feasible.
fn best_of_all(problem: &Problem) -> Option<f64> {
    let space = &problem.plan.space;
    let points = space.points().expect("a small space");
    let worth = |index: u64| {
        let mut point = vec![0.0; space.axes.len()];
        space.coordinates(index, &mut point);
        let score = problem.scorer.score(&problem.row(&point));
        score.is_feasible().then_some(score.worth)
    };
    (0..points)
        .into_par_iter()
        .filter_map(worth)
        .max_by(f64::total_cmp)
}

#[test]
fn searches_find_the_best_of_small_menus_and_bounds_are_above_it() {
    let size = Size {
        paths: (3, 4),
        levels: 16,
        events: 240,
        varied: false,
    };
    let problems = count(200);
    let (mut found_best, mut largest_loss) = (0, 0.0f64);
    for seed in 0..problems {
        let problem = Problem::random(seed, size);
        assert!(problem.plan.space.points().is_some_and(|n| n <= 100_000));
        let truth = best_of_all(&problem);
        let mut session = problem.session(SolverKind::Auto, 50_000);
        let scorer = &problem.scorer;
        let found = session.search(scorer, scorer, JudgedOn::All, None).unwrap();
        let best = found.decision.best.as_ref().map(|(_, score)| score.worth);
        assert_eq!(best.is_some(), truth.is_some(), "problem {seed}");
        let bounded = bound(&session, scorer, &found);
        let (Some(best), Some(truth)) = (best, truth) else {
            continue;
        };
        assert!(best <= truth, "problem {seed}: {best} of {truth}");
        if let Some(worth) = bounded.worth {
            assert!(
                worth >= truth,
                "problem {seed}: {} {worth} below {truth}",
                bounded.kind
            );
        }
        let loss = (truth - best) / truth;
        largest_loss = largest_loss.max(loss);
        found_best += u64::from(loss == 0.0);
    }
    eprintln!(
        "{found_best} of {problems} optima found, at most {:.3} % missed",
        100.0 * largest_loss
    );
    assert!(found_best as f64 >= 0.95 * problems as f64);
    assert!(largest_loss <= 0.005);
}

#[test]
fn an_exhaustive_search_proves_its_optimum() {
    let size = Size {
        paths: (2, 3),
        levels: 8,
        events: 200,
        varied: true,
    };
    for seed in 0..count(50) {
        let problem = Problem::random(1_000_000 + seed, size);
        if problem.plan.space.points().is_none_or(|n| n > 3000) {
            continue;
        }
        let scorer = &problem.scorer;
        let mut session = problem.session(SolverKind::Exhaustive, u64::MAX);
        let found = session.search(scorer, scorer, JudgedOn::All, None).unwrap();
        let best = found.decision.best.as_ref().map(|(_, score)| score.worth);
        assert_eq!(best, best_of_all(&problem), "problem {seed}");
        if best.is_some() {
            let bounded = bound(&session, scorer, &found);
            assert_eq!((bounded.worth, bounded.kind.as_str()), (best, "exhaustive"));
        }
    }
}

#[test]
fn no_reported_best_violates_a_limit() {
    let size = Size {
        paths: (3, 6),
        levels: 16,
        events: 500,
        varied: true,
    };
    let outcome = |seed: u64| {
        let problem = Problem::random(2_000_000 + seed, size);
        let scorer = &problem.scorer;
        let mut session = problem.session(SolverKind::Auto, 1000);
        let found = session.search(scorer, scorer, JudgedOn::All, None).unwrap();
        // The sweep or batch at hand is finished, and what is tightened afterwards counts too.
        let (choice, reported) = match found.decision.best {
            Some(best) => best,
            None => return (0u64, 1u64),
        };
        let row = problem.row(&session.knobs.point(&choice, 0));
        for limit in &scorer.limits {
            assert!(
                limit.excess(&row) <= 0.0,
                "problem {seed}: {limit:?} at {row:?}"
            );
        }
        assert_eq!(scorer.score(&row), reported, "problem {seed}");
        (1, 0)
    };
    let problems = count(10_000);
    let (feasible, infeasible) = (0..problems)
        .into_par_iter()
        .map(outcome)
        .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    eprintln!("{feasible} problems with a feasible best, {infeasible} without");
    assert_eq!(feasible + infeasible, problems);
    assert!(feasible > problems / 2);
}

#[test]
fn searches_do_not_depend_on_threads() {
    let size = Size {
        paths: (4, 6),
        levels: 16,
        events: 400,
        varied: true,
    };
    let problem = Problem::random(3_000_000, size);
    let of = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let mut session = problem.session(SolverKind::Auto, 20_000);
            let scorer = &problem.scorer;
            session.search(scorer, scorer, JudgedOn::All, None).unwrap()
        })
    };
    let one = of(1);
    assert_eq!(one, of(2));
    assert_eq!(one, of(7));
}
