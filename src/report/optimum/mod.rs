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
use crate::results::Optimum;

/// Every figure that the record has data for, in the order of the page.
pub fn figures(optimum: &Optimum) -> Vec<Figure> {
    let mut figures = Vec::new();
    figures.extend(convergence::convergence(optimum));
    figures.extend(of_menu(optimum, Column(None)));
    figures.extend(objective_by_limit::objective_by_limit(optimum));
    figures.extend(knobs_by_limit::knobs_by_limit(optimum));
    figures.extend(front::fronts(optimum));
    figures.extend(prescales_by_column::prescales_by_column(optimum));
    for column in &optimum.columns {
        figures.extend(of_menu(&column.own, Column(Some(&column.name))));
    }
    figures
}

fn of_menu(optimum: &Optimum, column: Column<'_>) -> impl Iterator<Item = Figure> {
    let figures = [
        composition::composition(optimum, column),
        worth::losses(optimum, column),
        worth::gains(optimum, column),
    ];
    figures.into_iter().flatten()
}

/// The prescale column that a figure is of, where there are several.
#[derive(Debug, Clone, Copy)]
struct Column<'a>(Option<&'a str>);

impl Column<'_> {
    fn title(&self, title: &str) -> String {
        match self.0 {
            Some(name) => format!("{title}, column {name}"),
            None => title.to_owned(),
        }
    }

    fn file(&self, name: &str) -> String {
        match self.0 {
            Some(column) => format!("{name}-{column}"),
            None => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
