//! Horizontal rows: names to the left of the frame, numbers to its right.

use super::frame::{Axis, CAP, Frame};
use super::legend::fit;
use super::scene::{Anchor, Scene, Text, WIDTH, text_width};

const SIZE: f64 = 20.0;
const MARGIN: f64 = 24.0;
const GAP: f64 = 16.0;
/// Widest that names may be.
const NAMES: f64 = 380.0;

/// What stands beside each row, the first at the top.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    pub names: Vec<String>,
    pub values: Vec<String>,
}

impl Rows {
    /// The frame that names and numbers leave room for.
    pub fn frame(&self, x: Axis, top: f64, bottom: f64) -> Frame {
        let n = self.names.len().max(1);
        let size = text_size((bottom - top) / n as f64);
        let widest = |texts: &[String]| {
            let widths = texts.iter().map(|t| text_width(t, size));
            widths.fold(0.0, f64::max)
        };
        let right = widest(&self.values) + GAP + MARGIN;
        let frame = Frame::new(x, Axis::places(n), top, bottom, right.max(40.0));
        Frame {
            left: MARGIN + widest(&self.names).min(NAMES) + GAP,
            ..frame
        }
    }

    pub fn draw(&self, scene: &mut Scene, frame: &Frame) {
        let size = text_size(height(frame));
        for (k, (name, value)) in self.names.iter().zip(&self.values).enumerate() {
            let y = middle(frame, k) + size * CAP / 2.0;
            let name = fit(name, size, NAMES);
            let at = (frame.left - GAP, y);
            scene.text(Text::new(name, at, size, Anchor::End));
            let at = (WIDTH - MARGIN, y);
            scene.text(Text::new(value.clone(), at, size, Anchor::End));
        }
    }
}

/// Height of one row in pixels.
pub fn height(frame: &Frame) -> f64 {
    (frame.bottom - frame.top) / (frame.y.high - frame.y.low)
}

/// The middle of row `k`, counted from the top.
pub fn middle(frame: &Frame, k: usize) -> f64 {
    frame.top + (k as f64 + 0.5) * height(frame)
}

fn text_size(row: f64) -> f64 {
    SIZE.min(0.68 * row)
}
