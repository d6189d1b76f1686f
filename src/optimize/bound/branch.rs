//! Tighter bounds by branching: where the relaxation mixes a path's options, its levels are split in two, and
//! the larger bound of both parts holds.

use super::certificate::Certificate;
use super::pure::pure;
use super::{Bound, Fixed, Multipliers, PathOptions, Relaxation, Start, Stop, bound, bound_at};

/// How bounds of this kind are named in results.
pub const BRANCHED: &str = "LP relaxation, branched";
/// Mixtures below this are rounding.
const LEAST_MIXTURE: f64 = 1e-6;

/// The gap has to close by a tenth in so many further bounds: else it is left at that.
const PATIENCE: u32 = 24;
/// Parts with multipliers of their own are not tried where common ones close so much of the gap.
const DRAWN: f64 = 0.5;
/// Shares within this are not told apart.
const LEAST_SHARES: f64 = 1e-4;

/// A part of the options, and its bound.
struct Part {
    paths: Vec<PathOptions>,
    bound: Bound,
}

/// A bound as [`bound`] gives it, tightened by so many further ones at most; their splits are those where
/// the largest bound is. The iterations of `stop` are for each.
///
/// Where shares are free, they first are taken as lots (`pure`): all parts have the same multipliers then.
/// Where that closes little of the gap, limits are priced in each part anew.
///
/// The multipliers and kept shares are those of the part that has the largest bound.
///
/// # Panics
/// As [`bound`].
pub fn branched(
    relaxation: &Relaxation,
    start: Option<Start>,
    stop: Stop,
    further: u32,
) -> Option<Bound> {
    let root = bound(relaxation, start, stop)?;
    if further == 0 || root.infeasible || near(root.value, stop) {
        return Some(root);
    }
    let slack = stop.gap * stop.target.abs();
    let Some(pure) = pure(relaxation, &root.multipliers.terms(), slack) else {
        return explore(relaxation, root, start, stop, further, false);
    };
    let own = bound(&pure, priced(start, &root.multipliers), stop)?;
    let mut drawn = explore(
        &pure,
        own,
        priced(start, &root.multipliers),
        stop,
        further,
        true,
    )?;
    drawn.iterations += root.iterations;
    drawn.kind = BRANCHED;
    // Its constants are not those of the whole.
    drawn.infeasible = drawn.value < Certificate::least_objective(relaxation);
    let most_of_it = root.value - drawn.value >= DRAWN * (root.value - stop.target);
    if drawn.infeasible || near(drawn.value, stop) || most_of_it {
        return Some(drawn);
    }
    let mut found = explore(relaxation, root, start, stop, further, false)?;
    found.iterations += drawn.iterations;
    drawn.iterations = found.iterations;
    let closer = drawn.value < found.value && !found.infeasible;
    Some(if closer { drawn } else { found })
}

fn near(value: f64, stop: Stop) -> bool {
    value - stop.target <= stop.gap * stop.target.abs()
}

fn priced<'a>(start: Option<Start<'a>>, multipliers: &'a Multipliers) -> Option<Start<'a>> {
    let prices = &multipliers.caps;
    start.map(|start| Start { prices, ..start })
}

