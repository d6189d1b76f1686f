//! A folder that appears all at once.

use super::PAGE;
use super::page::GENERATOR;
use crate::error::{Error, Fault, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A temporary folder beside the one asked for; removed again unless finished.
#[derive(Debug)]
pub struct Folder {
    aside: PathBuf,
    out: PathBuf,
}

impl Folder {
    /// Creates the temporary folder. A fault where `out` exists and is not ours to replace.
    pub fn create(out: &Path) -> Result<Self> {
        check(out)?;
        let aside = sibling(out, "new")?;
        let failed = |e| Error::failed(format!("creating {}", aside.display()), e);
        // Left by a run that was killed and had the same process number.
        if aside.exists() {
            std::fs::remove_dir_all(&aside).map_err(failed)?;
        }
        std::fs::create_dir_all(&aside).map_err(failed)?;
        Ok(Self {
            aside,
            out: out.to_owned(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.aside
    }

    /// Puts the folder in its place.
    pub fn finish(self) -> Result<()> {
        // Again: somebody may have put something there in the meantime.
        check(&self.out)?;
        let failed = |e| Error::failed(format!("replacing {}", self.out.display()), e);
        if self.out.exists() {
            let old = sibling(&self.out, "old")?;
            std::fs::rename(&self.out, &old).map_err(failed)?;
            if let Err(e) = std::fs::rename(&self.aside, &self.out) {
                // Back to how it was; the first error is the one to tell.
                let _ = std::fs::rename(&old, &self.out);
                return Err(failed(e));
            }
            std::fs::remove_dir_all(&old).map_err(failed)
        } else {
            std::fs::rename(&self.aside, &self.out).map_err(failed)
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Gone already after `finish`; after an error there is nobody left to tell.
        let _ = std::fs::remove_dir_all(&self.aside);
    }
}

/// `.<name>.<what>-<process>` beside `out`.
fn sibling(out: &Path, what: &str) -> Result<PathBuf> {
    let Some(name) = out.file_name() else {
        return Err(
            Fault::in_file(out, "not a folder that figures can be written to")
                .hint("name a folder that may be created")
                .into(),
        );
    };
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{what}-{}", std::process::id()));
    Ok(out.with_file_name(hidden))
}

/// A fault unless `out` is absent, empty, or holds only figures and our page.
fn check(out: &Path) -> Result<()> {
    let foreign = |what: &str| -> Result<()> {
        Err(
            Fault::in_file(out, format!("would be replaced, but {what}"))
                .hint("choose another folder with -o")
                .into(),
        )
    };
    let failed = |e| Error::failed(format!("reading {}", out.display()), e);
    if !out.exists() {
        return Ok(());
    }
    if !out.is_dir() {
        return foreign("it is not a folder");
    }
    let mut empty = true;
    for entry in std::fs::read_dir(out).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        empty = false;
        let ours = ["svg", "png", "csv", "html"]
            .iter()
            .any(|e| path.extension().is_some_and(|x| x == *e));
        if !path.is_file() || !ours {
            return foreign("it holds files that no report wrote");
        }
    }
    let page = std::fs::read_to_string(out.join(PAGE)).unwrap_or_default();
    if !empty && !page.contains(GENERATOR) {
        return foreign("it holds no earlier report");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_earlier_report_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("figures");
        let fill = |out: &Path| {
            let folder = Folder::create(out)?;
            std::fs::write(folder.path().join(PAGE), GENERATOR).unwrap();
            folder.finish()
        };
        fill(&out).unwrap();
        fill(&out).unwrap();
        std::fs::write(out.join("notes.txt"), "mine").unwrap();
        assert_eq!(fill(&out).unwrap_err().exit_code(), 2);
        assert!(out.join("notes.txt").exists());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_abandoned_folder_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("figures");
        drop(Folder::create(&out).unwrap());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
