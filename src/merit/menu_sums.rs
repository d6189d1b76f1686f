//! Rates and efficiencies of a menu from the paths that each event passes (MODEL.md section 3).

use super::shares::Shares;
use super::weighted::{Estimate, WeightedSums};
use crate::menu::WeightSums;

/// What is counted of every event, as a fraction of the weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// At least one path keeps the event.
    Total,
    /// The path keeps it.
    Path(usize),
    /// The path keeps it, and no other does: OR(all) - OR(all but the path).
    Pure(usize),
    /// OR(paths up to this) - OR(paths before it).
    Sequential(usize),
    /// The path's expected share of a kept event that is split between the paths that fired.
    Proportional(usize),
    /// A path of the group keeps it.
    Group(usize),
    /// OR(all) - OR(all but the group).
    GroupPure(usize),
    /// The shares of the group's paths together.
    GroupProportional(usize),
    /// Both paths keep it; of a path with itself: the path does.
    Overlap(usize, usize),
}

/// Sums over the events of a sample, or of all background samples.
#[derive(Debug, Clone)]
pub struct MenuSums {
    kept_shares: Vec<f64>,
    groups: Vec<Option<usize>>,
    group_count: usize,
    sums: WeightedSums,
    buffers: Buffers,
}

#[derive(Debug, Clone, Default)]
struct Buffers {
    passing: Vec<usize>,
    kept: Vec<f64>,
    /// Products of 1 - q over the paths before, and over those after.
    before: Vec<f64>,
    after: Vec<f64>,
    splitter: Shares,
    shares: Vec<f64>,
    /// For each group: the product of 1 - q over its paths, and over the others; its share.
    own: Vec<f64>,
    others: Vec<f64>,
    group_shares: Vec<f64>,
}

impl MenuSums {
    /// No event yet. `kept_shares` are 1 / prescale of each path, 0 where it is off; `groups` their
    /// groups, numbers below `group_count`.
    pub fn new(kept_shares: &[f64], groups: &[Option<usize>], group_count: usize) -> Self {
        let paths = kept_shares.len();
        let quantities = 1 + 4 * paths + 3 * group_count + paths * (paths.max(1) - 1) / 2;
        Self {
            kept_shares: kept_shares.to_vec(),
            groups: groups.to_vec(),
            group_count,
            sums: WeightedSums::new(quantities),
            buffers: Buffers::default(),
        }
    }

    /// Adds an event of a numbered sample with the paths that it passes, ascending. False where there
    /// are too many strata ([`WeightedSums::MAX_STRATA`]).
    #[must_use]
    pub fn add(
        &mut self,
        weight: f64,
        sample: usize,
        stratum: Option<i64>,
        passing: impl Iterator<Item = usize>,
    ) -> bool {
        if !self.sums.event(weight, sample, stratum) {
            return false;
        }
        self.count(passing);
        true
    }

    /// Adds events of a stratum by their weights alone, as [`WeightedSums::events_of`].
    #[must_use]
    pub fn add_weights(
        &mut self,
        sample: usize,
        stratum: Option<i64>,
        all: &WeightSums,
    ) -> Option<usize> {
        self.sums.events_of(sample, stratum, all)
    }

    /// Adds what is kept of an event whose weight was added with those of its stratum.
    pub fn add_known(&mut self, weight: f64, place: usize, passing: impl Iterator<Item = usize>) {
        self.sums.known_event(weight, place);
        self.count(passing);
    }

    /// Counts the event at hand with the paths that it passes.
    fn count(&mut self, passing: impl Iterator<Item = usize>) {
        let mut buffers = std::mem::take(&mut self.buffers);
        buffers.passing.clear();
        buffers
            .passing
            .extend(passing.filter(|i| self.kept_shares[*i] > 0.0));
        if !buffers.passing.is_empty() {
            self.add_passing(&mut buffers);
        }
        self.buffers = buffers;
    }

    fn add_passing(&mut self, b: &mut Buffers) {
        let n = b.passing.len();
        b.kept.clear();
        b.kept
            .extend(b.passing.iter().map(|i| self.kept_shares[*i]));
        b.before.clear();
        b.before.push(1.0);
        for k in 0..n {
            b.before.push(b.before[k] * (1.0 - b.kept[k]));
        }
        b.after.clear();
        b.after.resize(n + 1, 1.0);
        for k in (0..n).rev() {
            b.after[k] = b.after[k + 1] * (1.0 - b.kept[k]);
        }
        b.splitter.split(&b.kept, &mut b.shares);
        self.keep(Quantity::Total, 1.0 - b.before[n]);
        for k in 0..n {
            let (i, q) = (b.passing[k], b.kept[k]);
            self.keep(Quantity::Path(i), q);
            self.keep(Quantity::Pure(i), q * b.before[k] * b.after[k + 1]);
            self.keep(Quantity::Sequential(i), q * b.before[k]);
            self.keep(Quantity::Proportional(i), b.shares[k]);
            for l in 0..k {
                self.keep(Quantity::Overlap(b.passing[l], i), b.kept[l] * q);
            }
        }
        if self.group_count > 0 {
            self.add_groups(b);
        }
    }

