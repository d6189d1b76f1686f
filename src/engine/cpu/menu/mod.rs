//! Menus on the CPU: the accepted weight of many configurations, and of every single-path move.

mod moves;
mod totals;

pub use moves::{MoveSums, moves};
pub use totals::totals;
