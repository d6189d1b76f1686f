//! Which part of a path's rate the other paths keep too.

use crate::report::bar::ColourBar;
use crate::report::colour::{BLACK, ColourScale, contrast};
use crate::report::figure::{Data, Figure};
use crate::report::frame::{Axis, CAP, Frame, TITLE_SIZE};
use crate::report::legend::{Legend, fit};
use crate::report::scene::{Anchor, Scene, Text, text_width};
use crate::results::MenuRecord;

/// Paths in the picture; the data file has all.
const PATHS: usize = 50;
/// Up to so many paths the cells have their numbers.
const NUMBERED: usize = 12;
const MARGIN: f64 = 14.0;
const GAP: f64 = 8.0;
const SIZE: f64 = 19.0;
/// Widest that the names of rows and columns may be.
const ROW_NAMES: f64 = 300.0;
const COLUMN_NAMES: f64 = 170.0;

/// A row a path, a column for each path that may keep the same events; `None` without background.
pub fn overlap(menu: &MenuRecord) -> Option<Figure> {
    let overlaps = &menu.background.as_ref()?.overlaps_khz;
    let n = menu.paths.len();
    if n < 2 || overlaps.len() != n || overlaps.iter().any(|row| row.len() != n) {
        return None;
    }
    let fraction = |i: usize, j: usize| -> Option<f64> {
        let own = overlaps[i][i];
        (own > 0.0).then(|| overlaps[i][j] / own)
    };
    let shown = largest(overlaps);
    let m = shown.len();
    let scale = ColourScale {
        low: 0.0,
        high: 1.0,
        log: false,
    };
    let bar = ColourBar::new("Fraction of the row's rate".to_owned(), scale);
    let mut notes = vec![
        "Each cell: the fraction of the row's rate that the column's path keeps too, both after \
         their prescales."
            .to_owned(),
    ];
    if shown.iter().any(|i| fraction(*i, *i).is_none()) {
        notes.push("White: a path without rate.".to_owned());
    }
    if m < n {
        notes.push(format!(
            "The {m} largest of {n} paths; the data file has all."
        ));
    }
    let legend = Legend {
        title: "Overlaps of the paths".to_owned(),
        entries: Vec::new(),
        notes,
    };
    // Names as large as cells allow; their widths set the margins.
    let name = |i: usize| menu.paths[i].name.as_str();
    let widest = |size: f64, most: f64| {
        let widths = shown.iter().map(|i| text_width(name(*i), size));
        widths.fold(0.0, f64::max).min(most)
    };
    let geometry = |size: f64| {
        let below = GAP + widest(size, COLUMN_NAMES) + GAP + TITLE_SIZE + 4.0;
        let (top, bottom) = legend.room(below);
        let left = MARGIN + TITLE_SIZE + MARGIN + widest(size, ROW_NAMES) + GAP;
        (below, left, top, bottom)
    };
    let cell = |size: f64| (geometry(size).3 - geometry(size).2) / m as f64;
    let size = SIZE.min(0.86 * cell(SIZE));
    let (below, left, top, bottom) = geometry(size);
    let frame = Frame {
        left,
        ..Frame::new(Axis::places(m), Axis::places(m), top, bottom, bar.width())
    };
    let (width, height) = (
        (frame.right - frame.left) / m as f64,
        (frame.bottom - frame.top) / m as f64,
    );
    let mut scene = Scene::default();
    let middle = |k: usize| (k as f64 + 0.5, size * CAP / 2.0);
    for (row, i) in shown.iter().enumerate() {
        for (column, j) in shown.iter().enumerate() {
            let Some(part) = fraction(*i, *j) else {
                continue;
            };
            let from = (
                frame.left + column as f64 * width,
                frame.top + row as f64 * height,
            );
            // Half a pixel under the next cell, so that no hair line remains between them.
            let to = (
                (from.0 + width + 0.5).min(frame.right),
                (from.1 + height + 0.5).min(frame.bottom),
            );
            scene.rect(from, to, scale.colour(part));
        }
    }
    if m <= NUMBERED {
        numbers(&mut scene, &frame, &shown, &fraction, scale);
    }
    let (l, t, r, b) = (frame.left, frame.top, frame.right, frame.bottom);
    scene.line(
        vec![(l, t), (r, t), (r, b), (l, b), (l, t - 1.0)],
        2.0,
        BLACK,
    );
    for (k, i) in shown.iter().enumerate() {
        let (at, half) = middle(k);
        let y = frame.top + at * height + half;
        let text = fit(name(*i), size, ROW_NAMES);
        scene.text(Text::new(text, (frame.left - GAP, y), size, Anchor::End));
        let x = frame.left + at * width + half;
        let text = fit(name(*i), size, COLUMN_NAMES);
        let at = (x, frame.bottom + GAP);
        scene.text(Text::new(text, at, size, Anchor::End).upwards());
    }
    let at = (frame.right, frame.bottom + below - 6.0);
    scene.text(Text::new("Also kept by", at, TITLE_SIZE, Anchor::End));
    let at = (MARGIN + TITLE_SIZE * CAP, frame.top);
    scene.text(Text::new("Rate of", at, TITLE_SIZE, Anchor::End).upwards());
    bar.draw(&mut scene, &frame);
    legend.draw(&mut scene, frame.bottom + below);
    let mut data = Data::new(["path", "other", "both [kHz]", "fraction of the path's rate"]);
    for (i, row) in overlaps.iter().enumerate() {
        data.rows.extend(row.iter().enumerate().map(|(j, khz)| {
            let names = [name(i).into(), name(j).into()];
            let numbers = [(*khz).into(), fraction(i, j).into()];
            names.into_iter().chain(numbers).collect()
        }));
    }
    Some(Figure::new("overlaps", &legend, scene, data))
}

/// The fractions as text in the cells.
fn numbers(
    scene: &mut Scene,
    frame: &Frame,
    shown: &[usize],
    fraction: &dyn Fn(usize, usize) -> Option<f64>,
    scale: ColourScale,
) {
    let m = shown.len() as f64;
    let (width, height) = (
        (frame.right - frame.left) / m,
        (frame.bottom - frame.top) / m,
    );
    let size = SIZE.min(0.5 * height).min(0.36 * width);
    for (row, i) in shown.iter().enumerate() {
        for (column, j) in shown.iter().enumerate() {
            let Some(part) = fraction(*i, *j) else {
                continue;
            };
            let text = match part {
                0.0 => "0".to_owned(),
                v if v < 0.01 => "<0.01".to_owned(),
                v if v >= 0.995 => "1".to_owned(),
                v => format!("{v:.2}"),
            };
            let at = (
                frame.left + (column as f64 + 0.5) * width,
                frame.top + (row as f64 + 0.5) * height + size * CAP / 2.0,
            );
            let colour = contrast(scale.colour(part));
            scene.text(Text::new(text, at, size, Anchor::Middle).colour(colour));
        }
    }
}

/// The paths of the largest rates, in the order of the study.
fn largest(overlaps: &[Vec<f64>]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..overlaps.len()).collect();
    places.sort_by(|i, j| overlaps[*j][*j].total_cmp(&overlaps[*i][*i]));
    places.truncate(PATHS);
    places.sort_unstable();
    places
}
