//! Menus compared on the same events: differences with paired errors, from raw cuts in f64.

use super::same_events::{Side, same_events};
use crate::error::Result;
use crate::events::{Request, Sample};
use crate::menu::{Menu, SampleMenu};
use crate::merit::{Difference, Estimate, PairedSums};
use crate::plan::menu::{no_weight, too_many_strata};
use crate::study::{MenuChanges, Normalisation, SampleKind, SampleSettings, Study, quoted};

/// A menu beside the menu that it is compared with.
#[derive(Debug)]
pub struct ComparedMenu {
    pub changes: MenuChanges,
    pub normalisation: Normalisation,
    /// All background samples together; none: there is none.
    pub background: Option<PairedSums>,
    signals: Vec<ComparedSignal>,
    names: Names,
}

#[derive(Debug)]
struct ComparedSignal {
    settings: SampleSettings,
    sums: PairedSums,
    /// The total over the events that the sample's `where` selects.
    denominator: Option<PairedSums>,
}

/// A figure of merit under the first menu (a), under the second (b), and what changes.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedFigure {
    pub name: String,
    pub unit: &'static str,
    /// None where the first menu has no such path or group.
    pub a: Option<Estimate>,
    pub b: Option<Estimate>,
    /// b - a; none where one of them is none.
    pub difference: Option<Difference>,
}

/// The paths and groups of both menus, the first's first, with their indices in each.
#[derive(Debug, Clone)]
struct Names {
    paths: Vec<Named>,
    groups: Vec<Named>,
}

#[derive(Debug, Clone)]
struct Named {
    name: String,
    /// In the first menu, and in the second.
    index: [Option<usize>; 2],
}

/// Compares the menus of studies with that of a baseline, in one pass over its events.
///
/// # Errors
/// A [`Fault`](crate::Fault): other samples, rates or columns than the baseline's; what
/// [`quote`](super::quote) refuses.
pub fn compare_menus(baseline: &Study, others: &[Study]) -> Result<Vec<ComparedMenu>> {
    let first = Side::of(baseline)?;
    let mut events = first.events.clone();
    for study in others {
        // Studies of one comparison are two, or scenarios of one: there is one list of names.
        events = same_events(&first, &Side::of(study)?)?;
    }
    let mut menus = vec![Menu::compile(baseline.menu()?, first.events)?];
    for study in others {
        let request = menus.last().map(|m| m.request.clone()).unwrap_or_default();
        let menu = Menu::compile_beside(study.menu()?, study.events()?, request)?;
        menus.push(menu);
    }
    let request: Request = menus.last().map(|m| m.request.clone()).unwrap_or_default();
    for menu in &mut menus {
        menu.request = request.clone();
    }
    let mut compared = Vec::new();
    for (study, menu) in others.iter().zip(&menus[1..]) {
        compared.push(ComparedMenu {
            changes: MenuChanges::between(baseline.menu()?, study.menu()?),
            normalisation: events.normalisation,
            background: None,
            signals: Vec::new(),
            names: Names::of(&menus[0], menu),
        });
    }
    // Every sample is looked up before the first is read.
    let mut samples = Vec::new();
    for settings in &events.samples {
        samples.push(Sample::open(settings, baseline.seed)?);
    }
    let mut on_samples = Vec::new();
    for sample in &samples {
        let menus = menus.iter().map(|m| SampleMenu::new(m, &events, sample));
        on_samples.push(menus.collect::<Result<Vec<_>>>()?);
    }
    for (number, (sample, on_sample)) in samples.iter().zip(&on_samples).enumerate() {
        let mut sums: Vec<PairedSums> = compared.iter_mut().map(|c| c.take(sample)).collect();
        let mut selected = vec![PairedSums::new(1); others.len()];
        let mut buffers: Vec<[Vec<f64>; 2]> = compared.iter().map(|c| c.names.buffers()).collect();
        let Some(base) = on_sample.first() else {
            continue;
        };
        for chunk in sample.chunks(&events, base.request())? {
            let chunk = chunk?;
            let passes = on_sample.iter().map(|m| m.passes(&chunk));
            let passes = passes.collect::<Result<Vec<_>>>()?;
            let in_denominator = base.denominator(&chunk);
            for (event, &weight) in chunk.weights.iter().enumerate() {
                let stratum = chunk.strata.as_ref().map(|strata| strata[event]);
                let selects = in_denominator.as_ref().is_some_and(|s| s[event]);
                for (i, [a, b]) in buffers.iter_mut().enumerate() {
                    let names = &compared[i].names;
                    names.acceptances(0, &menus[0], passes[0].paths(event), a);
                    names.acceptances(1, &menus[i + 1], passes[i + 1].paths(event), b);
                    let mut counted = sums[i].add(weight, number, stratum, a, b);
                    if selects {
                        counted &= selected[i].add(weight, number, stratum, &a[..1], &b[..1]);
                    }
                    if !counted {
                        return Err(too_many_strata(&sample.settings).into());
                    }
                }
            }
        }
        for ((own, selected), compared) in sums.into_iter().zip(selected).zip(&mut compared) {
            if own.weights().sum_of_weights() <= 0.0 {
                return Err(no_weight(&sample.settings, own.weights().sum_of_weights()).into());
            }
            compared.put(sample, own, selected);
        }
    }
    Ok(compared)
}

