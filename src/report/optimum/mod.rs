//! The figures and tables of an optimisation.

mod composition;
mod convergence;
#[cfg(test)]
pub mod examples;
mod front;
mod knob;
mod knobs_by_limit;
mod objective_by_limit;
mod panel;
mod prescales_by_column;
mod quantity;
mod row_bars;
mod sheets;
mod worth;

pub use sheets::{sentences, sheets};

use super::figure::Figure;
use super::names;
use crate::results::Optimum;

/// Every figure that the record has data for, in the order of the page.
pub fn figures(optimum: &Optimum) -> Vec<Figure> {
    let mut figures = Vec::new();
    figures.extend(convergence::convergence(optimum));
    figures.extend(composition::composition(optimum));
    figures.extend(worth::losses(optimum));
    figures.extend(worth::gains(optimum));
    figures.extend(objective_by_limit::objective_by_limit(optimum));
    figures.extend(knobs_by_limit::knobs_by_limit(optimum));
    figures.extend(front::fronts(optimum));
    figures.extend(prescales_by_column::prescales_by_column(optimum));
    for column in &optimum.columns {
        let own = [
            composition::composition(&column.own),
            worth::losses(&column.own),
            worth::gains(&column.own),
        ];
        figures.extend(own.into_iter().flatten().map(|mut figure| {
            figure.name = names::file(&format!("{}-{}", figure.name, column.name));
            figure.title += &format!(", column {}", column.name);
            figure
        }));
    }
    figures
}

#[cfg(test)]
mod tests;
