//! Prescale tables in CSV, as CMS's are: a row a seed, a column a luminosity.
//!
//! ```text
//! Index,Name,2e34,1.5e34
//! 0,SingleMu22,1,1
//! 1,SingleMu7,250,-1
//! ```

use super::raw_menu::RawPrescales;
use super::{InputFile, Inputs, MenuSettings, PathSettings, Source, check_prescale};
use crate::error::{Error, Fault, Place, Result, nearest_name};
use std::collections::HashMap;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A table whose rows are named. Cells are text until a column is asked for: others may hold comments.
#[derive(Debug, Clone)]
pub struct PrescaleTable {
    text: Source,
    columns: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    name: String,
    /// One a column.
    cells: Vec<Cell>,
}

/// A cell's content and where it stands in the text.
#[derive(Debug, Clone)]
struct Cell {
    value: String,
    span: Range<usize>,
}

/// What a menu has taken from a table.
#[derive(Debug, Clone)]
pub struct AppliedPrescales {
    pub table: InputFile,
    pub column: String,
    /// Rows that the menu has no path for.
    pub unknown: Vec<String>,
}

impl PrescaleTable {
    /// Largest table that is read: a real one, 411 seeds and 21 columns, has some 60 kB.
    const MAX_BYTES: u64 = 16 << 20;

    /// Takes a table apart. Blank lines, and lines that begin with `#`, are skipped. The names stand in
    /// the column `Name` (or `Seed` or `Path`), else in the first; the columns after it are prescales.
    ///
    /// # Errors
    /// A [`Fault`] at the line: no header, a row of another length, without a name, or named twice.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        let text = Source {
            path: path.to_owned(),
            text: Arc::from(text),
        };
        let mut lines = lines(&text.text).map(|span| cells(&text, span));
        let Some(header) = lines.next().transpose()? else {
            return Err(Fault::in_file(path, "the table of prescales is empty")
                .hint("its first line names the columns: Index,Name,2e34,1.5e34")
                .into());
        };
        let is_title = |cell: &Cell| {
            let title = cell.value.to_lowercase();
            matches!(title.as_str(), "name" | "seed" | "path")
        };
        let first = header.iter().position(is_title).unwrap_or(0) + 1;
        let columns: Vec<String> = header.iter().skip(first).map(|c| c.value.clone()).collect();
        if columns.is_empty() {
            let span = span_of(&header);
            return Err(text
                .fault(span, "the table has no column of prescales")
                .hint("columns of prescales follow the names: Index,Name,2e34,1.5e34")
                .into());
        }
        let mut rows: Vec<Row> = Vec::new();
        let mut seen = HashMap::new();
        for line in lines {
            let mut cells = line?;
            if cells.len() != header.len() {
                let message = format!(
                    "the row has {} fields, the header {}",
                    cells.len(),
                    header.len()
                );
                return Err(text.fault(span_of(&cells), message).into());
            }
            let own = cells.split_off(first);
            let Some(name) = cells.pop() else { continue };
            if name.value.is_empty() {
                return Err(text.fault(name.span, "the row has no name").into());
            }
            if seen.insert(name.value.clone(), ()).is_some() {
                let message = format!("two rows are named `{}`", name.value);
                return Err(text.fault(name.span, message).into());
            }
            rows.push(Row {
                name: name.value,
                cells: own,
            });
        }
        Ok(Self {
            text,
            columns,
            rows,
        })
    }

    /// Reads a table; `named_at` is where the study names it.
    fn read(path: &Path, named_at: &Place) -> Result<(Self, InputFile)> {
        let unreadable = |why: String| {
            let message = format!("cannot read {}: {why}", path.display());
            Fault::new(named_at.clone(), message)
                .hint("paths in a study are relative to the study's own folder")
        };
        let mut bytes = Vec::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(Self::MAX_BYTES + 1).read_to_end(&mut bytes))
            .map_err(|e| unreadable(e.to_string()))?;
        if bytes.len() as u64 > Self::MAX_BYTES {
            let message = format!("at most {} bytes of a table are read", Self::MAX_BYTES);
            return Err(unreadable(message).into());
        }
        let mut inputs = Inputs::default();
        inputs.record(path, &bytes);
        let (Ok(text), Some(file)) = (std::str::from_utf8(&bytes), inputs.files.pop()) else {
            return Err(unreadable("it is not UTF-8 text".into()).into());
        };
        Ok((Self::parse(path, text)?, file))
    }

    /// The names of the columns of prescales.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(String::as_str)
    }

    /// The names of the rows.
    pub fn rows(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.name.as_str())
    }

    /// The prescales of a column by row, 0 for off.
    ///
    /// # Errors
    /// A [`Fault`] at `asked_at` where there is no such column, or more than one; at the cell where its
    /// value is no prescale.
    pub fn column(&self, name: &str, asked_at: &Place) -> Result<Vec<(&str, f64)>> {
        let file = self.text.path.display();
        let mut found = (0..self.columns.len()).filter(|&i| self.columns[i] == name);
        let (Some(column), None) = (found.next(), found.next()) else {
            let twice = self.columns().any(|c| c == name);
            let message = if twice {
                format!("{file} has more than one column `{name}`")
            } else {
                format!("{file} has no column `{name}`")
            };
            let known: Vec<String> = self.columns().map(|c| format!("`{c}`")).collect();
            let known = known.join(", ");
            let hint = match nearest_name(name, self.columns()).filter(|_| !twice) {
                Some(near) => format!("did you mean `{near}`? The columns are {known}"),
                None => format!("the columns are {known}"),
            };
            return Err(Fault::new(asked_at.clone(), message).hint(hint).into());
        };
        let prescale = |row: &Row| {
            let cell = &row.cells[column];
            let number = cell.value.parse::<f64>().map_err(|_| {
                let (name, value) = (&row.name, &cell.value);
                format!("`{name}`: expected a prescale, found `{value}`")
            });
            number
                .and_then(check_prescale)
                .map_err(|message| self.text.fault(cell.span.clone(), message))
        };
        let mut prescales = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            prescales.push((row.name.as_str(), prescale(row)?));
        }
        Ok(prescales)
    }
}

