//! The page: every figure, the marks' figures as a table, and how the result was made.

use super::figure::Figure;
use super::input::Input;
use super::kept;
use super::landscape;
use super::marks;
use super::menu::{self, Sheet};
use super::names;
use super::number;
use super::optimum;
use crate::error::{Error, Result};
use crate::results::Manifest;
use crate::results::summary::{Extreme, Mark};
use minijinja::Environment;
use minijinja::value::Serde;
use serde::Serialize;

/// The line by which a folder of figures is recognised as written by this module.
pub const GENERATOR: &str = "<meta name=\"generator\" content=\"trigscape report\">";

/// What the template is given.
#[derive(Serialize)]
struct Content<'a> {
    manifest: &'a Manifest,
    /// Of an optimisation.
    optimum: Option<Found>,
    marks: &'a [Mark],
    figures: Vec<Shown>,
    /// Tables of the points kept and of the menu.
    sheets: Vec<Sheet>,
    /// Which points are kept; empty where all are.
    kept: String,
    /// The marks' figures: those that the tables of points have, then the others.
    mark_parts: Vec<Vec<Row>>,
    base_rows: Vec<Row>,
    axes: Vec<Row>,
    /// What F1 counts as relevant, where there is an F1.
    relevant: Vec<String>,
    prepare: String,
    explore: String,
}

/// The section of an optimisation.
#[derive(Serialize)]
struct Found {
    sentences: Vec<String>,
    sheets: Vec<Sheet>,
    figures: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    name: String,
    title: String,
    notes: Vec<String>,
    svg: String,
}

#[derive(Serialize)]
struct Row {
    label: String,
    name: String,
    unit: String,
    cells: Vec<String>,
}

/// The page as one HTML document; `figures` with their SVG, those of an optimisation first.
pub fn page(input: &Input, figures: &[(&Figure, String)]) -> Result<String> {
    let mut shown: Vec<Shown> = figures
        .iter()
        .map(|(figure, svg)| Shown {
            name: figure.name.clone(),
            title: figure.title.clone(),
            notes: figure.notes.clone(),
            svg: svg.clone(),
        })
        .collect();
    let manifest = &input.manifest;
    let optimum = input.optimum.as_ref().map(|optimum| {
        let others = shown.split_off(optimum::figures(optimum).len().min(shown.len()));
        Found {
            sentences: optimum::sentences(optimum),
            sheets: optimum::sheets(optimum),
            figures: std::mem::replace(&mut shown, others),
        }
    });
    let (first, more) = mark_rows(input)
        .into_iter()
        .partition(|row| shown_first(input, &row.name));
    let mut sheets: Vec<Sheet> = kept::sheet(input)?.into_iter().collect();
    sheets.extend(input.menu.iter().flat_map(menu::sheets));
    let content = Content {
        manifest,
        optimum,
        marks: &input.summary.marks,
        figures: shown,
        sheets,
        kept: kept::sentence(input),
        mark_parts: vec![first, more]
            .into_iter()
            .filter(|rows: &Vec<Row>| !rows.is_empty())
            .collect(),
        base_rows: base_rows(input),
        axes: axis_rows(input),
        relevant: match input.figure("f1") {
            Some(_) => landscape::about(input, &["f1"], &[]),
            None => Vec::new(),
        },
        prepare: number::significant(manifest.timings_s.prepare, 3),
        explore: number::significant(manifest.timings_s.explore, 3),
    };
    let failed = |e: minijinja::Error| Error::failed("writing the page", e);
    let mut environment = Environment::new();
    // The name's ending makes every value escaped but the SVGs, which the template calls safe.
    environment
        .add_template("page.html", include_str!("page.html"))
        .map_err(failed)?;
    let text = environment
        .get_template("page.html")
        .and_then(|template| template.render(Serde(&content)))
        .map_err(failed)?;
    Ok(text.replacen("<!-- generator -->", GENERATOR, 1))
}

fn shown_first(input: &Input, name: &str) -> bool {
    input.figure(name).is_some() || input.manifest.axes.iter().any(|a| a.name == name)
}

