//! CSV: one row an event.
//!
//! `muon1_pt, muon1_eta, muon2_pt, ...` are the fields of the first, second, ... muon and become lists
//! `muon_pt`, `muon_eta`; an empty field is an absent object. Every other column is one value an event,
//! where empty means NaN. `#` begins a comment line.

use super::{Branch, Budget, Column, Content, Description, Kind, Source, Values};
use crate::error::{Fault, Result};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;

/// A CSV file, read as a whole.
#[derive(Debug)]
pub struct CsvFile {
    description: Description,
    columns: Vec<Column>,
}

impl CsvFile {
    /// Reads a file.
    ///
    /// # Errors
    /// A [`Fault`] that names file and line: not a table, a field that is no number, an object that
    /// lacks a field, a blank line where that could be an absent value, or more data than the budget has
    /// left.
    pub fn open(path: &Path, budget: &Budget) -> Result<Self> {
        let fault = |message: String| Fault::in_file(path, message);
        let mut reader = ::csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .trim(::csv::Trim::All)
            .from_path(path)
            .map_err(|e| fault(format!("cannot read the file: {e}")))?;
        let header = reader
            .headers()
            .map_err(|e| fault(format!("not a CSV table: {e}")))?
            .clone();
        let names: Vec<&str> = header.iter().collect();
        check_names(&names).map_err(|message| {
            let hint = "the first line names the columns; it is no comment";
            fault(message).hint(hint)
        })?;
        if names.len() == 1 {
            check_blank_lines(path)?;
        }
        let layout = Layout::of(&names);
        let mut fields: Vec<Field> = names.iter().map(|_| Field::default()).collect();
        let mut entries = 0u64;
        for record in reader.records() {
            let record = record.map_err(|e| fault(format!("not a CSV table: {e}")))?;
            let line = record.position().map_or(0, ::csv::Position::line);
            if !budget.take(FIELD_BYTES * names.len() as u64) {
                return Err(fault(format!(
                    "line {line}: the memory allowed for CSV is used up"
                ))
                .hint("raise TRIGSCAPE_MEMORY_GB, or convert parts of it to Parquet")
                .into());
            }
            for ((text, field), name) in record.iter().zip(&mut fields).zip(&names) {
                field.push(text).map_err(|()| {
                    fault(format!(
                        "line {line}: expected a number in column `{name}`, found `{text}`"
                    ))
                })?;
            }
            layout
                .check(&fields, &names)
                .map_err(|message| fault(format!("line {line}: {message}")))?;
            entries += 1;
        }
        let (names, columns): (Vec<_>, Vec<_>) =
            layout.columns(&fields, &names).into_iter().unzip();
        if let Some(name) = (1..names.len()).find(|&i| names[..i].contains(&names[i])) {
            let message = format!("the columns make two of the name `{}`", names[name]);
            return Err(fault(message).into());
        }
        let branches = names
            .into_iter()
            .zip(&columns)
            .map(|(name, column)| Branch {
                name,
                content: match column.offsets {
                    Some(_) => Content::Jagged(column.values.kind()),
                    None => Content::Flat(column.values.kind()),
                },
                codec: None,
                stored_bytes: 0,
                plain_bytes: column.bytes() as u64,
            });
        Ok(Self {
            description: Description {
                origin: path.to_owned(),
                format: "CSV".to_owned(),
                entries,
                branches: branches.collect(),
                cuts: Vec::new(),
            },
            columns,
        })
    }
}

impl Source for CsvFile {
    fn description(&self) -> &Description {
        &self.description
    }

    fn read(&self, names: &[&str], events: Range<u64>) -> Result<Vec<Column>> {
        let columns = names.iter().map(|name| {
            let (index, _) = self.description.branch(name)?;
            Ok(self.columns[index].slice(events.start as usize..events.end as usize))
        });
        columns.collect()
    }
}

/// Bytes of a field while it is read: as text parsed, and in its column.
const FIELD_BYTES: u64 = 24;

/// More columns than this are no table of events.
const MOST_COLUMNS: usize = 20_000;

fn check_names(names: &[&str]) -> std::result::Result<(), String> {
    if names.len() > MOST_COLUMNS {
        return Err(format!(
            "{} columns; at most {MOST_COLUMNS} are read",
            names.len()
        ));
    }
    let mut known = HashSet::new();
    for (i, name) in names.iter().enumerate() {
        if name.is_empty() {
            return Err(format!("column {} has no name", i + 1));
        }
        if !known.insert(name) {
            return Err(format!("two columns are named `{name}`"));
        }
    }
    if names.iter().all(|name| name.parse::<f64>().is_ok()) {
        return Err("its first line holds numbers instead of names".to_owned());
    }
    Ok(())
}

