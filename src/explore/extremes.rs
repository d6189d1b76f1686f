//! Smallest and largest values with the points that have them, and how well they are known.

use super::point::evaluate;
use crate::engine::{Engine, Peak, Span};
use crate::error::Result;
use crate::merit::{Figure, Named};
use crate::plan::Compiled;
use crate::results::summary::{Extreme, Extremes};

/// The extremes of every figure, for people and programs; `compiled` has its events.
///
/// # Errors
/// Those of the engine, which is asked once more for the points of estimated figures.
pub fn extremes(
    compiled: &Compiled,
    spans: &[Option<Span>],
    engine: &dyn Engine,
) -> Result<Vec<Extremes>> {
    let space = &compiled.plan.space;
    let figures = || compiled.figures.iter().zip(spans);
    let at = |peak: Peak| {
        let mut at = vec![0.0; space.axes.len()];
        space.coordinates(peak.index, &mut at);
        at
    };
    // Two points of each estimated figure, in the order of the figures.
    let mut points = Vec::new();
    for (_, span) in figures().filter(|(f, _)| f.sigma().is_some()) {
        points.extend(span.iter().flat_map(|s| [at(s.min), at(s.max)]));
    }
    let columns = if points.is_empty() {
        Vec::new()
    } else {
        evaluate(engine, compiled.plan.clone(), points)?
    };
    let mut row = 0;
    let mut all = Vec::new();
    for (figure, span) in figures().filter(|(f, _)| !matches!(f.figure, Figure::MenuSigma(_))) {
        let sigma = sigma_column(compiled, figure);
        let mut told = |peak: Peak| {
            let names = space.axes.iter().map(|axis| axis.name.clone());
            let known = sigma.map(|column| columns[column][row]);
            row += usize::from(sigma.is_some());
            Extreme {
                value: peak.value,
                sigma: known.filter(|s| s.is_finite()),
                index: peak.index,
                point: names.zip(at(peak)).collect(),
            }
        };
        all.push(Extremes {
            figure: figure.name.clone(),
            unit: figure.unit.to_owned(),
            min: span.map(|s| told(s.min)),
            max: span.map(|s| told(s.max)),
        });
    }
    Ok(all)
}

/// The column of a figure's standard error.
fn sigma_column(compiled: &Compiled, figure: &Named) -> Option<usize> {
    let sigma = figure.sigma()?;
    compiled.figures.iter().position(|f| *f == sigma)
}
