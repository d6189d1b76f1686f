//! Weights as integers: a class for each value where there are few, else one unit where there is an exact
//! one, else 20 bits. A class spans a factor 2, but for the lightest events, which make up less than a hundredth
//! of the squared weights: its mean weight stands for each of its events in standard errors.

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
    /// The stratum of its events, among those of the sample.
    pub stratum: u16,
    /// sum w^2 / sum w of its events: the weight itself where all have one.
    pub mean_weight: f64,
}

/// Bits of a weight at most: sums of a block stay within 32.
const MOST_BITS: u32 = 20;
/// Strata with so few distinct weights get a class for each: sums and errors are exact.
const FEW_CONSTANTS: usize = 16;
/// So do those with so few that have no common unit: sums are exact.
const MOST_CONSTANTS: usize = 256;

/// The share of the squared weights that the lightest events have which stand in one class.
const LIGHT_SHARE: f64 = 0.01;

/// The classes of one sample, the class of each event, and its weight in units.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Classified {
    pub classes: Vec<Class>,
    pub class_of: Vec<u32>,
    pub units: Vec<u32>,
    pub rounding: f64,
}

/// What a class is known by: unit, bits, selection, stratum.
type Key = (u64, u32, bool, u16);

/// How the weights of a stratum become integers.
#[derive(Debug, Clone, Copy)]
enum Scheme {
    /// One unit, and a class for each number of bits from the given one on; fewer bits share its class.
    Unit(f64, u32),
    /// A class for each value.
    Constants,
    /// Units of their own for weights within a factor 2.
    Octaves,
}

/// The classes of a sample's events; no class holds events of two strata.
///
/// Events of weight 0 get class 0 and 0 units; they count nowhere. `selected` are those that satisfy
/// the sample's `where`, `strata` the stratum of each; nothing where it has none.
///
/// # Panics
/// If a weight is not finite.
pub(super) fn classify(
    sample: usize,
    weights: &[f64],
    selected: &[bool],
    strata: &[u16],
) -> Classified {
    assert!(weights.iter().all(|w| w.is_finite()), "weights are finite");
    let stratum_of = |event: usize| strata.get(event).copied().unwrap_or(0);
    let mut distinct: Vec<Vec<f64>> = Vec::new();
    for (event, w) in weights.iter().enumerate().filter(|(_, w)| **w != 0.0) {
        let stratum = usize::from(stratum_of(event));
        distinct.resize(distinct.len().max(stratum + 1), Vec::new());
        distinct[stratum].push(w.abs());
    }
    let schemes: Vec<Scheme> = distinct.into_iter().map(Scheme::choose).collect();
    let mut made = Classified::default();
    if schemes.iter().any(|s| matches!(s, Scheme::Octaves)) {
        made.rounding = 1.0 / f64::from(1u32 << MOST_BITS);
    }
    let mut known: HashMap<Key, u32> = HashMap::new();
    let mut sums: Vec<(f64, f64)> = Vec::new();
    for (event, &weight) in weights.iter().enumerate() {
        if weight == 0.0 {
            made.class_of.push(0);
            made.units.push(0);
            continue;
        }
        let stratum = stratum_of(event);
        let (unit, units, bits) = schemes[usize::from(stratum)].units(weight.abs());
        let class = Class {
            sample,
            unit: unit.copysign(weight),
            bits,
            selected: selected.get(event).is_some_and(|s| *s),
            stratum,
            mean_weight: 0.0,
        };
        let key = (class.unit.to_bits(), bits, class.selected, stratum);
        let index = *known.entry(key).or_insert_with(|| {
            made.classes.push(class);
            sums.push((0.0, 0.0));
            made.classes.len() as u32 - 1
        });
        made.class_of.push(index);
        made.units.push(units);
        let (sum, squares) = &mut sums[index as usize];
        *sum += weight;
        *squares += weight * weight;
    }
    for (class, (sum, squares)) in made.classes.iter_mut().zip(sums) {
        class.mean_weight = if class.bits == 0 {
            class.unit
        } else {
            squares / sum
        };
    }
    made
}

