//! Runs a design in blocks and leaves its results on disk.

mod bins;
mod compared;
mod described;
mod every;
mod extremes;
mod grid;
mod kept;
mod limits;
mod marks;
mod measured;
mod menu_record;
mod pace;
mod point;
mod progress;
mod quoted;
mod quoted_levels;
mod record;
mod row_writer;
mod same_events;
mod scans;
mod sensitivity;
mod targets;
mod turn_ons;
mod writer;

pub use compared::{ComparedFigure, ComparedMenu, compare_menus};
pub use grid::{
    Finished, Run, explore, grid_points, outline, results_hash, study_hash, study_text,
};
pub use menu_record::{menu_record, quote_with_record};
pub use point::{
    figures_at, figures_json, own_figures, own_point, own_sigmas, study_figures, with_bridge,
};
pub use quoted::{QuotedFigure, QuotedMenu, QuotedSignal, quote};
pub use scans::scanned_axes;
pub use sensitivity::{Sensitivity, StepSize, sensitivities};
