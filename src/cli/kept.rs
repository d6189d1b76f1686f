//! What an exploration has kept, as text.

use super::number::{grouped, readable, with_unit};
use super::table::TextTable;
use crate::explore::Finished;
use crate::results::Table;
use crate::results::manifest::KeepRecord;
use std::iter;

/// Rows that are shown.
const ROWS: usize = 10;

/// How many points are feasible and kept, and the first of them; empty where nothing was asked.
pub fn kept(finished: &Finished) -> String {
    let (keep, summary) = (&finished.manifest.keep, &finished.summary);
    let Some(feasible) = summary.feasible else {
        return String::new();
    };
    let mut text = String::new();
    let points = grouped(summary.points);
    if !keep.budgets.is_empty() {
        let budgets: Vec<String> = keep.budgets.iter().map(|b| b.text(readable)).collect();
        let budgets = budgets.join(", ");
        text += &match feasible {
            0 => format!("no point is feasible: none of {points} has {budgets}\n"),
            n => format!(
                "{} of {points} points are feasible: {budgets}\n",
                grouped(n)
            ),
        };
    }
    if let Some(kept) = summary.kept.filter(|_| feasible > 0) {
        text += &format!("{} points are kept\n", grouped(kept));
    }
    if let Some(table) = finished.rows.as_ref().filter(|t| t.rows() > 0) {
        text += &format!("\n{}", rows(finished, keep, table));
    }
    for histogram in finished.histograms.iter().flat_map(|h| &h.histograms) {
        let ends = [histogram.edges.first(), histogram.edges.last()];
        let [low, high] = ends.map(|x| x.map_or("-".to_owned(), |x| readable(*x)));
        text += &format!(
            "{}: {} bins from {low} to {high}, {} points below, {} above, {} without a value\n",
            with_unit(&histogram.figure, &histogram.unit),
            histogram.counts.len(),
            grouped(histogram.below),
            grouped(histogram.above),
            grouped(histogram.undefined)
        );
    }
    if text.is_empty() { text } else { text + "\n" }
}

/// Axes and the figures that decide, of the first rows.
fn rows(finished: &Finished, keep: &KeepRecord, table: &Table) -> String {
    let axes = finished.manifest.axes.iter().map(|a| (&a.name, &a.unit));
    let deciding = |name: &str| {
        let by = keep.by.iter().any(|by| by.trim_start_matches('-') == name);
        by || keep.budgets.iter().any(|b| b.figure == name)
    };
    let figures = finished.manifest.figures.iter();
    let figures = figures
        .filter(|f| deciding(&f.name))
        .map(|f| (&f.name, &f.unit));
    let shown: Vec<_> = axes.chain(figures).collect();
    let mut text = TextTable::default();
    let head = match keep.what.as_str() {
        "best" => format!("best by {}", keep.by.join(", ")),
        _ => "points".to_owned(),
    };
    text.row(iter::once(head).chain(shown.iter().map(|(name, unit)| with_unit(name, unit))));
    let index = table.index.as_deref().unwrap_or_default();
    for (i, index) in index.iter().enumerate().take(ROWS) {
        let cells = shown.iter().map(|(name, _)| {
            let column = table.column(name);
            column.map_or("-".to_owned(), |column| readable(column[i]))
        });
        text.row(iter::once(index.to_string()).chain(cells));
    }
    text.text()
}
