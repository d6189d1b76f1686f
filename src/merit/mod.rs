//! Formulas only: from rates and powers to figures of merit.

mod contingency;
mod figure;
mod interval;
mod menu_sums;
mod paired;
mod power;
mod roc;
mod scan_sums;
mod shares;
mod strata;
mod weighted;

pub use contingency::Contingency;
pub use figure::{Figure, MenuFigure, Named, SIGMA, catalogue, menu_catalogue};
pub use interval::{Interval, NONE_PASSED_95, ONE_SIGMA, effective_events, one_sided_deviations};
pub use menu_sums::{MenuSums, Quantity};
pub use paired::{Difference, PairedSums};
pub use power::{productivity_per_j, technology_scale};
pub use roc::Roc;
pub use scan_sums::ScanSums;
pub use shares::Shares;
pub use strata::{StrataSums, stratified_rate_khz};
pub use weighted::{Estimate, WeightedSums};
