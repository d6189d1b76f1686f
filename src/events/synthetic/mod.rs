//! A generator of synthetic crossings and signals for Level-1 menus: a toy, anchored to published
//! shares of a menu's rate and believable no further. Model, calibration and limits:
//! `docs/synthetic.md`.

mod background;
mod block;
mod branch;
mod draw;
mod event;
mod four_vector;
mod maths;
mod object;
mod process;
mod signal;
mod strata;

pub use process::Process;

use super::Column;
use super::source::{Branch, Description, Source};
use crate::error::{Fault, Result};
use background::Background;
use block::Block;
use branch::{BRANCHES, Fill};
use rayon::prelude::*;
use std::ops::Range;
use strata::Strata;

/// Events that a thread makes at a time.
const BLOCK: u64 = 4096;
/// Events after which a reader may pause; any would do.
const CUT: u64 = 65_536;
/// Events from which the size of all is guessed.
const PROBE: u64 = 1010;
/// More would take hours to read once.
const MOST_EVENTS: u64 = 10_000_000_000;
/// Collisions per crossing at most.
const MOST_PILEUP: f64 = 500.0;

/// What to generate.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntheticSettings {
    pub process: Process,
    /// Events in the sample, at least 1; the background's weights depend on it.
    pub events: u64,
    pub seed: u64,
    /// Collisions per crossing on average, 0 to 500.
    pub pileup: f64,
}

impl Default for SyntheticSettings {
    fn default() -> Self {
        Self {
            process: Process::Background,
            events: 1_000_000,
            seed: 1,
            pileup: 60.0,
        }
    }
}

/// Synthetic events: event i is a pure function of the settings and i.
///
/// Background has weights: their sum is the number of events, so that a rate is the crossings'
/// frequency times the weights of the events kept, divided by the weights of all. Signals are of
/// weight 1, with the same pileup beneath them.
///
/// ```
/// use trigscape::events::{Source, Synthetic, SyntheticSettings};
/// let synthetic = Synthetic::new(SyntheticSettings { events: 1000, ..Default::default() })?;
/// let columns = synthetic.read(&["L1Mu_pt", "weight"], 100..300)?;
/// assert_eq!((columns[0].events(), columns[1].events()), (200, 200));
/// # Ok::<(), trigscape::Error>(())
/// ```
#[derive(Debug)]
pub struct Synthetic {
    settings: SyntheticSettings,
    description: Description,
    strata: Strata,
    background: Background,
}

impl Synthetic {
    /// Prepares tables; events are made when they are read.
    ///
    /// # Errors
    /// A [`Fault`]: no events or more than 10^10, or a pileup that is not a number from 0 to 500.
    pub fn new(settings: SyntheticSettings) -> Result<Self> {
        if settings.events == 0 {
            return Err(
                Fault::in_option("events", "a synthetic sample needs at least 1 event").into(),
            );
        }
        if settings.events > MOST_EVENTS {
            let message = format!("a synthetic sample has at most {MOST_EVENTS} events");
            return Err(Fault::in_option("events", message).into());
        }
        if !(0.0..=MOST_PILEUP).contains(&settings.pileup) {
            let message = format!(
                "pileup {} is not a number of collisions per crossing from 0 to {MOST_PILEUP}",
                settings.pileup
            );
            return Err(Fault::in_option("pileup", message).into());
        }
        let strata = match settings.process {
            Process::Background => Strata::of_hardness(settings.events),
            _ => Strata::single(settings.events),
        };
        let mut synthetic = Self {
            background: Background::new(settings.pileup),
            description: describe(&settings),
            settings,
            strata,
        };
        synthetic.guess_sizes();
        Ok(synthetic)
    }

    pub fn settings(&self) -> &SyntheticSettings {
        &self.settings
    }

    /// Events in each stratum of hardness, softest first; a signal has one stratum.
    pub fn stratum_sizes(&self) -> &[u64] {
        &self.strata.sizes
    }

    /// The weight of each stratum's events.
    pub fn stratum_weights(&self) -> &[f64] {
        &self.strata.weights
    }

    /// Sizes in memory, from the mean number of objects of the first events.
    fn guess_sizes(&mut self) {
        let events = self.settings.events;
        let probe = [Block::generate(self, 0..events.min(PROBE))];
        for ((_, fill), branch) in BRANCHES.iter().zip(&mut self.description.branches) {
            let Ok(column) = fill.column(&probe, &self.strata) else {
                continue;
            };
            let bytes = column.bytes() as f64 / column.events() as f64 * events as f64;
            branch.plain_bytes = bytes.round() as u64;
        }
    }
}

impl Source for Synthetic {
    fn description(&self) -> &Description {
        &self.description
    }

    fn read(&self, names: &[&str], events: Range<u64>) -> Result<Vec<Column>> {
        assert!(
            events.start <= events.end && events.end <= self.settings.events,
            "events {events:?} of {}",
            self.settings.events
        );
        let fills = names
            .iter()
            .map(|name| Ok(BRANCHES[self.description.branch(name)?.0].1))
            .collect::<Result<Vec<Fill>>>()?;
        let count = (events.end - events.start).div_ceil(BLOCK);
        let blocks: Vec<Block> = (0..count)
            .into_par_iter()
            .map(|k| {
                let first = events.start + k * BLOCK;
                Block::generate(self, first..(first + BLOCK).min(events.end))
            })
            .collect();
        fills
            .par_iter()
            .map(|fill| fill.column(&blocks, &self.strata))
            .collect()
    }
}

fn describe(settings: &SyntheticSettings) -> Description {
    let SyntheticSettings {
        process,
        events,
        seed,
        pileup,
    } = settings;
    let branches = BRANCHES
        .iter()
        .map(|(name, fill)| Branch {
            name: (*name).to_owned(),
            content: fill.content(),
            codec: None,
            stored_bytes: 0,
            plain_bytes: 0,
        })
        .collect();
    Description {
        origin: format!("synthetic {process}").into(),
        format: format!("synthetic {process} (a toy), seed {seed}, pileup {pileup}"),
        entries: *events,
        branches,
        cuts: (0..*events).step_by(CUT as usize).collect(),
    }
}
