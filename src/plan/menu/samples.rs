//! The rows of a study's samples, and what turns accepted weights into rates and efficiencies.

use super::{AcceptedSums, AcceptedWeights, MenuEvents, MenuRows, Part, SampleLevels};
use crate::error::Result;
use crate::events::Sample;
use crate::menu::{CriticalLevels, Ladders, Menu};
use crate::merit::MenuFigure;
use crate::study::{EventsSettings, Normalisation, SampleKind, SampleSettings};
use std::borrow::Borrow;

/// A menu whose thresholds vary, on the samples of a study.
#[derive(Debug, Clone)]
pub struct MenuPlan {
    pub rows: MenuRows,
    /// In the order of the study, as the rows number them.
    pub samples: Vec<SampleSettings>,
    pub normalisation: Normalisation,
}

impl MenuPlan {
    /// Reads the samples once.
    ///
    /// # Errors
    /// Those of [`MenuEvents::read`].
    pub fn read(
        menu: &Menu,
        ladders: &Ladders,
        events: &EventsSettings,
        samples: &[Sample],
    ) -> Result<Self> {
        Ok(MenuEvents::read(menu, ladders, events, samples, None)?.plan(Part::All))
    }

    /// A figure from what it accepts; NaN where the samples have no such figure.
    pub fn figure(&self, figure: MenuFigure, accepted: &AcceptedWeights) -> f64 {
        let value = match figure {
            MenuFigure::RateKhz(_) => self.rate_khz(accepted),
            MenuFigure::BandwidthGbPerS(bytes) => {
                let gb = 1e-6 * bytes as f64;
                self.rate_khz(accepted).map(|khz| gb * khz)
            }
            MenuFigure::Acceptance => self.acceptance(accepted),
            MenuFigure::ReductionFactor => self.acceptance(accepted).map(|a| 1.0 / a),
            MenuFigure::Efficiency(sample) => Some(self.efficiency(sample, accepted)),
            MenuFigure::EfficiencyWhere(sample) => self.efficiency_where(sample, accepted),
            MenuFigure::MeanEfficiency => self.mean_efficiency(accepted),
            MenuFigure::MinEfficiency => self.min_efficiency(accepted).map(|(_, least)| least),
            MenuFigure::Purity => self.purity(accepted),
        };
        value.unwrap_or(f64::NAN)
    }

    /// The background's rate [kHz]; none: the study has no background.
    pub fn rate_khz(&self, accepted: &AcceptedWeights) -> Option<f64> {
        let input_khz = self.normalisation.rate_hz() / 1e3;
        self.acceptance(accepted).map(|share| input_khz * share)
    }

    /// The accepted share of the background's weight; none: the study has no background.
    pub fn acceptance(&self, accepted: &AcceptedWeights) -> Option<f64> {
        let background = |s: &usize| self.samples[*s].kind == SampleKind::Background;
        let (mut kept, mut all) = (0.0, 0.0);
        for sample in (0..self.samples.len()).filter(background) {
            kept += accepted.all[sample];
            all += self.rows.sums_of_weights[sample];
        }
        (all > 0.0).then(|| kept / all)
    }

    /// The accepted share of a sample's weight.
    pub fn efficiency(&self, sample: usize, accepted: &AcceptedWeights) -> f64 {
        accepted.all[sample] / self.rows.sums_of_weights[sample]
    }

    /// The accepted share of the weight of a sample's events that satisfy its `where`; none where it
    /// has none.
    pub fn efficiency_where(&self, sample: usize, accepted: &AcceptedWeights) -> Option<f64> {
        let all = self.rows.selected_sums[sample]?;
        Some(accepted.selected[sample] / all)
    }

    /// The error of [`MenuPlan::rate_khz`].
    pub fn rate_sigma_khz(&self, accepted: AcceptedSums<'_>) -> f64 {
        self.normalisation.rate_hz() / 1e3 * self.acceptance_sigma(accepted)
    }

    /// The error of [`MenuPlan::acceptance`].
    pub fn acceptance_sigma(&self, accepted: AcceptedSums<'_>) -> f64 {
        let background = |s: usize| self.samples[s].kind == SampleKind::Background;
        self.rows.sigma(background, false, accepted)
    }

    /// The error of [`MenuPlan::efficiency`].
    pub fn efficiency_sigma(&self, sample: usize, accepted: AcceptedSums<'_>) -> f64 {
        self.rows.sigma(|s| s == sample, false, accepted)
    }

