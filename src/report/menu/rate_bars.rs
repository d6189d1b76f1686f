//! Rates of groups and paths as bars with their pure parts.

use super::measured;
use crate::report::colour::{BLACK, BLUE, PALE_BLUE, VERMILION};
use crate::report::figure::{Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::legend::{Key, Legend};
use crate::report::number;
use crate::report::rows::{self, Rows};
use crate::report::scene::Scene;
use crate::results::MenuRecord;
use crate::results::menu_record::Measured;

/// Bars in one figure; the data file has all.
const BARS: usize = 20;
/// The axis reaches to the total or the budget if that is not more than so many times the largest bar.
const REACH: f64 = 2.0;
/// A line nearer to the axis' end than this part of the largest bar would not be seen.
const LEAST: f64 = 0.005;

/// One bar.
struct Bar<'a> {
    name: &'a str,
    rate: Measured,
    pure: Measured,
    proportional: Measured,
}

/// Bars of the groups, the largest first; `None` without groups.
pub fn by_group(menu: &MenuRecord) -> Option<Figure> {
    let bars = menu.groups.iter().map(|g| Bar {
        name: &g.name,
        rate: g.rate_khz,
        pure: g.pure_khz,
        proportional: g.proportional_khz,
    });
    let alone = menu.paths.iter().filter(|p| p.group.is_none()).count();
    let note = match alone {
        0 => None,
        1 => Some("One path belongs to no group.".to_owned()),
        n => Some(format!("{n} paths belong to no group.")),
    };
    bar_chart(menu, bars.collect(), ("group", "groups"), note)
}

/// Bars of the paths, the largest first; `None` without background.
pub fn by_path(menu: &MenuRecord) -> Option<Figure> {
    let rates = menu
        .paths
        .iter()
        .filter_map(|p| Some((p, p.rates.as_ref()?)));
    let bars = rates.map(|(path, rates)| Bar {
        name: &path.name,
        rate: rates.rate_khz,
        pure: rates.pure_khz,
        proportional: rates.proportional_khz,
    });
    bar_chart(menu, bars.collect(), ("path", "paths"), None)
}

