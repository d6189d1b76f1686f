//! `trigscape evaluate`: the study's own values, every figure of merit; or its sensitivities.

use super::StudyArguments;
use super::evaluate_menu::{self, evaluate_menu};
use super::machine::MachineArguments;
use super::new_file::NewFile;
use super::number::{readable, with_unit};
use super::prescales::{PrescaleExport, note_unknown};
use super::rate_tables::{RateTableArguments, RateTables};
use super::table::{TextTable, print, print_json};
use crate::error::{Fault, Result};
use crate::explore::{
    QuotedFigure, Sensitivity, StepSize, figures_json, own_point, sensitivities, study_figures,
    with_bridge,
};
use crate::merit::{Figure, Named};
use crate::plan::{Compiled, compile};
use crate::results::MenuRecord;
use crate::study::Study;
use crate::system::{Field, System};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct EvaluateArguments {
    #[command(flatten)]
    study: StudyArguments,
    #[command(flatten)]
    machine: MachineArguments,
    /// Print one JSON object and nothing else
    #[arg(long)]
    json: bool,
    /// Show the derivatives of this figure instead, for example f1
    #[arg(long, value_name = "FIGURE")]
    sensitivity: Option<String>,
    /// Only with respect to this knob; may be repeated, wildcards allowed [default: every knob]
    #[arg(long, value_name = "KNOB", requires = "sensitivity")]
    knob: Vec<String>,
    /// Step of the differences, relative to the knob's value (absolute where that is 0)
    #[arg(long, value_name = "H", requires = "sensitivity", default_value_t = StepSize::default().relative)]
    step: f64,
    /// Also write the menu's prescales as a table in CSV
    #[arg(long, value_name = "F.csv", conflicts_with = "sensitivity")]
    prescale_table: Option<PathBuf>,
    #[command(flatten)]
    rate_tables: RateTableArguments,
}

/// Tables to be written beside what is printed.
struct Exports {
    prescales: Option<PrescaleExport>,
    rates: RateTables,
}

impl Exports {
    fn new(study: &Study, arguments: &EvaluateArguments) -> Result<Self> {
        let out = arguments.prescale_table.as_ref();
        let prescales = out.map(|out| PrescaleExport::new(study, out)).transpose()?;
        let rates = RateTables::new(study, &arguments.rate_tables)?;
        NewFile::refuse_same(prescales.iter().map(|p| &p.file).chain(rates.files()))?;
        Ok(Self { prescales, rates })
    }

    fn write(&self, record: Option<&MenuRecord>) -> Result<()> {
        self.prescales
            .as_ref()
            .map_or(Ok(()), PrescaleExport::write)?;
        record.map_or(Ok(()), |record| self.rates.write(record))
    }
}

pub fn run(arguments: &EvaluateArguments) -> Result<()> {
    let engine = arguments.machine.engine()?;
    let study = arguments.study.load()?;
    let exports = Exports::new(&study, arguments)?;
    if let Ok(menu) = study.menu() {
        note_unknown(menu);
    }
    if !study.has_system() && study.has_menu() && arguments.sensitivity.is_none() {
        return run_menu(&study, arguments.json, &exports);
    }
    let compiled = compile(&study)?;
    let Some(system) = &compiled.system else {
        return study.system().map(|_| ());
    };
    let menu = compiled
        .menu
        .as_ref()
        .map(|_| evaluate_menu(&study))
        .transpose()?;
    if let Some(name) = &arguments.sensitivity {
        let figure = find_figure(&compiled, name)?;
        if !(arguments.step > 0.0 && arguments.step <= 0.5) {
            let option = format!("--step {}", arguments.step);
            return Err(Fault::in_option(option, "the step lies between 0 and 0.5").into());
        }
        let step = StepSize {
            relative: arguments.step,
        };
        let bridged = with_bridge(&study, &compiled, menu.as_ref().map(|(quoted, _)| quoted))?;
        let (value, entries) =
            sensitivities(&bridged, system, &engine, figure, &arguments.knob, step)?;
        return if arguments.json {
            print_json(&sensitivities_json(&study, figure, value, &entries))
        } else {
            print(&sensitivities_text(figure, value, &entries))
        };
    }
    let quoted = menu.as_ref().map(|(quoted, _)| quoted);
    let figures = study_figures(&study, &compiled, quoted, &engine)?;
    exports.write(menu.as_ref().map(|(_, record)| record))?;
    if arguments.json {
        let mut whole = json!({
            "study": study.name,
            "point": own_point(&study, &compiled),
            "figures": figures_json(&figures),
        });
        if let Some((_, record)) = &menu {
            whole["menu"] = evaluate_menu::record_json(record)?;
        }
        return print_json(&whole);
    }
    let mut text = format!(
        "{}: {}\n{}\n\n",
        study.name,
        system.base,
        normalisation(&compiled, system, &figures)
    );
    text += &totals(&compiled, &figures);
    text += "\n";
    text += &nodes(&compiled, system, &figures);
    if let Some((menu, record)) = &menu {
        text += &format!("\n{}", evaluate_menu::text(menu, record, &study)?);
    }
    print(&text)
}

/// A study of a menu alone.
fn run_menu(study: &Study, as_json: bool, exports: &Exports) -> Result<()> {
    let (menu, record) = evaluate_menu(study)?;
    exports.write(Some(&record))?;
    if as_json {
        return print_json(&json!({
            "study": study.name,
            "point": evaluate_menu::point_json(study),
            "figures": figures_json(&menu.figures()),
            "normalisation": evaluate_menu::normalisation_json(&menu, study),
            "menu": evaluate_menu::record_json(&record)?,
        }));
    }
    print(&evaluate_menu::text(&menu, &record, study)?)
}

