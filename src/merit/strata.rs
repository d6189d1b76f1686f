//! Rates from weighted events, and the error of samples generated in strata.

/// Sums over the events of one stratum.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Stratum {
    events: u64,
    weight: f64,
    weight_squared: f64,
    kept: f64,
    kept_weight: f64,
    kept_squared: f64,
}

/// Sums from which a rate and its error follow; event by event, in one pass.
///
/// With weights w, acceptances a in [0, 1], and eps = sum w a / sum w, the variance of eps is the
/// sum over strata h of n_h s_h^2 / (sum w)^2, where s_h^2 is the sample variance of w (a - eps) in
/// the stratum. Where all events of a stratum weigh the same w_h, as in samples generated in strata
/// of fixed size, that is sum w_h^2 n_h s_h^2 / (sum w)^2 with the sample variance of a
/// (MODEL.md section 3).
///
/// A stratum with one event gives no error; strata are numbers from 0 to 255.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StrataSums {
    strata: Vec<Stratum>,
}

impl StrataSums {
    pub fn add(&mut self, weight: f64, stratum: u8, acceptance: f64) {
        let h = usize::from(stratum);
        if self.strata.len() <= h {
            self.strata.resize(h + 1, Stratum::default());
        }
        let s = &mut self.strata[h];
        let kept = weight * acceptance;
        s.events += 1;
        s.weight += weight;
        s.weight_squared += weight * weight;
        s.kept += kept;
        s.kept_weight += kept * weight;
        s.kept_squared += kept * kept;
    }

    /// Rate and its standard error in kHz, of crossings at this frequency; NaN without weight.
    pub fn rate_khz(&self, crossings_khz: f64) -> (f64, f64) {
        let weight: f64 = self.strata.iter().map(|s| s.weight).sum();
        let eps = self.strata.iter().map(|s| s.kept).sum::<f64>() / weight;
        let variance: f64 = self.strata.iter().map(|s| s.variance(eps)).sum();
        (
            crossings_khz * eps,
            crossings_khz * variance.max(0.0).sqrt() / weight.abs(),
        )
    }
}

impl Stratum {
    /// n times the sample variance of w (a - eps).
    fn variance(&self, eps: f64) -> f64 {
        if self.events < 2 {
            return 0.0;
        }
        let n = self.events as f64;
        let sum = self.kept - eps * self.weight;
        let squares =
            self.kept_squared - 2.0 * eps * self.kept_weight + eps * eps * self.weight_squared;
        n / (n - 1.0) * (squares - sum * sum / n)
    }
}

/// Rate of the events that pass, and its standard error, in kHz: see [`StrataSums`].
///
/// ```
/// use trigscape::merit::stratified_rate_khz;
/// // 31 MHz of crossings; four of a rare stratum (two pass), two of a common one (none passes).
/// let weights = [1.0, 1.0, 1.0, 1.0, 48.0, 48.0];
/// let strata = [1, 1, 1, 1, 0, 0];
/// let passes = [true, false, true, false, false, false];
/// let (rate_khz, sigma_khz) = stratified_rate_khz(31_000.0, &weights, &strata, &passes);
/// assert_eq!(rate_khz, 31_000.0 * 2.0 / 100.0);
/// // s^2 = 4/3 (1/4) = 1/3 in the rare stratum, none in the other: sqrt(1^2 x 4 x 1/3) / 100.
/// assert!((sigma_khz - 31_000.0 * (4.0f64 / 3.0).sqrt() / 100.0).abs() < 1e-9);
/// ```
///
/// # Panics
/// If the slices differ in length.
pub fn stratified_rate_khz(
    crossings_khz: f64,
    weights: &[f64],
    strata: &[u8],
    passes: &[bool],
) -> (f64, f64) {
    assert!(weights.len() == strata.len() && weights.len() == passes.len());
    let mut sums = StrataSums::default();
    for ((weight, stratum), passes) in weights.iter().zip(strata).zip(passes) {
        sums.add(*weight, *stratum, f64::from(u8::from(*passes)));
    }
    sums.rate_khz(crossings_khz)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stratum_of_unit_weights_has_the_binomial_error() {
        let passes: Vec<bool> = (0..100).map(|k| k % 10 == 0).collect();
        let (rate, sigma) = stratified_rate_khz(1000.0, &[1.0; 100], &[0; 100], &passes);
        assert!((rate - 100.0).abs() < 1e-12);
        // sqrt(0.1 x 0.9 / 99), the sample variance's n - 1.
        assert!((sigma - 1000.0 * (0.09f64 / 99.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn strata_add_their_variances() {
        // Three events of weight 2: a = 1, 0, 0, s^2 = 1/3; two of weight 5: a = 0.5, 1, s^2 = 1/8.
        let mut sums = StrataSums::default();
        for (weight, stratum, a) in [
            (2.0, 0, 1.0),
            (2.0, 0, 0.0),
            (2.0, 0, 0.0),
            (5.0, 3, 0.5),
            (5.0, 3, 1.0),
        ] {
            sums.add(weight, stratum, a);
        }
        let (rate, sigma) = sums.rate_khz(1.0);
        // (2 + 7.5) / 16 and sqrt(4 x 3 / 3 + 25 x 2 / 8) / 16.
        assert!((rate - 9.5 / 16.0).abs() < 1e-12);
        assert!((sigma - (4.0f64 + 6.25).sqrt() / 16.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_has_no_rate() {
        assert!(StrataSums::default().rate_khz(1.0).0.is_nan());
    }
}
