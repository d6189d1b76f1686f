//! Figures and one page from a results directory, read from disk only.
//!
//! Every figure is written as SVG and PNG, with its data as CSV beside it. The same results give
//! the same bytes. What the results do not hold (an axis, a figure, marks) is left out.

mod bar;
mod bars;
mod colour;
mod contour;
mod curve;
mod figure;
mod folder;
mod frame;
mod input;
mod isolines;
mod kept;
mod landscape;
mod legend;
mod marks;
mod menu;
mod mesh;
mod names;
mod number;
mod optimum;
mod page;
mod rates;
mod rows;
mod scene;
mod scores;
mod surface;
mod ticks;
mod wall_times;

pub use rates::{RateBar, rate_chart};

use crate::error::Result;
use crate::merit::SIGMA;
use crate::results::manifest::FigureRecord;
use figure::{Cell, Data, Figure};
use folder::Folder;
use input::Input;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use surface::Surface;

/// The page's name in the folder of figures.
pub const PAGE: &str = "report.html";

/// Shown over the axes, in this order, as far as the tables have them.
const LANDSCAPES: [(&str, &str); 6] = [
    ("f1", "landscape-f1"),
    ("productivity_per_j", "landscape-productivity_per_j"),
    ("scaled_power_w", "power"),
    ("efficiency.mean", "landscape-efficiency.mean"),
    ("rate_khz.total", "landscape-rate_khz.total"),
    ("purity", "landscape-purity"),
];
/// How many figures are shown of tables that have none of the above.
const OTHERS: usize = 3;

/// Writes every figure that `results` has data for, and the page, into the folder `out`; returns
/// the files written, the page last.
///
/// The files are first written beside `out`, which is then replaced as a whole. A fault where
/// `results` is not a results directory, or where `out` exists and holds anything that this
/// function did not write; a failure where the disk refuses.
pub fn write(results: &Path, out: &Path) -> Result<Vec<PathBuf>> {
    let input = Input::read(results)?;
    let figures = figures(&input)?;
    let folder = Folder::create(out)?;
    let written = figures
        .par_iter()
        .map(|figure| figure.write(folder.path()))
        .collect::<Result<Vec<_>>>()?;
    let mut files = Vec::new();
    let mut shown = Vec::new();
    for (figure, (svg, names)) in figures.iter().zip(written) {
        shown.push((figure, svg));
        files.extend(names);
    }
    if !input.summary.marks.is_empty() {
        marks_data(&input).write(&folder.path().join("marks.csv"))?;
        files.push("marks.csv".into());
    }
    let page = page::page(&input, &shown)?;
    figure::write(&folder.path().join(PAGE), page.as_bytes())?;
    files.push(PAGE.into());
    folder.finish()?;
    Ok(files.into_iter().map(|name| out.join(name)).collect())
}

/// Every figure, in the order of the page.
fn figures(input: &Input) -> Result<Vec<Figure>> {
    let mut shown: Vec<(&str, String)> = LANDSCAPES
        .iter()
        .filter(|(figure, _)| input.figure(figure).is_some())
        .map(|(figure, name)| (*figure, (*name).to_owned()))
        .collect();
    if shown.is_empty() {
        let is_value = |f: &&FigureRecord| !f.name.ends_with(SIGMA);
        let others = input.manifest.figures.iter().filter(is_value).take(OTHERS);
        shown = others
            .map(|f| (f.name.as_str(), format!("landscape-{}", f.name)))
            .collect();
    }
    let columns: Vec<&str> = shown.iter().map(|(figure, _)| *figure).collect();
    let mut figures: Vec<Figure> = input.optimum.iter().flat_map(optimum::figures).collect();
    let surface = match kept::holds_all(input) {
        true => Surface::read(input, &columns)?,
        false => None,
    };
    figures.extend(kept::figures(input)?);
    if let Some(surface) = surface {
        if let [_, second] = surface.axes.as_slice() {
            figures.extend(
                shown
                    .iter()
                    .filter_map(|(f, name)| landscape::over_axes(input, &surface, f, name)),
            );
            let name = format!("f1-over-power-{}", landscape::short(second));
            figures.extend(landscape::over_figure(
                input,
                &surface,
                "f1",
                "scaled_power_w",
                &name,
            ));
        } else {
            figures.extend(
                columns
                    .iter()
                    .filter_map(|f| curve::curve(input, &surface, f)),
            );
        }
    }
    figures.extend(bars::bars(input, "productivity_per_j", "productivity-bars"));
    figures.extend(input.menu.iter().flat_map(menu::figures));
    figures.extend(input.summary.scores.iter().filter_map(scores::scores));
    figures.extend(
        input
            .summary
            .wall_times
            .iter()
            .filter_map(wall_times::wall_times),
    );
    number_twins(&mut figures);
    Ok(figures)
}

/// Names that became equal as file names get a number.
fn number_twins(figures: &mut [Figure]) {
    for k in 1..figures.len() {
        let (before, rest) = figures.split_at_mut(k);
        let name = rest[0].name.clone();
        let mut n = 2;
        while before.iter().any(|f| f.name == rest[0].name) {
            rest[0].name = format!("{name}-{n}");
            n += 1;
        }
    }
}

/// Each mark's own figures and the surface's at the same axis values, one row a figure.
fn marks_data(input: &Input) -> Data {
    let mut data = Data::new(["mark", "figure", "unit", "own", "surface"]);
    for mark in &input.summary.marks {
        let row = |name: &str, unit: &str, own: Cell, surface: Cell| {
            vec![
                mark.name.as_str().into(),
                name.into(),
                unit.into(),
                own,
                surface,
            ]
        };
        for axis in &input.manifest.axes {
            let own = mark.own.point.get(&axis.name).copied();
            let surface = mark.surface.point.get(&axis.name).copied();
            data.rows
                .push(row(&axis.name, &axis.unit, own.into(), surface.into()));
        }
        for (name, entry) in &mark.own.figures {
            let unit = entry.get("unit").and_then(|u| u.as_str()).unwrap_or("");
            let (own, surface) = (mark.own.value(name), mark.surface.value(name));
            data.rows.push(row(name, unit, own.into(), surface.into()));
        }
    }
    data
}

#[cfg(test)]
mod tests;
