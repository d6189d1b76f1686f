//! The knobs of the best points against the limit of a figure, a small panel each.

use super::knob;
use super::objective_by_limit::{ascending, limits, own_limit, smooth};
use super::panel::Grid;
use crate::report::colour::{BLUE, PALE, VERMILION};
use crate::report::figure::{Cell, Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame, TITLE_SIZE};
use crate::report::legend::{Key, Legend};
use crate::report::number;
use crate::report::scene::{Anchor, Scene, Text, WIDTH};
use crate::report::surface::range;
use crate::report::ticks::Ticks;
use crate::results::Optimum;
use crate::results::optimum::{BudgetScan, KnobRecord};

/// Panels of one figure; the data file has every knob.
const PANELS: usize = 12;
/// Half the side of a point's square.
const HALF: f64 = 3.0;

/// One knob over the scan.
struct Track<'a> {
    knob: &'a KnobRecord,
    /// Limit and value, in the order of the scan; none where no point is feasible.
    steps: Vec<(f64, Option<f64>)>,
    /// The distinct values from open to off, of a prescale.
    ladder: Option<Vec<f64>>,
}

/// One figure; where it cannot hold all knobs, one of prescales and one of the others. None without a scan,
/// or where that found no feasible point.
pub fn knobs_by_limit(optimum: &Optimum) -> Vec<Figure> {
    let Some(scan) = optimum.scan.as_ref().map(ascending) else {
        return Vec::new();
    };
    let tracks: Vec<Track> = (0..optimum.knobs.len())
        .filter_map(|k| Track::of(optimum, &scan, k))
        .collect();
    if tracks.len() <= PANELS {
        let figure = figure(optimum, &scan, &tracks, ("Knobs", "optimum-knobs"));
        return figure.into_iter().collect();
    }
    let is_prescale = |t: &Track| t.ladder.is_some();
    let (prescales, others): (Vec<_>, Vec<_>) = tracks.into_iter().partition(is_prescale);
    let parts = [
        (others, ("Knobs", "optimum-knobs")),
        (prescales, ("Prescales", "optimum-prescales")),
    ];
    let figures = parts.map(|(tracks, names)| figure(optimum, &scan, &tracks, names));
    figures.into_iter().flatten().collect()
}

/// `None` without tracks.
fn figure(
    optimum: &Optimum,
    scan: &BudgetScan,
    tracks: &[Track],
    (what, name): (&str, &str),
) -> Option<Figure> {
    tracks.first()?;
    let shown = most_moved(tracks);
    let x = limits(scan)?;
    let own = own_limit(optimum, scan);
    let axis = x.limit_axis(if shown.len() > 4 { 4 } else { 7 });
    let own = own.filter(|limit| axis.holds(limit * x.factor));
    let line = |colour, width, dashed| Key::Line {
        colour,
        width,
        dashed,
    };
    let mut entries = vec![(line(BLUE, 3.5, false), "At the best point".to_owned())];
    if shown.iter().any(|t| t.knob.before.is_some()) {
        let text = "The study's own value".to_owned();
        entries.push((line(PALE, 2.5, true), text));
    }
    if let Some(limit) = own {
        let text = format!("The study's own limit: {}", x.plain(limit));
        entries.push((line(VERMILION, 2.0, true), text));
    }
    let mut notes =
        vec!["Squares are the limits that were scanned; a line holds until the next.".to_owned()];
    if tracks.len() > shown.len() {
        notes.push(format!(
            "The {} of {} {} that move most, as a share of their range; all are in the data file.",
            shown.len(),
            tracks.len(),
            what.to_lowercase()
        ));
    }
    notes.extend(smooth(scan));
    let legend = Legend {
        title: format!(
            "{what} of the best points against the limit on {}",
            x.inner()
        ),
        entries,
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let grid = Grid::new(shown.len(), top, bottom);
    let frames = grid.frames(&axis, shown.iter().map(|t| t.axis()).collect());
    let mut scene = Scene::default();
    for (k, (track, frame)) in shown.iter().zip(&frames).enumerate() {
        if let Some(limit) = own {
            let across = frame.at(limit * x.factor, frame.y.low).0;
            let upright = [(across, frame.bottom), (across, frame.top)];
            scene.dashed(&upright, 2.0, VERMILION, (7.0, 5.0));
        }
        track.draw(&mut scene, frame, x.factor);
        let (long, short) = (knob::title(track.knob), knob::short_title(track.knob));
        grid.draw(&mut scene, k, frame, [&long, &short]);
    }
    let at = (WIDTH - 24.0, bottom + BELOW - 14.0);
    scene.text(Text::new(axis.title, at, TITLE_SIZE, Anchor::End));
    legend.draw(&mut scene, bottom + BELOW);
    let data = data(scan, tracks);
    Some(Figure::new(name, &legend, scene, data))
}

/// As many tracks as there are panels, in their order.
fn most_moved<'a, 'b>(tracks: &'a [Track<'b>]) -> Vec<&'a Track<'b>> {
    let mut order: Vec<(usize, f64)> = tracks.iter().map(Track::moved).enumerate().collect();
    // Stable: knobs that move alike keep their order.
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    order.truncate(PANELS);
    order.sort_by_key(|(k, _)| *k);
    order.iter().map(|(k, _)| &tracks[*k]).collect()
}

