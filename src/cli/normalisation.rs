//! The factors of a rate, spelled out.

use super::number::readable;
use crate::study::Normalisation;

/// What the rate of all background events is made of.
pub fn factors(normalisation: &Normalisation) -> String {
    match normalisation {
        Normalisation::Bunches {
            live_fraction,
            bunches,
            revolution_hz,
        } => format!(
            "live fraction {} x {} colliding bunches x {} Hz",
            readable(*live_fraction),
            readable(*bunches),
            readable(*revolution_hz)
        ),
        Normalisation::InputRate { hz } => {
            format!("input rate {} Hz, as the study says", readable(*hz))
        }
    }
}
