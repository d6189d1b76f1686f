//! Tables beside what is printed, in files that did not exist before.

use crate::error::{Error, Fault, Result};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file that is going to be written: nothing stood there when this was made.
pub struct NewFile {
    option: &'static str,
    out: PathBuf,
}

impl NewFile {
    /// The file that an option of the command line names.
    ///
    /// # Errors
    /// A [`Fault`] where something stands there.
    pub fn new(option: &'static str, out: &Path) -> Result<Self> {
        let file = Self {
            option,
            out: out.to_owned(),
        };
        if out.symlink_metadata().is_ok() {
            return Err(file.stands_already().into());
        }
        Ok(file)
    }

    /// Refuses two options that name the same file.
    pub fn refuse_same<'f>(files: impl IntoIterator<Item = &'f Self>) -> Result<()> {
        let mut seen: Vec<&Path> = Vec::new();
        for file in files {
            if seen.contains(&file.out.as_path()) {
                let message = "another table goes to this file";
                return Err(Fault::in_option(file.given(), message)
                    .hint("give another name")
                    .into());
            }
            seen.push(&file.out);
        }
        Ok(())
    }

    /// Writes the file, completely or not at all.
    pub fn write(&self, content: &[u8]) -> Result<()> {
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
            .map_err(|e| self.fault(format!("cannot write here: {e}")))?;
        let failed =
            |e: std::io::Error| Error::failed(format!("writing {}", self.out.display()), e);
        file.write_all(content).map_err(failed)?;
        match file.persist_noclobber(&self.out) {
            Ok(_) => Ok(()),
            Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(self.stands_already().into())
            }
            Err(e) => Err(failed(e.error)),
        }
    }

    /// A fault at the option.
    pub fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::in_option(self.given(), message)
    }

    fn given(&self) -> String {
        format!("{} {}", self.option, self.out.display())
    }

    fn stands_already(&self) -> Fault {
        self.fault("this exists already").hint("give another name")
    }
}
