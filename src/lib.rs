//! trigscape: a design-space explorer for collider triggers.

pub mod cli;
pub mod engine;
pub mod error;
pub mod explore;
pub mod merit;
pub mod plan;
pub mod random;
pub mod report;
pub mod results;
pub mod space;
pub mod study;
pub mod system;

pub use error::{Error, Fault, Place, Result};
