//! One figure of the marks, side by side.

use super::colour::{BLACK, BLUE, PALE_BLUE};
use super::figure::{Data, Figure};
use super::frame::{Axis, CAP, Frame};
use super::input::Input;
use super::landscape::with_unit;
use super::legend::{Legend, wrap};
use super::names;
use super::number;
use super::scene::{Anchor, Scene, Text, text_width};

const LABEL_SIZE: f64 = 21.0;
/// Height of the marks' names: two lines, and the gap above them.
const NAMES: f64 = 70.0;

/// Bars of `figure` in the order of the marks; `None` where no mark has it.
pub fn bars(input: &Input, figure: &str, name: &str) -> Option<Figure> {
    let marks = &input.summary.marks;
    let unit = unit(input, figure)?;
    let values: Vec<Option<f64>> = marks.iter().map(|m| m.own.value(figure)).collect();
    let finite = || values.iter().flatten().copied();
    let most = finite().map(f64::abs).reduce(f64::max)?;
    let scale = number::si(most, &unit);
    let high = finite().fold(0.0, f64::max) * scale.factor;
    let low = finite().fold(0.0, f64::min) * scale.factor;
    let room = (high - low).max(f64::MIN_POSITIVE) * 0.14;
    let y = Axis::linear(
        number::with_unit(&names::label(figure), &scale.unit),
        if low < 0.0 { low - room } else { 0.0 },
        if high > 0.0 { high + room } else { 0.0 },
        7,
    );
    let legend = Legend {
        title: format!("{} of the marked points", names::label(figure)),
        entries: Vec::new(),
        notes: bases(input),
    };
    // Names of the marks take the place of tick labels and title.
    let (top, bottom) = legend.room(NAMES);
    let frame = Frame::new(Axis::places(marks.len()), y, top, bottom, 40.0);
    let mut scene = Scene::default();
    let slot = (frame.right - frame.left) / marks.len() as f64;
    for (k, (mark, value)) in marks.iter().zip(&values).enumerate() {
        let x = frame.left + (k as f64 + 0.5) * slot;
        if let Some(value) = value {
            let v = value * scale.factor;
            let (base, end) = (frame.at(0.0, 0.0).1, frame.at(0.0, v).1);
            let half = (0.32 * slot).min(90.0);
            scene.rect((x - half, base), (x + half, end), BLUE);
            scene.rect(
                (x - half + 2.0, base),
                (x + half - 2.0, end.min(base) + 2.0),
                PALE_BLUE,
            );
            let text = number::significant(v, 3);
            let size = LABEL_SIZE * (0.95 * slot / text_width(&text, LABEL_SIZE)).min(1.0);
            let y = if v < 0.0 {
                end + 10.0 + size * CAP
            } else {
                end - 10.0
            };
            scene.text(Text::new(text, (x, y), size, Anchor::Middle));
        }
        for (line, text) in wrap(&mark.name, LABEL_SIZE, 0.92 * slot)
            .iter()
            .take(2)
            .enumerate()
        {
            let at = (x, frame.bottom + 30.0 + line as f64 * (LABEL_SIZE + 5.0));
            scene.text(Text::new(text.clone(), at, LABEL_SIZE, Anchor::Middle).colour(BLACK));
        }
    }
    frame.draw(&mut scene, false);
    legend.draw(&mut scene, frame.bottom + NAMES);
    let mut data = Data::new(["mark".to_owned(), with_unit(figure, &unit)]);
    data.rows = marks
        .iter()
        .zip(&values)
        .map(|(m, v)| vec![m.name.as_str().into(), (*v).into()])
        .collect();
    Some(Figure::new(name, &legend, scene, data))
}

/// The unit of a figure: from the tables, else from the marks.
pub fn unit(input: &Input, figure: &str) -> Option<String> {
    let table = input.figure(figure).map(|f| f.unit.clone());
    table.or_else(|| {
        let mark = input.summary.marks.first()?;
        let unit = mark.own.figures.get(figure)?.get("unit")?;
        Some(unit.as_str()?.to_owned())
    })
}

/// Which marks share which base.
fn bases(input: &Input) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for mark in &input.summary.marks {
        match groups.iter_mut().find(|(base, _)| *base == mark.base) {
            Some((_, names)) => names.push(&mark.name),
            None => groups.push((&mark.base, vec![&mark.name])),
        }
    }
    groups
        .iter()
        .filter(|(base, _)| !base.is_empty())
        .map(|(base, names)| format!("{}: {base}.", names.join(", ")))
        .collect()
}
