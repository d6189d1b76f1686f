//! Rows with a path of several ladders.

use super::parts::Part;
use super::simplex;
use super::tile::{Kind, SplitSums, Splits, Sums, Sweep};
use std::ops::Range;

/// An earning row adds up its paths, each the smallest share of its ladders: beside alpha, as plain rows
/// have it, each path is split over its ladders. A paying row has the largest over the corners
/// of (sum of the shares of the ladders - (ladders - 1) * the path's share), or 0, and is split over those.
#[derive(Debug)]
pub struct Compound {
    kind: Kind,
    terms: Vec<usize>,
    /// Parts of each row.
    rows: Vec<Range<usize>>,
    /// Columns of each part.
    parts: Vec<Range<usize>>,
    /// The column that every option of the part's path passes.
    tops: Vec<u32>,
    columns: Vec<u32>,
    weights: Vec<f64>,
    /// An earning row's alpha, or a paying row's parts.
    outer: Splits,
    /// Earning rows: one a column.
    inner: Splits,
}

impl Compound {
    pub fn new(kind: Kind, terms: &[usize], rows: &[(&[Part], &[f64])]) -> Self {
        let mut made = Self {
            kind,
            terms: terms.to_vec(),
            rows: Vec::new(),
            parts: Vec::new(),
            tops: Vec::new(),
            columns: Vec::new(),
            weights: Vec::new(),
            outer: Splits::default(),
            inner: Splits::default(),
        };
        for (parts, weights) in rows {
            let first = made.parts.len();
            for part in *parts {
                let start = made.columns.len();
                made.columns.extend_from_slice(&part.columns);
                made.parts.push(start..made.columns.len());
                made.tops.push(part.top);
            }
            made.rows.push(first..made.parts.len());
            made.weights.extend_from_slice(weights);
        }
        made
    }

    fn weight(&self, row: usize, multipliers: &[f64]) -> f64 {
        let terms = self.terms.iter().zip(self.own(row));
        terms.map(|(term, w)| multipliers[*term] * w).sum()
    }

    fn own(&self, row: usize) -> &[f64] {
        &self.weights[row * self.terms.len()..][..self.terms.len()]
    }

    /// What a corner is accepted with at least, if it is not negative.
    fn corner(&self, part: usize, kept: &[f64]) -> f64 {
        let columns = &self.columns[self.parts[part].clone()];
        let sum: f64 = columns.iter().map(|c| kept[*c as usize]).sum();
        sum - (columns.len() - 1) as f64 * kept[self.tops[part] as usize]
    }

    pub fn begin(&mut self, kept: &[f64]) {
        let (mut outer, mut inner) = (Vec::new(), vec![0.0; self.columns.len()]);
        for row in &self.rows {
            match self.kind {
                Kind::Earning => {
                    let mut sum = 0.0;
                    for part in &self.parts[row.clone()] {
                        let columns = &self.columns[part.clone()];
                        let shares = columns.iter().map(|c| kept[*c as usize]);
                        let least = shares.clone().fold(f64::INFINITY, f64::min);
                        let count = shares.clone().filter(|s| *s == least).count();
                        for (inner, share) in inner[part.clone()].iter_mut().zip(shares) {
                            *inner = if share == least {
                                1.0 / count as f64
                            } else {
                                0.0
                            };
                        }
                        sum += least;
                    }
                    outer.push(1.0 / sum.max(1.0));
                }
                Kind::Paying => {
                    let values = row.clone().map(|part| self.corner(part, kept));
                    let most = values.clone().fold(0.0, f64::max);
                    let count = values.clone().filter(|v| *v == most).count();
                    outer.extend(values.map(|v| if v == most { 1.0 / count as f64 } else { 0.0 }));
                }
            }
        }
        self.outer = Splits::new(outer);
        self.inner = Splits::new(inner);
    }

    pub fn sweep(&mut self, sweep: &Sweep, sums: &mut Sums) {
        for row in 0..self.rows.len() {
            let weight = self.weight(row, sweep.multipliers);
            let share = match self.kind {
                Kind::Earning => self.earn(row, weight, sweep, sums),
                Kind::Paying => self.pay(row, weight, sweep, sums),
            };
            for (term, own) in self.terms.iter().zip(self.own(row)) {
                sums.accepted[*term] += own * share;
            }
        }
    }

