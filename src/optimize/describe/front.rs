//! A front, as it is written.

use crate::error::Result;
use crate::optimize::column::Column;
use crate::optimize::exact::Exact;
use crate::optimize::front;
use crate::optimize::session::Session;
use crate::plan::menu::Part;
use crate::results::optimum::{FrontPoint, FrontRecord, ObjectiveRecord};
use crate::study::{GoalSettings, ObjectiveSettings};

impl Column<'_> {
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
            let point = session.knobs.point(&own.choice, 0);
            let figures = exact.figures(Part::All, &point)?;
            let of = |goal: &GoalSettings| figures.iter().find(|f| f.name == goal.figure.value);
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
        let objective = |goal: &GoalSettings| {
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