    fn add_groups(&mut self, b: &mut Buffers) {
        for (products, start) in [
            (&mut b.own, 1.0),
            (&mut b.others, 1.0),
            (&mut b.group_shares, 0.0),
        ] {
            products.clear();
            products.resize(self.group_count, start);
        }
        for k in 0..b.passing.len() {
            let own = self.groups[b.passing[k]];
            for g in 0..self.group_count {
                if own == Some(g) {
                    b.own[g] *= 1.0 - b.kept[k];
                    b.group_shares[g] += b.shares[k];
                } else {
                    b.others[g] *= 1.0 - b.kept[k];
                }
            }
        }
        for g in 0..self.group_count {
            let accepted = 1.0 - b.own[g];
            self.keep(Quantity::Group(g), accepted);
            self.keep(Quantity::GroupPure(g), accepted * b.others[g]);
            self.keep(Quantity::GroupProportional(g), b.group_shares[g]);
        }
    }

    fn keep(&mut self, quantity: Quantity, a: f64) {
        self.sums.keep(self.index(quantity), a);
    }

    fn index(&self, quantity: Quantity) -> usize {
        let (p, g) = (self.kept_shares.len(), self.group_count);
        let groups = 1 + 4 * p;
        match quantity {
            Quantity::Total => 0,
            Quantity::Path(i) => 1 + i,
            Quantity::Pure(i) => 1 + p + i,
            Quantity::Sequential(i) => 1 + 2 * p + i,
            Quantity::Proportional(i) => 1 + 3 * p + i,
            Quantity::Group(h) => groups + h,
            Quantity::GroupPure(h) => groups + g + h,
            Quantity::GroupProportional(h) => groups + 2 * g + h,
            Quantity::Overlap(i, j) if i == j => 1 + i,
            Quantity::Overlap(i, j) => {
                let (low, high) = (i.min(j), i.max(j));
                groups + 3 * g + high * (high - 1) / 2 + low
            }
        }
    }

    /// A fraction of the weight with its error.
    pub fn estimate(&self, quantity: Quantity) -> Estimate {
        self.sums.estimate(self.index(quantity))
    }

    /// Counts and weights of all events.
    pub fn weights(&self) -> &WeightedSums {
        &self.sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three paths, the last one off; two groups.
    fn sums() -> MenuSums {
        let mut sums = MenuSums::new(
            &[1.0, 0.25, 0.0, 0.5],
            &[Some(0), Some(1), None, Some(1)],
            2,
        );
        for (weight, passing) in [(1.0, &[0, 1, 3][..]), (2.0, &[1, 2, 3]), (1.0, &[])] {
            assert!(sums.add(weight, 0, None, passing.iter().copied()));
        }
        sums
    }

    #[test]
    fn prescales_act_in_expectation() {
        let sums = sums();
        let close = |quantity, expected: f64| {
            let fraction = sums.estimate(quantity).fraction;
            assert!(
                (fraction - expected).abs() < 1e-15,
                "{quantity:?}: {fraction}"
            );
        };
        // The second event is kept with 1 - 0.75 x 0.5 = 0.625.
        close(Quantity::Total, (1.0 + 2.0 * 0.625) / 4.0);
        close(Quantity::Path(1), (0.25 + 2.0 * 0.25) / 4.0);
        close(Quantity::Path(2), 0.0);
        close(Quantity::Pure(0), 0.75 * 0.5 / 4.0);
        close(Quantity::Pure(1), 2.0 * 0.25 * 0.5 / 4.0);
        close(Quantity::Sequential(0), 0.25);
        close(Quantity::Sequential(3), 2.0 * 0.75 * 0.5 / 4.0);
        close(Quantity::Overlap(3, 1), (0.125 + 2.0 * 0.125) / 4.0);
        close(Quantity::Overlap(0, 0), 0.25);
        close(Quantity::Group(1), (0.625 + 2.0 * 0.625) / 4.0);
        close(Quantity::GroupPure(0), 0.375 / 4.0);
        close(Quantity::GroupPure(1), 2.0 * 0.625 / 4.0);
    }

    #[test]
    fn parts_add_up_to_the_total() {
        let sums = sums();
        let total = sums.estimate(Quantity::Total).fraction;
        let of = |part: fn(usize) -> Quantity| -> f64 {
            (0..4).map(|i| sums.estimate(part(i)).fraction).sum()
        };
        assert!((of(Quantity::Proportional) - total).abs() < 1e-15);
        assert!((of(Quantity::Sequential) - total).abs() < 1e-15);
        let groups: f64 = (0..2)
            .map(|g| sums.estimate(Quantity::GroupProportional(g)).fraction)
            .sum();
        assert!((groups - total).abs() < 1e-15);
    }
}
