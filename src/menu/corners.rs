//! Paths whose legs vary independently: the combinations of levels that an event reaches.
//!
//! An event passes at the levels (l1, l2, ...) where some choice of distinct objects reaches all of
//! them: a union of boxes. Its corners say it all: the combinations of which none is within another.

use super::ladder::PathLadders;
use super::path::Path;
use super::search::{Question, Search, Step};
use crate::events::Chunk;
use crate::study::MAX_LEGS;

/// How many levels of each of a path's ladders are reached together; 0 behind the last ladder.
pub type Corner = [u8; MAX_LEGS];

/// Corners of an event on one path at most.
pub const MAX_CORNERS: usize = 8;

/// Finds corners; its buffers are used again.
#[derive(Default)]
pub(super) struct CornerSearch {
    search: Search,
    corners: Vec<Corner>,
}

/// The legs that are still to be taken, at their best.
struct Bounds<'a> {
    ladders: &'a PathLadders,
    /// Of each ladder, the most levels that anything reaches.
    most: Corner,
}

impl CornerSearch {
    /// The corners of an event on a path with several ladders, the largest first; none where it
    /// does not pass at all.
    pub fn corners(
        &mut self,
        path: &Path,
        ladders: &PathLadders,
        chunk: &Chunk,
        event: usize,
    ) -> &[Corner] {
        self.corners.clear();
        let mut order = [Step::default(); MAX_LEGS];
        let search = &mut self.search;
        let Some(prepared) = search.prepare(path, &ladders.thresholds, chunk, event, &mut order)
        else {
            return &self.corners;
        };
        let mut bounds = Bounds {
            ladders,
            most: [0; MAX_LEGS],
        };
        for (leg, ladder) in ladders.of_leg.iter().enumerate() {
            if let Some(ladder) = ladder {
                bounds.most[*ladder] = prepared.reached[leg];
            }
        }
        let order = &order[..prepared.steps];
        if let ([_] | [], []) = (order, &path.cross[..]) {
            self.corners.push(bounds.most);
            return &self.corners;
        }
        // The best objects first, so that others are soon seen to add nothing.
        search.best_first();
        let question = Question {
            path,
            chunk,
            event,
            order,
            levels: 1,
        };
        let mut chosen = [usize::MAX; MAX_LEGS];
        if question.holds(&chosen, 0, 0) {
            let best = bounds.most;
            let corners = &mut self.corners;
            take(search, question, &bounds, 0, best, &mut chosen, corners);
        }
        self.corners.sort_by(|a, b| b.cmp(a));
        &self.corners
    }
}

/// Takes an object for each leg from the `next` of the order on; `best` is what may still be reached.
fn take(
    search: &Search,
    question: Question<'_>,
    bounds: &Bounds<'_>,
    next: usize,
    best: Corner,
    chosen: &mut [usize; MAX_LEGS],
    corners: &mut Vec<Corner>,
) {
    let Some(step) = question.order.get(next) else {
        corners.retain(|corner| !within(corner, &best));
        corners.push(best);
        return;
    };
    let ladder = bounds.ladders.of_leg[step.leg];
    for candidate in search.candidates(step.leg) {
        let mut best = best;
        if let Some(ladder) = ladder {
            best[ladder] = best[ladder].min(candidate.levels);
        }
        if !corners.iter().any(|corner| within(&best, corner))
            && search.may_take(question, next, candidate, chosen)
        {
            take(search, question, bounds, next + 1, best, chosen, corners);
        }
    }
}

/// Whether a corner adds nothing to another.
fn within(corner: &Corner, other: &Corner) -> bool {
    corner.iter().zip(other).all(|(a, b)| a <= b)
}