/// Gives each path the prescale that the table has for it; a path that the table has not keeps its own,
/// which must be written.
pub(super) fn apply<'p>(
    source: &Source,
    raw: &RawPrescales,
    paths: impl Iterator<Item = (&'p mut PathSettings, bool)>,
) -> Result<AppliedPrescales> {
    let path = source.folder().join(raw.table.get_ref());
    let (table, file) = PrescaleTable::read(&path, &source.place(raw.table.span()))?;
    let column = raw.column.get_ref().trim();
    let prescales = table.column(column, &source.place(raw.column.span()))?;
    let mut left: HashMap<&str, f64> = prescales.iter().copied().collect();
    for (path, has_own) in paths {
        let name = &path.name.value;
        match left.remove(name.as_str()) {
            Some(prescale) => path.prescale = prescale,
            None if has_own => {}
            None => {
                let message = format!(
                    "the path `{name}` is not in {} and has no prescale of its own",
                    table.text.path.display()
                );
                let add = "give it a row there, or a `prescale` here";
                let hint = match nearest_name(name, table.rows()) {
                    Some(near) => format!("did you mean `{near}`? Or {add}"),
                    None => add.to_owned(),
                };
                return Err(Fault::new(path.name.place.clone(), message)
                    .hint(hint)
                    .into());
            }
        }
    }
    Ok(AppliedPrescales {
        table: file,
        column: column.to_owned(),
        unknown: table
            .rows()
            .filter(|name| left.contains_key(name))
            .map(str::to_owned)
            .collect(),
    })
}

/// Prescales of menus of the same paths as a table, a column for each, which [`PrescaleTable`] reads back to the
/// last bit.
///
/// # Errors
/// Running out of memory.
pub fn prescale_csv(columns: &[(&str, &MenuSettings)]) -> Result<Vec<u8>> {
    let failed = |e: &dyn std::fmt::Display| Error::failed("writing the table of prescales", e);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let names = columns.iter().map(|(name, _)| *name);
    writer
        .write_record(["Index", "Name"].into_iter().chain(names))
        .map_err(|e| failed(&e))?;
    let paths = columns.first().map_or(&[][..], |(_, menu)| &menu.paths);
    for (index, path) in paths.iter().enumerate() {
        let mut row = vec![index.to_string(), path.name.value.clone()];
        row.extend(
            columns
                .iter()
                .map(|(_, menu)| menu.paths[index].prescale.to_string()),
        );
        writer.write_record(&row).map_err(|e| failed(&e))?;
    }
    writer.into_inner().map_err(|e| failed(&e))
}

/// The spans of the lines that hold something, without their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    // Spreadsheets put a byte order mark in front.
    let mut end = if text.starts_with('\u{feff}') { 3 } else { 0 };
    text[end..].split_inclusive('\n').filter_map(move |line| {
        let start = end;
        end += line.len();
        let content = line.trim();
        let holds = !content.is_empty() && !content.starts_with('#');
        holds.then(|| start..start + line.trim_end().len())
    })
}

/// The fields of a line, trimmed. A field in quotes may hold commas, and quotes doubled.
fn cells(text: &Source, line: Range<usize>) -> Result<Vec<Cell>> {
    let mut cells = Vec::new();
    let mut start = line.start;
    loop {
        let mut quoted = false;
        let rest = &text.text[start..line.end];
        let length = rest.find(|c| {
            quoted ^= c == '"';
            c == ',' && !quoted
        });
        if quoted {
            return Err(text
                .fault(start..line.end, "a quote is not closed in this line")
                .into());
        }
        let field = &rest[..length.unwrap_or(rest.len())];
        let content = field.trim();
        let begin = start + (field.len() - field.trim_start().len());
        let inner = content
            .strip_prefix('"')
            .and_then(|inner| inner.strip_suffix('"'));
        cells.push(Cell {
            value: inner.map_or(content.to_owned(), |inner| {
                inner.replace("\"\"", "\"").trim().to_owned()
            }),
            span: begin..begin + content.len(),
        });
        match length {
            Some(length) => start += length + 1,
            None => return Ok(cells),
        }
    }
}

fn span_of(cells: &[Cell]) -> Range<usize> {
    let ends = |cell: &Cell| (cell.span.start, cell.span.end);
    let (first, last) = (cells.first().map(ends), cells.last().map(ends));
    first.map_or(0, |f| f.0)..last.map_or(0, |l| l.1)
}
