//! Smallest and largest values with the points that have them.

use crate::engine::{Peak, Span};
use crate::plan::Compiled;
use crate::results::summary::{Extreme, Extremes};

/// The extremes of every figure, for people and programs.
pub fn extremes(compiled: &Compiled, spans: &[Option<Span>]) -> Vec<Extremes> {
    let space = &compiled.plan.space;
    let mut at = vec![0.0; space.axes.len()];
    let mut told = |peak: Peak| {
        space.coordinates(peak.index, &mut at);
        let names = space.axes.iter().map(|axis| axis.name.clone());
        Extreme {
            value: peak.value,
            index: peak.index,
            point: names.zip(at.iter().copied()).collect(),
        }
    };
    let of_figure = |(figure, span): (&crate::merit::Named, &Option<Span>)| Extremes {
        figure: figure.name.clone(),
        unit: figure.unit.to_owned(),
        min: span.map(|s| told(s.min)),
        max: span.map(|s| told(s.max)),
    };
    compiled.figures.iter().zip(spans).map(of_figure).collect()
}
