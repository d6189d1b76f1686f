//! Which events a search sees.

use crate::random::Stream;

/// The separate use of the study's seed by splits; the number of the sample is added.
const HELD_OUT: u64 = 0x6865_6c64;

/// Events that a search sees, those by which its result is judged, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Search,
    Validation,
    All,
}

/// Holds a share of the events out of a search: a hash of sample and event decides, so that neither
/// chunks nor threads do.
///
/// ```
/// use trigscape::plan::menu::Split;
/// let split = Split { share: 0.3, seed: 7 };
/// let held_out = (0..10_000).filter(|event| split.holds_out(0, *event)).count();
/// // Within four standard deviations of sqrt(10 000 x 0.3 x 0.7) = 46.
/// assert!((2816..3184).contains(&held_out));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Of the events, between 0 and 1.
    pub share: f64,
    /// The study's.
    pub seed: u64,
}

impl Split {
    /// Whether an event, counted in its numbered sample, is held out for validation.
    pub fn holds_out(&self, sample: usize, event: u64) -> bool {
        let kind = HELD_OUT + sample as u64;
        Stream::new(self.seed, kind, event).uniform() < self.share
    }
}
