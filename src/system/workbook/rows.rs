//! From the rows of the three sheets to detectors, processors and the year.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::columns as c;
use super::table::{Bounds, Column, Row, Table};
use super::{DetectorRow, ProcessorRow};
use crate::error::Fault;
use crate::system::classifier::ClassifierKind;

/// Where a workbook gives no routing latency, s.
const ROUTING_LATENCY_S: f64 = 900e-9;
/// Where a workbook gives no latency of an operation, s.
const OP_LATENCY_S: f64 = 1e-9;

pub(super) fn detectors(table: &Table) -> Result<Vec<DetectorRow>, Fault> {
    let require = |column| table.require(column, c::DETECTORS);
    let name = require(&c::DETECTOR)?;
    let category = require(&c::CATEGORY)?;
    let data = require(&c::DATA)?;
    let rate = require(&c::SAMPLE_RATE)?;
    let common = Common::find(table, c::DETECTORS)?;
    let mut used = vec![name, category, data, rate];
    used.extend(common.columns());

    let mut detectors = Vec::new();
    for row in table.rows(&used) {
        detectors.push(DetectorRow {
            name: row.required_name(name, &c::DETECTOR)?,
            category: row.required_name(category, &c::CATEGORY)?,
            data_bytes: row.number(data, &c::DATA, Bounds::NotNegative)?,
            sample_rate_hz: row.number(rate, &c::SAMPLE_RATE, Bounds::Positive)?,
            compression: common.compression(row)?,
            link_efficiency: common.link_efficiency(row)?,
            op_efficiency: common.op_efficiency(row)?,
            routing_latency_s: common.routing_latency(row)?,
            op_latency_s: common.op_latency(row)?,
            steps: common.steps(row)?,
            name_place: row.place(name),
            category_place: row.place(category),
        });
    }
    if detectors.is_empty() {
        return Err(table.fault("the sheet names no detector"));
    }
    Ok(detectors)
}

pub(super) fn processors(table: &Table) -> Result<Vec<ProcessorRow>, Fault> {
    let require = |column| table.require(column, c::PROCESSORS);
    let name = require(&c::NAME)?;
    let output = require(&c::OUTPUT)?;
    let data = require(&c::DATA)?;
    let reduction = require(&c::REDUCTION)?;
    let classifier = require(&c::CLASSIFIER)
        .map_err(|fault| fault.hint(format!("add it, with one of {} in each row", choices())))?;
    let skill = table.find(&c::SKILL)?;
    let scale = table.find(&c::SCALE)?;
    let common = Common::find(table, c::PROCESSORS)?;
    let mut used = vec![name, output, data, reduction, classifier];
    used.extend(skill.into_iter().chain(scale));
    used.extend(common.columns());

    let mut processors = Vec::new();
    for row in table.rows(&used) {
        let row_name = row.required_name(name, &c::NAME)?;
        let kind = classifier_kind(row, classifier)?;
        let shape = |column: Option<u32>, of: &Column, bounds| match column {
            Some(column) if kind == ClassifierKind::Gaussian || row.has(column) => {
                row.number(column, of, bounds)
            }
            None if kind == ClassifierKind::Gaussian => Err(Fault::new(
                row.place(classifier),
                format!("a Gaussian classifier needs the column `{}`", of.title),
            )),
            _ => Ok(0.0),
        };
        processors.push(ProcessorRow {
            name: row_name,
            output: row.name(output, &c::OUTPUT)?,
            data_bytes: row.number(data, &c::DATA, Bounds::NotNegative)?,
            reduction_ratio: row.number(reduction, &c::REDUCTION, Bounds::AtLeastOne)?,
            classifier: kind,
            skill: shape(skill, &c::SKILL, Bounds::Finite)?,
            scale: shape(scale, &c::SCALE, Bounds::NotNegative)?,
            link_efficiency: common.link_efficiency(row)?,
            op_efficiency: common.op_efficiency(row)?,
            compression: common.compression(row)?,
            routing_latency_s: common.routing_latency(row)?,
            op_latency_s: common.op_latency(row)?,
            steps: common.steps(row)?,
            name_place: row.place(name),
            output_place: row.place(output),
            reduction_place: row.place(reduction),
            classifier_place: row.place(classifier),
        });
    }
    if processors.is_empty() {
        return Err(table.fault("the sheet names no processor"));
    }
    Ok(processors)
}

fn choices() -> String {
    ClassifierKind::ALL.map(ClassifierKind::name).join(", ")
}

