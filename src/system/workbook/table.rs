//! A sheet as a table: a header row that names the columns, in any order, and the rows below it.

use std::collections::BTreeMap;
use std::path::Path;

use calamine::Data;

use super::file::Sheet;
use crate::error::{Fault, Place, nearest_name};

/// A column that a sheet may have.
pub(super) struct Column {
    /// As published, and as messages name it.
    pub title: &'static str,
    /// The names it goes by, as [`normalise`] gives them, the best first.
    pub names: &'static [&'static str],
    /// Units that may stand in parentheses; anything may where there are none.
    pub units: &'static [&'static str],
}

/// What a number must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bounds {
    Finite,
    NotNegative,
    Positive,
    /// From 0 to 1.
    Share,
    AtLeastOne,
}

impl Bounds {
    /// What the number should have been, where it is not.
    fn broken_by(self, value: f64) -> Option<&'static str> {
        let (holds, expected) = match self {
            Self::Finite => (true, "a finite number"),
            Self::NotNegative => (value >= 0.0, "0 or more"),
            Self::Positive => (value > 0.0, "more than 0"),
            Self::Share => ((0.0..=1.0).contains(&value), "a number from 0 to 1"),
            Self::AtLeastOne => (value >= 1.0, "1 or more"),
        };
        (!(holds && value.is_finite())).then_some(expected)
    }
}

/// A sheet with its header read.
pub(super) struct Table<'a> {
    path: &'a Path,
    sheet: &'a Sheet,
    header_row: u32,
    header: Vec<Title<'a>>,
}

/// A cell of the header.
struct Title<'a> {
    column: u32,
    text: &'a str,
    name: String,
    unit: Option<String>,
}

/// A row below the header.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    path: &'a Path,
    sheet: &'a Sheet,
    row: u32,
    cells: &'a BTreeMap<u32, Data>,
}

impl<'a> Table<'a> {
    /// Takes the first row that is not empty as the header.
    pub(super) fn new(path: &'a Path, sheet: &'a Sheet) -> Result<Self, Fault> {
        let Some((&header_row, cells)) = sheet.rows.iter().next() else {
            return Err(Fault::new(
                place(path, sheet, None),
                "the sheet is empty; expected a row of column names",
            ));
        };
        let header = cells
            .iter()
            .filter_map(|(&column, value)| match value {
                Data::String(text) => {
                    let (name, unit) = normalise(text);
                    Some(Title {
                        column,
                        text: text.trim(),
                        name,
                        unit,
                    })
                }
                _ => None,
            })
            .collect();
        Ok(Self {
            path,
            sheet,
            header_row,
            header,
        })
    }

    /// The rows below the header that hold something in one of the `columns`.
    pub(super) fn rows(&self, columns: &[u32]) -> impl Iterator<Item = Row<'a>> {
        let (path, sheet) = (self.path, self.sheet);
        sheet
            .rows
            .range(self.header_row + 1..)
            .filter(|(_, cells)| columns.iter().any(|column| cells.contains_key(column)))
            .map(move |(&row, cells)| Row {
                path,
                sheet,
                row,
                cells,
            })
    }

    /// A mistake of the sheet as a whole.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(place(self.path, self.sheet, None), message)
    }

    /// Where `wanted` stands; `None` where the sheet has no such column.
    pub(super) fn find(&self, wanted: &Column) -> Result<Option<u32>, Fault> {
        let mut wrong_unit = None;
        for name in wanted.names {
            let mut found: Option<&Title> = None;
            for title in self.header.iter().filter(|title| title.name == *name) {
                if let Some(unit) = title.unit.as_deref().filter(|unit| !wanted.takes(unit)) {
                    wrong_unit = wrong_unit.or(Some((title, unit)));
                } else if let Some(first) = found {
                    return Err(Fault::new(
                        self.title_place(title),
                        format!("`{}` and `{}` are the same column", first.text, title.text),
                    ));
                } else {
                    found = Some(title);
                }
            }
            if let Some(title) = found {
                return Ok(Some(title.column));
            }
        }
        match wrong_unit {
            None => Ok(None),
            Some((title, unit)) => Err(Fault::new(
                self.title_place(title),
                format!(
                    "expected the column `{}`, found unit `{unit}`",
                    wanted.title
                ),
            )),
        }
    }

    /// [`find`](Self::find), for a column that must be there; `known` are the columns that a hint does not propose.
    pub(super) fn require(&self, wanted: &Column, known: &[&Column]) -> Result<u32, Fault> {
        if let Some(column) = self.find(wanted)? {
            return Ok(column);
        }
        let fault = self.fault(format!("the sheet has no column `{}`", wanted.title));
        let free = self.header.iter().filter(|title| {
            !known
                .iter()
                .any(|column| column.names.contains(&title.name.as_str()))
        });
        let free: Vec<(&str, &str)> = free
            .map(|title| (title.name.as_str(), title.text))
            .collect();
        let near = nearest_name(wanted.names[0], free.iter().map(|(name, _)| *name));
        let near = near.and_then(|near| free.iter().find(|(name, _)| *name == near));
        Err(match near {
            Some((_, text)) => fault.hint(format!("is it the column `{text}`?")),
            None => fault.hint(format!(
                "row {} is read as the row of column names",
                self.header_row + 1
            )),
        })
    }

    fn title_place(&self, title: &Title) -> Place {
        place(self.path, self.sheet, Some((self.header_row, title.column)))
    }
}

impl Column {
    fn takes(&self, unit: &str) -> bool {
        self.units.is_empty() || self.units.contains(&unit)
    }
}

