//! Optimisation: the best menu within its budgets, and how good it can be.

pub mod archive;
pub mod bound;
pub mod descent;
pub mod evaluator;
pub mod knobs;
pub mod landscape;
pub mod score;
pub mod sweep;
pub mod validation;
