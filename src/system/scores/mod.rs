//! Score distributions of the classifiers' negative and positive events (MODEL.md section 1).

mod hlt;
mod l1t;
mod pushforward;
mod survival;

pub use hlt::{HLT_PATHS, hlt_scores};
pub use l1t::{L1T_OBJECTS, L1tSettings, l1t_rates, l1t_sampled, l1t_scores};
pub(crate) use survival::Segment;
pub use survival::Survival;

/// Survival functions of both sides before any skill boost.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreTable {
    pub negative: Survival,
    pub positive: Survival,
}
