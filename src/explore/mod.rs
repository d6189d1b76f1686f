//! Runs a design in blocks and leaves its results on disk.

mod grid;
mod marks;
mod point;
mod sensitivity;
mod writer;

pub use grid::{Finished, Run, explore, grid_points, own_point, study_hash};
pub use point::{figures_json, own_figures};
pub use sensitivity::{Sensitivity, StepSize, sensitivities};
