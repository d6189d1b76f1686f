//! trigscape: a design-space explorer for collider triggers.

pub mod error;
pub mod report;
pub mod results;
pub mod system;

pub use error::{Error, Fault, Place, Result};
