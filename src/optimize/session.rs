//! Searches on one study: the engine's plan, exact figures, and what all of them did together.

use super::checkpoint::CheckpointFile;
use super::decide::{Decision, decide};
use super::descent::Descent;
use super::evaluator::{Evaluator, Progress};
use super::knobs::{Choice, Knobs};
use super::landscape::Landscape;
use super::score::{Score, Scorer};
use super::search::{SearchSettings, search};
use super::stage::Tell;
use crate::engine::{Engine, Point};
use crate::error::Result;
use crate::plan::{Configuration, Plan};
use crate::results::optimum::{RunRecord, TracePoint};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI32;
use std::time::Instant;

/// How often budgets are tightened where sums call feasible what is not.
const TIGHTENED: u32 = 12;
/// Within this share of a limit the order in which weights are summed may decide.
const EDGE: f64 = 1e-9;
/// Rounds of pairs after that.
const POLISH: u32 = 100_000;

/// Where checkpoints of a session go: a folder, the key of the search, whether to go on from them.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    pub folder: PathBuf,
    pub key: String,
    pub resume: bool,
}

/// Searches of one study, one after the other.
pub struct Session<'a> {
    pub judge: &'a dyn Judge,
    /// Whether there are events that the search does not see.
    pub has_held_out: bool,
    pub engine: &'a dyn Engine,
    /// On the events that a search sees, in each column.
    pub plans: Vec<Arc<Plan>>,
    pub knobs: Knobs,
    pub settings: SearchSettings,
    pub seed: u64,
    pub stop: Arc<AtomicI32>,
    pub deadline: Option<Instant>,
    pub checkpoints: Option<Checkpoints>,
    pub tell: Tell,
    /// What all searches did so far.
    pub done: Done,
}

/// What searches did together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Done {
    pub searches: u32,
    pub evaluations: u64,
    /// Of the last search, its own evaluations counted.
    pub runs: Vec<RunRecord>,
    pub trace: Vec<TracePoint>,
    pub timed_out: bool,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Judged in f64.
    pub decision: Decision,
    pub progress: Progress,
    /// No point is worth more, by the sums: every one was looked at.
    pub proven: Option<f64>,
}

/// Figures of points in f64, from raw weights: they decide what is feasible.
pub trait Judge {
    /// The problem's figures, column after column, at the point of each column; none where it cannot be quoted:
    /// its menu keeps nothing.
    ///
    /// # Errors
    /// Those of the engine.
    fn row_at(&self, on: JudgedOn, points: &[Point]) -> Result<Option<Vec<f64>>>;

    /// The same of all events as they are quoted in the end; its last digits may differ.
    ///
    /// # Errors
    /// Those of the engine.
    fn quoted_row_at(&self, points: &[Point]) -> Result<Option<Vec<f64>>> {
        self.row_at(JudgedOn::All, points)
    }
}

/// On which events a point is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgedOn {
    /// All: what is reported.
    All,
    /// Those that the search sees: what is judged by the others later.
    Search,
}

