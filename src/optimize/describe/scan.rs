//! Optima at other budgets, as they are written.

use crate::error::Result;
use crate::optimize::column::Column;
use crate::optimize::exact::Exact;
use crate::optimize::scan::{ScanRequest, Scanned};
use crate::optimize::score::Objective;
use crate::optimize::session::Session;
use crate::plan::menu::Part;
use crate::results::optimum::{BudgetScan, ScanPoint};

impl Column<'_> {
    /// The figures of a scan, quoted at every optimum.
    ///
    /// # Errors
    /// Those of quoting.
    pub fn scan_record(
        &self,
        exact: &Exact<'_>,
        session: &Session<'_>,
        objective: &Objective,
        request: &ScanRequest,
        scanned: &[Scanned],
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
                    bound: own.bound.map(|worth| self.shown(worth)),
                    knobs: None,
                });
                continue;
            };
            let point = session.knobs.point(choice, 0);
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
                bound: own.bound.map(|worth| self.shown(worth)),
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
