//! Formulas only: from rates and powers to figures of merit.

mod contingency;
mod figure;
mod interval;
mod power;
mod strata;

pub use contingency::Contingency;
pub use figure::{Figure, Named, catalogue};
pub use interval::{Interval, NONE_PASSED_95, ONE_SIGMA, effective_events};
pub use power::{productivity_per_j, technology_scale};
pub use strata::{StrataSums, stratified_rate_khz};
