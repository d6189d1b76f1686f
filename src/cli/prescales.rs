//! The prescales of a menu as a table in CSV.

use crate::error::{Error, Fault, Result};
use crate::study::{MenuSettings, Study, prescale_csv};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A table that is going to be written: nothing stood there when this was made.
pub struct PrescaleExport {
    out: PathBuf,
    content: Vec<u8>,
}

impl PrescaleExport {
    /// The study's prescales, the command line's values among them. The column is called as the one they
    /// were taken from, else as the study.
    ///
    /// # Errors
    /// A [`Fault`] where the study has no menu, or something stands at `out`.
    pub fn new(study: &Study, out: &Path) -> Result<Self> {
        let menu = study.menu()?;
        let taken = menu.prescales.as_ref();
        let column = taken.map_or(study.name.as_str(), |taken| taken.column.as_str());
        if out.symlink_metadata().is_ok() {
            return Err(stands_already(out).into());
        }
        Ok(Self {
            out: out.to_owned(),
            content: prescale_csv(menu, column)?,
        })
    }

    /// Writes the table, completely or not at all.
    pub fn write(&self) -> Result<()> {
        let folder = match self.out.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut aside = tempfile::Builder::new();
        aside.prefix(".trigscape-").suffix(".csv");
        // Files made aside are private to their maker; results are as open as the maker's mask has it.
        #[cfg(unix)]
        aside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = aside
            .tempfile_in(folder)
            .map_err(|e| Fault::in_option(option(&self.out), format!("cannot write here: {e}")))?;
        let failed =
            |e: std::io::Error| Error::failed(format!("writing {}", self.out.display()), e);
        file.write_all(&self.content).map_err(failed)?;
        match file.persist_noclobber(&self.out) {
            Ok(_) => Ok(()),
            Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(stands_already(&self.out).into())
            }
            Err(e) => Err(failed(e.error)),
        }
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

fn option(out: &Path) -> String {
    format!("--prescale-table {}", out.display())
}

fn stands_already(out: &Path) -> Fault {
    Fault::in_option(option(out), "this exists already").hint("give another name")
}
