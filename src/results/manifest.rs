//! How a result was made.

use crate::error::{Error, Fault, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::Path;

/// Points per file: a constant of the format, so that the bytes depend on nothing else.
pub const BLOCK_POINTS: u64 = 65_536;

/// The version of the layout of a results directory.
pub const FORMAT: u32 = 1;

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// Program and version, `trigscape 0.1.0`.
    pub program: String,
    /// The study's name.
    pub study: String,
    /// SHA-256 over the study as checked, its seed and the content of its inputs.
    pub study_hash: String,
    pub seed: u64,
    /// The workbook and complexities that belong to every point, for figure captions.
    pub base: String,
    pub design: String,
    /// Points of the whole design.
    pub points: u64,
    pub block_points: u64,
    /// Which points the tables hold.
    #[serde(default)]
    pub keep: KeepRecord,
    /// Of the figures in the tables: `f64`, the same from every engine, or `f32`, an adapter's.
    #[serde(default = "f64_precision")]
    pub precision: String,
    /// The axis columns of the tables, in their order; the last free axis runs fastest.
    pub axes: Vec<AxisRecord>,
    /// The figure columns, after the axes.
    pub figures: Vec<FigureRecord>,
    pub engine: EngineRecord,
    pub inputs: Vec<InputRecord>,
    pub timings_s: Timings,
}

fn f64_precision() -> String {
    "f64".to_owned()
}

/// `[explore] keep` and the budgets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeepRecord {
    /// `all`, `feasible`, `best`, `pareto` or `histogram`.
    pub what: String,
    /// How many are kept at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The figures that decide, after a minus where the smaller is the better.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budgets: Vec<BudgetRecord>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetRecord {
    pub figure: String,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

impl BudgetRecord {
    /// The budget as people write it, `scaled_power_w <= 1e6`.
    pub fn text(&self, number: impl Fn(f64) -> String) -> String {
        let name = &self.figure;
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("{} <= {name} <= {}", number(min), number(max)),
            (Some(min), None) => format!("{name} >= {}", number(min)),
            (None, Some(max)) => format!("{name} <= {}", number(max)),
            (None, None) => name.clone(),
        }
    }
}

impl Default for KeepRecord {
    fn default() -> Self {
        Self {
            what: "all".to_owned(),
            count: None,
            by: Vec::new(),
            budgets: Vec::new(),
        }
    }
}

/// One axis column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AxisRecord {
    /// The knob's address (of the first knob, where several are tied).
    pub name: String,
    pub unit: String,
    /// Every value, in order; empty for a linked axis.
    pub values: Vec<f64>,
    /// The formula of a linked axis.
    pub equals: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureRecord {
    pub name: String,
    pub unit: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EngineRecord {
    pub name: String,
    /// Processor or adapter, with instruction set or driver.
    pub detail: String,
    pub threads: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputRecord {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Reading inputs, building score distributions, compiling the plan.
    pub prepare: f64,
    /// Evaluating and writing every point.
    pub explore: f64,
}

impl Manifest {
    /// Reads `manifest.json` of a results directory.
    pub fn read(directory: &Path) -> Result<Self> {
        let manifest: Self = read_json(directory, "manifest.json")?;
        if manifest.format != FORMAT {
            let message = format!(
                "results of format {}; this program reads format {FORMAT}",
                manifest.format
            );
            return Err(Fault::in_file(directory, message)
                .hint("run the study again with this version")
                .into());
        }
        Ok(manifest)
    }
}

/// A JSON file of a results directory.
pub(super) fn read_json<T: DeserializeOwned>(directory: &Path, name: &str) -> Result<T> {
    let path = directory.join(name);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            let message = format!("not a results directory: it has no {name}");
            return Err(Fault::in_file(directory, message)
                .hint("give the folder that `trigscape run` or `trigscape explore` wrote")
                .into());
        }
        Err(e) => return Err(Error::failed(format!("reading {}", path.display()), e)),
    };
    serde_json::from_slice(&bytes).map_err(|e| {
        Fault::in_file(&path, format!("not a trigscape {name}: {e}"))
            .hint("run `trigscape explore` again to rebuild the results")
            .into()
    })
}
