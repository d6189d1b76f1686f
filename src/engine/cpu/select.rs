//! Points reduced tile by tile: no more than a chunk of them is ever held as rows.

use super::menu::PointColumns;
use super::{LoadedCpu, TILE};
use crate::engine::{Points, Selected, Selection};
use crate::plan::Rank;
use rayon::prelude::*;

/// Tiles of a chunk for each thread: enough that none waits long for the last one.
const TILES: usize = 64;
/// Points of a chunk with a menu, whose configurations are held.
const MENU_CHUNK: usize = 65_536;

impl LoadedCpu {
    /// What is kept of points.
    pub(super) fn select(&self, points: &Points, rank: &Rank) -> Selected {
        let plan = &self.plan;
        let axes = plan.space.axes.len();
        let mut selection = Selection::new(axes, plan.figures.len(), rank.clone());
        let chunk = match plan.menu {
            None => TILES * TILE * rayon::current_num_threads(),
            Some(_) => MENU_CHUNK,
        };
        for start in (0..points.len()).step_by(chunk) {
            let count = chunk.min(points.len() - start);
            let (first, some) = part(points, start, count);
            let menu = plan.menu.as_ref();
            let menu = menu.map(|menu| PointColumns::evaluate(plan, menu, &some));
            // What is known of the chunks before spares rows of this one, and changes nothing.
            let rank = selection.rank();
            let tiles: Vec<Selected> = (0..count.div_ceil(TILE))
                .into_par_iter()
                .map(|tile| {
                    let start = tile * TILE;
                    let columns = self.tile(&some, menu.as_ref(), start, TILE.min(count - start));
                    Selected::of(first + start as u64, &columns, axes, rank)
                })
                .collect();
            tiles.into_iter().for_each(|tile| selection.take(tile));
        }
        selection.finish()
    }
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
