//! Rows whose paths have one ladder each.

use super::parts::Part;
use super::simplex;
use super::tile::{Kind, SplitSums, Splits, Sums, Sweep};

/// Each has a column a path. An earning row has one split value, the part alpha in [0, 1] with which
/// min(1, sum) <= 1 - alpha + alpha * sum; a paying row has one a path, of sum 1.
#[derive(Debug)]
pub struct Plain {
    kind: Kind,
    terms: Vec<usize>,
    starts: Vec<u32>,
    columns: Vec<u32>,
    /// Row after row, one a term.
    weights: Vec<f64>,
    splits: Splits,
    widest: usize,
}

impl Plain {
    pub fn new(kind: Kind, terms: &[usize], rows: &[(&[Part], &[f64])]) -> Self {
        let mut plain = Self {
            kind,
            terms: terms.to_vec(),
            starts: vec![0],
            columns: Vec::new(),
            weights: Vec::new(),
            splits: Splits::default(),
            widest: 0,
        };
        for (parts, weights) in rows {
            plain.columns.extend(parts.iter().map(|p| p.columns[0]));
            plain.starts.push(plain.columns.len() as u32);
            plain.weights.extend_from_slice(weights);
            plain.widest = plain.widest.max(parts.len());
        }
        plain
    }

    fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    fn range(&self, row: usize) -> std::ops::Range<usize> {
        self.starts[row] as usize..self.starts[row + 1] as usize
    }

    /// A row's weight under the multipliers.
    #[inline(always)]
    fn weight(&self, row: usize, multipliers: &[f64]) -> f64 {
        let own = &self.weights[row * self.terms.len()..][..self.terms.len()];
        let terms = self.terms.iter().zip(own);
        terms.map(|(term, w)| multipliers[*term] * w).sum()
    }

    pub fn begin(&mut self, kept: &[f64]) {
        let mut values = Vec::new();
        for row in 0..self.rows() {
            let columns = &self.columns[self.range(row)];
            let share = |c: &u32| kept[*c as usize];
            match self.kind {
                Kind::Earning => {
                    let sum: f64 = columns.iter().map(share).sum();
                    values.push(1.0 / sum.max(1.0));
                }
                Kind::Paying => {
                    let most = columns.iter().map(share).fold(0.0, f64::max);
                    let largest = columns.iter().filter(|c| share(c) == most).count();
                    let split = |c| {
                        if share(c) == most {
                            1.0 / largest as f64
                        } else {
                            0.0
                        }
                    };
                    values.extend(columns.iter().map(split));
                }
            }
        }
        self.splits = Splits::new(values);
    }

    pub fn sweep(&mut self, sweep: &Sweep, sums: &mut Sums) {
        match self.kind {
            Kind::Earning => self.earn(sweep, sums),
            Kind::Paying => self.pay(sweep, sums),
        }
    }

    fn accept(&self, row: usize, share: f64, accepted: &mut [f64]) {
        let own = &self.weights[row * self.terms.len()..][..self.terms.len()];
        for (term, weight) in self.terms.iter().zip(own) {
            accepted[*term] += weight * share;
        }
    }

    fn earn(&mut self, sweep: &Sweep, sums: &mut Sums) {
        let [there, here, anchor] = sweep.blend;
        for row in 0..self.rows() {
            let columns = &self.columns[self.range(row)];
            let weight = self.weight(row, sweep.multipliers);
            let sum: f64 = columns.iter().map(|c| sweep.kept[*c as usize]).sum();
            let now = self.splits.now[row];
            let count = columns.len() as f64;
            let to = (now - sweep.step / count * (sum - 1.0)).clamp(0.0, 1.0);
            sums.moved += weight * count * (to - now) * (to - now);
            let next = there * to + here * now + anchor * self.splits.anchor[row];
            for column in columns {
                sums.earned[*column as usize] += weight * next;
            }
            self.accept(row, sum.min(1.0), &mut sums.accepted);
            self.splits.now[row] = next;
        }
    }

    fn pay(&mut self, sweep: &Sweep, sums: &mut Sums) {
        let [there, here, anchor] = sweep.blend;
        let mut to = vec![0.0; self.widest];
        for row in 0..self.rows() {
            let range = self.range(row);
            let columns = &self.columns[range.clone()];
            let weight = self.weight(row, sweep.multipliers);
            let to = &mut to[..columns.len()];
            let mut most: f64 = 0.0;
            for ((to, now), column) in to
                .iter_mut()
                .zip(&self.splits.now[range.clone()])
                .zip(columns)
            {
                let share = sweep.kept[*column as usize];
                most = most.max(share);
                *to = now + sweep.step * share;
            }
            simplex::project(to, false);
            self.accept(row, -most, &mut sums.accepted);
            for ((to, at), column) in to.iter().zip(range).zip(columns) {
                let now = self.splits.now[at];
                sums.moved += weight * (to - now) * (to - now);
                let next = there * to + here * now + anchor * self.splits.anchor[at];
                sums.earned[*column as usize] -= weight * next;
                self.splits.now[at] = next;
            }
        }
    }

    pub fn restart(&mut self, multipliers: &[f64]) -> f64 {
        let mut way = 0.0;
        for row in 0..self.rows() {
            let range = self.range(row);
            let (range, scale) = match self.kind {
                Kind::Earning => (row..row + 1, range.len() as f64),
                Kind::Paying => (range, 1.0),
            };
            let square = |at: usize| (self.splits.now[at] - self.splits.anchor[at]).powi(2);
            way += self.weight(row, multipliers) * scale * range.map(square).sum::<f64>();
        }
        self.splits.restart();
        way
    }

    pub fn weigh(&self, multipliers: &[f64], weights: &mut [f64]) {
        for row in 0..self.rows() {
            let weight = self.weight(row, multipliers);
            for column in &self.columns[self.range(row)] {
                weights[*column as usize] += weight;
            }
        }
    }

    pub fn certify(&self, sums: &mut SplitSums) {
        let mut shares = vec![0.0; self.widest];
        for row in 0..self.rows() {
            let range = self.range(row);
            let columns = &self.columns[range.clone()];
            let shares = &mut shares[..columns.len()];
            let (open, sign) = match self.kind {
                Kind::Earning => {
                    let alpha = self.splits.now[row].clamp(0.0, 1.0);
                    shares.fill(alpha);
                    (1.0 - alpha, 1.0)
                }
                Kind::Paying => {
                    shares.copy_from_slice(&self.splits.now[range]);
                    simplex::project(shares, false);
                    (0.0, -1.0)
                }
            };
            let own = &self.weights[row * self.terms.len()..][..self.terms.len()];
            for (term, weight) in self.terms.iter().zip(own) {
                sums.constants[*term] += open * weight;
                for (column, share) in columns.iter().zip(&*shares) {
                    sums.columns[*term][*column as usize] += sign * weight * share;
                }
            }
        }
    }
}
