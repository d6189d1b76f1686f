//! Takes finished blocks, writes them, and notes the extremes of every figure.

use crate::engine::{Columns, Span};
use crate::error::Result;
use crate::plan::Bound;
use crate::results::table::{Table, file_name};
use crate::study::Precision;
use std::path::{Path, PathBuf};

/// The state of the writing side of a run.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    names: Vec<String>,
    axes: usize,
    bounds: Vec<Bound>,
    /// What the study allows.
    wanted: Precision,
    /// Of the rows written: f32 as soon as some are.
    pub precision: Precision,
    /// Of the points written.
    pub spans: Vec<Option<Span>>,
    /// Points that every bound holds for.
    pub feasible: u64,
}

impl Writer {
    /// `names` are those of the axis columns, of which there are `axes`, and of the figure columns.
    pub fn new(folder: &Path, names: Vec<String>, axes: usize, bounds: Vec<Bound>) -> Self {
        Self {
            folder: folder.to_owned(),
            spans: vec![None; names.len() - axes],
            names,
            axes,
            bounds,
            wanted: Precision::F64,
            precision: Precision::F64,
            feasible: 0,
        }
    }

    /// Rows may be less exact.
    pub fn with_precision(self, wanted: Precision) -> Self {
        Self { wanted, ..self }
    }

    /// Writes a block under its name; it appears there complete or not at all.
    pub fn write(&mut self, first: u64, columns: Columns, precision: Precision) -> Result<()> {
        let table = Table {
            index: None,
            names: self.names.clone(),
            columns,
        };
        write_block(&self.folder, first, &table)?;
        if precision == Precision::F32 {
            self.precision = precision;
        }
        self.note(first, &table);
        Ok(())
    }

    /// Takes a block that an interrupted run has left; false if there is none that can be used.
    pub fn resume(&mut self, first: u64, rows: usize) -> bool {
        match Table::read(&self.folder.join(file_name(first))) {
            Ok(table) if table.names == self.names && table.rows() == rows => {
                if self.wanted == Precision::F32 && is_single(&table.columns[self.axes..]) {
                    self.precision = Precision::F32;
                }
                self.note(first, &table);
                true
            }
            _ => false,
        }
    }

    fn note(&mut self, first: u64, table: &Table) {
        let figures = &table.columns[self.axes..];
        for (span, column) in self.spans.iter_mut().zip(figures) {
            for (i, &value) in column.iter().enumerate() {
                Span::note(span, value, first + i as u64);
            }
        }
        let holds = |i: &usize| {
            let mut bounds = self.bounds.iter();
            bounds.all(|b| b.holds(figures[b.figure][*i]))
        };
        self.feasible += (0..table.rows()).filter(holds).count() as u64;
    }
}

/// Whether all numbers are such as f32 has: rows in f32 were widened.
fn is_single(columns: &[Vec<f64>]) -> bool {
    let mut all = columns.iter().flatten();
    all.all(|x| x.is_nan() || f64::from(*x as f32) == *x)
}

/// Writes a table as the block that begins with point `first`; it appears complete or not at all.
pub fn write_block(folder: &Path, first: u64, table: &Table) -> Result<()> {
    let name = file_name(first);
    let (aside, path) = (folder.join(format!(".{name}.new")), folder.join(name));
    table.write(&aside)?;
    std::fs::rename(&aside, &path)
        .map_err(|e| crate::Error::failed(format!("writing {}", path.display()), e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_an_interrupted_run_are_known_for_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["axis", "figure"].map(str::to_owned).to_vec();
        let new = || Writer::new(folder.path(), names.clone(), 1, Vec::new());
        let single = vec![f64::from(0.1f32), f64::NAN];
        for (figure, precision) in [(single, Precision::F32), (vec![0.1, 0.5], Precision::F64)] {
            let columns = vec![vec![0.1, 0.2], figure];
            let mut first = new().with_precision(Precision::F32);
            first.write(0, columns, precision).unwrap();
            assert_eq!(first.precision, precision);
            let mut again = new().with_precision(Precision::F32);
            assert!(again.resume(0, 2));
            assert_eq!(again.precision, precision);
            // A study that does not allow it has none.
            let mut exact = new();
            assert!(exact.resume(0, 2));
            assert_eq!(exact.precision, Precision::F64);
        }
    }
}
