//! The compiled study: plain numbers and tables, laid out once for any engine.

mod bridge;
mod compile;
mod lower;
pub mod menu;
mod menu_points;
mod rank;

pub use bridge::{Acceptance, Bridge};
pub use compile::{Compiled, CompiledMenu, compile, compile_beside};
pub use menu_points::{Configuration, MenuPoints, Setting};
pub use rank::{Bin, Bins, Bound, Goal, Keep, Rank};

use crate::merit::Figure;
use crate::space::Space;
use crate::system::complexity::Cubic;
use crate::system::scores::ScoreTable;
use std::sync::Arc;

/// What an engine needs to evaluate any point of a study.
#[derive(Debug, Clone)]
pub struct Plan {
    pub space: Space,
    pub system: Option<SystemPlan>,
    /// A menu on its events, at the levels of the axes.
    pub menu: Option<Arc<MenuPoints>>,
    pub bridge: Option<Bridge>,
    /// The figure columns of a row.
    pub figures: Vec<Figure>,
}

/// A system as tables. Node n's fields lie at slots n * `Field::COUNT`; the year comes last.
#[derive(Debug, Clone)]
pub struct SystemPlan {
    /// Every number at the study's own values.
    pub slots: Vec<f64>,
    /// Every node after its inputs; the root last.
    pub nodes: Vec<PlanNode>,
    /// Classifiers on the trunk, from the leaves to the root.
    pub stages: Vec<Stage>,
    /// Whether links carry the message after the source's compression.
    pub link_sends_compressed: bool,
}

#[derive(Debug, Clone)]
pub struct PlanNode {
    pub detector: bool,
    pub inputs: Vec<usize>,
    /// Whether the node sends anything on.
    pub has_output: bool,
    pub complexity: Cubic,
    /// Stages that an event has passed when it reaches the node.
    pub stages_before: usize,
    /// Stages that it has passed when it leaves.
    pub stages_after: usize,
}

/// A classifier of the pipeline.
#[derive(Debug, Clone)]
pub struct Stage {
    pub node: usize,
    pub law: ScoreLaw,
}

/// How a stage's scores are distributed.
#[derive(Debug, Clone)]
pub enum ScoreLaw {
    /// N(0, 1) and N(skill, scale).
    Gaussian,
    /// Tables; the positive one shifted up by the skill.
    Table(Arc<ScoreTable>),
}
