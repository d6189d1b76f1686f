//! Optimisation: the best menu within its budgets, and how good it can be.

pub mod archive;
pub mod bound;
pub mod bounding;
pub mod checkpoint;
pub mod decide;
pub mod descent;
pub mod describe;
pub mod evaluator;
pub mod exact;
mod exhaustive;
pub mod front;
pub mod knobs;
pub mod landscape;
mod leaps;
mod pairs;
pub mod problem;
pub mod run;
pub mod scan;
pub mod score;
pub mod search;
mod separable;
pub mod session;
pub mod stage;
pub mod sweep;
pub mod validation;
pub mod worth;
