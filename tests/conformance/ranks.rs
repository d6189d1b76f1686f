//! What engines keep of points, against every point evaluated and compared one by one.

use super::{compiled, engines, run};
use std::sync::Arc;
use trigscape::engine::{Ask, Engine, Outcome, Points, Selected, Selection};
use trigscape::plan::{Bins, Bound, Compiled, Goal, Keep, Plan, Rank};
use trigscape::random::Stream;
use trigscape::study::Study;

/// A grid with ties (rates follow one axis alone) and NaN (an inactive stage has no threshold).
const GRID: &str = r#"
[space]
"system.Intermediate.reduction_ratio" = { values = [1, 40, 40.5, 100, 200, 450, 60] }
"system.Intermediate.skill" = { from = 0, to = 1, points = 41 }
"system.year" = { values = [2024, 2022, 2030] }
[explore]
figures = ["f1", "scaled_power_w", "productivity_per_j", "output_hz.Intermediate", "threshold.*"]
"#;

fn grid() -> Compiled {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.toml");
    let head =
        format!("name = \"grid\"\n[system]\nworkbook = \"{root}/data/systems/cms_pu200.xlsx\"\n");
    std::fs::write(&path, head + GRID).unwrap();
    trigscape::plan::compile(&Study::load(&path, &[]).unwrap()).unwrap()
}

/// What is kept, by the definitions, each point against each.
fn naive(columns: &[Vec<f64>], axes: usize, rank: &Rank) -> Vec<u64> {
    let figure = |f: usize, i: usize| columns[axes + f][i];
    let worth = |g: &Goal, i: usize| {
        if g.larger {
            figure(g.figure, i)
        } else {
            -figure(g.figure, i)
        }
    };
    let feasible = |i: &usize| {
        let holds = |b: &Bound| b.min <= figure(b.figure, *i) && figure(b.figure, *i) <= b.max;
        rank.bounds.iter().all(holds)
    };
    let feasible: Vec<usize> = (0..columns[0].len()).filter(feasible).collect();
    let kept: Vec<usize> = match &rank.keep {
        Keep::Feasible => feasible,
        Keep::Best { goal, count, .. } => {
            let beats = |a: usize, b: usize| {
                worth(goal, a) > worth(goal, b) || worth(goal, a) == worth(goal, b) && a < b
            };
            let ranked = feasible
                .iter()
                .copied()
                .filter(|&i| !worth(goal, i).is_nan());
            let ranked: Vec<usize> = ranked.collect();
            let place = |i: usize| ranked.iter().filter(|&&j| beats(j, i)).count();
            let mut places: Vec<(usize, usize)> = ranked.iter().map(|&i| (place(i), i)).collect();
            places.sort_unstable();
            places.iter().map(|p| p.1).take(*count).collect()
        }
        Keep::Pareto(goals) => {
            let defined = |i: &usize| goals.iter().all(|g| !worth(g, *i).is_nan());
            let ranked: Vec<usize> = feasible.into_iter().filter(defined).collect();
            let surpasses = |a: usize, b: usize| {
                let as_good = goals.iter().all(|g| worth(g, a) >= worth(g, b));
                let better = goals.iter().any(|g| worth(g, a) > worth(g, b));
                as_good && (better || a < b)
            };
            let is_kept = |i: &usize| !ranked.iter().any(|&j| j != *i && surpasses(j, *i));
            ranked.iter().copied().filter(is_kept).collect()
        }
        Keep::Histograms(_) => Vec::new(),
    };
    kept.into_iter().map(|i| i as u64).collect()
}

pub fn select(engine: &dyn Engine, plan: &Arc<Plan>, points: &Points, rank: &Rank) -> Selected {
    let mut loaded = engine.load(plan.clone()).unwrap();
    let ask = Ask::Select(Arc::new(rank.clone()));
    match loaded.run(points, ask).unwrap() {
        Outcome::Selected(selected) => selected,
        _ => panic!("asked for a selection"),
    }
}

