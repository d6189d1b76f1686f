//! A problem as argmin's solvers see it.

use super::descent::Descent;
use super::evaluator::Evaluator;
use super::knobs::Choice;
use super::score::Score;
use crate::random::Stream;
use argmin::core::{
    CostFunction, Error, IterState, KV, Problem, Solver, TerminationReason, TerminationStatus,
};
use argmin::solver::simulatedannealing::Anneal;
use std::borrow::Borrow;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The separate use of the study's seed by annealing.
const ANNEALING: u64 = 0x616e_6e65;

/// An evaluator that solvers, observers and checkpoints share.
#[derive(Clone)]
pub struct Landscape {
    evaluator: Arc<Mutex<Evaluator>>,
    seed: u64,
    /// Set to a signal's number when the search should stop.
    stop: Arc<AtomicI32>,
    deadline: Option<Instant>,
}

/// A state with a choice of knobs; costs are negative worths.
pub type DescentState = IterState<Choice, (), (), (), (), f64>;

impl Landscape {
    pub fn new(evaluator: Evaluator, seed: u64) -> Self {
        Self {
            evaluator: Arc::new(Mutex::new(evaluator)),
            seed,
            stop: Arc::default(),
            deadline: None,
        }
    }

    /// The same, to stop when the flag holds a signal's number, or at a time.
    pub fn stopping(mut self, stop: Arc<AtomicI32>, deadline: Option<Instant>) -> Self {
        (self.stop, self.deadline) = (stop, deadline);
        self
    }

    /// The signal by which the search should stop; 0: none.
    pub fn signal(&self) -> i32 {
        self.stop.load(Ordering::Relaxed)
    }

    /// Whether the time is up.
    pub fn is_late(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The evaluator, when no solver has it any more.
    pub fn into_evaluator(self) -> Option<Evaluator> {
        let evaluator = Arc::into_inner(self.evaluator)?;
        Some(
            evaluator
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    pub fn evaluator(&self) -> MutexGuard<'_, Evaluator> {
        self.evaluator
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What solvers without constraints minimise: being beyond a limit costs more than anything gains.
    fn cost(score: &Score) -> f64 {
        let worth = score.worth.max(-1e30);
        let violation = score.violation().min(1e30);
        if violation > 0.0 {
            (1.0 + worth.abs()) * (1.0 + 10.0 * violation) - worth
        } else {
            -worth
        }
    }

    fn choice(evaluator: &Evaluator, position: &[f64]) -> Choice {
        let knobs = &evaluator.knobs;
        let place =
            |(knob, x): (usize, &f64)| (x.round().max(0.0) as u32).min(knobs.size(knob) - 1);
        position.iter().enumerate().map(place).collect()
    }
}

impl CostFunction for Landscape {
    /// Places on the knobs' ladders, between two where it likes.
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, position: &Self::Param) -> Result<f64, Error> {
        Ok(self.bulk_cost(&[position])?[0])
    }

    fn bulk_cost<P>(&self, positions: &[P]) -> Result<Vec<f64>, Error>
    where
        P: Borrow<Self::Param>,
    {
        let mut evaluator = self.evaluator();
        let choices: Vec<Choice> = positions
            .iter()
            .map(|p| Self::choice(&evaluator, p.borrow()))
            .collect();
        Ok(evaluator.scores(&choices)?.iter().map(Self::cost).collect())
    }
}

impl Anneal for Landscape {
    type Param = Vec<f64>;
    type Output = Vec<f64>;
    type Float = f64;

    /// One to three knobs to other places, the nearer the colder it is.
    fn anneal(&self, position: &Vec<f64>, temperature: f64) -> Result<Vec<f64>, Error> {
        let evaluator = self.evaluator();
        let knobs = &evaluator.knobs;
        let mut random = Stream::new(self.seed, ANNEALING, evaluator.progress.evaluations);
        let mut moved = position.clone();
        for _ in 0..1 + (3.0 * random.uniform()) as usize {
            let knob = ((random.uniform() * knobs.len() as f64) as usize).min(knobs.len() - 1);
            let last = f64::from(knobs.size(knob) - 1);
            let reach = (last * temperature.clamp(0.0, 1.0)).max(2.0);
            let step = (2.0 * random.uniform() - 1.0) * reach;
            moved[knob] = (moved[knob] + step).round().clamp(0.0, last);
        }
        Ok(moved)
    }
}

impl Solver<Landscape, DescentState> for Descent {
    fn name(&self) -> &str {
        "Lagrangian descent"
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<Landscape>,
        state: DescentState,
    ) -> Result<(DescentState, Option<KV>), Error> {
        let best = problem.problem("steps", |landscape| {
            let mut evaluator = landscape.evaluator();
            self.step(&mut evaluator)?;
            Ok(evaluator.progress.archive.first().cloned())
        })?;
        Ok(match best {
            Some((choice, score)) => (state.param(choice).cost(Landscape::cost(&score)), None),
            None => (state, None),
        })
    }

    fn terminate(&mut self, _state: &DescentState) -> TerminationStatus {
        if self.is_done() {
            TerminationStatus::Terminated(TerminationReason::SolverConverged)
        } else {
            TerminationStatus::NotTerminated
        }
    }
}