    fn earn(&mut self, row: usize, weight: f64, sweep: &Sweep, sums: &mut Sums) -> f64 {
        let [there, here, anchor] = sweep.blend;
        let parts = self.rows[row].clone();
        let (mut sum, mut accepted) = (0.0, 0.0);
        for part in &self.parts[parts.clone()] {
            let mut least = f64::INFINITY;
            for at in part.clone() {
                let share = sweep.kept[self.columns[at] as usize];
                sum += self.inner.now[at] * share;
                least = least.min(share);
            }
            accepted += least;
        }
        let count = parts.len() as f64;
        let now = self.outer.now[row];
        let to = (now - sweep.step / count * (sum - 1.0)).clamp(0.0, 1.0);
        sums.moved += weight * count * (to - now) * (to - now);
        let alpha = there * to + here * now + anchor * self.outer.anchor[row];
        self.outer.now[row] = alpha;
        let mut inner: Vec<f64> = Vec::new();
        for part in &self.parts[parts] {
            inner.clear();
            inner.extend(
                part.clone().map(|at| {
                    self.inner.now[at] - sweep.step * sweep.kept[self.columns[at] as usize]
                }),
            );
            simplex::project(&mut inner, false);
            for (at, to) in part.clone().zip(&inner) {
                let now = self.inner.now[at];
                sums.moved += weight * (to - now) * (to - now);
                let next = there * to + here * now + anchor * self.inner.anchor[at];
                self.inner.now[at] = next;
                sums.earned[self.columns[at] as usize] += weight * alpha * next;
            }
        }
        accepted.min(1.0)
    }

    fn pay(&mut self, row: usize, weight: f64, sweep: &Sweep, sums: &mut Sums) -> f64 {
        let [there, here, anchor] = sweep.blend;
        let parts = self.rows[row].clone();
        let mut most: f64 = 0.0;
        let mut splits: Vec<f64> = Vec::with_capacity(parts.len());
        for part in parts.clone() {
            let share = self.corner(part, sweep.kept);
            most = most.max(share);
            let ladders = (2 * self.parts[part].len() - 1) as f64;
            splits.push(self.outer.now[part] + sweep.step / ladders * share);
        }
        simplex::project(&mut splits, true);
        for (part, to) in parts.zip(&splits) {
            let now = self.outer.now[part];
            sums.moved += weight * (to - now) * (to - now);
            let next = there * to + here * now + anchor * self.outer.anchor[part];
            self.outer.now[part] = next;
            self.spend(part, weight * next, &mut sums.earned);
        }
        -most
    }

    /// Takes a corner's weight from its columns.
    fn spend(&self, part: usize, weight: f64, earned: &mut [f64]) {
        let columns = &self.columns[self.parts[part].clone()];
        for column in columns {
            earned[*column as usize] -= weight;
        }
        earned[self.tops[part] as usize] += weight * (columns.len() - 1) as f64;
    }

    pub fn restart(&mut self, multipliers: &[f64]) -> f64 {
        let mut way = 0.0;
        let square = |splits: &Splits, range: Range<usize>| -> f64 {
            let way = |at: usize| (splits.now[at] - splits.anchor[at]).powi(2);
            range.map(way).sum()
        };
        for (row, parts) in self.rows.iter().enumerate() {
            let own = match self.kind {
                Kind::Earning => {
                    let columns = self.parts[parts.start].start..self.parts[parts.end - 1].end;
                    parts.len() as f64 * square(&self.outer, row..row + 1)
                        + square(&self.inner, columns)
                }
                Kind::Paying => square(&self.outer, parts.clone()),
            };
            way += self.weight(row, multipliers) * own;
        }
        self.outer.restart();
        self.inner.restart();
        way
    }

    pub fn weigh(&self, multipliers: &[f64], weights: &mut [f64]) {
        for (row, parts) in self.rows.iter().enumerate() {
            let weight = self.weight(row, multipliers);
            for part in parts.clone() {
                let columns = &self.columns[self.parts[part].clone()];
                for column in columns {
                    weights[*column as usize] += weight;
                }
                if self.kind == Kind::Paying {
                    weights[self.tops[part] as usize] += weight * (columns.len() - 1) as f64;
                }
            }
        }
    }

    pub fn certify(&self, sums: &mut SplitSums) {
        for (row, parts) in self.rows.iter().enumerate() {
            let mut outer = match self.kind {
                Kind::Earning => vec![self.outer.now[row].clamp(0.0, 1.0)],
                Kind::Paying => self.outer.now[parts.clone()].to_vec(),
            };
            if self.kind == Kind::Paying {
                simplex::project(&mut outer, true);
            }
            for (term, weight) in self.terms.iter().zip(self.own(row)) {
                let columns = &mut sums.columns[*term];
                if self.kind == Kind::Paying {
                    for (part, share) in parts.clone().zip(&outer) {
                        self.spend(part, weight * share, columns);
                    }
                    continue;
                }
                sums.constants[*term] += weight * (1.0 - outer[0]);
                for part in &self.parts[parts.clone()] {
                    let mut inner = self.inner.now[part.clone()].to_vec();
                    simplex::project(&mut inner, false);
                    for (column, share) in self.columns[part.clone()].iter().zip(&inner) {
                        columns[*column as usize] += weight * outer[0] * share;
                    }
                }
            }
        }
    }
}
