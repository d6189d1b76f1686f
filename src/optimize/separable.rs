//! Moves of single knobs as if what they gain added up.

use super::sweep::Sweep;

/// Gains below this share are rounding.
const GAIN: f64 = 1e-9;
/// Halvings of the logarithm of a price.
const BISECTIONS: u32 = 40;
/// Rounds over all limits.
const ROUNDS: u32 = 3;
/// The largest of worths and excesses that are reckoned with.
const MOST: f64 = 1e30;

/// What moves from a point change.
pub struct Separable {
    worth: f64,
    excess: Vec<f64>,
    moves: Vec<Change>,
}

/// One knob to another place.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub knob: u32,
    pub place: u32,
    pub worth: f64,
    pub excess: Vec<f64>,
}

impl Change {
    /// Whether it changes anything.
    pub fn is_felt(&self) -> bool {
        self.worth != 0.0 || self.excess.iter().any(|e| *e != 0.0)
    }

    /// What it gains after prices.
    pub fn gain(&self, prices: &[f64]) -> f64 {
        let paid = self.excess.iter().zip(prices).map(|(e, price)| e * price);
        self.worth - paid.sum::<f64>()
    }
}

impl Separable {
    pub fn new(sweep: &Sweep) -> Self {
        let finite = |x: f64| x.clamp(-MOST, MOST);
        let now = &sweep.now;
        let change = |made: usize| {
            let score = sweep.score(made);
            let excess = score.excess.iter().zip(&now.excess);
            let (knob, place) = sweep.moves[made].first;
            Change {
                knob,
                place,
                worth: finite(score.worth) - finite(now.worth),
                excess: excess.map(|(e, own)| finite(*e) - finite(*own)).collect(),
            }
        };
        let alone = |made: &usize| sweep.moves[*made].second.is_none();
        Self {
            worth: finite(now.worth),
            excess: now.excess.iter().map(|e| finite(*e)).collect(),
            moves: (0..sweep.moves.len()).filter(alone).map(change).collect(),
        }
    }

    pub fn moves(&self) -> &[Change] {
        &self.moves
    }

    /// The price of each limit at which it would hold; 0 where it holds without one.
    pub fn prices(&self) -> Vec<f64> {
        let mut prices = vec![0.0; self.excess.len()];
        let scale = self.worth.abs().clamp(1e-3, 1e3);
        for _ in 0..ROUNDS {
            for limit in 0..prices.len() {
                prices[limit] = 0.0;
                if self.excess_at(&prices, limit) <= 0.0 {
                    continue;
                }
                let (mut low, mut high) = (1e-6 * scale, 1e3 * scale);
                for _ in 0..BISECTIONS {
                    prices[limit] = (low * high).sqrt();
                    if self.excess_at(&prices, limit) > 0.0 {
                        low = prices[limit];
                    } else {
                        high = prices[limit];
                    }
                }
                prices[limit] = high;
            }
            if prices.len() < 2 {
                break;
            }
        }
        prices
    }

    /// Knobs and places of the moves that pay, at most one a knob, those that gain most first.
    pub fn paying(&self, prices: &[f64]) -> Vec<(u32, u32)> {
        let mut best: Vec<(f64, &Change)> = self.best(prices).collect();
        best.sort_by(|a, b| b.0.total_cmp(&a.0));
        best.iter().map(|(_, c)| (c.knob, c.place)).collect()
    }

    fn excess_at(&self, prices: &[f64], limit: usize) -> f64 {
        let changes = self.best(prices).map(|(_, change)| change.excess[limit]);
        self.excess[limit] + changes.sum::<f64>()
    }

    /// The best move of each knob that gains.
    fn best<'a>(&'a self, prices: &'a [f64]) -> impl Iterator<Item = (f64, &'a Change)> {
        let floor = GAIN * self.worth.abs();
        let of_knobs = self.moves.chunk_by(|a, b| a.knob == b.knob);
        of_knobs.filter_map(move |moves| {
            let gains = moves.iter().map(|change| (change.gain(prices), change));
            let best = gains.rev().max_by(|a, b| a.0.total_cmp(&b.0));
            best.filter(|(gain, _)| *gain > floor)
        })
    }
}