fn classifier_kind(row: Row, column: u32) -> Result<ClassifierKind, Fault> {
    let written = row.text(column, &c::CLASSIFIER)?;
    written.and_then(ClassifierKind::from_name).ok_or_else(|| {
        let found = written.map_or("an empty cell".to_owned(), |text| format!("`{text}`"));
        let names = ClassifierKind::ALL.map(ClassifierKind::name);
        Fault::new(
            row.place(column),
            format!(
                "expected one of {} for `Classifier`, found {found}",
                choices()
            ),
        )
        .nearest(written.unwrap_or_default(), names)
    })
}

pub(super) fn year(table: &Table) -> Result<f64, Fault> {
    let column = table.require(&c::YEAR, &[])?;
    let columns = [column];
    let mut rows = table.rows(&columns);
    let Some(row) = rows.next() else {
        return Err(table.fault("expected a year below `Year`, found nothing"));
    };
    let year = row.number(column, &c::YEAR, Bounds::Finite)?;
    match rows.next() {
        Some(row) => Err(Fault::new(
            row.place(column),
            "expected one year, found a second",
        )),
        None => Ok(year),
    }
}

pub(super) fn check_unique(
    detectors: &[DetectorRow],
    processors: &[ProcessorRow],
) -> Result<(), Fault> {
    let detectors = detectors.iter().map(|row| (&row.name, &row.name_place));
    let processors = processors.iter().map(|row| (&row.name, &row.name_place));
    let mut seen = HashMap::new();
    for (name, place) in detectors.chain(processors) {
        match seen.entry(name.as_str()) {
            Entry::Vacant(entry) => {
                entry.insert(place);
            }
            Entry::Occupied(first) => {
                let message = format!("the name `{name}` stands twice");
                return Err(Fault::new(place.clone(), message)
                    .hint(format!("it stands first in {}", first.get())));
            }
        }
    }
    Ok(())
}

/// The columns that both sheets have.
struct Common {
    compression: u32,
    link_efficiency: u32,
    op_efficiency: u32,
    routing_latency: Option<u32>,
    op_latency: Option<u32>,
    steps: Option<u32>,
}

impl Common {
    fn find(table: &Table, known: &[&Column]) -> Result<Self, Fault> {
        Ok(Self {
            compression: table.require(&c::COMPRESSION, known)?,
            link_efficiency: table.require(&c::LINK_EFFICIENCY, known)?,
            op_efficiency: table.require(&c::OP_EFFICIENCY, known)?,
            routing_latency: table.find(&c::ROUTING_LATENCY)?,
            op_latency: table.find(&c::OP_LATENCY)?,
            steps: table.find(&c::STEPS)?,
        })
    }

    fn columns(&self) -> impl Iterator<Item = u32> {
        [self.compression, self.link_efficiency, self.op_efficiency]
            .into_iter()
            .chain(
                [self.routing_latency, self.op_latency, self.steps]
                    .into_iter()
                    .flatten(),
            )
    }

    fn compression(&self, row: Row) -> Result<f64, Fault> {
        row.number(self.compression, &c::COMPRESSION, Bounds::Share)
    }

    fn link_efficiency(&self, row: Row) -> Result<f64, Fault> {
        row.number(
            self.link_efficiency,
            &c::LINK_EFFICIENCY,
            Bounds::NotNegative,
        )
    }

    fn op_efficiency(&self, row: Row) -> Result<f64, Fault> {
        row.number(self.op_efficiency, &c::OP_EFFICIENCY, Bounds::NotNegative)
    }

    fn routing_latency(&self, row: Row) -> Result<f64, Fault> {
        optional(
            row,
            self.routing_latency,
            &c::ROUTING_LATENCY,
            ROUTING_LATENCY_S,
        )
    }

    fn op_latency(&self, row: Row) -> Result<f64, Fault> {
        optional(row, self.op_latency, &c::OP_LATENCY, OP_LATENCY_S)
    }

    fn steps(&self, row: Row) -> Result<f64, Fault> {
        optional(row, self.steps, &c::STEPS, 1.0)
    }
}

/// A number of 0 or more; `default` where the column or the cell is missing.
fn optional(row: Row, column: Option<u32>, of: &Column, default: f64) -> Result<f64, Fault> {
    match column.filter(|column| row.has(*column)) {
        Some(column) => row.number(column, of, Bounds::NotNegative),
        None => Ok(default),
    }
}