impl Session<'_> {
    /// Searches with a scorer and judges what it finds by `judge`, whose limits may be wider.
    ///
    /// # Errors
    /// Those of the engine and of quoting; interruption.
    pub fn search(
        &mut self,
        scorer: &Scorer,
        judge: &Scorer,
        on: JudgedOn,
        own: Option<Choice>,
    ) -> Result<Found> {
        let mut settings = self.settings.clone();
        settings.own = own.or(settings.own);
        let evaluator = Evaluator::new(
            &self.plans,
            &self.knobs,
            scorer.clone(),
            self.engine,
            settings.evaluations,
        )?;
        let landscape =
            Landscape::new(evaluator, self.seed).stopping(self.stop.clone(), self.deadline);
        let checkpoints = self.checkpoints.as_ref().map(|c| {
            let name = format!("search-{}.cbor", self.done.searches);
            let key = format!("{} {:?}", c.key, scorer);
            Arc::new(CheckpointFile::open(&c.folder.join(name), &key, c.resume))
        });
        let searched = search(&landscape, &settings, checkpoints.as_ref(), &self.tell)?;
        let mut evaluator = landscape.evaluator();
        let mut decision = self.decide(&evaluator, judge, on)?;
        self.note(&evaluator.progress, searched.timed_out);
        let progress = evaluator.progress.clone();
        // What is feasible by sums on the search's events need not be so in f64, or on all events.
        let mut tightened = 0;
        while decision.best.is_none()
            && tightened < TIGHTENED
            && let Some((choice, score)) = evaluator.progress.archive.best().first().cloned()
        {
            tightened += 1;
            let beyond = self.score(judge, on, &choice)?.excess;
            let margin = |excess: f64| {
                // At the limit itself the last digits decide.
                if excess > -EDGE {
                    1.25 * excess.max(0.0) + EDGE
                } else {
                    0.0
                }
            };
            for (limit, excess) in evaluator.scorer.limits.iter_mut().zip(beyond) {
                limit.tighten(margin(excess));
            }
            let used = evaluator.progress.evaluations;
            evaluator.progress = Progress::default();
            evaluator.set_limit(settings.evaluations.max(used) - used);
            let mut polish = Descent::polish(choice, score.with_limits(&evaluator.scorer));
            for _ in 0..POLISH {
                if polish.is_done() {
                    break;
                }
                polish.step(&mut evaluator)?;
            }
            decision = self.decide(&evaluator, judge, on)?;
            self.done.evaluations += evaluator.progress.evaluations;
            evaluator.progress.evaluations += used;
        }
        Ok(Found {
            decision,
            proven: searched.proven.filter(|_| tightened == 0),
            progress,
        })
    }

    fn decide(&self, evaluator: &Evaluator, judge: &Scorer, on: JudgedOn) -> Result<Decision> {
        let archive = &evaluator.progress.archive;
        let rounding = evaluator.tolerance();
        let exact = |choice: &Choice| self.score(judge, on, choice);
        decide(archive, rounding, exact, |choice, score| match on {
            JudgedOn::All => self.confirmed(judge, choice, score),
            JudgedOn::Search => Ok(score),
        })
    }

    /// The configuration of the menu in each column; none without a menu.
    pub fn configurations(&self, choice: &Choice) -> Option<Vec<Configuration>> {
        let of = |(column, plan): (usize, &Arc<Plan>)| {
            let menu = plan.menu.as_ref()?;
            let mut at = Configuration::default();
            let point = self.knobs.point(choice, column);
            menu.configure(&plan.space, &point, &mut at);
            Some(at)
        };
        self.plans.iter().enumerate().map(of).collect()
    }

    /// The exact score of a choice: limits on the events asked for, the worth always on those that the search
    /// sees, so that it compares with other worths and with bounds.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn score(&self, judge: &Scorer, on: JudgedOn, choice: &Choice) -> Result<Score> {
        let points = self.knobs.points_of(choice);
        let Some(row) = self.judge.row_at(on, &points)? else {
            return Ok(Score::none(judge.limits.len()));
        };
        let mut score = judge.score(&row);
        if self.has_held_out && on == JudgedOn::All {
            let seen = self.judge.row_at(JudgedOn::Search, &points)?;
            score.worth = seen.map_or(f64::NEG_INFINITY, |row| judge.objective.worth(&row));
        }
        Ok(score)
    }

    /// A score with its limits on all events as they are quoted: what is called best keeps them there too.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn confirmed(&self, judge: &Scorer, choice: &Choice, score: Score) -> Result<Score> {
        let row = self.judge.quoted_row_at(&self.knobs.points_of(choice))?;
        Ok(match row {
            Some(row) => Score {
                excess: judge.score(&row).excess,
                ..score
            },
            None => Score::none(judge.limits.len()),
        })
    }

    fn note(&mut self, progress: &Progress, timed_out: bool) {
        let done = &mut self.done;
        let runs = progress.runs.iter().map(|run| RunRecord {
            solver: run.solver.clone(),
            evaluations: run.evaluations,
            objective: run.worth,
        });
        done.runs = runs.collect();
        let trace = progress
            .trace
            .iter()
            .map(|(evaluations, worth)| TracePoint {
                evaluations: *evaluations,
                objective: *worth,
            });
        done.trace = trace.collect();
        done.evaluations += progress.evaluations;
        done.timed_out |= timed_out;
        done.searches += 1;
    }
}
