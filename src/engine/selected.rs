//! What is kept of many points, and how parts of it become a whole.
//!
//! Every part of it is free of order: parts may be made and merged in any order, and the whole has the
//! same bits.

use super::Columns;
use super::front::keep_front;
use crate::plan::{Bin, Bins, Goal, Keep, Rank};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The answer to [`Ask::Select`](super::Ask::Select).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Selected {
    /// Points that were looked at.
    pub points: u64,
    /// Those that every bound holds for.
    pub feasible: u64,
    /// The points kept: the best first, else by index.
    pub rows: Rows,
    /// One for each histogram, of feasible points.
    pub counts: Vec<Counts>,
}

/// Rows of points that need not be neighbours.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    pub index: Vec<u64>,
    /// First the axes, then the figures.
    pub columns: Columns,
}

/// A smallest and a largest value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Span {
    pub min: Peak,
    pub max: Peak,
}

/// A value, and the first point that has it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    pub value: f64,
    pub index: u64,
}

/// A histogram's contents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub below: u64,
    pub bins: Vec<u64>,
    pub above: u64,
    /// NaN.
    pub undefined: u64,
}

impl Span {
    /// Takes the figures of points into account, one span a column.
    pub fn note_all(known: &mut [Option<Self>], index: &[u64], figures: &[Vec<f64>]) {
        for (span, column) in known.iter_mut().zip(figures) {
            for (value, index) in column.iter().zip(index) {
                Self::note(span, *value, *index);
            }
        }
    }

    /// Takes a value into account; it changes nothing unless it is finite.
    pub fn note(known: &mut Option<Self>, value: f64, index: u64) {
        if !value.is_finite() {
            return;
        }
        let peak = Peak { value, index };
        match known {
            None => {
                *known = Some(Self {
                    min: peak,
                    max: peak,
                });
            }
            Some(span) => {
                let first = |old: &Peak| value == old.value && index < old.index;
                if value < span.min.value || first(&span.min) {
                    span.min = peak;
                }
                if value > span.max.value || first(&span.max) {
                    span.max = peak;
                }
            }
        }
    }
}

impl Rows {
    pub fn len(&self) -> usize {
        self.index.len()
    }

    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    fn append(&mut self, mut other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        self.index.append(&mut other.index);
        for (column, more) in self.columns.iter_mut().zip(&mut other.columns) {
            column.append(more);
        }
    }

    fn choose(&mut self, chosen: &[usize]) {
        self.index = chosen.iter().map(|&i| self.index[i]).collect();
        for column in &mut self.columns {
            *column = chosen.iter().map(|&i| column[i]).collect();
        }
    }
}

impl Selected {
    /// Of no points yet.
    pub fn none(axes: usize, figures: usize, rank: &Rank) -> Self {
        let counts = match &rank.keep {
            Keep::Histograms(all) => all.iter().map(Counts::empty).collect(),
            _ => Vec::new(),
        };
        Self {
            rows: Rows {
                index: Vec::new(),
                columns: vec![Vec::new(); axes + figures],
            },
            counts,
            ..Self::default()
        }
    }

    /// Of consecutive points, whose columns are first the `axes`, then the figures.
    pub fn of(first: u64, columns: &[Vec<f64>], axes: usize, rank: &Rank) -> Self {
        Self::of_points(|i| first + i as u64, columns, axes, rank)
    }

    /// Of any points, whose indices ascend. An engine that has sifted others out before adds what it
    /// knows of those.
    pub fn of_points(
        index: impl Fn(usize) -> u64,
        columns: &[Vec<f64>],
        axes: usize,
        rank: &Rank,
    ) -> Self {
        let figures = &columns[axes..];
        let mut own = Self::none(axes, figures.len(), rank);
        let count = columns.first().map_or(0, Vec::len);
        own.points = count as u64;
        let is_feasible = |i: &usize| rank.bounds.iter().all(|b| b.holds(figures[b.figure][*i]));
        let mut kept: Vec<usize> = (0..count).filter(is_feasible).collect();
        own.feasible = kept.len() as u64;
        match &rank.keep {
            Keep::Feasible => {}
            Keep::Best { goal, count, floor } => {
                let floor = floor.unwrap_or(f64::NEG_INFINITY);
                // A NaN is not at or above anything.
                kept.retain(|&i| goal.worth(figures[goal.figure][i]) >= floor);
                if kept.len() > *count {
                    best(&mut kept, *count, |i| goal.worth(figures[goal.figure][i]));
                }
            }
            Keep::Pareto(goals) => pareto(&mut kept, goals, figures),
            Keep::Histograms(all) => {
                for (counts, bins) in own.counts.iter_mut().zip(all) {
                    kept.iter()
                        .for_each(|&i| counts.add(bins.bin(figures[bins.figure][i])));
                }
                kept.clear();
            }
        }
        own.rows.index = kept.iter().map(|&i| index(i)).collect();
        for (out, column) in own.rows.columns.iter_mut().zip(columns) {
            *out = kept.iter().map(|&i| column[i]).collect();
        }
        own
    }

    /// Takes up what other points gave; rows are not compared.
    fn add(&mut self, other: Self) {
        self.points += other.points;
        self.feasible += other.feasible;
        for (counts, more) in self.counts.iter_mut().zip(other.counts) {
            counts.below += more.below;
            counts.above += more.above;
            counts.undefined += more.undefined;
            for (n, m) in counts.bins.iter_mut().zip(more.bins) {
                *n += m;
            }
        }
        self.rows.append(other.rows);
    }