impl Row<'_> {
    pub(super) fn place(&self, column: u32) -> Place {
        place(self.path, self.sheet, Some((self.row, column)))
    }

    pub(super) fn has(&self, column: u32) -> bool {
        self.cells.contains_key(&column)
    }

    /// The number in a column; an empty cell is a mistake.
    pub(super) fn number(&self, column: u32, of: &Column, bounds: Bounds) -> Result<f64, Fault> {
        let value = match self.cells.get(&column) {
            Some(Data::Float(value)) => *value,
            Some(Data::Int(value)) => *value as f64,
            other => {
                let fault = Fault::new(
                    self.place(column),
                    format!(
                        "expected a number for `{}`, found {}",
                        of.title,
                        describe(other)
                    ),
                );
                return Err(match other {
                    Some(Data::String(text)) if text.trim().parse::<f64>().is_ok() => fault
                        .hint("the cell holds text; give it a number format and enter it again"),
                    Some(Data::DateTime(_)) => fault.hint("give the cell a number format"),
                    _ => fault,
                });
            }
        };
        match bounds.broken_by(value) {
            None => Ok(value),
            Some(expected) => Err(Fault::new(
                self.place(column),
                format!("expected {expected} for `{}`, found {value}", of.title),
            )),
        }
    }

    /// The text in a column without blanks around it; `None` where the cell is empty.
    pub(super) fn text(&self, column: u32, of: &Column) -> Result<Option<&str>, Fault> {
        match self.cells.get(&column) {
            None => Ok(None),
            Some(Data::String(text)) => Ok(Some(text.trim())),
            other => Err(Fault::new(
                self.place(column),
                format!(
                    "expected text for `{}`, found {}",
                    of.title,
                    describe(other)
                ),
            )),
        }
    }

    /// The name in a column, of characters that names may have; `None` where the cell is empty.
    pub(super) fn name(&self, column: u32, of: &Column) -> Result<Option<String>, Fault> {
        let Some(name) = self.text(column, of)? else {
            return Ok(None);
        };
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_ +-".contains(c);
        match name.chars().find(|c| !allowed(*c)) {
            None => Ok(Some(name.to_owned())),
            Some(wrong) => Err(Fault::new(
                self.place(column),
                format!("the name `{name}` holds {wrong:?}"),
            )
            .hint("names are made of letters, digits, blanks, `_`, `+` and `-`")),
        }
    }

    /// [`name`](Self::name), where an empty cell is a mistake.
    pub(super) fn required_name(&self, column: u32, of: &Column) -> Result<String, Fault> {
        self.name(column, of)?.ok_or_else(|| {
            Fault::new(
                self.place(column),
                format!("expected a name for `{}`, found an empty cell", of.title),
            )
        })
    }
}

fn describe(value: Option<&Data>) -> String {
    match value {
        None | Some(Data::Empty) => "an empty cell".to_owned(),
        Some(Data::String(text)) => format!("text `{}`", text.trim()),
        Some(Data::Int(value)) => format!("the number {value}"),
        Some(Data::Float(value)) => format!("the number {value}"),
        Some(Data::Bool(value)) => format!("the truth value {value}"),
        Some(Data::DateTime(_) | Data::DateTimeIso(_)) => "a date".to_owned(),
        Some(Data::DurationIso(_)) => "a duration".to_owned(),
        Some(Data::Error(error)) => format!("the error {error}"),
    }
}

/// A column's name in lower case with single blanks between its words, and the unit in its last parentheses.
fn normalise(title: &str) -> (String, Option<String>) {
    let title = title.trim();
    let (name, unit) = match title.strip_suffix(')').and_then(|t| t.rsplit_once('(')) {
        Some((name, unit)) => (name, Some(unit)),
        None => (title, None),
    };
    let words = |text: &str, between: &[char]| {
        let text = text.to_lowercase();
        let words = text.split(|c: char| c.is_whitespace() || between.contains(&c));
        words
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let unit = unit
        .map(|unit| words(unit, &[]))
        .filter(|unit| !unit.is_empty());
    (words(name, &['_', '-', '.']), unit)
}

/// A cell in the spreadsheet's notation, or the sheet as a whole.
fn place(path: &Path, sheet: &Sheet, cell: Option<(u32, u32)>) -> Place {
    let cell = cell.map_or_else(String::new, |(row, mut column)| {
        let mut letters = Vec::new();
        loop {
            letters.insert(0, char::from(b'A' + (column % 26) as u8));
            match (column / 26).checked_sub(1) {
                Some(next) => column = next,
                None => break,
            }
        }
        format!("{}{}", letters.into_iter().collect::<String>(), row + 1)
    });
    Place::Cell {
        path: path.to_owned(),
        sheet: sheet.name.clone(),
        cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_split_into_a_plain_name_and_its_unit() {
        let split = |title| normalise(title);
        assert_eq!(
            split("  Link   Efficiency (J/bit) "),
            ("link efficiency".into(), Some("j/bit".into()))
        );
        assert_eq!(split("reduction_RATIO"), ("reduction ratio".into(), None));
        assert_eq!(split("Data ()"), ("data".into(), None));
    }

    #[test]
    fn cells_are_lettered_as_in_a_spreadsheet() {
        let sheet = Sheet {
            name: "S".into(),
            rows: BTreeMap::new(),
        };
        for (column, letters) in [
            (0, "A1"),
            (25, "Z1"),
            (26, "AA1"),
            (701, "ZZ1"),
            (702, "AAA1"),
        ] {
            let place = place(Path::new("f"), &sheet, Some((0, column)));
            assert_eq!(place.to_string(), format!("f, sheet S, cell {letters}"));
        }
    }
}
