//! Critical levels: of every event and path, how many of the path's levels the event passes.

use super::corners::{Corner, CornerSearch, MAX_CORNERS};
use super::exact::{BLOCK, FoundNan};
use super::ladder::Ladders;
use super::path::Menu;
use super::sample::SampleMenu;
use super::search::Search;
use super::stratum_weights::StratumWeights;
use crate::error::{Fault, Result};
use crate::events::Chunk;
use rayon::prelude::*;

/// Critical levels of events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventLevels {
    /// Event after event, one level a ladder: where a path has several, its first corner. 0: the event
    /// does not pass the path.
    pub first: Vec<u8>,
    /// The other corners, by event, then by path.
    pub further: Vec<FurtherCorner>,
    /// Of each path, the events with more than [`MAX_CORNERS`], whose rest is left out.
    pub refused: Vec<u64>,
}

/// A corner behind an event's first on a path whose legs vary independently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FurtherCorner {
    pub event: u32,
    pub path: u16,
    /// One level for each of the path's ladders.
    pub corner: Corner,
}

/// The events of a sample that pass a path at its loosest level, and the weight of all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CriticalLevels {
    /// Of the events that are kept.
    pub weights: Vec<f64>,
    /// Which of them satisfy the sample's `where`; nothing where it has none.
    pub selected: Vec<bool>,
    /// The stratum of each, among `strata`.
    pub stratum_of: Vec<u16>,
    pub levels: EventLevels,
    /// Of all events.
    pub events: u64,
    pub sum_of_weights: f64,
    /// The same of the events that satisfy the `where`; none where the sample has none.
    pub selected_sum: Option<f64>,
    /// In the order in which they appear; one where the sample has no strata.
    pub strata: Vec<StratumWeights>,
}

/// What is known of events besides their levels.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a> {
    pub weights: &'a [f64],
    /// Those that satisfy the sample's `where`; none: it has no `where`.
    pub selected: Option<&'a [bool]>,
    /// None: the sample has no strata.
    pub strata: Option<&'a [i64]>,
}

impl<'a> Events<'a> {
    /// Those of a chunk, and which of them satisfy the sample's `where`.
    pub fn of(chunk: &'a Chunk, selected: Option<&'a [bool]>) -> Self {
        Self {
            weights: &chunk.weights,
            selected,
            strata: chunk.strata.as_deref(),
        }
    }
}

impl Menu {
    /// How many levels of one path the events of a chunk pass, before its prescale. The result does not
    /// depend on the number of threads.
    ///
    /// # Errors
    /// As [`Menu::critical_levels`].
    pub fn path_levels(
        &self,
        ladders: &Ladders,
        path: usize,
        chunk: &Chunk,
    ) -> std::result::Result<Vec<u8>, FoundNan> {
        self.refuse_nan(chunk)?;
        let mut levels = vec![0; chunk.events()];
        let blocks = levels.par_chunks_mut(BLOCK).enumerate();
        blocks.for_each(|(block, levels)| {
            let mut search = Search::default();
            for (i, level) in levels.iter_mut().enumerate() {
                let event = block * BLOCK + i;
                let (path, thresholds) = (&self.paths[path], &ladders.paths[path].thresholds);
                *level = search.levels_passed(path, thresholds, chunk, event);
            }
        });
        Ok(levels)
    }

    /// The critical levels of a chunk's events; 0 for paths that are off for good. The result does not
    /// depend on the number of threads.
    ///
    /// # Errors
    /// The first NaN of the first column that has one, unless the menu takes it for a cut that fails.
    pub fn critical_levels(
        &self,
        ladders: &Ladders,
        chunk: &Chunk,
    ) -> std::result::Result<EventLevels, FoundNan> {
        self.refuse_nan(chunk)?;
        let width = ladders.counts().len();
        let mut first = vec![0; width * chunk.events()];
        // Without a path there is nothing to fill.
        let blocks = first.par_chunks_mut((width * BLOCK).max(1)).enumerate();
        let parts: Vec<(Vec<FurtherCorner>, Vec<u64>)> = blocks
            .map(|(block, levels)| self.block_levels(ladders, chunk, block * BLOCK, levels))
            .collect();
        let mut made = EventLevels {
            first,
            further: Vec::new(),
            refused: vec![0; self.paths.len()],
        };
        for (further, refused) in parts {
            made.further.extend(further);
            for (sum, own) in made.refused.iter_mut().zip(refused) {
                *sum += own;
            }
        }
        Ok(made)
    }

    /// Fills the levels of the events from the first on; gives further corners, and by path how many
    /// events have too many.
    fn block_levels(
        &self,
        ladders: &Ladders,
        chunk: &Chunk,
        first_event: usize,
        levels: &mut [u8],
    ) -> (Vec<FurtherCorner>, Vec<u64>) {
        let mut search = Search::default();
        let mut independent = CornerSearch::default();
        let mut further = Vec::new();
        let mut refused = vec![0; self.paths.len()];
        for (i, mut row) in levels.chunks_exact_mut(ladders.counts().len()).enumerate() {
            let event = first_event + i;
            for (number, (path, own)) in self.paths.iter().zip(&ladders.paths).enumerate() {
                let (levels, rest) = row.split_at_mut(own.count);
                row = rest;
                if !own.on {
                    continue;
                }
                if own.count == 1 {
                    levels[0] = search.levels_passed(path, &own.thresholds, chunk, event);
                    continue;
                }
                let corners = independent.corners(path, own, chunk, event);
                if let Some(corner) = corners.first() {
                    levels.copy_from_slice(&corner[..own.count]);
                }
                refused[number] += u64::from(corners.len() > MAX_CORNERS);
                let others = corners.iter().take(MAX_CORNERS).skip(1);
                further.extend(others.map(|corner| FurtherCorner {
                    event: event as u32,
                    path: number as u16,
                    corner: *corner,
                }));
            }
        }
        (further, refused)
    }
}

