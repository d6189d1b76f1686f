//! `menu.json`: what a run says of its menu at the study's own values, all from raw weights and cuts.

use super::manifest::read_json;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A number that is estimated from events.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub value: f64,
    pub sigma: f64,
    /// The central 68.27 % interval.
    pub low: f64,
    pub high: f64,
    /// One-sided, 95 %; where no event passes.
    pub upper_limit: Option<f64>,
}

/// A menu on its samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MenuRecord {
    /// None without a background sample; then there are no rates.
    pub background: Option<BackgroundRecord>,
    /// In the order of the study.
    pub paths: Vec<PathRecord>,
    pub groups: Vec<GroupRecord>,
    pub signals: Vec<SignalRecord>,
    pub mean_efficiency: Option<Measured>,
    pub purity: Option<Measured>,
    pub targets: Vec<TargetRecord>,
    pub scans: Vec<ScanRecord>,
    pub turn_ons: Vec<TurnOnRecord>,
}

/// The background, and what turns its weights into rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackgroundRecord {
    pub input_khz: f64,
    /// The factors of the input rate, as they are printed.
    pub factors: String,
    pub events: u64,
    pub sum_of_weights: f64,
    pub effective_events: f64,
    pub one_event_khz: f64,
    /// Events that any path keeps, and their rate.
    pub events_passed: u64,
    pub total_khz: Measured,
    /// Rate of the events that both paths keep, by the paths' order; the diagonal is the path's own.
    pub overlaps_khz: Vec<Vec<f64>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathRecord {
    pub name: String,
    pub group: Option<String>,
    /// 0: off.
    pub prescale: f64,
    /// Rates of the background; none without one.
    pub rates: Option<PathRates>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathRates {
    /// Background events that it keeps any part of.
    pub events_passed: u64,
    pub rate_khz: Measured,
    pub pure_khz: Measured,
    pub proportional_khz: Measured,
    pub sequential_khz: Measured,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupRecord {
    pub name: String,
    pub rate_khz: Measured,
    pub pure_khz: Measured,
    pub proportional_khz: Measured,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignalRecord {
    pub name: String,
    pub events: u64,
    pub efficiency: Measured,
    /// The sample's `where`, and the efficiency of the events that it selects.
    pub selection: Option<String>,
    pub efficiency_where: Option<Measured>,
}

/// A figure beside what the trigger is designed for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetRecord {
    /// A name for people: `rate`, `efficiency of hh_4b`.
    pub name: String,
    pub unit: String,
    pub value: Measured,
    /// The value is at most (else: at least) the target.
    pub at_most: bool,
    pub target: f64,
    /// Whether the value keeps the target; none where its interval holds the target.
    pub met: Option<bool>,
}

/// One knob of the menu moved over its levels, everything else at the study's own values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScanRecord {
    /// `menu.SingleMu22.pt`
    pub knob: String,
    pub path: String,
    /// `GeV`, or `1` for factors on thresholds.
    pub unit: String,
    /// Ascending.
    pub levels: Vec<f64>,
    /// The study's own level.
    pub own: f64,
    /// The background at each level; none without background.
    pub rates: Option<ScanRates>,
    pub signals: Vec<ScanSignal>,
    /// The level that meets a rate, where the study asks for one.
    pub target: Option<ScanTarget>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScanRates {
    pub total_khz: Vec<Measured>,
    pub path_khz: Vec<Measured>,
    pub pure_khz: Vec<Measured>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScanSignal {
    pub name: String,
    /// Efficiency of the menu, and of the path alone, at each level.
    pub total: Vec<Measured>,
    pub path: Vec<Measured>,
    /// The path alone against the background; none without background.
    pub roc: Option<RocRecord>,
}

/// Signal efficiency against background acceptance as the threshold moves, loosest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RocRecord {
    pub acceptance: Vec<f64>,
    pub efficiency: Vec<f64>,
    /// Area under the curve over acceptances from 0 to 1, and its error.
    pub auc: f64,
    pub auc_sigma: f64,
    /// The efficiency where the path alone has the rate budget; none where no level is within it.
    pub budget_khz: Option<f64>,
    pub efficiency_at_budget: Option<Measured>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScanTarget {
    /// `total` or `path`: which rate is meant.
    pub of: String,
    pub rate_khz: f64,
    /// The loosest level whose rate is at most the target; none where there is none.
    pub level: Option<f64>,
    /// The same for the ends of the rates' 68.27 % intervals.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// Efficiency against a reference quantity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnOnRecord {
    pub path: String,
    pub sample: String,
    /// `gen_muon.pt`, and its unit.
    pub reference: String,
    pub unit: String,
    /// `scalar`, `leading object`, `every object, matched within delta R 0.2`
    pub matching: String,
    /// The selection of the denominator.
    pub selection: Option<String>,
    /// The online threshold on the same quantity, for a line in the figure.
    pub threshold: Option<f64>,
    /// One more than bins.
    pub edges: Vec<f64>,
    pub bins: Vec<TurnOnBin>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnOnBin {
    /// Events or objects in the denominator, and those that pass.
    pub entries: u64,
    pub passed: u64,
    /// None in an empty bin.
    pub efficiency: Option<Measured>,
}

impl MenuRecord {
    /// The file's name in a results directory.
    pub const FILE: &str = "menu.json";

    /// Reads `menu.json` of a results directory; none where it has none.
    ///
    /// # Errors
    /// A [`Fault`](crate::Fault) where the file is no menu of a run.
    pub fn read(directory: &Path) -> Result<Option<Self>> {
        if directory.join(Self::FILE).exists() {
            read_json(directory, Self::FILE).map(Some)
        } else {
            Ok(None)
        }
    }
}
