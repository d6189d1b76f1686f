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
pub(super) struct Candidate {
    object: usize,
    pub levels: u8,
}

/// One leg of objects in the order of the search.
#[derive(Clone, Copy, Default)]
pub(super) struct Step {
    pub leg: usize,
    object: usize,
}

/// What is known once every leg has its candidates.
pub(super) struct Prepared {
    /// Legs of objects.
    pub steps: usize,
    /// The most levels that any object reaches on each leg, and the least of these.
    pub reached: [u8; MAX_LEGS],
    pub most: u8,
}

/// What the search is about.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub path: &'a Path,
    pub chunk: &'a Chunk,
    pub event: usize,
    pub order: &'a [Step],
    /// Candidates reach so many levels.
    pub levels: u8,
}

impl Prepared {
    /// None where nothing reaches the loosest threshold.
    #[inline]
    fn reach(&mut self, leg: usize, levels: u8) -> Option<()> {
        self.reached[leg] = levels;
        self.most = self.most.min(levels);
        (levels > 0).then_some(())
    }
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
        let mut order = [Step::default(); MAX_LEGS];
        let Some(prepared) = self.prepare(path, thresholds, chunk, event, &mut order) else {
            return 0;
        };
        let order = &order[..prepared.steps];
        if let ([_] | [], []) = (order, &path.cross[..]) {
            return prepared.most;
        }
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
        let (mut passed, mut beyond) = (1, prepared.most);
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

    /// Finds the candidates of every leg, and an order of the legs of objects; none where a leg has
    /// nothing that reaches its loosest threshold.
    #[inline]
    pub fn prepare(
        &mut self,
        path: &Path,
        thresholds: &LegThresholds,
        chunk: &Chunk,
        event: usize,
        order: &mut [Step; MAX_LEGS],
    ) -> Option<Prepared> {
        let mut prepared = Prepared {
            steps: 0,
            reached: [0; MAX_LEGS],
            most: u8::MAX,
        };
        let legs = || path.legs.iter().zip(thresholds).enumerate();
        // Scalars first: they cost nothing.
        for (leg, (kind, thresholds)) in legs() {
            if let Leg::Scalar { scalar, .. } = kind {
                let reached = levels_reached(thresholds, &chunk.scalars[*scalar], event);
                prepared.reach(leg, reached)?;
            }
        }
        for (leg, (kind, thresholds)) in legs() {
            if let Leg::Object { object, .. } = kind {
                let object = *object;
                order[prepared.steps] = Step { leg, object };
                prepared.steps += 1;
                let reached = self.find_candidates(kind, leg, thresholds, chunk, event);
                prepared.reach(leg, reached)?;
            }
        }
        if prepared.steps > 1 {
            // A search that must fail does so early: the legs of cross conditions first, and the
            // fewest candidates first.
            let crossed = path.cross.iter().fold(0, |legs, c| legs | c.legs);
            order[..prepared.steps].sort_by_key(|step| {
                let free = crossed >> step.leg & 1 == 0;
                (free, self.candidates[step.leg].len())
            });
        }
        Some(prepared)
    }

    /// Candidates in the order of the levels that they reach, the most first.
    pub fn best_first(&mut self) {
        for candidates in &mut self.candidates {
            candidates.sort_by_key(|c| std::cmp::Reverse(c.levels));
        }
    }

    pub fn candidates(&self, leg: usize) -> &[Candidate] {
        &self.candidates[leg]
    }

    /// Whether a candidate may take the `next` leg of the order beside those that were chosen before;
    /// if so, it is chosen.
    #[inline]
    pub fn may_take(
        &self,
        question: Question<'_>,
        next: usize,
        candidate: &Candidate,
        chosen: &mut [usize; MAX_LEGS],
    ) -> bool {
        let step = question.order[next];
        let before = &question.order[..next];
        let taken_before = before.iter().fold(0, |legs, s| legs | 1u8 << s.leg);
        let free = candidate.levels >= question.levels
            && before
                .iter()
                .all(|s| s.object != step.object || chosen[s.leg] != candidate.object);
        chosen[step.leg] = candidate.object;
        free && question.holds(chosen, taken_before | 1 << step.leg, taken_before)
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
        let Some(step) = question.order.get(next) else {
            return true;
        };
        for candidate in &self.candidates[step.leg] {
            if self.may_take(question, next, candidate, chosen)
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
    pub fn holds(&self, chosen: &[usize; MAX_LEGS], taken: u8, before: u8) -> bool {
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