/// One row for each axis and each figure that a mark has, one cell for each mark.
fn mark_rows(input: &Input) -> Vec<Row> {
    let marks = &input.summary.marks;
    let mut rows: Vec<Row> = input
        .manifest
        .axes
        .iter()
        .map(|axis| Row {
            label: names::label(&axis.name),
            name: axis.name.clone(),
            unit: unit(&axis.unit),
            cells: marks
                .iter()
                .map(|m| marks::axis_value(m, &axis.name).map_or("–".into(), number::plain))
                .collect(),
        })
        .collect();
    let Some(first) = marks.first() else {
        return rows;
    };
    for (name, entry) in in_order(input, &first.own.figures) {
        let raw = entry.get("unit").and_then(|u| u.as_str()).unwrap_or("");
        let largest = marks
            .iter()
            .filter_map(|m| m.own.value(name))
            .fold(0.0, |a, v| f64::max(a, v.abs()));
        let scale = number::si(largest, raw);
        let cell = |m: &Mark| {
            let Some(value) = m.own.value(name) else {
                return "–".to_owned();
            };
            let sigma = m
                .own
                .figures
                .get(name)
                .and_then(|f| f.get("sigma")?.as_f64());
            let mut text = number::significant(value * scale.factor, 4);
            if let Some(sigma) = sigma {
                text += &format!(" ± {}", number::significant(sigma * scale.factor, 2));
            }
            if marks::is_hollow(m, name) {
                text.push('*');
            }
            text
        };
        rows.push(Row {
            label: names::label(name),
            name: name.clone(),
            unit: unit(&scale.unit),
            cells: marks.iter().map(cell).collect(),
        });
    }
    rows
}

/// The figures of a point: those of the tables in their order, then the others.
fn in_order<'a>(
    input: &Input,
    figures: &'a serde_json::Map<String, serde_json::Value>,
) -> Vec<(&'a String, &'a serde_json::Value)> {
    let place = |name: &str| {
        let known = input.manifest.figures.iter().position(|f| f.name == name);
        known.unwrap_or(usize::MAX)
    };
    let mut figures: Vec<_> = figures.iter().collect();
    figures.sort_by_key(|(name, _)| place(name));
    figures
}

/// One row for each figure: at the study's own values, smallest and largest over the design.
fn base_rows(input: &Input) -> Vec<Row> {
    let summary = &input.summary;
    let at = |extreme: &Extreme, factor: f64| {
        let point: Vec<String> = extreme
            .point
            .iter()
            .map(|(knob, v)| format!("{} {}", names::label(knob), number::plain(*v)))
            .collect();
        let value = number::significant(extreme.value * factor, 4);
        format!("{value} ({})", point.join(", "))
    };
    let rows = summary.extremes.iter().map(|e| {
        let value = |x: &Option<Extreme>| x.as_ref().map_or(0.0, |x| x.value.abs());
        let scale = number::si(value(&e.min).max(value(&e.max)), &e.unit);
        let cell = |x: &Option<Extreme>| x.as_ref().map_or("–".into(), |x| at(x, scale.factor));
        let own = summary.base.value(&e.figure);
        Row {
            label: names::label(&e.figure),
            name: e.figure.clone(),
            unit: unit(&scale.unit),
            cells: vec![
                own.map_or("–".into(), |v| number::significant(v * scale.factor, 4)),
                cell(&e.min),
                cell(&e.max),
            ],
        }
    });
    rows.collect()
}

fn axis_rows(input: &Input) -> Vec<Row> {
    let axes = input.manifest.axes.iter().map(|axis| {
        let values = match (&axis.equals, axis.values.as_slice()) {
            (Some(formula), _) => format!("= {formula}"),
            (None, [first, .., last]) => format!(
                "{} values from {} to {}",
                axis.values.len(),
                number::plain(*first),
                number::plain(*last)
            ),
            (None, [only]) => number::plain(*only),
            (None, []) => "chosen by the design".into(),
        };
        Row {
            label: names::label(&axis.name),
            name: axis.name.clone(),
            unit: unit(&axis.unit),
            cells: vec![values],
        }
    });
    axes.collect()
}

fn unit(unit: &str) -> String {
    if unit == "1" {
        String::new()
    } else {
        unit.to_owned()
    }
}
