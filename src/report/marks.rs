//! Marked points: one shape and colour each, hollow where they belong to another base.

use super::colour::{self, BLACK, Colour, WHITE};
use super::frame::{Axis, Frame};
use super::legend::Key;
use super::scene::Scene;
use crate::results::summary::Mark;

/// Half the size of a marker, in pixels.
pub const RADIUS: f64 = 12.0;
/// Half the size of a point of a series.
const POINT_RADIUS: f64 = 6.5;
/// Marks nearer than this are drawn inside one another.
const COINCIDE: f64 = 10.0;

/// The sign of one mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marker {
    /// Place in the list of marks: gives shape and colour.
    pub order: usize,
    pub hollow: bool,
}

/// A mark where it is to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub name: String,
    pub marker: Marker,
    pub at: (f64, f64),
    /// Larger than 1 where a later mark lies inside.
    pub scale: f64,
}

/// The marks of one figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placement {
    pub placed: Vec<Placed>,
    /// Names of the marks that the axes do not reach.
    pub outside: Vec<String>,
}

/// Whether `figure` at the mark differs, by more than a millionth, from the surface at the same axis values.
pub fn is_hollow(mark: &Mark, figure: &str) -> bool {
    match (mark.own.value(figure), mark.surface.value(figure)) {
        (Some(own), Some(surface)) => (own - surface).abs() > 1e-6 * surface.abs(),
        _ => false,
    }
}

/// The value of an axis at a mark.
pub fn axis_value(mark: &Mark, axis: &str) -> Option<f64> {
    let own = mark.own.point.get(axis);
    own.or_else(|| mark.surface.point.get(axis)).copied()
}

/// Places each mark where `position` puts it in `frame`; hollow if any of `figures` differs.
pub fn place(
    marks: &[Mark],
    frame: &Frame,
    figures: &[&str],
    position: impl Fn(&Mark) -> Option<(f64, f64)>,
) -> Placement {
    let mut placement = Placement::default();
    let on = |axis: &Axis, v: f64| v.is_finite() && axis.holds(v);
    for (order, mark) in marks.iter().enumerate() {
        match position(mark) {
            Some((x, y)) if on(&frame.x, x) && on(&frame.y, y) => placement.placed.push(Placed {
                name: mark.name.clone(),
                marker: Marker {
                    order,
                    hollow: figures.iter().any(|f| is_hollow(mark, f)),
                },
                at: frame.at(x, y),
                scale: 1.0,
            }),
            _ => placement.outside.push(mark.name.clone()),
        }
    }
    // From the last backwards: each grows round those that lie inside.
    for k in (0..placement.placed.len()).rev() {
        let (x, y) = placement.placed[k].at;
        let inner = placement.placed[k + 1..]
            .iter()
            .filter(|q| (q.at.0 - x).hypot(q.at.1 - y) < COINCIDE)
            .map(|q| q.scale)
            .fold(0.0, f64::max);
        if inner > 0.0 {
            placement.placed[k].scale = inner * 1.75;
        }
    }
    placement
}

impl Placement {
    pub fn draw(&self, scene: &mut Scene) {
        for p in &self.placed {
            p.marker.draw(scene, p.at, p.scale);
        }
    }

    /// The legend's entries, in the order of the marks.
    pub fn entries(&self) -> Vec<(Key, String)> {
        self.placed
            .iter()
            .map(|p| (Key::Marker(p.marker), p.name.clone()))
            .collect()
    }

    /// What the reader must know: hollow marks, marks left out, marks on top of one another.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.placed.iter().any(|p| p.marker.hollow) {
            notes.push("Hollow: another base; its own value is not that of the surface.".into());
        }
        for outer in self.placed.iter().filter(|p| p.scale > 1.0) {
            let inside = self.placed.iter().find(|q| {
                q.marker.order > outer.marker.order
                    && (q.at.0 - outer.at.0).hypot(q.at.1 - outer.at.1) < COINCIDE
            });
            if let Some(inside) = inside {
                notes.push(format!(
                    "{} (inner) and {} (outer) coincide here.",
                    inside.name, outer.name
                ));
            }
        }
        if !self.outside.is_empty() {
            notes.push(format!("Not on these axes: {}.", self.outside.join(", ")));
        }
        notes
    }

    /// Boxes (left, top, right, bottom) that labels must keep clear of.
    pub fn boxes(&self) -> Vec<[f64; 4]> {
        self.placed
            .iter()
            .map(|p| {
                let r = RADIUS * p.scale + 5.0;
                [p.at.0 - r, p.at.1 - r, p.at.0 + r, p.at.1 + r]
            })
            .collect()
    }
}

