//! Turn-ons: efficiency against a reference quantity, in the pass that quotes the menu.

use super::measured;
use super::quoted::Seen;
use crate::error::Result;
use crate::events::scalar_column;
use crate::menu::{Entry, SampleMenu, TurnOn};
use crate::merit::WeightedSums;
use crate::results::menu_record::{TurnOnBin, TurnOnRecord};
use crate::study::{
    EventsSettings, LegSettings, MenuSettings, PathSettings, ReferenceSettings, Study,
    TurnOnSettings,
};

/// A turn-on on its way through the events of its sample.
pub struct RunningTurnOn {
    settings: TurnOnSettings,
    /// The number of the sample.
    sample: usize,
    compiled: Option<TurnOn>,
    bins: Vec<WeightedSums>,
}

impl RunningTurnOn {
    /// Those of a study.
    pub fn of_study(study: &Study) -> Result<Vec<Self>> {
        let samples = &study.events()?.samples;
        let number = |t: &TurnOnSettings| {
            let named = samples.iter().position(|s| s.name.value == t.sample.value);
            named.unwrap_or(samples.len())
        };
        let turn_ons = study.turn_ons.iter().map(|settings| Self {
            settings: settings.clone(),
            sample: number(settings),
            compiled: None,
            bins: vec![WeightedSums::new(1); settings.edges.len() - 1],
        });
        Ok(turn_ons.collect())
    }

    /// Compiles it for its sample.
    pub fn begin(&mut self, number: usize, sample: &mut SampleMenu<'_>) -> Result<()> {
        if number == self.sample {
            self.compiled = Some(sample.turn_on(&self.settings)?);
        }
        Ok(())
    }

    /// Adds the entries of a chunk.
    pub fn look(&mut self, seen: &Seen<'_>) {
        let (Some(turn_on), true) = (&self.compiled, seen.number == self.sample) else {
            return;
        };
        let (edges, bins) = (&self.settings.edges, &mut self.bins);
        turn_on.entries(seen.menu, seen.chunk, seen.passes, &mut |entry: Entry| {
            let bin = edges.partition_point(|edge| *edge <= entry.value);
            // NaNs are beyond no edge.
            if let Some(sums) = bin.checked_sub(1).and_then(|bin| bins.get_mut(bin)) {
                // How many entries a bin has is up to chance, in strata too.
                let counted = sums.event(entry.weight, 0, None);
                debug_assert!(counted, "one stratum");
                sums.keep(0, f64::from(u8::from(entry.passes)));
            }
        });
    }

    /// What has come out, once all events have been seen.
    pub fn record(&self, menu: &MenuSettings, events: &EventsSettings) -> TurnOnRecord {
        let settings = &self.settings;
        let bins = self.bins.iter().map(|sums| {
            let estimate = sums.estimate(0);
            TurnOnBin {
                entries: sums.events(),
                passed: estimate.events,
                efficiency: (sums.sum_of_weights() > 0.0)
                    .then(|| measured::efficiency(estimate, sums)),
            }
        });
        let (unit, matching) = match (&settings.reference, settings.match_delta_r) {
            (ReferenceSettings::Scalar(scalar), _) => {
                (unit_of(events, &scalar.value), "scalar".to_owned())
            }
            (ReferenceSettings::Field { field, .. }, None) => {
                (unit_of(events, field), "leading object".to_owned())
            }
            (ReferenceSettings::Field { field, .. }, Some(distance)) => (
                unit_of(events, field),
                format!("every object, matched within delta R {distance}"),
            ),
        };
        let path = menu
            .paths
            .iter()
            .find(|p| p.name.value == settings.path.value);
        TurnOnRecord {
            path: settings.path.value.clone(),
            sample: settings.sample.value.clone(),
            reference: settings.reference.name(),
            unit: unit.to_owned(),
            matching,
            selection: settings.condition.as_ref().map(|c| c.value.clone()),
            threshold: path.and_then(|path| threshold(path, &settings.reference)),
            edges: settings.edges.clone(),
            bins: bins.collect(),
        }
    }
}

/// The path's threshold on the reference quantity, where there is exactly one: on pt for a pt, on a
/// scalar whose name has a word of the reference's.
fn threshold(path: &PathSettings, reference: &ReferenceSettings) -> Option<f64> {
    let mut thresholds = path.legs.iter().filter_map(|leg| match (leg, reference) {
        (LegSettings::Object { pt, .. }, ReferenceSettings::Field { field, .. }) => {
            (field == "pt").then_some(*pt)
        }
        (LegSettings::Scalar { scalar, min }, ReferenceSettings::Scalar(reference)) => {
            let mut words = reference.value.split('_');
            let alike = |word: &str| scalar.value.split('_').any(|own| own == word);
            words.any(alike).then_some(*min)
        }
        _ => None,
    });
    let first = thresholds.next()?;
    thresholds.all(|other| other == first).then_some(first)
}

/// GeV where the name or the column of a field or scalar says that it is a momentum, an energy or a mass.
fn unit_of(events: &EventsSettings, name: &str) -> &'static str {
    const IN_GEV: [&str; 12] = [
        "met", "ht", "htt", "htm", "mht", "etm", "pt", "et", "mass", "energy", "genmet", "genht",
    ];
    let said = |name: &str| {
        let name = name.to_lowercase();
        let mut words = name.split(|c: char| !c.is_ascii_alphabetic());
        words.any(|word| IN_GEV.contains(&word))
    };
    if said(name) || said(scalar_column(events, name)) {
        "GeV"
    } else {
        "1"
    }
}
