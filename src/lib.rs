//! trigscape: a design-space explorer for collider triggers.

pub mod engine;
pub mod error;
pub mod merit;
pub mod plan;
pub mod random;
pub mod results;
pub mod space;
pub mod study;
pub mod system;

pub use error::{Error, Fault, Place, Result};
