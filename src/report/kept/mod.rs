//! Of a design of which some points are kept: the first of them, their front, histograms.

mod front;
mod histogram;

use super::figure::Figure;
use super::input::Input;
use super::menu::Sheet;
use super::{names, number};
use crate::error::Result;
use crate::results::Table;
use crate::results::table::file_name;

/// Rows of the page's table; the tables on disk have all.
const ROWS: usize = 25;

/// Whether the tables hold every point, as landscapes need.
pub fn holds_all(input: &Input) -> bool {
    input.has_points() && input.manifest.keep.what == "all"
}

/// Every figure of what was kept.
pub fn figures(input: &Input) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    if input.has_points() && input.manifest.keep.what == "pareto" {
        figures.extend(front::front(input, &first_table(input)?));
    }
    let histograms = input.histograms.iter().flat_map(|h| &h.histograms);
    figures.extend(histograms.filter_map(|h| histogram::histogram(input, h)));
    Ok(figures)
}

/// The first rows as a table of the page; `None` where all points are kept, or none.
pub fn sheet(input: &Input) -> Result<Option<Sheet>> {
    if !input.has_points() {
        return Ok(None);
    }
    let keep = &input.manifest.keep;
    let title = match keep.what.as_str() {
        "best" => format!("Best by {}", labels(input)),
        "pareto" => format!("Pareto front of {}", labels(input)),
        "feasible" => "Feasible points".to_owned(),
        _ => return Ok(None),
    };
    let table = first_table(input)?;
    if table.rows() == 0 {
        return Ok(None);
    }
    let manifest = &input.manifest;
    let axes = manifest.axes.iter().map(|a| (&a.name, &a.unit));
    let figures = manifest.figures.iter().map(|f| (&f.name, &f.unit));
    let columns: Vec<_> = axes.chain(figures).collect();
    let heads = columns
        .iter()
        .map(|(name, unit)| number::with_unit(&names::label(name), unit));
    let index = table.index.as_deref().unwrap_or_default();
    let row = |(i, index): (usize, &u64)| {
        let cell = |(name, _): &(&String, &String)| {
            let value = table.column(name).map(|column| column[i]);
            value.map_or("–".to_owned(), |v| number::significant(v, 6))
        };
        let cells = columns.iter().map(cell);
        std::iter::once(index.to_string()).chain(cells).collect()
    };
    let kept = input.summary.kept.unwrap_or(0);
    Ok(Some(Sheet {
        title,
        note: match kept {
            n if n > ROWS as u64 => format!("The first {ROWS} of {n} points that are kept."),
            _ => String::new(),
        },
        header: std::iter::once("Point".to_owned()).chain(heads).collect(),
        numbers_from: 1,
        rows: index.iter().enumerate().take(ROWS).map(row).collect(),
    }))
}

/// What was kept, in a sentence; empty where all points are, and no budget was given.
pub fn sentence(input: &Input) -> String {
    let (keep, summary) = (&input.manifest.keep, &input.summary);
    let Some(feasible) = summary.feasible.filter(|_| input.has_points()) else {
        return String::new();
    };
    let mut text = match keep.what.as_str() {
        "best" => format!("the best by {}", labels(input)),
        "pareto" => format!("the Pareto front of {}", labels(input)),
        "histogram" => format!("histograms of {}", labels(input)),
        what => what.to_owned(),
    };
    if let Some(kept) = summary.kept {
        text += &format!(", {kept} points");
    }
    if !keep.budgets.is_empty() {
        let budgets: Vec<String> = keep.budgets.iter().map(|b| b.text(number::plain)).collect();
        text += &format!("; {feasible} points are feasible: {}", budgets.join(", "));
    }
    text
}

fn labels(input: &Input) -> String {
    let label = |by: &String| match by.strip_prefix('-') {
        Some(name) => format!("smallest {}", names::inner(&names::label(name))),
        None => names::inner(&names::label(by)),
    };
    let labels: Vec<String> = input.manifest.keep.by.iter().map(label).collect();
    labels.join(", ")
}

/// The first block on disk.
fn first_table(input: &Input) -> Result<Table> {
    let whole = input.folder.join(file_name(0));
    if whole.exists() {
        return Table::read(&whole);
    }
    let is_block = |path: &std::path::PathBuf| {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        name.is_some_and(|n| n.starts_with("points-") && n.ends_with(".parquet"))
    };
    let entries = std::fs::read_dir(&input.folder).into_iter().flatten();
    let paths = entries.flatten().map(|entry| entry.path());
    match paths.filter(is_block).min() {
        Some(first) => Table::read(&first),
        None => Table::read(&whole),
    }
}
