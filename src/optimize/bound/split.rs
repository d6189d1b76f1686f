//! Where a region is cut in two.

use super::region::Region;
use super::{PathOptions, Relaxation};

/// Mixtures below this are rounding.
const LEAST_MIXTURE: f64 = 1e-6;
/// Shares within this are not told apart.
const LEAST_SHARES: f64 = 1e-4;

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
    let mut rest = paths.iter().enumerate().filter(|(_, own)| own.is_on());
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

/// The options of a region in two, where they are mixed most; none where there is one option.
pub fn split(
    relaxation: &Relaxation,
    region: &Region,
    fixed: bool,
) -> Option<[Vec<PathOptions>; 2]> {
    let mut best = (LEAST_MIXTURE, None);
    for (path, options) in region.paths.iter().enumerate() {
        let ladders = relaxation.rows.ladders_of(path);
        for (own, ladder) in ladders.enumerate() {
            let kept = &region.bound.kept[ladder];
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
    let (path, cut) = best.1.or_else(|| any(&region.paths))?;
    let mut halves = [region.paths.clone(), region.paths.clone()];
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
    /// A ladder, and its first level of the tighter region.
    Levels(usize, usize),
    /// On or off.
    Off,
    Share(f64),
}
