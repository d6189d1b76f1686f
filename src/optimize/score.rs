//! How good a point is, and by how much it misses its budgets.

use crate::merit::Named;
use std::cmp::Ordering;

/// What is to be made large.
#[derive(Debug, Clone, PartialEq)]
pub enum Objective {
    /// A figure, by its place in the rows.
    Figure { figure: usize, larger: bool },
    /// The smaller the better: sum of importance (1 - efficiency / most)^2, `most` being what the signal
    /// reaches when it has the whole budget alone.
    Shortfall(Vec<Shortfall>),
    /// The mean over the columns of a menu.
    Mean(Vec<ColumnObjective>),
}

/// A term of [`Objective::Mean`].
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnObjective {
    /// Shares add up to 1.
    pub share: f64,
    /// Where the column's figures begin in a row; the objective counts from there.
    pub first: usize,
    pub objective: Objective,
}

/// A term of [`Objective::Shortfall`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shortfall {
    pub figure: usize,
    pub importance: f64,
    pub most: f64,
}

/// One side of a budget. It is hard: a point beyond it is not feasible.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    pub figure: usize,
    pub name: String,
    pub bound: f64,
    pub side: Side,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    AtMost,
    AtLeast,
}

/// From rows of figures to scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Scorer {
    pub objective: Objective,
    pub limits: Vec<Limit>,
}

/// What a point is worth (more is better), and for each limit how far it is beyond it, as a share of the
/// limit; at or below 0 it holds.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Score {
    pub worth: f64,
    pub excess: Vec<f64>,
}

impl Objective {
    /// What is made large in a column.
    pub fn of_column(&self, column: usize) -> &Self {
        match self {
            Self::Mean(columns) => &columns[column].objective,
            own => own,
        }
    }

    /// All terms of shortfalls, in every column, with where the column's figures begin.
    pub fn shortfalls(&mut self) -> Vec<(usize, &mut Shortfall)> {
        match self {
            Self::Figure { .. } => Vec::new(),
            Self::Shortfall(terms) => terms.iter_mut().map(|term| (0, term)).collect(),
            Self::Mean(columns) => {
                let mut all = Vec::new();
                for column in columns {
                    let own = column.objective.shortfalls().into_iter();
                    all.extend(own.map(|(below, term)| (column.first + below, term)));
                }
                all
            }
        }
    }

    /// More is better; minus infinity where a figure is not defined.
    pub fn worth(&self, row: &[f64]) -> f64 {
        let worth = match self {
            Self::Figure { figure, larger } => {
                if *larger {
                    row[*figure]
                } else {
                    -row[*figure]
                }
            }
            Self::Shortfall(terms) => {
                let term = |t: &Shortfall| t.importance * (1.0 - row[t.figure] / t.most).powi(2);
                -terms.iter().map(term).sum::<f64>()
            }
            Self::Mean(columns) => {
                let own = |c: &ColumnObjective| c.share * c.objective.worth(&row[c.first..]);
                columns.iter().map(own).sum()
            }
        };
        if worth.is_nan() {
            f64::NEG_INFINITY
        } else {
            worth
        }
    }
}

impl Limit {
    /// How far beyond the limit, as a share of it; infinite where the figure is not defined.
    pub fn excess(&self, row: &[f64]) -> f64 {
        let scale = if self.bound == 0.0 {
            1.0
        } else {
            self.bound.abs()
        };
        let beyond = match self.side {
            Side::AtMost => row[self.figure] - self.bound,
            Side::AtLeast => self.bound - row[self.figure],
        };
        // The sign is that of the difference: what scales it cannot make it 0.
        let excess = beyond / scale;
        if excess.is_nan() {
            f64::INFINITY
        } else if excess == 0.0 && beyond > 0.0 {
            f64::MIN_POSITIVE
        } else {
            excess
        }
    }
}

impl Scorer {
    pub fn score(&self, row: &[f64]) -> Score {
        Score {
            worth: self.objective.worth(row),
            excess: self.limits.iter().map(|l| l.excess(row)).collect(),
        }
    }
}

impl Score {
    /// Worse than anything.
    pub fn none(limits: usize) -> Self {
        Self {
            worth: f64::NEG_INFINITY,
            excess: vec![f64::INFINITY; limits],
        }
    }

