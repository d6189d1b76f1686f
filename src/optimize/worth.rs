//! What each path of a menu is worth: what is lost without it, and what its threshold buys for a kHz.

use super::around::Around;
use super::score::Objective;
use crate::engine::{Ask, Engine, Outcome, Point, Points};
use crate::error::Result;
use crate::merit::{Figure, MenuFigure};
use crate::plan::menu::AcceptedWeights;
use crate::plan::{Configuration, MenuPoints, Plan};
use std::sync::Arc;

/// Of one path, on the events that the search sees.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Worth {
    pub loss_if_dropped: f64,
    /// Objective gained for each kHz when a ladder of the path is loosened by one level: the best of
    /// its ladders; none: they are at their loosest.
    pub gain_per_khz: Option<f64>,
    /// Objective lost for each kHz when one is tightened by one level: the cheapest.
    pub cost_per_khz: Option<f64>,
}

/// The worth of every path at a point of a plan; none without a menu. An objective that is not made of the
/// menu's totals is replaced by the mean efficiency: `replaced`.
#[derive(Debug, Clone, PartialEq)]
pub struct PathWorths {
    /// In the order of the menu.
    pub paths: Vec<Worth>,
    pub replaced: bool,
}

/// # Errors
/// Those of the engine.
pub fn path_worths(
    engine: &dyn Engine,
    plan: &Arc<Plan>,
    objective: &Objective,
    point: Point,
) -> Result<Option<PathWorths>> {
    let Some(menu) = &plan.menu else {
        return Ok(None);
    };
    let mut at = Configuration::default();
    menu.configure(&plan.space, &point, &mut at);
    let mut loaded = engine.load(plan.clone())?;
    let Outcome::Moves(sums) = loaded.run(&Points::Listed(vec![point]), Ask::Moves)? else {
        return Ok(None);
    };
    let Some(sums) = sums.first() else {
        return Ok(None);
    };
    let rows = &menu.events.rows;
    let around = Around::new(rows, sums);
    let (objective, replaced) = Totals::of(menu, &plan.figures, objective);
    let now = rows.weights(&sums.now);
    let rate = |accepted: &AcceptedWeights| menu.events.rate_khz(accepted).unwrap_or(f64::NAN);
    let (worth_now, rate_now) = (objective.worth(&now), rate(&now));
    let mut worths = Vec::with_capacity(menu.paths());
    let mut after = AcceptedWeights::none(rows.sums_of_weights.len());
    for path in 0..menu.paths() {
        let mut own = Worth {
            loss_if_dropped: worth_now - objective.worth(&around.without(path)),
            ..Worth::default()
        };
        let share = at.kept_shares[path];
        for ladder in rows.ladders_of(path).filter(|_| share > 0.0) {
            let mut slope = |level: u8| {
                around.after(rows, ladder, level, share, &mut after);
                let khz = rate(&after) - rate_now;
                (khz != 0.0).then(|| (objective.worth(&after) - worth_now) / khz)
            };
            let level = at.levels[ladder];
            if let Some(gain) = level.checked_sub(1).and_then(&mut slope) {
                own.gain_per_khz = Some(own.gain_per_khz.map_or(gain, |known| known.max(gain)));
            }
            if level + 1 < rows.levels[ladder]
                && let Some(cost) = slope(level + 1)
            {
                own.cost_per_khz = Some(own.cost_per_khz.map_or(cost, |known| known.min(cost)));
            }
        }
        worths.push(own);
    }
    Ok(Some(PathWorths {
        paths: worths,
        replaced,
    }))
}

/// An objective as it follows from what a menu accepts.
struct Totals<'a> {
    menu: &'a MenuPoints,
    figures: Vec<MenuFigure>,
    objective: Objective,
}

impl<'a> Totals<'a> {
    fn of(menu: &'a MenuPoints, figures: &[Figure], objective: &Objective) -> (Self, bool) {
        let read: Vec<usize> = match objective {
            Objective::Figure { figure, .. } => vec![*figure],
            Objective::Shortfall(terms) => terms.iter().map(|t| t.figure).collect(),
            // Of one column it is none.
            Objective::Mean(_) => vec![usize::MAX],
        };
        let own: Vec<Option<MenuFigure>> = figures
            .iter()
            .map(|figure| match figure {
                Figure::Menu(figure) => figure.is_of_total().then_some(*figure),
                _ => None,
            })
            .collect();
        if read
            .iter()
            .all(|figure| own.get(*figure).copied().flatten().is_some())
        {
            let figures = own.iter().map(|f| f.unwrap_or(MenuFigure::Acceptance));
            let figures = figures.collect();
            let objective = objective.clone();
            return (
                Self {
                    menu,
                    figures,
                    objective,
                },
                false,
            );
        }
        let objective = Objective::Figure {
            figure: 0,
            larger: true,
        };
        let figures = vec![MenuFigure::MeanEfficiency];
        (
            Self {
                menu,
                figures,
                objective,
            },
            true,
        )
    }

    fn worth(&self, accepted: &AcceptedWeights) -> f64 {
        let row = self
            .figures
            .iter()
            .map(|f| self.menu.events.figure(*f, accepted));
        self.objective.worth(&row.collect::<Vec<_>>())
    }
}
