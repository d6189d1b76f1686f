//! Menus on the CPU: the accepted weight of many configurations, and of every single-path move.

mod asks;
mod moves;
mod points;
mod totals;

pub use asks::menu_sums;
pub use moves::{MoveSums, moves};
pub use points::{PointColumns, configurations};
pub use totals::totals;
