//! How well the figures of a menu are known: one-sided limits, and errors at other values.

use super::quoted::QuotedMenu;
use crate::merit::{
    Estimate, Interval, MenuFigure, Quantity, WeightedSums, effective_events, one_sided_deviations,
};

/// A figure that is a share of a sample's weight, in units of its own.
struct Share {
    estimate: Estimate,
    /// What the heaviest event adds to the share.
    one_event: f64,
    unit: Unit,
}

/// What a share of weight is shown as.
enum Unit {
    /// So many times the share.
    Times(f64),
    /// One in so many.
    Inverse,
}

impl QuotedMenu {
    /// A figure's value; none where the samples have no such figure.
    pub fn value(&self, figure: MenuFigure) -> Option<f64> {
        self.figure(figure).map(|(value, ..)| value)
    }

    /// The limits of a figure, each of them one-sided at a confidence `level`: shares of weight by
    /// [`Interval::one_sided`], purity and mean efficiency with normal errors.
    pub fn one_sided(&self, figure: MenuFigure, level: f64) -> Option<Interval> {
        if let Some(share) = self.share(figure) {
            let Estimate {
                fraction, sigma, ..
            } = share.estimate;
            let limits = Interval::one_sided(fraction, sigma, share.one_event, level);
            return Some(match share.unit {
                Unit::Times(unit) => Interval {
                    low: unit * limits.low,
                    high: unit * limits.high,
                },
                Unit::Inverse => Interval {
                    low: 1.0 / limits.high,
                    high: 1.0 / limits.low,
                },
            });
        }
        let (value, sigma, _) = self.figure(figure)?;
        let half = one_sided_deviations(level) * sigma;
        Some(Interval {
            low: value - half,
            high: value + half,
        })
    }

    /// The standard error that a figure would have at another value, from events that tell as much as those
    /// that are accepted: sqrt(p (1 - p) / n) of their effective number n.
    pub fn sigma_at(&self, figure: MenuFigure, value: f64) -> Option<f64> {
        let Some(share) = self.share(figure) else {
            return self.figure(figure).map(|(_, sigma, _)| sigma);
        };
        let Estimate {
            fraction, sigma, ..
        } = share.estimate;
        let known = effective_events(fraction, sigma * sigma);
        let n = if known > 0.0 && known.is_finite() {
            known
        } else {
            1.0 / share.one_event
        };
        let at = |share: f64| {
            let share = share.clamp(0.0, 1.0);
            (share * (1.0 - share) / n).sqrt()
        };
        Some(match share.unit {
            Unit::Times(unit) => unit * at(value / unit),
            Unit::Inverse => value * value * at(1.0 / value),
        })
    }

    /// None where the figure is no share of weight.
    fn share(&self, figure: MenuFigure) -> Option<Share> {
        let of = |sums: &WeightedSums, estimate, unit| Share {
            estimate,
            one_event: sums.one_event(),
            unit,
        };
        let signal = |sample| self.signals.iter().find(|s| s.sample == sample);
        match figure {
            MenuFigure::RateKhz(quantity) => {
                let background = self.background.as_ref()?;
                let input_khz = self.normalisation.rate_hz() / 1e3;
                let estimate = background.estimate(quantity);
                Some(of(background.weights(), estimate, Unit::Times(input_khz)))
            }
            MenuFigure::BandwidthGbPerS(bytes) => {
                let background = self.background.as_ref()?;
                let gb_per_s = 1e-9 * bytes as f64 * self.normalisation.rate_hz();
                let estimate = background.estimate(Quantity::Total);
                Some(of(background.weights(), estimate, Unit::Times(gb_per_s)))
            }
            MenuFigure::Acceptance | MenuFigure::ReductionFactor => {
                let background = self.background.as_ref()?;
                let unit = if figure == MenuFigure::Acceptance {
                    Unit::Times(1.0)
                } else {
                    Unit::Inverse
                };
                let estimate = background.estimate(Quantity::Total);
                Some(of(background.weights(), estimate, unit))
            }
            MenuFigure::Efficiency(sample) => {
                let sums = &signal(sample)?.sums;
                let estimate = sums.estimate(Quantity::Total);
                Some(of(sums.weights(), estimate, Unit::Times(1.0)))
            }
            MenuFigure::EfficiencyWhere(sample) => {
                let selected = signal(sample)?.denominator.as_ref()?;
                Some(of(selected, selected.estimate(0), Unit::Times(1.0)))
            }
            MenuFigure::MeanEfficiency | MenuFigure::MinEfficiency | MenuFigure::Purity => None,
        }
    }
}
