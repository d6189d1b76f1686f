//! Ticks at nice numbers: 1, 2 or 5 times a power of ten.

/// Ticks of one axis, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ticks {
    pub major: Vec<f64>,
    pub minor: Vec<f64>,
    /// Distance of the major ticks; 0 on a logarithmic axis.
    pub step: f64,
}

/// About `target` ticks between `low` and `high`, both included where they are nice.
pub fn linear(low: f64, high: f64, target: usize) -> Ticks {
    let range = high - low;
    if !(range.is_finite() && range > 0.0) {
        return Ticks::default();
    }
    let (step, parts) = nice_step(range / target.max(1) as f64);
    Ticks {
        major: multiples(low, high, step),
        minor: multiples(low, high, step / parts)
            .into_iter()
            .filter(|v| {
                let k = v / step;
                (k - k.round()).abs() > 1e-6
            })
            .collect(),
        step,
    }
}

/// Decades between `low` and `high` (both above 0), the multiples 2..9 as minor ticks; where there
/// are more than ten decades every second (third, ...) is a major tick.
pub fn logarithmic(low: f64, high: f64) -> Ticks {
    if !(low > 0.0 && high > low && high.is_finite()) {
        return Ticks::default();
    }
    let first = (low.log10() - 1e-9).ceil() as i32;
    let last = (high.log10() + 1e-9).floor() as i32;
    let every = ((last - first + 10) / 10).max(1);
    let mut ticks = Ticks::default();
    for decade in first - 1..=last {
        let unit = 10f64.powi(decade);
        if decade >= first && (decade - first) % every == 0 {
            ticks.major.push(unit);
        } else if decade >= first {
            ticks.minor.push(unit);
        }
        if every == 1 {
            ticks.minor.extend(
                (2..10)
                    .map(|k| k as f64 * unit)
                    .filter(|v| *v >= low && *v <= high),
            );
        }
    }
    ticks
}

/// Nice numbers for levels between `low` and `high` (both above 0) that differ by factors: as fine
/// as gives about ten.
pub fn levels(low: f64, high: f64) -> Vec<f64> {
    if !(low > 0.0 && high > low && high.is_finite()) {
        return Vec::new();
    }
    let decades = (high / low).log10();
    let digits: &[f64] = match decades {
        d if d < 1.7 => &[1.0, 2.0, 3.0, 5.0, 7.0],
        d if d < 4.0 => &[1.0, 2.0, 5.0],
        _ => &[1.0],
    };
    let every = (decades / 10.0).ceil().max(1.0) as i32;
    let first = low.log10().floor() as i32;
    let last = high.log10().floor() as i32;
    (first..=last)
        .filter(|k| k.rem_euclid(every) == 0)
        .flat_map(|k| digits.iter().map(move |d| d * 10f64.powi(k)))
        .filter(|v| *v >= low && *v <= high)
        .collect()
}

/// The nice step nearest to `raw`, and into how many parts minor ticks divide it.
fn nice_step(raw: f64) -> (f64, f64) {
    let unit = 10f64.powf(raw.log10().floor());
    match raw / unit {
        f if f < 1.5 => (unit, 5.0),
        f if f < 3.5 => (2.0 * unit, 4.0),
        f if f < 7.5 => (5.0 * unit, 5.0),
        _ => (10.0 * unit, 5.0),
    }
}

fn multiples(low: f64, high: f64, step: f64) -> Vec<f64> {
    let slack = 1e-9 * (high - low) / step;
    let first = (low / step - slack).ceil() as i64;
    let last = (high / step + slack).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_ticks_are_nice_and_inside() {
        let t = linear(40.0, 450.0, 6);
        assert_eq!(t.step, 50.0);
        assert_eq!(
            t.major,
            [50., 100., 150., 200., 250., 300., 350., 400., 450.]
        );
        let t = linear(0.0, 1.0, 5);
        assert_eq!(t.major.len(), 6);
        assert!((t.major[5] - 1.0).abs() < 1e-12);
        assert_eq!(t.minor.len(), 15);
        let t = linear(3.1e-5, 4.2e-4, 8);
        assert!((t.step - 5e-5).abs() < 1e-18);
        assert_eq!(linear(1.0, 1.0, 5), Ticks::default());
        assert_eq!(linear(f64::NAN, 1.0, 5), Ticks::default());
    }

    #[test]
    fn logarithmic_ticks_are_decades() {
        let t = logarithmic(1e-4, 1.0);
        assert_eq!(t.major.len(), 5);
        assert_eq!(t.minor.len(), 4 * 8);
        let t = logarithmic(1e-20, 1.0);
        assert!(t.major.len() <= 10, "{:?}", t.major);
        assert_eq!(logarithmic(0.0, 1.0), Ticks::default());
        assert_eq!(levels(3.1, 34.4), [5.0, 7.0, 10.0, 20.0, 30.0]);
        assert_eq!(levels(0.5, 2000.0).len(), 12);
        assert!(levels(1e-30, 1.0).len() <= 11);
    }
}
