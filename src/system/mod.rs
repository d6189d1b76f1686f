//! A trigger system: detectors, processors and the root, from a workbook (MODEL.md section 1).

mod build;
pub mod classifier;
pub mod complexity;
pub mod csv_table;
pub mod curve;
pub mod exponential;
pub mod field;
pub mod graph;
mod node;
pub mod presets;
pub mod scores;
pub mod workbook;

pub use build::load;
pub use classifier::ClassifierKind;
pub use field::Field;
pub use node::{Interpolation, Knob, Node, System};
