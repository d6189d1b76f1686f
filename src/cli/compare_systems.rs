//! `trigscape compare` of two systems: what differs in them, and what it does to every figure.

use super::number::{readable, with_unit};
use super::table::{TextTable, print, print_json};
use crate::engine::Engine;
use crate::error::Result;
use crate::explore::{QuotedFigure, study_figures};
use crate::plan::compile;
use crate::study::Study;
use crate::system::{Field, Knob, System};
use serde_json::{Map, Value, json};

/// A system at its study's own values.
struct Side {
    study: Study,
    system: System,
    figures: Vec<QuotedFigure>,
}

/// A number that the systems have with different values; none where one has no such node.
struct Change {
    knob: String,
    unit: &'static str,
    values: [Option<f64>; 2],
}

/// Compares the systems of two studies without menus.
pub fn run(a: Study, b: Study, engine: &dyn Engine, as_json: bool) -> Result<()> {
    let sides = [side(a, engine)?, side(b, engine)?];
    let changes = changes(&sides[0].system, &sides[1].system);
    if as_json {
        return print_json(&to_json(&sides, &changes));
    }
    let mut text = String::new();
    for (letter, side) in ["A", "B"].iter().zip(&sides) {
        let path = side.study.source.path.display();
        text += &format!(
            "{letter}: {} ({path}), {}\n",
            side.study.name, side.system.base
        );
    }
    text += &format!("\n{}", changes_text(&changes));
    text += &format!("\n{}", figures_text(&sides));
    print(&text)
}

fn side(study: Study, engine: &dyn Engine) -> Result<Side> {
    let compiled = compile(&study)?;
    let figures = study_figures(&study, &compiled, None, engine)?;
    let Some(system) = compiled.system else {
        return Err(study
            .system()
            .err()
            .unwrap_or_else(|| crate::Error::failed("comparing", "the study has no system")));
    };
    Ok(Side {
        study,
        system,
        figures,
    })
}

/// The numbers of nodes that differ, in the order of the first system, then of the second.
fn changes(a: &System, b: &System) -> Vec<Change> {
    let mut names: Vec<&str> = a.nodes.iter().map(|n| n.name.as_str()).collect();
    for node in &b.nodes {
        if !names.contains(&node.name.as_str()) {
            names.push(&node.name);
        }
    }
    let mut changes = Vec::new();
    let mut compare = |knob: String, unit, values: [Option<f64>; 2]| {
        if values[0] != values[1] {
            changes.push(Change { knob, unit, values });
        }
    };
    for name in names {
        let nodes = [a, b].map(|s| s.node_index(name));
        for field in Field::ALL {
            let knob = |node| Knob::Field { node, field };
            let value = |s: &System, node: Option<usize>| node.map(|n| s.nodes[n].value(field));
            let Some((system, node)) = nodes[0].map(|n| (a, n)).or(nodes[1].map(|n| (b, n))) else {
                continue;
            };
            let values = [value(a, nodes[0]), value(b, nodes[1])];
            compare(system.address(knob(node)), system.unit(knob(node)), values);
        }
    }
    compare(
        a.address(Knob::Year),
        a.unit(Knob::Year),
        [Some(a.year), Some(b.year)],
    );
    changes
}

fn changes_text(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "no number differs\n".to_owned();
    }
    let mut table = TextTable::default();
    table.row(["differs", "A", "B"]);
    for change in changes {
        let [a, b] = change.values.map(|v| v.map_or("-".to_owned(), readable));
        table.row([with_unit(&change.knob, change.unit), a, b]);
    }
    table.text()
}

/// A figure of both systems.
struct Paired<'s> {
    name: &'s str,
    unit: &'static str,
    values: [Option<f64>; 2],
    /// Of the difference, where scores are sampled.
    sigma: Option<f64>,
}

impl Paired<'_> {
    fn difference(&self) -> Option<f64> {
        let [a, b] = self.values;
        a.zip(b).map(|(a, b)| b - a)
    }

    fn ratio(&self) -> Option<f64> {
        let [a, b] = self.values;
        a.zip(b).filter(|(a, _)| *a != 0.0).map(|(a, b)| b / a)
    }
}

/// The figures of both under one name, those of A first.
fn paired(sides: &[Side; 2]) -> Vec<Paired<'_>> {
    let [a, b] = sides;
    let find = |side: &'_ Side, name: &str| side.figures.iter().position(|f| f.name == name);
    let only_b = b.figures.iter().filter(|f| find(a, &f.name).is_none());
    let pair = |figure: &'_ QuotedFigure| {
        let of = [a, b].map(|side| find(side, &figure.name).map(|i| &side.figures[i]));
        let sigma = of.iter().flatten().map(|f| f.sigma);
        let sigma = sigma.fold(0.0, f64::hypot);
        (
            of.map(|f| f.map(|f| f.value).filter(|x| x.is_finite())),
            Some(sigma).filter(|s| s.is_finite()),
        )
    };
    let paired = |figure| {
        let (values, sigma) = pair(figure);
        Paired {
            name: &figure.name,
            unit: figure.unit,
            values,
            sigma,
        }
    };
    a.figures.iter().chain(only_b).map(paired).collect()
}

/// The figures that differ.
fn figures_text(sides: &[Side; 2]) -> String {
    let all = paired(sides);
    let differs = |p: &&Paired| p.values[0] != p.values[1];
    let shown: Vec<&Paired> = all.iter().filter(differs).collect();
    let estimated = shown.iter().any(|p| p.sigma.is_some());
    let told = |x: Option<f64>| x.map_or("-".to_owned(), readable);
    let mut table = TextTable::default();
    let head = ["figure", "A", "B", "B - A", "B / A"];
    table.row(
        head.into_iter()
            .chain(estimated.then_some("sigma of B - A")),
    );
    for figure in &shown {
        let cells = [
            with_unit(figure.name, figure.unit),
            told(figure.values[0]),
            told(figure.values[1]),
            told(figure.difference()),
            told(figure.ratio()),
        ];
        let sigma = estimated.then(|| told(figure.sigma));
        table.row(cells.into_iter().chain(sigma));
    }
    let silent = all.len() - shown.len();
    format!("{}\n{silent} more figures are the same\n", table.text())
}

fn to_json(sides: &[Side; 2], changes: &[Change]) -> Value {
    let side = |side: &Side| {
        json!({
            "study": side.study.name,
            "file": side.study.source.path.display().to_string(),
            "base": side.system.base,
        })
    };
    let figures: Map<String, Value> = paired(sides)
        .into_iter()
        .map(|figure| {
            let [a, b] = figure.values;
            let entry = json!({
                "a": a, "b": b, "difference": figure.difference(), "sigma": figure.sigma,
                "unit": figure.unit,
            });
            (figure.name.to_owned(), entry)
        })
        .collect();
    let changes: Map<String, Value> = changes
        .iter()
        .map(|c| {
            let entry = json!({ "a": c.values[0], "b": c.values[1], "unit": c.unit });
            (c.knob.clone(), entry)
        })
        .collect();
    json!({ "a": side(&sides[0]), "b": side(&sides[1]), "changes": changes, "figures": figures })
}
