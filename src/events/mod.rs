//! Events: samples, the files and generators they come from, and their columns.
//!
//! A [`Source`] is one file (or one generator); it describes its branches and reads any of them for
//! any range of events as jagged [`Column`]s.

mod column;
mod source;
mod synthetic;

pub use column::{Column, Kind, Values};
pub use source::{Branch, Content, Description, Source};
pub use synthetic::{Process, Synthetic, SyntheticSettings};
