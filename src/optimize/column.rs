//! A study that is being optimised: all of it, or one of its prescale columns.

use super::exact::{Exact, MenuAt};
use super::fixed_paths::refuse_fixed_paths;
use super::problem::Problem;
use super::score::Side;
use super::validation::ConfidentBudget;
use crate::engine::{Engine, Point};
use crate::error::{Fault, Result};
use crate::merit::Figure;
use crate::plan::menu::{MenuEvents, Part, Split};
use crate::plan::{Compiled, CompiledMenu, MenuPoints, Plan};
use crate::study::{Inputs, OptimizeSettings, Study};
use std::sync::Arc;

/// What was read and compiled once.
pub struct Column<'a> {
    pub study: &'a Study,
    pub settings: &'a OptimizeSettings,
    pub compiled: &'a Compiled,
    pub problem: Problem,
    /// Budgets that are to hold with a confidence.
    pub confident: Vec<ConfidentBudget>,
    pub events: Option<MenuEvents>,
    pub inputs: Inputs,
    /// How points set the menu, with the events that a search sees.
    points: Option<Arc<MenuPoints>>,
}

impl<'a> Column<'a> {
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
        let mut own = Self {
            problem: Problem::of(study, settings, compiled)?,
            confident: confident(study, compiled)?,
            study,
            settings,
            compiled,
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
            refuse_fixed_paths(&study.budgets, &compiled.plan.space, &events, &points)?;
            own.points = Some(Arc::new(points));
            own.events = Some(events);
            own.inputs = inputs;
        }
        Ok(own)
    }

    /// Its name, where it is one of several.
    pub fn name(&self) -> Option<&str> {
        self.study.column().map(|own| own.name.value.as_str())
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

    /// What a search evaluates.
    pub fn plan(&self) -> Arc<Plan> {
        self.problem.plan(self.compiled, self.points.clone())
    }

    /// The study's own values, axis by axis; NaN: an axis that moves several knobs has none.
    pub fn own_point(&self) -> Point {
        let own = crate::explore::own_point(self.study, self.compiled);
        let axes = &self.compiled.plan.space.axes;
        let values = axes.iter().map(|axis| own.get(&axis.name).copied());
        values.map(|value| value.unwrap_or(f64::NAN)).collect()
    }

    /// The limits that a confidence belongs to, in the order of the budgets.
    pub fn confident_limits(&self) -> impl Iterator<Item = usize> {
        let limits = self.problem.scorer.limits.iter();
        let limits = limits.zip(&self.problem.budget_of).enumerate();
        let is_confident = |budget: usize| self.study.budgets[budget].confidence.is_some();
        limits
            .filter(move |(_, (limit, budget))| {
                limit.side == Side::AtMost && is_confident(**budget)
            })
            .map(|(number, _)| number)
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
