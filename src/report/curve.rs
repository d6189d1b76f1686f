//! A figure along the one axis of a design.

use super::colour::BLUE;
use super::figure::{Data, Figure};
use super::frame::{Axis, BELOW, Frame};
use super::input::Input;
use super::landscape::{about, held, with_unit};
use super::legend::Legend;
use super::marks;
use super::names;
use super::number;
use super::scene::Scene;
use super::surface::{Surface, range};

/// Rates whose largest is more than so many times the smallest have a logarithmic axis.
const LOG_FROM: f64 = 20.0;

/// `figure` as a line, the marks at their own values; `None` where it has no finite value.
pub fn curve(input: &Input, surface: &Surface, figure: &str) -> Option<Figure> {
    let [axis] = surface.axes.as_slice() else {
        return None;
    };
    let array = surface.figures.get(figure)?;
    let record = input.figure(figure)?;
    let own = || {
        let marks = input.summary.marks.iter();
        marks.filter_map(|m| m.own.value(figure))
    };
    // Marks of another base may lie off the line: the axis reaches to them too.
    let (low, high) = range(array.iter().copied().chain(own()))?;
    let y_scale = number::si(low.abs().max(high.abs()), &record.unit);
    let x_most = axis.values.iter().fold(0.0, |a, v| f64::max(a, v.abs()));
    let x_scale = number::si(x_most, &axis.unit);
    let (x_low, x_high) = range(axis.values.iter().map(|v| v * x_scale.factor))?;
    let (low, high) = (low * y_scale.factor, high * y_scale.factor);
    let rate = figure.starts_with("rate_khz");
    let log = rate && low > 0.0 && high > LOG_FROM * low;
    let pad = 0.05 * (high - low);
    let x = Axis::linear(
        number::with_unit(&axis.label, &x_scale.unit),
        x_low,
        x_high,
        7,
    );
    let title = number::with_unit(&names::label(figure), &y_scale.unit);
    let y = if log {
        Axis::decades(title, 0.7 * low, 1.4 * high)
    } else {
        Axis::linear(title, low - pad, high + pad, 7)
    };
    let place = |frame: &Frame| {
        marks::place(&input.summary.marks, frame, &[figure], |mark| {
            let x = marks::axis_value(mark, &axis.name)? * x_scale.factor;
            Some((x, mark.own.value(figure)? * y_scale.factor))
        })
    };
    let frame_in = |top, bottom| Frame::new(x.clone(), y.clone(), top, bottom, 40.0);
    let preview = place(&frame_in(66.0, 700.0));
    let mut notes = preview.notes();
    notes.extend(surface.notes());
    notes.extend(about(input, &[figure], &[]));
    let legend = Legend {
        title: format!("{}{}", names::label(figure), held(surface)),
        entries: preview.entries(),
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = frame_in(top, bottom);
    let mut scene = Scene::default();
    let mut line = Vec::new();
    for (v, f) in axis.values.iter().zip(array) {
        if f.is_finite() {
            line.push(frame.at(v * x_scale.factor, f * y_scale.factor));
        } else {
            scene.line(std::mem::take(&mut line), 3.0, BLUE);
        }
    }
    scene.line(line, 3.0, BLUE);
    frame.draw(&mut scene, false);
    place(&frame).draw(&mut scene);
    legend.draw(&mut scene, frame.bottom + BELOW);
    let mut data = Data::new([
        with_unit(&axis.name, &axis.unit),
        with_unit(figure, &record.unit),
    ]);
    data.rows = axis
        .values
        .iter()
        .zip(array)
        .map(|(v, f)| vec![(*v).into(), (*f).into()])
        .collect();
    Some(Figure::new(format!("curve-{figure}"), &legend, scene, data))
}
