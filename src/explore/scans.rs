//! Scans: a menu at every level of one threshold, in the pass that quotes it.

use super::measured;
use super::quoted::{QuotedMenu, Seen};
use crate::error::{Error, Place, Result};
use crate::menu::{Ladders, Menu, Moved, PathAxis};
use crate::merit::{Estimate, Roc, ScanSums};
use crate::plan::menu::too_many_strata;
use crate::results::menu_record::{
    Measured, RocRecord, ScanRates, ScanRecord, ScanSignal, ScanTarget,
};
use crate::study::{
    Address, Located, MenuKnob, MenuSettings, RateOf, SampleKind, ScanRate, Study, ThresholdKnob,
};

/// A scan on its way through the events.
pub struct Scan {
    knob: ThresholdKnob,
    address: Address,
    unit: &'static str,
    levels: Vec<f64>,
    target: Option<ScanRate>,
    ladders: Ladders,
    kept_share: f64,
    background: Option<ScanSums>,
    /// By the number of the sample.
    signals: Vec<Option<ScanSums>>,
}

impl Scan {
    /// The scans of a study, then one of each further knob and its levels.
    ///
    /// # Errors
    /// A [`Fault`](crate::Fault) where a knob is no threshold, or cannot have its levels.
    pub fn of_study(
        study: &Study,
        menu: &Menu,
        axes: &[(Located<Address>, Vec<f64>)],
    ) -> Result<Vec<Self>> {
        let settings = study.menu()?;
        let mut scans = Vec::new();
        for scan in &study.scans {
            let knob = settings.threshold_knob(&scan.knob)?;
            let levels = scan.levels(&knob)?;
            scans.push(Self::new(
                study,
                menu,
                &scan.knob,
                knob,
                levels,
                scan.target,
            )?);
        }
        for (address, levels) in axes {
            if study.scans.iter().any(|s| s.knob.value == address.value) {
                continue;
            }
            let knob = settings.threshold_knob(address)?;
            let mut levels = levels.clone();
            levels.sort_by(f64::total_cmp);
            scans.push(Self::new(study, menu, address, knob, levels, None)?);
        }
        Ok(scans)
    }

    fn new(
        study: &Study,
        menu: &Menu,
        address: &Located<Address>,
        knob: ThresholdKnob,
        levels: Vec<f64>,
        target: Option<ScanRate>,
    ) -> Result<Self> {
        let axis = PathAxis {
            path: knob.path,
            moved: knob.leg.map_or(Moved::Scale, Moved::Leg),
            levels,
        };
        let ladders = Ladders::new(menu, std::slice::from_ref(&axis)).map_err(|e| match e {
            Error::Input(mut fault) => {
                fault.place = address.place.clone();
                Error::Input(fault)
            }
            other => other,
        })?;
        let unit = match knob.leg {
            Some(leg) if study.menu()?.paths[knob.path].legs[leg].is_energy() => "GeV",
            Some(_) | None => "1",
        };
        Ok(Self {
            kept_share: menu.paths[knob.path].kept_share,
            address: address.value.clone(),
            unit,
            levels: axis.levels,
            target,
            ladders,
            background: None,
            signals: vec![None; study.events()?.samples.len()],
            knob,
        })
    }

    /// Adds the events of a chunk.
    ///
    /// # Errors
    /// A [`Fault`](crate::Fault): too many strata.
    pub fn look(&mut self, seen: &Seen<'_>) -> Result<()> {
        let path = self.knob.path;
        let levels = seen
            .on_sample
            .path_levels(&self.ladders, path, seen.chunk)?;
        let sums = match seen.settings.kind {
            SampleKind::Background => &mut self.background,
            SampleKind::Signal => &mut self.signals[seen.number],
        };
        let none = || ScanSums::new(self.levels.len(), self.kept_share);
        let sums = sums.get_or_insert_with(none);
        for (event, (&weight, passed)) in seen.chunk.weights.iter().zip(levels).enumerate() {
            let stratum = seen.chunk.strata.as_ref().map(|strata| strata[event]);
            let others = seen.passes.paths(event).filter(|other| *other != path);
            let lost = others.fold(1.0, |lost, i| lost * (1.0 - seen.menu.paths[i].kept_share));
            if !sums.add(weight, seen.number, stratum, usize::from(passed), lost) {
                return Err(too_many_strata(seen.settings).into());
            }
        }
        Ok(())
    }

