//! The efficiency of each signal.

use super::measured;
use crate::report::colour::{BLACK, BLUE, GREEN, VERMILION};
use crate::report::figure::{Cell, Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::legend::{Key, Legend, NOTE_SIZE, fit};
use crate::report::marks;
use crate::report::number;
use crate::report::rows::{self, Rows};
use crate::report::scene::{Scene, WIDTH};
use crate::report::surface::range;
use crate::results::MenuRecord;
use crate::results::menu_record::{Measured, SignalRecord, TargetRecord};

/// Signals in one figure; the data file has all.
const ROWS: usize = 24;
/// Selections that the picture states.
const SELECTIONS: usize = 4;

/// Points with intervals, of all events and of those that `where` selects; `None` without signals.
pub fn efficiencies(menu: &MenuRecord) -> Option<Figure> {
    let shown = &menu.signals[..menu.signals.len().min(ROWS)];
    let numbers = || {
        let of = shown
            .iter()
            .flat_map(|s| [Some(s.efficiency), s.efficiency_where]);
        of.flatten().chain(menu.mean_efficiency)
    };
    let for_all = menu.targets.iter().find(|t| t.name == "mean efficiency");
    // One line says it where a signal's target is that of the mean.
    let own_targets = |s: &SignalRecord| {
        target_of(menu, &s.name).filter(|t| for_all.is_none_or(|all| all.target != t.target))
    };
    let targets = || {
        let own = shown.iter().filter_map(own_targets);
        own.chain(for_all).map(|t| t.target)
    };
    shown.first()?;
    let (least, most) = range(numbers().flat_map(|m| [m.low, m.high]).chain(targets()))?;
    let low = if least > 0.6 { 0.5 } else { 0.0 };
    let high = most + 0.05 * (most - low);
    let high = if high > 0.9 { 1.02 } else { high.max(1e-9) };
    let x = Axis::linear("Efficiency", low, high, 8);
    let with_selection = shown.iter().any(|s| s.efficiency_where.is_some());
    let point = |shape, colour| Key::Point { shape, colour };
    let mut entries = vec![(point(0, BLUE), "All events".to_owned())];
    if with_selection {
        entries.push((point(1, GREEN), "Selected events".to_owned()));
    }
    let line = |colour| Key::Line {
        colour,
        width: 2.5,
        dashed: true,
    };
    if let Some(mean) = &menu.mean_efficiency {
        entries.push((line(BLACK), format!("Mean: {}", measured::text(mean))));
    }
    if let Some(target) = for_all {
        let text = format!("Target: {}", number::plain(target.target));
        entries.push((line(VERMILION), text));
    }
    if shown.iter().any(|s| own_targets(s).is_some()) {
        let key = Key::Line {
            colour: VERMILION,
            width: 4.0,
            dashed: false,
        };
        entries.push((key, "The signal's target".to_owned()));
    }
    let mut notes = vec!["68 % intervals; the numbers are those of all events.".to_owned()];
    let selections = selections(shown);
    for (selection, names) in selections.iter().take(SELECTIONS) {
        let note = format!("Selected, {}: {selection}.", names.join(", "));
        notes.push(fit(&note, NOTE_SIZE, WIDTH - 48.0));
    }
    if selections.len() > SELECTIONS {
        let more = selections.len() - SELECTIONS;
        notes.push(format!("{more} more selections are in the data file."));
    }
    if menu.signals.len() > shown.len() {
        let more = menu.signals.len() - shown.len();
        notes.push(format!("{more} more signals are in the data file."));
    }
    let legend = Legend {
        title: "Efficiencies of the menu".to_owned(),
        entries,
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let rows = Rows {
        names: shown.iter().map(|s| s.name.clone()).collect(),
        values: shown
            .iter()
            .map(|s| measured::text(&s.efficiency))
            .collect(),
    };
    let frame = rows.frame(x, top, bottom);
    let mut scene = Scene::default();
    let upright = |value: f64, colour| {
        let x = frame.at(value, 0.0).0;
        let inside = frame.x.holds(value);
        (inside, [(x, frame.bottom), (x, frame.top)], colour)
    };
    let mean = menu.mean_efficiency.map(|m| upright(m.value, BLACK));
    let target = for_all.map(|t| upright(t.target, VERMILION));
    for (_, points, colour) in mean.iter().chain(&target).filter(|l| l.0) {
        scene.dashed(points, 2.0, *colour, (12.0, 7.0));
    }
    let height = rows::height(&frame);
    for (k, signal) in shown.iter().enumerate() {
        let middle = rows::middle(&frame, k);
        let apart = if signal.efficiency_where.is_some() {
            (0.22 * height).min(16.0)
        } else {
            0.0
        };
        if let Some(target) = own_targets(signal).filter(|t| frame.x.holds(t.target)) {
            let x = frame.at(target.target, 0.0).0;
            let half = (0.4 * height).min(34.0);
            scene.line(vec![(x, middle - half), (x, middle + half)], 4.0, VERMILION);
        }
        row_point(&mut scene, &frame, middle - apart, &signal.efficiency, 0);
        if let Some(selected) = &signal.efficiency_where {
            row_point(&mut scene, &frame, middle + apart, selected, 1);
        }
    }
    frame.draw(&mut scene, false);
    rows.draw(&mut scene, &frame);
    legend.draw(&mut scene, frame.bottom + BELOW);
    Some(Figure::new("efficiencies", &legend, scene, data(menu)))
}

fn row_point(scene: &mut Scene, frame: &Frame, y: f64, m: &Measured, shape: usize) {
    let colour = if shape == 0 { BLUE } else { GREEN };
    let x = |v: f64| frame.at(v.clamp(frame.x.low, frame.x.high), 0.0).0;
    let (low, high) = (x(m.low), x(m.high));
    scene.line(vec![(low, y), (high, y)], 2.5, colour);
    for end in [low, high] {
        scene.line(vec![(end, y - 5.0), (end, y + 5.0)], 2.5, colour);
    }
    marks::point(scene, (x(m.value), y), shape, colour);
}

fn is_of(target: &TargetRecord, signal: &str) -> bool {
    target.name == format!("efficiency of {signal}")
}

fn target_of<'a>(menu: &'a MenuRecord, signal: &str) -> Option<&'a TargetRecord> {
    menu.targets.iter().find(|t| is_of(t, signal))
}

