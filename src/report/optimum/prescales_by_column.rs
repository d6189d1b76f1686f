//! The prescale of each path in each column.

use super::knob;
use crate::report::bar::ColourBar;
use crate::report::colour::{BLACK, ColourScale, contrast};
use crate::report::figure::{Data, Figure};
use crate::report::frame::{Axis, CAP, Frame, TITLE_SIZE};
use crate::report::legend::{Legend, fit};
use crate::report::scene::{Anchor, Scene, Text, text_width};
use crate::results::Optimum;
use crate::results::optimum::KnobRecord;

/// Rows in the picture; the data file has all.
const ROWS: usize = 50;
const MARGIN: f64 = 14.0;
const GAP: f64 = 8.0;
const SIZE: f64 = 19.0;
/// Widest that names of rows and columns may be.
const ROW_NAMES: f64 = 300.0;
const COLUMN_NAMES: f64 = 120.0;

/// A row a prescale, a column for each of the menu's; `None` without columns, or where nothing was found.
pub fn prescales_by_column(optimum: &Optimum) -> Option<Figure> {
    let names: Vec<&str> = optimum.columns.iter().map(|c| c.name.as_str()).collect();
    let knobs: Vec<&KnobRecord> = optimum
        .knobs
        .iter()
        .filter(|k| k.column.is_some() && k.after.is_some())
        .collect();
    let all: Vec<&[&KnobRecord]> = knobs.chunks_exact(names.len().max(1)).collect();
    if names.len() < 2 || all.is_empty() {
        return None;
    }
    let shown = &all[..all.len().min(ROWS)];
    // Which share of a path's events is kept, from 1 in 1000 to all.
    let scale = ColourScale {
        low: 1e-3,
        high: 1.0,
        log: true,
    };
    let bar = ColourBar::new("Kept share of the path's rate".to_owned(), scale);
    let mut notes = vec!["Each cell: the prescale; white: the path is off.".to_owned()];
    if shown.len() < all.len() {
        notes.push(format!(
            "The first {} of {} paths; the data file has all.",
            shown.len(),
            all.len()
        ));
    }
    let legend = Legend {
        title: "Prescales by column".to_owned(),
        entries: Vec::new(),
        notes,
    };
    let name = |row: &[&KnobRecord]| knob::short_title(row[0]);
    let widest = shown.iter().map(|row| text_width(&name(row), SIZE));
    let left = MARGIN + widest.fold(0.0, f64::max).min(ROW_NAMES) + GAP;
    let upright = names
        .iter()
        .map(|n| text_width(n, SIZE))
        .fold(0.0, f64::max);
    let below = GAP + upright.min(COLUMN_NAMES) + GAP + TITLE_SIZE + 4.0;
    let (top, bottom) = legend.room(below);
    let frame = Frame {
        left,
        ..Frame::new(
            Axis::places(names.len()),
            Axis::places(shown.len()),
            top,
            bottom,
            bar.width(),
        )
    };
    let mut scene = Scene::default();
    let width = (frame.right - frame.left) / names.len() as f64;
    let height = (frame.bottom - frame.top) / shown.len() as f64;
    let size = SIZE.min(0.7 * height);
    for (row, of_row) in shown.iter().enumerate() {
        let y = frame.top + (row as f64 + 0.5) * height + size * CAP / 2.0;
        let text = fit(&name(of_row), size, ROW_NAMES);
        scene.text(Text::new(text, (frame.left - GAP, y), size, Anchor::End));
        for (column, own) in of_row.iter().enumerate() {
            let from = (
                frame.left + column as f64 * width,
                frame.top + row as f64 * height,
            );
            let to = (
                (from.0 + width + 0.5).min(frame.right),
                (from.1 + height + 0.5).min(frame.bottom),
            );
            let value = own.after.unwrap_or(0.0);
            let text = fit(&knob::text(own, value), size, width);
            let mut colour = BLACK;
            if value > 0.0 {
                let share = scale.colour((1.0 / value).max(scale.low));
                scene.rect(from, to, share);
                colour = contrast(share);
            }
            let at = (from.0 + 0.5 * width, y);
            scene.text(Text::new(text, at, size, Anchor::Middle).colour(colour));
        }
    }
    let (l, t, r, b) = (frame.left, frame.top, frame.right, frame.bottom);
    scene.line(
        vec![(l, t), (r, t), (r, b), (l, b), (l, t - 1.0)],
        2.0,
        BLACK,
    );
    for (column, name) in names.iter().enumerate() {
        let x = frame.left + (column as f64 + 0.5) * width + SIZE * CAP / 2.0;
        let text = fit(name, SIZE, COLUMN_NAMES);
        let at = (x, frame.bottom + GAP);
        scene.text(Text::new(text, at, SIZE, Anchor::End).upwards());
    }
    let at = (frame.right, frame.bottom + below - 6.0);
    scene.text(Text::new("Column", at, TITLE_SIZE, Anchor::End));
    bar.draw(&mut scene, &frame);
    legend.draw(&mut scene, frame.bottom + below);
    let header = std::iter::once("knob").chain(names.iter().copied());
    let mut data = Data::new(header.map(str::to_owned));
    data.rows = all
        .iter()
        .map(|row| {
            let values = row.iter().map(|own| own.after.into());
            std::iter::once(row[0].name.as_str().into())
                .chain(values)
                .collect()
        })
        .collect();
    Some(Figure::new("optimum-prescales", &legend, scene, data))
}
