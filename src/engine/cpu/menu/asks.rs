//! Sums of a menu at points, as what lies above engines asks for them.

use super::totals;
use crate::engine::{Ask, Outcome, PathSums};
use crate::plan::MenuPoints;
use crate::plan::menu::Configurations;

/// The sums of points, each with one of some different configurations.
pub fn menu_sums(
    menu: &MenuPoints,
    different: &Configurations,
    of_point: &[usize],
    ask: Ask,
) -> Outcome {
    let rows = &menu.events.rows;
    let classes = rows.classes.len();
    let spread = |sums: &[u128], out: &mut Vec<u128>, point: usize| {
        out.extend_from_slice(&sums[point * classes..(point + 1) * classes]);
    };
    match ask {
        Ask::PerPath => {
            let selected = |takes: &dyn Fn(usize) -> bool| {
                let mut some = different.clone();
                for shares in some.kept_shares.chunks_exact_mut(menu.paths()) {
                    for (path, share) in shares.iter_mut().enumerate() {
                        if !takes(path) {
                            *share = 0.0;
                        }
                    }
                }
                totals(rows, &some)
            };
            let of = |path: usize| (selected(&|p| p == path), selected(&|p| p != path));
            let sums: Vec<_> = (0..menu.paths()).map(of).collect();
            let mut path_sums = PathSums::default();
            for &place in of_point {
                for (alone, without) in &sums {
                    spread(alone, &mut path_sums.alone, place);
                    spread(without, &mut path_sums.without, place);
                }
            }
            Outcome::PathSums(path_sums)
        }
        _ => {
            let sums = totals(rows, different);
            let mut out = Vec::with_capacity(of_point.len() * classes);
            for &place in of_point {
                spread(&sums, &mut out, place);
            }
            Outcome::Sums(out)
        }
    }
}
