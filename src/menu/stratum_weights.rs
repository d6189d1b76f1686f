//! Weights of all events of a stratum, whether they pass anything or not.

/// The weights of a stratum's events, those that pass nothing among them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StratumWeights {
    /// Its number in the sample; none: events are drawn freely, not in fixed numbers by stratum.
    pub number: Option<i64>,
    pub all: WeightSums,
    /// Of the events that satisfy the sample's `where`.
    pub selected: WeightSums,
}

/// What is known of some events' weights.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WeightSums {
    pub events: u64,
    pub sum: f64,
    /// Sum of the squared weights.
    pub squares: f64,
    /// The largest absolute weight.
    pub largest: f64,
    /// Events of negative weight.
    pub negative: u64,
}

impl WeightSums {
    /// Adds an event.
    pub fn add(&mut self, weight: f64) {
        self.events += 1;
        self.sum += weight;
        self.squares += weight * weight;
        self.largest = self.largest.max(weight.abs());
        self.negative += u64::from(weight < 0.0);
    }

    /// Adds other events.
    pub fn merge(&mut self, other: &Self) {
        self.events += other.events;
        self.sum += other.sum;
        self.squares += other.squares;
        self.largest = self.largest.max(other.largest);
        self.negative += other.negative;
    }
}
