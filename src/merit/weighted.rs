//! Fractions of weighted events, many at a time, with their errors (MODEL.md section 3).

use crate::menu::WeightSums;
use std::collections::BTreeMap;

/// A fraction of the weight, and how well it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// eps = sum w a / sum w; NaN without weight.
    pub fraction: f64,
    pub sigma: f64,
    /// Events with an acceptance above 0.
    pub events: u64,
    /// The one-sided 95 % upper limit of the fraction, where no event passes.
    pub upper_limit: Option<f64>,
}

impl Estimate {
    /// The same in other units: a rate, for example.
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            fraction: self.fraction * factor,
            sigma: self.sigma * factor,
            events: self.events,
            upper_limit: self.upper_limit.map(|x| x * factor),
        }
    }
}

/// The weights of a stratum's events.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Weights {
    /// Generated in this number, so that only the spread within it counts.
    fixed_size: bool,
    all: WeightSums,
}

/// Sums over the events that one quantity accepts.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Kept {
    events: u64,
    /// sum w a, sum w^2 a, sum (w a)^2
    sum: f64,
    weighted: f64,
    squares: f64,
}

/// Sums of weighted acceptances for a number of quantities.
///
/// Events are added in their order, one by one, so that sums depend neither on threads nor on where
/// chunks end. var(eps) = sum w^2 (a - eps)^2 / (sum w)^2; events of strata add instead
/// the sum over their strata h of n_h s_h^2 / (sum w)^2 with the sample variance s_h^2 of w (a - eps),
/// which is MODEL.md's w_h^2 n_h s_h^2 where the weights of a stratum are the same.
#[derive(Debug, Clone)]
pub struct WeightedSums {
    quantities: usize,
    index: BTreeMap<(usize, i64), usize>,
    weights: Vec<Weights>,
    /// The quantities of the first stratum, then those of the second, ...
    kept: Vec<Kept>,
    current: usize,
    weight: f64,
}

impl WeightedSums {
    /// Strata, at most; a column with more is no column of strata.
    pub const MAX_STRATA: usize = 256;

    pub fn new(quantities: usize) -> Self {
        Self {
            quantities,
            index: BTreeMap::new(),
            weights: Vec::new(),
            kept: Vec::new(),
            current: 0,
            weight: 0.0,
        }
    }

    /// Begins an event; `stratum` is unique within the numbered sample. False where there are more
    /// than [`WeightedSums::MAX_STRATA`] strata: the event is then not counted.
    #[must_use]
    pub fn event(&mut self, weight: f64, sample: usize, stratum: Option<i64>) -> bool {
        let Some(place) = self.place(sample, stratum) else {
            return false;
        };
        self.weights[place].all.add(weight);
        self.known_event(weight, place);
        true
    }

    /// Adds events of a stratum by their weights alone; those of which quantities are counted come by
    /// [`WeightedSums::known_event`] then. Gives the place of the stratum; none where there are too many.
    #[must_use]
    pub fn events_of(
        &mut self,
        sample: usize,
        stratum: Option<i64>,
        all: &WeightSums,
    ) -> Option<usize> {
        let place = self.place(sample, stratum)?;
        self.weights[place].all.merge(all);
        Some(place)
    }

    /// Begins an event whose weight is among those of its stratum.
    pub fn known_event(&mut self, weight: f64, place: usize) {
        self.current = place;
        self.weight = weight;
    }

    fn place(&mut self, sample: usize, stratum: Option<i64>) -> Option<usize> {
        // Samples without strata share one: their weights are known relative to each other.
        let key = stratum.map_or((usize::MAX, 0), |h| (sample, h));
        if let Some(known) = self.index.get(&key) {
            return Some(*known);
        }
        let next = self.weights.len();
        if next == Self::MAX_STRATA {
            return None;
        }
        self.index.insert(key, next);
        self.weights.push(Weights {
            fixed_size: stratum.is_some(),
            ..Weights::default()
        });
        self.kept
            .resize((next + 1) * self.quantities, Kept::default());
        Some(next)
    }

    /// Counts the event for a quantity, at most once, with acceptance `a`.
    pub fn keep(&mut self, quantity: usize, a: f64) {
        if a == 0.0 {
            return;
        }
        let kept = self.weight * a;
        let sums = &mut self.kept[self.current * self.quantities + quantity];
        sums.events += 1;
        sums.sum += kept;
        sums.weighted += kept * self.weight;
        sums.squares += kept * kept;
    }

    pub fn events(&self) -> u64 {
        self.weights.iter().map(|s| s.all.events).sum()
    }

    /// Sum of the weights.
    pub fn sum_of_weights(&self) -> f64 {
        self.weights.iter().map(|s| s.all.sum).sum()
    }

    /// (sum w)^2 / sum w^2: as many events of equal weight tell as much.
    pub fn effective_events(&self) -> f64 {
        let squares: f64 = self.weights.iter().map(|s| s.all.squares).sum();
        self.sum_of_weights().powi(2) / squares
    }

