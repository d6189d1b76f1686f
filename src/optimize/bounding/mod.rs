//! How good the best point can be: by exhaustion, or by a relaxation of the menu.

mod relaxed;

use super::bound::{BRANCHED, KIND};
use super::score::{ColumnObjective, Limit, Objective, Scorer};
use super::session::{Found, JudgedOn, Session};
use crate::plan::{Configuration, Plan};
use relaxed::Relaxed;

/// Iterations of the relaxation's solver.
const ITERATIONS: u32 = 4000;
/// Parts into which the space is split, at most, where the relaxation alone leaves a larger gap.
const PARTS: u32 = 200;

/// A worth that no feasible point surpasses, on the events that the search saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounded {
    pub worth: Option<f64>,
    pub kind: String,
    /// Why there is none, or what it leaves out.
    pub note: Option<String>,
    /// What the objective gains when a limit is moved by one unit, limit by limit.
    pub prices: Vec<Option<f64>>,
}

impl Bounded {
    /// No bound.
    pub fn none(why: &str) -> Self {
        Self {
            worth: None,
            kind: "none".into(),
            note: Some(why.to_owned()),
            prices: Vec::new(),
        }
    }
}

/// A bound of what a search can have missed.
pub fn bound(session: &Session<'_>, scorer: &Scorer, found: &Found) -> Bounded {
    bound_in(session, scorer, found, PARTS)
}

/// The same without splitting the space: sooner, and less tight.
pub fn bound_once(session: &Session<'_>, scorer: &Scorer, found: &Found) -> Bounded {
    bound_in(session, scorer, found, 0)
}

fn bound_in(session: &Session<'_>, scorer: &Scorer, found: &Found, parts: u32) -> Bounded {
    let best = found.decision.best.as_ref();
    if let Some(worth) = found.proven {
        return Bounded {
            // Whatever may be better by the sums was judged exactly.
            worth: match best {
                Some((_, best)) if found.decision.is_final && !session.has_held_out => {
                    Some(best.worth)
                }
                _ => Some(worth),
            },
            kind: "exhaustive".into(),
            note: None,
            prices: Vec::new(),
        };
    }
    let at = best.and_then(|(choice, _)| session.configurations(choice));
    let row = best.and_then(|(choice, _)| {
        let points = session.knobs.points_of(choice);
        session.judge.row_at(JudgedOn::Search, &points).ok()?
    });
    let mut first = 0;
    let mut all = Vec::new();
    for (number, plan) in session.plans.iter().enumerate() {
        let figures = first..first + plan.figures.len();
        let own = Column {
            plan,
            objective: scorer.objective.of_column(number),
            row: row.as_ref().map(|row| &row[figures.clone()]),
            at: at.as_ref().map(|at| &at[number]),
            gap: session.settings.gap,
            parts: parts / session.plans.len() as u32,
        };
        let limits = scorer.limits.iter().enumerate();
        let limits = limits.filter(|(_, limit)| figures.contains(&limit.figure));
        let limits = limits.map(|(number, limit)| {
            let figure = limit.figure - first;
            (
                number,
                Limit {
                    figure,
                    ..limit.clone()
                },
            )
        });
        all.push(own.bound(&limits.collect::<Vec<_>>(), scorer.limits.len()));
        first = figures.end;
    }
    match &scorer.objective {
        Objective::Mean(columns) => mean(columns, all, scorer.limits.len()),
        _ => all
            .pop()
            .unwrap_or_else(|| Bounded::none("there is no plan")),
    }
}

/// What no menu surpasses in the mean: columns each with thresholds of their own.
fn mean(columns: &[ColumnObjective], bounds: Vec<Bounded>, limits: usize) -> Bounded {
    let mut all = Bounded {
        worth: Some(0.0),
        kind: KIND.to_owned(),
        note: None,
        prices: vec![None; limits],
    };
    let mut notes = vec!["columns were bounded apart, as if thresholds were not shared".to_owned()];
    for (column, own) in columns.iter().zip(bounds) {
        let Some(worth) = own.worth else {
            return own;
        };
        all.worth = all.worth.map(|sum| sum + column.share * worth);
        if own.kind == BRANCHED {
            all.kind = own.kind;
        }
        for (price, own) in all.prices.iter_mut().zip(own.prices) {
            *price = price.or(own.map(|own| column.share * own));
        }
        notes.extend(own.note.filter(|note| !notes.contains(note)));
    }
    all.note = Some(notes.join("; "));
    all
}

/// A column of a problem, at the best point that was found.
struct Column<'a> {
    plan: &'a Plan,
    objective: &'a Objective,
    /// Its figures there, on the search's events.
    row: Option<&'a [f64]>,
    at: Option<&'a Configuration>,
    gap: f64,
    /// Into how many parts its options are split at most.
    parts: u32,
}

impl Column<'_> {
    /// `limits` are its own with their numbers among all.
    fn bound(&self, limits: &[(usize, Limit)], all: usize) -> Bounded {
        let Some(menu) = &self.plan.menu else {
            return Bounded::none("only spaces that are searched whole and menus have one");
        };
        match Relaxed::of(self, menu, limits) {
            Some(relaxed) => relaxed.solve(self, menu, all),
            None => Bounded::none("the objective is not linear in what the menu accepts"),
        }
    }
}
