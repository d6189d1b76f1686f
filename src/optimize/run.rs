//! An optimisation of a study from start to end.

use super::bounding::{self, Bounded};
use super::exact::{Exact, MenuAt};
use super::knobs::{Choice, Knobs};
use super::problem::Problem;
use super::score::{Objective, Scorer, Side};
use super::search::SearchSettings;
use super::session::{Checkpoints, Done, Found, JudgedOn, Session};
use super::stage::Tell;
use super::validation::{self, ConfidentBudget, Validation};
use crate::engine::Engine;
use crate::error::{Fault, Result};
use crate::merit::{Figure, MenuFigure, Quantity};
use crate::plan::menu::{MenuEvents, Part, Split};
use crate::plan::{Compiled, CompiledMenu, MenuPoints};
use crate::study::{BudgetSettings, Inputs, OptimizeSettings, Study, quoted};
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

/// A study that is being optimised: what was read and compiled once.
pub struct Optimization<'a> {
    pub study: &'a Study,
    pub settings: &'a OptimizeSettings,
    pub compiled: &'a Compiled,
    pub problem: Problem,
    /// Budgets that are to hold with a confidence.
    confident: Vec<ConfidentBudget>,
    pub events: Option<MenuEvents>,
    pub inputs: Inputs,
    /// How points set the menu, with the events that a search sees.
    points: Option<Arc<MenuPoints>>,
}

impl<'a> Optimization<'a> {
    /// Reads the study's events.
    ///
    /// # Errors
    /// A [`Fault`]: a figure that the study has not, a budget below the rate of the paths that no axis
    /// moves, whatever is wrong with the events.
    pub fn new(
        study: &'a Study,
        settings: &'a OptimizeSettings,
        compiled: &'a Compiled,
    ) -> Result<Self> {
        let problem = Problem::of(study, settings, compiled)?;
        let mut own = Self {
            confident: confident(study, compiled)?,
            study,
            settings,
            compiled,
            problem,
            events: None,
            inputs: compiled.inputs.clone(),
            points: None,
        };
        if let Some(CompiledMenu { menu, ladders }) = &compiled.menu {
            let split = (settings.validation > 0.0).then_some(Split {
                share: settings.validation,
                seed: study.seed,
            });
            let (events, inputs) = compiled.menu_events(study, split)?;
            let points = MenuPoints::new(menu, ladders, events.plan(Part::Search));
            own.points = Some(Arc::new(points));
            own.events = Some(events);
            own.inputs = inputs;
            own.refuse_fixed_paths()?;
        }
        Ok(own)
    }

    /// Its figures in f64.
    pub fn exact<'s>(&'s self, engine: &'s dyn Engine) -> Exact<'s> {
        let menu = self.events.as_ref().zip(self.points.clone());
        Exact {
            study: self.study,
            compiled: self.compiled,
            problem: &self.problem,
            engine,
            menu: menu.map(|(events, points)| MenuAt { events, points }),
        }
    }

