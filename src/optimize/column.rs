//! A study that is being optimised: all of it, or one of its prescale columns.

use super::exact::{Exact, MenuAt};
use super::fixed_paths::refuse_fixed_paths;
use super::problem::Problem;
use super::score::Side;
use super::validation::JudgedBudget;
use crate::engine::{Engine, Point};
use crate::error::{Fault, Result};
use crate::plan::menu::{MenuEvents, Part, Split};
use crate::plan::{Compiled, CompiledMenu, MenuPoints, Plan};
use crate::space::MenuBinding;
use crate::study::{OptimizeSettings, Study};
use std::sync::Arc;

/// What was read and compiled once.
pub struct Column<'a> {
    pub study: &'a Study,
    pub settings: &'a OptimizeSettings,
    pub compiled: &'a Compiled,
    pub problem: Problem,
    /// Limits of the menu's figures, which looks at held-out events judge.
    pub judged: Vec<JudgedLimit>,
    pub events: Option<MenuEvents>,
    /// How points set the menu, with the events that a search sees.
    points: Option<Arc<MenuPoints>>,
}

/// A limit, by its number, as looks judge it.
pub struct JudgedLimit {
    pub limit: usize,
    pub budget: JudgedBudget,
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
        let problem = Problem::of(study, settings, compiled)?;
        let mut own = Self {
            judged: judged(study, &problem)?,
            problem,
            study,
            settings,
            compiled,
            events: None,
            points: None,
        };
        if let Some(CompiledMenu { menu, ladders }) = &compiled.menu {
            let split = (settings.validation > 0.0).then_some(Split {
                share: settings.validation,
                seed: study.seed,
            });
            let events = compiled.menu_events(study, split)?;
            let points = MenuPoints::new(menu, ladders, events.plan(Part::Search));
            refuse_fixed_paths(&study.budgets, &compiled.plan.space, &events, &points)?;
            own.points = Some(Arc::new(points));
            own.events = Some(events);
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

    /// Whether it is a prescale that is never larger than in the column before.
    pub fn is_monotone(&self, binding: MenuBinding) -> bool {
        match (binding, &self.compiled.menu) {
            (MenuBinding::Prescale(path), Some(compiled)) => {
                self.settings.is_monotone(&compiled.menu.paths[path].name)
            }
            _ => false,
        }
    }

    /// The study's own values, axis by axis; NaN: an axis that moves several knobs has none.
    pub fn own_point(&self) -> Point {
        let own = crate::explore::own_point(self.study, self.compiled);
        let axes = &self.compiled.plan.space.axes;
        let values = axes.iter().map(|axis| own.get(&axis.name).copied());
        values.map(|value| value.unwrap_or(f64::NAN)).collect()
    }
}

/// Limits of a study that looks at held-out events judge.
fn judged(study: &Study, problem: &Problem) -> Result<Vec<JudgedLimit>> {
    let confidence_of = |budget: usize| study.budgets[budget].confidence.as_ref();
    let mut all = Vec::new();
    for (number, (limit, &budget)) in problem.limits().enumerate() {
        let confidence = confidence_of(budget).filter(|_| limit.side == Side::AtMost);
        let level = confidence.map(|c| c.value);
        match (problem.judged(limit, level), confidence) {
            (Some(budget), _) => all.push(JudgedLimit {
                limit: number,
                budget,
            }),
            (None, None) => {}
            (None, Some(confidence)) => {
                let message = format!(
                    "`{}` is not estimated from events: it holds or it does not",
                    limit.name
                );
                return Err(Fault::new(confidence.place.clone(), message)
                    .hint("leave out `confidence`")
                    .into());
            }
        }
    }
    Ok(all)
}
