//! A trigger system as a workbook: detectors, processors and the year, checked cell by cell.
//!
//! A workbook (.xlsx, .xls or .ods, told apart by content) has the sheets `Detectors`, `Triggers` (or `Processors`) and
//! `Global`, in any case. The first row of a sheet that is not empty names its columns, in any order and case, units in
//! parentheses optional; further columns and empty rows are ignored. Whether the nodes form a tree is not checked here.

mod archive;
mod columns;
mod compound;
mod file;
mod quiet;
mod table;
#[cfg(test)]
mod tests;
mod xml;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use columns as c;
use file::{Book, Sheet};
use table::{Bounds, Column, Row, Table};

use super::classifier::ClassifierKind;
use crate::error::{Fault, Place};

/// Rows of a sheet.
const MAX_ROWS: u32 = 100_000;
/// Cells of a sheet, with the empty ones between those that hold something.
const MAX_CELLS: usize = 4_000_000;

/// Where a workbook gives no routing latency, s.
const ROUTING_LATENCY_S: f64 = 900e-9;
/// Where a workbook gives no latency of an operation, s.
const OP_LATENCY_S: f64 = 1e-9;

/// A workbook as read, rows in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Workbook {
    pub path: PathBuf,
    pub detectors: Vec<DetectorRow>,
    pub processors: Vec<ProcessorRow>,
    /// The year whose technology the system is built with.
    pub year: f64,
}

/// A row of the sheet `Detectors`: a leaf of the system.
#[derive(Debug, Clone, PartialEq)]
pub struct DetectorRow {
    pub name: String,
    /// The processor it feeds.
    pub category: String,
    /// Data of one event, bytes.
    pub data_bytes: f64,
    /// Events per second, Hz.
    pub sample_rate_hz: f64,
    /// Share of a message that its compression saves, 0 to 1.
    pub compression: f64,
    /// Energy to send a bit, J.
    pub link_efficiency: f64,
    /// Energy of an operation, J.
    pub op_efficiency: f64,
    /// Time on the way to the next node, s; 900 ns where the workbook says nothing.
    pub routing_latency_s: f64,
    /// Time of a step, s; 1 ns where the workbook says nothing.
    pub op_latency_s: f64,
    /// Steps one after the other; 1 where the workbook says nothing.
    pub steps: f64,
    pub name_place: Place,
    pub category_place: Place,
}

/// A row of the sheet `Triggers` or `Processors`: an inner node or the root.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessorRow {
    pub name: String,
    /// The node it feeds; none for the root.
    pub output: Option<String>,
    /// Data of its own that it adds to an event, bytes.
    pub data_bytes: f64,
    /// It keeps one event in this many; 1 or more.
    pub reduction_ratio: f64,
    pub classifier: ClassifierKind,
    /// Mean score of relevant events; 0 where a row that is not Gaussian says nothing.
    pub skill: f64,
    /// Standard deviation of that score ("Skill variance" as published); 0 where a row that is not Gaussian says
    /// nothing.
    pub scale: f64,
    /// Energy to send a bit, J.
    pub link_efficiency: f64,
    /// Energy of an operation, J.
    pub op_efficiency: f64,
    /// Share of a message that its compression saves, 0 to 1.
    pub compression: f64,
    /// Time on the way to the next node, s; 900 ns where the workbook says nothing.
    pub routing_latency_s: f64,
    /// Time of a step, s; 1 ns where the workbook says nothing.
    pub op_latency_s: f64,
    /// Steps one after the other; 1 where the workbook says nothing.
    pub steps: f64,
    pub name_place: Place,
    pub output_place: Place,
    pub reduction_place: Place,
    pub classifier_place: Place,
}

impl Workbook {
    /// Reads a workbook from the `bytes` of the file at `path`, which is only named in errors.
    ///
    /// # Errors
    ///
    /// A [`Fault`] at the file, sheet or cell that is wrong: not a workbook, or a damaged one; a sheet, column or value
    /// that is missing or not of its kind or range; a name that stands twice. Files over 64 MiB, or over 256 MiB
    /// unpacked, and sheets over 100 000 rows or 4 million cells are refused.
    pub fn parse(path: &Path, bytes: &[u8]) -> crate::Result<Self> {
        Ok(Self::read(path, bytes)?)
    }

    fn read(path: &Path, bytes: &[u8]) -> Result<Self, Fault> {
        let any = |names: &[&str], sheet: &str| {
            names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(sheet.trim()))
        };
        let wanted = |sheet: &str| {
            [DETECTORS, PROCESSORS, GLOBAL]
                .iter()
                .any(|names| any(names, sheet))
        };
        let book = file::read(path, bytes, wanted)?;
        let table = |names: &[&str]| {
            let mut sheets = book.sheets.iter().filter(|sheet| any(names, &sheet.name));
            match (sheets.next(), sheets.next()) {
                (Some(sheet), None) => Table::new(path, sheet),
                (Some(first), Some(second)) => Err(both_sheets(path, first, second)),
                (None, _) => Err(no_sheet(path, names, &book)),
            }
        };
        let detectors = read_detectors(&table(DETECTORS)?)?;
        let processors = read_processors(&table(PROCESSORS)?)?;
        let year = read_year(&table(GLOBAL)?)?;
        check_unique(&detectors, &processors)?;
        Ok(Self {
            path: path.to_owned(),
            detectors,
            processors,
            year,
        })
    }
}

const DETECTORS: &[&str] = &["Detectors"];
const PROCESSORS: &[&str] = &["Triggers", "Processors"];
const GLOBAL: &[&str] = &["Global"];

fn no_sheet(path: &Path, names: &[&str], book: &Book) -> Fault {
    let quoted = |names: &mut dyn Iterator<Item = &str>, between: &str| {
        names
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(between)
    };
    let wanted = quoted(&mut names.iter().copied(), " or ");
    let present = quoted(&mut book.names.iter().map(String::as_str), ", ");
    Fault::in_file(path, format!("the workbook has no sheet {wanted}"))
        .hint(format!("its sheets are {present}"))
}

fn both_sheets(path: &Path, first: &Sheet, second: &Sheet) -> Fault {
    Fault::in_file(
        path,
        format!(
            "the sheets `{}` and `{}` stand for the same; expected one of them",
            first.name, second.name
        ),
    )
}

fn read_detectors(table: &Table) -> Result<Vec<DetectorRow>, Fault> {
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

fn read_processors(table: &Table) -> Result<Vec<ProcessorRow>, Fault> {
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
        let kind = read_classifier(row, classifier)?;
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

fn read_classifier(row: Row, column: u32) -> Result<ClassifierKind, Fault> {
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

fn read_year(table: &Table) -> Result<f64, Fault> {
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

fn check_unique(detectors: &[DetectorRow], processors: &[ProcessorRow]) -> Result<(), Fault> {
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
