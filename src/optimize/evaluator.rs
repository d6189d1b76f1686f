//! Points of a problem through an engine, in batches, counted.

use super::archive::Archive;
use super::knobs::{Choice, Knobs};
use super::score::{Score, Scorer};
use super::sweep::{MenuSweep, Move, Sweep, Which};
use crate::engine::{Ask, Engine, EngineError, Loaded, MoveSums, Outcome, Points};
use crate::error::{Error, Result};
use crate::plan::Plan;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Points of a batch.
const BATCH: usize = 65_536;
/// Rounding of prescales in sums, relative; that of weights comes on top.
const SHARE_ROUNDING: f64 = 1e-8;

/// What a search has done so far; enough to go on from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Configurations that were evaluated; a sweep counts its moves.
    pub evaluations: u64,
    pub archive: Archive,
    /// Evaluations and worth of each feasible point that was better than all before.
    pub trace: Vec<(u64, f64)>,
    /// Solvers that ended.
    pub runs: Vec<SolverRun>,
}

/// What one solver did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SolverRun {
    pub solver: String,
    /// Of the whole search, when it ended.
    pub evaluations: u64,
    /// The best feasible worth then.
    pub worth: Option<f64>,
}

/// Evaluates choices of knobs.
pub struct Evaluator {
    pub knobs: Knobs,
    pub scorer: Scorer,
    pub progress: Progress,
    /// One a column.
    plans: Vec<Arc<Plan>>,
    loaded: Vec<Box<dyn Loaded>>,
    menu: Option<MenuSweep>,
    /// Of sums, as a share of a limit.
    tolerance: f64,
    /// Evaluations at most; the batch or sweep at hand is finished.
    limit: u64,
}

