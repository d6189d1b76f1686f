//! Sums of a menu at points, as what lies above engines asks for them.

use super::{Ask, Outcome, PathSums};
use crate::plan::MenuPoints;
use crate::plan::menu::Configurations;

/// The sums of points, each with one of some different configurations; `totals` gives those of
/// configurations by class.
///
/// # Errors
/// Those of `totals`.
pub fn menu_sums<E>(
    menu: &MenuPoints,
    different: &Configurations,
    of_point: &[usize],
    ask: Ask,
    mut totals: impl FnMut(&Configurations) -> Result<Vec<u128>, E>,
) -> Result<Outcome, E> {
    let classes = menu.events.rows.classes.len();
    let spread = |sums: &[u128], out: &mut Vec<u128>, point: usize| {
        out.extend_from_slice(&sums[point * classes..(point + 1) * classes]);
    };
    match ask {
        Ask::PerPath => {
            let mut selected = |takes: &dyn Fn(usize) -> bool| {
                let mut some = different.clone();
                for shares in some.kept_shares.chunks_exact_mut(menu.paths()) {
                    for (path, share) in shares.iter_mut().enumerate() {
                        if !takes(path) {
                            *share = 0.0;
                        }
                    }
                }
                totals(&some)
            };
            let of = |path: usize| Ok((selected(&|p| p == path)?, selected(&|p| p != path)?));
            let sums: Vec<_> = (0..menu.paths()).map(of).collect::<Result<_, E>>()?;
            let mut path_sums = PathSums::default();
            for &place in of_point {
                for (alone, without) in &sums {
                    spread(alone, &mut path_sums.alone, place);
                    spread(without, &mut path_sums.without, place);
                }
            }
            Ok(Outcome::PathSums(path_sums))
        }
        _ => {
            let sums = totals(different)?;
            let mut out = Vec::with_capacity(of_point.len() * classes);
            for &place in of_point {
                spread(&sums, &mut out, place);
            }
            Ok(Outcome::Sums(out))
        }
    }
}
