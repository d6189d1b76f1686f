//! From the bytes of a workbook to the cells of its sheets.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Ods, Range, Reader, Xls, Xlsx};

use super::{MAX_CELLS, MAX_ROWS, archive, compound};
use crate::error::{Fault, Place};
use crate::quiet;

/// A workbook file; larger ones are refused unread.
const MAX_FILE: usize = 64 << 20;
/// All parts of a zipped workbook, unpacked.
const MAX_UNPACKED: u64 = 256 << 20;

/// The names of all sheets, and the cells of those that were wanted.
pub(super) struct Book {
    pub names: Vec<String>,
    pub sheets: Vec<Sheet>,
}

/// The cells of a sheet that hold something, by row and column from 0.
pub(super) struct Sheet {
    pub name: String,
    pub rows: BTreeMap<u32, BTreeMap<u32, Data>>,
}

/// Why a workbook is not read; about one sheet where `sheet` says so.
struct Refusal {
    sheet: Option<String>,
    message: String,
}

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self {
            sheet: None,
            message,
        }
    }
}

/// Reads the sheets that are `wanted` from an .xlsx, .xls or .ods file, told apart by content.
pub(super) fn read(
    path: &Path,
    bytes: &[u8],
    wanted: impl Fn(&str) -> bool,
) -> Result<Book, Fault> {
    let refuse = |message: &str| Fault::in_file(path, message);
    if bytes.len() > MAX_FILE {
        return Err(refuse(&format!(
            "the workbook has more than {} MiB",
            MAX_FILE >> 20
        )));
    }
    let zipped = bytes.starts_with(b"PK");
    if bytes.is_empty() {
        return Err(refuse("the file is empty; expected a workbook"));
    }
    if !zipped && !bytes.starts_with(compound::MAGIC) {
        return Err(refuse("the file is not a workbook (.xlsx, .xls or .ods)")
            .hint("a table in another format can be saved as .xlsx by a spreadsheet program"));
    }
    let attempt = || {
        if !zipped {
            compound::inspect(bytes)?;
            return read_ranges(Xls::new(Cursor::new(bytes)), wanted);
        }
        match archive::inspect(bytes, MAX_UNPACKED)? {
            archive::Kind::Xlsx => read_xlsx(bytes, wanted),
            archive::Kind::Ods => read_ranges(Ods::new(Cursor::new(bytes)), wanted),
        }
    };
    let outcome =
        quiet::catch(attempt).unwrap_or_else(|| Err("the workbook is damaged".to_owned().into()));
    outcome.map_err(|refusal| match refusal.sheet {
        None => refuse(&refusal.message),
        Some(sheet) => Fault::new(
            Place::Cell {
                path: path.to_owned(),
                sheet,
                cell: String::new(),
            },
            refusal.message,
        ),
    })
}

fn unreadable(error: impl Display) -> Refusal {
    Refusal::from(format!("the workbook cannot be read: {error}"))
}

/// Reads cell by cell: calamine's own table of a sheet spans every cell between two far corners.
fn read_xlsx(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Book, Refusal> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let names = workbook.sheet_names();
    let mut sheets = Vec::new();
    for name in names.iter().filter(|name| wanted(name)) {
        let mut sheet = Sheet::new(name);
        let mut cells = workbook.worksheet_cells_reader(name).map_err(unreadable)?;
        let mut count = 0;
        while let Some(cell) = cells.next_cell().map_err(|error| Refusal {
            sheet: Some(name.clone()),
            message: format!("the sheet cannot be read: {error}"),
        })? {
            count += 1;
            if count > MAX_CELLS {
                return Err(sheet.refuse(format!("the sheet has more than {MAX_CELLS} cells")));
            }
            let (row, column) = cell.get_position();
            sheet.put(row, column, cell.get_value().clone().into())?;
        }
        sheets.push(sheet);
    }
    Ok(Book { names, sheets })
}

fn read_ranges<'a, R: Reader<Cursor<&'a [u8]>>>(
    workbook: Result<R, R::Error>,
    wanted: impl Fn(&str) -> bool,
) -> Result<Book, Refusal>
where
    R::Error: Display,
{
    let mut workbook = workbook.map_err(unreadable)?;
    let names = workbook.sheet_names();
    let mut sheets = Vec::new();
    for name in names.iter().filter(|name| wanted(name)) {
        let range: Range<Data> = workbook.worksheet_range(name).map_err(unreadable)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut sheet = Sheet::new(name);
        for (row, column, value) in range.used_cells() {
            sheet.put(top + row as u32, left + column as u32, value.clone())?;
        }
        sheets.push(sheet);
    }
    Ok(Book { names, sheets })
}

impl Sheet {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            rows: BTreeMap::new(),
        }
    }

    fn refuse(&self, message: String) -> Refusal {
        Refusal {
            sheet: Some(self.name.clone()),
            message,
        }
    }

    /// Keeps a cell that holds more than blanks.
    fn put(&mut self, row: u32, column: u32, value: Data) -> Result<(), Refusal> {
        let blank = match &value {
            Data::Empty => true,
            Data::String(text) => text.trim().is_empty(),
            _ => false,
        };
        if blank {
            return Ok(());
        }
        if row >= MAX_ROWS {
            return Err(self.refuse(format!("the sheet has more than {MAX_ROWS} rows")));
        }
        self.rows.entry(row).or_default().insert(column, value);
        Ok(())
    }
}