    /// What has come out, once all events have been seen; `budget_khz` is the rate that the menu may have.
    pub fn record(&self, quoted: &QuotedMenu, budget_khz: Option<f64>) -> ScanRecord {
        let khz = quoted.normalisation.rate_hz() / 1e3;
        let rates = self.background.as_ref().map(|b| {
            let of = |estimate: fn(&ScanSums, usize) -> Estimate| -> Vec<Measured> {
                let levels = 0..self.levels.len();
                levels
                    .map(|l| measured::rate(estimate(b, l).scaled(khz)))
                    .collect()
            };
            ScanRates {
                total_khz: of(ScanSums::total),
                path_khz: of(ScanSums::path),
                pure_khz: of(ScanSums::pure),
            }
        });
        let own_budget = self.target.filter(|t| t.of == RateOf::Path);
        let budget_khz = own_budget.map(|t| t.khz).or(budget_khz);
        let path_khz = rates.as_ref().map(|r| &r.path_khz[..]);
        // Signals stand in the order of their samples.
        let sums = self.signals.iter().flatten();
        let signals = quoted.signals.iter().zip(sums).map(|(signal, sums)| {
            let of = |estimate: fn(&ScanSums, usize) -> Estimate| -> Vec<Measured> {
                let levels = 0..self.levels.len();
                levels
                    .map(|l| measured::efficiency(estimate(sums, l), sums.weights()))
                    .collect()
            };
            let path = of(ScanSums::path);
            let roc = self.background.as_ref().map(|b| {
                let curve = Roc::of(b, sums);
                let within = |budget: f64| loosest(path_khz?, budget, |m| m.value);
                RocRecord {
                    acceptance: curve.acceptance,
                    efficiency: curve.efficiency,
                    auc: curve.area,
                    auc_sigma: curve.area_sigma,
                    budget_khz,
                    efficiency_at_budget: budget_khz.and_then(within).map(|l| path[l]),
                }
            });
            ScanSignal {
                name: signal.settings.name.value.clone(),
                total: of(ScanSums::total),
                path,
                roc,
            }
        });
        ScanRecord {
            signals: signals.collect(),
            knob: self.address.to_string(),
            path: quoted.menu.paths[self.knob.path].name.clone(),
            unit: self.unit.to_owned(),
            levels: self.levels.clone(),
            own: self.knob.own,
            target: self.target.and_then(|target| {
                let rates = rates.as_ref()?;
                let rates = match target.of {
                    RateOf::Path => &rates.path_khz,
                    RateOf::Total => &rates.total_khz,
                };
                let level = |end: fn(&Measured) -> f64| {
                    loosest(rates, target.khz, end).map(|l| self.levels[l])
                };
                Some(ScanTarget {
                    of: target.of.name().to_owned(),
                    rate_khz: target.khz,
                    level: level(|m| m.value),
                    low: level(|m| m.low),
                    high: level(|m| m.high),
                })
            }),
            rates,
        }
    }
}

/// The loosest level whose rate is at most so much.
fn loosest(rates: &[Measured], khz: f64, end: fn(&Measured) -> f64) -> Option<usize> {
    rates.iter().position(|rate| end(rate) <= khz)
}

/// The thresholds that axes of a space move, by their addresses, to be scanned.
pub fn scanned_axes(menu: &MenuSettings, axes: &[PathAxis]) -> Vec<(Located<Address>, Vec<f64>)> {
    let knob = |axis: &PathAxis| {
        let knob = match axis.moved {
            Moved::Leg(leg) => MenuKnob::Leg(leg),
            Moved::Scale => MenuKnob::Scale,
        };
        let name = menu.knob_address(axis.path, knob);
        let value = Address::parse(&name).ok()?;
        let place = Place::Option(format!("[space] {name}"));
        Some((Located { value, place }, axis.levels.clone()))
    };
    axes.iter().filter_map(knob).collect()
}