    /// The same where limits have moved: nothing is known of how it keeps them.
    pub fn with_limits(&self, scorer: &Scorer) -> Self {
        Self {
            worth: self.worth,
            excess: vec![f64::MAX; scorer.limits.len()],
        }
    }

    pub fn is_feasible(&self) -> bool {
        self.is_within(0.0)
    }

    /// Whether no limit is passed by more than a share of it.
    pub fn is_within(&self, tolerance: f64) -> bool {
        self.excess.iter().all(|e| *e <= tolerance) && self.worth > f64::NEG_INFINITY
    }

    /// The sum of all that is beyond limits.
    pub fn violation(&self) -> f64 {
        self.excess.iter().map(|e| e.max(0.0)).sum()
    }

    /// Feasible ones by worth, others by how much they violate, then by worth.
    pub fn compare(&self, other: &Self) -> Ordering {
        let by_violation = other.violation().total_cmp(&self.violation());
        by_violation.then(self.worth.total_cmp(&other.worth))
    }

    pub fn is_better(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Greater
    }

    /// Worth less what it costs at prices for each limit's excess.
    pub fn lagrangian(&self, prices: &[f64]) -> f64 {
        lagrangian(self.worth, &self.excess, prices)
    }
}

/// Worth less what it costs at prices for each limit's excess; limits without a price cost nothing.
pub fn lagrangian(worth: f64, excess: &[f64], prices: &[f64]) -> f64 {
    let priced = excess.iter().zip(prices).filter(|(_, price)| **price > 0.0);
    worth - priced.map(|(excess, price)| price * excess).sum::<f64>()
}

impl Limit {
    /// Moves the bound inwards by a share of it.
    pub fn tighten(&mut self, share: f64) {
        let scale = if self.bound == 0.0 {
            1.0
        } else {
            self.bound.abs()
        };
        self.bound += match self.side {
            Side::AtMost => -share * scale,
            Side::AtLeast => share * scale,
        };
    }

    /// Both sides of a budget.
    pub fn of_budget(
        named: &Named,
        figure: usize,
        min: Option<f64>,
        max: Option<f64>,
    ) -> impl Iterator<Item = Self> {
        let limit = |bound, side| Self {
            figure,
            name: named.name.clone(),
            bound,
            side,
        };
        let least = min.map(|min| limit(min, Side::AtLeast));
        let most = max.map(|max| limit(max, Side::AtMost));
        least.into_iter().chain(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scorer() -> Scorer {
        let limit = |bound, side, figure| Limit {
            figure,
            name: String::new(),
            bound,
            side,
        };
        Scorer {
            objective: Objective::Figure {
                figure: 0,
                larger: true,
            },
            limits: vec![limit(100.0, Side::AtMost, 1), limit(0.5, Side::AtLeast, 0)],
        }
    }

    #[test]
    fn limits_are_strict_to_the_last_digit() {
        let score = |row: [f64; 2]| scorer().score(&row);
        assert!(score([0.5, 100.0]).is_feasible());
        assert!(!score([0.5, 100.0_f64.next_up()]).is_feasible());
        assert!(!score([0.5_f64.next_down(), 100.0]).is_feasible());
        assert!(!score([f64::NAN, 1.0]).is_feasible());
        assert!(!score([0.9, f64::NAN]).is_feasible());
    }

    #[test]
    fn feasible_points_come_before_those_that_are_not() {
        let score = |row: [f64; 2]| scorer().score(&row);
        assert!(score([0.6, 90.0]).is_better(&score([0.9, 101.0])));
        assert!(score([0.9, 101.0]).is_better(&score([0.9, 102.0])));
        assert!(score([0.7, 100.0]).is_better(&score([0.6, 10.0])));
        // 0.9 - 2 * (150 - 100) / 100
        assert!((score([0.9, 150.0]).lagrangian(&[2.0, 0.0]) + 0.1).abs() < 1e-12);
    }

    #[test]
    fn shortfall_is_zero_where_every_signal_has_its_most() {
        let term = |figure| Shortfall {
            figure,
            importance: 2.0,
            most: 0.5,
        };
        let objective = Objective::Shortfall(vec![term(0), term(1)]);
        assert_eq!(objective.worth(&[0.5, 0.5]), 0.0);
        // 2 (1 - 0.5)^2
        assert_eq!(objective.worth(&[0.5, 0.25]), -0.5);
    }
}
