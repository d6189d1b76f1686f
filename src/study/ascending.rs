//! Ascending numbers as studies write them: levels of a threshold, edges of bins.

use super::Source;
use super::level::rounded_level;
use crate::error::{Fault, Result};
use toml::Spanned;

/// A list of finite numbers, each larger than the one before; levels are compared to 1e-9.
pub fn ascending(source: &Source, raw: &Spanned<Vec<f64>>, what: &str) -> Result<Vec<f64>> {
    let values = raw.get_ref();
    if !values.iter().all(|x| x.is_finite()) {
        let message = format!("{what} are finite numbers");
        return Err(source.fault(raw.span(), message).into());
    }
    if let Some(pair) = values
        .windows(2)
        .find(|w| rounded_level(w[0]) >= rounded_level(w[1]))
    {
        let (a, b) = (pair[0], pair[1]);
        let message = if a == b {
            format!("{what} ascend: {a} is there twice")
        } else {
            format!("{what} ascend, but {b} stands behind {a}")
        };
        return Err(source.fault(raw.span(), message).into());
    }
    Ok(values.clone())
}

/// `from`, `from + step`, ... up to `to`, which is among them where steps lead to it.
pub fn steps(from: f64, to: f64, step: f64) -> Vec<f64> {
    // A hair over, so that 0..1 by 0.1 ends at 1.
    let count = ((to - from) / step + 1e-9).floor().max(0.0);
    let all = (0..=count as u64).map(|i| rounded_level(from + i as f64 * step));
    all.collect()
}

/// How many numbers [`steps`] gives.
pub fn step_count(from: f64, to: f64, step: f64) -> f64 {
    ((to - from) / step + 1e-9).floor() + 1.0
}

/// A step with which a range has at most `most` numbers: 1, 2 or 5 times a power of ten.
pub fn round_step(from: f64, to: f64, most: usize) -> f64 {
    let least = (to - from) / (most - 1) as f64;
    let decade = 10f64.powf(least.log10().floor());
    let round = [1.0, 2.0, 5.0].into_iter().map(|m| m * decade);
    let fits = |step: &f64| step_count(from, to, *step) <= most as f64;
    rounded_level(round.into_iter().find(fits).unwrap_or(10.0 * decade))
}

/// A finite number.
pub fn finite(source: &Source, raw: &Spanned<f64>) -> Result<f64> {
    let x = *raw.get_ref();
    if x.is_finite() {
        Ok(x)
    } else {
        Err(source.fault(raw.span(), "expected a finite number").into())
    }
}

/// A finite number above 0.
pub fn positive(source: &Source, raw: &Spanned<f64>) -> Result<f64> {
    let x = finite(source, raw)?;
    if x > 0.0 {
        Ok(x)
    } else {
        Err(source.fault(raw.span(), "expected a number above 0").into())
    }
}

/// `from` lies below `to`, at the place of `to`.
pub fn refuse_backwards(from: f64, to: f64, fault: impl Fn(String) -> Fault) -> Result<()> {
    if from < to {
        Ok(())
    } else {
        Err(fault(format!(
            "`to` lies above `from`, but {to} does not lie above {from}"
        ))
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_end_where_they_lead_to() {
        assert_eq!(steps(0.0, 0.3, 0.1), [0.0, 0.1, 0.2, 0.3]);
        assert_eq!(steps(11.0, 12.9, 0.5), [11.0, 11.5, 12.0, 12.5]);
    }

    #[test]
    fn round_steps_keep_within_the_most() {
        for (from, to) in [(0.0, 1000.0), (10.0, 400.0), (0.0, 25.45), (3.0, 254.0)] {
            let step = round_step(from, to, 255);
            assert!(steps(from, to, step).len() <= 255, "{from} {to} {step}");
            assert!(steps(from, to, step).len() > 80, "{from} {to} {step}");
        }
        assert_eq!(round_step(0.0, 1000.0, 255), 5.0);
    }
}