impl<'a> Track<'a> {
    fn of(optimum: &'a Optimum, scan: &BudgetScan, k: usize) -> Option<Self> {
        let knob = &optimum.knobs[k];
        let value = |knobs: &Option<Vec<f64>>| knobs.as_ref()?.get(k).copied();
        let steps: Vec<_> = scan
            .points
            .iter()
            .map(|p| (p.limit, value(&p.knobs).filter(|v| v.is_finite())))
            .collect();
        steps.iter().find_map(|s| s.1)?;
        let ladder = knob::is_prescale(knob).then(|| {
            let mut values: Vec<f64> = steps.iter().filter_map(|s| s.1).collect();
            values.extend(knob.before);
            // Off is more than any prescale.
            let order = |v: f64| if v > 0.0 { v } else { f64::INFINITY };
            values.sort_by(|a, b| order(*a).total_cmp(&order(*b)));
            values.dedup();
            values
        });
        Some(Self {
            knob,
            steps,
            ladder,
        })
    }

    /// How far the knob moves, as a share of its range.
    fn moved(&self) -> f64 {
        let places = self.steps.iter().filter_map(|s| s.1);
        range(places.map(|v| knob::place(self.knob, v))).map_or(0.0, |(low, high)| high - low)
    }

    /// Thresholds on their scale; prescales a place each, since off is no number.
    fn axis(&self) -> Axis {
        if let Some(ladder) = &self.ladder {
            return Axis {
                ticks: Ticks {
                    major: (0..ladder.len()).map(|k| k as f64 + 0.5).collect(),
                    ..Ticks::default()
                },
                labels: ladder.iter().map(|v| knob::text(self.knob, *v)).collect(),
                ..Axis::places(ladder.len())
            };
        }
        let values = self.steps.iter().filter_map(|s| s.1);
        let (low, high) = range(values.chain(self.knob.before)).unwrap_or((0.0, 1.0));
        let pad = 0.12 * (high - low);
        Axis::linear("", low - pad, high + pad, 4)
    }

    /// Where a value stands on the axis.
    fn height(&self, value: f64) -> f64 {
        match &self.ladder {
            Some(ladder) => ladder.iter().position(|v| *v == value).unwrap_or(0) as f64 + 0.5,
            None => value,
        }
    }

    fn draw(&self, scene: &mut Scene, frame: &Frame, factor: f64) {
        if let Some(before) = self.knob.before {
            let y = frame.at(frame.x.low, self.height(before)).1;
            let across = [(frame.left, y), (frame.right, y)];
            scene.dashed(&across, 2.0, PALE, (7.0, 5.0));
        }
        let at = |limit: f64, value: f64| frame.at(limit * factor, self.height(value));
        let mut line: Vec<(f64, f64)> = Vec::new();
        for (limit, value) in &self.steps {
            if let Some((_, y)) = line.last().copied() {
                line.push((at(*limit, 0.0).0, y));
            }
            match value {
                Some(value) => line.push(at(*limit, *value)),
                None => scene.line(std::mem::take(&mut line), 2.5, BLUE),
            }
        }
        scene.line(line, 2.5, BLUE);
        for (limit, value) in &self.steps {
            if let Some(value) = value {
                let (x, y) = at(*limit, *value);
                scene.rect((x - HALF, y - HALF), (x + HALF, y + HALF), BLUE);
            }
        }
    }
}

fn data(scan: &BudgetScan, tracks: &[Track]) -> Data {
    let limit = number::with_unit(&format!("limit of {}", scan.figure), &scan.unit);
    let heads = tracks.iter();
    let heads = heads.map(|t| number::with_unit(&t.knob.name, &t.knob.unit));
    let mut data = Data::new([limit].into_iter().chain(heads));
    for (k, point) in scan.points.iter().enumerate() {
        let knobs = tracks.iter().map(|t| Cell::from(t.steps[k].1));
        data.rows
            .push([point.limit.into()].into_iter().chain(knobs).collect());
    }
    data
}
