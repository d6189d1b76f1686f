//! A figure of merit on an axis: its label, and the unit in which its numbers are easy to read.

use crate::report::colour::Colour;
use crate::report::frame::Axis;
use crate::report::names;
use crate::report::number;
use crate::report::scene::Scene;
use crate::report::surface::range;

/// Half the cap at the end of an error bar, in pixels.
const CAP: f64 = 5.0;
/// Half the side of a point's square.
const HALF: f64 = 4.0;

#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    pub label: String,
    pub unit: String,
    /// Value in `unit` = value as recorded * `factor`.
    pub factor: f64,
    low: f64,
    high: f64,
}

impl Quantity {
    /// The figure `name` over `values`, all in the recorded `unit`; none: no value is finite.
    pub fn over(name: &str, unit: &str, values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let (low, high) = range(values)?;
        let scaled = number::si(low.abs().max(high.abs()), unit);
        Some(Self {
            label: names::label(name),
            unit: scaled.unit,
            factor: scaled.factor,
            low: low * scaled.factor,
            high: high * scaled.factor,
        })
    }

    pub fn title(&self) -> String {
        number::with_unit(&self.label, &self.unit)
    }

    /// The label inside a sentence.
    pub fn inner(&self) -> String {
        names::inner(&self.label)
    }

    /// An axis that holds every value, with some room at both ends.
    pub fn axis(&self) -> Axis {
        let pad = 0.06 * (self.high - self.low);
        Axis::linear(self.title(), self.low - pad, self.high + pad, 7)
    }

    /// The same as limits of the figure, with about so many ticks.
    pub fn limit_axis(&self, ticks: usize) -> Axis {
        let axis = self.axis();
        let title = number::with_unit(&format!("Limit on {}", self.inner()), &self.unit);
        Axis::linear(title, axis.low, axis.high, ticks)
    }

    /// A recorded value with its unit.
    pub fn text(&self, value: f64, digits: usize) -> String {
        joined(
            &number::significant(value * self.factor, digits),
            &self.unit,
        )
    }

    /// A recorded value that somebody typed, with its unit.
    pub fn plain(&self, value: f64) -> String {
        joined(&number::plain(value * self.factor), &self.unit)
    }
}

/// A number and its unit.
pub fn joined(number: &str, unit: &str) -> String {
    match unit {
        "" | "1" => number.to_owned(),
        unit => format!("{number} {unit}"),
    }
}

/// A small point, so that its error bars are seen.
pub fn point(scene: &mut Scene, (x, y): (f64, f64), colour: Colour) {
    scene.rect((x - HALF, y - HALF), (x + HALF, y + HALF), colour);
}

/// A straight bar with caps from `a` to `b` (pixels).
pub fn error_bar(scene: &mut Scene, a: (f64, f64), b: (f64, f64), colour: Colour) {
    let length = (b.0 - a.0).hypot(b.1 - a.1);
    if length < 1.0 {
        return;
    }
    let across = ((a.1 - b.1) / length * CAP, (b.0 - a.0) / length * CAP);
    scene.line(vec![a, b], 2.0, colour);
    for (x, y) in [a, b] {
        let ends = vec![(x - across.0, y - across.1), (x + across.0, y + across.1)];
        scene.line(ends, 2.0, colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_has_the_unit_of_its_largest_value() {
        let power = Quantity::over("scaled_power_w", "W", [1e6, -3e6, f64::NAN]).unwrap();
        assert_eq!(power.title(), "Scaled power [MW]");
        assert_eq!(power.text(1e6, 3), "1.00 MW");
        assert!(power.axis().holds(-3.0) && power.axis().holds(1.0));
        let efficiency = Quantity::over("efficiency.mean", "1", [0.5]).unwrap();
        assert_eq!(
            (efficiency.title(), efficiency.plain(0.5)),
            ("Mean efficiency".into(), "0.5".into())
        );
        assert_eq!(Quantity::over("f1", "1", []), None);
    }
}