impl Scheme {
    /// For absolute weights above 0, in any order.
    fn choose(mut all: Vec<f64>) -> Self {
        all.sort_by(f64::total_cmp);
        let mut weights = all.clone();
        weights.dedup();
        if weights.len() <= FEW_CONSTANTS {
            Self::Constants
        } else if let Some(unit) = common_unit(&weights) {
            // Blocks of a few light events would cost as much as full ones.
            let squares: f64 = all.iter().map(|w| w * w).sum();
            let mut light = 0.0;
            let first = all.iter().find(|w| {
                light += **w * **w;
                light > LIGHT_SHARE * squares
            });
            let units = first.map_or(1, |w| (w / unit) as u32);
            Self::Unit(unit, (u32::BITS - units.leading_zeros()).saturating_sub(1))
        } else if weights.len() <= MOST_CONSTANTS {
            Self::Constants
        } else {
            Self::Octaves
        }
    }

    /// Unit, weight in units, and its bits, for an absolute weight; no bits where it is one unit.
    fn units(self, w: f64) -> (f64, u32, u32) {
        const MOST: f64 = ((1u32 << MOST_BITS) - 1) as f64;
        match self {
            Self::Constants => (w, 1, 0),
            Self::Unit(unit, least) => match (w / unit) as u32 {
                1 if least < 2 => (unit, 1, 0),
                units => (unit, units, least.max(u32::BITS - units.leading_zeros())),
            },
            Self::Octaves => {
                // A power of two, so that only the integer is rounded: w lies in [1/2, 1) of the
                // octave's end.
                let octave = w.log2().floor() as i32 + 1;
                let unit = 2f64.powi(octave - MOST_BITS as i32);
                (unit, (w / unit).round().clamp(1.0, MOST) as u32, MOST_BITS)
            }
        }
    }
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
            // Few values: one class each.
            (vec![1.5, 4.5, -3.0], 3),
            (vec![1.0, 4095.0, 17.0, -2.0], 4),
            (vec![0.1, 0.2, 0.7, 0.7], 3),
            // One unit, and a class for 1 to 3 (14 of 2870 in squares), 4 to 7, 8 to 15, 16 to 20.
            ((1..=20).map(|n| 0.25 * f64::from(n)).collect(), 4),
            // No common unit of 20 bits.
            ((1..=20).map(|n| f64::from(n).sqrt()).collect(), 20),
        ] {
            let made = classify(0, &weights, &[], &[]);
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
        let made = classify(0, &weights, &[], &[]);
        assert_eq!(made.rounding, 2f64.powi(-20));
        for (w, back) in weights.iter().zip(restored(&made)) {
            assert!(
                (w - back).abs() <= made.rounding * w.abs() * (1.0 + 1e-12),
                "{w} {back}"
            );
        }
    }

    #[test]
    fn a_mean_weight_stands_for_weights_within_a_factor_2_but_for_light_ones() {
        let many = |step: f64| (1..500).map(|n| step * f64::from(n)).collect::<Vec<f64>>();
        let few = vec![1.0, 1000.0, 1001.0, 1.0];
        let rough = many(0.1).iter().map(|w| w.exp()).collect();
        for weights in [few, many(1.0), many(0.37), rough] {
            let made = classify(0, &weights, &[], &[]);
            let (mut light, mut all) = (0.0, 0.0);
            for (class, weight) in made.class_of.iter().zip(&weights) {
                let mean = made.classes[*class as usize].mean_weight;
                if mean >= 2.0 * weight || mean <= 0.5 * weight {
                    light += weight * weight;
                }
                all += weight * weight;
                assert!(weights.len() > 4 || mean == *weight);
            }
            assert!(light <= LIGHT_SHARE * all, "{light} of {all}");
        }
    }
}
