//! An optimisation of a study from start to end.

use super::bounding::{self, Bounded};
use super::column::{Column, JudgedLimit};
use super::exact::ExactColumns;
use super::knobs::{Choice, Knobs};
use super::links::refuse_links;
use super::score::{ColumnObjective, Limit, Objective, Scorer};
use super::search::SearchSettings;
use super::session::{Checkpoints, Done, Found, JudgedOn, Session};
use super::stage::Tell;
use super::validation::{self, JudgedBudget, JudgedColumn, Validation};
use crate::engine::{Engine, Point};
use crate::error::Result;
use crate::plan::Compiled;
use crate::space::Axis;
use crate::study::{OptimizeSettings, Study};
use std::sync::Arc;
use std::sync::atomic::AtomicI32;
use std::time::{Duration, Instant};

/// Points that `auto` searches whole.
const EXHAUSTIBLE: u64 = 100_000;

/// How to optimise, apart from what the study says.
pub struct OptimizeRun {
    /// Instead of the study's.
    pub evaluations: Option<u64>,
    pub starts: Option<u32>,
    pub checkpoints: Option<Checkpoints>,
    pub stop: Arc<AtomicI32>,
    pub tell: Tell,
}

/// What was found, before it is described.
pub struct Optimized {
    /// What it is the best by.
    pub scorer: Scorer,
    /// None: no point is feasible.
    pub best: Option<Best>,
    /// Then what violates least, with its exact figures.
    pub nearest: Option<Choice>,
    pub bound: Bounded,
    pub validation: Option<Validation<Choice>>,
    pub done: Done,
}

/// The best point.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    pub choice: Choice,
    /// On the events that the search sees.
    pub worth: f64,
}

/// A study that is being optimised, in each of its columns.
pub struct Optimization<'a> {
    pub settings: &'a OptimizeSettings,
    /// One, or the prescale columns of the menu.
    pub columns: Vec<Column<'a>>,
    /// What is the best; shortfalls do not know yet what each signal reaches alone.
    pub scorer: Scorer,
}

impl<'a> Optimization<'a> {
    /// Reads the events of every study; several are the columns of one.
    ///
    /// # Errors
    /// Those of [`Column::new`]; a [`Fault`](crate::Fault) at a link that columns cannot keep.
    pub fn new(
        studies: impl IntoIterator<Item = (&'a Study, &'a Compiled)>,
        settings: &'a OptimizeSettings,
    ) -> Result<Self> {
        let columns = studies.into_iter();
        let columns = columns.map(|(study, compiled)| Column::new(study, settings, compiled));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        if let [first, _, ..] = &columns[..] {
            refuse_links(first)?;
        }
        Ok(Self {
            settings,
            scorer: scorer(&columns),
            columns,
        })
    }

    /// Its figures in f64.
    pub fn exact<'s>(&'s self, engine: &'s dyn Engine) -> ExactColumns<'s> {
        ExactColumns(self.columns.iter().map(|c| c.exact(engine)).collect())
    }