impl CriticalLevels {
    /// Adds the events of a chunk; where chunks end does not show.
    ///
    /// # Errors
    /// A [`Fault`] that names sample, column and event of a NaN, unless the menu takes it
    /// for a cut that fails.
    pub fn add(&mut self, menu: &SampleMenu<'_>, ladders: &Ladders, chunk: &Chunk) -> Result<()> {
        let levels = menu.critical_levels(ladders, chunk)?;
        let selected = menu.denominator(chunk);
        self.keep(&levels, Events::of(chunk, selected.as_deref()));
        Ok(())
    }

    /// Adds events, of which only those are kept that pass anything.
    pub fn keep(&mut self, levels: &EventLevels, events: Events<'_>) {
        self.keep_those(levels, events, |_| true);
    }

    /// The same of some of the events, by their place among those that are given; others are as if they
    /// were not there.
    pub fn keep_those(
        &mut self,
        levels: &EventLevels,
        events: Events<'_>,
        is_own: impl Fn(usize) -> bool,
    ) {
        let Events {
            weights,
            selected,
            strata,
        } = events;
        let width = levels.first.len() / weights.len().max(1);
        let mut further = levels.further.iter().peekable();
        for (event, &weight) in weights.iter().enumerate().filter(|(e, _)| is_own(*e)) {
            let selected = selected.map(|s| s[event]);
            let stratum = self.stratum(strata.map(|s| s[event]));
            self.strata[usize::from(stratum)].all.add(weight);
            self.events += 1;
            self.sum_of_weights += weight;
            if let Some(selected) = selected {
                let sum = self.selected_sum.get_or_insert(0.0);
                if selected {
                    *sum += weight;
                    self.strata[usize::from(stratum)].selected.add(weight);
                }
            }
            let row = &levels.first[event * width..(event + 1) * width];
            if row.iter().any(|level| *level > 0) {
                let kept = self.weights.len() as u32;
                self.weights.push(weight);
                self.selected.extend(selected);
                self.stratum_of.push(stratum);
                self.levels.first.extend_from_slice(row);
                while let Some(corner) = further.next_if(|f| f.event as usize <= event) {
                    if corner.event as usize == event {
                        let event = kept;
                        self.levels.further.push(FurtherCorner { event, ..*corner });
                    }
                }
            }
        }
        self.levels.refused.resize(levels.refused.len(), 0);
        for (sum, own) in self.levels.refused.iter_mut().zip(&levels.refused) {
            *sum += own;
        }
    }

    /// The place of a stratum. Samples have few of them: readers refuse more than 256.
    fn stratum(&mut self, number: Option<i64>) -> u16 {
        let known = self.strata.iter().position(|s| s.number == number);
        let place = known.unwrap_or_else(|| {
            self.strata.push(StratumWeights {
                number,
                ..StratumWeights::default()
            });
            self.strata.len() - 1
        });
        place as u16
    }

    /// Refuses a path whose independent legs some events pass in more than [`MAX_CORNERS`] ways.
    ///
    /// # Errors
    /// A [`Fault`] that names the path with the most such events, and their number.
    pub fn refuse_corners(&self, menu: &Menu, sample: &str) -> Result<()> {
        let refused = self.levels.refused.iter().zip(&menu.paths);
        let refused = refused.filter(|(events, _)| **events > 0);
        let Some((events, path)) = refused.max_by_key(|(events, _)| **events) else {
            return Ok(());
        };
        let message = format!(
            "the legs of the path `{}` vary independently, and {events} event{} of the sample `{sample}` \
             pass them in more than {MAX_CORNERS} ways of which none is stricter than another",
            path.name,
            if *events == 1 { "" } else { "s" },
        );
        let option = format!("menu.{}", crate::study::quoted(&path.name));
        Err(Fault::in_option(option, message)
            .hint(
                "give the legs thresholds that do not overlap, vary fewer of them, or vary `scale`",
            )
            .into())
    }

    /// Bytes that the events need at most: themselves, and the rows made of them, for every corner of
    /// every ladder.
    pub fn row_bytes(&self, ladders: &Ladders) -> u64 {
        let counts = ladders.counts();
        let rows: u64 = counts.iter().map(|n| u64::from(*n)).sum();
        // A level and its ladder, of every ladder; a weight and what the event is, and a plane for
        // each of up to 20 bits.
        let bits = rows + 4 * 8 * counts.len() as u64 + 8 * (8 + 24) + 20;
        // Events with further corners stand in blocks of their own, which have rows for each corner.
        let mut paths = vec![(0u64, 0u64); ladders.paths.len()];
        let of_one = self
            .levels
            .further
            .chunk_by(|a, b| (a.event, a.path) == (b.event, b.path));
        let (mut events, mut last) = (0u64, None);
        for corners in of_one {
            let most = &mut paths[usize::from(corners[0].path)].0;
            *most = (*most).max(corners.len() as u64);
            events += u64::from(last != Some(corners[0].event));
            last = Some(corners[0].event);
        }
        for (n, path) in counts.iter().zip(ladders.paths()) {
            paths[path].1 += u64::from(*n);
        }
        let further: u64 = paths.iter().map(|(most, levels)| most * levels).sum();
        let listed = self.levels.further.len() * size_of::<FurtherCorner>();
        self.weights.len() as u64 * bits / 8 + events * further / 8 + listed as u64
    }
}
