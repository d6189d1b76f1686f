//! A menu on raw cuts in f64: which paths each event passes. What is quoted comes from here.

use super::path::{Leg, Menu, Path};
use super::selection::Slot;
use crate::events::Chunk;
use crate::study::{MAX_LEGS, NanRule};
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
const BLOCK: usize = 1024;

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
        if self.nan == NanRule::Error {
            self.refuse_nan(chunk)?;
        }
        let words = self.paths.len().div_ceil(64);
        let mut rows = vec![0u64; words * chunk.events()];
        rows.par_chunks_mut(words * BLOCK)
            .enumerate()
            .for_each(|(block, rows)| {
                let mut search = Search::default();
                for (i, row) in rows.chunks_exact_mut(words).enumerate() {
                    let event = block * BLOCK + i;
                    for (p, path) in self.paths.iter().enumerate() {
                        if search.passes(path, chunk, event) {
                            row[p / 64] |= 1 << (p % 64);
                        }
                    }
                }
            });
        Ok(Passes { words, rows })
    }

    fn refuse_nan(&self, chunk: &Chunk) -> Result<(), FoundNan> {
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

/// The search for objects that take the legs of a path; its buffers are used again.
#[derive(Default)]
struct Search {
    /// For each leg of objects, those that its threshold and cut accept.
    candidates: [Vec<usize>; MAX_LEGS],
}

/// One leg of objects in the order of the search.
#[derive(Clone, Copy)]
struct Step {
    leg: usize,
    object: usize,
}

impl Search {
    fn passes(&mut self, path: &Path, chunk: &Chunk, event: usize) -> bool {
        let mut order = [Step { leg: 0, object: 0 }; MAX_LEGS];
        let mut steps = 0;
        for (index, leg) in path.legs.iter().enumerate() {
            match leg {
                Leg::Scalar { scalar, threshold } => {
                    if !threshold.passes(&chunk.scalars[*scalar], event) {
                        return false;
                    }
                }
                Leg::Object { object, .. } => {
                    order[steps] = Step {
                        leg: index,
                        object: *object,
                    };
                    steps += 1;
                }
            }
        }
        let order = &mut order[..steps];
        for step in order.iter() {
            self.find_candidates(&path.legs[step.leg], step.leg, chunk, event);
            if self.candidates[step.leg].is_empty() {
                return false;
            }
        }
        // A search that must fail does so early: the legs of cross conditions first, and the fewest
        // candidates first.
        let crossed = path.cross.iter().fold(0, |legs, c| legs | c.legs);
        order.sort_by_key(|step| {
            let free = crossed >> step.leg & 1 == 0;
            (free, self.candidates[step.leg].len())
        });
        let mut chosen = [usize::MAX; MAX_LEGS];
        self.holds(path, chunk, event, &chosen, 0, 0)
            && self.take(path, chunk, event, order, 0, &mut chosen)
    }

    fn find_candidates(&mut self, leg: &Leg, index: usize, chunk: &Chunk, event: usize) {
        let candidates = &mut self.candidates[index];
        candidates.clear();
        let Leg::Object {
            object,
            pt,
            threshold,
            selections,
        } = leg
        else {
            return;
        };
        let objects = &chunk.objects[*object];
        let mut chosen = [usize::MAX; MAX_LEGS];
        for i in objects.offsets[event] as usize..objects.offsets[event + 1] as usize {
            chosen[index] = i;
            if threshold.passes(&objects.fields[*pt], i)
                && selections.iter().all(|s| s.holds(chunk, event, &chosen))
            {
                candidates.push(i);
            }
        }
    }

    /// Whether the legs from the `next` of the order on find objects that no other leg has taken.
    fn take(
        &self,
        path: &Path,
        chunk: &Chunk,
        event: usize,
        order: &[Step],
        next: usize,
        chosen: &mut [usize; MAX_LEGS],
    ) -> bool {
        let Some(step) = order.get(next) else {
            return true;
        };
        let before = &order[..next];
        let taken_before = before.iter().fold(0, |legs, s| legs | 1u8 << s.leg);
        let taken = taken_before | 1 << step.leg;
        for &candidate in &self.candidates[step.leg] {
            let free = before
                .iter()
                .all(|s| s.object != step.object || chosen[s.leg] != candidate);
            chosen[step.leg] = candidate;
            if free
                && self.holds(path, chunk, event, chosen, taken, taken_before)
                && self.take(path, chunk, event, order, next + 1, chosen)
            {
                return true;
            }
        }
        false
    }

    /// Whether the cross conditions hold that can be tested with the legs `taken`, and could not be
    /// with those taken before.
    fn holds(
        &self,
        path: &Path,
        chunk: &Chunk,
        event: usize,
        chosen: &[usize; MAX_LEGS],
        taken: u8,
        before: u8,
    ) -> bool {
        path.cross
            .iter()
            .filter(|c| c.legs & !taken == 0 && (taken == 0 || c.legs & !before != 0))
            .all(|c| c.holds(chunk, event, chosen))
    }
}
