//! A small workbook to break: valid by default, one cell, column or sheet changed at a time.

use rust_xlsxwriter::{Formula, Workbook};
use std::path::Path;

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(&'static str),
    Number(f64),
    /// A formula whose stored result is this error.
    Error(&'static str),
}

impl From<&'static str> for Cell {
    fn from(text: &'static str) -> Self {
        if text.is_empty() {
            Self::Empty
        } else {
            Self::Text(text)
        }
    }
}

impl From<f64> for Cell {
    fn from(x: f64) -> Self {
        Self::Number(x)
    }
}

/// Sheets of rows; the first row holds the titles.
#[derive(Debug, Clone)]
pub struct Book(Vec<(&'static str, Vec<Vec<Cell>>)>);

macro_rules! rows {
    ($([$($cell:expr),* $(,)?]),* $(,)?) => { vec![$(vec![$(Cell::from($cell)),*]),*] };
}

impl Book {
    /// Two detectors on two branches that meet in Level1, then Farm, then Disk:
    ///
    /// ```text
    /// Tracker 1000 B -> Front -+-> Level1 (1 in 50, adds 100 B) -> Farm (1 in 10) -> Disk
    /// Muon     400 B -> Side  -+
    /// ```
    ///
    /// 1 MHz of crossings; year 2022, where the scale of technology is 1.
    pub fn small() -> Self {
        let detectors = rows![
            [
                "Category",
                "Detector",
                "Data (bytes)",
                "Sample Rate (Hz)",
                "Compression",
                "Link Efficiency (J/bit)",
                "Op Efficiency (J/op)"
            ],
            ["Front", "Tracker", 1000.0, 1e6, 0.0, 1e-9, 1e-9],
            ["Side", "Muon", 400.0, 1e6, 0.0, 2e-9, 0.0],
        ];
        let triggers = rows![
            [
                "Name",
                "Output",
                "Data (bytes)",
                "Reduction Ratio",
                "Classifier",
                "Skill mean",
                "Skill variance",
                "Link Efficiency (J/bit)",
                "Op Efficiency (J/op)",
                "Compression"
            ],
            [
                "Front", "Level1", 0.0, 1.0, "Dummy", 0.0, 0.0, 1e-9, 0.0, 0.0
            ],
            [
                "Side", "Level1", 0.0, 1.0, "Dummy", 0.0, 0.0, 1e-9, 0.0, 0.0
            ],
            [
                "Level1", "Farm", 100.0, 50.0, "Gaussian", 2.0, 1.0, 1e-9, 1e-6, 0.0
            ],
            [
                "Farm", "Disk", 0.0, 10.0, "Gaussian", 4.0, 1.0, 1e-9, 1e-5, 0.0
            ],
            ["Disk", "", 0.0, 1.0, "Dummy", 0.0, 0.0, 0.0, 0.0, 0.0],
        ];
        Self(vec![
            ("Detectors", detectors),
            ("Triggers", triggers),
            ("Global", rows![["Year"], [2022.0]]),
        ])
    }

    fn sheet(&mut self, name: &str) -> &mut Vec<Vec<Cell>> {
        let sheet = self.0.iter_mut().find(|(n, _)| *n == name);
        &mut sheet.expect("the sheet is there").1
    }

    /// Puts a value into a cell, addressed as `Triggers!D4`; rows grow as needed.
    pub fn set(mut self, cell: &str, value: impl Into<Cell>) -> Self {
        let (sheet, cell) = cell.split_once('!').expect("SHEET!CELL");
        let column = usize::from(cell.as_bytes()[0] - b'A');
        let row: usize = cell[1..].parse().expect("a row");
        let rows = self.sheet(sheet);
        if rows.len() < row {
            rows.resize(row, Vec::new());
        }
        let cells = &mut rows[row - 1];
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = value.into();
        self
    }

    pub fn without_sheet(mut self, name: &str) -> Self {
        self.0.retain(|(n, _)| *n != name);
        self
    }

    pub fn without_column(mut self, sheet: &str, title: &'static str) -> Self {
        let rows = self.sheet(sheet);
        let at = rows[0].iter().position(|c| *c == Cell::Text(title));
        let at = at.expect("the column is there");
        rows.iter_mut().for_each(|row| {
            row.remove(at);
        });
        self
    }

    /// Renames a node wherever its name stands.
    pub fn renamed(mut self, old: &'static str, new: &'static str) -> Self {
        let cells = self.0.iter_mut().flat_map(|(_, rows)| rows).flatten();
        cells.for_each(|cell| {
            if *cell == Cell::Text(old) {
                *cell = Cell::Text(new);
            }
        });
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut workbook = Workbook::new();
        for (name, rows) in &self.0 {
            let sheet = workbook.add_worksheet().set_name(*name).expect("a name");
            for (r, row) in (0..).zip(rows) {
                for (c, cell) in (0..).zip(row) {
                    match cell {
                        Cell::Empty => continue,
                        Cell::Text(text) => sheet.write_string(r, c, *text),
                        Cell::Number(x) => sheet.write_number(r, c, *x),
                        Cell::Error(error) => {
                            sheet.write_formula(r, c, Formula::new("=1/0").set_result(*error))
                        }
                    }
                    .expect("a cell is written");
                }
            }
        }
        workbook.save_to_buffer().expect("a workbook is written")
    }

    pub fn save(&self, path: &Path) {
        std::fs::write(path, self.bytes()).expect("a workbook is saved");
    }
}