    /// What the heaviest event adds to a fraction: its resolution.
    pub fn one_event(&self) -> f64 {
        let largest = self.weights.iter().map(|s| s.all.largest);
        largest.fold(0.0, f64::max) / self.sum_of_weights()
    }

    /// Events of negative weight.
    pub fn negative_events(&self) -> u64 {
        self.weights.iter().map(|s| s.all.negative).sum()
    }

    /// The number of strata; 0 where no event has one.
    pub fn strata(&self) -> usize {
        self.weights.iter().filter(|s| s.fixed_size).count()
    }

    pub fn estimate(&self, quantity: usize) -> Estimate {
        self.combined(|h| h[quantity])
    }

    /// A sum of quantities, each with a factor, of which an event is counted for one at most: then
    /// the sums of the whole are those of its parts.
    pub fn estimate_of_parts(&self, parts: impl Iterator<Item = (usize, f64)> + Clone) -> Estimate {
        self.combined(|h| {
            let mut all = Kept::default();
            for (quantity, factor) in parts.clone() {
                let part = &h[quantity];
                all.events += part.events;
                all.sum += factor * part.sum;
                all.weighted += factor * part.weighted;
                all.squares += factor * factor * part.squares;
            }
            all
        })
    }

    /// What is made of the quantities of each stratum.
    fn combined(&self, of: impl Fn(&[Kept]) -> Kept) -> Estimate {
        let strata = self.kept.chunks_exact(self.quantities.max(1));
        let kept: Vec<Kept> = strata.map(of).collect();
        let total = self.sum_of_weights();
        let fraction = kept.iter().map(|k| k.sum).sum::<f64>() / total;
        let events = kept.iter().map(|k| k.events).sum();
        let with_weights = self.weights.iter().zip(&kept);
        let variance: f64 = with_weights.map(|(w, k)| variance(w, k, fraction)).sum();
        Estimate {
            fraction,
            sigma: variance.max(0.0).sqrt() / total.abs(),
            events,
            upper_limit: (events == 0).then(|| 3.0 * self.one_event()),
        }
    }
}

/// sum w^2 (a - eps)^2 over the events of a stratum; about their mean and with n / (n - 1) where
/// strata have fixed sizes.
fn variance(weights: &Weights, kept: &Kept, eps: f64) -> f64 {
    let squares = kept.squares - 2.0 * eps * kept.weighted + eps * eps * weights.all.squares;
    if !weights.fixed_size {
        return squares;
    }
    if weights.all.events < 2 {
        return 0.0;
    }
    let n = weights.all.events as f64;
    let sum = kept.sum - eps * weights.all.sum;
    n / (n - 1.0) * (squares - sum * sum / n)
}

#[cfg(test)]
mod tests {
    use super::super::StrataSums;
    use super::*;

    #[test]
    fn the_error_is_that_of_weighted_events() {
        let events = [(2.0, 1.0), (1.0, 0.0), (-1.0, 0.5), (4.0, 0.25)];
        let mut sums = WeightedSums::new(2);
        for (w, a) in events {
            assert!(sums.event(w, 0, None));
            sums.keep(1, a);
        }
        let estimate = sums.estimate(1);
        // (2 - 0.5 + 1) / 6
        assert!((estimate.fraction - 2.5 / 6.0).abs() < 1e-15);
        let squares: f64 = events
            .iter()
            .map(|(w, a)| (w * (a - 2.5 / 6.0f64)).powi(2))
            .sum();
        assert!((estimate.sigma - squares.sqrt() / 6.0).abs() < 1e-15);
        assert_eq!((estimate.events, estimate.upper_limit), (3, None));
        assert_eq!((sums.negative_events(), sums.strata()), (1, 0));
        // Nothing passes the other quantity: 3 events of weight 4.
        let none = sums.estimate(0);
        assert_eq!((none.fraction, none.upper_limit), (0.0, Some(12.0 / 6.0)));
    }

    #[test]
    fn strata_give_the_error_of_strata() {
        let mut sums = WeightedSums::new(1);
        let mut reference = StrataSums::default();
        for i in 0..60u8 {
            let (h, a) = (i % 3, f64::from(i % 7) / 7.0);
            let w = [1.0, 3.0, 20.0][usize::from(h)];
            assert!(sums.event(w, 0, Some(i64::from(h))));
            sums.keep(0, a);
            reference.add(w, h, a);
        }
        let estimate = sums.estimate(0);
        let (fraction, sigma) = reference.rate_khz(1.0);
        assert!((estimate.fraction - fraction).abs() < 1e-14);
        assert!((estimate.sigma - sigma).abs() < 1e-12 * sigma);
        assert_eq!(sums.strata(), 3);
    }

    #[test]
    fn a_column_of_too_many_strata_is_refused() {
        let mut sums = WeightedSums::new(1);
        let counted = (0..2000).filter(|h| sums.event(1.0, 0, Some(*h))).count();
        assert_eq!(counted, WeightedSums::MAX_STRATA);
    }
}
