//! Writes columns of events as Parquet: ZSTD, row groups of 65 536 events, lists in the standard
//! three-level form. The bytes depend on the columns alone, not on how they arrive.

use super::super::{Branch, Column, Content, Kind, Values};
use crate::error::{Error, Fault, Result};
use ::parquet::basic::{Compression, ConvertedType, Encoding, LogicalType, Repetition, ZstdLevel};
use ::parquet::basic::{IntType, Type as Physical};
use ::parquet::column::writer::{ColumnCloseResult, ColumnWriter, get_column_writer};
use ::parquet::data_type::DataType;
use ::parquet::errors::{ParquetError, Result as ParquetResult};
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use ::parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use ::parquet::schema::types::{ColumnDescPtr, ColumnPath, Type};
use bytes::Bytes;
use rayon::prelude::*;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Events of a row group.
pub const GROUP_EVENTS: usize = 1 << 16;

/// The footer's entry that says what the events are.
pub(super) const MADE_FROM: &str = "trigscape.made_from";
/// How a format begins that tells what such a file was made from.
pub(super) const FROM: &str = "Parquet, from ";

/// A column to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    pub name: String,
    pub kind: Kind,
    pub jagged: bool,
}

impl ColumnSpec {
    /// As the branch is; none where it cannot be read.
    pub fn of(branch: &Branch) -> Option<Self> {
        let (kind, jagged) = match branch.content {
            Content::Flat(kind) => (kind, false),
            Content::Jagged(kind) => (kind, true),
            Content::Unreadable(_) => return None,
        };
        Some(Self {
            name: branch.name.clone(),
            kind,
            jagged,
        })
    }

    fn content(&self) -> Content {
        if self.jagged {
            Content::Jagged(self.kind)
        } else {
            Content::Flat(self.kind)
        }
    }
}

/// A file in the making: written aside, and moved to its name by [`ParquetWriter::finish`]; dropped
/// before, it leaves nothing.
pub struct ParquetWriter {
    path: PathBuf,
    aside: tempfile::TempPath,
    writer: SerializedFileWriter<File>,
    specs: Vec<ColumnSpec>,
    leaves: Vec<ColumnDescPtr>,
    properties: WriterPropertiesPtr,
    waiting: Vec<Column>,
}

