//! Standard errors of accepted fractions from sums by class (MODEL.md section 3, uncertainties).

use super::{FIXED_POINT, MenuRows};

/// What a quantity accepts, by class in 2^-32 of its unit.
#[derive(Debug, Clone, Copy)]
pub struct AcceptedSums<'a> {
    /// sum w a
    pub sums: &'a [u128],
    /// sum w a^2
    pub squares: &'a [u128],
}

/// Sums over the events of one stratum.
#[derive(Debug, Clone, Copy, Default)]
struct Accepted {
    /// sum w a, sum w^2 a, sum w^2 a^2
    weight: f64,
    weighted: f64,
    squares: f64,
}

impl MenuRows {
    /// The standard error of the accepted fraction of some samples together; with `selected`, of the
    /// events that satisfy their `where`.
    ///
    /// var = sum w^2 (a - eps)^2 / (sum w)^2, within the strata where a sample has them. Exact where the
    /// events of a class have one weight; else its mean weight stands for each of them, which is within a
    /// factor 2 of their own.
    pub fn sigma(
        &self,
        is_among: impl Fn(usize) -> bool,
        selected: bool,
        accepted: AcceptedSums<'_>,
    ) -> f64 {
        let mut strata: Vec<Vec<Accepted>> = Vec::with_capacity(self.strata.len());
        for of_sample in &self.strata {
            strata.push(vec![Accepted::default(); of_sample.len()]);
        }
        let among = |sample: usize| is_among(sample) && !self.strata[sample].is_empty();
        for (c, class) in self.classes.iter().enumerate() {
            if among(class.sample) && (class.selected || !selected) {
                let own = &mut strata[class.sample][usize::from(class.stratum)];
                let weight = class.unit * (accepted.sums[c] as f64 / FIXED_POINT);
                let squares = class.unit * (accepted.squares[c] as f64 / FIXED_POINT);
                own.weight += weight;
                own.weighted += class.mean_weight * weight;
                own.squares += class.mean_weight * squares;
            }
        }
        let (mut total, mut kept) = (0.0, 0.0);
        for (sample, own) in strata.iter().enumerate().filter(|(s, _)| among(*s)) {
            for (known, own) in self.strata[sample].iter().zip(own) {
                total += if selected { known.selected } else { known.all }.sum;
                kept += own.weight;
            }
        }
        let fraction = kept / total;
        let mut variance = 0.0;
        for (sample, own) in strata.iter().enumerate().filter(|(s, _)| among(*s)) {
            for (known, own) in self.strata[sample].iter().zip(own) {
                let all = if selected { known.selected } else { known.all };
                let squares =
                    own.squares - 2.0 * fraction * own.weighted + fraction * fraction * all.squares;
                let n = all.events as f64;
                variance += match known.number {
                    None => squares,
                    Some(_) if all.events < 2 => 0.0,
                    Some(_) => {
                        let sum = own.weight - fraction * all.sum;
                        n / (n - 1.0) * (squares - sum * sum / n)
                    }
                };
            }
        }
        variance.max(0.0).sqrt() / total.abs()
    }
}