/// Every selection with the signals that have it.
fn selections(signals: &[SignalRecord]) -> Vec<(&str, Vec<&str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for signal in signals {
        let used = signal.efficiency_where.is_some();
        let Some(selection) = signal.selection.as_deref().filter(|_| used) else {
            continue;
        };
        match all.iter_mut().find(|(s, _)| *s == selection) {
            Some((_, names)) => names.push(&signal.name),
            None => all.push((selection, vec![&signal.name])),
        }
    }
    all
}

fn data(menu: &MenuRecord) -> Data {
    let header = ["signal".to_owned(), "events".to_owned()].into_iter();
    let mut data = Data::new(
        header
            .chain(measured::header("efficiency", "1"))
            .chain(["selection".to_owned()])
            .chain(measured::header("efficiency of the selected", "1"))
            .chain(["target".to_owned()]),
    );
    for signal in &menu.signals {
        let mut row: Vec<Cell> = vec![signal.name.as_str().into(), (signal.events as f64).into()];
        row.extend(measured::cells(Some(&signal.efficiency)));
        row.push(signal.selection.as_deref().map_or(Cell::Empty, Cell::from));
        row.extend(measured::cells(signal.efficiency_where.as_ref()));
        row.push(target_of(menu, &signal.name).map(|t| t.target).into());
        data.rows.push(row);
    }
    data
}
