//! The neighbourhood of a configuration: every move of one ladder or one prescale, in one pass over the
//! events.
//!
//! What the other paths reject of an event is all that a path can add. So one histogram a ladder of that
//! weight over the critical levels holds all moves, and the accepted weight is linear in a path's share.

use super::pures::without;
use super::resolved::{ONE, fixed, levels_with_off};
use crate::engine::MoveSums;
use crate::plan::menu::{Block, MenuRows, SparseLevels};
use rayon::prelude::*;
use std::ops::Range;

/// What one block adds.
struct Part {
    now: u64,
    /// By path: what it adds to the others.
    gained: Vec<u64>,
    /// By ladder and critical level: what the others reject.
    open: Vec<u64>,
}

/// What the passes over the events read.
struct Now<'a> {
    menu: &'a MenuRows,
    levels: &'a [u8],
    /// Of each path, the share of events that it loses; 1 where it is off by its share.
    lost: Vec<f64>,
    /// Where each ladder's histogram begins.
    starts: Vec<usize>,
}

/// All moves from a configuration: one level a ladder, one share a path.
///
/// # Panics
/// As [`totals`](super::totals).
pub fn moves(rows: &MenuRows, levels: &[u8], kept_shares: &[f64]) -> MoveSums {
    assert_eq!(levels.len(), rows.levels.len(), "one level a ladder");
    assert_eq!(kept_shares.len(), rows.paths(), "one share a path");
    // Only to check them: a ladder's histogram does not depend on where it is.
    levels_with_off(rows, levels, kept_shares);
    let mut starts = vec![0];
    for n in &rows.levels {
        starts.push(starts[starts.len() - 1] + usize::from(*n) + 1);
    }
    let now = Now {
        menu: rows,
        levels,
        lost: kept_shares.iter().map(|share| 1.0 - share).collect(),
        starts,
    };
    let is_single = rows.levels.len() == rows.paths();
    let part = |block: &Block| match is_single {
        true => now.part_of_singles(block),
        false => now.part(block),
    };
    let parts: Vec<Part> = rows.blocks.par_iter().map(part).collect();
    let classes = rows.classes.len();
    let histogram = |n: &u8| vec![0; classes * (usize::from(*n) + 1)];
    let mut sums = MoveSums {
        now: vec![0; classes],
        without: vec![vec![0; classes]; rows.paths()],
        open: rows.levels.iter().map(histogram).collect(),
    };
    for (block, part) in rows.blocks.iter().zip(&parts) {
        sums.now[block.class] += u128::from(part.now);
        let single = block.active.iter().map(|l| usize::from(*l));
        let several = block.alternatives.chunk_by(|a, b| a.path == b.path);
        let several = several.flat_map(|a| rows.ladders_of(usize::from(a[0].path)));
        for ladder in single.chain(several) {
            let path = rows.ladder_paths[ladder];
            if rows.first_ladders[path] == ladder {
                sums.without[path][block.class] += u128::from(part.gained[path]);
            }
            let own = &part.open[now.starts[ladder]..now.starts[ladder + 1]];
            let all = &mut sums.open[ladder][block.class * own.len()..][..own.len()];
            for (sum, own) in all.iter_mut().zip(own) {
                *sum += u128::from(*own);
            }
        }
    }
    for path in &mut sums.without {
        for (gained, now) in path.iter_mut().zip(&sums.now) {
            *gained = now - *gained;
        }
    }
    for (open, n) in sums.open.iter_mut().zip(&rows.levels) {
        for open in open.chunks_exact_mut(usize::from(*n) + 1) {
            // At a level pass the events of a higher critical level.
            let mut passing = 0;
            for level in open.iter_mut().rev() {
                passing += std::mem::replace(level, passing);
            }
        }
    }
    sums
}

