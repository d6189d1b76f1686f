//! What to keep of many points: bounds and orders on the figure columns of a plan, as plain numbers.

/// Which points are feasible, and what is kept of those.
#[derive(Debug, Clone, PartialEq)]
pub struct Rank {
    /// All of them hold where a point is feasible.
    pub bounds: Vec<Bound>,
    pub keep: Keep,
}

/// Limits of a figure, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bound {
    /// The place in [`Plan::figures`](super::Plan::figures).
    pub figure: usize,
    pub min: f64,
    pub max: f64,
}

/// A figure that is to be large, or small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    pub figure: usize,
    pub larger: bool,
}

/// What is kept of the feasible points. A point whose figure is NaN is not ranked by it.
#[derive(Debug, Clone, PartialEq)]
pub enum Keep {
    Feasible,
    /// So many of the best; of equal ones those that come first.
    Best {
        goal: Goal,
        count: usize,
        /// Points worth less (see [`Goal::worth`]) are known not to be among them.
        floor: Option<f64>,
    },
    /// The points that no other one surpasses: as good in every goal and better in one, or equal in
    /// all and first. Of two or three goals.
    Pareto(Vec<Goal>),
    /// How many points fall into each bin.
    Histograms(Vec<Bins>),
}

/// Bins of a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Bins {
    pub figure: usize,
    /// Ascending, one more than bins. A bin holds its lower edge, the last one both.
    pub edges: Vec<f64>,
}

impl Bound {
    /// Whether a value lies within; NaN does not.
    pub fn holds(&self, value: f64) -> bool {
        value >= self.min && value <= self.max
    }
}

impl Goal {
    /// The figure, with its sign such that more is better.
    pub fn worth(self, value: f64) -> f64 {
        if self.larger { value } else { -value }
    }
}

/// Where a value falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bin {
    Below,
    In(usize),
    Above,
    Undefined,
}

impl Bins {
    /// The bin of a value.
    ///
    /// ```
    /// use trigscape::plan::{Bin, Bins};
    /// let bins = Bins { figure: 0, edges: vec![0.0, 1.0, 2.0] };
    /// assert_eq!(bins.bin(1.0), Bin::In(1));
    /// assert_eq!(bins.bin(2.0), Bin::In(1));
    /// assert_eq!(bins.bin(2.5), Bin::Above);
    /// ```
    pub fn bin(&self, value: f64) -> Bin {
        let (Some(first), Some(last)) = (self.edges.first(), self.edges.last()) else {
            return Bin::Undefined;
        };
        if value.is_nan() {
            Bin::Undefined
        } else if value < *first {
            Bin::Below
        } else if value > *last {
            Bin::Above
        } else {
            let edges_below = self.edges.partition_point(|edge| *edge <= value);
            Bin::In((edges_below - 1).min(self.edges.len() - 2))
        }
    }
}