/// In a file of one column a blank line could be an absent value, but the reader skips it.
fn check_blank_lines(path: &Path) -> Result<()> {
    let fault = |message: String| Fault::in_file(path, message);
    let file = File::open(path).map_err(|e| fault(format!("cannot read the file: {e}")))?;
    let mut blank = None;
    for (i, line) in BufReader::new(file).split(b'\n').enumerate() {
        let line = line.map_err(|e| fault(format!("cannot read the file: {e}")))?;
        match (blank, line.trim_ascii().is_empty()) {
            (Some(line), false) => {
                return Err(fault(format!("line {line} is blank"))
                    .hint("write an absent value as two quotation marks: \"\"")
                    .into());
            }
            (None, true) => blank = Some(i + 1),
            _ => {}
        }
    }
    Ok(())
}

/// The texts of one CSV column as numbers, and what kind holds them all.
#[derive(Default)]
struct Field {
    values: Vec<Option<f64>>,
    fractional: bool,
    words: bool,
    numbers: bool,
}

impl Field {
    fn push(&mut self, text: &str) -> Result<(), ()> {
        let value = match text {
            "" => None,
            "true" | "True" | "TRUE" => Some(1.0),
            "false" | "False" | "FALSE" => Some(0.0),
            _ => Some(text.parse::<f64>().map_err(|_| ())?),
        };
        if let Some(x) = value {
            let word = text.starts_with(['t', 'T', 'f', 'F']);
            self.words |= word;
            self.numbers |= !word;
            // Whole numbers written as such; beyond 2^53 not every one is an f64.
            self.fractional |= !word && (text.parse::<i64>().is_err() || x.abs() > 9e15);
        }
        self.values.push(value);
        Ok(())
    }

    fn kind(&self) -> Kind {
        match (self.words, self.numbers, self.fractional) {
            (true, false, _) => Kind::Bool,
            (_, true, false) => Kind::I64,
            _ => Kind::F64,
        }
    }
}

/// Which CSV columns make which columns of events.
struct Layout {
    /// Collections in the order of their first column.
    collections: Vec<Collection>,
    scalars: Vec<usize>,
}

struct Collection {
    name: String,
    /// Of each object, of each field, the CSV column, if there is one.
    objects: Vec<Vec<Option<usize>>>,
    fields: Vec<String>,
}

impl Layout {
    fn of(names: &[&str]) -> Self {
        let mut numbered: BTreeMap<&str, Vec<(usize, &str, usize)>> = BTreeMap::new();
        for (column, name) in names.iter().enumerate() {
            if let Some((prefix, number, field)) = split(name) {
                numbered
                    .entry(prefix)
                    .or_default()
                    .push((number, field, column));
            }
        }
        // Objects count from 1 without a gap; anything else only looks like one.
        numbered.retain(|_, list| {
            let most = list.iter().map(|l| l.0).max().unwrap_or(0);
            most <= list.len() && (1..=most).all(|n| list.iter().any(|l| l.0 == n))
        });
        let in_collection = |c: &usize| !numbered.values().flatten().any(|l| l.2 == *c);
        let scalars = (0..names.len()).filter(in_collection).collect();
        let mut collections: Vec<(usize, Collection)> = Vec::new();
        for (name, list) in &numbered {
            let mut fields: Vec<String> = Vec::new();
            for (_, field, _) in list {
                if !fields.iter().any(|f| f == field) {
                    fields.push((*field).to_owned());
                }
            }
            let most = list.iter().map(|l| l.0).max().unwrap_or(0);
            let of = |n: usize, field: &str| list.iter().find(|l| l.0 == n && l.1 == field);
            let object = |n| fields.iter().map(|f| of(n, f).map(|l| l.2)).collect();
            let collection = Collection {
                name: (*name).to_owned(),
                objects: (1..=most).map(object).collect(),
                fields: fields.clone(),
            };
            collections.push((list[0].2, collection));
        }
        collections.sort_by_key(|(first, _)| *first);
        Self {
            collections: collections.into_iter().map(|(_, c)| c).collect(),
            scalars,
        }
    }

    /// An object of the last row has all of its fields, or none.
    fn check(&self, fields: &[Field], names: &[&str]) -> Result<(), String> {
        let given = |c: usize| fields[c].values.last().is_some_and(Option::is_some);
        for collection in &self.collections {
            for (n, object) in collection.objects.iter().enumerate() {
                let some = object.iter().flatten().find(|c| given(**c));
                let missing = object
                    .iter()
                    .enumerate()
                    .find(|(_, c)| c.is_none_or(|c| !given(c)));
                if let (Some(some), Some((field, _))) = (some, missing) {
                    return Err(format!(
                        "`{}` has a value, but `{}{}_{}` has none",
                        names[*some],
                        collection.name,
                        n + 1,
                        collection.fields[field]
                    ));
                }
            }
        }
        Ok(())
    }

