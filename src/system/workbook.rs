//! A trigger system as a workbook: detectors, processors and the year, checked cell by cell.
//!
//! A workbook (.xlsx, .xls or .ods, told apart by content) has the sheets `Detectors`, `Triggers` (or `Processors`) and
//! `Global`, in any case. The first row of a sheet that is not empty names its columns, in any order and case, units in
//! parentheses optional; further columns and empty rows are ignored. Whether the nodes form a tree is not checked here.

mod archive;
mod columns;
mod compound;
mod file;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod xml;

use std::path::{Path, PathBuf};

use file::{Book, Sheet};
use table::Table;

use super::classifier::ClassifierKind;
use crate::error::{Fault, Place};

/// Rows of a sheet.
const MAX_ROWS: u32 = 100_000;
/// Cells of a sheet, with the empty ones between those that hold something.
const MAX_CELLS: usize = 4_000_000;

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
        let detectors = rows::detectors(&table(DETECTORS)?)?;
        let processors = rows::processors(&table(PROCESSORS)?)?;
        let year = rows::year(&table(GLOBAL)?)?;
        rows::check_unique(&detectors, &processors)?;
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