/// Figures of the whole system and of its stages.
fn totals(compiled: &Compiled, figures: &[QuotedFigure]) -> String {
    let mut table = TextTable::default();
    for (named, figure) in compiled.catalogue.iter().zip(figures) {
        let of_menu = matches!(named.figure, Figure::Menu(_));
        if node_of(named.figure).is_none() && !of_menu {
            let estimated = figure.sigma.is_finite();
            let sigma = estimated.then(|| format!("+- {}", readable(figure.sigma)));
            let cells = [with_unit(&named.name, named.unit), readable(figure.value)];
            table.row(cells.into_iter().chain(sigma));
        }
    }
    table.text()
}

/// Figures of the nodes, a line each.
fn nodes(compiled: &Compiled, system: &System, figures: &[QuotedFigure]) -> String {
    let mut table = TextTable::default();
    table.row(["node", "message_bytes [B]", "ops", "latency_s [s]"]);
    for (n, node) in system.nodes.iter().enumerate() {
        let own = compiled
            .catalogue
            .iter()
            .zip(figures)
            .filter(|(f, _)| node_of(f.figure) == Some(n));
        let cells = own.map(|(_, figure)| readable(figure.value));
        table.row(std::iter::once(node.name.clone()).chain(cells));
    }
    table.text()
}

fn node_of(figure: Figure) -> Option<usize> {
    match figure {
        Figure::MessageBytes(n) | Figure::Ops(n) | Figure::LatencyS(n) => Some(n),
        _ => None,
    }
}

fn find_figure<'c>(compiled: &'c Compiled, name: &str) -> Result<&'c Named> {
    compiled
        .catalogue
        .iter()
        .find(|f| f.name == name)
        .ok_or_else(|| {
            Fault::in_option(
                format!("--sensitivity {name}"),
                format!("unknown figure `{name}`"),
            )
            .hint("`trigscape evaluate STUDY` lists every figure")
            .nearest(name, compiled.catalogue.iter().map(|f| f.name.as_str()))
            .into()
        })
}

/// What "relevant" means here, with every factor; a bridged stage's ratio is what its menu gives.
fn normalisation(compiled: &Compiled, system: &System, figures: &[QuotedFigure]) -> String {
    let nodes = &system.nodes;
    let rate = nodes
        .iter()
        .find(|n| n.detector)
        .map_or(f64::NAN, |n| n.value(Field::SampleRateHz));
    let bridge = compiled.plan.bridge;
    let output_hz = |stage: usize| {
        let mut all = compiled.catalogue.iter().zip(figures);
        let found = all.find(|(f, _)| f.figure == Figure::OutputHz(stage));
        found.map_or(f64::NAN, |(_, figure)| figure.value)
    };
    let stages = compiled.plan.system.iter().flat_map(|s| &s.stages);
    let ratios: Vec<f64> = stages
        .enumerate()
        .map(|(k, s)| match bridge {
            Some(bridge) if bridge.stage == k => rate / output_hz(k),
            _ => nodes[s.node].value(Field::ReductionRatio),
        })
        .collect();
    if let Some(share) = bridge.and_then(|b| b.positives_share) {
        return format!(
            "relevant events: {} Hz = {} Hz x {}, crossings times the share of positives",
            readable(rate * share),
            readable(rate),
            readable(share)
        );
    }
    let factors: Vec<String> = ratios.iter().map(|r| readable(*r)).collect();
    let relevant = rate / ratios.iter().product::<f64>();
    let mut text = format!(
        "relevant events: {} Hz = {} Hz / ({}), crossings over the reduction ratios",
        readable(relevant),
        readable(rate),
        factors.join(" x ")
    );
    if let (Some(bridge), Some(plan)) = (bridge, &compiled.plan.system) {
        let name = &nodes[plan.stages[bridge.stage].node].name;
        text += &format!(
            "\nthe ratio {} of `{name}` is its menu's",
            factors[bridge.stage]
        );
    }
    text
}

/// The knobs that matter, strongest first; those at 0, which have no elasticity, after the others.
fn sensitivities_text(figure: &Named, value: f64, entries: &[Sensitivity]) -> String {
    let size = |s: &Sensitivity| s.elasticity.map_or(0.0, f64::abs);
    // Rounding alone moves a figure by some 1e-16 of itself.
    let matters = |s: &&Sensitivity| (s.derivative * s.step).abs() > 1e-12 * value.abs();
    let mut strongest: Vec<&Sensitivity> = entries.iter().filter(matters).collect();
    strongest.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let mut table = TextTable::default();
    table.row(["knob", "value", "derivative", "error", "elasticity"]);
    for s in &strongest {
        table.row([
            with_unit(&s.knob, s.unit),
            readable(s.value),
            format!("{:.5e}", s.derivative),
            format!("{:.1e}", s.error),
            s.elasticity.map_or("-".to_owned(), |e| format!("{e:.5}")),
        ]);
    }
    let silent = entries.len() - strongest.len();
    let rest = if silent == 0 {
        String::new()
    } else {
        format!("\n{silent} more knobs do not move it\n")
    };
    format!(
        "{} = {}\n\n{}{rest}",
        with_unit(&figure.name, figure.unit),
        readable(value),
        table.text()
    )
}

fn sensitivities_json(study: &Study, figure: &Named, value: f64, entries: &[Sensitivity]) -> Value {
    let entries: Vec<Value> = entries
        .iter()
        .map(|s| {
            json!({
                "knob": s.knob, "unit": s.unit, "value": s.value, "step": s.step,
                "derivative": s.derivative, "error": s.error, "elasticity": s.elasticity,
            })
        })
        .collect();
    json!({
        "study": study.name, "figure": figure.name, "value": value, "unit": figure.unit,
        "sensitivities": entries,
    })
}
