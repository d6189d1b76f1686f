//! Tighter bounds by branching: options with which no menu is near the best are taken off, and where the
//! relaxation mixes what is left, levels are split in two. The largest bound of all regions holds.

use super::certificate::Certificate;
use super::price::tune;
use super::proof::Proof;
use super::pure::pure;
use super::region::Region;
use super::split::split;
use super::{Bound, Fixed, Multipliers, Relaxation, Start, Stop, prove};
use rayon::prelude::*;

/// How bounds of this kind are named in results.
pub const BRANCHED: &str = "LP relaxation, branched";

/// The gap has to close by a tenth in so many further bounds: else it is left at that.
const PATIENCE: u32 = 24;
/// Regions with multipliers of their own are not tried where common ones close so much of the gap.
const DRAWN: f64 = 0.5;
/// Levels are taken off where their menus are within this part of the gap that is asked for.
const TRIMMED: f64 = 0.9;
/// The same under common multipliers, which move.
const TRIMMED_IN_COMMON: f64 = 0.5;
/// Common multipliers that differ by more, relative, are far from those of a bound.
const MOVED: f64 = 0.02;
/// Bounds that differ by less, as a share of the gap, are equal.
const TIED: f64 = 0.01;

/// A bound as [`super::bound`] gives it, tightened by so many further ones at most; they are of the regions
/// that have the largest bounds. The iterations of `stop` are for each.
///
/// Where shares are free, they first are taken as lots (`pure`): all regions have the same multipliers then.
/// Where that closes little of the gap, limits are priced in each region anew.
///
/// The multipliers and kept shares are those of the region that has the largest bound.
///
/// # Panics
/// As [`super::bound`].
pub fn branched(
    relaxation: &Relaxation,
    start: Option<Start>,
    stop: Stop,
    further: u32,
) -> Option<Bound> {
    let (root, proof) = prove(relaxation, start, stop, None)?;
    let is_done = root.infeasible || near(root.value, stop) || !root.value.is_finite();
    if further == 0 || is_done {
        return Some(root);
    }
    let tree = |relaxation, common| Tree {
        relaxation,
        start,
        stop,
        further,
        common,
    };
    let slack = stop.gap * stop.target.abs();
    let Some(pure) = pure(relaxation, &root.multipliers.terms(), slack) else {
        return tree(relaxation, false).explore(root, proof);
    };
    let mut drawn = shared(&tree(&pure, true), &root.multipliers)?;
    drawn.iterations += root.iterations;
    drawn.kind = BRANCHED;
    // Its constants are not those of the whole.
    drawn.infeasible = drawn.value < Certificate::least_objective(relaxation);
    let most_of_it = root.value - drawn.value >= DRAWN * (root.value - stop.target);
    if drawn.infeasible || near(drawn.value, stop) || most_of_it {
        return Some(drawn);
    }
    let mut found = tree(relaxation, false).explore(root, proof)?;
    found.iterations += drawn.iterations;
    drawn.iterations = found.iterations;
    let closer = drawn.value < found.value && !found.infeasible;
    Some(if closer { drawn } else { found })
}

/// A bound under multipliers that all regions have in common.
fn shared(tree: &Tree, prices: &Multipliers) -> Option<Bound> {
    let stop = tree.stop;
    let (root, proof) = prove(tree.relaxation, priced(tree.start, prices), stop, None)?;
    if near(root.value, stop) || !root.value.is_finite() {
        return Some(root);
    }
    if stop.target.is_nan() {
        return tree.explore(root, proof);
    }
    // Where menus without lots are branched to the end, their prices are near the best that all can share.
    // Their bound says nothing of lots.
    let alone = Tree {
        common: false,
        further: tree.further / 2,
        ..*tree
    };
    let alone = alone.explore(root, proof)?;
    let fixed = Fixed {
        multipliers: &alone.multipliers,
        kept: &alone.kept,
    };
    let (root, proof) = prove(tree.relaxation, None, stop, Some(fixed))?;
    let mut found = tree.explore(root, proof)?;
    found.iterations += alone.iterations;
    Some(found)
}

fn near(value: f64, stop: Stop) -> bool {
    value - stop.target <= stop.gap * stop.target.abs()
}

fn priced<'a>(start: Option<Start<'a>>, multipliers: &'a Multipliers) -> Option<Start<'a>> {
    let prices = &multipliers.caps;
    start.map(|start| Start { prices, ..start })
}