impl Names {
    fn of(a: &Menu, b: &Menu) -> Self {
        let paths =
            |menu: &Menu| -> Vec<String> { menu.paths.iter().map(|p| p.name.clone()).collect() };
        Self {
            paths: joined(&paths(a), &paths(b)),
            groups: joined(&a.groups, &b.groups),
        }
    }

    /// The total, the paths, the groups.
    fn quantities(&self) -> usize {
        1 + self.paths.len() + self.groups.len()
    }

    fn buffers(&self) -> [Vec<f64>; 2] {
        [0, 1].map(|_| vec![0.0; self.quantities()])
    }

    /// The share of an event that each quantity keeps under one of the menus.
    fn acceptances(
        &self,
        side: usize,
        menu: &Menu,
        passing: impl Iterator<Item = usize>,
        into: &mut [f64],
    ) {
        into.fill(0.0);
        let (total, rest) = into.split_at_mut(1);
        let (paths, groups) = rest.split_at_mut(self.paths.len());
        // Until the end, groups have what they lose: the arithmetic of `MenuSums`, bit for bit.
        groups.fill(1.0);
        let mut lost = 1.0;
        for path in passing {
            let q = menu.paths[path].kept_share;
            lost *= 1.0 - q;
            if let Some(i) = place(&self.paths, side, path) {
                paths[i] = q;
            }
            if let Some(g) = menu.paths[path].group
                && let Some(g) = place(&self.groups, side, g)
            {
                groups[g] *= 1.0 - q;
            }
        }
        total[0] = 1.0 - lost;
        for group in groups {
            *group = 1.0 - *group;
        }
    }
}

fn place(names: &[Named], side: usize, index: usize) -> Option<usize> {
    // Most menus share their order.
    match names.get(index) {
        Some(named) if named.index[side] == Some(index) => Some(index),
        _ => names.iter().position(|n| n.index[side] == Some(index)),
    }
}

fn joined(a: &[String], b: &[String]) -> Vec<Named> {
    let new = b.iter().filter(|name| !a.contains(name));
    a.iter()
        .chain(new)
        .map(|name| Named {
            name: name.clone(),
            index: [a, b].map(|own| own.iter().position(|n| n == name)),
        })
        .collect()
}

impl ComparedMenu {
    /// The sums that a sample's events are added to.
    fn take(&mut self, sample: &Sample) -> PairedSums {
        let none = || PairedSums::new(self.names.quantities());
        match sample.settings.kind {
            SampleKind::Background => self.background.take().unwrap_or_else(none),
            SampleKind::Signal => none(),
        }
    }

