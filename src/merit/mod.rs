//! Formulas only: from rates and powers to figures of merit.

mod contingency;
mod figure;
mod power;
mod strata;

pub use contingency::Contingency;
pub use figure::{Figure, Named, catalogue};
pub use power::{productivity_per_j, technology_scale};
pub use strata::{StrataSums, stratified_rate_khz};
