//! Formulas only: from rates and powers to figures of merit.

mod contingency;
mod figure;
mod power;

pub use contingency::Contingency;
pub use figure::{Figure, Named, catalogue};
pub use power::{productivity_per_j, technology_scale};
