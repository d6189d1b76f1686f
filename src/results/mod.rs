//! What a run leaves on disk: `points-*.parquet`, `manifest.json`, `summary.json`, `histograms.json`, `menu.json`, `study.toml`.
//!
//! Written by `explore`, read back by `report`; nothing here computes.

pub mod directory;
pub mod histograms;
pub mod manifest;
pub mod menu_record;
pub mod optimum;
pub mod rate_table;
pub mod summary;
pub mod table;

pub use directory::{Staging, pretty_json};
pub use histograms::Histograms;
pub use manifest::Manifest;
pub use menu_record::MenuRecord;
pub use optimum::Optimum;
pub use rate_table::{cms_rate_table, rate_table};
pub use summary::Summary;
pub use table::Table;