/// The whole design in pieces of random sizes.
pub fn in_pieces(
    engine: &dyn Engine,
    plan: &Arc<Plan>,
    points: u64,
    rank: &Rank,
    random: &mut Stream,
) -> Selected {
    let mut selection = Selection::new(plan.space.axes.len(), plan.figures.len(), rank.clone());
    let mut first = 0;
    while first < points {
        let count = (random.uniform() * 600.0) as u64 + 1;
        let count = count.min(points - first);
        let range = Points::Range {
            first,
            count: count as u32,
        };
        let rank = selection.rank().clone();
        selection.take(select(engine, plan, &range, &rank));
        first += count;
    }
    selection.finish()
}

/// A random question about the grid; bounds lie at values that occur.
pub fn any_rank(columns: &[Vec<f64>], axes: usize, random: &mut Stream) -> Rank {
    let figures = columns.len() - axes;
    let mut below = |n: usize| (random.uniform() * n as f64) as usize;
    let mut bounds = Vec::new();
    for _ in 0..below(3) {
        let figure = below(figures);
        let column = &columns[axes + figure];
        let (a, b) = (column[below(column.len())], column[below(column.len())]);
        bounds.push(match below(3) {
            0 => Bound {
                figure,
                min: a,
                max: f64::INFINITY,
            },
            1 => Bound {
                figure,
                min: f64::NEG_INFINITY,
                max: b,
            },
            _ => Bound {
                figure,
                min: a.min(b),
                max: a.max(b),
            },
        });
        bounds.retain(|b| !b.min.is_nan() && !b.max.is_nan());
    }
    let keep = match below(4) {
        0 => Keep::Feasible,
        1 => Keep::Best {
            goal: Goal {
                figure: below(figures),
                larger: below(2) == 0,
            },
            count: [1, 7, 60, 5000][below(4)],
            floor: None,
        },
        2 => {
            let first = below(figures);
            let goals = (0..2 + below(2)).map(|k| (first + k) % figures);
            let goals: Vec<usize> = goals.collect();
            let goal = |&figure: &usize| Goal {
                figure,
                larger: below(2) == 0,
            };
            Keep::Pareto(goals.iter().map(goal).collect())
        }
        _ => {
            let figure = below(figures);
            let finite = || {
                columns[axes + figure]
                    .iter()
                    .copied()
                    .filter(|v| v.is_finite())
            };
            let (low, high) = (
                finite().fold(f64::MAX, f64::min),
                finite().fold(f64::MIN, f64::max),
            );
            let n = 1 + below(30);
            // The last edge lies below the largest value.
            let edge = |i: usize| low + 0.9 * (high - low) * i as f64 / n as f64;
            Keep::Histograms(vec![Bins {
                figure,
                edges: (0..=n).map(edge).collect(),
            }])
        }
    };
    Rank { bounds, keep }
}

