//! Budgets that hold with a confidence (MODEL.md section 3, strict budget): menus that a search found are
//! judged on events that it never saw.
//!
//! A ladder of margins is fixed beforehand. For each, the search is done with budgets tightened by it,
//! and what it finds is looked at once, on the validation events. The first look at which the one-sided limit
//! of every budget is within it is reported (of a budget without a confidence, the figure of all events). With m looks, each at level 1 - (1 - C) / m, the chance that any
//! of them lets a menu through that is beyond a budget is at most 1 - C: every menu that is looked at depends
//! on the search events alone.

use super::score::Side;
use crate::error::Result;
use crate::explore::QuotedMenu;
use crate::merit::{Interval, MenuFigure, one_sided_deviations};
use crate::plan::Configuration;
use crate::plan::menu::{MenuEvents, Part};

/// The ladder of margins unless a study says otherwise; one look at the validation events for each.
///
/// In units of the error that the validation events are expected to have at the budget, beyond the margin
/// at which a menu that is as good on them as on the search events just passes. Steps grow: a heavy event
/// among the validation events moves all looks the same way, and a small further step would not help then.
pub const MARGINS: [f64; 4] = [0.0, 1.0, 3.0, 6.0];

/// A budget that looks judge.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedBudget {
    pub figure: MenuFigure,
    pub bound: f64,
    pub side: Side,
    /// From 0.5 to below 1; none: the figure of all events is to be within it.
    pub confidence: Option<f64>,
}

/// Budgets of one column of a menu, on its events.
#[derive(Debug, Clone, Copy)]
pub struct JudgedColumn<'a> {
    pub events: &'a MenuEvents,
    pub budgets: &'a [JudgedBudget],
}

/// What a search found: `menu` is its own name for the configurations.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<T> {
    pub menu: T,
    /// One a column.
    pub at: Vec<Configuration>,
}

/// All looks, up to the first that passed.
#[derive(Debug, Clone, PartialEq)]
pub struct Validation<T> {
    /// What the search finds within the budgets themselves, without confidence; none: nothing, and there
    /// is no look then.
    pub plain: Option<Found<T>>,
    pub looks: Vec<Look<T>>,
}

/// One search with tightened budgets, and one look at the validation events.
#[derive(Debug, Clone, PartialEq)]
pub struct Look<T> {
    /// As in [`MARGINS`].
    pub margin: f64,
    /// The tightened budgets.
    pub bounds: Vec<f64>,
    /// None: the search found nothing within these.
    pub found: Option<Found<T>>,
    /// Budget by budget; nothing where nothing was found.
    pub judged: Vec<Judged>,
}

/// A budget's figure of a menu that was looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    pub search: f64,
    pub validation: f64,
    /// On the validation events.
    pub sigma: f64,
    /// One-sided, on the validation events, at the level of one look.
    pub limit: f64,
    pub holds: bool,
}

impl<T> Validation<T> {
    /// The look that passed.
    pub fn reported(&self) -> Option<&Look<T>> {
        self.looks.last().filter(|look| look.passed())
    }
}

impl<T> Look<T> {
    pub fn passed(&self) -> bool {
        self.found.is_some() && self.judged.iter().all(|j| j.holds)
    }
}

impl Judged {
    /// How much better the menu looks on the events that chose it, where less is better.
    pub fn optimism(&self) -> f64 {
        self.search - self.validation
    }
}

impl JudgedBudget {
    /// The level of one of so many looks; none: it is to hold without a confidence.
    pub fn level(&self, looks: u32) -> Option<f64> {
        let level = |confidence| 1.0 - (1.0 - confidence) / f64::from(looks);
        self.confidence.map(level)
    }

    /// The budget tightened so that a figure there is judged to hold, and by `margin` standard errors more;
    /// `sigma` is what the validation events' error is expected to be at the bound.
    ///
    /// Wilson's limit is the budget itself where the figure is the quantile of the level below it. Further
    /// errors are those of counts, which shrink with the rate, so that a budget of a few events is never
    /// tightened below 0.
    fn tightened(&self, sigma: f64, looks: u32, margin: f64) -> f64 {
        let deviations = self.level(looks).map_or(0.0, one_sided_deviations);
        let passing = deviations * sigma;
        match self.side {
            Side::AtLeast => self.bound + passing + margin * sigma,
            Side::AtMost if passing >= self.bound => self.bound.min(0.0),
            Side::AtMost => {
                // x + margin sigma sqrt(x / bound) = bound - passing
                let b = margin * sigma / self.bound.sqrt();
                let root = 0.5 * ((b * b + 4.0 * (self.bound - passing)).sqrt() - b);
                // Rounding makes no budget wider.
                (root * root).min(self.bound - passing)
            }
        }
    }

    fn judge(&self, menus: &LookedAt, looks: u32) -> Judged {
        let LookedAt {
            search,
            validation,
            all,
        } = menus;
        let value = |menu: &QuotedMenu| menu.value(self.figure).unwrap_or(f64::NAN);
        let limits = match self.level(looks) {
            Some(level) => validation.one_sided(self.figure, level),
            None => Some(Interval {
                low: value(all),
                high: value(all),
            }),
        };
        let (limit, holds) = match (limits, self.side) {
            (None, _) => (f64::NAN, false),
            (Some(limits), Side::AtMost) => (limits.high, limits.high <= self.bound),
            (Some(limits), Side::AtLeast) => (limits.low, limits.low >= self.bound),
        };
        let own = value(validation);
        Judged {
            search: value(search),
            validation: own,
            sigma: validation.sigma_at(self.figure, own).unwrap_or(f64::NAN),
            limit,
            holds,
        }
    }
}

