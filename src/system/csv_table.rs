//! Small tables of numbers in CSV: a header, one row a line, `#` begins a comment.

use crate::error::{Fault, Place, Result};
use std::path::Path;
use std::sync::Arc;

/// Named columns of finite numbers.
#[derive(Debug, Clone)]
pub struct CsvTable {
    place: Place,
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl CsvTable {
    /// Reads `text`; faults name the line. At least `rows` rows are wanted.
    pub fn parse(path: &Path, text: &str, rows: usize) -> Result<Self> {
        let text: Arc<str> = text.into();
        let at = |start: usize, end: usize| Place::Text {
            path: path.to_owned(),
            text: text.clone(),
            span: start..end.max(start),
        };
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let names: Vec<String> = reader
            .headers()
            .map_err(|e| Fault::in_file(path, format!("not a CSV table: {e}")))?
            .iter()
            .map(str::to_owned)
            .collect();
        let mut columns = vec![Vec::new(); names.len()];
        for record in reader.records() {
            let record = record.map_err(|e| {
                let start = e.position().map_or(0, |p| p.byte() as usize);
                Fault::new(
                    at(start, start),
                    "this row has another number of fields than the header",
                )
            })?;
            let start = record.position().map_or(0, |p| p.byte() as usize);
            let end = text[start..].find('\n').map_or(text.len(), |n| start + n);
            for ((value, column), name) in record.iter().zip(&mut columns).zip(&names) {
                match value.parse::<f64>() {
                    Ok(x) if x.is_finite() => column.push(x),
                    _ => {
                        return Err(Fault::new(
                            at(start, end),
                            format!("expected a number in column `{name}`, found `{value}`"),
                        )
                        .into());
                    }
                }
            }
        }
        let table = Self {
            place: Place::File(path.to_owned()),
            names,
            columns,
        };
        if table.rows() < rows {
            let message = format!("expected at least {rows} rows, found {}", table.rows());
            return Err(Fault::in_file(path, message).into());
        }
        Ok(table)
    }

    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The column `name`; a fault names the columns that there are.
    pub fn column(&self, name: &str) -> Result<&[f64]> {
        match self.names.iter().position(|n| n == name) {
            Some(i) => Ok(&self.columns[i]),
            None => Err(self
                .fault(format!("the table has no column `{name}`"))
                .hint(format!("its columns are {}", self.names.join(", ")))
                .into()),
        }
    }

    /// A fault of the table as a whole.
    pub fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.place.clone(), message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_comments_skipped() {
        let t = CsvTable::parse(Path::new("t.csv"), "# source\na, b\n1,2\n3,4e1\n", 2).unwrap();
        assert_eq!(t.column("b").unwrap(), [2.0, 40.0]);
        assert!(t.column("c").is_err());
    }

    #[test]
    fn text_where_a_number_belongs_is_pointed_at() {
        let e = CsvTable::parse(Path::new("t.csv"), "a,b\n1,2\n3,x\n", 1).unwrap_err();
        let crate::Error::Input(fault) = e else {
            panic!("not a fault")
        };
        assert_eq!(fault.place.to_string(), "t.csv:3:1");
        assert!(fault.message.contains("`b`") && fault.message.contains("`x`"));
    }

    #[test]
    fn ragged_rows_and_short_tables_are_faults() {
        assert!(CsvTable::parse(Path::new("t"), "a,b\n1\n", 1).is_err());
        assert!(CsvTable::parse(Path::new("t"), "a,b\n1,2\n", 2).is_err());
        assert!(CsvTable::parse(Path::new("t"), "", 1).is_err());
    }
}
