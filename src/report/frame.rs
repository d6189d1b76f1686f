//! Axes: a frame with ticks inward on all four sides, titles at the axis ends.

use super::colour::{BLACK, WHITE};
use super::legend;
use super::number;
use super::scene::{Anchor, Scene, Text, WIDTH, text_width};
use super::ticks::{self, Ticks};

pub const TICK_SIZE: f64 = 21.0;
pub const TITLE_SIZE: f64 = 25.0;
/// Cap height of the font in em.
pub const CAP: f64 = 0.73;
/// Space between the frame and its tick labels: room for half a marker on the frame.
const LABEL_GAP: f64 = 20.0;
/// Height that the x axis needs below the frame.
pub const BELOW: f64 = LABEL_GAP + 3.0 * TITLE_SIZE;

/// One axis: what it shows, between which values.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub title: String,
    pub low: f64,
    pub high: f64,
    pub log: bool,
    pub ticks: Ticks,
    pub labels: Vec<String>,
}

impl Axis {
    /// A linear axis; a range without length is widened.
    pub fn linear(title: impl Into<String>, low: f64, high: f64, target: usize) -> Self {
        let (low, high) = if high > low {
            (low, high)
        } else {
            let pad = if low == 0.0 { 1.0 } else { low.abs() * 0.05 };
            (low - pad, high + pad)
        };
        let ticks = ticks::linear(low, high, target);
        let labels = number::ticks(&ticks.major, ticks.step);
        Self {
            title: title.into(),
            low,
            high,
            log: false,
            ticks,
            labels,
        }
    }

    /// A logarithmic axis; both ends must be above 0.
    pub fn logarithmic(title: impl Into<String>, low: f64, high: f64) -> Self {
        let ticks = ticks::logarithmic(low, high);
        let labels = ticks
            .major
            .iter()
            .map(|v| match v.log10().round() as i32 {
                0 => "1".into(),
                1 => "10".into(),
                n => number::power_of_ten(n),
            })
            .collect();
        Self {
            title: title.into(),
            low,
            high,
            log: true,
            ticks,
            labels,
        }
    }

    /// A logarithmic axis over few decades, with numbers at 1, 2, 5 and the like.
    pub fn factors(title: impl Into<String>, low: f64, high: f64) -> Self {
        let major = ticks::levels(low, high);
        Self {
            labels: major.iter().map(|v| number::plain(*v)).collect(),
            title: title.into(),
            low,
            high,
            log: true,
            ticks: Ticks {
                major,
                ..Ticks::default()
            },
        }
    }

    /// A logarithmic axis with numbers at decades, or between them where there are few.
    pub fn decades(title: impl Into<String>, low: f64, high: f64) -> Self {
        if (high / low).log10() < 2.2 {
            Self::factors(title, low, high)
        } else {
            Self::logarithmic(title, low, high)
        }
    }

    /// An axis of `n` unnumbered places, centred at 0.5, 1.5, ...
    pub fn places(n: usize) -> Self {
        Self {
            title: String::new(),
            low: 0.0,
            high: n as f64,
            log: false,
            ticks: Ticks::default(),
            labels: Vec::new(),
        }
    }

    /// Where `value` lies: 0 at the low end, 1 at the high end.
    pub fn fraction(&self, value: f64) -> f64 {
        if self.log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    /// Whether `value` lies on the axis, ends included.
    pub fn holds(&self, value: f64) -> bool {
        (-1e-9..=1.0 + 1e-9).contains(&self.fraction(value))
    }

    fn label_width(&self) -> f64 {
        self.labels
            .iter()
            .map(|l| text_width(l, TICK_SIZE))
            .fold(0.0, f64::max)
    }
}

/// The rectangle between the axes, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    pub x: Axis,
    pub y: Axis,
}

impl Frame {
    /// The frame between `top` and `bottom`, as wide as the labels of y and `right_margin` allow.
    pub fn new(x: Axis, y: Axis, top: f64, bottom: f64, right_margin: f64) -> Self {
        let left = 14.0 + TITLE_SIZE + 14.0 + y.label_width() + LABEL_GAP * 0.7;
        Self {
            left,
            top,
            right: WIDTH - right_margin,
            bottom,
            x,
            y,
        }
    }

