//! Weights as integers: one unit where there is an exact one, else bands of a factor 16.

use std::collections::HashMap;

/// Events of one sample whose weights are whole numbers of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Class {
    pub sample: usize,
    /// Negative for events of negative weight: their sums are subtracted.
    pub unit: f64,
    /// Bits of the largest weight in units; 0 where every event is one unit.
    pub bits: u32,
    /// Whether its events satisfy the sample's `where`.
    pub selected: bool,
}

/// Bits of a weight at most: sums of a block stay within 32.
const MOST_BITS: u32 = 20;
/// Samples with fewer distinct weights get a class for each.
const MOST_CONSTANTS: usize = 256;

/// The classes of one sample, the class of each event, and its weight in units.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Classified {
    pub classes: Vec<Class>,
    pub class_of: Vec<u32>,
    pub units: Vec<u32>,
    pub rounding: f64,
}

/// Events of weight 0 get class 0 and 0 units; they count nowhere. `selected` are those that satisfy
/// the sample's `where`; nothing where it has none.
///
/// # Panics
/// If a weight is not finite.
pub(super) fn classify(sample: usize, weights: &[f64], selected: &[bool]) -> Classified {
    assert!(weights.iter().all(|w| w.is_finite()), "weights are finite");
    let mut distinct: Vec<f64> = weights
        .iter()
        .map(|w| w.abs())
        .filter(|w| *w > 0.0)
        .collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    let mut made = Classified::default();
    let constant = |w: f64| (w, 1u32, 0u32);
    if let [only] = distinct[..] {
        made.assign(sample, weights, selected, |_| constant(only));
    } else if let Some(unit) = common_unit(&distinct) {
        let bits = bits_of((distinct[distinct.len() - 1] / unit) as u32);
        made.assign(sample, weights, selected, |w| {
            (unit, (w / unit) as u32, bits)
        });
    } else if distinct.len() <= MOST_CONSTANTS {
        made.assign(sample, weights, selected, constant);
    } else {
        let most = f64::from((1u32 << MOST_BITS) - 1);
        made.assign(sample, weights, selected, |w| {
            // A power of two, so that only the integer is rounded: w lies in [1/16, 1) of the band's end.
            let band = (w.log2() / 4.0).floor() as i32 + 1;
            let unit = 16f64.powi(band) / f64::from(1u32 << MOST_BITS);
            (unit, (w / unit).round().clamp(1.0, most) as u32, MOST_BITS)
        });
        made.rounding = 0.5 / f64::from(1u32 << (MOST_BITS - 4));
    }
    made
}

impl Classified {
    /// `of` gives unit, weight in units and bits for the absolute weight.
    fn assign(
        &mut self,
        sample: usize,
        weights: &[f64],
        selected: &[bool],
        of: impl Fn(f64) -> (f64, u32, u32),
    ) {
        let mut known: HashMap<(u64, bool), u32> = HashMap::new();
        for (event, &weight) in weights.iter().enumerate() {
            if weight == 0.0 {
                self.class_of.push(0);
                self.units.push(0);
                continue;
            }
            let (unit, units, bits) = of(weight.abs());
            let class = Class {
                sample,
                unit: unit.copysign(weight),
                bits,
                selected: selected.get(event).is_some_and(|s| *s),
            };
            let key = (class.unit.to_bits(), class.selected);
            let index = *known.entry(key).or_insert_with(|| {
                self.classes.push(class);
                self.classes.len() as u32 - 1
            });
            self.class_of.push(index);
            self.units.push(units);
        }
    }
}

fn bits_of(x: u32) -> u32 {
    u32::BITS - x.leading_zeros()
}

/// The largest number of which all are whole multiples, at most 2^20 - 1 times; none where there is none.
fn common_unit(weights: &[f64]) -> Option<f64> {
    let (first, last) = (weights.first()?, weights.last()?);
    // Every f64 is a whole number of some power of two: Euclid on those whole numbers is exact.
    let scale = 2f64.powi(52 - last.log2().floor() as i32);
    let whole = |w: f64| {
        let x = w * scale;
        (x.is_finite() && x.fract() == 0.0 && x < 2f64.powi(54)).then_some(x as u64)
    };
    let mut divisor = whole(*first)?;
    for w in weights {
        let mut x = whole(*w)?;
        while x > 0 {
            (divisor, x) = (x, divisor % x);
        }
    }
    let unit = divisor as f64 / scale;
    (last / unit < f64::from(1u32 << MOST_BITS)).then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restored(made: &Classified) -> Vec<f64> {
        let of = made.class_of.iter().zip(&made.units);
        of.map(|(c, n)| made.classes[*c as usize].unit * f64::from(*n))
            .collect()
    }

    #[test]
    fn weights_with_a_common_unit_are_exact() {
        for (weights, classes) in [
            (vec![1.0; 5], 1),
            (vec![0.3, -0.3, 0.3], 2),
            (vec![1.5, 4.5, -3.0], 2),
            (vec![1.0, 4095.0, 17.0, -2.0], 2),
            // No common unit of 20 bits, but few values: one class each.
            (vec![0.1, 0.2, 0.7, 0.7], 3),
        ] {
            let made = classify(0, &weights, &[]);
            assert_eq!(restored(&made), weights);
            assert_eq!(
                (made.classes.len(), made.rounding),
                (classes, 0.0),
                "{weights:?}"
            );
        }
    }

    #[test]
    fn many_values_are_rounded_within_the_bound_they_state() {
        let weights: Vec<f64> = (1..2000)
            .map(|i| (f64::from(i) * 0.137).exp().ln_1p() * f64::from(i % 7 - 3))
            .collect();
        let made = classify(0, &weights, &[]);
        assert!(made.rounding < 8e-6 && made.rounding > 0.0);
        for (w, back) in weights.iter().zip(restored(&made)) {
            assert!(
                (w - back).abs() <= made.rounding * w.abs() * (1.0 + 1e-12),
                "{w} {back}"
            );
        }
    }
}
