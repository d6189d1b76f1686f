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
mod quantity;
mod row_bars;
mod sheets;
mod worth;

pub use sheets::{sentences, sheets};

use super::figure::Figure;
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
    figures
}

#[cfg(test)]
mod tests;
