//! The best objective against the limit of a figure, with the bound.

use super::quantity::{Quantity, error_bar, point};
use crate::report::colour::{BLACK, BLUE, PALE, PURPLE, VERMILION};
use crate::report::figure::{Data, Figure};
use crate::report::frame::{BELOW, Frame};
use crate::report::legend::{Key, Legend};
use crate::report::number;
use crate::report::scene::Scene;
use crate::results::Optimum;
use crate::results::optimum::{BudgetScan, ScanPoint};

/// Limits that a note names one by one.
const NAMED: usize = 6;

/// `None` without a scan, or where it found no feasible point.
pub fn objective_by_limit(optimum: &Optimum) -> Option<Figure> {
    let scan = &ascending(optimum.scan.as_ref()?);
    let found: Vec<(&ScanPoint, f64)> = scan
        .points
        .iter()
        .filter_map(|p| Some((p, p.objective?)))
        .collect();
    found.first()?;
    let values = found.iter().flat_map(|(p, v)| {
        let sigma = p.sigma.unwrap_or(0.0);
        [v - sigma, v + sigma]
    });
    let bounds = scan.points.iter().filter_map(|p| p.bound);
    let objective = &optimum.objective;
    let y = Quantity::over(&objective.name, &objective.unit, values.chain(bounds))?;
    let x = limits(scan)?;
    let axis = x.limit_axis(7);
    let own = own_limit(optimum, scan);
    let line = |colour, width, dashed| Key::Line {
        colour,
        width,
        dashed,
    };
    let mut entries = vec![(
        Key::Point {
            shape: 1,
            colour: BLUE,
        },
        "Best feasible".to_owned(),
    )];
    if scan.points.iter().any(|p| p.bound.is_some()) {
        entries.push((line(BLACK, 2.5, true), "Bound".to_owned()));
    }
    let mut notes = Vec::new();
    let mut uprights = Vec::new();
    for (limit, what, colour) in [
        (own, "The study's own limit", VERMILION),
        (scan.knee, "Knee", PURPLE),
    ] {
        let Some(limit) = limit else { continue };
        let text = format!("{what}: {}", x.plain(limit));
        if axis.holds(limit * x.factor) {
            uprights.push((limit, colour));
            entries.push((line(colour, 2.5, true), text));
        } else {
            notes.push(format!("{text}, beyond the axis."));
        }
    }
    notes.extend(about(optimum, scan, &x));
    let legend = Legend {
        title: format!("Best {} against the limit on {}", y.inner(), x.inner()),
        entries,
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = Frame::new(axis, y.axis(), top, bottom, 40.0);
    let at = |limit: f64, value: f64| frame.at(limit * x.factor, value * y.factor);
    let mut scene = Scene::default();
    for (limit, colour) in uprights {
        let across = at(limit, 0.0).0;
        let upright = [(across, frame.bottom), (across, frame.top)];
        scene.dashed(&upright, 2.5, colour, (9.0, 6.0));
    }
    for run in scan.points.split(|p| p.bound.is_none()) {
        let points: Vec<_> = run
            .iter()
            .filter_map(|p| Some(at(p.limit, p.bound?)))
            .collect();
        scene.dashed(&points, 2.5, BLACK, (12.0, 7.0));
    }
    for run in scan.points.split(|p| p.objective.is_none()) {
        let points = run.iter().filter_map(|p| Some(at(p.limit, p.objective?)));
        scene.line(points.collect(), 1.5, PALE);
    }
    frame.draw(&mut scene, false);
    for (of, value) in found {
        if let Some(sigma) = of.sigma {
            let ends = [value - sigma, value + sigma].map(|v| at(of.limit, v));
            error_bar(&mut scene, ends[0], ends[1], BLUE);
        }
        point(&mut scene, at(of.limit, value), BLUE);
    }
    legend.draw(&mut scene, frame.bottom + BELOW);
    let data = data(optimum, scan);
    Some(Figure::new("optimum-budget-scan", &legend, scene, data))
}

/// The scan by ascending limits.
pub fn ascending(scan: &BudgetScan) -> BudgetScan {
    let mut scan = scan.clone();
    scan.points.retain(|p| p.limit.is_finite());
    scan.points.sort_by(|a, b| a.limit.total_cmp(&b.limit));
    scan
}

/// The scanned limits as a quantity.
pub fn limits(scan: &BudgetScan) -> Option<Quantity> {
    let limits = scan.points.iter().map(|p| p.limit);
    Quantity::over(&scan.figure, &scan.unit, limits)
}

/// The study's own limit of the scanned figure.
pub fn own_limit(optimum: &Optimum, scan: &BudgetScan) -> Option<f64> {
    let own = optimum.budgets.iter().find(|b| b.figure == scan.figure)?;
    own.max.or(own.min)
}

/// What a reader must know of a scan.
fn about(optimum: &Optimum, scan: &BudgetScan, limit: &Quantity) -> Vec<String> {
    let mut notes = Vec::new();
    if scan.points.iter().any(|p| p.sigma.is_some()) {
        notes.push(
            "Bars are one standard error; all points are of the same events, so that their differences \
             are known better."
                .to_owned(),
        );
    }
    let none: Vec<String> = scan
        .points
        .iter()
        .filter(|p| p.objective.is_none())
        .map(|p| limit.plain(p.limit))
        .collect();
    if none.len() > NAMED {
        notes.push(format!(
            "No point is feasible at {} of the limits.",
            none.len()
        ));
    } else if !none.is_empty() {
        notes.push(format!("No point is feasible at {}.", none.join(", ")));
    }
    if !scan.is_monotone {
        notes.push(
            "Not monotone: a wider limit gave a worse point somewhere, so the search missed a better one."
                .to_owned(),
        );
    }
    notes.extend(smooth(scan));
    if optimum.search.timed_out {
        notes.push("A time limit ended the search: another run may end elsewhere.".to_owned());
    }
    notes
}

/// That menus near the one before were preferred.
pub fn smooth(scan: &BudgetScan) -> Option<String> {
    let share = scan.smooth.filter(|s| *s > 0.0)?;
    Some(format!(
        "Of points as good within {} %, the one nearest to that of the limit before was taken.",
        number::plain(100.0 * share)
    ))
}

fn data(optimum: &Optimum, scan: &BudgetScan) -> Data {
    let objective = &optimum.objective;
    let of = |name: &str, unit: &str| number::with_unit(name, unit);
    let mut data = Data::new([
        of(&format!("limit of {}", scan.figure), &scan.unit),
        of(&objective.name, &objective.unit),
        of(&format!("{} sigma", objective.name), &objective.unit),
        of(&scan.figure, &scan.unit),
        of("bound", &objective.unit),
    ]);
    let row = |p: &ScanPoint| {
        let rest = [p.objective, p.sigma, p.value, p.bound];
        [p.limit.into()]
            .into_iter()
            .chain(rest.map(Into::into))
            .collect()
    };
    data.rows = scan.points.iter().map(row).collect();
    data
}