/// Looks at what is found at each of the ascending margins, until a look passes. `search` gives the best menu on the search events
/// within bounds for each of the budgets, column after column, or none; it must not use the validation events in any way.
///
/// # Errors
/// Those of the search, and of quoting.
pub fn validate<T>(
    columns: &[JudgedColumn<'_>],
    margins: &[f64],
    mut search: impl FnMut(&[f64]) -> Result<Option<Found<T>>>,
) -> Result<Validation<T>> {
    let budgets = || columns.iter().flat_map(|column| column.budgets);
    let own: Vec<f64> = budgets().map(|b| b.bound).collect();
    let plain = search(&own)?;
    let mut all = Validation {
        plain,
        looks: Vec::new(),
    };
    let Some(plain) = &all.plain else {
        return Ok(all);
    };
    let looks = margins.len() as u32;
    let mut sigmas = Vec::new();
    for (column, at) in columns.iter().zip(&plain.at) {
        sigmas.extend(column.expected_sigmas(at)?);
    }
    for &margin in margins {
        let bounds = budgets().zip(&sigmas);
        let bounds = bounds.map(|(b, sigma)| b.tightened(*sigma, looks, margin));
        let bounds: Vec<f64> = bounds.collect();
        let found = search(&bounds)?;
        let mut judged = Vec::new();
        let at = found.iter().flat_map(|found| &found.at);
        for (column, at) in columns.iter().zip(at) {
            let quote = |part| column.events.quote(part, &at.levels, &at.kept_shares);
            let menus = LookedAt {
                search: quote(Part::Search)?,
                validation: quote(Part::Validation)?,
                all: quote(Part::All)?,
            };
            let own = column.budgets.iter();
            judged.extend(own.map(|b| b.judge(&menus, looks)));
        }
        all.looks.push(Look {
            margin,
            bounds,
            found,
            judged,
        });
        if all.reported().is_some() {
            break;
        }
    }
    Ok(all)
}

/// A menu that is looked at.
struct LookedAt {
    search: QuotedMenu,
    validation: QuotedMenu,
    all: QuotedMenu,
}

impl JudgedColumn<'_> {
    /// The errors that figures will have at their bounds, from a menu on the search events: those of the
    /// validation events, or by which all events differ from the search's.
    fn expected_sigmas(&self, at: &Configuration) -> Result<Vec<f64>> {
        let seen = self
            .events
            .quote(Part::Search, &at.levels, &at.kept_shares)?;
        let share = self.events.split.map_or(0.0, |s| s.share);
        let expected = |b: &JudgedBudget| {
            let sigma = seen.sigma_at(b.figure, b.bound);
            match b.confidence {
                Some(_) => sigma.map_or(f64::INFINITY, |s| ((1.0 - share) / share).sqrt() * s),
                // A figure whose error is not known has no margin: looks alone judge it.
                None => share.sqrt() * sigma.filter(|s| s.is_finite()).unwrap_or(0.0),
            }
        };
        Ok(self.budgets.iter().map(expected).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merit::Quantity;

    #[test]
    fn a_figure_at_the_tightened_budget_just_passes() {
        // 100 of 1000 kHz; events by how many are expected at the budget.
        for events in [100.0, 500.0, 3000.0] {
            let sigma = 1e3 * (0.1f64 * 0.9 / events).sqrt();
            let mut budget = JudgedBudget {
                figure: MenuFigure::RateKhz(Quantity::Total),
                bound: 100.0,
                side: Side::AtMost,
                confidence: Some(0.95),
            };
            let central = 2.0 * budget.level(4).unwrap() - 1.0;
            let limits = |khz: f64| Interval::wilson(khz / 1e3 * events, events, central);
            let most = budget.tightened(sigma, 4, 0.0);
            assert!((1e3 * limits(most).high - 100.0).abs() < 1e-6);
            budget.side = Side::AtLeast;
            let least = budget.tightened(sigma, 4, 0.0);
            assert!((1e3 * limits(least).low - 100.0).abs() < 1e-6);
        }
    }

    #[test]
    fn without_a_confidence_only_margins_tighten() {
        for side in [Side::AtMost, Side::AtLeast] {
            let budget = JudgedBudget {
                figure: MenuFigure::Purity,
                bound: 0.5,
                side,
                confidence: None,
            };
            assert_eq!(budget.tightened(0.1, 4, 0.0), 0.5);
            // Of an unknown error.
            assert_eq!(budget.tightened(0.0, 4, 6.0), 0.5);
            let by = (budget.tightened(0.1, 4, 1.0) - 0.5).abs();
            assert!((0.08..=0.1).contains(&by), "{side:?}: {by}");
        }
    }

    #[test]
    fn margins_tighten_and_leave_something() {
        let budget = JudgedBudget {
            figure: MenuFigure::Acceptance,
            bound: 10.0,
            side: Side::AtMost,
            confidence: Some(0.9),
        };
        for sigma in [0.1, 2.0, 4.0, 5.0] {
            let at = |margin| budget.tightened(sigma, 4, margin);
            assert!(at(0.0) > at(1.0) && at(1.0) > at(3.0) && at(3.0) > 0.0);
        }
        // Too few events for any count to show it.
        assert_eq!(budget.tightened(8.0, 4, 1.0), 0.0);
        assert_eq!(budget.tightened(f64::INFINITY, 4, 0.0), 0.0);
    }
}
