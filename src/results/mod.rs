//! What a run leaves on disk: `points-*.parquet`, `manifest.json`, `summary.json`, `study.toml`.
//!
//! Written by `explore`, read back by `report`; nothing here computes.

pub mod manifest;
pub mod summary;
pub mod table;

pub use manifest::Manifest;
pub use summary::Summary;
