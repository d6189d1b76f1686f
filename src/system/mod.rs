//! A trigger system: detectors, processors and the root, from a workbook.

pub mod classifier;
pub mod workbook;
