//! A search from start to end: which solvers run, on how many evaluations, and what they found.

use super::checkpoint::CheckpointFile;
use super::descent::Descent;
use super::evaluator::SolverRun;
use super::exhaustive::{exhaust, proven_bound};
use super::knobs::Choice;
use super::landscape::{DescentState, Landscape};
use super::score::Score;
use super::stage::{Stage, Tell};
use crate::error::Result;
use crate::study::SolverKind;
use argmin::core::{IterState, PopulationState};
use argmin::solver::particleswarm::{Particle, ParticleSwarm};
use argmin::solver::simulatedannealing::{SATempFunc, SimulatedAnnealing};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// How to search.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchSettings {
    pub solver: SolverKind,
    /// Configurations at most; a sweep counts its moves.
    pub evaluations: u64,
    /// Spaces of so many points are searched whole by `Auto`.
    pub exhaustible: u64,
    /// Starts of a descent.
    pub starts: u32,
    /// How near to the best a bound is to come, as a share of it.
    pub gap: f64,
    /// The study's own point: the first start.
    pub own: Option<Choice>,
}

/// What a search did, apart from the points in its archive.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Searched {
    /// No point is worth more: every one was looked at.
    pub proven: Option<f64>,
    /// The time limit ended it: another run may end elsewhere.
    pub timed_out: bool,
}

/// Particles of a swarm.
const PARTICLES: usize = 100;
/// Evaluations by which a swarm checks a descent.
const CHECK: u64 = 10_000;
/// Cooling of an annealing for each evaluation, where it has this many.
const COOLING: f64 = 1e-4;

type SwarmState = PopulationState<Particle<Vec<f64>, f64>, f64>;
type Swarm = ParticleSwarm<Vec<f64>, f64, Xoshiro256PlusPlus>;
type AnnealingState = IterState<Vec<f64>, (), (), (), (), f64>;
type Annealing = SimulatedAnnealing<f64, Xoshiro256PlusPlus>;

/// Searches; goes on from a checkpoint of the same search where there is one.
///
/// # Errors
/// Those of the engine; a checkpoint that cannot be written; interruption by a signal.
pub fn search(
    landscape: &Landscape,
    settings: &SearchSettings,
    checkpoints: Option<&Arc<CheckpointFile>>,
    tell: &Tell,
) -> Result<Searched> {
    if let Some(progress) = checkpoints.and_then(|file| file.progress()) {
        landscape.evaluator().progress = progress;
    }
    let mut search = Search {
        landscape,
        settings,
        checkpoints,
        tell,
        stage: 0,
        done: Searched::default(),
    };
    let points = landscape.evaluator().knobs.points();
    let is_small = points.is_some_and(|points| points <= settings.exhaustible);
    landscape.evaluator().set_limit(settings.evaluations);
    match (settings.solver, points) {
        (SolverKind::Auto, Some(points)) if is_small && points <= settings.evaluations => {
            search.exhaust(points)?;
        }
        (SolverKind::Exhaustive, points) => search.exhaust(points.unwrap_or(u64::MAX))?,
        (SolverKind::Auto, _) => {
            search.descend()?;
            search.check()?;
        }
        (SolverKind::Descent, _) => search.descend()?,
        (SolverKind::Swarm, _) => search.swarm(settings.evaluations)?,
        (SolverKind::Annealing, _) => search.anneal()?,
    }
    search.done.timed_out = landscape.is_late();
    Ok(search.done)
}

struct Search<'a> {
    landscape: &'a Landscape,
    settings: &'a SearchSettings,
    checkpoints: Option<&'a Arc<CheckpointFile>>,
    tell: &'a Tell,
    stage: usize,
    done: Searched,
}

/// A solver and its state, to go on from.
type Resumed<S, I> = Option<(S, I)>;

