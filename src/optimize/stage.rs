//! One of argmin's solvers on a problem, within its evaluations, with checkpoints.

use super::checkpoint::{CheckpointFile, Saving};
use super::landscape::Landscape;
use crate::error::{Error, Result};
use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{Executor, KV, Problem, Solver, State, TerminationReason, TerminationStatus};
use serde::Serialize;
use std::sync::Arc;

/// A solver that ends when its evaluations are spent, the time is up or a signal came.
pub struct Limited<S> {
    inner: S,
    landscape: Landscape,
    evaluations: u64,
    saving: Option<Saving>,
    /// Why the last state could not be saved.
    unsaved: Option<Error>,
}

impl<S> Limited<S> {
    pub fn inner(&self) -> &S {
        &self.inner
    }
}

impl<S, I> Solver<Landscape, I> for Limited<S>
where
    S: Solver<Landscape, I> + Serialize,
    I: State + Serialize,
{
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn init(
        &mut self,
        problem: &mut Problem<Landscape>,
        state: I,
    ) -> std::result::Result<(I, Option<KV>), argmin::core::Error> {
        self.inner.init(problem, state)
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<Landscape>,
        state: I,
    ) -> std::result::Result<(I, Option<KV>), argmin::core::Error> {
        self.inner.next_iter(problem, state)
    }

    /// The state at hand is saved before it counts as terminated: more may be asked of it.
    fn terminate(&mut self, state: &I) -> TerminationStatus {
        let why = self.why_end(state);
        if why.terminated()
            && let Some(saving) = &self.saving
        {
            self.unsaved = saving.save_now(&self.inner, state).err();
        }
        why
    }
}

impl<S> Limited<S> {
    fn why_end<I>(&mut self, state: &I) -> TerminationStatus
    where
        S: Solver<Landscape, I>,
        I: State,
    {
        let end = TerminationStatus::Terminated;
        if self.landscape.signal() != 0 {
            end(TerminationReason::Interrupt)
        } else if self.landscape.is_late() {
            end(TerminationReason::Timeout)
        } else if self.landscape.evaluator().progress.evaluations >= self.evaluations {
            end(TerminationReason::SolverExit(
                "evaluations are spent".into(),
            ))
        } else {
            self.inner.terminate(state)
        }
    }
}

/// Tells how many evaluations are done.
struct Watch {
    landscape: Landscape,
    tell: Tell,
}

/// Told evaluations and the best feasible worth.
pub type Tell = Arc<dyn Fn(u64, Option<f64>) + Send + Sync>;

impl<I: State> Observe<I> for Watch {
    fn observe_iter(&mut self, _: &I, _: &KV) -> std::result::Result<(), argmin::core::Error> {
        let evaluator = self.landscape.evaluator();
        let best = evaluator.progress.trace.last().map(|(_, worth)| *worth);
        (self.tell)(evaluator.progress.evaluations, best);
        Ok(())
    }
}

/// What a stage is run with.
pub struct Stage<'a> {
    pub landscape: &'a Landscape,
    /// Its number, as checkpoints have it.
    pub number: usize,
    /// The search's evaluations after which it ends.
    pub evaluations: u64,
    pub checkpoints: Option<&'a Arc<CheckpointFile>>,
    pub tell: Tell,
}

impl Stage<'_> {
    /// Runs a solver from a state; `resumed` is that of a checkpoint.
    ///
    /// # Errors
    /// Those of the engine; a checkpoint that cannot be written; [`Error::Interrupted`] after a signal.
    pub fn run<S, I>(&self, solver: S, fresh: impl FnOnce(I) -> I, resumed: Option<I>) -> Result<S>
    where
        S: Solver<Landscape, I> + Serialize + 'static,
        I: State + Serialize + 'static,
    {
        let saving = self.checkpoints.map(|file| Saving {
            file: file.clone(),
            stage: self.number,
            landscape: self.landscape.clone(),
        });
        let limited = Limited {
            inner: solver,
            landscape: self.landscape.clone(),
            evaluations: self.evaluations,
            saving: saving.clone(),
            unsaved: None,
        };
        let watch = Watch {
            landscape: self.landscape.clone(),
            tell: self.tell.clone(),
        };
        let mut executor = Executor::new(self.landscape.clone(), limited)
            .configure(|state| resumed.unwrap_or_else(|| fresh(state)))
            .ctrlc(false)
            .add_observer(watch, ObserverMode::Always);
        if let Some(saving) = saving {
            executor = executor.checkpointing(saving);
        }
        let finished = executor.run().map_err(|e| match e.downcast::<Error>() {
            Ok(own) => own,
            Err(other) => Error::failed("searching", other),
        })?;
        if let Some(error) = finished.solver.unsaved {
            return Err(error);
        }
        match self.landscape.signal() {
            0 => Ok(finished.solver.inner),
            signal => Err(Error::Interrupted {
                signal,
                left: "the search's state is kept, continue with --resume",
            }),
        }
    }
}
