//! Runs a design in blocks and leaves its results on disk.

mod compared;
mod grid;
mod marks;
mod point;
mod quoted;
mod record;
mod same_events;
mod sensitivity;
mod writer;

pub use compared::{ComparedFigure, ComparedMenu, compare_menus};
pub use grid::{Finished, Run, explore, grid_points, study_hash};
pub use point::{figures_json, own_figures, own_point, own_sigmas, study_figures, with_bridge};
pub use quoted::{QuotedFigure, QuotedMenu, QuotedSignal, quote};
pub use sensitivity::{Sensitivity, StepSize, sensitivities};
