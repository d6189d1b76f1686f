//! Critical levels: of every event and path, how many of the path's levels the event passes.

use super::exact::{BLOCK, FoundNan};
use super::ladder::Ladders;
use super::path::Menu;
use super::sample::SampleMenu;
use super::search::Search;
use crate::error::{Fault, Result};
use crate::events::Chunk;
use rayon::prelude::*;

/// The events of a sample that pass a path at its loosest level, and the weight of all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CriticalLevels {
    /// Of the events that are kept.
    pub weights: Vec<f64>,
    /// Which of them satisfy the sample's `where`; nothing where it has none.
    pub selected: Vec<bool>,
    /// Event after event, one level a path.
    pub levels: Vec<u8>,
    /// Of all events.
    pub events: u64,
    pub sum_of_weights: f64,
    /// The same of the events that satisfy the `where`; none where the sample has none.
    pub selected_sum: Option<f64>,
}

impl Menu {
    /// Whether every path keeps all of its events or none: the levels alone then say what is accepted.
    ///
    /// # Errors
    /// A [`Fault`] that names a path with another prescale.
    pub fn refuse_prescales(&self) -> Result<()> {
        let prescaled = |share: f64| share > 0.0 && share < 1.0;
        match self.paths.iter().find(|p| prescaled(p.kept_share)) {
            None => Ok(()),
            Some(path) => {
                let option = format!("menu.{}.prescale", crate::study::quoted(&path.name));
                let message = format!(
                    "the path `{}` keeps 1 event in {}, but thresholds vary",
                    path.name,
                    1.0 / path.kept_share
                );
                Err(Fault::in_option(option, message)
                    .hint("with axes of thresholds, prescales are 1 or 0 (off) for now")
                    .into())
            }
        }
    }

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
                let (path, thresholds) = (&self.paths[path], &ladders.paths[path]);
                *level = search.levels_passed(path, thresholds, chunk, event);
            }
        });
        Ok(levels)
    }

    /// The critical levels of a chunk's events: event after event, one level a path; 0 for paths that
    /// are off. The result does not depend on the number of threads.
    ///
    /// # Errors
    /// The first NaN of the first column that has one, unless the menu takes it for a cut that fails.
    pub fn critical_levels(
        &self,
        ladders: &Ladders,
        chunk: &Chunk,
    ) -> std::result::Result<Vec<u8>, FoundNan> {
        self.refuse_nan(chunk)?;
        let paths = self.paths.len();
        let mut levels = vec![0; paths * chunk.events()];
        // Without a path there is nothing to fill.
        let blocks = levels.par_chunks_mut((paths * BLOCK).max(1)).enumerate();
        blocks.for_each(|(block, levels)| {
            let mut search = Search::default();
            for (i, row) in levels.chunks_exact_mut(paths).enumerate() {
                let event = block * BLOCK + i;
                for ((level, path), thresholds) in
                    row.iter_mut().zip(&self.paths).zip(&ladders.paths)
                {
                    if path.kept_share > 0.0 {
                        *level = search.levels_passed(path, thresholds, chunk, event);
                    }
                }
            }
        });
        Ok(levels)
    }
}

impl CriticalLevels {
    /// Adds the events of a chunk; where chunks end does not show.
    ///
    /// # Errors
    /// A [`Fault`] that names sample, column and event of a NaN, unless the menu takes it for a cut
    /// that fails.
    pub fn add(&mut self, menu: &SampleMenu<'_>, ladders: &Ladders, chunk: &Chunk) -> Result<()> {
        let levels = menu.critical_levels(ladders, chunk)?;
        self.keep(&levels, &chunk.weights, menu.denominator(chunk).as_deref());
        Ok(())
    }

    /// Adds events, of which only those are kept that pass anything; `selected` are those that satisfy
    /// the sample's `where`.
    pub fn keep(&mut self, levels: &[u8], weights: &[f64], selected: Option<&[bool]>) {
        let paths = levels.len() / weights.len().max(1);
        let rows = levels.chunks_exact(paths.max(1)).zip(weights);
        for (event, (row, &weight)) in rows.enumerate() {
            if row.iter().any(|level| *level > 0) {
                self.weights.push(weight);
                if let Some(selected) = selected {
                    self.selected.push(selected[event]);
                }
                self.levels.extend_from_slice(row);
            }
        }
        for weight in weights {
            self.sum_of_weights += weight;
        }
        if let Some(selected) = selected {
            let sum = self.selected_sum.get_or_insert(0.0);
            for (weight, _) in weights.iter().zip(selected).filter(|(_, s)| **s) {
                *sum += weight;
            }
        }
        self.events += weights.len() as u64;
    }

    /// Bytes that the events need at most: themselves, and the rows made of them.
    pub fn row_bytes(&self, ladders: &Ladders) -> u64 {
        let rows: u64 = ladders.counts().iter().map(|n| u64::from(*n)).sum();
        // A level and its path, of every path; a weight, and a plane for each of up to 20 bits.
        let bits = rows + 4 * 8 * ladders.paths.len() as u64 + 8 * (8 + 10) + 20;
        self.weights.len() as u64 * bits / 8
    }
}
