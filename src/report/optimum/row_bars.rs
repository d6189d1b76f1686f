//! Horizontal bars of one number or two for each path.

use crate::report::colour::{BLACK, BLUE, VERMILION};
use crate::report::figure::{Data, Figure};
use crate::report::frame::{Axis, BELOW, Frame};
use crate::report::legend::Legend;
use crate::report::number;
use crate::report::rows::{self, Rows};
use crate::report::scene::Scene;
use crate::report::surface::range;

/// From this ratio of largest to smallest on, equal factors are drawn as equal distances.
const LOG_FROM: f64 = 20.0;
/// Decades below the largest number that an axis may reach.
const DECADES: f64 = 5.0;

/// A chart, its rows from the top.
pub struct RowBars {
    pub x: String,
    pub unit: String,
    /// Value in `unit` = value as recorded * `factor`.
    pub factor: f64,
    pub names: Vec<String>,
    /// As recorded; as many in each row.
    pub bars: Vec<Vec<Option<f64>>>,
    /// Drawn through all rows.
    pub line: Option<f64>,
    /// Whether the axis may be.
    pub logarithmic: bool,
    pub legend: Legend,
}

impl RowBars {
    /// `None` without a finite number.
    pub fn draw(mut self, name: &str, data: Data) -> Option<Figure> {
        let x = self.axis()?;
        if x.log {
            let note = "No bar: not above 0, or below the axis.";
            if self.values().any(|v| v < x.low) {
                self.legend.notes.push(note.to_owned());
            }
        }
        let (top, bottom) = self.legend.room(BELOW);
        let rows = Rows {
            names: self.names.clone(),
            values: self.bars.iter().map(|bars| self.text(bars)).collect(),
        };
        let frame = rows.frame(x, top, bottom);
        let mut scene = Scene::default();
        let half = (0.36 * rows::height(&frame)).min(34.0);
        for (k, bars) in self.bars.iter().enumerate() {
            let thick = 2.0 * half / bars.len().max(1) as f64;
            let mut y = rows::middle(&frame, k) - half;
            for (value, colour) in bars.iter().zip([BLUE, VERMILION]) {
                if let Some(value) = value {
                    self.bar(
                        &mut scene,
                        &frame,
                        value * self.factor,
                        (y, y + thick),
                        colour,
                    );
                }
                y += thick;
            }
        }
        let upright = |scene: &mut Scene, value: f64, dash: (f64, f64)| {
            let x = frame.at(value, 0.0).0;
            scene.dashed(&[(x, frame.bottom), (x, frame.top)], 2.0, BLACK, dash);
        };
        let line = self.line.map(|v| v * self.factor);
        if let Some(value) = line.filter(|v| frame.x.holds(*v)) {
            upright(&mut scene, value, (12.0, 7.0));
        }
        if !frame.x.log && frame.x.low < 0.0 {
            let x = frame.at(0.0, 0.0).0;
            scene.line(vec![(x, frame.bottom), (x, frame.top)], 1.5, BLACK);
        }
        frame.draw(&mut scene, false);
        rows.draw(&mut scene, &frame);
        self.legend.draw(&mut scene, frame.bottom + BELOW);
        Some(Figure::new(name, &self.legend, scene, data))
    }

    /// Every finite value, in the chart's unit.
    fn values(&self) -> impl Iterator<Item = f64> {
        let values = self.bars.iter().flatten().flatten().chain(&self.line);
        values.map(|v| v * self.factor).filter(|v| v.is_finite())
    }

    fn axis(&self) -> Option<Axis> {
        let (low, high) = range(self.values())?;
        let title = number::with_unit(&self.x, &self.unit);
        let above: Vec<f64> = self.values().filter(|v| *v > 0.0).collect();
        let least = above.iter().copied().fold(f64::INFINITY, f64::min);
        if self.logarithmic && high > LOG_FROM * least {
            let low = (0.5 * least).max(high * 10f64.powf(-DECADES));
            return Some(Axis::decades(title, low, 1.5 * high));
        }
        let (low, high) = (low.min(0.0), high.max(0.0));
        let pad = 0.06 * (high - low);
        let low = if low < 0.0 { low - pad } else { 0.0 };
        let high = if high > 0.0 { high + pad } else { 0.0 };
        Some(match high > low {
            true => Axis::linear(title, low, high, 6),
            // All are 0.
            false => Axis::linear(title, 0.0, 1.0, 6),
        })
    }

    fn text(&self, bars: &[Option<f64>]) -> String {
        let texts = bars.iter().map(|value| match value {
            Some(0.0) => "0".to_owned(),
            Some(v) => number::significant(v * self.factor, 3),
            None => "–".to_owned(),
        });
        texts.collect::<Vec<_>>().join(" / ")
    }

    fn bar(
        &self,
        scene: &mut Scene,
        frame: &Frame,
        value: f64,
        (top, bottom): (f64, f64),
        colour: crate::report::colour::Colour,
    ) {
        let origin = if frame.x.log { frame.x.low } else { 0.0 };
        let seen = value.is_finite() && (!frame.x.log || value > origin);
        if seen {
            let ends = [origin, value].map(|v| frame.at(v, 0.0).0);
            scene.rect((ends[0], top), (ends[1], bottom), colour);
        }
    }
}
