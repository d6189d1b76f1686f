//! The prescales of a menu as a table in CSV.

use super::new_file::NewFile;
use crate::error::Result;
use crate::study::{MenuSettings, Study, prescale_csv};
use std::path::Path;

/// A table that is going to be written.
pub struct PrescaleExport {
    pub file: NewFile,
    content: Vec<u8>,
}

impl PrescaleExport {
    /// The study's prescales, the command line's values among them. The column is called as the one they
    /// were taken from, else as the study.
    ///
    /// # Errors
    /// A [`Fault`](crate::Fault) where the study has no menu, or something stands at `out`.
    pub fn new(study: &Study, out: &Path) -> Result<Self> {
        let menu = study.menu()?;
        let taken = menu.prescales.as_ref();
        let column = taken.map_or(study.name.as_str(), |taken| taken.column.as_str());
        Ok(Self {
            file: NewFile::new("--prescale-table", out)?,
            content: prescale_csv(&[(column, menu)])?,
        })
    }

    /// Writes the table, completely or not at all.
    pub fn write(&self) -> Result<()> {
        self.file.write(&self.content)
    }
}

/// Says which rows of the table the menu has no path for.
pub fn note_unknown(menu: &MenuSettings) {
    const NAMED: usize = 5;
    if let Some(taken) = menu.prescales.as_ref().filter(|t| !t.unknown.is_empty()) {
        let more = match taken.unknown.len() {
            count if count > NAMED => ", ...",
            _ => "",
        };
        eprintln!(
            "note: rows of {} that are no paths of the menu ({}): {}{more}",
            taken.table.path.display(),
            taken.unknown.len(),
            taken.unknown[..taken.unknown.len().min(NAMED)].join(", "),
        );
    }
}
