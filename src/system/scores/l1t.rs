//! L1T scores: the sum of four object efficiencies, exact by convolution or sampled.

use super::ScoreTable;
use super::pushforward::push_forward;
use super::survival::Survival;
use crate::random::Stream;
use crate::study::L1tRate;
use crate::system::curve::Curve;
use crate::system::exponential::{TruncatedExponential, fit_rate};
use rayon::prelude::*;
use rustfft::{FftPlanner, num_complex::Complex};
use std::ops::Range;

/// The four objects, in the order of curves, thresholds and the trigger mix's columns.
pub const L1T_OBJECTS: [&str; 4] = ["jet", "muon", "egamma", "tau"];

/// L1 thresholds of CMS TRG-17-001 (MODEL.md section 1).
pub const L1T_THRESHOLDS_GEV: [f64; 4] = [320.0, 22.0, 30.0, 38.0];

/// Mean efficiencies to which the spectra's rates are fitted, one for each object's own.
const OWN_TARGETS: [f64; 4] = [0.282, 0.364, 0.444, 0.180];
const EGAMMA: usize = 2;

/// Cells per unit of score. The convolution is exact on this grid; rounding the four scores to it
/// moves the survival function by h^2/6 of its curvature, about 1e-9.
const CELLS_PER_UNIT: usize = 8192;

/// What the L1T score distributions are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct L1tSettings {
    /// Efficiency curves of jet, muon, egamma, tau.
    pub curves: [Curve; 4],
    /// Momenta of each curve's table, GeV ascending: the range of the rate fit.
    pub knots: [Vec<f64>; 4],
    /// Outcomes of a positive event: proportion, and which objects are above threshold.
    pub mix: Vec<(f64, [bool; 4])>,
    pub rate: L1tRate,
}

impl L1tSettings {
    /// Spectra of each object below and above its threshold.
    fn spectra(&self) -> [[TruncatedExponential; 2]; 4] {
        let rates = l1t_rates(self);
        std::array::from_fn(|o| {
            [
                TruncatedExponential::below(rates[o], L1T_THRESHOLDS_GEV[o]),
                TruncatedExponential::above(rates[o], L1T_THRESHOLDS_GEV[o]),
            ]
        })
    }

    fn total_proportion(&self) -> f64 {
        self.mix.iter().map(|m| m.0).sum()
    }
}

/// Rates of the four momentum spectra, per GeV.
pub fn l1t_rates(settings: &L1tSettings) -> [f64; 4] {
    std::array::from_fn(|o| {
        let target = match settings.rate {
            L1tRate::Egamma => OWN_TARGETS[EGAMMA],
            L1tRate::Own => OWN_TARGETS[o],
        };
        fit_rate(&settings.curves[o], &settings.knots[o], target)
    })
}

/// Exact score distributions: each object's efficiency distribution by inverting its curve, the sum
/// by convolution, the positive side as a mixture over outcomes.
///
/// Survival values carry an absolute rounding error of about 1e-16, so that tails are good to 1e-12.
pub fn l1t_scores(settings: &L1tSettings) -> ScoreTable {
    let cells = CELLS_PER_UNIT + 1;
    let length = 4 * CELLS_PER_UNIT + 1;
    let h = 1.0 / CELLS_PER_UNIT as f64;
    let edges: Vec<f64> = (0..=cells).map(|k| (k as f64 - 0.5) * h).collect();
    let spectra = settings.spectra();

    let fft_length = 9 * (CELLS_PER_UNIT / 2);
    debug_assert!(fft_length >= length);
    let mut planner = FftPlanner::<f64>::new();
    let forward = planner.plan_fft_forward(fft_length);
    let inverse = planner.plan_fft_inverse(fft_length);

    // Both sides of an object are real, so that one complex transform serves them.
    let transforms: Vec<[Vec<Complex<f64>>; 2]> = (0..4)
        .into_par_iter()
        .map(|o| {
            let mut mass = [vec![0.0; cells], vec![0.0; cells]];
            let mut atoms = Vec::new();
            push_forward(
                &settings.curves[o].segments(),
                &spectra[o],
                &edges,
                &mut mass,
                |law, score, p| atoms.push((law, score, p)),
            );
            for (law, score, p) in atoms {
                // Shared between the neighbouring grid points, so that the mean stays.
                let x = score * CELLS_PER_UNIT as f64;
                let k = (x.floor() as usize).min(cells - 2);
                mass[law][k] += p * (1.0 - (x - k as f64));
                mass[law][k + 1] += p * (x - k as f64);
            }
            let mut packed = vec![Complex::new(0.0, 0.0); fft_length];
            for (z, (&below, &above)) in packed.iter_mut().zip(mass[0].iter().zip(&mass[1])) {
                *z = Complex::new(below, above);
            }
            forward.process(&mut packed);
            unpack(&packed)
        })
        .collect();

    let total = settings.total_proportion();
    let mut packed: Vec<Complex<f64>> = (0..fft_length)
        .map(|i| {
            let product = |flags: [bool; 4]| {
                (0..4).fold(Complex::new(1.0, 0.0), |z, o| {
                    z * transforms[o][usize::from(flags[o])][i]
                })
            };
            let negative = product([false; 4]);
            let positive = settings
                .mix
                .iter()
                .fold(Complex::new(0.0, 0.0), |z, (p, flags)| {
                    z + product(*flags) * (p / total)
                });
            negative + positive * Complex::new(0.0, 1.0)
        })
        .collect();
    inverse.process(&mut packed);
    let survival = |part: fn(&Complex<f64>) -> f64| {
        let mass: Vec<f64> = packed[..length].iter().map(|z| part(z).max(0.0)).collect();
        let whole: f64 = mass.iter().rev().sum();
        let mut above = 0.0;
        let mut knots = vec![((length as f64 - 0.5) * h, 0.0)];
        for (k, m) in mass.iter().enumerate().rev() {
            above += m;
            knots.push(((k as f64 - 0.5) * h, above / whole));
        }
        knots.reverse();
        Survival::new(knots)
    };
    ScoreTable {
        negative: survival(|z| z.re),
        positive: survival(|z| z.im),
    }
}

