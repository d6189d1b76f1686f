//! Points reduced tile by tile: no more than a chunk of them is ever held as rows.

use super::{TILE, tile};
use crate::engine::menu_points::PointColumns;
use crate::engine::{Points, Selected, Selection};
use crate::plan::{Plan, Rank};
use rayon::prelude::*;

/// Tiles of a chunk for each thread: enough that none waits long for the last one.
const TILES: usize = 64;
/// Points of a chunk with a menu, whose configurations are held.
const MENU_CHUNK: usize = 262_144;

/// What is kept of points; `of_menu` evaluates the menu at some of them.
///
/// # Errors
/// Those of `of_menu`.
pub(in crate::engine) fn select<E>(
    plan: &Plan,
    points: &Points,
    rank: &Rank,
    mut of_menu: impl FnMut(&Points) -> Result<Option<PointColumns>, E>,
) -> Result<Selected, E> {
    let axes = plan.space.axes.len();
    let mut selection = Selection::new(axes, plan.figures.len(), rank.clone());
    let chunk = match plan.menu {
        None => TILES * TILE * rayon::current_num_threads(),
        Some(_) => MENU_CHUNK,
    };
    for start in (0..points.len()).step_by(chunk) {
        let count = chunk.min(points.len() - start);
        let (first, some) = part(points, start, count);
        let menu = of_menu(&some)?;
        // What is known of the chunks before spares rows of this one, and changes nothing.
        let rank = selection.rank();
        let tiles: Vec<Selected> = (0..count.div_ceil(TILE))
            .into_par_iter()
            .map(|number| {
                let start = number * TILE;
                let count = TILE.min(count - start);
                let columns = tile(plan, &some, menu.as_ref(), start, count);
                Selected::of(first + start as u64, &columns, axes, rank)
            })
            .collect();
        tiles.into_iter().for_each(|tile| selection.take(tile));
    }
    Ok(selection.finish())
}

/// Consecutive ones of points, and the index of the first.
fn part(points: &Points, start: usize, count: usize) -> (u64, Points) {
    match points {
        Points::Range { first, .. } => {
            let first = first + start as u64;
            let count = count as u32;
            (first, Points::Range { first, count })
        }
        Points::Listed(list) => {
            let some = list[start..start + count].to_vec();
            (start as u64, Points::Listed(some))
        }
    }
}
