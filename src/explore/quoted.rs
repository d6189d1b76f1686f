//! What is quoted of a menu: figures from raw weights and raw cuts, in f64.

use crate::error::{Fault, Result};
use crate::events::{Chunk, Sample};
use crate::menu::{Menu, Passes, SampleMenu};
use crate::merit::{Estimate, MenuSums, Quantity, WeightedSums};
use crate::plan::menu::too_many_strata;
use crate::study::{Normalisation, SampleKind, SampleSettings, Study, quoted};

/// A menu on all samples of a study.
#[derive(Debug)]
pub struct QuotedMenu {
    pub menu: Menu,
    pub normalisation: Normalisation,
    /// All background samples together; none: the study has none.
    pub background: Option<MenuSums>,
    pub signals: Vec<QuotedSignal>,
}

/// A menu on a signal.
#[derive(Debug)]
pub struct QuotedSignal {
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

/// The quantity of a path or group, by its number.
type Numbered = fn(usize) -> Quantity;

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
    let groups: Vec<Option<usize>> = menu.paths.iter().map(|p| p.group).collect();
    let none = || MenuSums::new(&menu.kept_shares(), &groups, menu.groups.len());
    let mut background: Option<MenuSums> = None;
    let mut signals = Vec::new();
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
        let mut own = match sample.settings.kind {
            SampleKind::Background => background.take().unwrap_or_else(none),
            SampleKind::Signal => none(),
        };
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
            return Err(no_weight(&sample.settings, own.weights()).into());
        }
        match sample.settings.kind {
            SampleKind::Background => background = Some(own),
            SampleKind::Signal => signals.push(QuotedSignal {
                settings: sample.settings.clone(),
                denominator: sample.settings.condition.as_ref().map(|_| denominator),
                sums: own,
            }),
        }
    }
    Ok(QuotedMenu {
        menu,
        normalisation: events.normalisation,
        background,
        signals,
    })
}

pub(super) fn no_weight(settings: &SampleSettings, weights: &WeightedSums) -> Fault {
    let message = format!(
        "the weights of `{}` add up to {}",
        settings.name.value,
        weights.sum_of_weights()
    );
    Fault::new(settings.name.place.clone(), message)
        .hint("rates and efficiencies are shares of this sum: it is above 0")
}

impl QuotedMenu {
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
        let mut figures = Vec::new();
        let mut add = |name: String, unit, value: f64, sigma: f64, upper_limit: Option<f64>| {
            figures.push(QuotedFigure {
                name,
                unit,
                value,
                sigma,
                upper_limit,
            });
        };
        let mut rate = |name: String, quantity| {
            if let Some(e) = self.rate_khz(quantity) {
                let name = format!("rate_khz.{name}");
                add(name, "kHz", e.fraction, e.sigma, e.upper_limit);
            }
        };
        rate("total".to_owned(), Quantity::Total);
        let families: [(&str, Numbered); 4] = [
            ("path", Quantity::Path),
            ("pure", Quantity::Pure),
            ("proportional", Quantity::Proportional),
            ("sequential", Quantity::Sequential),
        ];
        for (family, quantity) in families {
            for (i, path) in self.menu.paths.iter().enumerate() {
                rate(format!("{family}.{}", quoted(&path.name)), quantity(i));
            }
        }
        let families: [(&str, Numbered); 3] = [
            ("group", Quantity::Group),
            ("group_pure", Quantity::GroupPure),
            ("group_proportional", Quantity::GroupProportional),
        ];
        for (family, quantity) in families {
            for (g, group) in self.menu.groups.iter().enumerate() {
                rate(format!("{family}.{}", quoted(group)), quantity(g));
            }
        }
        for signal in &self.signals {
            let name = format!("efficiency.{}", quoted(&signal.settings.name.value));
            let e = signal.sums.estimate(Quantity::Total);
            add(name, "1", e.fraction, e.sigma, e.upper_limit);
        }
        for signal in &self.signals {
            if let Some(denominator) = &signal.denominator {
                let name = format!("efficiency_where.{}", quoted(&signal.settings.name.value));
                let e = denominator.estimate(0);
                add(name, "1", e.fraction, e.sigma, e.upper_limit);
            }
        }
        if let Some((mean, sigma)) = self.mean_efficiency() {
            add("efficiency.mean".to_owned(), "1", mean, sigma, None);
        }
        let (purity, sigma) = self.purity().unwrap_or((f64::NAN, f64::NAN));
        add("purity".to_owned(), "1", purity, sigma, None);
        figures
    }
}
