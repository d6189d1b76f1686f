//! Small multiples: a grid of small frames under headings of their own, one x axis.

use crate::report::colour::BLACK;
use crate::report::frame::{Axis, CAP, Frame};
use crate::report::legend::fit;
use crate::report::scene::{Anchor, Scene, Text, WIDTH, text_width};

const MARGIN: f64 = 24.0;
const GAP: f64 = 26.0;
/// Between a frame and its labels.
const LABEL_GAP: f64 = 9.0;

/// Where the panels of a figure lie.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    columns: usize,
    rows: usize,
    n: usize,
    /// Size of the text.
    size: f64,
    top: f64,
    bottom: f64,
}

impl Grid {
    pub fn new(n: usize, top: f64, bottom: f64) -> Self {
        let (columns, size) = match n {
            0 | 1 => (1, 21.0),
            2..=4 => (2, 18.0),
            _ => (3, 16.0),
        };
        Self {
            columns,
            rows: n.div_ceil(columns).max(1),
            n,
            size,
            top,
            bottom,
        }
    }

    /// The frames of panels with these y axes, in rows from the top.
    pub fn frames(&self, x: &Axis, y: Vec<Axis>) -> Vec<Frame> {
        let labels = y.iter().flat_map(|axis| &axis.labels);
        let widest = labels.map(|l| text_width(l, self.size)).fold(0.0, f64::max);
        let (width, height) = (
            (WIDTH - 2.0 * MARGIN + GAP) / self.columns as f64,
            (self.bottom - self.top) / self.rows as f64,
        );
        let frame = |(k, y): (usize, Axis)| {
            let (row, column) = ((k / self.columns) as f64, (k % self.columns) as f64);
            let left = MARGIN + column * width;
            Frame {
                left: left + widest + LABEL_GAP,
                top: self.top + row * height + 1.9 * self.size,
                right: left + width - GAP,
                bottom: self.top + (row + 1.0) * height,
                x: x.clone(),
                y,
            }
        };
        y.into_iter().enumerate().map(frame).collect()
    }

    /// Frame, ticks and the first heading that fits over panel `k`; the numbers of x under the last of each column.
    pub fn draw(&self, scene: &mut Scene, k: usize, frame: &Frame, headings: [&str; 2]) {
        let (l, t, r, b) = (frame.left, frame.top, frame.right, frame.bottom);
        for v in &frame.x.ticks.major {
            let x = frame.at(*v, frame.y.low).0;
            if x > l + 2.0 && x < r - 2.0 {
                scene.line(vec![(x, b), (x, b - 7.0)], 1.5, BLACK);
            }
        }
        for v in &frame.y.ticks.major {
            let y = frame.at(frame.x.low, *v).1;
            if y > t + 2.0 && y < b - 2.0 {
                scene.line(vec![(l, y), (l + 7.0, y)], 1.5, BLACK);
            }
        }
        scene.line(
            vec![(l, t), (r, t), (r, b), (l, b), (l, t - 0.75)],
            1.5,
            BLACK,
        );
        let [long, short] = headings;
        let heading = if text_width(long, self.size) <= r - l {
            long.to_owned()
        } else {
            fit(short, self.size, r - l)
        };
        let at = (l, t - 0.45 * self.size);
        scene.text(Text::new(heading, at, self.size, Anchor::Start));
        let mut taken = f64::INFINITY;
        for (v, label) in frame.y.ticks.major.iter().zip(&frame.y.labels) {
            let y = frame.at(frame.x.low, *v).1;
            let half = self.size * CAP / 2.0;
            if y + half < taken {
                let at = (l - LABEL_GAP, y + half);
                scene.text(Text::new(label.clone(), at, self.size, Anchor::End));
                taken = y - half - 5.0;
            }
        }
        if k + self.columns < self.n {
            return;
        }
        let mut taken = f64::NEG_INFINITY;
        for (v, label) in frame.x.ticks.major.iter().zip(&frame.x.labels) {
            let x = frame.at(*v, frame.y.low).0;
            let half = text_width(label, self.size) / 2.0;
            if x - half > taken && x + half < r + GAP / 2.0 {
                let at = (x, b + 12.0 + self.size);
                scene.text(Text::new(label.clone(), at, self.size, Anchor::Middle));
                taken = x + half + 10.0;
            }
        }
    }
}
