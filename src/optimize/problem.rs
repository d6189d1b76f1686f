//! A study's problem: what is made large, within which limits, by the names of figures.

use super::score::{Limit, Objective, Scorer, Shortfall};
use super::validation::JudgedBudget;
use crate::error::{Fault, Result};
use crate::merit::{Figure, MenuFigure, Named};
use crate::plan::{Compiled, MenuPoints, Plan};
use crate::study::{
    BudgetSettings, GoalSettings, Located, ObjectiveSettings, OptimizeSettings, SampleKind, Study,
};
use std::sync::Arc;

/// What a search reads of every point, and how that is judged.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The columns of a row.
    pub figures: Vec<Named>,
    pub scorer: Scorer,
    /// For each limit the budget that it is a side of.
    pub budget_of: Vec<usize>,
    /// Objectives of a front, the first of which is the scorer's; else none.
    pub goals: Vec<Objective>,
}

impl Problem {
    /// # Errors
    /// A [`Fault`]: a figure that the study has not or that no engine computes over a space, a shortfall
    /// without signals, a space without axes.
    pub fn of(study: &Study, settings: &OptimizeSettings, compiled: &Compiled) -> Result<Self> {
        if compiled.plan.space.points() == Some(1) {
            return Err(Fault::in_file(
                &study.source.path,
                "there is nothing to optimise: the study's [space] moves no knob",
            )
            .hint("[space] \"menu.SingleMu22.pt\" = { from = 15, to = 40, step = 0.5 }")
            .into());
        }
        let mut problem = Self {
            figures: Vec::new(),
            scorer: Scorer {
                objective: Objective::Shortfall(Vec::new()),
                limits: Vec::new(),
            },
            budget_of: Vec::new(),
            goals: Vec::new(),
        };
        let objective = match &settings.objective {
            ObjectiveSettings::Figure(goal) => problem.goal(compiled, goal)?,
            ObjectiveSettings::Pareto(goals) => {
                for goal in goals {
                    let objective = problem.goal(compiled, goal)?;
                    problem.goals.push(objective);
                }
                problem.goals[0].clone()
            }
            ObjectiveSettings::Shortfall(place) => problem.shortfall(study, compiled, place)?,
        };
        problem.scorer.objective = objective;
        for (number, budget) in study.budgets.iter().enumerate() {
            problem.add_budget(compiled, number, budget)?;
        }
        Ok(problem)
    }

    /// A plan whose rows are what the problem reads.
    pub fn plan(&self, compiled: &Compiled, menu: Option<Arc<MenuPoints>>) -> Arc<Plan> {
        let mut plan = Plan::clone(&compiled.plan);
        plan.menu = menu;
        plan.figures = self.figures.iter().map(|named| named.figure).collect();
        Arc::new(plan)
    }

    /// Each limit with the number of the budget that it is a side of.
    pub fn limits(&self) -> impl Iterator<Item = (&Limit, &usize)> {
        self.scorer.limits.iter().zip(&self.budget_of)
    }

    /// A limit as looks at held-out events judge it; none: its figure is not of the menu.
    pub fn judged(&self, limit: &Limit, confidence: Option<f64>) -> Option<JudgedBudget> {
        match self.figures[limit.figure].figure {
            Figure::Menu(figure) => Some(JudgedBudget {
                figure,
                bound: limit.bound,
                side: limit.side,
                confidence,
            }),
            _ => None,
        }
    }

    fn column(&mut self, compiled: &Compiled, name: &Located<String>) -> Result<usize> {
        let unknown = || {
            Fault::new(
                name.place.clone(),
                format!("unknown figure `{}`", name.value),
            )
        };
        let known = compiled.catalogue.iter().find(|f| f.name == name.value);
        let named = known.ok_or_else(unknown)?;
        Ok(self.place(named))
    }

    fn place(&mut self, named: &Named) -> usize {
        match self.figures.iter().position(|f| f == named) {
            Some(known) => known,
            None => {
                self.figures.push(named.clone());
                self.figures.len() - 1
            }
        }
    }

    fn goal(&mut self, compiled: &Compiled, goal: &GoalSettings) -> Result<Objective> {
        Ok(Objective::Figure {
            figure: self.column(compiled, &goal.figure)?,
            larger: goal.larger,
        })
    }

    /// A term for each signal; what it reaches at most is filled in when it is known.
    fn shortfall(
        &mut self,
        study: &Study,
        compiled: &Compiled,
        place: &Located<()>,
    ) -> Result<Objective> {
        let samples = study.events().map_or(&[][..], |e| &e.samples);
        let mut terms = Vec::new();
        for (number, sample) in samples.iter().enumerate() {
            if sample.kind != SampleKind::Signal {
                continue;
            }
            let figure = Figure::Menu(MenuFigure::Efficiency(number));
            if let Some(named) = compiled.catalogue.iter().find(|f| f.figure == figure) {
                terms.push(Shortfall {
                    figure: self.place(named),
                    importance: sample.importance,
                    most: 1.0,
                });
            }
        }
        if terms.is_empty() {
            return Err(Fault::new(
                place.place.clone(),
                "`shortfall` is that of signals: the study has no menu with a signal sample",
            )
            .hint("[[events.sample]] kind = \"signal\"")
            .into());
        }
        Ok(Objective::Shortfall(terms))
    }

    fn add_budget(
        &mut self,
        compiled: &Compiled,
        number: usize,
        budget: &BudgetSettings,
    ) -> Result<()> {
        let figure = self.column(compiled, &budget.figure)?;
        let named = self.figures[figure].clone();
        for limit in Limit::of_budget(&named, figure, budget.min, budget.max) {
            self.scorer.limits.push(limit);
            self.budget_of.push(number);
        }
        Ok(())
    }
}
