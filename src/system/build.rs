//! From a study and its workbooks to a checked system.

use super::classifier::ClassifierKind;
use super::complexity::{IDENTITY, WallTimes};
use super::csv_table::CsvTable;
use super::field::{Field, FieldValues};
use super::graph;
use super::node::{Interpolation, Node, System};
use super::presets::ScoreSource;
use super::workbook::{DetectorRow, ProcessorRow, Workbook};
use crate::error::{Fault, Place, Result};
use crate::study::{ComplexityKind, Inputs, InterpolateSettings, Located, SettingValue, Study};
use std::path::PathBuf;

/// Reads the study's workbooks and tables, applies its settings, and checks the whole.
pub fn load(study: &Study, inputs: &mut Inputs) -> Result<System> {
    let settings = study.system()?;
    let nodes = read_nodes(&settings.workbook, inputs)?;
    let (nodes, year) = (graph::sort(nodes.0)?, nodes.1);
    let mut system = System {
        nodes,
        year,
        link_bytes: settings.link_bytes,
        interpolation: None,
        wall_times: Vec::new(),
        scores: ScoreSource::load(settings, study.seed, inputs)?,
        base: file_stem(&settings.workbook.value),
    };
    if let Some(between) = &settings.interpolate {
        add_interpolation(&mut system, between, inputs)?;
    }
    add_complexities(&mut system, study, inputs)?;
    for setting in &study.set {
        system.apply(setting)?;
    }
    add_changes_to_base(&mut system, study);
    graph::check(&system)?;
    Ok(system)
}

type Unsorted = Vec<(Node, Option<(String, Place)>)>;

/// Nodes as the rows give them, with the names of their outputs.
fn read_nodes(workbook: &Located<PathBuf>, inputs: &mut Inputs) -> Result<(Unsorted, f64)> {
    let bytes = inputs.read(&workbook.value, &workbook.place)?;
    let book = Workbook::parse(&workbook.value, &bytes)?;
    let detectors = book.detectors.iter().map(|row| {
        (
            from_detector(row),
            Some((row.category.clone(), row.category_place.clone())),
        )
    });
    let processors = book.processors.iter().map(|row| {
        (
            from_processor(row),
            row.output.clone().map(|o| (o, row.output_place.clone())),
        )
    });
    Ok((detectors.chain(processors).collect(), book.year))
}

fn from_detector(row: &DetectorRow) -> Node {
    let mut values: FieldValues = [0.0; Field::COUNT];
    for (field, value) in [
        (Field::DataBytes, row.data_bytes),
        (Field::SampleRateHz, row.sample_rate_hz),
        (Field::Compression, row.compression),
        (Field::LinkEfficiency, row.link_efficiency),
        (Field::OpEfficiency, row.op_efficiency),
        (Field::RoutingLatencyS, row.routing_latency_s),
        (Field::OpLatencyS, row.op_latency_s),
        (Field::Steps, row.steps),
        (Field::ReductionRatio, 1.0),
    ] {
        values[field as usize] = value;
    }
    node(
        &row.name,
        true,
        ClassifierKind::Dummy,
        values,
        [&row.name_place; 3],
    )
}

fn from_processor(row: &ProcessorRow) -> Node {
    let mut values: FieldValues = [0.0; Field::COUNT];
    // Only a Gaussian reads the workbook's skill: L1T and HLT begin without boost.
    let gaussian = row.classifier == ClassifierKind::Gaussian;
    for (field, value) in [
        (Field::DataBytes, row.data_bytes),
        (Field::Compression, row.compression),
        (Field::LinkEfficiency, row.link_efficiency),
        (Field::OpEfficiency, row.op_efficiency),
        (Field::RoutingLatencyS, row.routing_latency_s),
        (Field::OpLatencyS, row.op_latency_s),
        (Field::Steps, row.steps),
        (Field::ReductionRatio, row.reduction_ratio),
        (Field::Skill, if gaussian { row.skill } else { 0.0 }),
        (Field::Scale, row.scale),
    ] {
        values[field as usize] = value;
    }
    let places = [&row.name_place, &row.classifier_place, &row.reduction_place];
    node(&row.name, false, row.classifier, values, places)
}

