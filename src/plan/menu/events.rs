//! The events of a study's samples that pass anything, in a part that a search sees and one that it does not.

use super::{MenuPlan, MenuRows, Part, Split};
use crate::error::{Fault, Result};
use crate::events::{Chunk, Sample, memory_bound};
use crate::menu::{CriticalLevels, Events, Ladders, Menu, SampleMenu};
use crate::merit::WeightedSums;
use crate::study::{EventsSettings, Normalisation, SampleSettings};

/// Events of a sample at most: rows number them with 32 bits.
const MOST_EVENTS: usize = u32::MAX as usize;

/// Critical levels of the events of a study's samples, all of them and by parts.
#[derive(Debug, Clone)]
pub struct MenuEvents {
    pub menu: Menu,
    pub ladders: Ladders,
    /// In the order of the study.
    pub samples: Vec<SampleSettings>,
    pub normalisation: Normalisation,
    /// None: a search sees all events, and there is no other part.
    pub split: Option<Split>,
    levels: Vec<SampleParts>,
}

/// One sample's events.
#[derive(Debug, Clone, Default)]
struct SampleParts {
    all: CriticalLevels,
    search: CriticalLevels,
    validation: CriticalLevels,
}

impl MenuEvents {
    /// Reads the samples once.
    ///
    /// # Errors
    /// A [`Fault`]: a column that a sample has not, NaNs, weights that do not add up to more than 0, in
    /// a part too, more events than fit the memory bound, legs that vary independently with too many ways
    /// to pass.
    pub fn read(
        menu: &Menu,
        ladders: &Ladders,
        events: &EventsSettings,
        samples: &[Sample],
        split: Option<Split>,
    ) -> Result<Self> {
        // Every sample is looked up before the first is read.
        let on_samples = samples.iter().map(|s| SampleMenu::new(menu, events, s));
        let on_samples = on_samples.collect::<Result<Vec<_>>>()?;
        let mut levels = Vec::new();
        let mut bytes = 0;
        for (sample, on_sample) in samples.iter().zip(&on_samples) {
            let settings = &sample.settings;
            let mut parts = SampleParts::default();
            for chunk in sample.chunks(events, on_sample.request())? {
                parts.add(
                    on_sample,
                    ladders,
                    &chunk?,
                    split.map(|s| (s, settings.number)),
                )?;
                if parts.all.strata.len() > WeightedSums::MAX_STRATA {
                    return Err(too_many_strata(settings).into());
                }
                let events = parts.all.weights.len();
                refuse_size(events, bytes + parts.row_bytes(ladders), settings)?;
            }
            parts.all.refuse_corners(menu, &settings.name.value)?;
            parts.refuse_weights(settings, split.is_some())?;
            bytes += parts.row_bytes(ladders);
            levels.push(parts);
        }
        Ok(Self {
            menu: menu.clone(),
            ladders: ladders.clone(),
            samples: samples.iter().map(|s| s.settings.clone()).collect(),
            normalisation: events.normalisation,
            split,
            levels,
        })
    }

    /// The rows of a part. Without a split, that of a search is all and the other one has no event.
    pub fn plan(&self, part: Part) -> MenuPlan {
        let levels: Vec<&CriticalLevels> = self.levels(part).collect();
        MenuPlan {
            rows: MenuRows::of(&self.ladders, &levels),
            samples: self.samples.clone(),
            normalisation: self.normalisation,
        }
    }

    /// A part's events, sample by sample.
    pub fn levels(&self, part: Part) -> impl Iterator<Item = &CriticalLevels> {
        let is_split = self.split.is_some();
        self.levels.iter().map(move |sample| match part {
            Part::Search if is_split => &sample.search,
            Part::Search | Part::All => &sample.all,
            Part::Validation => &sample.validation,
        })
    }
}