    /// Drops rows that others have driven out.
    fn settle(&mut self, axes: usize, rank: &Rank) {
        let mut kept: Vec<usize> = (0..self.rows.len()).collect();
        let figures = &self.rows.columns[axes..];
        let index = &self.rows.index;
        match &rank.keep {
            Keep::Best { goal, count, .. } => {
                let worth = |i: usize| goal.worth(figures[goal.figure][i]);
                kept.sort_unstable_by(|&a, &b| {
                    order(worth(b), worth(a)).then(index[a].cmp(&index[b]))
                });
                kept.truncate(*count);
            }
            Keep::Feasible if index.is_sorted() => return,
            keep => {
                kept.sort_unstable_by_key(|&i| index[i]);
                if let Keep::Pareto(goals) = keep {
                    pareto(&mut kept, goals, figures);
                }
            }
        }
        self.rows.choose(&kept);
    }
}

impl Counts {
    fn empty(bins: &Bins) -> Self {
        Self {
            bins: vec![0; bins.edges.len().saturating_sub(1)],
            ..Self::default()
        }
    }

    fn add(&mut self, bin: Bin) {
        match bin {
            Bin::Below => self.below += 1,
            Bin::In(i) => self.bins[i] += 1,
            Bin::Above => self.above += 1,
            Bin::Undefined => self.undefined += 1,
        }
    }
}

/// None of them is NaN.
fn order(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// Keeps `count` of the most worth, of equal ones those that stand first; in their order.
fn best(kept: &mut Vec<usize>, count: usize, worth: impl Fn(usize) -> f64) {
    let better = |a: &usize, b: &usize| order(worth(*b), worth(*a)).then(a.cmp(b));
    kept.select_nth_unstable_by(count, better);
    kept.truncate(count);
    kept.sort_unstable();
}

fn pareto(kept: &mut Vec<usize>, goals: &[Goal], figures: &[Vec<f64>]) {
    let worth = |i: usize, g: usize| goals[g].worth(figures[goals[g].figure][i]);
    keep_front(kept, goals.len(), worth);
}

/// Gathers what parts of a design give.
#[derive(Debug, Clone)]
pub struct Selection {
    axes: usize,
    rank: Rank,
    whole: Selected,
    /// Rows that are left of the last comparison.
    settled: usize,
}

impl Selection {
    /// Rows that are gathered at least before they are compared.
    const FEW: usize = 4096;

    pub fn new(axes: usize, figures: usize, rank: Rank) -> Self {
        Self {
            axes,
            whole: Selected::none(axes, figures, &rank),
            rank,
            settled: 0,
        }
    }

    /// What to ask of further points: what is known already spares rows.
    pub fn rank(&self) -> &Rank {
        &self.rank
    }

    /// Takes up what other points gave.
    pub fn take(&mut self, part: Selected) {
        self.whole.add(part);
        let rows = self.whole.rows.len();
        let due = match &self.rank.keep {
            Keep::Feasible | Keep::Histograms(_) => false,
            Keep::Best {
                count, floor: None, ..
            } => rows >= *count,
            _ => rows > 2 * self.settled.max(Self::FEW),
        };
        if due {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.whole.settle(self.axes, &self.rank);
        self.settled = self.whole.rows.len();
        if let Keep::Best { goal, count, floor } = &mut self.rank.keep
            && self.settled == *count
            && let Some(last) = self.whole.rows.columns[self.axes + goal.figure].last()
        {
            *floor = Some(goal.worth(*last));
        }
    }

    /// Rows that are held, some of which others may have driven out.
    pub fn held(&self) -> usize {
        self.whole.rows.len()
    }

    /// What there is so far, in its order.
    pub fn settled(&mut self) -> &Selected {
        self.settle();
        &self.whole
    }

    pub fn finish(mut self) -> Selected {
        self.settle();
        self.whole
    }

    /// Hands out the rows gathered so far, in the order in which they came: what is written aside need
    /// not be held.
    pub fn hand_out(&mut self) -> Rows {
        let empty = Rows {
            index: Vec::new(),
            columns: vec![Vec::new(); self.whole.rows.columns.len()],
        };
        std::mem::replace(&mut self.whole.rows, empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_points_the_first_are_kept_and_nan_never() {
        let goal = Goal {
            figure: 0,
            larger: false,
        };
        let keep = Keep::Best {
            goal,
            count: 3,
            floor: None,
        };
        let rank = Rank {
            bounds: Vec::new(),
            keep,
        };
        let mut all = Selection::new(0, 1, rank.clone());
        // The later part first: order does not matter.
        all.take(Selected::of(3, &[vec![1.0, 0.0, 2.0]], 0, &rank));
        all.take(Selected::of(0, &[vec![1.0, f64::NAN, 1.0]], 0, &rank));
        let whole = all.finish();
        assert_eq!(whole.rows.index, [4, 0, 2]);
        assert_eq!(whole.rows.columns, [[0.0, 1.0, 1.0]]);
    }

    #[test]
    fn a_front_has_one_point_of_equal_ones() {
        let goals = [true, false].map(|larger| Goal {
            figure: usize::from(!larger),
            larger,
        });
        let rank = Rank {
            bounds: Vec::new(),
            keep: Keep::Pareto(goals.to_vec()),
        };
        let columns = [vec![1.0, 2.0, 1.0, 2.0, 0.5], vec![1.0, 3.0, 1.0, 4.0, 1.5]];
        let own = Selected::of(10, &columns, 0, &rank);
        assert_eq!(own.rows.index, [10, 11]);
    }
}
