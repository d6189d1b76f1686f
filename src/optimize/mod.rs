//! Optimisation: the best menu within its budgets, and how good it can be.

pub mod bound;
