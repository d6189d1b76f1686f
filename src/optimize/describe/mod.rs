//! From what a search found to what is written and shown: `optimum.json`.

mod column;
mod front;
mod scan;

use super::exact::{ExactColumns, Quoted};
use super::knobs::Choice;
use super::run::{Optimization, Optimized};
use super::score::Objective;
use super::session::Session;
use crate::error::Result;
use crate::explore::{QuotedFigure, figures_json};
use crate::results::optimum::{
    BestRecord, BoundRecord, BudgetRecord, ColumnRecord, KnobRecord, Optimum, SearchRecord,
};
use crate::results::summary::PointFigures;
use column::Shown;
use std::collections::BTreeMap;

/// What is known of an optimisation.
pub struct Described {
    pub optimum: Optimum,
    /// The study at the point that is shown, in each column; empty: none is.
    pub quoted: Vec<Quoted>,
}

impl Optimization<'_> {
    /// Everything that is known of an optimisation, and the studies at the point that is shown.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn describe(
        &self,
        exact: &ExactColumns<'_>,
        session: &Session<'_>,
        optimized: &Optimized,
    ) -> Result<Described> {
        let shares: Vec<f64> = match &optimized.scorer.objective {
            Objective::Mean(columns) => columns.iter().map(|c| c.share).collect(),
            _ => Vec::new(),
        };
        let (mut limits, mut judged) = (0, 0);
        let (mut records, mut quoted) = (Vec::new(), Vec::new());
        for (number, (column, exact)) in self.columns.iter().zip(&exact.0).enumerate() {
            let shown = Shown {
                session,
                optimized,
                column: number,
                limits,
                judged,
                share: shares.get(number).copied().unwrap_or(1.0),
            };
            limits += column.problem.scorer.limits.len();
            judged += column.judged.len();
            let (record, own) = column.describe(exact, &shown)?;
            records.push(record);
            quoted.extend(own);
        }
        let mut optimum = match records.pop() {
            Some(own) if records.is_empty() => own,
            last => {
                records.extend(last);
                self.whole(&shares, records)
            }
        };
        optimum.search = self.search_record(session, optimized);
        optimum.knobs = self.knob_records(session, optimized);
        optimum.bound = self.bound_record(optimized);
        Ok(Described { optimum, quoted })
    }

    /// All columns in one.
    fn whole(&self, shares: &[f64], records: Vec<Optimum>) -> Optimum {
        let objective = records[0].objective.clone();
        let unit = self.columns[0].objective_unit();
        // Columns have events in common: errors add up, as if they were the same.
        let mean = |of: &dyn Fn(&Optimum) -> Option<(f64, f64)>| {
            let own = records.iter().zip(shares);
            let own = own.map(|(r, share)| of(r).map(|(x, s)| (share * x, share * s)));
            own.reduce(|a, b| Some((a?.0 + b?.0, a?.1 + b?.1)))
                .flatten()
        };
        let figure = |point: &PointFigures| {
            let entry = point.figures.get(&objective.name)?;
            let number = |key: &str| entry.get(key)?.as_f64();
            Some((number("value")?, number("sigma").unwrap_or(f64::NAN)))
        };
        let figures = |own: Option<(f64, f64)>| {
            let quoted = own.map(|(value, sigma)| QuotedFigure {
                name: objective.name.clone(),
                unit,
                value,
                sigma,
                upper_limit: None,
            });
            figures_json(quoted.as_slice())
        };
        let before = figures(mean(&|r| figure(&r.before)));
        let after = figures(mean(&|r| figure(&r.best.as_ref()?.all)));
        let best = |of: fn(&BestRecord) -> Option<f64>| {
            let own = mean(&|r| of(r.best.as_ref()?).map(|x| (x, 0.0)));
            own.map(|(x, _)| x)
        };
        let best = best(|b| Some(b.objective)).map(|value| BestRecord {
            all: PointFigures {
                point: BTreeMap::new(),
                figures: after,
            },
            objective: value,
            search: None,
            validation: None,
            optimism: best(|b| b.optimism),
        });
        let mut budgets = Vec::new();
        for (record, share) in records.iter().zip(shares) {
            budgets.extend(record.budgets.iter().map(|own| BudgetRecord {
                price: own.price.map(|price| share * price),
                ..own.clone()
            }));
        }
        let columns = self.columns.iter().zip(records).zip(shares);
        let columns = columns.map(|((column, own), share)| ColumnRecord {
            name: column.name().unwrap_or_default().to_owned(),
            share: *share,
            input_khz: column
                .events
                .as_ref()
                .map(|events| events.normalisation.rate_hz() / 1e3),
            own,
        });
        Optimum {
            study: self.columns[0].study.name.clone(),
            budgets,
            search: SearchRecord::default(),
            knobs: Vec::new(),
            before: PointFigures {
                point: BTreeMap::new(),
                figures: before,
            },
            best,
            nearest: None,
            bound: BoundRecord::default(),
            looks: Vec::new(),
            paths: Vec::new(),
            worth_of: None,
            scan: None,
            front: None,
            columns: columns.collect(),
            objective,
        }
    }

    fn search_record(&self, session: &Session<'_>, optimized: &Optimized) -> SearchRecord {
        let done = &optimized.done;
        let mut record = SearchRecord {
            solver: self.settings.solver.name().to_owned(),
            seed: session.seed,
            evaluations: done.evaluations,
            searches: done.searches,
            points: session.knobs.points(),
            runs: done.runs.clone(),
            timed_out: done.timed_out,
            validation: self.settings.validation,
            trace: done.trace.clone(),
        };
        for run in &mut record.runs {
            run.objective = run.objective.map(|worth| self.columns[0].shown(worth));
        }
        for point in &mut record.trace {
            point.objective = self.columns[0].shown(point.objective);
        }
        record
    }

    fn knob_records(&self, session: &Session<'_>, optimized: &Optimized) -> Vec<KnobRecord> {
        let knobs = &session.knobs;
        let shown = optimized.best.as_ref().map(|b| &b.choice);
        let shown: Option<Choice> = shown
            .or(optimized.nearest.as_ref())
            .map(|choice| knobs.settled(choice));
        let before: Vec<Vec<f64>> = self.columns.iter().map(|c| c.own_point()).collect();
        let record = (0..knobs.len()).map(|knob| {
            let axis = &knobs.space().axes[knobs.axis(knob)];
            let values = (0..knobs.size(knob)).map(|place| knobs.value(knob, place));
            let column = knobs.column(knob);
            let own = before[column.unwrap_or(0)][knobs.axis(knob)];
            KnobRecord {
                name: axis.name.clone(),
                column: column.and_then(|c| self.columns[c].name().map(str::to_owned)),
                unit: axis.unit.to_owned(),
                smallest: values.clone().fold(f64::INFINITY, f64::min),
                largest: values.fold(f64::NEG_INFINITY, f64::max),
                before: (!own.is_nan()).then_some(own),
                after: shown.as_ref().map(|at| knobs.value(knob, at[knob])),
            }
        });
        record.collect()
    }

    fn bound_record(&self, optimized: &Optimized) -> BoundRecord {
        let bound = &optimized.bound;
        let best = optimized.best.as_ref().map(|best| best.worth);
        let gap = bound.worth.zip(best).map(|(bound, best)| {
            // Sums and exact weights differ in the last digits.
            ((bound - best) / bound.abs().max(f64::MIN_POSITIVE)).max(0.0)
        });
        BoundRecord {
            value: bound.worth.map(|worth| self.columns[0].shown(worth)),
            kind: bound.kind.clone(),
            gap: gap.filter(|gap| gap.is_finite()),
            note: bound.note.clone(),
        }
    }
}