/// Splits the part with the largest bound until it is near enough.
fn explore(
    relaxation: &Relaxation,
    root: Bound,
    start: Option<Start>,
    stop: Stop,
    further: u32,
    fixed: bool,
) -> Option<Bound> {
    let mut iterations = root.iterations;
    let multipliers = root.multipliers.clone();
    let mut parts = vec![Part {
        paths: relaxation.paths.clone(),
        bound: root,
    }];
    let mut made = 0;
    let mut before = f64::INFINITY;
    loop {
        let values = parts.iter().map(|part| part.bound.value).enumerate();
        // The first of the largest.
        let (largest, value) = values.fold((0, f64::NEG_INFINITY), |best, next| {
            if next.1 > best.1 { next } else { best }
        });
        let mut stalls = false;
        if made % PATIENCE == 0 {
            stalls = before - value < 0.1 * (before - stop.target);
            before = value;
        }
        let halves = split(relaxation, &parts[largest], fixed);
        let done =
            near(value, stop) || stalls || parts[largest].bound.infeasible || made + 2 > further;
        let Some(halves) = halves.filter(|_| !done) else {
            let mut found = parts.swap_remove(largest).bound;
            found.iterations = iterations;
            if made > 0 {
                found.kind = BRANCHED;
            }
            return Some(found);
        };
        let whole = parts.swap_remove(largest);
        for paths in halves {
            let part = Relaxation {
                paths,
                ..relaxation.clone()
            };
            let mut own = if fixed {
                let fixed = Fixed {
                    multipliers: &multipliers,
                    kept: &whole.bound.kept,
                };
                bound_at(&part, None, stop, Some(fixed))
            } else {
                bound(&part, priced(start, &whole.bound.multipliers), stop)
            }?;
            iterations += own.iterations;
            made += 1;
            // What holds for the whole holds for its parts.
            own.value = own.value.min(whole.bound.value);
            parts.push(Part {
                paths: part.paths,
                bound: own,
            });
        }
    }
}
/// Some path that has several options: the one with the most levels, else one that may be off or prescaled.
fn any(paths: &[PathOptions]) -> Option<(usize, Cut)> {
    let mut most = (1, None);
    for (path, options) in paths.iter().enumerate() {
        for (ladder, levels) in options.levels.iter().enumerate() {
            if levels.len() > most.0 {
                most = (
                    levels.len(),
                    Some((path, Cut::Levels(ladder, levels.len() / 2))),
                );
            }
        }
    }
    let on = |options: &PathOptions| options.levels.iter().all(|l| !l.is_empty());
    let mut rest = paths.iter().enumerate().filter(|(_, own)| on(own));
    most.1.or_else(|| {
        rest.find_map(|(path, own)| {
            let middle = 0.5 * (own.least_share + own.most_share);
            if own.may_be_off {
                Some((path, Cut::Off))
            } else {
                let wide = own.most_share - own.least_share > LEAST_SHARES;
                wide.then_some((path, Cut::Share(middle)))
            }
        })
    })
}

/// The options of a part in two, where they are mixed most; none where there is one option.
fn split(relaxation: &Relaxation, part: &Part, fixed: bool) -> Option<[Vec<PathOptions>; 2]> {
    let mut best = (LEAST_MIXTURE, None);
    for (path, options) in part.paths.iter().enumerate() {
        let ladders = relaxation.rows.ladders_of(path);
        for (own, ladder) in ladders.enumerate() {
            let kept = &part.bound.kept[ladder];
            for (below, level) in options.levels[own].iter().enumerate() {
                // Those that pass no level below this one are kept by the options of looser levels.
                let looser = kept[usize::from(*level)];
                let mixed = looser.min(options.most_share - looser);
                if below > 0 && mixed > best.0 {
                    best = (mixed, Some((path, Cut::Levels(own, below))));
                }
            }
            let Some(top) = kept.last().filter(|_| own == 0) else {
                continue;
            };
            let mixed = top.min(options.most_share - top);
            let sharp = options.levels.iter().all(|l| l.len() == 1);
            if sharp && mixed > best.0 {
                if options.may_be_off {
                    best = (mixed, Some((path, Cut::Off)));
                } else if (options.least_share..options.most_share).contains(top) {
                    let middle = 0.5 * (options.least_share + options.most_share);
                    best = (mixed, Some((path, Cut::Share(middle))));
                }
            }
        }
    }
    let (path, cut) = best.1.or_else(|| any(&part.paths))?;
    let mut halves = [part.paths.clone(), part.paths.clone()];
    let [loose, tight] = &mut halves;
    let (loose, tight) = (&mut loose[path], &mut tight[path]);
    loose.may_be_off = false;
    match cut {
        Cut::Levels(ladder, below) => {
            tight.levels[ladder].drain(..below);
            loose.levels[ladder].truncate(below);
        }
        Cut::Off => tight.levels.iter_mut().for_each(Vec::clear),
        // Under common multipliers, no share between is better than both ends.
        Cut::Share(..) if fixed => {
            loose.least_share = loose.most_share;
            tight.most_share = tight.least_share;
        }
        Cut::Share(share) => {
            loose.least_share = share;
            tight.most_share = share;
        }
    }
    Some(halves)
}

/// Where a path's options are split.
#[derive(Debug, Clone, Copy)]
enum Cut {
    /// A ladder, and its first level of the tighter part.
    Levels(usize, usize),
    /// On or off.
    Off,
    Share(f64),
}
