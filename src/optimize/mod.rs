//! Optimisation: the best menu within its budgets, and how good it can be.

pub mod archive;
pub mod bound;
pub mod checkpoint;
pub mod descent;
pub mod evaluator;
mod exhaustive;
pub mod knobs;
pub mod landscape;
pub mod score;
pub mod search;
pub mod stage;
pub mod sweep;