    /// Searches on it.
    pub fn session<'s>(
        &'s self,
        exact: &'s ExactColumns<'s>,
        engine: &'s dyn Engine,
        run: &OptimizeRun,
    ) -> Session<'s> {
        let plans: Vec<_> = self.columns.iter().map(Column::plan).collect();
        let first = &self.columns[0];
        let is_monotone = |axis: &Axis| axis.menu.iter().any(|b| first.is_monotone(*b));
        let knobs = Knobs::of_columns(&plans[0].space, plans.len(), is_monotone);
        let deadline = self.settings.time_limit_s;
        Session {
            judge: exact,
            has_held_out: first.events.as_ref().is_some_and(|e| e.split.is_some()),
            engine,
            settings: SearchSettings {
                solver: self.settings.solver,
                evaluations: run.evaluations.unwrap_or(self.settings.evaluations),
                exhaustible: EXHAUSTIBLE,
                starts: run.starts.unwrap_or(self.settings.starts),
                gap: self.settings.gap,
                own: self.own_choice(&knobs),
            },
            plans,
            knobs,
            seed: first.study.seed,
            stop: run.stop.clone(),
            deadline: deadline.map(|s| Instant::now() + Duration::from_secs_f64(s)),
            checkpoints: run.checkpoints.clone(),
            tell: run.tell.clone(),
            done: Done::default(),
        }
    }

    /// The study's own values, at the nearest of each axis; none where an axis has no own value.
    fn own_choice(&self, knobs: &Knobs) -> Option<Choice> {
        let own: Vec<Point> = self.columns.iter().map(Column::own_point).collect();
        let free = |own: &Point| (0..knobs.len()).all(|knob| !own[knobs.axis(knob)].is_nan());
        own.iter().all(free).then(|| knobs.nearest(&own))
    }

    /// The best point within the budgets, and how good it can be.
    ///
    /// # Errors
    /// Those of the engine, interruption.
    pub fn optimize(&self, session: &mut Session<'_>) -> Result<Optimized> {
        let scorer = self.filled_scorer(session)?;
        let own = session.settings.own.clone();
        let (found, validation) = self.search(session, &scorer, own)?;
        let (mut best, mut nearest, mut bound) = (None, None, Bounded::none("nothing was found"));
        if let Some(found) = found {
            best = found.decision.best.clone().map(|(choice, score)| Best {
                choice,
                worth: score.worth,
            });
            nearest = found.decision.nearest.clone().map(|(choice, _)| choice);
            bound = bounding::bound(session, &scorer, &found);
        }
        Ok(Optimized {
            scorer,
            best,
            nearest,
            bound,
            validation,
            done: session.done.clone(),
        })
    }

    /// Whether any budget is to hold with a confidence.
    pub fn is_confident(&self) -> bool {
        let mut judged = self.columns.iter().flat_map(|c| &c.judged);
        judged.any(|own| own.budget.confidence.is_some())
    }

    /// What a search finds with a scorer of these limits, and others behind them; with looks at held-out events
    /// where a budget has a confidence.
    ///
    /// # Errors
    /// Those of the engine, interruption.
    pub fn search(
        &self,
        session: &mut Session<'_>,
        scorer: &Scorer,
        own: Option<Choice>,
    ) -> Result<(Option<Found>, Option<Validation<Choice>>)> {
        if self.is_confident() {
            return self.validated(session, scorer, own);
        }
        let found = session.search(scorer, scorer, JudgedOn::All, own)?;
        Ok((Some(found), None))
    }

    /// The scorer, with what each signal reaches alone where the objective asks for it.
    fn filled_scorer(&self, session: &mut Session<'_>) -> Result<Scorer> {
        let mut scorer = self.scorer.clone();
        for (first, term) in scorer.objective.shortfalls() {
            let mut alone = self.scorer.clone();
            alone.objective = Objective::Figure {
                figure: first + term.figure,
                larger: true,
            };
            let own = session.settings.own.clone();
            // The events that looks are at decide nothing.
            let found = session.search(&alone, &alone, JudgedOn::Search, own)?;
            let most = found.decision.best.map_or(0.0, |(_, score)| score.worth);
            term.most = if most > 0.0 { most } else { 1.0 };
        }
        Ok(scorer)
    }

    /// Searches with ever tighter budgets until one is found to hold on events that the search does not see.
    fn validated(
        &self,
        session: &mut Session<'_>,
        scorer: &Scorer,
        mut own: Option<Choice>,
    ) -> Result<(Option<Found>, Option<Validation<Choice>>)> {
        let mut last: Option<Found> = None;
        let (mut limits, mut budgets, mut before) = (Vec::new(), Vec::new(), 0);
        for column in &self.columns {
            let judged = column.judged.iter();
            limits.extend(judged.clone().map(|own| before + own.limit));
            let budget = |own: &JudgedLimit| JudgedBudget {
                bound: scorer.limits[before + own.limit].bound,
                ..own.budget.clone()
            };
            budgets.push(judged.map(budget).collect::<Vec<_>>());
            before += column.problem.scorer.limits.len();
        }
        // Limits behind those of the study: a front's.
        if let ([column], [budgets]) = (&self.columns[..], &mut budgets[..]) {
            for (number, limit) in scorer.limits.iter().enumerate().skip(before) {
                if let Some(budget) = column.problem.judged(limit, None) {
                    limits.push(number);
                    budgets.push(budget);
                }
            }
        }
        let columns = self.columns.iter().zip(&budgets);
        let columns = columns.filter_map(|(column, budgets)| {
            let events = column.events.as_ref()?;
            Some(JudgedColumn { events, budgets })
        });
        let columns: Vec<_> = columns.collect();
        let validation = validation::validate(&columns, &validation::MARGINS, |bounds| {
            let mut tight = scorer.clone();
            for (&limit, bound) in limits.iter().zip(bounds) {
                tight.limits[limit].bound = *bound;
            }
            let found = session.search(&tight, &tight, JudgedOn::Search, own.clone())?;
            let best = found.decision.best.clone();
            last = Some(found);
            Ok(match best {
                Some((choice, _)) => {
                    own = Some(choice.clone());
                    let at = session.configurations(&choice);
                    at.map(|at| validation::Found { menu: choice, at })
                }
                None => None,
            })
        })?;
        let reported = validation.reported().and_then(|look| look.found.as_ref());
        let chosen = reported.map(|found| found.menu.clone());
        let Some(mut found) = last else {
            return Ok((None, Some(validation)));
        };
        // On all events, within the budgets themselves.
        found.proven = None;
        let judged = match &chosen {
            Some(choice) => {
                let score = session.score(scorer, JudgedOn::All, choice)?;
                Some((choice.clone(), session.confirmed(scorer, choice, score)?))
            }
            None => None,
        };
        let unconfirmed = found.decision.best.take();
        match judged {
            Some((choice, score)) if score.is_feasible() => {
                found.decision.best = Some((choice, score));
            }
            judged => found.decision.nearest = judged.or(unconfirmed).or(found.decision.nearest),
        }
        Ok((Some(found), Some(validation)))
    }
}

/// What is made large in all columns together, and the limits of each.
fn scorer(columns: &[Column<'_>]) -> Scorer {
    if let [column] = columns {
        return column.problem.scorer.clone();
    }
    let share_of = |c: &Column<'_>| c.study.column().map_or(1.0, |own| own.share);
    let all: f64 = columns.iter().map(share_of).sum();
    let mut terms = Vec::new();
    let mut limits = Vec::new();
    let mut first = 0;
    for column in columns {
        let own = &column.problem.scorer;
        terms.push(ColumnObjective {
            share: share_of(column) / all,
            first,
            objective: own.objective.clone(),
        });
        limits.extend(own.limits.iter().map(|limit| Limit {
            figure: first + limit.figure,
            ..limit.clone()
        }));
        first += column.problem.figures.len();
    }
    Scorer {
        objective: Objective::Mean(terms),
        limits,
    }
}
