//! A menu on raw cuts in f64: which paths each event passes. What is quoted comes from here.

use super::path::Menu;
use super::search::Search;
use super::selection::Slot;
use crate::events::Chunk;
use crate::study::NanRule;
use rayon::prelude::*;

/// Which paths the events of a chunk pass, before prescales: one row of bits an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passes {
    words: usize,
    rows: Vec<u64>,
}

/// A NaN in a column that the menu reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundNan {
    pub slot: Slot,
    /// The event's index in the chunk.
    pub event: usize,
}

/// Events whose paths one task finds.
pub(super) const BLOCK: usize = 1024;

impl Passes {
    /// Bit i of the row (bit i % 64 of word i / 64) is set where the event passes path i.
    pub fn row(&self, event: usize) -> &[u64] {
        &self.rows[event * self.words..(event + 1) * self.words]
    }

    /// Whether an event passes a path.
    pub fn has(&self, event: usize, path: usize) -> bool {
        self.row(event)[path / 64] >> (path % 64) & 1 == 1
    }

    pub fn events(&self) -> usize {
        self.rows.len() / self.words
    }

    /// The paths that an event passes, ascending.
    pub fn paths(&self, event: usize) -> impl Iterator<Item = usize> + '_ {
        self.row(event).iter().enumerate().flat_map(|(w, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(64 * w + bit)
            })
        })
    }
}

impl Menu {
    /// Which paths the events of a chunk pass. The chunk holds the menu's request; scalars beyond it
    /// are ignored. The result does not depend on the number of threads.
    ///
    /// # Errors
    /// The first NaN of the first column that has one, unless the menu takes it for a cut that fails.
    pub fn passes(&self, chunk: &Chunk) -> Result<Passes, FoundNan> {
        self.refuse_nan(chunk)?;
        let thresholds: Vec<_> = self.paths.iter().map(|p| p.thresholds()).collect();
        let words = self.paths.len().div_ceil(64);
        let mut rows = vec![0u64; words * chunk.events()];
        rows.par_chunks_mut(words * BLOCK)
            .enumerate()
            .for_each(|(block, rows)| {
                let mut search = Search::default();
                for (i, row) in rows.chunks_exact_mut(words).enumerate() {
                    let event = block * BLOCK + i;
                    for (p, (path, own)) in self.paths.iter().zip(&thresholds).enumerate() {
                        if search.levels_passed(path, own, chunk, event) > 0 {
                            row[p / 64] |= 1 << (p % 64);
                        }
                    }
                }
            });
        Ok(Passes { words, rows })
    }

    /// The first NaN of the first column that has one, unless it only makes cuts fail.
    pub(super) fn refuse_nan(&self, chunk: &Chunk) -> Result<(), FoundNan> {
        if self.nan == NanRule::FailCut {
            return Ok(());
        }
        for (object, objects) in chunk.objects.iter().enumerate() {
            for (field, values) in objects.fields.iter().enumerate() {
                if let Some(index) = values.first_nan() {
                    let slot = Slot::Field {
                        leg: 0,
                        object,
                        field,
                    };
                    let ends = objects.offsets.iter().skip(1);
                    let event = ends.take_while(|end| **end as usize <= index).count();
                    return Err(FoundNan { slot, event });
                }
            }
        }
        for (scalar, values) in chunk.scalars.iter().enumerate() {
            if let Some(event) = values.first_nan() {
                let slot = Slot::Scalar(scalar);
                return Err(FoundNan { slot, event });
            }
        }
        Ok(())
    }
}
