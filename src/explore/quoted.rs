//! What is quoted of a menu: figures from raw weights and raw cuts, in f64.

use crate::error::Result;
use crate::events::{Chunk, Sample};
use crate::menu::{Menu, Passes, SampleMenu};
use crate::merit::{
    Estimate, Figure, MenuFigure, MenuSums, Named, Quantity, WeightedSums, menu_catalogue,
};
use crate::plan::menu::{no_weight, too_many_strata};
use crate::study::{Normalisation, SampleKind, SampleSettings, Study};

/// A menu on all samples of a study.
#[derive(Debug)]
pub struct QuotedMenu {
    pub menu: Menu,
    pub normalisation: Normalisation,
    /// All background samples together; none: the study has none.
    pub background: Option<MenuSums>,
    pub signals: Vec<QuotedSignal>,
    /// The menu's figures, in the order in which they are shown.
    catalogue: Vec<Named>,
}

/// A menu on a signal.
#[derive(Debug)]
pub struct QuotedSignal {
    /// Its place among the samples of the study.
    pub sample: usize,
    pub settings: SampleSettings,
    pub sums: MenuSums,
    /// The total over the events that the sample's `where` selects.
    pub denominator: Option<WeightedSums>,
}

/// A figure of merit with its error.
#[derive(Debug, Clone, PartialEq)]
pub struct QuotedFigure {
    pub name: String,
    pub unit: &'static str,
    pub value: f64,
    pub sigma: f64,
    /// One-sided, 95 %; where no event passes.
    pub upper_limit: Option<f64>,
}

/// Looks at the events of a pass, beside what is always quoted.
pub(super) trait Onlooker {
    /// A numbered sample, before it is read: its request may grow.
    fn begin(&mut self, number: usize, sample: &mut SampleMenu<'_>) -> Result<()>;

    /// The next chunk of a sample, and which paths its events pass.
    fn look(&mut self, seen: &Seen<'_>) -> Result<()>;
}

/// A chunk of events with all that is known of it.
pub(super) struct Seen<'a> {
    /// Of the sample.
    pub number: usize,
    pub settings: &'a SampleSettings,
    pub menu: &'a Menu,
    pub on_sample: &'a SampleMenu<'a>,
    pub chunk: &'a Chunk,
    pub passes: &'a Passes,
}

/// Looks at nothing.
struct Nobody;

impl Onlooker for Nobody {
    fn begin(&mut self, _: usize, _: &mut SampleMenu<'_>) -> Result<()> {
        Ok(())
    }

    fn look(&mut self, _: &Seen<'_>) -> Result<()> {
        Ok(())
    }
}

/// Runs the study's menu over its samples.
///
/// # Errors
/// A [`Fault`]: no menu, no events, a cut that is wrong or reads what a sample has not, NaNs, weights
/// that do not add up to more than 0.
pub fn quote(study: &Study) -> Result<QuotedMenu> {
    let menu = Menu::compile(study.menu()?, study.events()?)?;
    quote_beside(study, menu, &mut Nobody)
}

/// The same with a compiled menu, and somebody who looks at the events of the one pass too.
pub(super) fn quote_beside(
    study: &Study,
    menu: Menu,
    onlooker: &mut dyn Onlooker,
) -> Result<QuotedMenu> {
    let events = study.events()?;
    let mut quoted = QuotedMenu::new(&menu, &events.samples, events.normalisation);
    // Every sample is looked up before the first is read.
    let mut samples = Vec::new();
    for settings in &events.samples {
        samples.push(Sample::open(settings, study.seed)?);
    }
    let mut menus = Vec::new();
    for (number, sample) in samples.iter().enumerate() {
        let mut on_sample = SampleMenu::new(&menu, events, sample)?;
        onlooker.begin(number, &mut on_sample)?;
        menus.push(on_sample);
    }
    for (number, (sample, on_sample)) in samples.iter().zip(&menus).enumerate() {
        let mut own = quoted.begin(sample.settings.kind);
        let mut denominator = WeightedSums::new(1);
        for chunk in sample.chunks(events, on_sample.request())? {
            let chunk = chunk?;
            let passes = on_sample.passes(&chunk)?;
            onlooker.look(&Seen {
                number,
                settings: &sample.settings,
                menu: &menu,
                on_sample,
                chunk: &chunk,
                passes: &passes,
            })?;
            let selected = on_sample.denominator(&chunk);
            for (event, &weight) in chunk.weights.iter().enumerate() {
                let stratum = chunk.strata.as_ref().map(|strata| strata[event]);
                let mut counted = own.add(weight, number, stratum, passes.paths(event));
                if selected.as_ref().is_some_and(|s| s[event]) {
                    counted &= denominator.event(weight, number, stratum);
                    denominator.keep(0, menu.acceptance(passes.paths(event)));
                }
                if !counted {
                    return Err(too_many_strata(&sample.settings).into());
                }
            }
        }
        if own.weights().sum_of_weights() <= 0.0 {
            return Err(no_weight(&sample.settings, own.weights().sum_of_weights()).into());
        }
        quoted.end(number, &sample.settings, own, denominator);
    }
    Ok(quoted)
}

impl QuotedMenu {
    /// Without samples yet.
    pub(super) fn new(
        menu: &Menu,
        samples: &[SampleSettings],
        normalisation: Normalisation,
    ) -> Self {
        Self {
            catalogue: menu_catalogue(menu, samples),
            menu: menu.clone(),
            normalisation,
            background: None,
            signals: Vec::new(),
        }
    }

