//! Sums of a menu at points, as what lies above engines asks for them.

use super::{moves, passing, pures, totals};
use crate::engine::{Ask, Outcome, PathSums};
use crate::plan::MenuPoints;
use crate::plan::menu::Configurations;

/// The sums of points, each with one of some different configurations; none where the question is not
/// about sums.
pub fn menu_sums(
    menu: &MenuPoints,
    different: &Configurations,
    of_point: &[usize],
    ask: &Ask,
) -> Option<Outcome> {
    let rows = &menu.events.rows;
    let classes = rows.classes.len();
    match ask {
        Ask::Totals => Some(Outcome::Sums(spread(
            &totals(rows, different),
            classes,
            of_point,
        ))),
        Ask::PerPath => {
            let width = menu.paths() * classes;
            Some(Outcome::PathSums(PathSums {
                passing: spread(&passing(rows, different), width, of_point),
                pure: spread(&pures(rows, different), width, of_point),
            }))
        }
        Ask::Moves => {
            let around = |c: usize| moves(rows, different.levels_of(c), different.shares_of(c));
            let sums: Vec<_> = (0..different.len()).map(around).collect();
            let of_points = of_point.iter().map(|place| sums[*place].clone());
            Some(Outcome::Moves(of_points.collect()))
        }
        _ => None,
    }
}

/// The sums of each point's configuration, of which each has so many.
fn spread(sums: &[u128], width: usize, of_point: &[usize]) -> Vec<u128> {
    let mut out = Vec::with_capacity(of_point.len() * width);
    for place in of_point {
        out.extend_from_slice(&sums[place * width..(place + 1) * width]);
    }
    out
}