/// How regions are explored.
#[derive(Clone, Copy)]
struct Tree<'a> {
    relaxation: &'a Relaxation<'a>,
    start: Option<Start<'a>>,
    stop: Stop,
    further: u32,
    /// Whether all regions have the same multipliers.
    common: bool,
}

impl Tree<'_> {
    /// Splits the region with the largest bound until it is near enough.
    fn explore(&self, root: Bound, proof: Proof) -> Option<Bound> {
        let stop = self.stop;
        let least = Certificate::least_objective(self.relaxation);
        let mut prices = root.multipliers.clone();
        let mut best = root.clone();
        let mut regions = self.trimmed(Region::new(self.relaxation.paths.clone(), root, proof));
        let (mut made, mut until, mut before) = (0, PATIENCE, best.value);
        loop {
            if self.common {
                let mut terms = prices.terms();
                tune(&regions, &mut terms);
                prices = prices.with_terms(&terms);
                let pricing = |region: &mut Region| region.value = region.at(&terms);
                regions.par_iter_mut().for_each(pricing);
            }
            let largest = largest(&regions, stop);
            let (region, value) = (&regions[largest.region], largest.value);
            if value < best.value {
                best.value = value;
                best.kept.clone_from(&region.bound.kept);
                best.multipliers = match self.common {
                    true => prices.clone(),
                    false => region.bound.multipliers.clone(),
                };
            }
            best.infeasible = best.value < least;
            let mut stalls = false;
            if made >= until {
                stalls = before - best.value < 0.1 * (before - stop.target);
                (until, before) = (until + PATIENCE, best.value);
            }
            if near(best.value, stop) || stalls || best.infeasible || made + 2 > self.further {
                return Some(best);
            }
            let far = || self.common && moved(&region.bound.multipliers, &prices);
            let parts = if region.is_coarse || far() {
                vec![region.paths.clone()]
            } else {
                match split(self.relaxation, region, self.common) {
                    Some(halves) => halves.to_vec(),
                    None => return Some(best),
                }
            };
            let whole = regions.swap_remove(largest.region);
            for paths in parts {
                let part = Relaxation {
                    paths,
                    ..self.relaxation.clone()
                };
                let fixed = Fixed {
                    multipliers: &prices,
                    kept: &whole.bound.kept,
                };
                let (own, proof) = match self.common {
                    true => prove(&part, None, stop, Some(fixed)),
                    false => prove(
                        &part,
                        priced(self.start, &whole.bound.multipliers),
                        stop,
                        None,
                    ),
                }?;
                made += 1;
                best.iterations += own.iterations;
                best.kind = BRANCHED;
                let mut own = self.trimmed(Region::new(part.paths, own, proof));
                for region in &mut own {
                    // What holds for the whole holds for its parts.
                    region.value = region.value.min(whole.value);
                }
                regions.append(&mut own);
            }
        }
    }

    /// A region, and those of the levels that are taken off it.
    fn trimmed(&self, mut region: Region) -> Vec<Region> {
        let Stop { target, gap, .. } = self.stop;
        let part = match self.common {
            true => TRIMMED_IN_COMMON,
            false => TRIMMED,
        };
        let mut all = Vec::new();
        if !near(region.value, self.stop) {
            all = region.trim(target + part * gap * target.abs());
        }
        all.push(region);
        all
    }
}

/// The region to go on with, and the largest bound.
struct Largest {
    region: usize,
    value: f64,
}

/// Of the largest bounds, coarse ones first, then those of the most options: what is left of a region that
/// was split often may be one menu, which no split takes lower.
fn largest(regions: &[Region], stop: Stop) -> Largest {
    let values = regions.iter().map(|region| region.value);
    let value = values.fold(f64::NEG_INFINITY, f64::max);
    let tied = value - (TIED * (value - stop.target)).max(0.0);
    let mut found = (0, None);
    for (number, region) in regions.iter().enumerate() {
        let rank = Some((region.is_coarse, region.levels()));
        if region.value >= tied && rank > found.1 {
            found = (number, rank);
        }
    }
    Largest {
        region: found.0,
        value,
    }
}

/// Whether multipliers are so far from those of a bound that another one is worth it.
fn moved(from: &Multipliers, to: &Multipliers) -> bool {
    let (from, to) = (from.terms(), to.terms());
    let mut both = from.iter().zip(&to);
    both.any(|(from, to)| (from - to).abs() > MOVED * from.max(*to))
}
