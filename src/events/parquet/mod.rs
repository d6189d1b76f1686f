//! Parquet: flat columns and lists of numbers, as awkward, uproot, pyarrow and pandas write them.
//!
//! Names follow NanoAOD: a column `Jet_pt` that is a list, or a list of records `Jet` with a field
//! `pt`, is the branch `Jet_pt`. Empty fields (nulls) of floats become NaN, null lists empty ones.

mod decode;
mod pages;
mod schema;
mod writer;

pub use writer::{ColumnSpec, GROUP_EVENTS, ParquetWriter};

use super::positional::Positional;
use super::{Branch, Column, Content, Description, Source, memory_bound};
use crate::error::{Error, Fault, Result};
use crate::quiet;
use ::parquet::basic::Compression;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use rayon::prelude::*;
use std::ops::Range;
use std::path::Path;

/// An open Parquet file.
pub struct ParquetFile {
    reader: SerializedFileReader<Positional>,
    description: Description,
    /// First event of each row group, and the end of the last.
    starts: Vec<u64>,
    /// A column chunk that claims more bytes of values than this is taken for damaged.
    largest: u64,
}

impl std::fmt::Debug for ParquetFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ParquetFile")
            .field(&self.description.origin)
            .finish()
    }
}

impl ParquetFile {
    /// Opens a file and reads its footer.
    ///
    /// # Errors
    /// A [`Fault`] at the file: unreadable, or not Parquet.
    pub fn open(path: &Path) -> Result<Self> {
        let largest = memory_bound()?;
        let damaged = |cause: &dyn std::fmt::Display| {
            Error::from(Fault::in_file(
                path,
                format!("damaged Parquet file: {cause}"),
            ))
        };
        let file = Positional::open(path)
            .map_err(|e| Fault::in_file(path, format!("cannot read the file: {e}")))?;
        // The reader may panic on damaged metadata.
        let reader = quiet::catch(|| SerializedFileReader::new(file))
            .ok_or_else(|| damaged(&"its footer makes no sense"))?
            .map_err(|e| damaged(&e))?;
        let (description, starts) = describe(path, &reader).map_err(|e| damaged(&e))?;
        Ok(Self {
            reader,
            description,
            starts,
            largest,
        })
    }

    /// Events `part` of one row group, of one column.
    fn read_part(&self, name: &str, leaf: usize, group: usize, part: Range<u64>) -> Result<Column> {
        let attempt = || decode::read(&self.reader, leaf, group, part, self.largest);
        quiet::catch(attempt)
            .unwrap_or_else(|| Err("damaged data".to_owned()))
            .map_err(|cause| {
                Fault::in_file(
                    &self.description.origin,
                    format!("column `{name}`, row group {group}: {cause}"),
                )
                .into()
            })
    }
}

impl Source for ParquetFile {
    fn description(&self) -> &Description {
        &self.description
    }

    fn read(&self, names: &[&str], events: Range<u64>) -> Result<Vec<Column>> {
        assert!(
            events.end <= self.description.entries,
            "events beyond the file"
        );
        let leaves = names
            .iter()
            .map(|name| Ok((*name, self.description.branch(name)?.0)))
            .collect::<Result<Vec<_>>>()?;
        let groups: Vec<(usize, Range<u64>)> = self
            .starts
            .windows(2)
            .enumerate()
            .map(|(g, w)| (g, events.start.max(w[0])..events.end.min(w[1]), w[0]))
            .filter(|(_, part, _)| part.start < part.end)
            .map(|(g, part, start)| (g, part.start - start..part.end - start))
            .collect();
        let tasks: Vec<_> = leaves
            .iter()
            .flat_map(|leaf| groups.iter().map(move |group| (leaf, group)))
            .collect();
        let mut parts = tasks
            .into_par_iter()
            .map(|(&(name, leaf), (group, part))| self.read_part(name, leaf, *group, part.clone()))
            .collect::<Result<Vec<_>>>()?
            .into_iter();
        let mut columns = Vec::with_capacity(leaves.len());
        for &(name, leaf) in &leaves {
            let mut whole = parts
                .next()
                .filter(|_| !groups.is_empty())
                .or_else(|| Column::empty(&self.description.branches[leaf].content));
            for part in parts.by_ref().take(groups.len().saturating_sub(1)) {
                if let Some(whole) = &mut whole {
                    let joined = whole.append(part);
                    joined.map_err(|e| e.fault(&self.description.origin, name))?;
                }
            }
            columns.extend(whole);
        }
        Ok(columns)
    }

