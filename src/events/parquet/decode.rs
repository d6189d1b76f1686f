//! A column chunk: definition and repetition levels turned into offsets and values.

use super::super::positional::Positional;
use super::super::{Column, Kind, Values};
use super::{pages, schema};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use ::parquet::data_type::DataType;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::ColumnDescriptor;
use std::ops::Range;

/// Events `part`, counted from the row group's first, of one leaf column.
pub(super) fn read(
    reader: &SerializedFileReader<Positional>,
    leaf: usize,
    group: usize,
    part: Range<u64>,
    largest: u64,
) -> Result<Column, String> {
    let text = |e: ::parquet::errors::ParquetError| e.to_string();
    let group = reader.get_row_group(group).map_err(text)?;
    let values = u64::try_from(group.metadata().column(leaf).num_values())
        .map_err(|_| "a negative number of values")?;
    // Levels take two bytes each, a value at most eight.
    if values.saturating_mul(12) > largest {
        return Err(format!(
            "a row group of {values} values does not fit into the memory allowed; raise TRIGSCAPE_MEMORY_GB, \
             or write the file in smaller row groups"
        ));
    }
    let descriptor = reader
        .metadata()
        .file_metadata()
        .schema_descr()
        .column(leaf);
    let kind = schema::kind(&descriptor)?;
    let pages = group.get_column_page_reader(leaf).map_err(text)?;
    let pages = Box::new(pages::Counted::new(pages, values, kind.bytes().max(4)));
    let d = descriptor.as_ref();
    match get_column_reader(descriptor.clone(), pages) {
        ColumnReader::BoolColumnReader(r) => Levels::read(r, d, &part, None)?.column(Values::Bool),
        ColumnReader::FloatColumnReader(r) => {
            Levels::read(r, d, &part, Some(f32::NAN))?.column(Values::F32)
        }
        ColumnReader::DoubleColumnReader(r) => {
            Levels::read(r, d, &part, Some(f64::NAN))?.column(Values::F64)
        }
        ColumnReader::Int32ColumnReader(r) => {
            let read = Levels::read(r, d, &part, None)?;
            match kind {
                Kind::I8 => read.narrowed()?.column(Values::I8),
                Kind::U8 => read.narrowed()?.column(Values::U8),
                Kind::I16 => read.narrowed()?.column(Values::I16),
                Kind::U16 => read.narrowed()?.column(Values::U16),
                // Unsigned numbers are stored as their bit pattern.
                Kind::U32 => read.map(|x| x as u32).column(Values::U32),
                _ => read.column(Values::I32),
            }
        }
        ColumnReader::Int64ColumnReader(r) => {
            let read = Levels::read(r, d, &part, None)?;
            match kind {
                Kind::U64 => read.map(|x| x as u64).column(Values::U64),
                _ => read.column(Values::I64),
            }
        }
        _ => Err("not a column of numbers".to_owned()),
    }
}

/// Values with where each event's begin.
struct Levels<T> {
    offsets: Option<Vec<u32>>,
    values: Vec<T>,
}

impl<T: Copy> Levels<T> {
    /// Reads `part` records; nulls become `null`, or are refused where there is none.
    fn read<D: DataType<T = T>>(
        mut reader: ColumnReaderImpl<D>,
        descriptor: &ColumnDescriptor,
        part: &Range<u64>,
        null: Option<T>,
    ) -> Result<Self, String> {
        let text = |e: ::parquet::errors::ParquetError| e.to_string();
        let (skip, wanted) = (part.start as usize, (part.end - part.start) as usize);
        if skip > 0 && reader.skip_records(skip).map_err(text)? != skip {
            return Err("it ends early".to_owned());
        }
        let (mut definition, mut repetition, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let mut records = 0;
        while records < wanted {
            let (more, _, _) = reader
                .read_records(
                    wanted - records,
                    Some(&mut definition),
                    Some(&mut repetition),
                    &mut values,
                )
                .map_err(text)?;
            if more == 0 {
                return Err("it ends early".to_owned());
            }
            records += more;
        }
        let (full, jagged) = (descriptor.max_def_level(), descriptor.max_rep_level() > 0);
        // From this level on there is an element, if only a null one.
        let element = if jagged {
            descriptor.repeated_ancestor_def_level()
        } else {
            0
        };
        let present = |level: &&i16| **level >= element;
        let elements = match (full, jagged) {
            (0, _) => values.len(),
            _ => definition.iter().filter(present).count(),
        };
        if elements != values.len() {
            let null =
                null.ok_or("it has empty fields, which whole numbers and bools cannot hold")?;
            let mut given = values.iter().copied();
            values = definition
                .iter()
                .filter(present)
                .map(|level| match *level == full {
                    true => given.next().unwrap_or(null),
                    false => null,
                })
                .collect();
        }
        let offsets = jagged
            .then(|| offsets(&repetition, &definition, element, wanted))
            .transpose()?;
        let events = offsets.as_ref().map_or(values.len(), |o| o.len() - 1);
        let ends = offsets
            .as_ref()
            .map_or(values.len(), |o| o[wanted.min(o.len() - 1)] as usize);
        if events != wanted || ends != values.len() {
            return Err("its levels do not add up".to_owned());
        }
        Ok(Self { offsets, values })
    }

    fn map<U>(self, convert: impl Fn(T) -> U) -> Levels<U> {
        Levels {
            offsets: self.offsets,
            values: self.values.into_iter().map(convert).collect(),
        }
    }

    /// Into a smaller integer, which the annotation says is wide enough.
    fn narrowed<U: TryFrom<T>>(self) -> Result<Levels<U>, String> {
        let narrow =
            |x| U::try_from(x).map_err(|_| "a value lies outside its column's type".to_owned());
        Ok(Levels {
            values: self
                .values
                .into_iter()
                .map(narrow)
                .collect::<Result<_, _>>()?,
            offsets: self.offsets,
        })
    }

    fn column(self, values: impl FnOnce(Vec<T>) -> Values) -> Result<Column, String> {
        Ok(Column {
            offsets: self.offsets,
            values: values(self.values),
        })
    }
}

/// Where the elements of each record begin: a record starts at repetition level 0.
fn offsets(
    repetition: &[i16],
    definition: &[i16],
    element: i16,
    records: usize,
) -> Result<Vec<u32>, String> {
    if repetition.len() != definition.len()
        || u32::try_from(repetition.len()).is_err()
        || repetition.first().is_some_and(|r| *r != 0)
    {
        return Err("its levels do not add up".to_owned());
    }
    let mut offsets = Vec::with_capacity(records + 1);
    let mut count = 0u32;
    for (r, d) in repetition.iter().zip(definition) {
        if *r == 0 {
            offsets.push(count);
        }
        count += u32::from(*d >= element);
    }
    offsets.push(count);
    Ok(offsets)
}