    /// Searches on it.
    pub fn session<'s>(&'s self, exact: &'s Exact<'s>, run: &OptimizeRun) -> Session<'s> {
        let plan = self.problem.plan(self.compiled, self.points.clone());
        let knobs = Knobs::new(&plan.space);
        let deadline = self.settings.time_limit_s;
        Session {
            judge: exact,
            has_held_out: self.events.as_ref().is_some_and(|e| e.split.is_some()),
            engine: exact.engine,
            settings: SearchSettings {
                solver: self.settings.solver,
                evaluations: run.evaluations.unwrap_or(self.settings.evaluations),
                exhaustible: EXHAUSTIBLE,
                starts: run.starts.unwrap_or(self.settings.starts),
                gap: self.settings.gap,
                own: self.own_choice(&knobs),
            },
            plan,
            knobs,
            seed: self.study.seed,
            stop: run.stop.clone(),
            deadline: deadline.map(|s| Instant::now() + Duration::from_secs_f64(s)),
            checkpoints: run.checkpoints.clone(),
            tell: run.tell.clone(),
            done: Done::default(),
        }
    }

    /// The study's own values, at the nearest of each axis.
    fn own_choice(&self, knobs: &Knobs) -> Option<Choice> {
        let own = crate::explore::own_point(self.study, self.compiled);
        let axes = &self.compiled.plan.space.axes;
        let values = axes.iter().map(|axis| own.get(&axis.name).copied());
        let point: Vec<f64> = values.map(|value| value.unwrap_or(f64::NAN)).collect();
        let free = (0..knobs.len()).map(|knob| point[knobs.axis(knob)]);
        // Axes that move several knobs have no value of their own.
        (!free.into_iter().any(f64::is_nan)).then(|| knobs.nearest(&point))
    }

    /// The best point within the budgets, and how good it can be.
    ///
    /// # Errors
    /// Those of the engine, interruption.
    pub fn optimize(&self, session: &mut Session<'_>) -> Result<Optimized> {
        let scorer = self.scorer(session)?;
        let (found, validation) = match (&self.events, self.confident.is_empty()) {
            (Some(events), false) => self.validated(session, events, &scorer)?,
            _ => {
                let own = session.settings.own.clone();
                (
                    Some(session.search(&scorer, &scorer, JudgedOn::All, own)?),
                    None,
                )
            }
        };
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

    /// The scorer, with what each signal reaches alone where the objective asks for it.
    fn scorer(&self, session: &mut Session<'_>) -> Result<Scorer> {
        let mut scorer = self.problem.scorer.clone();
        if let Objective::Shortfall(terms) = &mut scorer.objective {
            for term in terms {
                let mut alone = self.problem.scorer.clone();
                alone.objective = Objective::Figure {
                    figure: term.figure,
                    larger: true,
                };
                let own = session.settings.own.clone();
                // The events that looks are at decide nothing.
                let found = session.search(&alone, &alone, JudgedOn::Search, own)?;
                let most = found.decision.best.map_or(0.0, |(_, score)| score.worth);
                term.most = if most > 0.0 { most } else { 1.0 };
            }
        }
        Ok(scorer)
    }

    /// Searches with ever tighter budgets until one is found to hold on events that the search does not see.
    fn validated(
        &self,
        session: &mut Session<'_>,
        events: &MenuEvents,
        scorer: &Scorer,
    ) -> Result<(Option<Found>, Option<Validation<Choice>>)> {
        let mut own = session.settings.own.clone();
        let mut last: Option<Found> = None;
        let confident = self.confident_limits();
        let budgets = &self.confident;
        let validation = validation::validate(events, budgets, &validation::MARGINS, |bounds| {
            let mut tight = scorer.clone();
            for (&limit, bound) in confident.iter().zip(bounds) {
                tight.limits[limit].bound = *bound;
            }
            let found = session.search(&tight, &tight, JudgedOn::Search, own.clone())?;
            let best = found.decision.best.clone();
            last = Some(found);
            Ok(match best {
                Some((choice, _)) => {
                    own = Some(choice.clone());
                    let at = session.configuration(&session.knobs.point(&choice));
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

    /// The limits that a confidence belongs to, in the order of the budgets.
    fn confident_limits(&self) -> Vec<usize> {
        let limits = self
            .problem
            .scorer
            .limits
            .iter()
            .zip(&self.problem.budget_of);
        let of_confident = |limit: &(usize, (&super::score::Limit, &usize))| {
            let (_, (limit, budget)) = limit;
            limit.side == Side::AtMost && self.study.budgets[**budget].confidence.is_some()
        };
        let all = limits.enumerate().filter(of_confident);
        all.map(|(number, _)| number).collect()
    }

    /// Refuses a budget that the paths that no axis moves exceed already.
    fn refuse_fixed_paths(&self) -> Result<()> {
        let (Some(events), Some(points)) = (&self.events, &self.points) else {
            return Ok(());
        };
        let total = |b: &&BudgetSettings| b.figure.value == "rate_khz.total" && b.max.is_some();
        let Some(budget) = self.study.budgets.iter().find(total) else {
            return Ok(());
        };
        let space = &self.compiled.plan.space;
        let mut moved = vec![false; points.paths()];
        for binding in space.axes.iter().flat_map(|axis| &axis.menu) {
            match *binding {
                crate::space::MenuBinding::Thresholds(i) => moved[space.path_axes[i].path] = true,
                crate::space::MenuBinding::Prescale(path) => moved[path] = true,
            }
        }
        let mut at = crate::plan::Configuration::default();
        let mut first = vec![0.0; space.axes.len()];
        space.coordinates(0, &mut first);
        points.configure(space, &first, &mut at);
        for (share, moved) in at.kept_shares.iter_mut().zip(&moved) {
            if *moved {
                *share = 0.0;
            }
        }
        let fixed = events.quote(Part::All, &at.levels, &at.kept_shares)?;
        let rate = fixed
            .value(MenuFigure::RateKhz(Quantity::Total))
            .unwrap_or(0.0);
        let most = budget.max.unwrap_or(f64::INFINITY);
        if rate <= most {
            return Ok(());
        }
        let paths = &events.menu.paths;
        let mut alone: Vec<(f64, String)> = Vec::new();
        for (path, _) in moved.iter().enumerate().filter(|(_, moved)| !**moved) {
            let own = fixed.value(MenuFigure::RateKhz(Quantity::Path(path)));
            let own = own.unwrap_or(0.0);
            if own > 0.0 {
                alone.push((own, format!("{} {own:.1} kHz", quoted(&paths[path].name))));
            }
        }
        alone.sort_by(|a, b| b.0.total_cmp(&a.0));
        let named: Vec<String> = alone.into_iter().take(3).map(|(_, text)| text).collect();
        let message = format!(
            "the paths that no axis moves keep {rate:.2} kHz, {:.2} kHz above this budget (largest: {})",
            rate - most,
            named.join(", ")
        );
        Err(Fault::new(budget.figure.place.clone(), message)
            .hint("give these paths axes or prescales, or raise the budget")
            .into())
    }
}

/// Budgets of a study that are to hold with a confidence.
fn confident(study: &Study, compiled: &Compiled) -> Result<Vec<ConfidentBudget>> {
    let mut all = Vec::new();
    for budget in &study.budgets {
        let (Some(confidence), Some(bound)) = (&budget.confidence, budget.max) else {
            continue;
        };
        let named = compiled
            .catalogue
            .iter()
            .find(|f| f.name == budget.figure.value);
        match named.map(|f| f.figure) {
            Some(Figure::Menu(figure)) => all.push(ConfidentBudget {
                figure,
                bound,
                side: Side::AtMost,
                confidence: confidence.value,
            }),
            _ => {
                let message = format!(
                    "`{}` is not estimated from events: it holds or it does not",
                    budget.figure.value
                );
                return Err(Fault::new(confidence.place.clone(), message)
                    .hint("leave out `confidence`")
                    .into());
            }
        }
    }
    Ok(all)
}
