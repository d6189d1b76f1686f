//! What a menu accepts after each move from a point, from the sums that one pass over the events gives.

use super::around::Around;
use crate::merit::{Figure, MenuFigure};
use crate::plan::menu::{AcceptedWeights, MenuRows};
use crate::plan::{Configuration, MenuPoints, Plan, Setting};
use std::sync::Arc;

/// A plan whose figures follow from what the whole menu accepts.
#[derive(Debug)]
pub(super) struct MenuTotals {
    pub plan: Arc<Plan>,
    pub menu: Arc<MenuPoints>,
    pub figures: Vec<MenuFigure>,
}

/// A column's neighbourhood of a point.
pub(super) struct Neighbourhood<'a> {
    pub column: &'a MenuTotals,
    pub around: Around,
    pub own: Configuration,
    /// What is accepted now.
    pub now: AcceptedWeights,
    /// Where its figures stand in a row.
    pub place: usize,
}

impl MenuTotals {
    /// None where other figures are asked for.
    pub fn new(plan: &Arc<Plan>) -> Option<Self> {
        let of_totals = |figure: &Figure| match figure {
            Figure::Menu(figure) => figure.is_of_total().then_some(*figure),
            _ => None,
        };
        Some(Self {
            menu: plan.menu.clone()?,
            figures: plan
                .figures
                .iter()
                .map(of_totals)
                .collect::<Option<Vec<_>>>()?,
            plan: plan.clone(),
        })
    }
}

impl Neighbourhood<'_> {
    pub fn rows(&self) -> &MenuRows {
        &self.column.menu.events.rows
    }

    /// What is accepted with a setting, and with the threshold of its path at a level where that moves too.
    pub fn after(
        &self,
        threshold: Option<(usize, u8)>,
        setting: Setting,
        out: &mut AcceptedWeights,
    ) {
        let rows = self.rows();
        let (ladder, level, share) = match setting {
            Setting::Level { ladder, level } => {
                let share = self.own.kept_shares[rows.ladder_paths[ladder]];
                (ladder, level, share)
            }
            Setting::Share { path, share } => {
                let first = rows.first_ladders[path];
                let own = || (first, self.own.levels[first]);
                let (ladder, level) = threshold.unwrap_or_else(own);
                (ladder, level, share)
            }
        };
        let path = rows.ladder_paths[ladder];
        if level == self.own.levels[ladder] && share == self.own.kept_shares[path] {
            out.clone_from(&self.now);
        } else {
            self.around.after(rows, ladder, level, share, out);
        }
    }

    pub fn fill(&self, accepted: &AcceptedWeights, row: &mut [f64]) {
        for (value, figure) in row[self.place..].iter_mut().zip(&self.column.figures) {
            *value = self.column.menu.events.figure(*figure, accepted);
        }
    }
}