impl Evaluator {
    /// On the points of a plan in each column; their figures, one column after the other, are what the
    /// scorer reads.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn new(
        plans: &[Arc<Plan>],
        knobs: &Knobs,
        scorer: Scorer,
        engine: &dyn Engine,
        limit: u64,
    ) -> Result<Self> {
        let menus = plans.iter().filter_map(|plan| plan.menu.as_ref());
        let rounding = menus.map(|m| m.events.rows.rounding).fold(0.0, f64::max);
        let loaded = plans.iter().map(|plan| engine.load(plan.clone()));
        Ok(Self {
            loaded: loaded.collect::<Result<_, _>>()?,
            menu: MenuSweep::new(plans, knobs),
            knobs: knobs.clone(),
            scorer,
            progress: Progress::default(),
            tolerance: 2.0 * rounding + SHARE_ROUNDING,
            limit,
            plans: plans.to_vec(),
        })
    }

    /// Whether no more may be evaluated.
    pub fn is_exhausted(&self) -> bool {
        self.progress.evaluations >= self.limit
    }

    pub fn set_limit(&mut self, limit: u64) {
        self.limit = limit;
    }

    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// By how much sums may misrepresent a figure, relative.
    pub fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// The scores of choices.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn scores(&mut self, choices: &[Choice]) -> Result<Vec<Score>> {
        let mut scores = Vec::with_capacity(choices.len());
        for some in choices.chunks(BATCH) {
            scores.extend(self.listed(some)?);
        }
        for (choice, score) in choices.iter().zip(&scores) {
            self.note(choice, score);
        }
        Ok(scores)
    }

    /// The scores of consecutive points of the grid.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn range(&mut self, first: u64, count: u32) -> Result<Vec<Score>> {
        let indices = first..first + u64::from(count);
        let scores = if self.plans.len() == 1 {
            self.rows(&[Points::Range { first, count }])?
        } else {
            let choices: Vec<Choice> = indices.clone().map(|i| self.knobs.of_index(i)).collect();
            self.listed(&choices)?
        };
        for (index, score) in indices.zip(&scores) {
            self.progress.evaluations += 1;
            if score.is_within(self.tolerance) && !self.progress.archive.takes(score.worth) {
                continue;
            }
            let choice = self.knobs.of_index(index);
            self.offer(&choice, score);
        }
        Ok(scores)
    }

    /// Moves from each of some choices.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn sweeps(&mut self, at: &[Choice], which: Which) -> Result<Vec<Sweep>> {
        let Some(menu) = &self.menu else {
            return at
                .iter()
                .map(|choice| self.listed_sweep(choice, which))
                .collect();
        };
        let mut sums = Vec::with_capacity(self.loaded.len());
        for (column, loaded) in self.loaded.iter_mut().enumerate() {
            let points = at.iter().map(|c| self.knobs.point(c, column)).collect();
            let Outcome::Moves(own) = loaded.run(&Points::Listed(points), Ask::Moves)? else {
                return Err(wrong_answer());
            };
            sums.push(own);
        }
        use rayon::prelude::*;
        let sweep = |(number, choice): (usize, &Choice)| {
            let sums: Vec<&MoveSums> = sums.iter().map(|own| &own[number]).collect();
            menu.sweep(&self.knobs, &self.scorer, choice, &sums, which)
        };
        let sweeps: Vec<Sweep> = at.par_iter().enumerate().map(sweep).collect();
        for (choice, sweep) in at.iter().zip(&sweeps) {
            self.note_sweep(choice, sweep);
        }
        Ok(sweeps)
    }

    /// Whether thresholds and prescales of paths can move together.
    pub fn has_joint_moves(&self) -> bool {
        self.menu.as_ref().is_some_and(MenuSweep::has_joint_moves)
    }

    /// Moves from a choice.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn sweep(&mut self, at: &Choice, which: Which) -> Result<Sweep> {
        let mut sweeps = self.sweeps(std::slice::from_ref(at), which)?;
        sweeps.pop().ok_or_else(wrong_answer)
    }

    /// Move by move, where one pass over the events does not give all.
    fn listed_sweep(&mut self, at: &Choice, which: Which) -> Result<Sweep> {
        let mut moves = Vec::with_capacity(self.knobs.values());
        for (knob, own) in at.iter().enumerate() {
            let size = self.knobs.size(knob);
            let places = (0..size).filter(|place| which.has(*own, *place, size));
            moves.extend(places.map(|place| Move {
                first: (knob as u32, place),
                second: None,
            }));
        }
        let choices: Vec<Choice> = std::iter::once(at.clone())
            .chain(moves.iter().map(|m| m.apply(at)))
            .collect();
        let mut scores = self.scores(&choices)?.into_iter();
        let mut sweep = Sweep::new(scores.next().ok_or_else(wrong_answer)?);
        for (made, score) in moves.into_iter().zip(scores) {
            sweep.push(made, &score);
        }
        Ok(sweep)
    }

    fn listed(&mut self, choices: &[Choice]) -> Result<Vec<Score>> {
        let of_column = |column| {
            let points = choices.iter().map(|c| self.knobs.point(c, column));
            Points::Listed(points.collect())
        };
        let points: Vec<Points> = (0..self.plans.len()).map(of_column).collect();
        self.rows(&points)
    }

    /// The scores of as many points in each column.
    fn rows(&mut self, points: &[Points]) -> Result<Vec<Score>> {
        let mut figures = Vec::new();
        for ((loaded, plan), points) in self.loaded.iter_mut().zip(&self.plans).zip(points) {
            let Outcome::Figures(mut columns) = loaded.run(points, Ask::Figures)? else {
                return Err(wrong_answer());
            };
            figures.extend(columns.drain(plan.space.axes.len()..));
        }
        let mut row = vec![0.0; figures.len()];
        let score = |i: usize| {
            for (value, column) in row.iter_mut().zip(&figures) {
                *value = column[i];
            }
            self.scorer.score(&row)
        };
        Ok((0..points.first().map_or(0, Points::len))
            .map(score)
            .collect())
    }

    fn note(&mut self, choice: &Choice, score: &Score) {
        self.progress.evaluations += 1;
        self.offer(choice, score);
    }

    fn offer(&mut self, choice: &Choice, score: &Score) {
        let progress = &mut self.progress;
        let choice = self.knobs.settled(choice);
        progress.archive.offer(&choice, score, self.tolerance);
        let known = progress.trace.last().map(|(_, worth)| *worth);
        if score.is_feasible() && known.is_none_or(|known| score.worth > known) {
            progress.trace.push((progress.evaluations, score.worth));
        }
    }

    /// Of a sweep, where it stands and its best neighbour are kept.
    fn note_sweep(&mut self, choice: &Choice, sweep: &Sweep) {
        self.progress.evaluations += sweep.moves.len() as u64;
        self.note(choice, &sweep.now);
        let tolerance = self.tolerance;
        let within = |worth: f64, excess: &[f64]| {
            if excess.iter().all(|e| *e <= tolerance) {
                worth
            } else {
                f64::NEG_INFINITY
            }
        };
        if let Some((best, worth)) = sweep.largest(f64::NEG_INFINITY, within)
            && self.progress.archive.takes(worth)
        {
            self.offer(&sweep.moves[best].apply(choice), &sweep.score(best));
        }
    }
}

fn wrong_answer() -> Error {
    EngineError::Failed {
        engine: "search".into(),
        why: "the engine answered another question".into(),
    }
    .into()
}