/// Transforms of the real and the imaginary part of what `packed` is the transform of.
fn unpack(packed: &[Complex<f64>]) -> [Vec<Complex<f64>>; 2] {
    let n = packed.len();
    let mirror = |i: usize| packed[(n - i) % n].conj();
    let real = (0..n).map(|i| (packed[i] + mirror(i)) * 0.5).collect();
    let imaginary = (0..n)
        .map(|i| (packed[i] - mirror(i)) * Complex::new(0.0, -0.5))
        .collect();
    [real, imaginary]
}

/// Score distributions of sampled events, as the published code makes them, these `events` a side;
/// event i depends on the seed and i alone.
pub fn l1t_sampled(settings: &L1tSettings, events: Range<u64>, seed: u64) -> ScoreTable {
    let spectra = settings.spectra();
    let mut cumulative = Vec::with_capacity(settings.mix.len());
    let mut sum = 0.0;
    for (p, _) in &settings.mix {
        sum += p / settings.total_proportion();
        cumulative.push(sum);
    }
    let draw = |side: u64| -> Survival {
        let scores = events
            .clone()
            .into_par_iter()
            .map(|event| {
                let mut stream = Stream::new(seed, side, event);
                let flags = if side == 0 {
                    [false; 4]
                } else {
                    let u = stream.uniform();
                    let row = cumulative.partition_point(|&c| c <= u);
                    settings.mix[row.min(settings.mix.len() - 1)].1
                };
                (0..4)
                    .map(|o| {
                        let e = spectra[o][usize::from(flags[o])].momentum(stream.uniform());
                        settings.curves[o].at(e)
                    })
                    .sum()
            })
            .collect();
        Survival::from_sample(scores)
    };
    ScoreTable {
        negative: draw(0),
        positive: draw(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Edge;

    /// Four objects that fire like steps at their thresholds: each score is 0 or 1.
    fn steps() -> L1tSettings {
        let curve = |threshold: f64| {
            Curve::pchip(
                &[0.0, threshold - 1e-9, threshold, 2.0 * threshold],
                &[0.0, 0.0, 1.0, 1.0],
                Edge::Hold,
            )
        };
        L1tSettings {
            curves: L1T_THRESHOLDS_GEV.map(curve),
            knots: L1T_THRESHOLDS_GEV.map(|t| vec![0.0, t - 1e-9, t, 2.0 * t]),
            mix: vec![
                (0.75, [true, false, false, false]),
                (0.25, [true, true, false, true]),
            ],
            rate: L1tRate::Own,
        }
    }

    #[test]
    fn step_curves_count_the_objects_above_threshold() {
        let scores = l1t_scores(&steps());
        // Negatives have no object above threshold; positives one (75 %) or three (25 %).
        assert!(scores.negative.at(0.01) < 1e-9);
        for (t, share) in [(0.5, 1.0), (1.5, 0.25), (2.5, 0.25), (3.5, 0.0)] {
            assert!((scores.positive.at(t) - share).abs() < 1e-9, "{t}");
        }
    }

    #[test]
    fn sampled_scores_depend_on_the_seed_alone() {
        let sampled = |seed| l1t_sampled(&steps(), 0..1000, seed);
        assert_eq!(sampled(1), sampled(1));
        assert_ne!(sampled(1), sampled(2));
        // 250 +- 14 of 1000 have three objects, every one has one.
        assert!((sampled(5).positive.at(1.5) - 0.25).abs() < 0.06);
        assert_eq!(sampled(5).positive.at(0.5), 1.0);
    }
}