    /// Pixel of a point of the axes.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (
            self.left + self.x.fraction(x) * (self.right - self.left),
            self.bottom - self.y.fraction(y) * (self.bottom - self.top),
        )
    }

    /// The frame line, ticks, labels and titles. On a coloured ground ticks get a light rim.
    pub fn draw(&self, scene: &mut Scene, on_colour: bool) {
        let (l, t, r, b) = (self.left, self.top, self.right, self.bottom);
        let mut strokes: Vec<[(f64, f64); 2]> = Vec::new();
        for (values, length) in [(&self.x.ticks.major, 14.0), (&self.x.ticks.minor, 7.0)] {
            for v in values {
                let x = self.at(*v, self.y.low).0;
                strokes.push([(x, b), (x, b - length)]);
                strokes.push([(x, t), (x, t + length)]);
            }
        }
        for (values, length) in [(&self.y.ticks.major, 14.0), (&self.y.ticks.minor, 7.0)] {
            for v in values {
                let y = self.at(self.x.low, *v).1;
                strokes.push([(l, y), (l + length, y)]);
                strokes.push([(r, y), (r - length, y)]);
            }
        }
        // A tick at a corner would only thicken the frame.
        strokes.retain(|s| {
            let (x, y) = s[0];
            let inner_x = x > l + 2.0 && x < r - 2.0;
            let inner_y = y > t + 2.0 && y < b - 2.0;
            inner_x || inner_y
        });
        if on_colour {
            for s in &strokes {
                scene.line(s.to_vec(), 4.0, WHITE);
            }
        }
        for s in &strokes {
            scene.line(s.to_vec(), 1.75, BLACK);
        }
        // Closed past its first corner, so that the corner is square.
        let w = 1.0;
        scene.line(
            vec![(l, t), (r, t), (r, b), (l, b), (l, t - w)],
            2.0 * w,
            BLACK,
        );
        self.labels(scene);
        for (title, at, room, upwards) in [
            (&self.x.title, (r, b + BELOW - 14.0), r, false),
            (&self.y.title, (14.0 + TITLE_SIZE * CAP, t), b - t, true),
        ] {
            let (title, size) = legend::shrunk(title, TITLE_SIZE, room);
            let text = Text::new(title, at, size, Anchor::End);
            scene.text(if upwards { text.upwards() } else { text });
        }
    }

    fn labels(&self, scene: &mut Scene) {
        let mut taken = f64::NEG_INFINITY;
        for (v, label) in self.x.ticks.major.iter().zip(&self.x.labels) {
            let x = self.at(*v, self.y.low).0;
            let half = text_width(label, TICK_SIZE) / 2.0;
            if x - half > taken {
                let at = (x, self.bottom + LABEL_GAP + TICK_SIZE * CAP);
                scene.text(Text::new(label.clone(), at, TICK_SIZE, Anchor::Middle));
                taken = x + half + 12.0;
            }
        }
        let mut taken = f64::INFINITY;
        for (v, label) in self.y.ticks.major.iter().zip(&self.y.labels) {
            let y = self.at(self.x.low, *v).1;
            let half = TICK_SIZE * CAP / 2.0;
            if y + half < taken {
                let at = (self.left - LABEL_GAP * 0.7, y + half);
                scene.text(Text::new(label.clone(), at, TICK_SIZE, Anchor::End));
                taken = y - half - 6.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_to_pixels_on_both_kinds_of_axis() {
        let x = Axis::logarithmic("x", 1e-4, 1.0);
        let y = Axis::linear("y", 0.0, 2.0, 5);
        let frame = Frame::new(x, y, 100.0, 500.0, 100.0);
        assert_eq!(frame.at(1e-4, 0.0), (frame.left, 500.0));
        let (x, y) = frame.at(1e-2, 1.0);
        assert!((x - (frame.left + frame.right) / 2.0).abs() < 1e-9);
        assert_eq!(y, 300.0);
        assert!(frame.y.holds(2.0) && !frame.y.holds(2.1));
    }

    #[test]
    fn an_axis_without_length_is_widened() {
        let axis = Axis::linear("", 3.0, 3.0, 5);
        assert!(axis.low < 3.0 && axis.high > 3.0 && !axis.labels.is_empty());
    }
}