impl SampleParts {
    /// Adds the events of a chunk of a numbered sample.
    fn add(
        &mut self,
        menu: &SampleMenu<'_>,
        ladders: &Ladders,
        chunk: &Chunk,
        split: Option<(Split, usize)>,
    ) -> Result<()> {
        let levels = menu.critical_levels(ladders, chunk)?;
        let selected = menu.denominator(chunk);
        let events = Events::of(chunk, selected.as_deref());
        self.all.keep(&levels, events);
        let Some((split, sample)) = split else {
            return Ok(());
        };
        let numbers = (chunk.first..).take(chunk.events());
        let held_out: Vec<bool> = numbers.map(|e| split.holds_out(sample, e)).collect();
        // A stratum's number of events is fixed in the whole sample, not in a random part of it. There
        // sum w^2 (a - eps)^2 over all events exceeds the true variance by share^2 sum n_h (mean of
        // w (a - eps) in h)^2: errors are never too small.
        let events = Events {
            strata: None,
            ..events
        };
        self.search.keep_those(&levels, events, |e| !held_out[e]);
        self.validation.keep_those(&levels, events, |e| held_out[e]);
        Ok(())
    }

    /// Bytes of the events and of rows made of all of them, and of the parts.
    fn row_bytes(&self, ladders: &Ladders) -> u64 {
        let parts = [&self.all, &self.search, &self.validation];
        parts.iter().map(|part| part.row_bytes(ladders)).sum()
    }

    fn refuse_weights(&self, settings: &SampleSettings, is_split: bool) -> Result<()> {
        if self.all.sum_of_weights <= 0.0 {
            return Err(no_weight(settings, self.all.sum_of_weights).into());
        }
        let parts = [(&self.search, "search"), (&self.validation, "validation")];
        for (part, name) in parts.into_iter().filter(|_| is_split) {
            if part.sum_of_weights <= 0.0 {
                let message = format!(
                    "the weights of the {} {name} events of `{}` add up to {}",
                    part.events, settings.name.value, part.sum_of_weights
                );
                return Err(Fault::new(settings.name.place.clone(), message)
                    .hint("both parts need events: read more of them, or change `validation`")
                    .into());
            }
        }
        Ok(())
    }
}

/// Rows that would not fit the memory bound, every path being active in every block.
fn refuse_size(events: usize, bytes: u64, settings: &SampleSettings) -> Result<()> {
    if events > MOST_EVENTS {
        let message = format!(
            "{events} events of the sample `{}` pass the loosest thresholds, of {MOST_EVENTS} that are possible",
            settings.name.value
        );
        return Err(Fault::new(settings.name.place.clone(), message)
            .hint("lower `max_events`, or begin with tighter thresholds")
            .into());
    }
    let bound = memory_bound()?;
    if bytes <= bound {
        return Ok(());
    }
    let message = format!(
        "the events that pass the loosest thresholds need {} by the sample `{}`, of {} allowed",
        readable(bytes),
        settings.name.value,
        readable(bound)
    );
    Err(Fault::new(settings.name.place.clone(), message)
        .hint("raise TRIGSCAPE_MEMORY_GB, lower `max_events`, or begin with tighter thresholds")
        .into())
}

/// Bytes for people.
fn readable(bytes: u64) -> String {
    if bytes < 1_000_000_000 {
        format!("{:.1} MB", bytes as f64 / 1e6)
    } else {
        format!("{:.1} GB", bytes as f64 / 1e9)
    }
}

/// A column of strata that is none.
pub fn too_many_strata(settings: &SampleSettings) -> Fault {
    let column = settings.stratum.as_ref().unwrap_or(&settings.name);
    let message = format!(
        "column `{}` tells more than {} strata apart",
        column.value,
        WeightedSums::MAX_STRATA
    );
    Fault::new(column.place.clone(), message)
        .hint("`stratum` names a column with one small number for each part of the sample")
}

/// Weights of which no share can be taken.
pub fn no_weight(settings: &SampleSettings, sum: f64) -> Fault {
    let message = format!("the weights of `{}` add up to {sum}", settings.name.value);
    Fault::new(settings.name.place.clone(), message)
        .hint("rates and efficiencies are shares of this sum: it is above 0")
}