    fn put(&mut self, sample: &Sample, sums: PairedSums, selected: PairedSums) {
        match sample.settings.kind {
            SampleKind::Background => self.background = Some(sums),
            SampleKind::Signal => self.signals.push(ComparedSignal {
                settings: sample.settings.clone(),
                denominator: sample.settings.condition.as_ref().map(|_| selected),
                sums,
            }),
        }
    }

    /// Total, paths, groups and efficiencies, in catalogue order.
    pub fn figures(&self) -> Vec<ComparedFigure> {
        let mut figures = Vec::new();
        if let Some(background) = &self.background {
            let khz = self.normalisation.rate_hz() / 1e3;
            let mut rate = |name: String, quantity: usize, sides: [bool; 2]| {
                let name = format!("rate_khz.{name}");
                figures.push(figure(name, "kHz", background, quantity, sides, khz));
            };
            rate("total".to_owned(), 0, [true; 2]);
            let families = [("path", &self.names.paths), ("group", &self.names.groups)];
            let mut quantity = 0;
            for (family, names) in families {
                for named in names {
                    quantity += 1;
                    let name = format!("{family}.{}", quoted(&named.name));
                    rate(name, quantity, named.index.map(|i| i.is_some()));
                }
            }
        }
        let mut efficiency = |prefix: &str, signal: &ComparedSignal, sums: &PairedSums| {
            let name = format!("{prefix}.{}", quoted(&signal.settings.name.value));
            figures.push(figure(name, "1", sums, 0, [true; 2], 1.0));
        };
        for signal in &self.signals {
            efficiency("efficiency", signal, &signal.sums);
        }
        for signal in &self.signals {
            if let Some(denominator) = &signal.denominator {
                efficiency("efficiency_where", signal, denominator);
            }
        }
        figures.extend(self.mean_efficiency());
        figures
    }

    /// Signals weighted by their importance; they are independent of each other.
    fn mean_efficiency(&self) -> Option<ComparedFigure> {
        let total: f64 = self.signals.iter().map(|s| s.settings.importance).sum();
        let mean = |of: &dyn Fn(&PairedSums) -> (f64, f64)| {
            let (mut mean, mut variance) = (0.0, 0.0);
            for signal in &self.signals {
                let share = signal.settings.importance / total;
                let (value, sigma) = of(&signal.sums);
                mean += share * value;
                variance += (share * sigma).powi(2);
            }
            (mean, variance.sqrt())
        };
        let estimate = |of: fn(&PairedSums, usize) -> Estimate| {
            let (fraction, sigma) = mean(&|s| (of(s, 0).fraction, of(s, 0).sigma));
            Estimate {
                fraction,
                sigma,
                events: self.signals.iter().map(|s| of(&s.sums, 0).events).sum(),
                upper_limit: None,
            }
        };
        let (value, sigma) = mean(&|s| (s.difference(0).value, s.difference(0).sigma));
        (!self.signals.is_empty()).then(|| ComparedFigure {
            name: "efficiency.mean".to_owned(),
            unit: "1",
            a: Some(estimate(PairedSums::first)),
            b: Some(estimate(PairedSums::second)),
            difference: Some(Difference {
                value,
                sigma,
                events: self
                    .signals
                    .iter()
                    .map(|s| s.sums.difference(0).events)
                    .sum(),
            }),
        })
    }
}

fn figure(
    name: String,
    unit: &'static str,
    sums: &PairedSums,
    quantity: usize,
    [in_a, in_b]: [bool; 2],
    factor: f64,
) -> ComparedFigure {
    ComparedFigure {
        name,
        unit,
        a: in_a.then(|| sums.first(quantity).scaled(factor)),
        b: in_b.then(|| sums.second(quantity).scaled(factor)),
        difference: (in_a && in_b).then(|| sums.difference(quantity).scaled(factor)),
    }
}
