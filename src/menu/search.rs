//! The search for objects that take the legs of a path, at all levels of its thresholds at once.

use super::level::Threshold;
use super::path::{Leg, Path};
use crate::events::{Chunk, Values};
use crate::study::MAX_LEGS;

/// Of each leg: its threshold at every level of the path, loosest first.
pub(super) type LegThresholds = Vec<Vec<Threshold>>;

/// Its buffers are used again.
#[derive(Default)]
pub(super) struct Search {
    /// For each leg of objects, those that its loosest threshold and its cut accept.
    candidates: [Vec<Candidate>; MAX_LEGS],
}

/// An object that may take a leg, and the levels whose thresholds it reaches.
#[derive(Clone, Copy)]
struct Candidate {
    object: usize,
    levels: u8,
}

/// One leg of objects in the order of the search.
#[derive(Clone, Copy)]
struct Step {
    leg: usize,
    object: usize,
}

/// What the search is about.
#[derive(Clone, Copy)]
struct Question<'a> {
    path: &'a Path,
    chunk: &'a Chunk,
    event: usize,
    order: &'a [Step],
    /// Candidates reach so many levels.
    levels: u8,
}

impl Search {
    /// How many of a path's levels an event passes; as many, at most 255, in each leg's thresholds.
    pub fn levels_passed(
        &mut self,
        path: &Path,
        thresholds: &LegThresholds,
        chunk: &Chunk,
        event: usize,
    ) -> u8 {
        let mut order = [Step { leg: 0, object: 0 }; MAX_LEGS];
        let mut steps = 0;
        let mut most = u8::MAX;
        for (leg, (kind, thresholds)) in path.legs.iter().zip(thresholds).enumerate() {
            let reached = match kind {
                Leg::Scalar { scalar, .. } => {
                    levels_reached(thresholds, &chunk.scalars[*scalar], event)
                }
                Leg::Object { object, .. } => {
                    let object = *object;
                    order[steps] = Step { leg, object };
                    steps += 1;
                    self.find_candidates(kind, leg, thresholds, chunk, event)
                }
            };
            most = most.min(reached);
            if most == 0 {
                return 0;
            }
        }
        let order = &mut order[..steps];
        if let ([_] | [], []) = (&*order, &path.cross[..]) {
            return most;
        }
        // A search that must fail does so early: the legs of cross conditions first, and the fewest
        // candidates first.
        let crossed = path.cross.iter().fold(0, |legs, c| legs | c.legs);
        order.sort_by_key(|step| {
            let free = crossed >> step.leg & 1 == 0;
            (free, self.candidates[step.leg].len())
        });
        let mut question = Question {
            path,
            chunk,
            event,
            order,
            levels: 1,
        };
        let mut chosen = [usize::MAX; MAX_LEGS];
        if !question.holds(&chosen, 0, 0) || !self.take(question, 0, &mut chosen) {
            return 0;
        }
        let (mut passed, mut beyond) = (1, most);
        while passed < beyond {
            question.levels = passed + (beyond - passed).div_ceil(2);
            if self.take(question, 0, &mut chosen) {
                passed = question.levels;
            } else {
                beyond = question.levels - 1;
            }
        }
        passed
    }

    /// The objects that may take a leg; gives the most levels that one of them reaches.
    fn find_candidates(
        &mut self,
        leg: &Leg,
        index: usize,
        thresholds: &[Threshold],
        chunk: &Chunk,
        event: usize,
    ) -> u8 {
        let candidates = &mut self.candidates[index];
        candidates.clear();
        let Leg::Object {
            object,
            pt,
            selections,
            ..
        } = leg
        else {
            return 0;
        };
        let objects = &chunk.objects[*object];
        let mut chosen = [usize::MAX; MAX_LEGS];
        let mut most = 0;
        for i in objects.offsets[event] as usize..objects.offsets[event + 1] as usize {
            chosen[index] = i;
            let levels = levels_reached(thresholds, &objects.fields[*pt], i);
            if levels > 0 && selections.iter().all(|s| s.holds(chunk, event, &chosen)) {
                candidates.push(Candidate { object: i, levels });
                most = most.max(levels);
            }
        }
        most
    }

    /// Whether the legs from the `next` of the order on find objects that no other leg has taken.
    fn take(&self, question: Question<'_>, next: usize, chosen: &mut [usize; MAX_LEGS]) -> bool {
        let order = question.order;
        let Some(step) = order.get(next) else {
            return true;
        };
        let before = &order[..next];
        let taken_before = before.iter().fold(0, |legs, s| legs | 1u8 << s.leg);
        let taken = taken_before | 1 << step.leg;
        for candidate in &self.candidates[step.leg] {
            let free = candidate.levels >= question.levels
                && before
                    .iter()
                    .all(|s| s.object != step.object || chosen[s.leg] != candidate.object);
            chosen[step.leg] = candidate.object;
            if free
                && question.holds(chosen, taken, taken_before)
                && self.take(question, next + 1, chosen)
            {
                return true;
            }
        }
        false
    }
}

impl Question<'_> {
    /// Whether the cross conditions hold that can be tested with the legs `taken`, and could not be
    /// with those taken before.
    fn holds(&self, chosen: &[usize; MAX_LEGS], taken: u8, before: u8) -> bool {
        self.path
            .cross
            .iter()
            .filter(|c| c.legs & !taken == 0 && (taken == 0 || c.legs & !before != 0))
            .all(|c| c.holds(self.chunk, self.event, chosen))
    }
}

/// How many of the thresholds, ascending and at most 255, a value reaches.
fn levels_reached(thresholds: &[Threshold], values: &Values, index: usize) -> u8 {
    match thresholds.first() {
        Some(loosest) if loosest.passes(values, index) => {
            thresholds.partition_point(|t| t.passes(values, index)) as u8
        }
        _ => 0,
    }
}
