//! Prescales as lots: what a menu with prescales accepts is the mean over menus without, each path of
//! which is drawn with its kept share.
//!
//! Accepted weight is linear in each path's share. Under common multipliers the best menu therefore has
//! every share at an end: its largest, or none. And a path that is off can as well have its tightest
//! levels, for the price of what those accept. So prescales add nothing but that budgets are met exactly,
//! as long as all parts of the options are bounded with the same multipliers.

use super::certificate::FIXED_POINT_ERROR;
use super::{PathOptions, Relaxation};

/// The part of the gap that paths may cost which are always on.
const PART: f64 = 0.1;

fn is_loose(path: &PathOptions) -> bool {
    path.is_on() && (path.may_be_off || path.least_share < path.most_share)
}

/// The same with shares at their ends. At no multipliers is its best menu worse, under the Lagrangian, than
/// those of the other; paths are always on where all of them together cost at most a part of `slack` at
/// these prices of terms. None where no share is free.
pub fn pure<'a>(relaxation: &Relaxation<'a>, prices: &[f64], slack: f64) -> Option<Relaxation<'a>> {
    if !relaxation.paths.iter().any(is_loose) {
        return None;
    }
    let lost = lost(relaxation);
    let price = |path: usize| -> f64 {
        let own = lost[path].iter().zip(prices);
        own.map(|(lost, price)| lost * price).sum()
    };
    let mut loose: Vec<(f64, usize)> = (0..relaxation.paths.len())
        .filter(|path| is_loose(&relaxation.paths[*path]))
        .map(|path| (price(path), path))
        .collect();
    loose.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut pure = relaxation.clone();
    let mut more = vec![0.0; relaxation.terms()];
    let between = |p: &PathOptions| p.most_share > 0.0 && p.least_share < 1.0;
    if relaxation.paths.iter().any(between) {
        let all = &lost[relaxation.paths.len()];
        more = all.iter().map(|all| all * FIXED_POINT_ERROR).collect();
    }
    let mut left = PART * slack;
    for (price, path) in loose {
        let own = &mut pure.paths[path];
        if price == 0.0 || price <= left {
            left -= price;
            (own.least_share, own.may_be_off) = (own.most_share, false);
            for (more, lost) in more.iter_mut().zip(&lost[path]) {
                *more += lost;
            }
        } else if own.may_be_off {
            own.least_share = own.most_share;
        }
    }
    let linear = pure.objective.iter_mut().chain(&mut pure.floors);
    let constants = linear.map(|linear| &mut linear.constant);
    let caps = pure.caps.iter_mut().map(|cap| &mut cap.most);
    for (constant, more) in constants.chain(caps).zip(more) {
        *constant += more * (1.0 + 1e-9);
    }
    Some(pure)
}

/// By path and term: the paying weight of what the path accepts at its tightest levels; last, by term, the
/// absolute weight of all events.
fn lost(relaxation: &Relaxation) -> Vec<Vec<f64>> {
    let menu = relaxation.rows;
    let paths = relaxation.paths.len();
    let mut lost = vec![vec![0.0; relaxation.terms()]; paths + 1];
    let earning = relaxation.linear().map(|linear| (&linear.gains, None, 1.0));
    let caps = relaxation.caps.iter();
    let paying = caps.map(|cap| (&cap.costs, Some(&cap.paths), -1.0));
    let terms: Vec<_> = earning.chain(paying).collect();
    let mut taken = vec![false; paths];
    for block in &menu.blocks {
        let unit = menu.classes[block.class].unit;
        let each: Vec<f64> = terms
            .iter()
            .map(|(of_class, _, sign)| sign * of_class[block.class] * unit)
            .collect();
        let up = 1.0 + 2.0 * menu.rounding;
        for (event, units) in block.events.units.iter().enumerate() {
            let weight = f64::from(*units) * up;
            for (all, each) in lost[paths].iter_mut().zip(&each) {
                *all += each.abs() * weight;
            }
            if each.iter().all(|each| *each >= 0.0) {
                continue;
            }
            taken.fill(false);
            let entries = block.events.entries(event);
            let mut at = entries.start;
            while at < entries.end {
                let path = menu.ladder_paths[usize::from(block.events.ladders[at])];
                let ladders = menu.ladders_of(path);
                let corner = &block.events.levels[at..at + ladders.len()];
                at += ladders.len();
                let options = &relaxation.paths[path];
                let mut tightest = options.levels.iter().map(|levels| levels.last());
                taken[path] |= corner
                    .iter()
                    .all(|reached| tightest.next().flatten().is_some_and(|t| reached > t));
            }
            for path in (0..paths).filter(|path| taken[*path]) {
                let share = relaxation.paths[path].most_share;
                for ((lost, each), (_, own, _)) in lost[path].iter_mut().zip(&each).zip(&terms) {
                    if *each < 0.0 && own.is_none_or(|own| own[path]) {
                        *lost -= each * weight * share;
                    }
                }
            }
        }
    }
    lost
}
