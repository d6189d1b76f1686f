//! Several objectives: points that no other surpasses, by limits on all but the first objective.

use super::knobs::Choice;
use super::run::Optimization;
use super::score::{Limit, Objective, Scorer, Side};
use super::session::{JudgedOn, Session};
use crate::error::Result;

/// Limits on the second objective, and on the third.
const STEPS: [usize; 2] = [21, 7];

/// A point of a front, with the worth of each objective.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontPoint {
    pub choice: Choice,
    pub worths: Vec<f64>,
    /// The same on the events that the search sees: what further limits follow from.
    seen: Vec<f64>,
}

/// Points of the front of a problem's goals (of one column), by the first goal. Between them there may be others: a
/// front is sampled.
///
/// # Errors
/// Those of the searches.
pub fn front(
    optimization: &Optimization<'_>,
    session: &mut Session<'_>,
) -> Result<Vec<FrontPoint>> {
    let problem = &optimization.columns[0].problem;
    let (scorer, goals) = (&problem.scorer, &problem.goals);
    let mut points = Vec::new();
    // The best by each goal alone spans the front.
    for goal in goals {
        let alone = Scorer {
            objective: goal.clone(),
            limits: scorer.limits.clone(),
        };
        add(optimization, session, &alone, &mut points)?;
    }
    let spans: Vec<(f64, f64)> = (1..goals.len())
        .map(|goal| {
            let worths = points.iter().map(|p| p.seen[goal]);
            let (low, high) = worths.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), w| {
                (l.min(w), h.max(w))
            });
            (low, high)
        })
        .collect();
    let steps: usize = STEPS[..spans.len()].iter().product();
    for number in 0..steps {
        let mut constrained = scorer.clone();
        constrained.objective = goals[0].clone();
        let mut rest = number;
        for ((goal, &(low, high)), n) in goals[1..].iter().zip(&spans).zip(STEPS) {
            let share = (rest % n) as f64 / (n - 1) as f64;
            rest /= n;
            if let Objective::Figure { figure, larger } = *goal {
                let worth = low + share * (high - low);
                let (bound, side) = if larger {
                    (worth, Side::AtLeast)
                } else {
                    (-worth, Side::AtMost)
                };
                constrained.limits.push(Limit {
                    figure,
                    name: problem.figures[figure].name.clone(),
                    bound,
                    side,
                });
            }
        }
        if spans
            .iter()
            .all(|(low, high)| low.is_finite() && high.is_finite())
        {
            add(optimization, session, &constrained, &mut points)?;
        }
    }
    let surpassed = |own: &FrontPoint| {
        points.iter().any(|other| {
            let pairs = || other.worths.iter().zip(&own.worths);
            pairs().all(|(a, b)| a >= b) && pairs().any(|(a, b)| a > b)
        })
    };
    let mut kept: Vec<FrontPoint> = points.iter().filter(|p| !surpassed(p)).cloned().collect();
    kept.sort_by(|a, b| a.worths[0].total_cmp(&b.worths[0]));
    kept.dedup_by(|a, b| a.worths == b.worths);
    Ok(kept)
}

fn add(
    optimization: &Optimization<'_>,
    session: &mut Session<'_>,
    scorer: &Scorer,
    points: &mut Vec<FrontPoint>,
) -> Result<()> {
    let start = session.settings.own.clone();
    let (found, _) = optimization.search(session, scorer, start)?;
    let Some((choice, _)) = found.and_then(|found| found.decision.best) else {
        return Ok(());
    };
    let goals = &optimization.columns[0].problem.goals;
    let points_of = session.knobs.points_of(&choice);
    let worths = |on| {
        let row = session.judge.row_at(on, &points_of)?;
        let of_row = |row: Vec<f64>| goals.iter().map(|goal| goal.worth(&row)).collect();
        Ok::<_, crate::Error>(row.map(of_row))
    };
    if let (Some(worths), Some(seen)) = (worths(JudgedOn::All)?, worths(JudgedOn::Search)?) {
        points.push(FrontPoint {
            choice,
            worths,
            seen,
        });
    }
    Ok(())
}