impl ParquetWriter {
    /// Starts a file of these columns; `made_from` says in the footer what they are, as a source's
    /// format does.
    ///
    /// # Errors
    /// A [`Fault`] where the file cannot be made, or two columns have one name.
    pub fn create(path: &Path, specs: &[ColumnSpec], made_from: &str) -> Result<Self> {
        for (i, spec) in specs.iter().enumerate() {
            if specs[..i].iter().any(|s| s.name == spec.name) {
                let message = format!("two columns are named `{}`", spec.name);
                return Err(Fault::in_file(path, message).into());
            }
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut aside = tempfile::Builder::new();
        aside.prefix(".trigscape-").suffix(".parquet");
        // Files made aside are private to their maker; results are as open as the maker's mask has it.
        #[cfg(unix)]
        aside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let (file, aside) = aside
            .tempfile_in(folder)
            .map_err(|e| Fault::in_file(path, format!("cannot write here: {e}")))?
            .into_parts();
        let start = || -> ParquetResult<_> {
            let fields = specs.iter().map(field).collect::<ParquetResult<Vec<_>>>()?;
            let root = Type::group_type_builder("events")
                .with_fields(fields)
                .build()?;
            let properties = Arc::new(properties(specs, made_from)?);
            SerializedFileWriter::new(file, Arc::new(root), properties.clone())
                .map(|writer| (writer, properties))
        };
        let (writer, properties) = start().map_err(|e| writing(path, &e))?;
        let leaves = writer.schema_descr().columns().to_vec();
        Ok(Self {
            path: path.to_owned(),
            aside,
            writer,
            specs: specs.to_vec(),
            leaves,
            properties,
            waiting: specs
                .iter()
                .filter_map(|s| Column::empty(&s.content()))
                .collect(),
        })
    }

    /// Adds events: one column a spec, in their order, all with as many events.
    ///
    /// # Panics
    /// If a column is not of its spec's kind or shape.
    pub fn write(&mut self, columns: Vec<Column>) -> Result<()> {
        assert_eq!(columns.len(), self.specs.len(), "one column a spec");
        for (waiting, column) in self.waiting.iter_mut().zip(columns) {
            waiting
                .append(column)
                .map_err(|e| writing(&self.path, &e))?;
        }
        while self.events_waiting() >= GROUP_EVENTS {
            self.write_group(GROUP_EVENTS)?;
        }
        Ok(())
    }

    /// Writes what waits and the footer, and gives the file its name.
    pub fn finish(mut self) -> Result<()> {
        if self.events_waiting() > 0 {
            self.write_group(self.events_waiting())?;
        }
        let path = self.path;
        let file = self.writer.into_inner().map_err(|e| writing(&path, &e))?;
        file.sync_data().map_err(|e| writing(&path, &e))?;
        let kept = self.aside.persist(&path);
        kept.map_err(|e| writing(&path, &e.error))
    }

    fn events_waiting(&self) -> usize {
        self.waiting.first().map_or(0, Column::events)
    }

    /// One row group of the first `events` that wait; columns are encoded side by side.
    fn write_group(&mut self, events: usize) -> Result<()> {
        let properties = &self.properties;
        let chunks = self
            .leaves
            .par_iter()
            .zip(&mut self.waiting)
            .map(|(leaf, waiting)| encode(leaf, properties, waiting.split_front(events)))
            .collect::<ParquetResult<Vec<_>>>();
        let append = || -> ParquetResult<()> {
            let mut group = self.writer.next_row_group()?;
            for (bytes, close) in chunks? {
                group.append_column(&bytes, close)?;
            }
            group.close().map(|_| ())
        };
        append().map_err(|e| writing(&self.path, &e))
    }
}

fn writing(path: &Path, cause: &dyn std::fmt::Display) -> Error {
    Error::failed(format!("writing {}", path.display()), cause)
}

/// Floats compress best, and fastest, as byte streams; integers repeat and take a dictionary.
fn properties(specs: &[ColumnSpec], made_from: &str) -> ParquetResult<WriterProperties> {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by("trigscape".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new(
            MADE_FROM.to_owned(),
            made_from.strip_prefix(FROM).unwrap_or(made_from).to_owned(),
        )]));
    for spec in specs {
        if matches!(spec.kind, Kind::F32 | Kind::F64) {
            let path = ColumnPath::new(match spec.jagged {
                true => vec![spec.name.clone(), "list".into(), "element".into()],
                false => vec![spec.name.clone()],
            });
            builder = builder
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::BYTE_STREAM_SPLIT);
        }
    }
    Ok(builder.build())
}

fn field(spec: &ColumnSpec) -> ParquetResult<Arc<Type>> {
    let integer = |bit_width, is_signed| {
        Some(LogicalType::Integer(IntType {
            bit_width,
            is_signed,
        }))
    };
    let (physical, logical) = match spec.kind {
        Kind::Bool => (Physical::BOOLEAN, None),
        Kind::I8 => (Physical::INT32, integer(8, true)),
        Kind::U8 => (Physical::INT32, integer(8, false)),
        Kind::I16 => (Physical::INT32, integer(16, true)),
        Kind::U16 => (Physical::INT32, integer(16, false)),
        Kind::I32 => (Physical::INT32, None),
        Kind::U32 => (Physical::INT32, integer(32, false)),
        Kind::I64 => (Physical::INT64, None),
        Kind::U64 => (Physical::INT64, integer(64, false)),
        Kind::F32 => (Physical::FLOAT, None),
        Kind::F64 => (Physical::DOUBLE, None),
    };
    let leaf = |name: &str| {
        Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical.clone())
            .build()
            .map(Arc::new)
    };
    if !spec.jagged {
        return leaf(&spec.name);
    }
    let list = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![leaf("element")?])
        .build()?;
    Type::group_type_builder(&spec.name)
        .with_repetition(Repetition::REQUIRED)
        .with_converted_type(ConvertedType::LIST)
        .with_logical_type(Some(LogicalType::List))
        .with_fields(vec![Arc::new(list)])
        .build()
        .map(Arc::new)
}

