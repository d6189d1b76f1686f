//! Takes finished blocks, writes them, and keeps the extremes of every figure.

use crate::engine::Columns;
use crate::error::Result;
use crate::results::summary::{Extreme, Extremes};
use crate::results::table::{Table, file_name};
use std::path::{Path, PathBuf};

/// The state of the writing side of a run.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    names: Vec<String>,
    axes: usize,
    extremes: Vec<Option<[Candidate; 2]>>,
}

/// A smallest or largest value so far.
#[derive(Debug, Clone)]
struct Candidate {
    value: f64,
    index: u64,
    point: Vec<f64>,
}

impl Writer {
    /// `names` are those of the axis columns, of which there are `axes`, and of the figure columns.
    pub fn new(folder: &Path, names: Vec<String>, axes: usize) -> Self {
        let extremes = vec![None; names.len() - axes];
        Self {
            folder: folder.to_owned(),
            names,
            axes,
            extremes,
        }
    }

    /// Writes a block under its name; it appears there complete or not at all.
    pub fn write(&mut self, first: u64, columns: Columns) -> Result<()> {
        let table = Table {
            names: self.names.clone(),
            columns,
        };
        let (aside, path) = (
            self.folder.join(".points.new"),
            self.folder.join(file_name(first)),
        );
        table.write(&aside)?;
        std::fs::rename(&aside, &path)
            .map_err(|e| crate::Error::failed(format!("writing {}", path.display()), e))?;
        self.note(first, &table);
        Ok(())
    }

    /// Takes a block that an interrupted run has left; false if there is none that can be used.
    pub fn resume(&mut self, first: u64, rows: usize) -> bool {
        match Table::read(&self.folder.join(file_name(first))) {
            Ok(table) if table.names == self.names && table.rows() == rows => {
                self.note(first, &table);
                true
            }
            _ => false,
        }
    }

    fn note(&mut self, first: u64, table: &Table) {
        let (axes, figures) = table.columns.split_at(self.axes);
        for (known, column) in self.extremes.iter_mut().zip(figures) {
            for (i, &value) in column.iter().enumerate() {
                if !value.is_finite() {
                    continue;
                }
                let candidate = || Candidate {
                    value,
                    index: first + i as u64,
                    point: axes.iter().map(|axis| axis[i]).collect(),
                };
                match known {
                    None => *known = Some([candidate(), candidate()]),
                    // The first point of equal ones stays.
                    Some([min, max]) => {
                        if value < min.value {
                            *min = candidate();
                        } else if value > max.value {
                            *max = candidate();
                        }
                    }
                }
            }
        }
    }

    /// Smallest and largest value of each figure; `units` in the order of the figure columns.
    pub fn extremes(&self, units: &[&str]) -> Vec<Extremes> {
        let axis_names = &self.names[..self.axes];
        let told = |c: &Candidate| Extreme {
            value: c.value,
            index: c.index,
            point: axis_names
                .iter()
                .cloned()
                .zip(c.point.iter().copied())
                .collect(),
        };
        self.names[self.axes..]
            .iter()
            .zip(units)
            .zip(&self.extremes)
            .map(|((figure, unit), known)| Extremes {
                figure: figure.clone(),
                unit: (*unit).to_owned(),
                min: known.as_ref().map(|[min, _]| told(min)),
                max: known.as_ref().map(|[_, max]| told(max)),
            })
            .collect()
    }
}
