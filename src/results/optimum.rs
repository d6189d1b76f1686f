//! `optimum.json`: the best point of a search, how it was found, how good it can be and what it is worth.

use super::manifest::read_json;
use super::summary::PointFigures;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What an optimisation leaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Optimum {
    pub study: String,
    pub objective: ObjectiveRecord,
    pub budgets: Vec<BudgetRecord>,
    pub search: SearchRecord,
    pub knobs: Vec<KnobRecord>,
    /// The study's own values.
    pub before: PointFigures,
    /// None: no point is feasible.
    pub best: Option<BestRecord>,
    /// Where no point is feasible: the one that violates least.
    pub nearest: Option<NearestRecord>,
    pub bound: BoundRecord,
    /// Looks at events that the search did not see, where a confidence is asked for.
    #[serde(default)]
    pub looks: Vec<LookRecord>,
    /// Of a menu: what each path is worth.
    #[serde(default)]
    pub paths: Vec<PathWorth>,
    /// What paths are worth in, where that is not the objective.
    #[serde(default)]
    pub worth_of: Option<ObjectiveRecord>,
    /// The optimum at other budgets.
    #[serde(default)]
    pub scan: Option<BudgetScan>,
    /// Of several objectives.
    #[serde(default)]
    pub front: Option<FrontRecord>,
    /// Prescale columns, which share thresholds: the objective is their mean.
    #[serde(default)]
    pub columns: Vec<ColumnRecord>,
}

/// One prescale column of an optimum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnRecord {
    pub name: String,
    /// Of the objective; shares add up to 1.
    pub share: f64,
    /// Rate of crossings [kHz].
    pub input_khz: Option<f64>,
    /// Its objective, figures, budgets and paths; the search is that of all columns.
    pub own: Optimum,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectiveRecord {
    /// A figure, or `shortfall`.
    pub name: String,
    pub unit: String,
    pub larger: bool,
}

/// A hard limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetRecord {
    pub figure: String,
    pub unit: String,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub confidence: Option<f64>,
    /// At the best point (else the nearest), on all events.
    pub value: Option<f64>,
    pub sigma: Option<f64>,
    /// What the objective gains for each unit of the figure that the limit is moved, where a relaxation
    /// gives it.
    pub price: Option<f64>,
    /// The prescale column that it belongs to.
    #[serde(default)]
    pub column: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchRecord {
    pub solver: String,
    pub seed: u64,
    /// Of all searches: looks, scans and fronts take several.
    pub evaluations: u64,
    #[serde(default)]
    pub searches: u32,
    /// Points of the space; none: more than 2^64.
    pub points: Option<u64>,
    /// Solvers of the search that the result came from, one after the other.
    pub runs: Vec<RunRecord>,
    /// A time limit ended it: another run may end elsewhere.
    pub timed_out: bool,
    /// Share of the events that the search did not see.
    pub validation: f64,
    /// The best feasible objective after so many evaluations of that search, whenever it became better.
    pub trace: Vec<TracePoint>,
}

/// What one solver did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    pub solver: String,
    /// Of its search, when it ended.
    pub evaluations: u64,
    /// The best feasible objective then.
    pub objective: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TracePoint {
    pub evaluations: u64,
    pub objective: f64,
}

/// A knob that the search moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnobRecord {
    pub name: String,
    /// The prescale column that it belongs to.
    #[serde(default)]
    pub column: Option<String>,
    pub unit: String,
    pub smallest: f64,
    pub largest: f64,
    /// The study's own value, where all it moves have one.
    pub before: Option<f64>,
    /// At the best point (else the nearest).
    pub after: Option<f64>,
}

