//! Measured wall times over the event size, and the cubics fitted to them.

use super::colour::{BLACK, BLUE, PALE};
use super::figure::{Data, Figure};
use super::frame::{Axis, BELOW, Frame};
use super::legend::{Key, Legend};
use super::names;
use super::number;
use super::scene::{Anchor, Scene, Text};
use super::surface::range;
use crate::results::summary::WallTimeRecord;

const STEPS: usize = 200;
const LABEL_SIZE: f64 = 20.0;

/// Points and fits of every column, those in use emphasised; `None` without a finite point.
pub fn wall_times(record: &WallTimeRecord) -> Option<Figure> {
    let study = record.message_bytes;
    let (_, x_high) = range(record.event_bytes.iter().copied().chain([study]))?;
    let values = record.columns.iter().flat_map(|c| c.values.iter().copied());
    let at_study = record.columns.iter().map(|c| cubic(c.coefficients, study));
    let (_, y_high) = range(values.chain(at_study))?;
    let scale = number::si(x_high, "B");
    let x_end = x_high * scale.factor * 1.05;
    let x = Axis::linear(number::with_unit("Event size", &scale.unit), 0.0, x_end, 7);
    let y = Axis::linear(
        "Relative wall time",
        0.0,
        y_high.max(f64::MIN_POSITIVE) * 1.1,
        7,
    );
    let legend = Legend {
        title: format!("Wall time of {}", record.node),
        entries: record
            .columns
            .iter()
            .map(|c| {
                let used = if c.used { " (used by this study)" } else { "" };
                let key = Key::Line {
                    colour: if c.used { BLUE } else { PALE },
                    width: if c.used { 4.0 } else { 2.5 },
                    dashed: !c.used,
                };
                (key, format!("{}{used}", names::column(&c.column)))
            })
            .collect(),
        notes: notes(record),
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = Frame::new(x, y, top, bottom, 40.0);
    let mut scene = Scene::default();
    // The used column last: on top of the others.
    let mut order: Vec<_> = record.columns.iter().collect();
    order.sort_by_key(|c| c.used);
    for column in order {
        let colour = if column.used { BLUE } else { PALE };
        let fit: Vec<(f64, f64)> = (0..=STEPS)
            .map(|k| k as f64 / STEPS as f64 * x_end)
            .map(|x| (x, cubic(column.coefficients, x / scale.factor)))
            .filter(|(_, y)| y.is_finite() && frame.y.holds(*y))
            .map(|(x, y)| frame.at(x, y))
            .collect();
        if column.used {
            scene.line(fit, 3.5, colour);
        } else {
            scene.dashed(&fit, 2.25, colour, (9.0, 6.0));
        }
        for (bytes, value) in record.event_bytes.iter().zip(&column.values) {
            if value.is_finite() && frame.y.holds(*value) {
                let at = frame.at(bytes * scale.factor, *value);
                scene.polygon(disc(at, if column.used { 6.5 } else { 5.0 }), colour);
            }
        }
    }
    let x = frame.at(study * scale.factor, 0.0).0;
    scene.dashed(
        &[(x, frame.bottom), (x, frame.top)],
        2.5,
        BLACK,
        (12.0, 7.0),
    );
    let label = "events of this study".to_owned();
    scene.text(Text::new(
        label,
        (x - 12.0, frame.top + 38.0),
        LABEL_SIZE,
        Anchor::End,
    ));
    frame.draw(&mut scene, false);
    legend.draw(&mut scene, frame.bottom + BELOW);
    let name = format!("wall-times-{}", record.node);
    Some(Figure::new(name, &legend, scene, data(record)))
}

fn notes(record: &WallTimeRecord) -> Vec<String> {
    let mut notes = vec![format!(
        "Points: {}. Lines: k₃m³ + k₂m² + k₁m fitted, m the event size in bytes.",
        record.source
    )];
    let largest = record.event_bytes.iter().fold(0.0f64, |a, b| a.max(*b));
    if record.message_bytes > largest {
        notes.push(
            "This study's events are larger than any of the table: the fit is extrapolated."
                .to_owned(),
        );
    }
    for c in record.columns.iter().filter(|c| c.used) {
        let [k3, k2, k1] = c.coefficients.map(|k| number::significant(k, 4));
        notes.push(format!(
            "{}: k₃ = {k3}, k₂ = {k2}, k₁ = {k1}.",
            names::column(&c.column)
        ));
    }
    notes
}

fn data(record: &WallTimeRecord) -> Data {
    let columns = record
        .columns
        .iter()
        .flat_map(|c| [c.column.clone(), format!("{} fit", c.column)]);
    let mut data = Data::new(["event_bytes".to_owned()].into_iter().chain(columns));
    for (k, bytes) in record.event_bytes.iter().enumerate() {
        let cells = record.columns.iter().flat_map(|c| {
            let fit = cubic(c.coefficients, *bytes);
            [c.values.get(k).copied().into(), fit.into()]
        });
        data.rows
            .push(std::iter::once((*bytes).into()).chain(cells).collect());
    }
    data
}

fn cubic([k3, k2, k1]: [f64; 3], m: f64) -> f64 {
    ((k3 * m + k2) * m + k1) * m
}

fn disc((x, y): (f64, f64), r: f64) -> Vec<(f64, f64)> {
    (0..24)
        .map(|k| f64::from(k) / 24.0 * std::f64::consts::TAU)
        .map(|a| (x + r * a.cos(), y + r * a.sin()))
        .collect()
}
