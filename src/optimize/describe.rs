//! From what a search found to what is written and shown: `optimum.json`.

use super::exact::{Exact, Quoted};
use super::knobs::Choice;
use super::run::{Optimization, Optimized};
use super::score::{Objective, Scorer, Side};
use super::session::Session;
use super::validation::MARGINS;
use super::worth::path_worths;
use super::{front, scan};
use crate::error::Result;
use crate::explore::{QuotedFigure, QuotedMenu, figures_json, own_point};
use crate::merit::Quantity;
use crate::plan::menu::Part;
use crate::results::optimum::{
    BestRecord, BoundRecord, BudgetRecord, BudgetScan, FrontPoint, FrontRecord, KnobRecord,
    LookRecord, NearestRecord, ObjectiveRecord, Optimum, PathRates, PathWorth, ScanPoint,
    SearchRecord, ViolationRecord,
};
use crate::results::summary::PointFigures;
use crate::study::ObjectiveSettings;
use std::collections::BTreeMap;

impl Optimization<'_> {
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

    /// Everything that is known of an optimisation, and the study at the point that is shown.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn describe(
        &self,
        exact: &Exact<'_>,
        session: &Session<'_>,
        optimized: &Optimized,
    ) -> Result<(Optimum, Option<Quoted>)> {
        let own = exact.quote_own()?;
        let shown = optimized.best.as_ref().map(|b| &b.choice);
        let shown = shown.or(optimized.nearest.as_ref());
        let point = shown.map(|choice| session.knobs.point(choice));
        let quoted = point.as_ref().map(|p| exact.quote(p)).transpose()?;
        let figures = quoted
            .as_ref()
            .map(|q| q.figures.as_slice())
            .unwrap_or_default();
        let before = own_point(self.study, self.compiled);
        let mut record = Optimum {
            study: self.study.name.clone(),
            objective: self.objective_record(),
            budgets: self.budget_records(optimized, figures),
            search: self.search_record(session, optimized),
            knobs: self.knob_records(session, &before, shown),
            before: PointFigures {
                point: before,
                figures: figures_json(&own.figures),
            },
            best: None,
            nearest: None,
            bound: self.bound_record(optimized),
            looks: self.look_records(optimized),
            paths: Vec::new(),
            scan: None,
            front: None,
        };
        if let (Some(point), Some(quoted)) = (&point, &quoted) {
            let all = self.point_figures(point, &quoted.figures);
            if let Some(best) = &optimized.best {
                record.best = Some(self.best_record(
                    exact,
                    &optimized.scorer,
                    point,
                    (all, &quoted.figures),
                )?);
                if let (Some(before), Some(after)) = (&own.menu, &quoted.menu) {
                    record.paths =
                        self.path_records(session, optimized, &best.choice, (before, after))?;
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

    fn objective_record(&self) -> ObjectiveRecord {
        let of = |objective: &Objective| match objective {
            Objective::Figure { figure, larger } => {
                let named = &self.problem.figures[*figure];
                ObjectiveRecord {
                    name: named.name.clone(),
                    unit: named.unit.to_owned(),
                    larger: *larger,
                }
            }
            Objective::Shortfall(_) => ObjectiveRecord {
                name: "shortfall".to_owned(),
                unit: "1".to_owned(),
                larger: false,
            },
        };
        of(&self.problem.scorer.objective)
    }

    /// The objective as a study names it: what is made small has its own sign.
    fn shown(&self, worth: f64) -> f64 {
        if self.objective_record().larger {
            worth
        } else {
            -worth
        }
    }

    fn budget_records(&self, optimized: &Optimized, figures: &[QuotedFigure]) -> Vec<BudgetRecord> {
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
                price: most.and_then(|l| optimized.bound.prices.get(l).copied().flatten()),
            }
        });
        record.collect()
    }

    fn search_record(&self, session: &Session<'_>, optimized: &Optimized) -> SearchRecord {
        let done = &optimized.done;
        let mut record = SearchRecord {
            solver: self.settings.solver.name().to_owned(),
            seed: self.study.seed,
            evaluations: done.evaluations,
            searches: done.searches,
            points: session.knobs.points(),
            runs: done.runs.clone(),
            timed_out: done.timed_out,
            validation: self.settings.validation,
            trace: done.trace.clone(),
        };
        for run in &mut record.runs {
            run.objective = run.objective.map(|worth| self.shown(worth));
        }
        for point in &mut record.trace {
            point.objective = self.shown(point.objective);
        }
        record
    }

    fn knob_records(
        &self,
        session: &Session<'_>,
        before: &BTreeMap<String, f64>,
        shown: Option<&Choice>,
    ) -> Vec<KnobRecord> {
        let knobs = &session.knobs;
        let record = (0..knobs.len()).map(|knob| {
            let axis = &knobs.space().axes[knobs.axis(knob)];
            let values = (0..knobs.size(knob)).map(|place| knobs.value(knob, place));
            KnobRecord {
                name: axis.name.clone(),
                unit: axis.unit.to_owned(),
                smallest: values.clone().fold(f64::INFINITY, f64::min),
                largest: values.fold(f64::NEG_INFINITY, f64::max),
                before: before.get(&axis.name).copied(),
                after: shown.map(|choice| knobs.value(knob, choice[knob])),
            }
        });
        record.collect()
    }

    fn best_record(
        &self,
        exact: &Exact<'_>,
        scorer: &Scorer,
        point: &[f64],
        (all, figures): (PointFigures, &[QuotedFigure]),
    ) -> Result<BestRecord> {
        let objective = |figures: &[QuotedFigure]| {
            let worth = scorer.objective.worth(&exact.row(figures));
            self.shown(worth)
        };
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

    fn bound_record(&self, optimized: &Optimized) -> BoundRecord {
        let bound = &optimized.bound;
        let best = optimized.best.as_ref().map(|best| best.worth);
        let gap = bound.worth.zip(best).map(|(bound, best)| {
            // Sums and exact weights differ in the last digits.
            ((bound - best) / bound.abs().max(f64::MIN_POSITIVE)).max(0.0)
        });
        BoundRecord {
            value: bound.worth.map(|worth| self.shown(worth)),
            kind: bound.kind.clone(),
            gap: gap.filter(|gap| gap.is_finite()),
            note: bound.note.clone(),
        }
    }

    fn look_records(&self, optimized: &Optimized) -> Vec<LookRecord> {
        let Some(validation) = &optimized.validation else {
            return Vec::new();
        };
        let confident = self
            .study
            .budgets
            .iter()
            .filter(|b| b.confidence.is_some() && b.max.is_some());
        let confident: Vec<_> = confident.collect();
        let looks = MARGINS.len();
        let mut records = Vec::new();
        for look in &validation.looks {
            let judged = look.judged.iter().zip(&look.bounds).zip(&confident);
            records.extend(judged.map(|((judged, bound), budget)| {
                LookRecord {
                    figure: budget.figure.value.clone(),
                    budget: *bound,
                    search: judged.search,
                    validation: judged.validation,
                    upper_limit: judged.limit,
                    confidence: budget
                        .confidence
                        .as_ref()
                        .map_or(f64::NAN, |c| 1.0 - (1.0 - c.value) / looks as f64),
                    passed: judged.holds,
                }
            }));
        }
        records
    }

    fn path_records(
        &self,
        session: &Session<'_>,
        optimized: &Optimized,
        best: &Choice,
        (before, after): (&QuotedMenu, &QuotedMenu),
    ) -> Result<Vec<PathWorth>> {
        let objective = &optimized.scorer.objective;
        let Some((worths, _)) = path_worths(session, objective, best)? else {
            return Ok(Vec::new());
        };
        let rates = |menu: &QuotedMenu, path: usize| {
            let khz = |quantity| menu.rate_khz(quantity).map_or(0.0, |rate| rate.fraction);
            PathRates {
                rate_khz: khz(Quantity::Path(path)),
                pure_khz: khz(Quantity::Pure(path)),
                proportional_khz: khz(Quantity::Proportional(path)),
            }
        };
        let paths = after.menu.paths.iter().zip(worths).enumerate();
        Ok(paths
            .map(|(number, (path, worth))| PathWorth {
                path: path.name.clone(),
                group: path.group.map(|g| after.menu.groups[g].clone()),
                before: rates(before, number),
                after: rates(after, number),
                loss_if_dropped: worth.loss_if_dropped,
                gain_per_khz: worth.gain_per_khz,
                cost_per_khz: worth.cost_per_khz,
            })
            .collect())
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

    /// The figures of a scan, quoted at every optimum.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn scan_record(
        &self,
        exact: &Exact<'_>,
        session: &Session<'_>,
        objective: &Objective,
        request: &scan::ScanRequest,
        scanned: &[scan::Scanned],
    ) -> Result<BudgetScan> {
        let mut points: Vec<ScanPoint> = Vec::new();
        let mut curve: Vec<(f64, f64)> = Vec::new();
        let unit = self
            .compiled
            .catalogue
            .iter()
            .find(|f| f.name == request.figure);
        for own in scanned {
            let Some((choice, _)) = &own.best else {
                curve.push((own.limit, f64::NEG_INFINITY));
                points.push(ScanPoint {
                    limit: own.limit,
                    objective: None,
                    sigma: None,
                    value: None,
                    bound: None,
                    knobs: None,
                });
                continue;
            };
            let point = session.knobs.point(choice);
            let figures = exact.figures(Part::All, &point)?;
            let of = |name: &str| figures.iter().find(|f| f.name == name);
            let sigma = of(&self.objective_record().name).map(|f| f.sigma);
            let worth = objective.worth(&exact.row(&figures));
            curve.push((own.limit, worth));
            points.push(ScanPoint {
                limit: own.limit,
                objective: Some(self.shown(worth)),
                sigma: sigma.filter(|s| s.is_finite()),
                value: of(&request.figure).map(|f| f.value),
                bound: None,
                knobs: Some(
                    (0..choice.len())
                        .map(|k| session.knobs.value(k, choice[k]))
                        .collect(),
                ),
            });
        }
        Ok(BudgetScan {
            figure: request.figure.clone(),
            unit: unit.map_or("1", |f| f.unit).to_owned(),
            smooth: request.smooth,
            is_monotone: curve.is_sorted_by(|a, b| a.1 <= b.1),
            knee: knee(&curve),
            points,
        })
    }

    /// A front, its figures quoted.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn front_record(
        &self,
        exact: &Exact<'_>,
        session: &Session<'_>,
        points: &[front::FrontPoint],
    ) -> Result<Option<FrontRecord>> {
        let ObjectiveSettings::Pareto(goals) = &self.settings.objective else {
            return Ok(None);
        };
        let mut made = Vec::new();
        for own in points {
            let point = session.knobs.point(&own.choice);
            let figures = exact.figures(Part::All, &point)?;
            let of = |goal: &crate::study::GoalSettings| {
                figures.iter().find(|f| f.name == goal.figure.value)
            };
            made.push(FrontPoint {
                objectives: goals
                    .iter()
                    .map(|g| of(g).map_or(f64::NAN, |f| f.value))
                    .collect(),
                sigmas: goals
                    .iter()
                    .map(|g| of(g).map(|f| f.sigma).filter(|s| s.is_finite()))
                    .collect(),
                knobs: (0..own.choice.len())
                    .map(|k| session.knobs.value(k, own.choice[k]))
                    .collect(),
            });
        }
        let objective = |goal: &crate::study::GoalSettings| {
            let named = self
                .compiled
                .catalogue
                .iter()
                .find(|f| f.name == goal.figure.value);
            ObjectiveRecord {
                name: goal.figure.value.clone(),
                unit: named.map_or("1", |f| f.unit).to_owned(),
                larger: goal.larger,
            }
        };
        Ok(Some(FrontRecord {
            objectives: goals.iter().map(objective).collect(),
            points: made,
        }))
    }
}

/// The limit after which a unit more of it brings least, compared with what one brought before: the
/// largest distance of the curve from the line between its ends, both axes from 0 to 1.
fn knee(curve: &[(f64, f64)]) -> Option<f64> {
    let feasible = curve.iter().filter(|(_, worth)| worth.is_finite());
    let curve: Vec<(f64, f64)> = feasible.copied().collect();
    let (first, last) = (curve.first()?, curve.last()?);
    let (width, height) = (last.0 - first.0, last.1 - first.1);
    if curve.len() < 3 || width <= 0.0 || height <= 0.0 {
        return None;
    }
    let above = |(x, y): &(f64, f64)| (y - first.1) / height - (x - first.0) / width;
    let most = curve.iter().max_by(|a, b| above(a).total_cmp(&above(b)))?;
    (above(most) > 0.0).then_some(most.0)
}
