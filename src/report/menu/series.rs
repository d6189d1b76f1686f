//! Estimated numbers along an axis: a line in its band, points with their intervals, limits.

use crate::report::colour::{Colour, tint};
use crate::report::frame::{Axis, Frame};
use crate::report::legend::Key;
use crate::report::marks;
use crate::report::scene::Scene;
use crate::results::menu_record::Measured;

/// Up to so many levels each has a point on the line.
const POINTS: usize = 40;
/// From this ratio of largest to smallest on, equal factors are drawn as equal distances.
const LOG_FROM: f64 = 20.0;
/// Decades below the largest number that an axis may reach.
const DECADES: f64 = 10.0;

/// A number at each of `x`.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    pub x: &'a [f64],
    pub y: &'a [Measured],
    pub colour: Colour,
    pub dashed: bool,
    /// The points' shape.
    pub shape: usize,
}

impl Series<'_> {
    /// The 68 % intervals, pale; drawn before the lines of all series.
    pub fn band(&self, scene: &mut Scene, frame: &Frame) {
        let points: Vec<_> = self.x.iter().zip(self.y).collect();
        // A limit is drawn where no event passes.
        for run in points.split(|(_, m)| m.value == 0.0 && m.upper_limit.is_some()) {
            if run.len() < 2 {
                continue;
            }
            let end = |x: f64, v: f64| frame.at(x, inside(&frame.y, v));
            let highs = run.iter().map(|(x, m)| end(**x, m.high));
            let lows = run.iter().rev().map(|(x, m)| end(**x, m.low));
            scene.polygon(highs.chain(lows).collect(), tint(self.colour, 0.22));
        }
    }

    /// The line, with points where there are few and the limits where no event passes.
    pub fn line(&self, scene: &mut Scene, frame: &Frame) {
        let mut line = Vec::new();
        let mut lines = Vec::new();
        for (x, m) in self.x.iter().zip(self.y) {
            if frame.y.holds(m.value) {
                line.push(frame.at(*x, m.value));
            } else {
                lines.push(std::mem::take(&mut line));
            }
        }
        lines.push(line);
        for line in lines {
            if self.dashed {
                scene.dashed(&line, 2.5, self.colour, (10.0, 6.0));
            } else {
                scene.line(line, 2.5, self.colour);
            }
        }
        for (x, m) in self.x.iter().zip(self.y) {
            if let Some(limit) = m.upper_limit.filter(|_| m.value == 0.0) {
                arrow_down(scene, frame, (*x, limit), self.colour);
            } else if self.x.len() <= POINTS && frame.y.holds(m.value) {
                if self.x.len() == 1 {
                    interval(scene, frame, *x, m, self.colour);
                }
                marks::point(scene, frame.at(*x, m.value), self.shape, self.colour);
            }
        }
    }

    pub fn key(&self) -> Key {
        Key::Line {
            colour: self.colour,
            width: 3.5,
            dashed: self.dashed,
        }
    }
}

/// The vertical 68 % interval at `x`.
pub fn interval(scene: &mut Scene, frame: &Frame, x: f64, m: &Measured, colour: Colour) {
    let ends = [m.low, m.high].map(|v| frame.at(x, inside(&frame.y, v)));
    scene.line(ends.to_vec(), 2.0, colour);
}

/// An upper limit: a dash and an arrow down from it.
fn arrow_down(scene: &mut Scene, frame: &Frame, (x, limit): (f64, f64), colour: Colour) {
    if !frame.y.holds(limit) {
        return;
    }
    let (x, y) = frame.at(x, limit);
    let end = (y + 22.0).min(frame.bottom);
    scene.line(vec![(x - 7.0, y), (x + 7.0, y)], 2.0, colour);
    scene.line(vec![(x, y), (x, end - 4.0)], 2.0, colour);
    scene.polygon(
        vec![(x - 5.0, end - 7.0), (x + 5.0, end - 7.0), (x, end)],
        colour,
    );
}

/// `value`, or the end of the axis beyond which it lies.
pub fn inside(axis: &Axis, value: f64) -> f64 {
    value.max(axis.low).min(axis.high)
}

/// An axis of rates: `numbers` with their limits, and the `others` that it must reach.
pub fn rate_axis<'a>(
    title: &str,
    numbers: impl IntoIterator<Item = &'a Measured>,
    others: &[f64],
) -> Axis {
    let (mut most, mut least) = (0.0f64, f64::INFINITY);
    let mut take = |low: f64, high: f64| {
        if low > 0.0 && low.is_finite() {
            least = least.min(low);
        }
        if high.is_finite() {
            most = most.max(high);
        }
    };
    for m in numbers {
        match m.upper_limit.filter(|_| m.value == 0.0) {
            Some(limit) => take(limit, limit),
            // An interval may reach down to next to nothing.
            None => take(m.low.max(0.3 * m.value), m.high.max(m.value)),
        }
    }
    others.iter().for_each(|v| take(*v, *v));
    if least < f64::INFINITY && most > LOG_FROM * least {
        let low = (0.6 * least).max(most * 10f64.powf(-DECADES));
        Axis::decades(title, low, 2.0 * most)
    } else {
        Axis::linear(title, 0.0, 1.08 * most, 7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(value: f64) -> Measured {
        Measured {
            value,
            sigma: 0.1 * value,
            low: 0.9 * value,
            high: 1.1 * value,
            upper_limit: None,
        }
    }

    #[test]
    fn rates_over_decades_are_logarithmic_and_all_are_on_the_axis() {
        let near = [at(3.0), at(5.0)];
        assert!(!rate_axis("", &near, &[]).log);
        assert!(rate_axis("", &near, &[100.0]).log);
        let wide = [at(1e-7), at(1e5), at(0.0)];
        let axis = rate_axis("", &wide, &[]);
        assert!(axis.log && axis.holds(1e5) && !axis.holds(1e-7) && axis.low > 0.0);
        let none = rate_axis("", &[at(0.0)], &[]);
        assert!(!none.log && none.holds(0.0) && none.high > 0.0);
    }
}
