//! Rows of points that need not be neighbours, as blocks on disk.

use super::writer::write_block;
use crate::engine::Rows;
use crate::error::Result;
use crate::plan::Compiled;
use crate::results::manifest::BLOCK_POINTS;
use crate::results::table::{Table, file_name};
use rayon::prelude::*;
use std::ops::Range;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub struct RowWriter {
    folder: PathBuf,
    /// Of the axis columns, then of the figure columns.
    names: Vec<String>,
}

/// A block on disk.
pub type Written = (u64, u64);

impl RowWriter {
    pub fn new(folder: &Path, compiled: &Compiled) -> Self {
        let axes = compiled.plan.space.axes.iter().map(|a| &a.name);
        let figures = compiled.figures.iter().map(|f| &f.name);
        Self {
            folder: folder.to_owned(),
            names: axes.chain(figures).cloned().collect(),
        }
    }

    /// Writes rows, ascending by index, into the blocks of the design that they belong to; returns
    /// the first point and the rows of each.
    pub fn write_blocks(&self, rows: &Rows) -> Result<Vec<Written>> {
        let mut start = 0;
        let mut spans: Vec<Range<usize>> = Vec::new();
        for block in rows
            .index
            .chunk_by(|a, b| a / BLOCK_POINTS == b / BLOCK_POINTS)
        {
            spans.push(start..start + block.len());
            start += block.len();
        }
        let write = |span: &Range<usize>| {
            let columns = rows.columns.iter().map(|c| c[span.clone()].to_vec());
            let table = self.table(rows.index[span.clone()].to_vec(), columns.collect());
            let first = rows.index[span.start] / BLOCK_POINTS * BLOCK_POINTS;
            write_block(&self.folder, first, &table)?;
            Ok((first, span.len() as u64))
        };
        spans.par_iter().map(write).collect()
    }

    /// Writes rows in their order as the one table of a run.
    pub fn write_all(&self, rows: Rows) -> Result<Table> {
        let table = self.table(rows.index, rows.columns);
        write_block(&self.folder, 0, &table)?;
        Ok(table)
    }

    /// Whether a block is on disk as it was written.
    pub fn is_whole(&self, (first, rows): Written) -> bool {
        let table = Table::read(&self.folder.join(file_name(first)));
        table.is_ok_and(|table| table.names == self.names && table.rows() as u64 == rows)
    }

    fn table(&self, index: Vec<u64>, columns: Vec<Vec<f64>>) -> Table {
        Table {
            index: Some(index),
            names: self.names.clone(),
            columns,
        }
    }
}
