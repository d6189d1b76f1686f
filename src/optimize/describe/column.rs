//! One column of an optimum, or all of one without.

use crate::error::Result;
use crate::explore::{QuotedFigure, QuotedMenu, figures_json, own_point};
use crate::merit::Quantity;
use crate::optimize::column::Column;
use crate::optimize::exact::{Exact, Quoted};
use crate::optimize::run::Optimized;
use crate::optimize::score::{Objective, Side};
use crate::optimize::session::Session;
use crate::optimize::validation::MARGINS;
use crate::optimize::worth::path_worths;
use crate::plan::menu::Part;
use crate::results::optimum::{
    BestRecord, BoundRecord, BudgetRecord, LookRecord, NearestRecord, ObjectiveRecord, Optimum,
    PathRates, PathWorth, SearchRecord, ViolationRecord,
};
use crate::results::summary::PointFigures;

/// Which column of which optimum.
pub struct Shown<'a> {
    pub session: &'a Session<'a>,
    pub optimized: &'a Optimized,
    /// The column's number; limits, and those that looks judge, of those before it.
    pub column: usize,
    pub limits: usize,
    pub judged: usize,
    /// Of the objective: prices of all columns together are so many times its own.
    pub share: f64,
}

impl Column<'_> {
    /// Knobs and figures of a point.
    fn point_figures(&self, point: &[f64], figures: &[QuotedFigure]) -> PointFigures {
        let axes = self.compiled.plan.space.axes.iter().zip(point);
        PointFigures {
            point: axes
                .map(|(axis, value)| (axis.name.clone(), *value))
                .collect(),
            figures: figures_json(figures),
        }
    }

    /// Everything that is known of it but how it was found and how good it can be, and the study at the point
    /// that is shown.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn describe(
        &self,
        exact: &Exact<'_>,
        shown: &Shown<'_>,
    ) -> Result<(Optimum, Option<Quoted>)> {
        let own = exact.quote_own()?;
        let optimized = shown.optimized;
        let choice = optimized.best.as_ref().map(|b| &b.choice);
        let choice = choice.or(optimized.nearest.as_ref());
        let point = choice.map(|choice| shown.session.knobs.point(choice, shown.column));
        let quoted = point.as_ref().map(|p| exact.quote(p)).transpose()?;
        let figures = quoted
            .as_ref()
            .map(|q| q.figures.as_slice())
            .unwrap_or_default();
        let before = own_point(self.study, self.compiled);
        let mut record = Optimum {
            study: self.study.name.clone(),
            objective: self.objective_record(),
            budgets: self.budget_records(shown, figures),
            search: SearchRecord::default(),
            knobs: Vec::new(),
            before: PointFigures {
                point: before,
                figures: figures_json(&own.figures),
            },
            best: None,
            nearest: None,
            bound: BoundRecord::default(),
            looks: self.look_records(shown),
            paths: Vec::new(),
            worth_of: None,
            scan: None,
            front: None,
            columns: Vec::new(),
        };
        if let (Some(point), Some(quoted)) = (&point, &quoted) {
            let all = self.point_figures(point, &quoted.figures);
            if optimized.best.is_some() {
                let objective = optimized.scorer.objective.of_column(shown.column);
                let figures = (all, quoted.figures.as_slice());
                record.best = Some(self.best_record(exact, objective, point, figures)?);
                if let (Some(before), Some(after)) = (&own.menu, &quoted.menu) {
                    self.add_paths(&mut record, shown, objective, point, (before, after))?;
                }
            } else {
                record.nearest = Some(NearestRecord {
                    all,
                    violations: self.violations(&quoted.figures),
                });
            }
        }
        Ok((record, quoted))
    }

    pub(super) fn objective_record(&self) -> ObjectiveRecord {
        let (name, larger) = match &self.problem.scorer.objective {
            Objective::Figure { figure, larger } => {
                (self.problem.figures[*figure].name.as_str(), *larger)
            }
            Objective::Shortfall(_) | Objective::Mean(_) => ("shortfall", false),
        };
        ObjectiveRecord {
            name: name.to_owned(),
            unit: self.objective_unit().to_owned(),
            larger,
        }
    }

    pub(super) fn objective_unit(&self) -> &'static str {
        match &self.problem.scorer.objective {
            Objective::Figure { figure, .. } => self.problem.figures[*figure].unit,
            Objective::Shortfall(_) | Objective::Mean(_) => "1",
        }
    }

    /// The objective as a study names it: what is made small has its own sign.
    pub(super) fn shown(&self, worth: f64) -> f64 {
        if self.objective_record().larger {
            worth
        } else {
            -worth
        }
    }

    fn budget_records(&self, shown: &Shown<'_>, figures: &[QuotedFigure]) -> Vec<BudgetRecord> {
        let prices = &shown.optimized.bound.prices;
        let budgets = self.study.budgets.iter().enumerate();
        let record = budgets.map(|(number, budget)| {
            let own = figures.iter().find(|f| f.name == budget.figure.value);
            let unit = self
                .compiled
                .catalogue
                .iter()
                .find(|f| f.name == budget.figure.value);
            let limits = self
                .problem
                .budget_of
                .iter()
                .zip(&self.problem.scorer.limits);
            let most = limits.enumerate().find_map(|(limit, (of, l))| {
                (*of == number && l.side == Side::AtMost).then_some(limit)
            });
            BudgetRecord {
                figure: budget.figure.value.clone(),
                unit: unit.map_or("1", |f| f.unit).to_owned(),
                min: budget.min,
                max: budget.max,
                confidence: budget.confidence.as_ref().map(|c| c.value),
                value: own.map(|f| f.value),
                sigma: own.map(|f| f.sigma).filter(|s| s.is_finite()),
                price: most
                    .and_then(|l| prices.get(shown.limits + l).copied().flatten())
                    .map(|price| price / shown.share),
                column: self.name().map(str::to_owned),
            }
        });
        record.collect()
    }

    fn best_record(
        &self,
        exact: &Exact<'_>,
        objective: &Objective,
        point: &[f64],
        (all, figures): (PointFigures, &[QuotedFigure]),
    ) -> Result<BestRecord> {
        let objective = |figures: &[QuotedFigure]| self.shown(objective.worth(&exact.row(figures)));
        let (mut search, mut validation, mut optimism) = (None, None, None);
        if self.settings.validation > 0.0 && self.events.is_some() {
            let on = |part| exact.figures(part, point);
            let (seen, held_out) = (on(Part::Search)?, on(Part::Validation)?);
            optimism = Some(objective(&seen) - objective(&held_out));
            search = Some(figures_json(&seen));
            validation = Some(figures_json(&held_out));
        }
        Ok(BestRecord {
            all,
            objective: objective(figures),
            search,
            validation,
            optimism,
        })
    }

    fn look_records(&self, shown: &Shown<'_>) -> Vec<LookRecord> {
        let Some(validation) = &shown.optimized.validation else {
            return Vec::new();
        };
        let looks = MARGINS.len() as u32;
        let limits = &self.problem.scorer.limits;
        let mut records = Vec::new();
        for look in &validation.looks {
            let judged = look.judged.iter().zip(&look.bounds).skip(shown.judged);
            for ((judged, bound), own) in judged.zip(&self.judged) {
                records.push(LookRecord {
                    figure: limits[own.limit].name.clone(),
                    budget: *bound,
                    search: judged.search,
                    validation: judged.validation,
                    upper_limit: judged.limit,
                    confidence: own.budget.level(looks),
                    passed: judged.holds,
                });
            }
        }
        records
    }

    fn add_paths(
        &self,
        record: &mut Optimum,
        shown: &Shown<'_>,
        objective: &Objective,
        point: &[f64],
        (before, after): (&QuotedMenu, &QuotedMenu),
    ) -> Result<()> {
        let session = shown.session;
        let plan = &session.plans[shown.column];
        let Some(worths) = path_worths(session.engine, plan, objective, point.to_vec())? else {
            return Ok(());
        };
        record.worth_of = worths.replaced.then(ObjectiveRecord::mean_efficiency);
        let rates = |menu: &QuotedMenu, path: usize| {
            let khz = |quantity| menu.rate_khz(quantity).map_or(0.0, |rate| rate.fraction);
            PathRates {
                rate_khz: khz(Quantity::Path(path)),
                pure_khz: khz(Quantity::Pure(path)),
                proportional_khz: khz(Quantity::Proportional(path)),
            }
        };
        let paths = after.menu.paths.iter().zip(worths.paths).enumerate();
        record.paths = paths
            .map(|(number, (path, worth))| PathWorth {
                path: path.name.clone(),
                group: path.group.map(|g| after.menu.groups[g].clone()),
                before: rates(before, number),
                after: rates(after, number),
                loss_if_dropped: worth.loss_if_dropped,
                gain_per_khz: worth.gain_per_khz,
                cost_per_khz: worth.cost_per_khz,
            })
            .collect();
        Ok(())
    }

    fn violations(&self, figures: &[QuotedFigure]) -> Vec<ViolationRecord> {
        let limits = self.problem.scorer.limits.iter();
        let violated = limits.filter_map(|limit| {
            let own = figures.iter().find(|f| f.name == limit.name);
            let value = own.map_or(f64::NAN, |f| f.value);
            let holds = match limit.side {
                Side::AtMost => value <= limit.bound,
                Side::AtLeast => value >= limit.bound,
            };
            (!holds).then(|| ViolationRecord {
                figure: limit.name.clone(),
                unit: self.problem.figures[limit.figure].unit.to_owned(),
                value,
                limit: limit.bound,
            })
        });
        violated.collect()
    }
}
