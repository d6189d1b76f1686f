//! `histograms.json`: how many points of a design have which figures.

use super::manifest::read_json;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Histograms of the feasible points.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Histograms {
    /// Points that are counted: the feasible ones.
    pub points: u64,
    pub histograms: Vec<Histogram>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub figure: String,
    pub unit: String,
    /// Whether the bins are of equal ratio instead of equal width.
    pub log: bool,
    /// One more than bins; a bin holds its lower edge, the last one both.
    pub edges: Vec<f64>,
    pub counts: Vec<u64>,
    /// Points below the first edge, above the last one, and without a value.
    pub below: u64,
    pub above: u64,
    pub undefined: u64,
}

impl Histograms {
    pub const FILE: &str = "histograms.json";

    /// Reads `histograms.json` of a results directory; `None` where there is none.
    pub fn read(directory: &Path) -> Result<Option<Self>> {
        if !directory.join(Self::FILE).exists() {
            return Ok(None);
        }
        read_json(directory, Self::FILE).map(Some)
    }
}