    fn columns(&self, fields: &[Field], names: &[&str]) -> Vec<(String, Column)> {
        let mut columns = Vec::new();
        let rows = fields.first().map_or(0, |f| f.values.len());
        for collection in &self.collections {
            for (f, field) in collection.fields.iter().enumerate() {
                let parts: Vec<&Field> = collection
                    .objects
                    .iter()
                    .filter_map(|o| Some(&fields[o[f]?]))
                    .collect();
                let kind = common(parts.iter().map(|p| p.kind()));
                let (mut offsets, mut values) = (vec![0u32], Vec::new());
                for row in 0..rows {
                    values.extend(parts.iter().filter_map(|p| p.values[row]));
                    offsets.push(values.len() as u32);
                }
                let name = format!("{}_{field}", collection.name);
                columns.push((name, Column::jagged(offsets, of_kind(kind, values))));
            }
        }
        for &c in &self.scalars {
            let empty = fields[c].values.iter().any(Option::is_none);
            let kind = if empty { Kind::F64 } else { fields[c].kind() };
            let values = fields[c].values.iter().map(|v| v.unwrap_or(f64::NAN));
            columns.push((
                names[c].to_owned(),
                Column::flat(of_kind(kind, values.collect())),
            ));
        }
        columns
    }
}

/// `muon1_pt` is (`muon`, 1, `pt`). A prefix has two letters at least, so that `L1_SingleMu22` is a name
/// of its own.
fn split(name: &str) -> Option<(&str, usize, &str)> {
    let (object, field) = name.split_once('_')?;
    let prefix = object.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = object[prefix.len()..].parse().ok()?;
    (prefix.len() >= 2 && !field.is_empty() && (1..=999).contains(&number))
        .then_some((prefix, number, field))
}

fn common(kinds: impl Iterator<Item = Kind>) -> Kind {
    kinds
        .reduce(|a, b| match (a, b) {
            (a, b) if a == b => a,
            _ => Kind::F64,
        })
        .unwrap_or(Kind::F64)
}

fn of_kind(kind: Kind, values: Vec<f64>) -> Values {
    match kind {
        Kind::Bool => Values::Bool(values.into_iter().map(|x| x != 0.0).collect()),
        Kind::I64 => Values::I64(values.into_iter().map(|x| x as i64).collect()),
        _ => Values::F64(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> Result<CsvFile> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        CsvFile::open(file.path(), &Budget::new().unwrap())
    }

    #[test]
    fn numbered_objects_become_lists_and_the_rest_scalars() {
        let csv = open(
            "muon1_pt,muon1_charge,muon2_pt,muon2_charge,met,L1_SingleMu22,run\n\
             # two muons, none, one\n\
             30.5,1,7.25,-1,12.5,true,1\n\
             ,,,,,false,1\n\
             5,-1,,,3,true,2\n",
        )
        .unwrap();
        let names: Vec<_> = csv
            .description
            .branches
            .iter()
            .map(|b| b.name.as_str())
            .collect();
        assert_eq!(
            names,
            ["muon_pt", "muon_charge", "met", "L1_SingleMu22", "run"]
        );
        let columns = csv
            .read(
                &["muon_pt", "muon_charge", "met", "L1_SingleMu22", "run"],
                0..3,
            )
            .unwrap();
        assert_eq!(
            columns[0],
            Column::jagged(vec![0, 2, 2, 3], Values::F64(vec![30.5, 7.25, 5.0]))
        );
        assert_eq!(columns[1].values, Values::I64(vec![1, -1, -1]));
        let met = columns[2].values.to_f64();
        assert!(met[0] == 12.5 && met[1].is_nan() && met[2] == 3.0);
        assert_eq!(columns[3].values, Values::Bool(vec![true, false, true]));
        assert_eq!(columns[4].values, Values::I64(vec![1, 1, 2]));
        let last = csv.read(&["muon_pt"], 2..3).unwrap();
        assert_eq!(last[0], Column::jagged(vec![0, 1], Values::F64(vec![5.0])));
    }

    #[test]
    fn what_is_no_table_of_numbers_is_refused_with_its_line() {
        for (text, told) in [
            ("a,b\n1,2\n3\n", "not a CSV table"),
            ("a,a\n1,2\n", "two columns are named `a`"),
            (
                "a\nx\n",
                "line 2: expected a number in column `a`, found `x`",
            ),
            (
                "mu1_pt,mu1_eta\n1,\n",
                "line 2: `mu1_pt` has a value, but `mu1_eta` has none",
            ),
            (
                "mu1_pt,mu1_eta,mu2_pt\n1,2,3\n",
                "`mu2_pt` has a value, but `mu2_eta` has none",
            ),
        ] {
            let error = open(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