    /// The sums to which a sample's events are added.
    pub(super) fn begin(&mut self, kind: SampleKind) -> MenuSums {
        let menu = &self.menu;
        let none = || {
            let groups: Vec<Option<usize>> = menu.paths.iter().map(|p| p.group).collect();
            MenuSums::new(&menu.kept_shares(), &groups, menu.groups.len())
        };
        match kind {
            SampleKind::Background => self.background.take().unwrap_or_else(none),
            SampleKind::Signal => none(),
        }
    }

    /// Takes up the sums of a numbered sample, and the total over the events that its `where` selects.
    pub(super) fn end(
        &mut self,
        number: usize,
        settings: &SampleSettings,
        own: MenuSums,
        denominator: WeightedSums,
    ) {
        match settings.kind {
            SampleKind::Background => self.background = Some(own),
            SampleKind::Signal => self.signals.push(QuotedSignal {
                sample: number,
                settings: settings.clone(),
                denominator: settings.condition.as_ref().map(|_| denominator),
                sums: own,
            }),
        }
    }

    /// A rate of the background [kHz]; none without background.
    pub fn rate_khz(&self, quantity: Quantity) -> Option<Estimate> {
        let background = self.background.as_ref()?;
        let input_khz = self.normalisation.rate_hz() / 1e3;
        Some(background.estimate(quantity).scaled(input_khz))
    }

    /// Mean efficiency and its error, signals weighted by their importance.
    pub fn mean_efficiency(&self) -> Option<(f64, f64)> {
        let total: f64 = self.signals.iter().map(|s| s.settings.importance).sum();
        let (mut mean, mut variance) = (0.0, 0.0);
        for signal in &self.signals {
            let share = signal.settings.importance / total;
            let efficiency = signal.sums.estimate(Quantity::Total);
            mean += share * efficiency.fraction;
            variance += (share * efficiency.sigma).powi(2);
        }
        (!self.signals.is_empty()).then(|| (mean, variance.sqrt()))
    }

    /// S / (S + B) and its error; none where no signal has a rate, or there is no background.
    pub fn purity(&self) -> Option<(f64, f64)> {
        let background = self.rate_khz(Quantity::Total)?.scaled(1e3);
        let (b, sigma_b) = (background.fraction, background.sigma);
        let (mut s, mut variance_s, mut any) = (0.0, 0.0, false);
        for signal in &self.signals {
            if let Some(rate_hz) = signal.settings.rate_hz {
                let kept = signal.sums.estimate(Quantity::Total).scaled(rate_hz);
                s += kept.fraction;
                variance_s += kept.sigma.powi(2);
                any = true;
            }
        }
        let sum = s + b;
        let sigma = ((b * b * variance_s) + (s * sigma_b).powi(2)).sqrt() / (sum * sum);
        any.then_some((s / sum, sigma))
    }

    /// Every figure of merit, in catalogue order.
    pub fn figures(&self) -> Vec<QuotedFigure> {
        let quoted = |named: &Named| {
            let Figure::Menu(figure) = named.figure else {
                return None;
            };
            let (value, sigma, upper_limit) = self.figure(figure)?;
            Some(QuotedFigure {
                name: named.name.clone(),
                unit: named.unit,
                value,
                sigma,
                upper_limit,
            })
        };
        self.catalogue.iter().filter_map(quoted).collect()
    }

    /// Value, standard error, and the upper limit where no event passes; none where the samples have no
    /// such figure.
    pub(super) fn figure(&self, figure: MenuFigure) -> Option<(f64, f64, Option<f64>)> {
        let of = |e: Estimate| (e.fraction, e.sigma, e.upper_limit);
        let signal = |sample| self.signals.iter().find(|s| s.sample == sample);
        match figure {
            MenuFigure::RateKhz(quantity) => self.rate_khz(quantity).map(of),
            MenuFigure::BandwidthGbPerS(bytes) => {
                let rate = self.rate_khz(Quantity::Total)?;
                Some(of(rate.scaled(1e-6 * bytes as f64)))
            }
            MenuFigure::Acceptance => {
                let background = self.background.as_ref()?;
                Some(of(background.estimate(Quantity::Total)))
            }
            MenuFigure::ReductionFactor => {
                let accepted = self.background.as_ref()?.estimate(Quantity::Total);
                let factor = 1.0 / accepted.fraction;
                Some((factor, accepted.sigma * factor * factor, None))
            }
            MenuFigure::Efficiency(sample) => {
                Some(of(signal(sample)?.sums.estimate(Quantity::Total)))
            }
            MenuFigure::EfficiencyWhere(sample) => {
                let selected = signal(sample)?.denominator.as_ref()?;
                Some(of(selected.estimate(0)))
            }
            MenuFigure::MeanEfficiency => {
                let (mean, sigma) = self.mean_efficiency()?;
                Some((mean, sigma, None))
            }
            MenuFigure::MinEfficiency => {
                let own = self
                    .signals
                    .iter()
                    .map(|s| s.sums.estimate(Quantity::Total));
                let least = |a: Estimate, b: Estimate| if b.fraction < a.fraction { b } else { a };
                own.reduce(least).map(of)
            }
            MenuFigure::Purity => {
                let (purity, sigma) = self.purity().unwrap_or((f64::NAN, f64::NAN));
                Some((purity, sigma, None))
            }
        }
    }
}
