//! Prescale columns, against every combination and against loops over events.

use super::count;
use super::problem::{Dice, Problem, Size, session};
use rayon::prelude::*;
use trigscape::Result;
use trigscape::optimize::bounding::bound;
use trigscape::optimize::knobs::{Choice, Knobs};
use trigscape::optimize::score::{ColumnObjective, Limit, Objective, Score, Scorer};
use trigscape::optimize::session::{Judge, JudgedOn, Session};
use trigscape::space::MenuBinding;
use trigscape::study::SolverKind;

/// One menu on the events of each column.
struct Columns {
    columns: Vec<Problem>,
    scorer: Scorer,
    knobs: Knobs,
    is_monotone: bool,
}

impl Judge for Columns {
    fn row_at(&self, _: JudgedOn, points: &[Vec<f64>]) -> Result<Option<Vec<f64>>> {
        let rows = self.columns.iter().zip(points).map(|(c, p)| c.row(p));
        Ok(Some(rows.collect::<Vec<_>>().concat()))
    }
}

impl Columns {
    fn random(seed: u64, size: Size) -> Self {
        let mut dice = Dice::new(seed ^ 0x636f_6c75);
        let count = 2 + dice.below(2);
        let columns: Vec<Problem> = (0..count as u64)
            .map(|column| Problem::column(seed, size, column))
            .collect();
        let weights: Vec<f64> = columns.iter().map(|_| 0.2 + dice.uniform()).collect();
        let all: f64 = weights.iter().sum();
        let (mut terms, mut limits, mut first) = (Vec::new(), Vec::new(), 0);
        for (column, weight) in columns.iter().zip(weights) {
            terms.push(ColumnObjective {
                share: weight / all,
                first,
                objective: column.scorer.objective.clone(),
            });
            limits.extend(column.scorer.limits.iter().map(|limit| Limit {
                figure: first + limit.figure,
                ..limit.clone()
            }));
            first += column.plan.figures.len();
        }
        let is_monotone = dice.below(2) == 0;
        let space = &columns[0].plan.space;
        Self {
            knobs: Knobs::of_columns(space, columns.len(), |_| is_monotone),
            scorer: Scorer {
                objective: Objective::Mean(terms),
                limits,
            },
            columns,
            is_monotone,
        }
    }

    fn session(&self, evaluations: u64) -> Session<'_> {
        let plans = self.columns.iter().map(|c| c.plan.clone()).collect();
        session(
            self,
            plans,
            self.knobs.clone(),
            SolverKind::Auto,
            evaluations,
        )
    }

    fn score(&self, choice: &Choice) -> Score {
        let row = self.row_at(JudgedOn::All, &self.knobs.points_of(choice));
        self.scorer.score(&row.unwrap().unwrap())
    }

    fn best_of_all(&self, points: u64) -> Option<f64> {
        let worth = |index| {
            let score = self.score(&self.knobs.of_index(index));
            score.is_feasible().then_some(score.worth)
        };
        let all = (0..points).into_par_iter().filter_map(worth);
        all.max_by(f64::total_cmp)
    }

    /// Thresholds are the same in all columns; what a prescale keeps never shrinks where it is monotone.
    fn is_consistent(&self, choice: &Choice) -> bool {
        let strictness = |x: f64| if x == 0.0 { f64::INFINITY } else { x };
        let points = self.knobs.points_of(choice);
        let axes = self.knobs.space().axes.iter().enumerate();
        axes.into_iter().all(|(axis, own)| {
            let mut pairs = points.windows(2).map(|two| (two[0][axis], two[1][axis]));
            match own.menu[0] {
                MenuBinding::Thresholds(_) => pairs.all(|(a, b)| a == b),
                MenuBinding::Prescale(_) => {
                    !self.is_monotone || pairs.all(|(a, b)| strictness(a) >= strictness(b))
                }
            }
        })
    }
}

#[test]
fn columns_reach_the_best_and_never_violate_a_limit() {
    let size = Size {
        paths: (2, 3),
        levels: 7,
        events: 240,
        varied: true,
    };
    let (mut compared, mut best_found, mut reported) = (0, 0, 0);
    for seed in 0..count(100) {
        let problem = Columns::random(3_000_000 + seed, size);
        let mut session = problem.session(50_000);
        let scorer = &problem.scorer;
        let found = session.search(scorer, scorer, JudgedOn::All, None).unwrap();
        let best = found.decision.best.as_ref();
        if let Some((choice, score)) = best {
            reported += 1;
            assert_eq!(*score, problem.score(choice), "problem {seed}");
            assert!(score.is_feasible(), "problem {seed}");
            assert!(problem.is_consistent(choice), "problem {seed}");
        }
        let Some(points) = problem.knobs.points().filter(|n| *n <= 10_000) else {
            continue;
        };
        let truth = problem.best_of_all(points);
        assert_eq!(best.is_some(), truth.is_some(), "problem {seed}");
        let (Some((_, best)), Some(truth)) = (best, truth) else {
            continue;
        };
        compared += 1;
        assert!(best.worth <= truth, "problem {seed}");
        best_found += u32::from(best.worth >= truth * (1.0 - 1e-12));
        if let Some(bound) = bound(&session, scorer, &found).worth {
            assert!(
                bound >= truth * (1.0 - 1e-12),
                "problem {seed}: {bound} below {truth}"
            );
        }
    }
    println!("{best_found} of {compared} optima found, {reported} reported");
    assert!(
        best_found * 100 >= compared * 95,
        "{best_found} of {compared}"
    );
}
