//! The figures of a menu: rates, efficiencies, overlaps, scans, turn-ons.

mod efficiencies;
#[cfg(test)]
pub mod examples;
mod measured;
mod overlap;
mod rate_bars;
mod roc;
mod scan;
mod series;
mod sheets;
mod turn_on;

pub use sheets::{Sheet, sheets};

use super::figure::Figure;
use crate::results::MenuRecord;

/// Every figure that the record has data for, in the order of the page.
pub fn figures(menu: &MenuRecord) -> Vec<Figure> {
    let mut figures = Vec::new();
    figures.extend(rate_bars::by_group(menu));
    figures.extend(rate_bars::by_path(menu));
    figures.extend(overlap::overlap(menu));
    figures.extend(efficiencies::efficiencies(menu));
    for scan in &menu.scans {
        figures.extend(scan::rates(scan));
        figures.extend(scan::efficiencies(scan));
        figures.extend(roc::roc(scan, menu.background.as_ref()));
    }
    figures.extend(turn_on::turn_ons(&menu.turn_ons));
    figures
}

#[cfg(test)]
mod tests;