    /// The error of [`MenuPlan::efficiency_where`].
    pub fn efficiency_where_sigma(&self, sample: usize, accepted: AcceptedSums<'_>) -> f64 {
        self.rows.sigma(|s| s == sample, true, accepted)
    }

    /// The error of [`MenuPlan::mean_efficiency`]: signals are independent.
    pub fn mean_efficiency_sigma(&self, accepted: AcceptedSums<'_>) -> f64 {
        let (mut variance, mut total) = (0.0, 0.0);
        for (sample, settings) in self.samples.iter().enumerate() {
            if settings.kind == SampleKind::Signal {
                variance += (settings.importance * self.efficiency_sigma(sample, accepted)).powi(2);
                total += settings.importance;
            }
        }
        variance.sqrt() / total
    }

    /// The error of [`MenuPlan::purity`].
    pub fn purity_sigma(&self, accepted: AcceptedSums<'_>) -> f64 {
        let weights = self.rows.weights(accepted.sums);
        let b = 1e3 * self.rate_khz(&weights).unwrap_or(f64::NAN);
        let sigma_b = 1e3 * self.rate_sigma_khz(accepted);
        let (mut s, mut variance_s) = (0.0, 0.0);
        for (sample, settings) in self.samples.iter().enumerate() {
            if let Some(rate_hz) = settings.rate_hz {
                s += rate_hz * self.efficiency(sample, &weights);
                variance_s += (rate_hz * self.efficiency_sigma(sample, accepted)).powi(2);
            }
        }
        ((b * b * variance_s) + (s * sigma_b).powi(2)).sqrt() / ((s + b) * (s + b))
    }

    /// S / (S + B): S the accepted rate [Hz] of the signals that have a rate, B the background's; none
    /// where no signal has one, or there is no background (MODEL.md section 3).
    pub fn purity(&self, accepted: &AcceptedWeights) -> Option<f64> {
        let background_hz = 1e3 * self.rate_khz(accepted)?;
        let signals = self.samples.iter().enumerate();
        let rates = signals.filter_map(|(sample, settings)| {
            let rate_hz = settings
                .rate_hz
                .filter(|_| settings.kind == SampleKind::Signal)?;
            Some(rate_hz * self.efficiency(sample, accepted))
        });
        let signal_hz = rates.fold(None, |sum, rate| Some(sum.unwrap_or(0.0) + rate))?;
        Some(signal_hz / (signal_hz + background_hz))
    }

    /// The signal with the smallest efficiency, of equal ones the first; none: the study has no signal.
    pub fn min_efficiency(&self, accepted: &AcceptedWeights) -> Option<(usize, f64)> {
        let signals = self.samples.iter().enumerate();
        let signals = signals.filter(|(_, s)| s.kind == SampleKind::Signal);
        let own = signals.map(|(sample, _)| (sample, self.efficiency(sample, accepted)));
        own.reduce(|least, next| if next.1 < least.1 { next } else { least })
    }

    /// Mean efficiency of the signals, weighted by their importance; none: the study has no signal.
    pub fn mean_efficiency(&self, accepted: &AcceptedWeights) -> Option<f64> {
        let (mut mean, mut total) = (0.0, 0.0);
        for (sample, settings) in self.samples.iter().enumerate() {
            if settings.kind == SampleKind::Signal {
                mean += settings.importance * self.efficiency(sample, accepted);
                total += settings.importance;
            }
        }
        (total > 0.0).then(|| mean / total)
    }
}

impl MenuRows {
    /// The rows of samples whose events that pass nothing are left out already.
    pub fn of(ladders: &Ladders, samples: &[impl Borrow<CriticalLevels>]) -> Self {
        let samples: Vec<&CriticalLevels> = samples.iter().map(Borrow::borrow).collect();
        let levels = samples.iter().map(|s| SampleLevels {
            weights: &s.weights,
            selected: &s.selected,
            strata: &s.stratum_of,
            critical: &s.levels.first,
            further: &s.levels.further,
        });
        let levels: Vec<_> = levels.collect();
        let mut rows = Self::new(&ladders.counts(), &ladders.paths(), &levels);
        rows.sums_of_weights = samples.iter().map(|s| s.sum_of_weights).collect();
        rows.selected_sums = samples.iter().map(|s| s.selected_sum).collect();
        rows.strata = samples.iter().map(|s| s.strata.clone()).collect();
        rows
    }
}
