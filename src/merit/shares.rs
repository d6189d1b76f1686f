//! Acceptances of one event by the paths that it passes (MODEL.md section 3).

/// Proportional shares: each path's expected share when a kept event is split evenly between the
/// paths that fired, prescales independent.
///
/// For path i it is q_i times the integral from 0 to 1 of the product over the other passing paths j of
/// (1 - q_j + q_j x) dx. The product is the generating function of how many others fire, with only
/// positive terms: P(m) x^m, so that the integral is the sum of P(m) / (m + 1).
#[derive(Debug, Clone, Default)]
pub struct Shares {
    prescaled: Vec<f64>,
    counts: Vec<f64>,
}

impl Shares {
    /// The shares of the passing paths, given the share q > 0 of its events that each keeps.
    ///
    /// ```
    /// use trigscape::merit::Shares;
    /// let mut shares = Vec::new();
    /// Shares::default().split(&[1.0, 0.5], &mut shares);
    /// // Half the time both fire: 1 - 1/4 and 1/4.
    /// assert_eq!(shares, [0.75, 0.25]);
    /// ```
    pub fn split(&mut self, kept: &[f64], shares: &mut Vec<f64>) {
        shares.clear();
        let whole = kept.iter().filter(|q| **q == 1.0).count();
        self.prescaled.clear();
        self.prescaled.extend(kept.iter().filter(|q| **q != 1.0));
        if self.prescaled.is_empty() {
            shares.resize(kept.len(), 1.0 / whole as f64);
            return;
        }
        let of_whole = if whole > 0 {
            self.mean_share(whole - 1, None)
        } else {
            0.0
        };
        let mut own = 0;
        for &q in kept {
            shares.push(if q == 1.0 {
                of_whole
            } else {
                own += 1;
                q * self.mean_share(whole, Some(own - 1))
            });
        }
    }

    /// The mean of 1 / (1 + others that fire), of `whole` that always do and the prescaled but one.
    fn mean_share(&mut self, whole: usize, but: Option<usize>) -> f64 {
        self.counts.clear();
        self.counts.push(1.0);
        for (j, q) in self.prescaled.iter().enumerate() {
            if Some(j) == but {
                continue;
            }
            self.counts.push(0.0);
            for m in (0..self.counts.len()).rev() {
                let fewer = if m > 0 { self.counts[m - 1] * q } else { 0.0 };
                self.counts[m] = self.counts[m] * (1.0 - q) + fewer;
            }
        }
        let counts = self.counts.iter().enumerate();
        counts.map(|(m, p)| p / (m + whole + 1) as f64).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_acceptance() {
        let kept = [0.5, 1.0 / 3.0, 0.001, 0.9, 0.25, 1.0 / 64_000.0];
        let mut shares = Vec::new();
        let mut splitter = Shares::default();
        splitter.split(&kept, &mut shares);
        let acceptance = 1.0 - kept.iter().map(|q| 1.0 - q).product::<f64>();
        assert!((shares.iter().sum::<f64>() - acceptance).abs() < 1e-15);
        let with_whole: Vec<f64> = kept.iter().copied().chain([1.0, 1.0]).collect();
        splitter.split(&with_whole, &mut shares);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert_eq!(shares[6], shares[7]);
    }

    #[test]
    fn shares_are_the_integrals_of_the_model() {
        let kept = [0.5, 0.2, 1.0, 0.7];
        let mut shares = Vec::new();
        Shares::default().split(&kept, &mut shares);
        for (i, share) in shares.iter().enumerate() {
            // Midpoints: good to 1e-9 for a cubic.
            let steps = 20_000;
            let integral: f64 = (0..steps)
                .map(|s| (f64::from(s) + 0.5) / f64::from(steps))
                .map(|x| {
                    let others = kept.iter().enumerate().filter(|(j, _)| *j != i);
                    others.map(|(_, q)| 1.0 - q + q * x).product::<f64>()
                })
                .sum();
            assert!((share - kept[i] * integral / f64::from(steps)).abs() < 1e-8);
        }
    }
}
