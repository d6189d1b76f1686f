//! `trigscape compare`: two menus, or a study's scenarios, on the same events; two systems.

use super::compare_systems;
use super::evaluate_menu::{finite, header, refuse_system_knobs, settings_json, with_sigma};
use super::machine::ThreadArguments;
use super::number::{grouped, readable, with_unit};
use super::table::{TextTable, print, print_json};
use crate::engine::cpu::CpuEngine;
use crate::error::{Fault, Result};
use crate::explore::{ComparedFigure, ComparedMenu, compare_menus};
use crate::merit::{Difference, Estimate};
use crate::study::{MenuChanges, Setting, Study, parse_override};
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct CompareArguments {
    /// The first study
    #[arg(value_name = "A.toml")]
    a: PathBuf,
    /// The second study [default: the scenarios of the first, and what --set changes in it]
    #[arg(value_name = "B.toml")]
    b: Option<PathBuf>,
    /// Set a knob of the second menu or system, for example menu.SingleMu22.pt=24; may be repeated
    #[arg(long, value_name = "KNOB=VALUE")]
    set: Vec<String>,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    threads: ThreadArguments,
}

pub fn run(arguments: &CompareArguments) -> Result<()> {
    arguments.threads.set_up()?;
    if let Some([a, b]) = systems(arguments)? {
        return compare_systems::run(a, b, &CpuEngine, arguments.json);
    }
    let set = arguments.set.iter().map(|text| parse_override(text));
    let set: Vec<Setting> = set.collect::<Result<_>>()?;
    let a = Study::load(&arguments.a, &[])?.in_one_column()?;
    refuse_system_knobs(&a)?;
    match &arguments.b {
        Some(b) => {
            let b = Study::load(b, &[])?.in_one_column()?;
            refuse_system_knobs(&b)?;
            run_pair(&a, b.with_changes(&set)?, arguments.json)
        }
        None => run_scenarios(&a, set, arguments.json),
    }
}

/// Two studies of systems alone; with one study, itself and what --set changes in it.
fn systems(arguments: &CompareArguments) -> Result<Option<[Study; 2]>> {
    let a = Study::load(&arguments.a, &[])?;
    let other = match &arguments.b {
        Some(b) => b,
        None if arguments.set.is_empty() => return Ok(None),
        None => &arguments.a,
    };
    if a.has_menu() || Study::load(other, &[])?.has_menu() {
        return Ok(None);
    }
    Ok(Some([a, Study::load(other, &arguments.set)?]))
}

fn run_pair(a: &Study, b: Study, as_json: bool) -> Result<()> {
    let others = [b];
    let compared = compare_menus(a, &others)?;
    let ([b], [compared]) = (&others, &compared[..]) else {
        return Ok(());
    };
    if as_json {
        let side = |study: &Study| {
            json!({
                "study": study.name,
                "file": study.source.path.display().to_string(),
                "point": settings_json(&study.menu_set),
            })
        };
        return print_json(&json!({
            "a": side(a),
            "b": side(b),
            "changes": changes_json(&compared.changes),
            "figures": figures_json(&compared.figures()),
        }));
    }
    let mut text = String::new();
    for (letter, study) in [("A", a), ("B", b)] {
        let path = study.source.path.display();
        text += &format!("{letter}: {} ({path})\n", study.name);
    }
    text += &head(compared);
    text += &format!("\n{}", changes_text(&compared.changes));
    text += &format!("\n{}", figures_text(&compared.figures()));
    print(&text)
}

/// A scenario: its name, what it sets.
type Scenario = (String, Vec<Setting>);

fn run_scenarios(study: &Study, set: Vec<Setting>, as_json: bool) -> Result<()> {
    let listed = study.scenarios.iter();
    let mut scenarios: Vec<Scenario> = listed.map(|s| (s.name.clone(), s.set.clone())).collect();
    if !set.is_empty() {
        scenarios.push(("--set".to_owned(), set));
    }
    if scenarios.is_empty() {
        return Err(Fault::in_file(&study.source.path, "nothing to compare with")
            .hint("name a second study, give --set menu.SingleMu22.pt=24, or add to the study [[scenario]] with name = \"tighter\" and set = { \"menu.SingleMu22.pt\" = 24 }")
            .into());
    }
    let changed = scenarios.iter().map(|(_, set)| study.with_changes(set));
    let compared = compare_menus(study, &changed.collect::<Result<Vec<_>>>()?)?;
    if as_json {
        let entries = scenarios.iter().zip(&compared);
        let entries: Vec<Value> = entries
            .map(|((name, set), compared)| {
                json!({
                    "name": name,
                    "point": settings_json(set),
                    "changes": changes_json(&compared.changes),
                    "figures": figures_json(&compared.figures()),
                })
            })
            .collect();
        return print_json(&json!({ "study": study.name, "scenarios": entries }));
    }
    let mut text = format!("{}: scenarios\n", study.name);
    text += &compared.first().map(head).unwrap_or_default();
    for ((name, _), compared) in scenarios.iter().zip(&compared) {
        text += &format!("\n{name}: {}", changes_text(&compared.changes));
    }
    print(&(text + "\n" + &scenarios_text(&scenarios, &compared)))
}

/// Where rates come from.
fn head(compared: &ComparedMenu) -> String {
    match &compared.background {
        Some(background) => header(&compared.normalisation, background.weights()),
        None => "no background sample, so no rates\n".to_owned(),
    }
}

