//! Menus on the CPU: the accepted weight of many configurations, what each path adds to it, and every
//! single-path move.

mod asks;
mod bits;
mod moves;
mod passing;
mod plain;
mod prescaled;
mod pures;
mod resolved;
mod tasks;
mod totals;

pub use asks::menu_sums;
pub use moves::moves;
pub use passing::passing;
pub use pures::pures;
#[cfg(feature = "gpu")]
pub(in crate::engine) use resolved::{Prescaled, Resolved, UNPRESCALED, check};
pub use totals::totals;