impl Now<'_> {
    fn nothing(&self) -> Part {
        Part {
            now: 0,
            gained: vec![0; self.menu.paths()],
            open: vec![0; self.starts[self.menu.levels.len()]],
        }
    }

    /// As [`part`](Self::part), where every path has one ladder.
    fn part_of_singles(&self, block: &Block) -> Part {
        let mut part = self.nothing();
        let events = &block.events;
        // Ladder and critical level in one number, and the share that is lost.
        let mut chancy: Vec<(usize, f64)> = Vec::new();
        for (event, &units) in events.units.iter().enumerate() {
            let weight = u64::from(units);
            let own = events.entries(event);
            let reached = events.levels[own.clone()].iter();
            let entries = events.ladders[own].iter().zip(reached);
            let entries = entries.map(|(ladder, reached)| (usize::from(*ladder), *reached));
            chancy.clear();
            let (mut sure, mut only) = (0, (0, 0));
            for (ladder, reached) in entries.clone() {
                if reached > self.levels[ladder] {
                    let lost = self.lost[self.menu.ladder_paths[ladder]];
                    if lost == 0.0 {
                        sure += 1;
                        only = (ladder, reached);
                        // No path alone decides about the event.
                        if sure > 1 {
                            break;
                        }
                    } else if lost < 1.0 {
                        chancy.push((ladder << 8 | usize::from(reached), lost));
                    }
                }
            }
            if sure > 1 {
                part.now += weight << 32;
                continue;
            }
            let reject = fixed(without(&chancy, usize::MAX));
            let rejected = weight * reject;
            if sure > 0 {
                part.now += weight << 32;
                let (ladder, reached) = only;
                part.gained[self.menu.ladder_paths[ladder]] += rejected;
                part.open[self.starts[ladder] + usize::from(reached)] += rejected;
                continue;
            }
            part.now += weight * (ONE - reject);
            for (ladder, reached) in entries {
                part.open[self.starts[ladder] + usize::from(reached)] += rejected;
            }
            // Without a path of theirs more is rejected.
            for (place, &(entry, _)) in chancy.iter().enumerate() {
                let more = weight * (fixed(without(&chancy, place)) - reject);
                let (ladder, reached) = (entry >> 8, entry & 0xff);
                part.gained[self.menu.ladder_paths[ladder]] += more;
                part.open[self.starts[ladder] + reached] += more;
            }
        }
        part
    }

    fn part(&self, block: &Block) -> Part {
        let mut part = self.nothing();
        let events = &block.events;
        let mut chancy: Vec<(usize, f64)> = Vec::new();
        for (event, &units) in events.units.iter().enumerate() {
            let weight = u64::from(units);
            chancy.clear();
            let (mut sure, mut only) = (0, 0);
            let mut left = events.entries(event);
            while let Some((path, corners)) = self.next(events, &mut left) {
                if self.passes(events, path, corners) {
                    let lost = self.lost[path];
                    if lost == 0.0 {
                        sure += 1;
                        only = path;
                        // No path alone decides about the event.
                        if sure > 1 {
                            break;
                        }
                    } else if lost < 1.0 {
                        chancy.push((path, lost));
                    }
                }
            }
            if sure > 1 {
                part.now += weight << 32;
                continue;
            }
            let reject = fixed(without(&chancy, usize::MAX));
            part.now += if sure > 0 {
                weight << 32
            } else {
                weight * (ONE - reject)
            };
            let mut left = events.entries(event);
            while let Some((path, corners)) = self.next(events, &mut left) {
                if sure > 0 {
                    if path == only {
                        part.gained[path] += weight * reject;
                        self.open(events, path, corners, weight * reject, &mut part.open);
                    }
                    continue;
                }
                let mut others = reject;
                if let Some(own) = chancy.iter().position(|(p, _)| *p == path) {
                    others = fixed(without(&chancy, own));
                    part.gained[path] += weight * (others - reject);
                }
                self.open(events, path, corners, weight * others, &mut part.open);
            }
        }
        part
    }

    /// The next path of an event's entries, and where its corners stand.
    #[inline(always)]
    fn next(
        &self,
        events: &SparseLevels,
        left: &mut Range<usize>,
    ) -> Option<(usize, Range<usize>)> {
        let start = left.start;
        if start == left.end {
            return None;
        }
        let ladder = events.ladders[start];
        let path = self.menu.ladder_paths[usize::from(ladder)];
        let width = self.menu.ladders_of(path).len();
        left.start += width;
        // Only paths with several ladders have several corners.
        while width > 1 && left.start < left.end && events.ladders[left.start] == ladder {
            left.start += width;
        }
        Some((path, start..left.start))
    }

    #[inline(always)]
    fn passes(&self, events: &SparseLevels, path: usize, corners: Range<usize>) -> bool {
        let ladders = self.menu.ladders_of(path);
        let levels = &self.levels[ladders];
        let mut corners = events.levels[corners].chunks_exact(levels.len());
        corners.any(|corner| {
            corner
                .iter()
                .zip(levels)
                .all(|(reached, level)| reached > level)
        })
    }

    /// Enters a weight where each of the path's ladders alone would have to be for the event to pass.
    #[inline(always)]
    fn open(
        &self,
        events: &SparseLevels,
        path: usize,
        corners: Range<usize>,
        weight: u64,
        open: &mut [u64],
    ) {
        let ladders = self.menu.ladders_of(path);
        if ladders.len() == 1 {
            open[self.starts[ladders.start] + usize::from(events.levels[corners.start])] += weight;
            return;
        }
        let levels = &self.levels[ladders.clone()];
        for (own, ladder) in ladders.enumerate() {
            // The most that a corner reaches whose other ladders pass.
            let passing = |corner: &&[u8]| {
                let mut others = corner.iter().zip(levels).enumerate();
                others.all(|(other, (reached, level))| other == own || reached > level)
            };
            let corners = events.levels[corners.clone()].chunks_exact(levels.len());
            let most = corners.filter(passing).map(|corner| corner[own]).max();
            open[self.starts[ladder] + usize::from(most.unwrap_or(0))] += weight;
        }
    }
}
