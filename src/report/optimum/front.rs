//! The Pareto front of several objectives: a figure for each two of them.

use super::quantity::{Quantity, error_bar, point};
use crate::report::colour::{BLUE, PALE, VERMILION};
use crate::report::figure::{Cell, Data, Figure};
use crate::report::frame::{BELOW, Frame};
use crate::report::legend::{Key, Legend};
use crate::report::marks;
use crate::report::number;
use crate::report::scene::Scene;
use crate::results::Optimum;
use crate::results::optimum::{FrontPoint, FrontRecord, ObjectiveRecord};

/// Objectives that are drawn against each other.
const OBJECTIVES: usize = 4;
/// Points that are drawn with their errors; more would hide each other.
const WITH_ERRORS: usize = 200;

/// One figure for two objectives, three for three; none without a front.
pub fn fronts(optimum: &Optimum) -> Vec<Figure> {
    let Some(front) = &optimum.front else {
        return Vec::new();
    };
    let n = front.objectives.len();
    let shown = n.min(OBJECTIVES);
    let pairs = (0..shown).flat_map(|y| (y + 1..shown).map(move |x| (x, y)));
    pairs
        .filter_map(|pair| between(optimum, front, pair))
        .collect()
}

/// One coordinate of the front's points.
struct Side<'a> {
    record: &'a ObjectiveRecord,
    index: usize,
    quantity: Quantity,
    /// Of the study's own point.
    own: Option<f64>,
}

impl<'a> Side<'a> {
    fn of(optimum: &Optimum, front: &'a FrontRecord, index: usize) -> Option<Self> {
        let record = &front.objectives[index];
        let own = optimum.before.value(&record.name);
        let points = front.points.iter();
        let ends = points.filter_map(|p| {
            let value = *p.objectives.get(index)?;
            let sigma = sigma(p, index).unwrap_or(0.0);
            Some([value - sigma, value + sigma])
        });
        let quantity = Quantity::over(&record.name, &record.unit, ends.flatten().chain(own))?;
        Some(Self {
            record,
            index,
            quantity,
            own,
        })
    }

    fn value(&self, point: &FrontPoint) -> Option<f64> {
        let value = *point.objectives.get(self.index)?;
        value.is_finite().then_some(value * self.quantity.factor)
    }

    fn sigma(&self, point: &FrontPoint) -> Option<f64> {
        Some(sigma(point, self.index)? * self.quantity.factor)
    }

    fn worse(&self, a: f64, b: f64) -> f64 {
        if self.record.larger {
            a.min(b)
        } else {
            a.max(b)
        }
    }

    /// `large mean efficiency`.
    fn aim(&self) -> String {
        let aim = if self.record.larger { "large" } else { "small" };
        format!("{aim} {}", self.quantity.inner())
    }
}

fn sigma(point: &FrontPoint, index: usize) -> Option<f64> {
    point.sigmas.get(index).copied().flatten()
}

fn between(optimum: &Optimum, front: &FrontRecord, (x, y): (usize, usize)) -> Option<Figure> {
    let (x, y) = (Side::of(optimum, front, x)?, Side::of(optimum, front, y)?);
    let mut points: Vec<(&FrontPoint, (f64, f64))> = front
        .points
        .iter()
        .filter_map(|p| Some((p, (x.value(p)?, y.value(p)?))))
        .collect();
    points.first()?;
    points.sort_by(|a, b| a.1.0.total_cmp(&b.1.0).then(a.1.1.total_cmp(&b.1.1)));
    let key = |shape, colour| Key::Point { shape, colour };
    let mut entries = vec![(key(1, BLUE), "No other point is better in all".to_owned())];
    let own = x.own.zip(y.own);
    if own.is_some() {
        entries.push((key(3, VERMILION), "The study's own values".to_owned()));
    }
    let mut notes = vec![format!("Wanted: {}, {}.", y.aim(), x.aim())];
    let others: Vec<String> = (0..front.objectives.len())
        .filter(|k| *k != x.index && *k != y.index)
        .filter_map(|k| Some(Side::of(optimum, front, k)?.aim()))
        .collect();
    if !others.is_empty() {
        notes.push(format!("The front is also of {}.", others.join(" and ")));
    }
    let with_errors = points.len() <= WITH_ERRORS;
    let any = |side: &Side| points.iter().any(|p| side.sigma(p.0).is_some());
    if with_errors && (any(&x) || any(&y)) {
        notes.push("Bars are one standard error.".to_owned());
    }
    let legend = Legend {
        title: format!(
            "Pareto front: {} against {}",
            y.quantity.inner(),
            x.quantity.inner()
        ),
        entries,
        notes,
    };
    let (top, bottom) = legend.room(BELOW);
    let (across, up) = (x.quantity.axis(), y.quantity.axis());
    let frame = Frame::new(across, up, top, bottom, 40.0);
    let mut scene = Scene::default();
    if others.is_empty() {
        scene.line(attained(&x, &y, &points, &frame), 1.5, PALE);
    }
    frame.draw(&mut scene, false);
    if with_errors {
        for (p, (a, b)) in &points {
            if let Some(s) = x.sigma(p) {
                let ends = [a - s, a + s].map(|a| frame.at(a, *b));
                error_bar(&mut scene, ends[0], ends[1], BLUE);
            }
            if let Some(s) = y.sigma(p) {
                let ends = [b - s, b + s].map(|b| frame.at(*a, b));
                error_bar(&mut scene, ends[0], ends[1], BLUE);
            }
        }
    }
    for (_, (a, b)) in &points {
        point(&mut scene, frame.at(*a, *b), BLUE);
    }
    if let Some((a, b)) = own {
        let at = frame.at(a * x.quantity.factor, b * y.quantity.factor);
        marks::point(&mut scene, at, 3, VERMILION);
    }
    legend.draw(&mut scene, frame.bottom + BELOW);
    let name = match front.objectives.len() {
        2 => "optimum-front".to_owned(),
        _ => format!("optimum-front-{}-{}", y.record.name, x.record.name),
    };
    Some(Figure::new(name, &legend, scene, data(optimum, front)))
}

/// The line below which (in both objectives) the front lies.
fn attained(
    x: &Side,
    y: &Side,
    points: &[(&FrontPoint, (f64, f64))],
    frame: &Frame,
) -> Vec<(f64, f64)> {
    let mut line = Vec::new();
    for pair in points.windows(2) {
        let ((a, b), (c, d)) = (pair[0].1, pair[1].1);
        line.push(frame.at(a, b));
        line.push(frame.at(x.worse(a, c), y.worse(b, d)));
        line.push(frame.at(c, d));
    }
    line
}

fn data(optimum: &Optimum, front: &FrontRecord) -> Data {
    let mut header = Vec::new();
    for objective in &front.objectives {
        for what in ["", " sigma"] {
            let name = format!("{}{what}", objective.name);
            header.push(number::with_unit(&name, &objective.unit));
        }
    }
    let knobs = optimum.knobs.iter();
    header.extend(knobs.map(|k| number::with_unit(&k.name, &k.unit)));
    let mut data = Data::new(header);
    data.rows = front
        .points
        .iter()
        .map(|p| {
            let mut row = Vec::new();
            for k in 0..front.objectives.len() {
                row.push(Cell::from(p.objectives.get(k).copied()));
                row.push(sigma(p, k).into());
            }
            row.extend((0..optimum.knobs.len()).map(|k| Cell::from(p.knobs.get(k).copied())));
            row
        })
        .collect();
    data
}