/// The best feasible point, figures in the shape that `evaluate --json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BestRecord {
    /// Of all events.
    #[serde(flatten)]
    pub all: PointFigures,
    pub objective: f64,
    /// Of the events that the search saw, and of those that it did not.
    pub search: Option<serde_json::Map<String, serde_json::Value>>,
    pub validation: Option<serde_json::Map<String, serde_json::Value>>,
    /// The objective on the search's events less that on the others.
    pub optimism: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearestRecord {
    #[serde(flatten)]
    pub all: PointFigures,
    pub violations: Vec<ViolationRecord>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViolationRecord {
    pub figure: String,
    pub unit: String,
    pub value: f64,
    pub limit: f64,
}

/// What no point can surpass.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BoundRecord {
    /// The objective that no feasible point surpasses, on the search's events; none: unknown.
    pub value: Option<f64>,
    /// How it was found: exhaustive, a relaxation; none.
    pub kind: String,
    /// How far the best point is from it, as a share of the bound.
    pub gap: Option<f64>,
    /// Why there is none, or what it leaves out.
    pub note: Option<String>,
}

/// One look at events that the search did not see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LookRecord {
    pub figure: String,
    /// What the search was allowed.
    pub budget: f64,
    pub search: f64,
    pub validation: f64,
    /// Upper limit at the look's confidence; without one the figure of all events (of a `min` too).
    pub upper_limit: f64,
    pub confidence: Option<f64>,
    pub passed: bool,
}

/// What a path brings and costs at the best point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathWorth {
    pub path: String,
    pub group: Option<String>,
    /// Rates [kHz] of the study's own menu, then of the best one.
    pub before: PathRates,
    pub after: PathRates,
    /// What the objective loses without it.
    pub loss_if_dropped: f64,
    /// What the objective gains for each kHz more that its threshold lets through, and loses for each that
    /// it takes back; none: its ladder ends there.
    pub gain_per_khz: Option<f64>,
    pub cost_per_khz: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PathRates {
    pub rate_khz: f64,
    pub pure_khz: f64,
    pub proportional_khz: f64,
}

/// Optima by the limit of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetScan {
    pub figure: String,
    pub unit: String,
    /// Menus near the one before were preferred among those that are as good within this share.
    pub smooth: Option<f64>,
    /// Whether more budget never gave a worse objective.
    pub is_monotone: bool,
    pub points: Vec<ScanPoint>,
    /// The limit at which gains per unit fall most.
    pub knee: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScanPoint {
    pub limit: f64,
    /// None: nothing is feasible.
    pub objective: Option<f64>,
    pub sigma: Option<f64>,
    /// The figure that is limited, at the optimum.
    pub value: Option<f64>,
    pub bound: Option<f64>,
    /// Values of the knobs, in the order of the record's.
    pub knobs: Option<Vec<f64>>,
}

/// Points that no other surpasses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrontRecord {
    pub objectives: Vec<ObjectiveRecord>,
    /// Objectives, their standard errors and the knobs' values of each.
    pub points: Vec<FrontPoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrontPoint {
    pub objectives: Vec<f64>,
    pub sigmas: Vec<Option<f64>>,
    pub knobs: Vec<f64>,
}

impl ObjectiveRecord {
    pub fn mean_efficiency() -> Self {
        Self {
            name: "efficiency.mean".to_owned(),
            unit: "1".to_owned(),
            larger: true,
        }
    }
}

impl Optimum {
    pub const FILE: &'static str = "optimum.json";
    pub const PRESCALES: &'static str = "optimum-prescales.csv";

    /// The study at the best point, in a prescale column where there are several.
    pub fn study_file(column: Option<&str>) -> String {
        match column {
            None => "optimum.toml".to_owned(),
            Some(column) => format!("optimum-{column}.toml"),
        }
    }

    /// Whether a file is one of those.
    pub fn is_study_file(name: &str) -> bool {
        name == "optimum.toml" || (name.starts_with("optimum-") && name.ends_with(".toml"))
    }

    /// Reads `optimum.json` of a results directory; none: nothing was optimised.
    ///
    /// # Errors
    /// A fault where it is not of this program.
    pub fn read(directory: &Path) -> Result<Option<Self>> {
        if !directory.join(Self::FILE).exists() {
            return Ok(None);
        }
        read_json(directory, Self::FILE).map(Some)
    }
}