fn node(
    name: &str,
    detector: bool,
    classifier: ClassifierKind,
    values: FieldValues,
    places: [&Place; 3],
) -> Node {
    let [name_place, classifier_place, reduction_place] = places.map(Place::clone);
    Node {
        name: name.to_owned(),
        detector,
        classifier,
        output: None,
        inputs: Vec::new(),
        values,
        complexity: IDENTITY,
        name_place,
        classifier_place,
        reduction_place,
    }
}

fn add_interpolation(
    system: &mut System,
    between: &InterpolateSettings,
    inputs: &mut Inputs,
) -> Result<()> {
    if system.node_index(&between.knob).is_some() {
        let message = format!("the knob `{}` has the name of a node", between.knob);
        return Err(Fault::new(between.workbook.place.clone(), message).into());
    }
    let (other, year) = read_nodes(&between.workbook, inputs)?;
    let other = graph::sort(other)?;
    graph::check_sample_rates(&other)?;
    let fault = |message: String| {
        Fault::new(between.workbook.place.clone(), message).hint(
            "workbooks can be interpolated when they have the same nodes, outputs and classifiers",
        )
    };
    if let Some(extra) = other.iter().find(|n| system.node_index(&n.name).is_none()) {
        return Err(fault(format!(
            "only the second workbook has a node `{}`",
            extra.name
        ))
        .into());
    }
    let mut ends = Vec::new();
    for (n, own) in system.nodes.iter().enumerate() {
        let Some(twin) = other.iter().find(|t| t.name == own.name) else {
            return Err(fault(format!("the second workbook has no node `{}`", own.name)).into());
        };
        let output_name = |nodes: &[Node], node: &Node| node.output.map(|o| nodes[o].name.clone());
        if output_name(&system.nodes, own) != output_name(&other, twin)
            || own.detector != twin.detector
            || own.classifier != twin.classifier
        {
            return Err(fault(format!(
                "node `{}` differs in output or classifier",
                own.name
            ))
            .into());
        }
        for field in Field::ALL {
            if own.value(field) != twin.value(field) {
                ends.push((System::slot(n, field), own.value(field), twin.value(field)));
            }
        }
    }
    if system.year != year {
        ends.push((system.year_slot(), system.year, year));
    }
    system.base = format!("{} to {}", system.base, file_stem(&between.workbook.value));
    system.interpolation = Some(Interpolation {
        knob: between.knob.clone(),
        from: between.from,
        to: between.to,
        at: between.at,
        ends,
    });
    system.interpolate(between.at);
    Ok(())
}

fn add_complexities(system: &mut System, study: &Study, inputs: &mut Inputs) -> Result<()> {
    for setting in &study.system()?.complexity {
        let name = &setting.node.value;
        let Some(n) = system.node_index(name) else {
            let names: Vec<&str> = system.nodes.iter().map(|n| n.name.as_str()).collect();
            let message = format!("the system has no node `{name}`");
            return Err(Fault::new(setting.node.place.clone(), message)
                .hint(format!("its nodes are {}", names.join(", ")))
                .nearest(name, names.iter().copied())
                .into());
        };
        system.nodes[n].complexity = match &setting.kind {
            ComplexityKind::PerBytes(bytes) => [0.0, 0.0, 1.0 / bytes],
            ComplexityKind::Cubic(cubic) => *cubic,
            ComplexityKind::Fit {
                written,
                path,
                column,
            } => {
                let text = inputs.read_text(path, &setting.place)?;
                let table = CsvTable::parse(path, &text, 3)?;
                let fit = WallTimes::fit(written, &table, column)?;
                system.base = format!("{}, {name}: {column}", system.base);
                let cubic = fit.cubic();
                system.wall_times.push((n, fit));
                cubic
            }
        };
    }
    Ok(())
}

/// Classifiers and numbers that the study changes belong to the base's name too; the operating point
/// of a stage does not.
fn add_changes_to_base(system: &mut System, study: &Study) {
    for setting in &study.set {
        let address = setting.address.to_string();
        if address.ends_with(".reduction_ratio") || address.ends_with(".skill") {
            continue;
        }
        let value = match &setting.value {
            SettingValue::Number(x) => x.to_string(),
            SettingValue::Text(text) => text.clone(),
        };
        let short = address.trim_start_matches("system.");
        system.base = format!("{}, {short} = {value}", system.base);
    }
}

fn file_stem(path: &std::path::Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |s| s.to_string_lossy().into_owned())
}
