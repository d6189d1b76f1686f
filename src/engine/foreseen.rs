//! What work lies ahead where it begins: the rest of a design, or a list.

use super::cost::{MenuWork, SystemWork};
use super::menu_figures::MenuFigures;
use super::{Ask, Points};
use crate::plan::Plan;
use crate::space::Values;

/// Whether work that begins like this would pay; `known` of a list is what was asked for so far.
pub fn pays_on_gpu(plan: &Plan, points: &Points, ask: &Ask, known: Option<u64>) -> bool {
    let threads = rayon::current_num_threads();
    let first = match points {
        Points::Range { first, .. } => *first,
        Points::Listed(_) => 0,
    };
    if let Some(menu) = &plan.menu {
        let foreseen = known.unwrap_or_else(|| configurations_from(plan, first));
        let sums = MenuFigures::new(menu, &plan.figures).sums() as u64;
        let work = MenuWork::of(&menu.events.rows, foreseen.saturating_mul(sums));
        return work.pays_on_gpu(threads);
    }
    let foreseen = known.unwrap_or_else(|| points_from(plan, first));
    let work = match ask {
        Ask::Select(rank) => SystemWork::selecting(rank, foreseen),
        _ => SystemWork::tabling(foreseen),
    };
    work.pays_on_gpu(threads)
}

/// Points of the grid from one of them on.
fn points_from(plan: &Plan, first: u64) -> u64 {
    let all = plan.space.points().unwrap_or(u64::MAX);
    all.saturating_sub(first)
}

/// Configurations of a menu from a point of the grid on, at most: axes of the system alone repeat them.
fn configurations_from(plan: &Plan, first: u64) -> u64 {
    let of_menu = plan.space.axes.iter().filter(|axis| !axis.menu.is_empty());
    let different = of_menu.fold(1u64, |product, axis| match &axis.values {
        Values::Free(values) => product.saturating_mul(values.len() as u64),
        Values::Linked { .. } => product,
    });
    let left = points_from(plan, first);
    // A linked axis of the menu may follow one of the system.
    let mut of_menu = plan.space.axes.iter().filter(|a| !a.menu.is_empty());
    match of_menu.any(|a| matches!(a.values, Values::Linked { .. })) {
        true => left,
        false => different.min(left),
    }
}
