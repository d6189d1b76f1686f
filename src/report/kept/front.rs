//! A Pareto front: its first figure over its second.

use crate::report::colour::BLUE;
use crate::report::figure::{Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::input::Input;
use crate::report::landscape::{about, with_unit};
use crate::report::legend::Legend;
use crate::report::scene::Scene;
use crate::report::surface::range;
use crate::report::{marks, names, number};
use crate::results::Table;

/// Points that are drawn.
const MOST: usize = 4000;
/// Half the side of a point's square.
const HALF: f64 = 3.5;

/// `None` where no point is kept.
pub fn front(input: &Input, table: &Table) -> Option<Figure> {
    let by = &input.manifest.keep.by;
    let names: Vec<&str> = by.iter().map(|by| by.trim_start_matches('-')).collect();
    let (y_name, x_name) = (*names.first()?, *names.get(1)?);
    let axis = |name: &str| {
        let column = table.column(name)?;
        let record = input.figure(name)?;
        let own = input.summary.marks.iter();
        let own = own.filter_map(|m| m.own.value(name));
        let (low, high) = range(column.iter().copied().chain(own))?;
        let scale = number::si(low.abs().max(high.abs()), &record.unit);
        let (low, high) = (low * scale.factor, high * scale.factor);
        let pad = 0.04 * (high - low);
        let title = number::with_unit(&names::label(name), &scale.unit);
        let axis = Axis::linear(title, low - pad, high + pad, 7);
        Some((axis, column, scale.factor))
    };
    let ((x, across, x_factor), (y, up, y_factor)) = (axis(x_name)?, axis(y_name)?);
    let place = |frame: &Frame| {
        marks::place(&input.summary.marks, frame, &[y_name, x_name], |mark| {
            let x = mark.own.value(x_name)? * x_factor;
            Some((x, mark.own.value(y_name)? * y_factor))
        })
    };
    let frame_in = |top, bottom| Frame::new(x.clone(), y.clone(), top, bottom, 40.0);
    let preview = place(&frame_in(66.0, 700.0));
    let stride = table.rows().div_ceil(MOST).max(1);
    let mut notes = preview.notes();
    if stride > 1 {
        notes.push(format!("One point in {stride} is shown."));
    }
    if names.len() > 2 {
        let others: Vec<String> = names[2..].iter().map(|n| names::label(n)).collect();
        notes.push(format!("The front is also of {}.", others.join(", ")));
    }
    notes.extend(about(input, &names, &[]));
    let legend = Legend {
        title: format!(
            "Pareto front, {} over {}",
            names::label(y_name),
            names::inner(&names::label(x_name))
        ),
        entries: preview.entries(),
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let frame = frame_in(top, bottom);
    let mut scene = Scene::default();
    let points = across.iter().zip(up).step_by(stride);
    for (x, y) in points.filter(|(x, y)| x.is_finite() && y.is_finite()) {
        let (x, y) = frame.at(x * x_factor, y * y_factor);
        scene.rect((x - HALF, y - HALF), (x + HALF, y + HALF), BLUE);
    }
    frame.draw(&mut scene, false);
    place(&frame).draw(&mut scene);
    legend.draw(&mut scene, frame.bottom + BELOW);
    let unit = |name: &str| input.figure(name).map_or("", |f| f.unit.as_str());
    let columns: Vec<&[f64]> = names.iter().filter_map(|n| table.column(n)).collect();
    let heads = names.iter().map(|name| with_unit(name, unit(name)));
    let mut data = Data::new(std::iter::once("index".to_owned()).chain(heads));
    let index = table.index.as_deref().unwrap_or_default();
    let row = |(i, index): (usize, &u64)| {
        let numbers = columns.iter().map(|column| column[i].into());
        let index = index.to_string();
        std::iter::once(index.as_str().into())
            .chain(numbers)
            .collect()
    };
    data.rows = index.iter().enumerate().map(row).collect();
    Some(Figure::new("pareto", &legend, scene, data))
}