impl Marker {
    pub fn draw(&self, scene: &mut Scene, at: (f64, f64), scale: f64) {
        let colour = colour::MARKS[self.order % colour::MARKS.len()];
        let r = RADIUS * scale;
        let outline = |r| outline(self.order, at, r);
        if self.hollow {
            // A little larger, so that the inside stays open.
            let r = 1.1 * r;
            ring(scene, outline(r), 8.5, WHITE);
            ring(scene, outline(r), 6.0, BLACK);
            ring(scene, outline(r), 3.0, colour);
        } else {
            ring(scene, outline(r), 6.0, WHITE);
            ring(scene, outline(r), 3.5, BLACK);
            scene.polygon(outline(r), colour);
        }
    }
}

/// A point of a series, smaller than a mark.
pub fn point(scene: &mut Scene, at: (f64, f64), shape: usize, colour: Colour) {
    ring(scene, outline(shape, at, POINT_RADIUS), 2.0, WHITE);
    scene.polygon(outline(shape, at, POINT_RADIUS), colour);
}

/// The corners of the shape that `order` has.
fn outline(order: usize, (x, y): (f64, f64), r: f64) -> Vec<(f64, f64)> {
    // (corners, turn in degrees, size, star or not), all of about the same area.
    let (n, turn, size, star) = match order % 8 {
        0 => (40, 0.0, 0.95, false),
        1 => (4, 45.0, 1.2, false),
        2 => (3, -90.0, 1.3, false),
        3 => (4, 0.0, 1.25, false),
        4 => (5, -90.0, 1.35, true),
        5 => (3, 90.0, 1.3, false),
        6 => (6, 0.0, 1.05, false),
        _ => (4, -90.0, 1.4, true),
    };
    let points = if star { 2 * n } else { n };
    (0..points)
        .map(|k| {
            let angle = f64::to_radians(turn) + k as f64 / points as f64 * std::f64::consts::TAU;
            let radius = if star && k % 2 == 1 { 0.5 } else { 1.0 } * size * r;
            (x + radius * angle.cos(), y + radius * angle.sin())
        })
        .collect()
}

fn ring(scene: &mut Scene, mut points: Vec<(f64, f64)>, width: f64, colour: Colour) {
    // Past the first corner, so that it is joined like the others.
    points.extend_from_within(..2.min(points.len()));
    scene.line(points, width, colour);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::summary::PointFigures;

    fn mark(name: &str, x: f64, own: f64, surface: f64) -> Mark {
        let figures = |v: f64| PointFigures {
            point: [("x".to_owned(), x)].into(),
            figures: [("f".to_owned(), serde_json::json!({"value": v, "unit": "1"}))]
                .into_iter()
                .collect(),
        };
        Mark {
            name: name.into(),
            base: String::new(),
            own: figures(own),
            surface: figures(surface),
        }
    }

    #[test]
    fn marks_are_hollow_nested_or_left_out() {
        let marks = [
            mark("a", 0.5, 1.0, 1.0),
            mark("b", 0.5, 1.1, 1.0),
            mark("c", 0.5, 1.0, 1.0 + 1e-9),
            mark("d", 2.0, 1.0, 1.0),
        ];
        let frame = Frame::new(
            Axis::linear("", 0.0, 1.0, 5),
            Axis::linear("", 0.0, 1.0, 5),
            0.0,
            500.0,
            0.0,
        );
        let placement = place(&marks, &frame, &["f"], |m| Some((axis_value(m, "x")?, 0.5)));
        let hollow: Vec<bool> = placement.placed.iter().map(|p| p.marker.hollow).collect();
        assert_eq!(hollow, [false, true, false]);
        assert_eq!(placement.outside, ["d"]);
        let scales: Vec<f64> = placement.placed.iter().map(|p| p.scale).collect();
        assert!(scales[0] > scales[1] && scales[1] > scales[2]);
        assert_eq!(placement.notes().len(), 4);
    }
}
