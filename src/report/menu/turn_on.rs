//! Turn-on curves: efficiency in bins of a reference quantity.

use super::measured;
use super::scan::efficiency_axis;
use super::series::interval;
use crate::report::colour::{BLACK, Colour, LINES};
use crate::report::figure::{Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::legend::{Key, Legend};
use crate::report::marks;
use crate::report::number;
use crate::report::scene::Scene;
use crate::results::menu_record::TurnOnRecord;

/// Paths in one frame.
const PATHS: usize = 6;
/// From this ratio of the last bin's width to the first's on, the axis is logarithmic.
const LOG_FROM: f64 = 20.0;

/// The turn-ons; those of the same sample, reference and bins share a frame.
pub fn turn_ons(records: &[TurnOnRecord]) -> Vec<Figure> {
    let mut frames: Vec<Vec<&TurnOnRecord>> = Vec::new();
    for record in records.iter().filter(|r| r.edges.len() == r.bins.len() + 1) {
        let home = frames
            .iter_mut()
            .find(|f| f.len() < PATHS && shares(f[0], record));
        match home {
            Some(frame) => frame.push(record),
            None => frames.push(vec![record]),
        }
    }
    frames.iter().filter_map(|f| turn_on(f)).collect()
}

fn shares(a: &TurnOnRecord, b: &TurnOnRecord) -> bool {
    let what = |r: &TurnOnRecord| {
        let of = [&r.sample, &r.reference, &r.unit, &r.matching];
        (of.map(Clone::clone), r.selection.clone())
    };
    what(a) == what(b) && a.edges == b.edges
}

fn turn_on(records: &[&TurnOnRecord]) -> Option<Figure> {
    let first = records.first()?;
    let edges = &first.edges;
    let (low, high) = (*edges.first()?, *edges.last()?);
    if !(low < high && edges.iter().all(|e| e.is_finite())) {
        return None;
    }
    let n = first.bins.len();
    let widest = (edges[n] - edges[n - 1]) / (edges[1] - edges[0]);
    let title = number::with_unit(&first.reference, &first.unit);
    let x = if low > 0.0 && widest > LOG_FROM {
        Axis::factors(title, low, high)
    } else {
        Axis::linear(title, low, high, 8)
    };
    let y = efficiency_axis(1.0);
    let thresholds: Vec<f64> = records.iter().filter_map(|r| r.threshold).collect();
    let one_threshold = thresholds.len() == records.len()
        && thresholds.iter().all(|t| *t == thresholds[0])
        && records.len() > 1;
    let mut entries: Vec<(Key, String)> = records
        .iter()
        .enumerate()
        .map(|(k, r)| {
            let key = Key::Point {
                shape: k,
                colour: LINES[k],
            };
            let text = match r.threshold.filter(|_| !one_threshold) {
                Some(t) => format!("{}, threshold {}", r.path, quantity(t, &r.unit)),
                None => r.path.clone(),
            };
            (key, text)
        })
        .collect();
    let line = |colour| Key::Line {
        colour,
        width: 2.5,
        dashed: true,
    };
    if one_threshold {
        let text = format!("Threshold {}", quantity(thresholds[0], &first.unit));
        entries.push((line(BLACK), text));
    }
    let mut about = format!("{}: {}", first.reference, first.matching);
    if let Some(selection) = &first.selection {
        about += &format!("; selected: {selection}");
    }
    let mut notes = vec![format!("{about}.")];
    notes.push(format!(
        "Horizontal: bins. Vertical: 68 % intervals.{}{}",
        if thresholds.is_empty() {
            ""
        } else {
            " Dashed: the online threshold."
        },
        if first.bins.iter().any(|b| b.entries == 0) {
            " Empty bins have no point."
        } else {
            ""
        }
    ));
    let paths = match records {
        [one] => one.path.clone(),
        _ => format!("{} paths", records.len()),
    };
    let legend = Legend {
        title: format!(
            "Turn-on of {paths} in {}, {}",
            first.reference, first.sample
        ),
        entries,
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = Frame::new(x, y, top, bottom, 40.0);
    let mut scene = Scene::default();
    frame.draw(&mut scene, false);
    if one_threshold {
        threshold(&mut scene, &frame, thresholds[0], BLACK);
    } else {
        for (r, colour) in records.iter().zip(LINES) {
            let own = r.threshold.into_iter();
            own.for_each(|t| threshold(&mut scene, &frame, t, colour));
        }
    }
    for (k, record) in records.iter().enumerate() {
        points(&mut scene, &frame, record, (k, records.len()));
    }
    legend.draw(&mut scene, frame.bottom + BELOW);
    let mut header = vec![
        "path".to_owned(),
        number::with_unit("low", &first.unit),
        number::with_unit("high", &first.unit),
        "entries".to_owned(),
        "passed".to_owned(),
    ];
    header.extend(measured::header("efficiency", "1"));
    let mut data = Data::new(header);
    for record in records {
        for (edges, bin) in record.edges.windows(2).zip(&record.bins) {
            let mut row = vec![
                record.path.as_str().into(),
                edges[0].into(),
                edges[1].into(),
                (bin.entries as f64).into(),
                (bin.passed as f64).into(),
            ];
            row.extend(measured::cells(bin.efficiency.as_ref()));
            data.rows.push(row);
        }
    }
    let name = match records {
        [one] => format!("turn-on-{}-{}-{}", one.path, one.sample, one.reference),
        _ => format!("turn-ons-{}-{}", first.sample, first.reference),
    };
    Some(Figure::new(name, &legend, scene, data))
}

/// The points of the `k`-th of `n` paths: those of one bin stand side by side.
fn points(scene: &mut Scene, frame: &Frame, record: &TurnOnRecord, (k, n): (usize, usize)) {
    let colour = LINES[k];
    for (edges, bin) in record.edges.windows(2).zip(&record.bins) {
        let Some(m) = &bin.efficiency else {
            continue;
        };
        let shift = (k as f64 + 1.0) / (n as f64 + 1.0);
        let ends = [edges[0], edges[1]].map(|x| frame.at(x, m.value));
        let middle = ends[0].0 + (0.5 + 0.7 * (shift - 0.5)) * (ends[1].0 - ends[0].0);
        scene.line(ends.to_vec(), 2.0, colour);
        let x = value_at(&frame.x, (middle - frame.left) / (frame.right - frame.left));
        interval(scene, frame, x, m, colour);
        marks::point(scene, (middle, ends[0].1), k, colour);
    }
}

/// The value at a fraction of an axis.
fn value_at(axis: &Axis, fraction: f64) -> f64 {
    if axis.log {
        axis.low * (axis.high / axis.low).powf(fraction)
    } else {
        axis.low + fraction * (axis.high - axis.low)
    }
}

fn threshold(scene: &mut Scene, frame: &Frame, at: f64, colour: Colour) {
    if frame.x.holds(at) {
        let x = frame.at(at, frame.y.low).0;
        scene.dashed(
            &[(x, frame.bottom), (x, frame.top)],
            2.0,
            colour,
            (12.0, 7.0),
        );
    }
}

fn quantity(value: f64, unit: &str) -> String {
    let unit = if unit == "1" { "" } else { unit };
    format!("{} {unit}", number::plain(value))
        .trim_end()
        .to_owned()
}