    fn bytes(&self, names: &[&str], events: Range<u64>) -> u64 {
        let metadata = self.reader.metadata();
        let mut bytes = 0u64;
        for (group, window) in metadata.row_groups().iter().zip(self.starts.windows(2)) {
            let part = events.start.max(window[0])..events.end.min(window[1]);
            if part.start >= part.end {
                continue;
            }
            let share = (part.end - part.start) as f64 / (window[1] - window[0]) as f64;
            for (branch, chunk) in self.description.branches.iter().zip(group.columns()) {
                if let Some(kind) = branch.content.kind()
                    && names.contains(&branch.name.as_str())
                {
                    let values = chunk.num_values().max(0) as f64 * share;
                    // Two levels of two bytes beside each value.
                    bytes = bytes.saturating_add((values * (kind.bytes() + 4) as f64) as u64);
                }
            }
        }
        bytes
    }
}

/// What the footer says, checked.
fn describe(
    path: &Path,
    reader: &SerializedFileReader<Positional>,
) -> std::result::Result<(Description, Vec<u64>), String> {
    let metadata = reader.metadata();
    let mut starts = vec![0u64];
    for group in metadata.row_groups() {
        let rows = u64::try_from(group.num_rows()).map_err(|_| "a negative number of rows")?;
        let end = starts.last().and_then(|s| s.checked_add(rows));
        starts.push(end.ok_or("too many rows")?);
    }
    let entries = starts.last().copied().unwrap_or(0);
    if u64::try_from(metadata.file_metadata().num_rows()) != Ok(entries) {
        return Err("its row groups do not add up to its rows".to_owned());
    }
    let schema = metadata.file_metadata().schema_descr();
    let mut branches = Vec::with_capacity(schema.num_columns());
    for (i, column) in schema.columns().iter().enumerate() {
        let chunks = metadata
            .row_groups()
            .iter()
            .filter_map(|g| g.columns().get(i));
        let (mut stored, mut plain, mut codec) = (0u64, 0u64, None);
        for chunk in chunks {
            stored = stored.saturating_add(chunk.compressed_size().max(0) as u64);
            plain = plain.saturating_add(chunk.uncompressed_size().max(0) as u64);
            codec.get_or_insert_with(|| codec_name(chunk.compression()).to_owned());
        }
        let mut content = schema::content(column);
        let name = schema::name(schema, i);
        if let Some(codec @ ("brotli" | "lzo")) = codec.as_deref() {
            content = Content::Unreadable(format!("packed with {codec}, which is not read here"));
        }
        if branches.iter().any(|b: &Branch| b.name == name) {
            content = Content::Unreadable("a second column of this name".to_owned());
        }
        branches.push(Branch {
            name,
            content,
            codec,
            stored_bytes: stored,
            plain_bytes: plain,
        });
    }
    let notes = metadata
        .file_metadata()
        .key_value_metadata()
        .into_iter()
        .flatten();
    let made_from = notes
        .filter(|note| note.key == writer::MADE_FROM)
        .find_map(|note| note.value.as_deref());
    let description = Description {
        origin: path.to_owned(),
        format: match made_from {
            Some(source) => format!("{}{source}", writer::FROM),
            None => "Parquet".to_owned(),
        },
        entries,
        branches,
        cuts: starts.iter().copied().filter(|s| *s < entries).collect(),
    };
    Ok((description, starts))
}

fn codec_name(compression: Compression) -> &'static str {
    match compression {
        Compression::UNCOMPRESSED => "none",
        Compression::SNAPPY => "snappy",
        Compression::GZIP(_) => "gzip",
        Compression::LZO => "lzo",
        Compression::BROTLI(_) => "brotli",
        Compression::LZ4 => "lz4 (hadoop)",
        Compression::ZSTD(_) => "zstd",
        Compression::LZ4_RAW => "lz4",
    }
}