/// One column chunk, with what the footer has to know of it.
fn encode(
    leaf: &ColumnDescPtr,
    properties: &WriterPropertiesPtr,
    column: Column,
) -> ParquetResult<(Bytes, ColumnCloseResult)> {
    let mut sink = TrackedWrite::new(Vec::new());
    let pages = Box::new(SerializedPageWriter::new(&mut sink));
    let mut writer = get_column_writer(leaf.clone(), properties.clone(), pages);
    let levels = column.offsets.as_deref().map(levels);
    match column.values {
        Values::Bool(v) => put::<::parquet::data_type::BoolType>(&mut writer, &v, &levels),
        Values::I8(v) => put_i32(&mut writer, v, &levels),
        Values::U8(v) => put_i32(&mut writer, v, &levels),
        Values::I16(v) => put_i32(&mut writer, v, &levels),
        Values::U16(v) => put_i32(&mut writer, v, &levels),
        Values::I32(v) => put_i32(&mut writer, v, &levels),
        Values::U32(v) => {
            let bits = v.into_iter().map(|x| x as i32).collect::<Vec<_>>();
            put_i32(&mut writer, bits, &levels)
        }
        Values::I64(v) => put::<::parquet::data_type::Int64Type>(&mut writer, &v, &levels),
        Values::U64(v) => {
            let bits: Vec<i64> = v.into_iter().map(|x| x as i64).collect();
            put::<::parquet::data_type::Int64Type>(&mut writer, &bits, &levels)
        }
        Values::F32(v) => put::<::parquet::data_type::FloatType>(&mut writer, &v, &levels),
        Values::F64(v) => put::<::parquet::data_type::DoubleType>(&mut writer, &v, &levels),
    }?;
    let close = writer.close()?;
    let bytes = sink.into_inner()?;
    Ok((bytes.into(), close))
}

/// Definition and repetition levels.
type Levels = (Vec<i16>, Vec<i16>);

/// An empty list has one entry, at definition level 0.
fn levels(offsets: &[u32]) -> Levels {
    let most = offsets.last().map_or(0, |n| *n as usize) + offsets.len();
    let (mut definition, mut repetition) = (Vec::with_capacity(most), Vec::with_capacity(most));
    for event in offsets.windows(2) {
        let n = (event[1] - event[0]) as usize;
        definition.extend(std::iter::repeat_n(i16::from(n > 0), n.max(1)));
        repetition.push(0);
        repetition.extend(std::iter::repeat_n(1, n.saturating_sub(1)));
    }
    (definition, repetition)
}

fn put_i32<T: Into<i32>>(
    writer: &mut ColumnWriter<'_>,
    values: Vec<T>,
    levels: &Option<Levels>,
) -> ParquetResult<()> {
    let values: Vec<i32> = values.into_iter().map(Into::into).collect();
    put::<::parquet::data_type::Int32Type>(writer, &values, levels)
}

fn put<D: DataType>(
    writer: &mut ColumnWriter<'_>,
    values: &[D::T],
    levels: &Option<Levels>,
) -> ParquetResult<()> {
    let writer = D::get_column_writer_mut(writer)
        .ok_or_else(|| ParquetError::General("a column of another type".into()))?;
    let definition = levels.as_ref().map(|l| l.0.as_slice());
    let repetition = levels.as_ref().map(|l| l.1.as_slice());
    writer
        .write_batch(values, definition, repetition)
        .map(|_| ())
}
