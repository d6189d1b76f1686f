//! Everything that is said of a menu, in one pass over the events: `menu.json`.

use super::measured;
use super::quoted::{Onlooker, QuotedMenu, Seen, quote_beside};
use super::scans::Scan;
use super::targets;
use super::turn_ons::RunningTurnOn;
use crate::error::Result;
use crate::menu::{Menu, SampleMenu};
use crate::merit::{MenuSums, Quantity};
use crate::results::menu_record::{
    BackgroundRecord, GroupRecord, Measured, MenuRecord, PathRates, PathRecord, SignalRecord,
};
use crate::study::{Address, Located, Study};

/// The record of the study's menu, with its `[[scan]]`s, `[[turn_on]]`s and `[targets]`.
///
/// `axes` are further thresholds to be scanned over levels, in any order: those of a space, from
/// [`scanned_axes`](super::scanned_axes). A knob that a `[[scan]]` moves already is left out.
///
/// # Errors
/// Those of [`quote`](super::quote); a [`Fault`](crate::Fault) where a knob, reference or cut is wrong.
pub fn menu_record(study: &Study, axes: &[(Located<Address>, Vec<f64>)]) -> Result<MenuRecord> {
    Ok(quote_with_record(study, axes)?.1)
}

/// The same, and what is quoted of the menu from the same pass.
///
/// # Errors
/// Those of [`menu_record`].
pub fn quote_with_record(
    study: &Study,
    axes: &[(Located<Address>, Vec<f64>)],
) -> Result<(QuotedMenu, MenuRecord)> {
    let events = study.events()?;
    let menu = Menu::compile(study.menu()?, events)?;
    let mut diagnostics = Diagnostics {
        scans: Scan::of_study(study, &menu, axes)?,
        turn_ons: RunningTurnOn::of_study(study)?,
    };
    let quoted = quote_beside(study, menu, &mut diagnostics)?;
    let record = diagnostics.record(study, &quoted)?;
    Ok((quoted, record))
}

struct Diagnostics {
    scans: Vec<Scan>,
    turn_ons: Vec<RunningTurnOn>,
}

impl Onlooker for Diagnostics {
    fn begin(&mut self, number: usize, sample: &mut SampleMenu<'_>) -> Result<()> {
        for turn_on in &mut self.turn_ons {
            turn_on.begin(number, sample)?;
        }
        Ok(())
    }

    fn look(&mut self, seen: &Seen<'_>) -> Result<()> {
        for scan in &mut self.scans {
            scan.look(seen)?;
        }
        for turn_on in &mut self.turn_ons {
            turn_on.look(seen);
        }
        Ok(())
    }
}

impl Diagnostics {
    fn record(&self, study: &Study, quoted: &QuotedMenu) -> Result<MenuRecord> {
        let (settings, events) = (study.menu()?, study.events()?);
        let budget_khz = study.targets.and_then(|t| t.rate_khz);
        let scans = self.scans.iter().map(|s| s.record(quoted, budget_khz));
        let turn_ons = self.turn_ons.iter().map(|t| t.record(settings, events));
        let paths = settings
            .paths
            .iter()
            .enumerate()
            .map(|(i, path)| PathRecord {
                name: path.name.value.clone(),
                group: path.group.clone(),
                prescale: path.prescale,
                rates: path_rates(quoted, i),
            });
        let groups = quoted.menu.groups.iter().enumerate();
        let groups = groups.filter_map(|(g, name)| {
            Some(GroupRecord {
                name: name.clone(),
                rate_khz: rate(quoted, Quantity::Group(g))?,
                pure_khz: rate(quoted, Quantity::GroupPure(g))?,
                proportional_khz: rate(quoted, Quantity::GroupProportional(g))?,
            })
        });
        let signals = signals(quoted);
        let mut record = MenuRecord {
            background: quoted.background.as_ref().map(|b| background(quoted, b)),
            paths: paths.collect(),
            groups: groups.collect(),
            mean_efficiency: quoted.mean_efficiency().map(|(mean, sigma)| {
                let all = quoted.signals.iter();
                let all = all.map(|s| s.sums.weights().effective_events());
                measured::share(mean, sigma, all.sum(), None)
            }),
            purity: quoted
                .purity()
                .filter(|(purity, sigma)| purity.is_finite() && sigma.is_finite())
                .map(|(purity, sigma)| measured::normal(purity, sigma, None)),
            signals,
            targets: Vec::new(),
            scans: scans.collect(),
            turn_ons: turn_ons.collect(),
        };
        if let Some(targets) = &study.targets {
            record.targets = targets::compared(targets, &record);
        }
        Ok(record)
    }
}

fn rate(quoted: &QuotedMenu, quantity: Quantity) -> Option<Measured> {
    quoted.rate_khz(quantity).map(measured::rate)
}

fn background(quoted: &QuotedMenu, sums: &MenuSums) -> BackgroundRecord {
    let input_khz = quoted.normalisation.rate_hz() / 1e3;
    let (weights, total) = (sums.weights(), sums.estimate(Quantity::Total));
    let paths = quoted.menu.paths.len();
    let overlap = |i, j| sums.estimate(Quantity::Overlap(i, j)).fraction * input_khz;
    BackgroundRecord {
        input_khz,
        factors: quoted.normalisation.factors(),
        events: weights.events(),
        sum_of_weights: weights.sum_of_weights(),
        effective_events: weights.effective_events(),
        one_event_khz: input_khz * weights.one_event(),
        events_passed: total.events,
        total_khz: measured::rate(total.scaled(input_khz)),
        overlaps_khz: (0..paths)
            .map(|i| (0..paths).map(|j| overlap(i, j)).collect())
            .collect(),
    }
}

fn path_rates(quoted: &QuotedMenu, path: usize) -> Option<PathRates> {
    Some(PathRates {
        events_passed: quoted.rate_khz(Quantity::Path(path))?.events,
        rate_khz: rate(quoted, Quantity::Path(path))?,
        pure_khz: rate(quoted, Quantity::Pure(path))?,
        proportional_khz: rate(quoted, Quantity::Proportional(path))?,
        sequential_khz: rate(quoted, Quantity::Sequential(path))?,
    })
}

fn signals(quoted: &QuotedMenu) -> Vec<SignalRecord> {
    let of = |signal: &super::QuotedSignal| {
        let weights = signal.sums.weights();
        let selected = signal.denominator.as_ref();
        let selected = selected.filter(|sums| sums.sum_of_weights() > 0.0);
        SignalRecord {
            name: signal.settings.name.value.clone(),
            events: weights.events(),
            efficiency: measured::efficiency(signal.sums.estimate(Quantity::Total), weights),
            selection: signal.settings.condition.as_ref().map(|c| c.value.clone()),
            efficiency_where: selected.map(|sums| measured::efficiency(sums.estimate(0), sums)),
        }
    };
    quoted.signals.iter().map(of).collect()
}
