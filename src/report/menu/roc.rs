//! Signal efficiency against background acceptance as the threshold of one path moves.

use super::scan::{self, SIGNALS};
use super::series::interval;
use crate::report::colour::{BLACK, GREY, LINES};
use crate::report::figure::{Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::legend::{Key, Legend};
use crate::report::marks;
use crate::report::number;
use crate::report::scene::Scene;
use crate::report::surface::range;
use crate::results::menu_record::{BackgroundRecord, Measured, RocRecord, ScanRecord, ScanSignal};

/// From this ratio of largest to smallest acceptance on, the axis is logarithmic.
const LOG_FROM: f64 = 30.0;
/// Shapes of the points that are marked.
const OWN: usize = 1;
const BUDGET: usize = 0;

/// One curve a signal; `None` where the scan has no background or no signals.
pub fn roc(scan: &ScanRecord, background: Option<&BackgroundRecord>) -> Option<Figure> {
    let curves: Vec<(&ScanSignal, &RocRecord)> = scan
        .signals
        .iter()
        .filter_map(|s| Some((s, s.roc.as_ref()?)))
        .filter(|(_, r)| r.acceptance.len() > 1 && r.acceptance.len() == r.efficiency.len())
        .collect();
    let shown = &curves[..curves.len().min(SIGNALS)];
    let acceptances = || shown.iter().flat_map(|(_, r)| r.acceptance.iter().copied());
    let budget = shown.iter().find_map(|(_, r)| r.budget_khz);
    let input_khz = background.map(|b| b.input_khz).filter(|khz| *khz > 0.0);
    let budget_acceptance = budget.zip(input_khz).map(|(khz, input)| khz / input);
    let most = range(acceptances())?.1;
    let least = range(acceptances().filter(|a| *a > 0.0)).map_or(0.0, |r| r.0);
    let title = "Background acceptance";
    let log = least > 0.0 && most > LOG_FROM * least;
    let x = if log {
        Axis::decades(title, 0.7 * least, (1.3 * most).min(1.0).max(most))
    } else {
        Axis::linear(title, 0.0, 1.03 * most, 7)
    };
    let highest = range(shown.iter().flat_map(|(_, r)| r.efficiency.iter().copied()))?.1;
    let y = scan::efficiency_axis(highest);
    let mut entries: Vec<(Key, String)> = shown
        .iter()
        .zip(LINES)
        .map(|((signal, roc), colour)| {
            let key = Key::Line {
                colour,
                width: 3.5,
                dashed: false,
            };
            let auc = number::with_sigma(roc.auc, roc.auc_sigma);
            (key, format!("{}: AUC {auc}", signal.name))
        })
        .collect();
    let mut notes = vec![format!(
        "This path alone, levels from {} to {}; AUC: area over acceptances from 0 to 1.",
        scan::level_text(scan, *scan.levels.first()?),
        scan::level_text(scan, *scan.levels.last()?)
    )];
    let own = shown
        .iter()
        .filter_map(|(signal, _)| own_point(scan, signal, input_khz?))
        .collect::<Vec<_>>();
    if !own.is_empty() {
        let text = format!("The study's own: {}", scan::level_text(scan, scan.own));
        let key = Key::Point {
            shape: OWN,
            colour: GREY,
        };
        entries.push((key, text));
        if !scan.levels.contains(&scan.own) {
            notes.push("The own level lies between two levels; its point too.".into());
        }
    }
    if let (Some(acceptance), Some(khz)) = (budget_acceptance, budget) {
        let text = format!("Budget: {} kHz", number::plain(khz));
        if x.holds(acceptance) {
            let key = Key::Line {
                colour: BLACK,
                width: 2.5,
                dashed: true,
            };
            entries.push((key, text));
        } else {
            notes.push(format!("{text}, beyond this axis."));
        }
        let at: Vec<String> = shown
            .iter()
            .filter_map(|(s, r)| Some((s, r.efficiency_at_budget?)))
            .map(|(s, m)| format!("{} {}", s.name, number::with_sigma(m.value, m.sigma)))
            .collect();
        if at.is_empty() {
            notes.push("No level is within the budget.".into());
        } else {
            let key = Key::Point {
                shape: BUDGET,
                colour: GREY,
            };
            entries.push((key, "Loosest level within the budget".into()));
            notes.push(format!("Efficiency within the budget: {}.", at.join(", ")));
        }
    }
    notes.extend(scan::more_signals(curves.len()));
    if log && acceptances().any(|a| a <= 0.0) {
        notes.push("Levels that keep no background are left of this axis.".into());
    }
    let legend = Legend {
        title: format!("Signal against background: {}", scan::inner_label(scan)),
        entries,
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = Frame::new(x, y, top, bottom, 40.0);
    let mut scene = Scene::default();
    frame.draw(&mut scene, false);
    if let Some(acceptance) = budget_acceptance.filter(|a| frame.x.holds(*a)) {
        let x = frame.at(acceptance, frame.y.low).0;
        scene.dashed(
            &[(x, frame.bottom), (x, frame.top)],
            2.0,
            BLACK,
            (12.0, 7.0),
        );
    }
    for ((_, roc), colour) in shown.iter().zip(LINES) {
        let points = roc.acceptance.iter().zip(&roc.efficiency);
        let on_axes = points.filter(|(a, e)| frame.x.holds(**a) && frame.y.holds(**e));
        let line = on_axes.map(|(a, e)| frame.at(*a, *e)).collect();
        scene.line(line, 3.0, colour);
    }
    for ((signal, roc), colour) in shown.iter().zip(LINES) {
        let own = input_khz.and_then(|input| own_point(scan, signal, input));
        for (point, shape) in [(own, OWN), (at_budget(roc, budget_acceptance), BUDGET)] {
            if let Some((a, m)) = point.filter(|(a, _)| frame.x.holds(*a)) {
                interval(&mut scene, &frame, a, &m, colour);
                marks::point(&mut scene, frame.at(a, m.value), shape, colour);
            }
        }
    }
    legend.draw(&mut scene, frame.bottom + BELOW);
    let mut data = Data::new(["signal", "background acceptance", "efficiency"]);
    for (signal, roc) in &curves {
        let points = roc.acceptance.iter().zip(&roc.efficiency);
        data.rows.extend(
            points.map(|(a, e)| vec![signal.name.as_str().into(), (*a).into(), (*e).into()]),
        );
    }
    let name = scan::file_name("roc", scan);
    Some(Figure::new(name, &legend, scene, data))
}

/// Acceptance and efficiency of the path at the study's own level; between two levels on the line
/// that joins them.
fn own_point(scan: &ScanRecord, signal: &ScanSignal, input_khz: f64) -> Option<(f64, Measured)> {
    let rates = &scan.rates.as_ref()?.path_khz;
    let above = scan.levels.iter().position(|l| *l >= scan.own)?;
    let at = |k: usize| Some((rates.get(k)?.value / input_khz, *signal.path.get(k)?));
    let (a, high) = at(above)?;
    if scan.levels[above] == scan.own {
        return Some((a, high));
    }
    let below = above.checked_sub(1)?;
    let (b, low) = at(below)?;
    let t = (scan.own - scan.levels[below]) / (scan.levels[above] - scan.levels[below]);
    let mix = |from: f64, to: f64| from + t * (to - from);
    let between = Measured {
        value: mix(low.value, high.value),
        sigma: mix(low.sigma, high.sigma),
        low: mix(low.low, high.low),
        high: mix(low.high, high.high),
        upper_limit: None,
    };
    Some((mix(b, a), between))
}

/// The point of the curve that has the efficiency at the budget.
fn at_budget(roc: &RocRecord, acceptance: Option<f64>) -> Option<(f64, Measured)> {
    let (m, acceptance) = (roc.efficiency_at_budget?, acceptance?);
    let points = roc.acceptance.iter().zip(&roc.efficiency);
    let within = points.filter(|(a, e)| **a <= acceptance && **e == m.value);
    let own = within.map(|(a, _)| *a).reduce(f64::max);
    Some((own.unwrap_or(acceptance), m))
}
