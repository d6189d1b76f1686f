//! Engines: whatever turns a plan's tables into numbers. Nothing above knows which one ran.

pub mod choose;
pub mod cost;
pub mod cpu;
mod foreseen;
mod front;
#[cfg(feature = "gpu")]
pub mod gpu;
mod menu_figures;
mod menu_points;
pub mod mock;
mod selected;
mod sums;

pub use menu_figures::{MenuColumns, MenuFigures};
pub use selected::{Counts, Peak, Rows, Selected, Selection, Span};
pub use sums::{MoveSums, PathSums};

use crate::plan::{Plan, Rank};
use crate::space::Space;
use std::sync::Arc;

/// Something that can evaluate plans.
pub trait Engine: Send + Sync {
    fn info(&self) -> EngineInfo;
    /// Takes a plan and prepares whatever does not depend on a point.
    fn load(&self, plan: Arc<Plan>) -> Result<Box<dyn Loaded>, EngineError>;
}

/// A plan in an engine, ready to run.
pub trait Loaded: Send {
    fn run(&mut self, points: &Points, ask: Ask) -> Result<Outcome, EngineError>;
}

/// Which points to evaluate.
#[derive(Debug, Clone, PartialEq)]
pub enum Points {
    /// Consecutive points of the design.
    Range { first: u64, count: u32 },
    /// Free choice: a value for every axis of the plan, in its order.
    Listed(Vec<Point>),
}

/// A value for every axis.
pub type Point = Vec<f64>;

/// What to say about them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Ask {
    /// Rows of the plan's figures.
    Figures,
    /// The same of a system, where figures in f32 will do: within 1e-4, and not the same from every engine.
    FiguresInF32,
    /// Of a menu: the accepted weight of every point, by class.
    Totals,
    /// Of a menu: the weight that passes each path, and that is lost without it.
    PerPath,
    /// Of a menu: the accepted weight after every move of one ladder or prescale.
    Moves,
    /// What is kept of the points; their indices are those of a range, or places in a list.
    Select(Arc<Rank>),
}

#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    Figures(Columns),
    /// Numbers that f32 has.
    FiguresInF32(Columns),
    /// In 2^-32 of the classes' units: `[point][class]`.
    Sums(Vec<u128>),
    PathSums(PathSums),
    /// One a point.
    Moves(Vec<MoveSums>),
    Selected(Selected),
}

/// Rows by column: first the axes, then the figures, each as long as there are points.
pub type Columns = Vec<Vec<f64>>;

/// How an engine introduces itself in results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineInfo {
    pub name: String,
    /// Processor or adapter, with instruction set or driver.
    pub detail: String,
    pub threads: usize,
}

/// Why an engine gave no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// Another engine has to be asked.
    #[error("the {engine} engine cannot answer this: {why}")]
    Unsupported { engine: String, why: String },
    /// The device went away or ran out of memory.
    #[error("the {engine} engine failed: {why}")]
    Failed { engine: String, why: String },
}

impl From<EngineError> for crate::Error {
    fn from(error: EngineError) -> Self {
        Self::failed("evaluating points", error)
    }
}

impl Points {
    pub fn len(&self) -> usize {
        match self {
            Self::Range { count, .. } => *count as usize,
            Self::Listed(points) => points.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The coordinates of one of them.
    ///
    /// # Panics
    /// If there are not so many points, or not as many values as axes.
    pub fn coordinates(&self, space: &Space, point: usize, out: &mut [f64]) {
        match self {
            Self::Range { first, .. } => space.coordinates(first + point as u64, out),
            Self::Listed(list) => out.copy_from_slice(&list[point]),
        }
    }
}
