//! What a run says besides its table: the study's own point, its marks, its menu.

use super::extremes::extremes;
use super::grid::Filled;
use super::marks::{Marked, place};
use super::menu_record::quote_with_record;
use super::point::{figures_json, own_point, study_figures};
use super::quoted::QuotedFigure;
use super::record::{score_records, wall_time_records};
use super::scans::scanned_axes;
use crate::engine::Engine;
use crate::error::Result;
use crate::plan::Compiled;
use crate::results::summary::{Mark, PointFigures};
use crate::results::{MenuRecord, Summary};
use crate::study::Study;

/// Axes of thresholds that are scanned one by one besides the grid; those behind them are in the grid
/// alone.
const MOST_SCANS: usize = 12;

pub struct Described {
    /// Every figure at the study's own values, in catalogue order.
    own: Vec<QuotedFigure>,
    marks: Vec<Mark>,
    pub menu: Option<MenuRecord>,
}

impl Described {
    /// Evaluates single points; events are read once more, from raw weights and cuts.
    ///
    /// # Errors
    /// A [`Fault`](crate::Fault) of the events, of a scan or turn-on, or of a bridge.
    pub fn of(
        study: &Study,
        compiled: &Compiled,
        marked: &[Marked],
        engine: &dyn Engine,
    ) -> Result<Self> {
        let (mut quoted, mut menu) = (None, None);
        if compiled.menu.is_some() && !study.has_open_columns() {
            let path_axes = &compiled.plan.space.path_axes;
            let some = &path_axes[..path_axes.len().min(MOST_SCANS)];
            let (own, record) = quote_with_record(study, &scanned_axes(study.menu()?, some))?;
            (quoted, menu) = (Some(own), Some(record));
        }
        let own = match study.has_open_columns() {
            true => Vec::new(),
            false => study_figures(study, compiled, quoted.as_ref(), engine)?,
        };
        // Nor have marks one there.
        let marks = marked
            .iter()
            .filter(|_| !study.has_open_columns())
            .map(|mark| place(mark, study, compiled, engine))
            .collect::<Result<Vec<_>>>()?;
        Ok(Self { own, marks, menu })
    }

    /// What is written when every point is done.
    ///
    /// # Errors
    /// Those of the engine, of which the errors of extremes are asked.
    pub fn summary(
        &self,
        study: &Study,
        compiled: &Compiled,
        points: u64,
        filled: &Filled,
        engine: &dyn Engine,
    ) -> Result<Summary> {
        let values: Vec<f64> = self.own.iter().map(|f| f.value).collect();
        Ok(Summary {
            study: study.name.clone(),
            points,
            feasible: filled.feasible,
            kept: filled.kept,
            best: None,
            extremes: extremes(compiled, &filled.spans, engine)?,
            base: PointFigures {
                point: own_point(study, compiled),
                figures: figures_json(&self.own),
            },
            marks: self.marks.clone(),
            scores: score_records(compiled, &values),
            wall_times: wall_time_records(compiled, &values),
        })
    }
}
