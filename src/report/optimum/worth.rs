//! What paths are worth at the best point: the loss without each, and the gain for a kHz more.

use super::Column;
use super::quantity::Quantity;
use super::row_bars::RowBars;
use crate::report::colour::{BLACK, BLUE, VERMILION};
use crate::report::figure::{Data, Figure};
use crate::report::legend::{Key, Legend};
use crate::report::number;
use crate::results::Optimum;
use crate::results::optimum::PathWorth;

/// Paths in one figure; the data file has all.
const PATHS: usize = 24;
/// The figure whose budget has a price for each kHz.
const TOTAL: &str = "rate_khz.total";

/// Bars of what the objective loses without each path, the largest first; `None` without paths.
pub fn losses(optimum: &Optimum, column: Column<'_>) -> Option<Figure> {
    let objective = optimum.worth_of.as_ref().unwrap_or(&optimum.objective);
    let losses = optimum.paths.iter().map(|p| p.loss_if_dropped);
    let quantity = Quantity::over(&objective.name, &objective.unit, losses)?;
    let mut paths: Vec<&PathWorth> = optimum.paths.iter().collect();
    paths.sort_by(|a, b| b.loss_if_dropped.total_cmp(&a.loss_if_dropped));
    let (shown, rest) = paths.split_at(paths.len().min(PATHS));
    let bars = shown.iter().map(|p| vec![Some(p.loss_if_dropped)]);
    let mut notes = vec![format!(
        "By how much {} becomes worse where a path is left out and all others stay as they are.",
        quantity.inner()
    )];
    if let Some(next) = rest.first() {
        notes.push(format!(
            "The {} largest; without any one of the other {} the loss is at most {}.",
            shown.len(),
            rest.len(),
            quantity.text(next.loss_if_dropped, 2)
        ));
    }
    let chart = RowBars {
        x: format!("Loss of {}", quantity.inner()),
        unit: quantity.unit.clone(),
        factor: quantity.factor,
        names: shown.iter().map(|p| p.path.clone()).collect(),
        bars: bars.collect(),
        line: None,
        logarithmic: false,
        legend: Legend {
            title: column.title("What each path is worth: the loss if it is dropped"),
            entries: Vec::new(),
            notes,
        },
    };
    let mut data = Data::new([
        "path".to_owned(),
        "group".to_owned(),
        number::with_unit(&format!("loss of {}", objective.name), &objective.unit),
    ]);
    data.rows = paths
        .iter()
        .map(|p| {
            let group = p.group.as_deref().unwrap_or("");
            vec![
                p.path.as_str().into(),
                group.into(),
                p.loss_if_dropped.into(),
            ]
        })
        .collect();
    chart.draw(&column.file("optimum-path-losses"), data)
}

/// Bars of what the objective gains for a kHz more of each path, and loses for a kHz less, the largest
/// gain first; `None` where no path has either.
pub fn gains(optimum: &Optimum, column: Column<'_>) -> Option<Figure> {
    let objective = optimum.worth_of.as_ref().unwrap_or(&optimum.objective);
    let mut paths: Vec<&PathWorth> = optimum
        .paths
        .iter()
        .filter(|p| p.gain_per_khz.is_some() || p.cost_per_khz.is_some())
        .collect();
    let key = |p: &PathWorth| p.gain_per_khz.unwrap_or(f64::NEG_INFINITY);
    paths.sort_by(|a, b| key(b).total_cmp(&key(a)));
    let values = paths.iter().flat_map(|p| [p.gain_per_khz, p.cost_per_khz]);
    let quantity = Quantity::over(&objective.name, &objective.unit, values.flatten())?;
    let (shown, rest) = paths.split_at(paths.len().min(PATHS));
    let bar = |colour| Key::Line {
        colour,
        width: 12.0,
        dashed: false,
    };
    let mut entries = vec![
        (bar(BLUE), "Gain for a kHz more".to_owned()),
        (bar(VERMILION), "Loss for a kHz less".to_owned()),
    ];
    let total = optimum.budgets.iter().filter(|b| b.figure == TOTAL);
    let price = total.filter_map(|b| b.price).find(|p| p.is_finite());
    // A price is of the objective.
    let price = price.filter(|_| optimum.worth_of.is_none());
    let per_khz = |unit: &str| match unit {
        "" | "1" => "1/kHz".to_owned(),
        unit => format!("{unit}/kHz"),
    };
    let unit = per_khz(&quantity.unit);
    if let Some(price) = price {
        let key = Key::Line {
            colour: BLACK,
            width: 2.5,
            dashed: true,
        };
        let value = quantity.text(price, 3);
        entries.push((key, format!("Price of the budget: {value} per kHz")));
    }
    let mut notes = vec![
        "One step of the path's threshold down and up, over the change of the total rate. – : its ladder \
         ends there."
            .to_owned(),
    ];
    if !rest.is_empty() {
        notes.push(format!(
            "The {} largest gains of {} paths; all are in the data file.",
            shown.len(),
            paths.len()
        ));
    }
    let bars = shown.iter().map(|p| vec![p.gain_per_khz, p.cost_per_khz]);
    let chart = RowBars {
        x: format!("Change of {} per kHz", quantity.inner()),
        unit,
        factor: quantity.factor,
        names: shown.iter().map(|p| p.path.clone()).collect(),
        bars: bars.collect(),
        line: price,
        logarithmic: true,
        legend: Legend {
            title: column.title(&format!(
                "What a kHz is worth: {} per kHz of each path",
                quantity.inner()
            )),
            entries,
            notes,
        },
    };
    let unit = per_khz(&objective.unit);
    let of = |what: &str| number::with_unit(&format!("{what} of {}", objective.name), &unit);
    let mut data = Data::new([
        "path".to_owned(),
        "group".to_owned(),
        of("gain"),
        of("cost"),
    ]);
    data.rows = paths
        .iter()
        .map(|p| {
            let group = p.group.as_deref().unwrap_or("");
            let numbers = [p.gain_per_khz.into(), p.cost_per_khz.into()];
            [p.path.as_str().into(), group.into()]
                .into_iter()
                .chain(numbers)
                .collect()
        })
        .collect();
    chart.draw(&column.file("optimum-gain-per-khz"), data)
}