fn bar_chart(
    menu: &MenuRecord,
    mut bars: Vec<Bar>,
    (one, several): (&str, &str),
    note: Option<String>,
) -> Option<Figure> {
    let background = menu.background.as_ref()?;
    if bars.is_empty() {
        return None;
    }
    bars.sort_by(|a, b| b.rate.value.total_cmp(&a.rate.value));
    let (shown, rest) = bars.split_at(bars.len().min(BARS));
    let reach = |b: &Bar| {
        let limit = b.rate.upper_limit.unwrap_or(0.0);
        b.rate.high.max(b.rate.value).max(limit)
    };
    let largest = shown.iter().map(reach).fold(0.0, f64::max);
    let total = background.total_khz;
    let budget = menu.targets.iter().find(|t| t.name == "rate");
    let near = |khz: f64| khz >= LEAST * largest && khz <= REACH * largest;
    let lines = [
        (
            total.value,
            BLACK,
            format!("Total: {} kHz", measured::text(&total)),
        ),
        (
            budget.map_or(f64::NAN, |t| t.target),
            VERMILION,
            budget.map_or(String::new(), |t| {
                format!("Budget: {} kHz", number::plain(t.target))
            }),
        ),
    ];
    let most = lines
        .iter()
        .map(|l| l.0)
        .filter(|khz| near(*khz))
        .fold(largest, f64::max);
    let x = Axis::linear("Rate [kHz]", 0.0, 1.06 * most, 7);
    let line = |colour, width, dashed| Key::Line {
        colour,
        width,
        dashed,
    };
    let mut entries = vec![
        (line(BLUE, 14.0, false), "Pure".to_owned()),
        (line(PALE_BLUE, 14.0, false), "Shared".to_owned()),
        (line(VERMILION, 4.0, false), "Proportional".to_owned()),
    ];
    let (mut notes, mut beyond) = (Vec::new(), Vec::new());
    for (khz, colour, text) in &lines {
        if near(*khz) {
            entries.push((line(*colour, 2.5, true), text.clone()));
        } else if khz.is_finite() {
            beyond.push(text.as_str());
        }
    }
    if !beyond.is_empty() {
        notes.push(format!("{}.", beyond.join(". ")));
    }
    notes.push(format!(
        "Pure: kept by no other {one}. Proportional: each event is split between the paths that keep \
         it. Bars have 68 % intervals; < is an upper limit at 95 % where no event passes."
    ));
    if !rest.is_empty() {
        let sum: f64 = rest.iter().map(|b| b.proportional.value).sum();
        notes.push(format!(
            "The {} largest; the other {} {several} have {} kHz in proportional rates.",
            shown.len(),
            rest.len(),
            number::significant(sum, 3)
        ));
    }
    notes.extend(note);
    let legend = Legend {
        title: format!("Rates of the menu by {one}"),
        entries,
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let rows = Rows {
        names: shown.iter().map(|b| b.name.to_owned()).collect(),
        values: shown.iter().map(|b| measured::text(&b.rate)).collect(),
    };
    let frame = rows.frame(x, top, bottom);
    let mut scene = Scene::default();
    for (k, bar) in shown.iter().enumerate() {
        draw_bar(&mut scene, &frame, rows::middle(&frame, k), bar);
    }
    for (khz, colour, _) in lines.iter().filter(|l| near(l.0)) {
        let x = frame.at(*khz, 0.0).0;
        scene.dashed(
            &[(x, frame.bottom), (x, frame.top)],
            2.0,
            *colour,
            (12.0, 7.0),
        );
    }
    frame.draw(&mut scene, false);
    rows.draw(&mut scene, &frame);
    legend.draw(&mut scene, frame.bottom + BELOW);
    let columns = ["rate", "pure", "proportional"].map(|name| measured::header(name, "kHz"));
    let mut data = Data::new(
        [one.to_owned()]
            .into_iter()
            .chain(columns.into_iter().flatten()),
    );
    data.rows = bars
        .iter()
        .map(|b| {
            let numbers = [&b.rate, &b.pure, &b.proportional];
            let cells = numbers.into_iter().flat_map(|m| measured::cells(Some(m)));
            [b.name.into()].into_iter().chain(cells).collect()
        })
        .collect();
    Some(Figure::new(format!("rates-by-{one}"), &legend, scene, data))
}

fn draw_bar(scene: &mut Scene, frame: &Frame, middle: f64, bar: &Bar) {
    let half = (0.34 * rows::height(frame)).min(34.0);
    let x = |khz: f64| frame.at(khz.clamp(0.0, frame.x.high), 0.0).0;
    let (top, bottom) = (middle - half, middle + half);
    let (rate, pure) = (x(bar.rate.value), x(bar.pure.value.min(bar.rate.value)));
    scene.rect((frame.left, top), (rate, bottom), PALE_BLUE);
    scene.rect((frame.left, top), (pure, bottom), BLUE);
    if let Some(limit) = bar.rate.upper_limit.filter(|_| bar.rate.value == 0.0) {
        let x = x(limit);
        if x > frame.left + 1.0 {
            scene.line(vec![(frame.left, middle), (x, middle)], 2.0, BLACK);
            let up = [(x, middle - 0.5 * half), (x, middle + 0.5 * half)];
            scene.line(up.to_vec(), 2.0, BLACK);
        }
        return;
    }
    if rate < frame.left + 2.0 {
        return;
    }
    let share = x(bar.proportional.value);
    scene.line(
        vec![(share, top - 2.0), (share, bottom + 2.0)],
        4.0,
        VERMILION,
    );
    let (low, high) = (x(bar.rate.low), x(bar.rate.high));
    scene.line(vec![(low, middle), (high, middle)], 2.0, BLACK);
    for x in [low, high] {
        let up = [(x, middle - 0.4 * half), (x, middle + 0.4 * half)];
        scene.line(up.to_vec(), 2.0, BLACK);
    }
}
