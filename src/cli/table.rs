//! Text for people: aligned columns, written to stdout in one go.

use crate::error::{Error, Result};
use std::io::{ErrorKind, Write};

/// Rows of cells; the first column is aligned left, the others right, unless `left` says otherwise.
#[derive(Debug, Default)]
pub struct TextTable {
    rows: Vec<Vec<String>>,
    left: Vec<usize>,
}

impl TextTable {
    /// A table whose columns of these indices, besides the first, are aligned left.
    pub fn with_left(left: &[usize]) -> Self {
        Self {
            rows: Vec::new(),
            left: left.to_vec(),
        }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The lines, without trailing blanks.
    pub fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |c: usize| {
            self.rows
                .iter()
                .filter_map(|r| r.get(c))
                .map(|t| t.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (c, cell) in row.iter().enumerate() {
                let width = widths[c];
                let gap = if c == 0 { "" } else { "  " };
                if c == 0 || self.left.contains(&c) {
                    line += &format!("{gap}{cell:<width$}");
                } else {
                    line += &format!("{gap}{cell:>width$}");
                }
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }
}

/// Writes to stdout. A reader that has seen enough is no failure.
pub fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Error::failed("writing to stdout", e)),
        _ => Ok(()),
    }
}

/// Writes one JSON value to stdout.
pub fn print_json(value: &serde_json::Value) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Error::failed("writing JSON", e))?;
    print(&(text + "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = TextTable::with_left(&[2]);
        table.row(["f1", "0.26", "at 1"]);
        table.row(["power", "7", "x"]);
        assert_eq!(table.text(), "f1     0.26  at 1\npower     7  x\n");
    }
}
