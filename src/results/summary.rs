//! What a run found, in one file that later programs and the report read.

use super::manifest::read_json;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// `summary.json` of an exploration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub study: String,
    pub points: u64,
    /// Points that meet every budget, where the study has any or does not keep all points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feasible: Option<u64>,
    /// Points in the tables, where those are not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<u64>,
    /// The best feasible point of an optimisation, null where it found none; absent where nothing was optimised.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub best: Option<serde_json::Value>,
    /// Smallest and largest value of each figure in the tables, in catalogue order.
    pub extremes: Vec<Extremes>,
    /// The study's own values, no axis applied.
    pub base: PointFigures,
    /// The study's marked points.
    pub marks: Vec<Mark>,
    /// Score distributions of the classifiers at the study's own values.
    pub scores: Vec<ScoreRecord>,
    /// Wall-time tables and their fits.
    pub wall_times: Vec<WallTimeRecord>,
}

/// A knob's values and the figures there: the shape that `evaluate --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PointFigures {
    pub point: BTreeMap<String, f64>,
    /// In catalogue order.
    pub figures: serde_json::Map<String, serde_json::Value>,
}

impl PointFigures {
    /// The value of a figure; `None` where there is none or it is not finite.
    pub fn value(&self, figure: &str) -> Option<f64> {
        self.figures.get(figure)?.get("value")?.as_f64()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extremes {
    pub figure: String,
    pub unit: String,
    /// `None` where no point has a finite value.
    pub min: Option<Extreme>,
    pub max: Option<Extreme>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extreme {
    pub value: f64,
    /// Its standard error, where it is estimated.
    #[serde(default)]
    pub sigma: Option<f64>,
    /// Index of the first point that has it.
    pub index: u64,
    pub point: BTreeMap<String, f64>,
}

/// A marked point: another study's own values, placed on this study's landscape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub name: String,
    /// Workbook and complexities of the marked study.
    pub base: String,
    /// The marked study's own figures, at its values of this study's axes.
    pub own: PointFigures,
    /// This study's figures at the same axis values. Where one differs from `own`, the mark does
    /// not lie on that figure's surface: it belongs to another base.
    pub surface: PointFigures,
}

/// Histogram of the scores of one classifier, both sides normalised to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreRecord {
    pub stage: String,
    /// Gaussian, L1T or HLT.
    pub classifier: String,
    pub reduction_ratio: f64,
    pub skill: f64,
    pub threshold: f64,
    /// Bin edges, one more than bins.
    pub edges: Vec<f64>,
    /// Share of the negative (positive) events in each bin; positives with the skill boost applied.
    pub negative: Vec<f64>,
    pub positive: Vec<f64>,
}

/// A wall-time table and the cubics fitted to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WallTimeRecord {
    pub node: String,
    /// The table's file, as the study names it.
    pub source: String,
    /// The node's message at the study's own values: where the fit is used.
    pub message_bytes: f64,
    pub event_bytes: Vec<f64>,
    pub columns: Vec<WallTimeFit>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WallTimeFit {
    pub column: String,
    /// Relative wall time at each of `event_bytes`.
    pub values: Vec<f64>,
    /// `[k3, k2, k1]` of k3 m^3 + k2 m^2 + k1 m.
    pub coefficients: [f64; 3],
    /// Whether the study uses this column.
    pub used: bool,
}

/// A field that is there, if only with null.
fn present<'de, D: serde::Deserializer<'de>>(
    value: D,
) -> Result<Option<serde_json::Value>, D::Error> {
    serde_json::Value::deserialize(value).map(Some)
}

impl Summary {
    /// Reads `summary.json` of a results directory.
    pub fn read(directory: &Path) -> crate::Result<Self> {
        read_json(directory, "summary.json")
    }
}
