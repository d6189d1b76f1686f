//! Which paths the rate belongs to, before and after.

use super::Column;
use crate::report::colour::{BLUE, Colour, PALE, PALE_BLUE};
use crate::report::figure::{Cell, Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::legend::{Key, Legend};
use crate::report::number;
use crate::report::rows::{self, Rows};
use crate::report::scene::Scene;
use crate::results::Optimum;
use crate::results::optimum::{PathRates, PathWorth};

/// Paths in one figure; the data file has all.
const PATHS: usize = 20;
const BEFORE: [Colour; 2] = [PALE, Colour(90, 90, 90)];
const AFTER: [Colour; 2] = [PALE_BLUE, BLUE];

/// Proportional rates of each path with their pure parts, the largest afterwards first; `None` where no
/// path has a rate.
pub fn composition(optimum: &Optimum, column: Column<'_>) -> Option<Figure> {
    let largest = |p: &PathWorth| p.before.proportional_khz.max(p.after.proportional_khz);
    let most = optimum.paths.iter().map(largest).fold(0.0, f64::max);
    if !(most > 0.0 && most.is_finite()) {
        return None;
    }
    let mut paths: Vec<&PathWorth> = optimum.paths.iter().collect();
    let key = |p: &PathWorth| (p.after.proportional_khz, p.before.proportional_khz);
    paths.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
    let (shown, rest) = paths.split_at(paths.len().min(PATHS));
    let sum = |paths: &[&PathWorth], of: fn(&PathWorth) -> &PathRates| -> f64 {
        paths.iter().map(|p| of(p).proportional_khz).sum()
    };
    let bar = |colour| Key::Line {
        colour,
        width: 12.0,
        dashed: false,
    };
    let total = |of| number::significant(sum(&paths, of), 4);
    let entries = vec![
        (
            bar(BEFORE[0]),
            format!("Before: {} kHz in all", total(|p| &p.before)),
        ),
        (bar(BEFORE[1]), "Pure before".to_owned()),
        (
            bar(AFTER[0]),
            format!("After: {} kHz in all", total(|p| &p.after)),
        ),
        (bar(AFTER[1]), "Pure after".to_owned()),
    ];
    let mut notes = vec![
        "Each event's rate is split between the paths that keep it, so that the bars add up to the total. \
         Pure: kept by no other path."
            .to_owned(),
    ];
    if !rest.is_empty() {
        notes.push(format!(
            "The {} largest; the other {} paths have {} kHz before and {} kHz after.",
            shown.len(),
            rest.len(),
            khz(sum(rest, |p| &p.before)),
            khz(sum(rest, |p| &p.after)),
        ));
    }
    let legend = Legend {
        title: column.title("Composition of the rate before and after"),
        entries,
        notes,
    };
    let text = |p: &&PathWorth| {
        let [before, after] = [&p.before, &p.after].map(|r| khz(r.proportional_khz));
        format!("{before} → {after}")
    };
    let rows = Rows {
        names: shown.iter().map(|p| p.path.clone()).collect(),
        values: shown.iter().map(text).collect(),
    };
    let (top, bottom) = legend.room(BELOW);
    let x = Axis::linear("Proportional rate [kHz]", 0.0, 1.06 * most, 7);
    let frame = rows.frame(x, top, bottom);
    let mut scene = Scene::default();
    let half = (0.36 * rows::height(&frame)).min(34.0);
    for (k, path) in shown.iter().enumerate() {
        let y = rows::middle(&frame, k);
        draw_bar(
            &mut scene,
            &frame,
            (y - half, y - 0.5),
            &path.before,
            BEFORE,
        );
        draw_bar(&mut scene, &frame, (y + 0.5, y + half), &path.after, AFTER);
    }
    frame.draw(&mut scene, false);
    rows.draw(&mut scene, &frame);
    legend.draw(&mut scene, frame.bottom + BELOW);
    Some(Figure::new(
        column.file("optimum-rates"),
        &legend,
        scene,
        data(&paths),
    ))
}

fn khz(rate: f64) -> String {
    if rate == 0.0 {
        "0".to_owned()
    } else {
        number::significant(rate, 3)
    }
}

fn draw_bar(
    scene: &mut Scene,
    frame: &Frame,
    (top, bottom): (f64, f64),
    rates: &PathRates,
    [shared, pure]: [Colour; 2],
) {
    let x = |khz: f64| frame.at(khz.clamp(0.0, frame.x.high), 0.0).0;
    let all = rates.proportional_khz;
    scene.rect((frame.left, top), (x(all), bottom), shared);
    let alone = rates.pure_khz.min(all);
    scene.rect((frame.left, top), (x(alone), bottom), pure);
}

fn data(paths: &[&PathWorth]) -> Data {
    let mut header = vec!["path".to_owned(), "group".to_owned()];
    for when in ["before", "after"] {
        for what in ["rate", "pure rate", "proportional rate"] {
            header.push(format!("{what} {when} [kHz]"));
        }
    }
    let mut data = Data::new(header);
    let row = |p: &&PathWorth| {
        let mut row: Vec<Cell> = vec![
            p.path.as_str().into(),
            p.group.as_deref().unwrap_or("").into(),
        ];
        for rates in [&p.before, &p.after] {
            let numbers = [rates.rate_khz, rates.pure_khz, rates.proportional_khz];
            row.extend(numbers.map(Cell::from));
        }
        row
    };
    data.rows = paths.iter().map(row).collect();
    data
}
