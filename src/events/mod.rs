//! Events: samples, the files and generators they come from, and their columns.
//!
//! A [`Source`] is one file (or one generator); it describes its branches and reads any of them for
//! any range of events as jagged [`Column`]s.

mod chain;
mod column;
mod csv;
mod files;
mod memory;
mod parquet;
mod positional;
mod recognise;
mod root;
mod sample;
mod source;
mod statistics;
mod synthetic;

pub use chain::Chain;
pub use column::{Column, Kind, TooMany, Values};
pub use csv::CsvFile;
pub use files::{expand, open};
pub use memory::{Budget, memory_bound, ranges};
pub use parquet::{ColumnSpec, GROUP_EVENTS, ParquetFile, ParquetWriter};
pub use recognise::{Collection, collections, scalars};
pub use root::RootFile;
pub use sample::{Chunk, Objects, Request, Sample, object_settings, scalar_column};
pub use source::{Branch, Content, Description, Source};
pub use statistics::Statistics;
pub use synthetic::{Process, Synthetic, SyntheticSettings};
