//! `points-*.parquet`: one block of consecutive points, one row group, f64 columns; where not all
//! points are kept, the first column is `index`, an integer.
//!
//! No dictionary, BYTE_STREAM_SPLIT and ZSTD 1: floating-point columns of a sweep compress best so,
//! and fastest; no key-value metadata, so that the bytes depend on the numbers alone.

use crate::error::{Error, Fault, Result};
use parquet::basic::{Compression, Encoding, Repetition, Type as PhysicalType, ZstdLevel};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{DoubleType, Int64Type};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The file of the block that begins with point `first`.
pub fn file_name(first: u64) -> String {
    format!("points-{first:012}.parquet")
}

/// The first column of points that need not be neighbours.
pub const INDEX: &str = "index";

/// Columns of equal length, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The points' indices in the design, where not all are there.
    pub index: Option<Vec<u64>>,
    pub names: Vec<String>,
    pub columns: Vec<Vec<f64>>,
}

impl Table {
    /// An empty table with these columns, each with room for `rows`.
    pub fn with_capacity(names: Vec<String>, rows: usize) -> Self {
        let columns = names.iter().map(|_| Vec::with_capacity(rows)).collect();
        Self {
            index: None,
            names,
            columns,
        }
    }

    pub fn rows(&self) -> usize {
        match &self.index {
            Some(index) => index.len(),
            None => self.columns.first().map_or(0, Vec::len),
        }
    }

    pub fn column(&self, name: &str) -> Option<&[f64]> {
        let i = self.names.iter().position(|n| n == name)?;
        Some(&self.columns[i])
    }

    /// Writes the table as a file of its own.
    pub fn write(&self, path: &Path) -> Result<()> {
        let failed =
            |e: &dyn std::fmt::Display| Error::failed(format!("writing {}", path.display()), e);
        let index = self.index.iter().map(|_| (INDEX, PhysicalType::INT64));
        let numbers = self
            .names
            .iter()
            .map(|name| (name.as_str(), PhysicalType::DOUBLE));
        let fields = index
            .chain(numbers)
            .map(|(name, kind)| {
                Type::primitive_type_builder(name, kind)
                    .with_repetition(Repetition::REQUIRED)
                    .build()
                    .map(Arc::new)
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|e| failed(&e))?;
        let schema = Type::group_type_builder("points")
            .with_fields(fields)
            .build()
            .map_err(|e| failed(&e))?;
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_encoding(Encoding::BYTE_STREAM_SPLIT)
            .set_compression(Compression::ZSTD(
                ZstdLevel::try_new(1).map_err(|e| failed(&e))?,
            ))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_created_by("trigscape".to_owned())
            .build();
        let file = File::create(path).map_err(|e| failed(&e))?;
        let write = || -> parquet::errors::Result<()> {
            let mut writer = SerializedFileWriter::new(
                &file,
                Arc::new(schema.clone()),
                Arc::new(properties.clone()),
            )?;
            let mut group = writer.next_row_group()?;
            let fewer =
                || parquet::errors::ParquetError::General("fewer columns than names".into());
            if let Some(index) = &self.index {
                // Indices stay far below 2^63.
                let index: Vec<i64> = index.iter().map(|&i| i as i64).collect();
                let mut column = group.next_column()?.ok_or_else(fewer)?;
                column
                    .typed::<Int64Type>()
                    .write_batch(&index, None, None)?;
                column.close()?;
            }
            for values in &self.columns {
                let mut column = group.next_column()?.ok_or_else(fewer)?;
                column
                    .typed::<DoubleType>()
                    .write_batch(values, None, None)?;
                column.close()?;
            }
            group.close()?;
            writer.close()?;
            Ok(())
        };
        write().map_err(|e| failed(&e))?;
        file.sync_data().map_err(|e| failed(&e))
    }

    /// Reads one block; every column must be a required DOUBLE, and `index` an INT64, as
    /// [`Table::write`] leaves them.
    pub fn read(path: &Path) -> Result<Self> {
        let damaged = |e: &dyn std::fmt::Display| {
            Error::from(
                Fault::in_file(path, format!("not a table of points: {e}"))
                    .hint("run `trigscape explore` again to rebuild the results"),
            )
        };
        let file = File::open(path).map_err(|e| damaged(&e))?;
        let reader = SerializedFileReader::new(file).map_err(|e| damaged(&e))?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let indexed = schema
            .columns()
            .first()
            .is_some_and(|c| c.name() == INDEX && c.physical_type() == PhysicalType::INT64);
        let names: Vec<String> = schema
            .columns()
            .iter()
            .skip(usize::from(indexed))
            .map(|c| c.name().to_owned())
            .collect();
        let rows = reader.metadata().file_metadata().num_rows().max(0) as usize;
        let mut table = Self::with_capacity(names, rows);
        for g in 0..reader.num_row_groups() {
            let group = reader.get_row_group(g).map_err(|e| damaged(&e))?;
            if indexed
                && let ColumnReader::Int64ColumnReader(mut column) =
                    group.get_column_reader(0).map_err(|e| damaged(&e))?
            {
                let mut index = Vec::with_capacity(rows);
                column
                    .read_records(usize::MAX >> 8, None, None, &mut index)
                    .map_err(|e| damaged(&e))?;
                let index = index.into_iter().map(|i| i as u64);
                table.index.get_or_insert_default().extend(index);
            }
            for (i, values) in table.columns.iter_mut().enumerate() {
                match group
                    .get_column_reader(i + usize::from(indexed))
                    .map_err(|e| damaged(&e))?
                {
                    ColumnReader::DoubleColumnReader(mut column) => {
                        column
                            .read_records(usize::MAX >> 8, None, None, values)
                            .map_err(|e| damaged(&e))?;
                    }
                    _ => return Err(damaged(&"a column is not f64")),
                }
            }
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_back_as_written_and_the_bytes_repeat() {
        let dir = tempfile::tempdir().unwrap();
        let table = Table {
            index: None,
            names: vec!["system.\"Inner Tracker\".data_bytes".into(), "f1".into()],
            columns: vec![vec![1.0, 2.5, -0.0], vec![f64::NAN, 1e-300, f64::INFINITY]],
        };
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        table.write(&a).unwrap();
        table.write(&b).unwrap();
        assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap());
        let back = Table::read(&a).unwrap();
        assert_eq!(back.names, table.names);
        for (x, y) in back.columns.iter().zip(&table.columns) {
            let bits = |v: &Vec<f64>| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(x), bits(y));
        }
    }

    #[test]
    fn indices_read_back_and_a_table_may_be_empty() {
        let dir = tempfile::tempdir().unwrap();
        for index in [vec![], vec![7, (1 << 53) + 1]] {
            let table = Table {
                columns: vec![vec![0.5; index.len()]],
                index: Some(index),
                names: vec!["f1".into()],
            };
            let path = dir.path().join("a");
            table.write(&path).unwrap();
            assert_eq!(Table::read(&path).unwrap(), table);
        }
    }

    #[test]
    fn a_file_that_is_no_table_is_a_fault() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("points-000000000000.parquet");
        std::fs::write(&path, b"PAR1 but not really PAR1").unwrap();
        assert_eq!(Table::read(&path).unwrap_err().exit_code(), 2);
    }
}