fn changes_text(changes: &MenuChanges) -> String {
    if changes.is_empty() {
        return "no path differs\n".to_owned();
    }
    let mut table = TextTable::with_left(&[1, 2]);
    let mut row = |what: &str, path: &str, change: String| {
        table.row([format!("  {what}"), path.to_owned(), change]);
    };
    for name in &changes.added {
        row("added", name, String::new());
    }
    for name in &changes.removed {
        row("removed", name, String::new());
    }
    for c in &changes.thresholds {
        let (from, to) = (readable(c.from), readable(c.to));
        row(
            "threshold",
            &c.path,
            format!("leg {} {}: {from} -> {to}", c.leg, c.of),
        );
    }
    for c in &changes.prescales {
        let shown = |p: f64| {
            if p == 0.0 {
                "off".to_owned()
            } else {
                readable(p)
            }
        };
        row(
            "prescale",
            &c.path,
            format!("{} -> {}", shown(c.from), shown(c.to)),
        );
    }
    let texts = changes.cuts.iter().map(|c| ("cut", c));
    for (what, c) in texts.chain(changes.groups.iter().map(|c| ("group", c))) {
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        let name = if what == c.of {
            String::new()
        } else {
            format!("{}: ", c.of)
        };
        row(
            what,
            &c.path,
            format!("{name}{} -> {}", shown(&c.from), shown(&c.to)),
        );
    }
    format!("changes\n{}", table.text())
}

fn figures_text(figures: &[ComparedFigure]) -> String {
    let mut table = TextTable::default();
    let heads = ["figure", "A", "sigma", "B", "sigma", "B - A", "sigma"];
    table.row(
        heads
            .into_iter()
            .chain(["significance", "events that differ"]),
    );
    for figure in figures {
        let name = with_unit(&figure.name, figure.unit);
        let cells = [name].into_iter().chain(with_sigma(figure.a));
        let cells = cells.chain(with_sigma(figure.b));
        table.row(cells.chain(difference_cells(figure.difference)));
    }
    table.text()
}

/// Difference, its error, their ratio, the events behind it.
fn difference_cells(difference: Option<Difference>) -> [String; 4] {
    let none = || "-".to_owned();
    match difference {
        None => [none(), none(), none(), none()],
        Some(d) => [
            readable(d.value),
            readable(d.sigma),
            d.significance().map_or_else(none, |s| format!("{s:.2}")),
            grouped(d.events),
        ],
    }
}

/// Totals and efficiencies, the baseline's first.
fn scenarios_text(scenarios: &[Scenario], compared: &[ComparedMenu]) -> String {
    let mut table = TextTable::with_left(&[1]);
    let heads = ["scenario", "figure", "value", "sigma", "change", "sigma"];
    table.row(
        heads
            .into_iter()
            .chain(["significance", "events that differ"]),
    );
    let shown = |f: &ComparedFigure| f.unit == "1" || f.name == "rate_khz.total";
    for figure in compared
        .iter()
        .take(1)
        .flat_map(ComparedMenu::figures)
        .filter(shown)
    {
        let name = with_unit(&figure.name, figure.unit);
        let cells = ["baseline".to_owned(), name].into_iter();
        table.row(cells.chain(with_sigma(figure.a)));
    }
    for ((scenario, _), compared) in scenarios.iter().zip(compared) {
        for figure in compared.figures().into_iter().filter(shown) {
            let name = with_unit(&figure.name, figure.unit);
            let cells = [scenario.clone(), name].into_iter();
            let cells = cells.chain(with_sigma(figure.b));
            table.row(cells.chain(difference_cells(figure.difference)));
        }
    }
    table.text()
}

fn changes_json(changes: &MenuChanges) -> Value {
    let thresholds = changes.thresholds.iter().map(|c| {
        json!({ "path": c.path, "leg": c.leg, "of": c.of, "from": finite(c.from), "to": finite(c.to) })
    });
    let prescales = changes.prescales.iter();
    let prescales = prescales.map(|c| json!({ "path": c.path, "from": c.from, "to": c.to }));
    let cuts = changes.cuts.iter();
    let cuts = cuts.map(|c| json!({ "path": c.path, "of": c.of, "from": c.from, "to": c.to }));
    let groups = changes.groups.iter();
    let groups = groups.map(|c| json!({ "path": c.path, "from": c.from, "to": c.to }));
    json!({
        "added": changes.added,
        "removed": changes.removed,
        "thresholds": thresholds.collect::<Vec<_>>(),
        "prescales": prescales.collect::<Vec<_>>(),
        "cuts": cuts.collect::<Vec<_>>(),
        "groups": groups.collect::<Vec<_>>(),
    })
}

fn figures_json(figures: &[ComparedFigure]) -> Map<String, Value> {
    let estimate = |e: Estimate| {
        let mut entry = json!({ "value": finite(e.fraction), "sigma": finite(e.sigma) });
        if let Some(limit) = e.upper_limit {
            entry["upper_limit"] = finite(limit);
        }
        entry
    };
    let difference = |d: Difference| {
        json!({
            "value": finite(d.value),
            "sigma": finite(d.sigma),
            "significance": d.significance().map(finite),
            "events": d.events,
        })
    };
    let entry = |f: &ComparedFigure| {
        json!({
            "unit": f.unit,
            "a": f.a.map(estimate),
            "b": f.b.map(estimate),
            "difference": f.difference.map(difference),
        })
    };
    figures.iter().map(|f| (f.name.clone(), entry(f))).collect()
}
