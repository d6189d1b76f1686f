//! Rates and efficiencies against the threshold of one path.

use super::measured;
use super::series::{self, Series};
use crate::report::colour::{BLACK, BLUE, GREEN, GREY, LINES, PURPLE, VERMILION};
use crate::report::figure::{Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::legend::{Key, Legend};
use crate::report::marks;
use crate::report::names;
use crate::report::number;
use crate::report::scene::Scene;
use crate::report::surface::range;
use crate::results::menu_record::{Measured, ScanRecord, ScanTarget};

/// Signals in one frame; the data file has all.
pub const SIGNALS: usize = 6;

/// Total, path's and pure rate over the levels; `None` without background.
pub fn rates(scan: &ScanRecord) -> Option<Figure> {
    let rates = scan.rates.as_ref()?;
    let n = scan.levels.len();
    let all = [&rates.total_khz, &rates.path_khz, &rates.pure_khz];
    if n == 0 || all.iter().any(|v| v.len() != n) {
        return None;
    }
    let series = |y, colour, shape| Series {
        x: &scan.levels,
        y,
        colour,
        dashed: false,
        shape,
    };
    let lines = [
        ("Total of the menu", series(all[0].as_slice(), BLUE, 0)),
        ("This path", series(all[1], GREEN, 1)),
        ("Pure: no other path keeps them", series(all[2], PURPLE, 2)),
    ];
    let target_khz: Vec<f64> = scan.target.iter().map(|t| t.rate_khz).collect();
    let y = series::rate_axis("Rate [kHz]", all.iter().flat_map(|v| v.iter()), &target_khz);
    let x = level_axis(scan)?;
    let mut entries: Vec<(Key, String)> = lines
        .iter()
        .map(|(text, line)| (line.key(), (*text).to_owned()))
        .collect();
    entries.extend(own_entry(scan, &x));
    let mut notes = Vec::new();
    if let Some(target) = &scan.target {
        entries.extend(target_entries(scan, target, (&x, &y)));
        notes.extend(target_note(target, &y));
    }
    notes.push(about_bands(all.iter().flat_map(|v| v.iter())));
    let legend = Legend {
        title: format!("Rates against {}", inner_label(scan)),
        entries,
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = Frame::new(x, y, top, bottom, 40.0);
    let mut scene = Scene::default();
    lines.iter().for_each(|l| l.1.band(&mut scene, &frame));
    frame.draw(&mut scene, false);
    own_line(&mut scene, &frame, scan);
    let target = scan.target.as_ref();
    let target = target.filter(|t| frame.y.holds(t.rate_khz));
    if let Some(target) = target {
        let y = frame.at(frame.x.low, target.rate_khz).1;
        let across = [(frame.left, y), (frame.right, y)];
        scene.dashed(&across, 2.5, VERMILION, (9.0, 6.0));
    }
    lines.iter().for_each(|l| l.1.line(&mut scene, &frame));
    if let Some(target) = target {
        target_mark(&mut scene, &frame, target);
    }
    legend.draw(&mut scene, frame.bottom + BELOW);
    let columns = ["total", "path", "pure"].map(|name| measured::header(name, "kHz"));
    let mut data = Data::new(
        [level_header(scan)]
            .into_iter()
            .chain(columns.into_iter().flatten()),
    );
    data.rows = (0..n)
        .map(|k| {
            let numbers = all.iter().flat_map(|v| measured::cells(Some(&v[k])));
            [scan.levels[k].into()].into_iter().chain(numbers).collect()
        })
        .collect();
    let name = file_name("rates", scan);
    Some(Figure::new(name, &legend, scene, data))
}

/// Efficiency of the menu and of the path alone for each signal; `None` without signals.
pub fn efficiencies(scan: &ScanRecord) -> Option<Figure> {
    let n = scan.levels.len();
    let signals = scan.signals.iter();
    let signals: Vec<_> = signals
        .filter(|s| s.total.len() == n && s.path.len() == n)
        .collect();
    if n == 0 || signals.is_empty() {
        return None;
    }
    let mut lines = Vec::new();
    let mut entries = Vec::new();
    for (k, signal) in signals.iter().take(SIGNALS).enumerate() {
        let series = |y, dashed| Series {
            x: &scan.levels,
            y,
            colour: LINES[k],
            dashed,
            shape: k,
        };
        let menu = series(signal.total.as_slice(), false);
        entries.push((menu.key(), signal.name.clone()));
        lines.extend([menu, series(signal.path.as_slice(), true)]);
    }
    let numbers = || lines.iter().flat_map(|l| l.y.iter());
    let most = range(numbers().flat_map(|m| [m.value, m.high]))?.1;
    let y = efficiency_axis(most);
    let x = level_axis(scan)?;
    entries.extend([false, true].map(|dashed| {
        let key = Key::Line {
            colour: GREY,
            width: 3.5,
            dashed,
        };
        let text = if dashed { "this path alone" } else { "menu" };
        (key, text.to_owned())
    }));
    entries.extend(own_entry(scan, &x));
    let mut notes = vec![about_bands(numbers())];
    notes.extend(more_signals(signals.len()));
    let legend = Legend {
        title: format!("Efficiencies against {}", inner_label(scan)),
        entries,
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = Frame::new(x, y, top, bottom, 40.0);
    let mut scene = Scene::default();
    lines.iter().for_each(|l| l.band(&mut scene, &frame));
    frame.draw(&mut scene, false);
    own_line(&mut scene, &frame, scan);
    lines.iter().for_each(|l| l.line(&mut scene, &frame));
    legend.draw(&mut scene, frame.bottom + BELOW);
    let columns = signals.iter().flat_map(|s| {
        let menu = measured::header(&format!("{} menu", s.name), "1");
        let path = measured::header(&format!("{} path", s.name), "1");
        menu.into_iter().chain(path)
    });
    let mut data = Data::new([level_header(scan)].into_iter().chain(columns));
    data.rows = (0..n)
        .map(|k| {
            let numbers = signals.iter().flat_map(|s| [&s.total[k], &s.path[k]]);
            let cells = numbers.flat_map(|m| measured::cells(Some(m)));
            [scan.levels[k].into()].into_iter().chain(cells).collect()
        })
        .collect();
    let name = file_name("efficiencies", scan);
    Some(Figure::new(name, &legend, scene, data))
}

/// From 0 to 1, or to less where all efficiencies are small.
pub fn efficiency_axis(most: f64) -> Axis {
    let high = if most > 0.4 { 1.05 } else { 1.15 * most };
    Axis::linear("Efficiency", 0.0, high.max(1e-9), 7)
}

/// What a figure that leaves out signals says.
pub fn more_signals(n: usize) -> Option<String> {
    (n > SIGNALS).then(|| format!("{} more signals are in the data file.", n - SIGNALS))
}

/// A level with its unit, as text.
pub fn level_text(scan: &ScanRecord, level: f64) -> String {
    let text = number::plain(level);
    if scan.unit == "1" {
        text
    } else {
        format!("{text} {}", scan.unit)
    }
}

/// The knob's label inside a title.
pub fn inner_label(scan: &ScanRecord) -> String {
    let label = names::label(&scan.knob);
    match label.strip_prefix("Factor") {
        Some(rest) => format!("factor{rest}"),
        None => label,
    }
}

/// The file name of a scan's figure.
pub fn file_name(what: &str, scan: &ScanRecord) -> String {
    let knob = scan.knob.strip_prefix("menu.").unwrap_or(&scan.knob);
    format!("scan-{what}-{knob}")
}

/// The header of the column of levels.
pub fn level_header(scan: &ScanRecord) -> String {
    number::with_unit(&scan.knob, &scan.unit)
}

fn level_axis(scan: &ScanRecord) -> Option<Axis> {
    let (low, high) = range(scan.levels.iter().copied())?;
    let pad = 0.02 * (high - low);
    let title = number::with_unit(&names::label(&scan.knob), &scan.unit);
    Some(Axis::linear(title, low - pad, high + pad, 8))
}

fn own_entry(scan: &ScanRecord, x: &Axis) -> Option<(Key, String)> {
    let key = Key::Line {
        colour: BLACK,
        width: 2.5,
        dashed: true,
    };
    let text = format!("The study's own: {}", level_text(scan, scan.own));
    x.holds(scan.own).then_some((key, text))
}

fn own_line(scene: &mut Scene, frame: &Frame, scan: &ScanRecord) {
    if frame.x.holds(scan.own) {
        let x = frame.at(scan.own, frame.y.low).0;
        let up = [(x, frame.bottom), (x, frame.top)];
        scene.dashed(&up, 2.0, BLACK, (12.0, 7.0));
    }
}

fn target_entries(
    scan: &ScanRecord,
    target: &ScanTarget,
    (x, y): (&Axis, &Axis),
) -> Vec<(Key, String)> {
    if !y.holds(target.rate_khz) {
        return Vec::new();
    }
    let of = if target.of == "path" {
        "this path"
    } else {
        "the total"
    };
    let line = Key::Line {
        colour: VERMILION,
        width: 2.5,
        dashed: true,
    };
    let rate = number::plain(target.rate_khz);
    let mut entries = vec![(line, format!("Target of {of}: {rate} kHz"))];
    if let Some(level) = target.level.filter(|level| x.holds(*level)) {
        let mut text = format!("Met from {}", level_text(scan, level));
        if let (Some(low), Some(high)) = (target.low, target.high) {
            let (low, high) = (low.min(high), low.max(high));
            text += &format!(
                " ({} to {} at 68 %)",
                number::plain(low),
                number::plain(high)
            );
        }
        let key = Key::Point {
            shape: 3,
            colour: VERMILION,
        };
        entries.push((key, text));
    }
    entries
}

fn target_note(target: &ScanTarget, y: &Axis) -> Option<String> {
    let rate = number::plain(target.rate_khz);
    if target.level.is_none() {
        Some(format!(
            "No level of this scan meets the target of {rate} kHz."
        ))
    } else if !y.holds(target.rate_khz) {
        Some(format!(
            "The target of {rate} kHz lies outside of this axis."
        ))
    } else {
        None
    }
}

fn target_mark(scene: &mut Scene, frame: &Frame, target: &ScanTarget) {
    let Some(level) = target.level.filter(|level| frame.x.holds(*level)) else {
        return;
    };
    if let (Some(low), Some(high)) = (target.low, target.high) {
        let ends = [low, high].map(|v| frame.at(series::inside(&frame.x, v), target.rate_khz));
        scene.line(ends.to_vec(), 4.0, VERMILION);
    }
    marks::point(scene, frame.at(level, target.rate_khz), 3, VERMILION);
}

fn about_bands<'a>(numbers: impl IntoIterator<Item = &'a Measured>) -> String {
    let limits = numbers
        .into_iter()
        .any(|m| m.upper_limit.is_some() && m.value == 0.0);
    if limits {
        "Bands: 68 % intervals. Arrows: upper limits at 95 % where no event passes.".into()
    } else {
        "Bands: 68 % intervals.".into()
    }
}
