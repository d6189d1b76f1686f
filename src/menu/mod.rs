//! Menus: paths of legs with thresholds, cuts and prescales (MODEL.md section 3).
//!
//! A [`Menu`] is compiled once from a study; a [`SampleMenu`] is the menu on one sample, whose
//! columns it has checked. [`Passes`] says which paths the events of a chunk pass. Where thresholds
//! vary, [`Ladders`] holds the levels of each path and [`CriticalLevels`] how many of them events pass.

mod corners;
mod critical;
pub mod cut;
mod exact;
mod ladder;
mod level;
mod path;
mod sample;
mod search;
mod selection;
mod stratum_weights;
mod turn_on;

pub use corners::{Corner, MAX_CORNERS};
pub use critical::{CriticalLevels, EventLevels, Events, FurtherCorner};
pub use exact::{FoundNan, Passes};
pub use ladder::{Ladders, MAX_LEVELS, Moved, PathAxis};
pub use level::{Threshold, rounded_level};
pub use path::{Leg, Menu, Path};
pub use sample::SampleMenu;
pub use selection::{Selection, Slot};
pub use stratum_weights::{StratumWeights, WeightSums};
pub use turn_on::{Entry, TurnOn};