#[test]
fn engines_keep_what_a_comparison_of_every_point_keeps() {
    let study = grid();
    let plan = &study.plan;
    let axes = plan.space.axes.len();
    let points = plan.space.points().unwrap();
    let whole = Points::Range {
        first: 0,
        count: points as u32,
    };
    for engine in engines() {
        let engine = engine.as_ref();
        let columns = run(engine, plan.clone(), whole.clone());
        assert!(columns.iter().flatten().any(|v| v.is_nan()));
        let mut random = Stream::new(7, 0, 0);
        let mut kinds = [0; 4];
        for case in 0..300 {
            let rank = any_rank(&columns, axes, &mut random);
            let own = select(engine, plan, &whole, &rank);
            assert_eq!(
                own.rows.index,
                naive(&columns, axes, &rank),
                "case {case}: {rank:?}"
            );
            assert_eq!(own.points, points);
            let holds = |i: usize| {
                let mut bounds = rank.bounds.iter();
                bounds.all(|b| (b.min..=b.max).contains(&columns[axes + b.figure][i]))
            };
            let feasible = (0..points as usize).filter(|&i| holds(i));
            assert_eq!(own.feasible, feasible.clone().count() as u64, "case {case}");
            for (place, column) in own.rows.columns.iter().zip(&columns) {
                let expected = own.rows.index.iter().map(|&i| column[i as usize].to_bits());
                assert!(
                    place.iter().map(|v| v.to_bits()).eq(expected),
                    "case {case}"
                );
            }
            if let Keep::Histograms(all) = &rank.keep {
                let bins = &all[0];
                let counts = &own.counts[0];
                let value = |i: usize| columns[axes + bins.figure][i];
                let last = bins.edges.len() - 1;
                for (k, &n) in counts.bins.iter().enumerate() {
                    let (low, high) = (bins.edges[k], bins.edges[k + 1]);
                    let inside = |v: f64| low <= v && (v < high || k + 1 == last && v == high);
                    let expected = feasible.clone().filter(|&i| inside(value(i))).count();
                    assert_eq!(n, expected as u64, "case {case}, bin {k}");
                }
                let all: u64 = counts.bins.iter().sum();
                assert_eq!(
                    all + counts.below + counts.above + counts.undefined,
                    own.feasible
                );
            }
            kinds[match rank.keep {
                Keep::Feasible => 0,
                Keep::Best { .. } => 1,
                Keep::Pareto(_) => 2,
                Keep::Histograms(_) => 3,
            }] += 1;
            if case % 10 == 0 {
                let pieces = in_pieces(engine, plan, points, &rank, &mut random);
                assert_eq!(bits(&pieces), bits(&own), "case {case}");
            }
        }
        assert!(kinds.iter().all(|&n| n > 30), "{kinds:?}");
    }
}

/// A selection as text in which NaN equals NaN.
pub fn bits(selected: &Selected) -> String {
    format!("{selected:?}")
}

#[test]
fn what_is_kept_does_not_depend_on_threads() {
    let study = compiled("cms_phase2", &[]);
    let plan = &study.plan;
    let axes = plan.space.axes.len();
    let whole = Points::Range {
        first: 0,
        count: 10_201,
    };
    let (f1, power) = (0, 5);
    let goal = |figure, larger| Goal { figure, larger };
    let keeps = [
        Keep::Best {
            goal: goal(f1, true),
            count: 500,
            floor: None,
        },
        Keep::Pareto(vec![goal(f1, true), goal(power, false)]),
    ];
    for engine in engines() {
        let columns = run(engine.as_ref(), plan.clone(), whole.clone());
        for keep in keeps.clone() {
            let rank = Rank {
                bounds: Vec::new(),
                keep,
            };
            let expected = naive(&columns, axes, &rank);
            for threads in [1, 2, 7] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
                let own = pool
                    .build()
                    .unwrap()
                    .install(|| select(engine.as_ref(), plan, &whole, &rank));
                assert_eq!(own.rows.index, expected, "{threads} threads");
            }
        }
    }
}

#[test]
fn listed_points_are_known_by_their_places() {
    let study = compiled("cms_phase2", &[]);
    let points = Points::Listed(vec![vec![400.0, 0.1], vec![60.0, 0.9], vec![60.0, 0.2]]);
    let goal = Goal {
        figure: 0,
        larger: true,
    };
    let keep = Keep::Best {
        goal,
        count: 2,
        floor: None,
    };
    let rank = Rank {
        bounds: Vec::new(),
        keep,
    };
    for engine in engines() {
        let columns = run(engine.as_ref(), study.plan.clone(), points.clone());
        let own = select(engine.as_ref(), &study.plan, &points, &rank);
        assert_eq!(own.rows.index, naive(&columns, 2, &rank));
        assert_eq!(own.rows.len(), 2);
    }
}
