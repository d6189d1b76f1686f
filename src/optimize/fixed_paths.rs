//! Paths that no axis moves: what they keep, no search can take back.

use crate::error::{Fault, Result};
use crate::merit::{MenuFigure, Quantity};
use crate::plan::menu::{MenuEvents, Part};
use crate::plan::{Configuration, MenuPoints};
use crate::space::{MenuBinding, Space};
use crate::study::{BudgetSettings, quoted};

/// Refuses a budget of the total rate that the paths that no axis moves exceed already.
///
/// # Errors
/// A [`Fault`] at the budget that names them; those of quoting.
pub fn refuse_fixed_paths(
    budgets: &[BudgetSettings],
    space: &Space,
    events: &MenuEvents,
    points: &MenuPoints,
) -> Result<()> {
    for budget in budgets {
        if let (Some(most), "rate_khz.total") = (budget.max, budget.figure.value.as_str()) {
            refuse(budget, most, space, events, points)?;
        }
    }
    Ok(())
}

fn refuse(
    budget: &BudgetSettings,
    most: f64,
    space: &Space,
    events: &MenuEvents,
    points: &MenuPoints,
) -> Result<()> {
    let mut moved = vec![false; points.paths()];
    for binding in space.axes.iter().flat_map(|axis| &axis.menu) {
        match *binding {
            MenuBinding::Thresholds(i) => moved[space.path_axes[i].path] = true,
            MenuBinding::Prescale(path) => moved[path] = true,
        }
    }
    let mut at = Configuration::default();
    let mut first = vec![0.0; space.axes.len()];
    space.coordinates(0, &mut first);
    points.configure(space, &first, &mut at);
    for (share, moved) in at.kept_shares.iter_mut().zip(&moved) {
        if *moved {
            *share = 0.0;
        }
    }
    let fixed = events.quote(Part::All, &at.levels, &at.kept_shares)?;
    let rate_of = |quantity| {
        let rate = fixed.value(MenuFigure::RateKhz(quantity));
        rate.unwrap_or(0.0)
    };
    let rate = rate_of(Quantity::Total);
    if rate <= most {
        return Ok(());
    }
    let paths = events.menu.paths.iter().enumerate();
    let fixed = paths.filter(|(path, _)| !moved[*path]);
    let mut alone: Vec<(f64, &str)> = fixed
        .map(|(path, own)| (rate_of(Quantity::Path(path)), own.name.as_str()))
        .filter(|(rate, _)| *rate > 0.0)
        .collect();
    alone.sort_by(|a, b| b.0.total_cmp(&a.0));
    let named = alone.into_iter().take(3);
    let named: Vec<String> = named
        .map(|(rate, name)| format!("{} {rate:.1} kHz", quoted(name)))
        .collect();
    let message = format!(
        "the paths that no axis moves keep {rate:.2} kHz, {:.2} kHz above this budget (largest: {})",
        rate - most,
        named.join(", ")
    );
    Err(Fault::new(budget.figure.place.clone(), message)
        .hint("give these paths axes or prescales, or raise the budget")
        .into())
}