impl Search<'_> {
    fn stage(&self, evaluations: u64) -> Stage<'_> {
        Stage {
            landscape: self.landscape,
            number: self.stage,
            evaluations,
            checkpoints: self.checkpoints,
            tell: self.tell.clone(),
        }
    }

    /// The solver of this stage as it was left.
    fn resume<S: DeserializeOwned, I: DeserializeOwned>(&self) -> Resumed<S, I> {
        self.checkpoints?.stage(self.stage)
    }

    fn ended(&mut self, solver: &str) {
        let mut evaluator = self.landscape.evaluator();
        let progress = &mut evaluator.progress;
        let run = SolverRun {
            solver: solver.to_owned(),
            evaluations: progress.evaluations,
            worth: progress.trace.last().map(|(_, worth)| *worth),
        };
        progress.runs.truncate(self.stage);
        progress.runs.push(run);
        self.stage += 1;
    }

    /// Goes past a stage that a later one followed before the search was left, and that has no more to do. To
    /// run it again would drop the states of those that came after it.
    fn goes_past(&mut self, is_done: bool) -> bool {
        let ended = self.landscape.evaluator().progress.runs.len();
        let is_past = is_done && ended > self.stage;
        self.stage += usize::from(is_past);
        is_past
    }

    fn best(&self) -> Option<(Choice, Score)> {
        self.landscape.evaluator().progress.archive.first().cloned()
    }

    fn exhaust(&mut self, points: u64) -> Result<()> {
        if exhaust(self.landscape, points, self.settings.evaluations, self.tell)? {
            self.done.proven = proven_bound(self.landscape);
        }
        self.ended("exhaustive");
        Ok(())
    }

    fn descend(&mut self) -> Result<()> {
        let settings = self.settings;
        let fresh = || Descent::new(settings.own.clone(), settings.starts, self.landscape.seed());
        let resumed: Resumed<Descent, DescentState> = self.resume();
        let (mut descent, state) = resumed.map_or_else(|| (fresh(), None), |(d, s)| (d, Some(s)));
        descent.extend(settings.starts);
        if self.goes_past(descent.is_done()) {
            return Ok(());
        }
        self.stage(settings.evaluations)
            .run(descent, |state: DescentState| state, state)?;
        self.ended("descent");
        Ok(())
    }

    /// A swarm looks for what a descent has missed; what it finds is polished.
    fn check(&mut self) -> Result<()> {
        let before = self.last_run();
        self.swarm((before.evaluations + CHECK).min(self.settings.evaluations))?;
        let has_gained = self.last_run().worth > before.worth;
        if let Some((at, score)) = self.best().filter(|_| has_gained) {
            let resumed: Resumed<Descent, DescentState> = self.resume();
            let (polish, state) = match resumed {
                Some((polish, state)) => (polish, Some(state)),
                None => (Descent::polish(at, score), None),
            };
            if self.goes_past(polish.is_done()) {
                return Ok(());
            }
            self.stage(self.settings.evaluations).run(
                polish,
                |state: DescentState| state,
                state,
            )?;
            self.ended("descent from the swarm's best");
        }
        Ok(())
    }

    fn last_run(&self) -> SolverRun {
        let evaluator = self.landscape.evaluator();
        let last = self.stage.checked_sub(1);
        let run = last.and_then(|stage| evaluator.progress.runs.get(stage));
        run.cloned().unwrap_or_default()
    }

    fn random(&self) -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(self.landscape.seed() ^ self.stage as u64)
    }

    fn swarm(&mut self, until: u64) -> Result<()> {
        let known = self
            .landscape
            .evaluator()
            .progress
            .runs
            .get(self.stage)
            .cloned();
        if self.goes_past(known.is_some_and(|run| run.evaluations >= until)) {
            return Ok(());
        }
        let resumed: Resumed<Swarm, SwarmState> = self.resume();
        let (swarm, state) = match resumed {
            Some((swarm, state)) => (swarm, Some(state)),
            None => {
                let evaluator = self.landscape.evaluator();
                let last =
                    (0..evaluator.knobs.len()).map(|k| f64::from(evaluator.knobs.size(k) - 1));
                let last: Vec<f64> = last.collect();
                let swarm = ParticleSwarm::new((vec![0.0; last.len()], last), PARTICLES);
                (swarm.with_rng_generator(self.random()), None)
            }
        };
        self.stage(until)
            .run(swarm, |state: SwarmState| state, state)?;
        self.ended("particle swarm");
        Ok(())
    }

    fn anneal(&mut self) -> Result<()> {
        let resumed: Resumed<Annealing, AnnealingState> = self.resume();
        let evaluations = self.settings.evaluations;
        let start = match &self.settings.own {
            Some(own) => own.clone(),
            None => self.landscape.evaluator().knobs.at_share(0.5),
        };
        let start: Vec<f64> = start.iter().map(|place| f64::from(*place)).collect();
        let (annealing, state) = match resumed {
            Some((annealing, state)) => (annealing, Some(state)),
            None => {
                // From 1 to a ten thousandth of it.
                let factor = COOLING.powf(1.0 / evaluations.max(1) as f64);
                let annealing = SimulatedAnnealing::new_with_rng(1.0, self.random())
                    .map_err(|e| crate::Error::failed("annealing", e))?
                    .with_temp_func(SATempFunc::Exponential(factor));
                (annealing, None)
            }
        };
        self.stage(evaluations).run(
            annealing,
            |state: AnnealingState| state.param(start),
            state,
        )?;
        self.ended("simulated annealing");
        Ok(())
    }
}
