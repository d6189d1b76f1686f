//! A results directory: claimed before the work, filled aside, and put in place by a rename.

use super::manifest::Manifest;
use super::optimum::Optimum;
use crate::error::{Error, Fault, Result};
use serde::Serialize;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a run writes until it is complete.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    folder: PathBuf,
}

impl Staging {
    /// Makes sure that results may be put at `target`, and opens a folder beside it.
    ///
    /// With `resume`, what an interrupted run of the same study left there is kept.
    ///
    /// # Errors
    /// A fault where `target` holds another study's results (unless `force`), or anything that is
    /// not ours, or cannot be written.
    pub fn claim(target: &Path, study_hash: &str, force: bool, resume: bool) -> Result<Self> {
        check_target(target, study_hash, force)?;
        let name = target
            .file_name()
            .map(OsStr::to_string_lossy)
            .ok_or_else(|| Fault::in_file(target, "the output directory needs a name"))?;
        let parent = parent_of(target);
        let unwritable = |e: std::io::Error| {
            Fault::in_file(target, format!("cannot write there: {e}"))
                .hint("choose another directory with -o")
        };
        fs::create_dir_all(parent).map_err(unwritable)?;
        let short = &study_hash[..12.min(study_hash.len())];
        let folder = parent.join(format!(".{name}.partial-{short}"));
        if folder.exists() && !resume {
            fs::remove_dir_all(&folder).map_err(unwritable)?;
        }
        fs::create_dir_all(&folder).map_err(unwritable)?;
        Ok(Self {
            target: target.to_owned(),
            folder,
        })
    }

    /// The folder to write into.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file completely or not at all.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        add(&self.folder, name, bytes)
    }

    /// Puts the folder in its place; older results of ours there go when the new ones stand.
    pub fn finish(self) -> Result<PathBuf> {
        let failed = |e: std::io::Error| {
            Error::failed(format!("putting results into {}", self.target.display()), e)
        };
        let old = self.folder.with_extension("old");
        let replaces = self.target.exists();
        if replaces {
            fs::rename(&self.target, &old).map_err(failed)?;
        }
        if let Err(e) = fs::rename(&self.folder, &self.target) {
            if replaces {
                fs::rename(&old, &self.target).map_err(failed)?;
            }
            return Err(failed(e));
        }
        if replaces {
            fs::remove_dir_all(&old).map_err(failed)?;
        }
        Ok(self.target)
    }

    /// Gives up. Finished blocks and notes of progress stay for a run that resumes; returns whether there are any.
    pub fn abandon(self) -> bool {
        let is_block = |e: &fs::DirEntry| {
            let name = e.file_name();
            let name = name.to_string_lossy();
            name.starts_with("points-") || name == ".progress.json"
        };
        let kept =
            fs::read_dir(&self.folder).is_ok_and(|mut d| d.any(|e| e.as_ref().is_ok_and(is_block)));
        if !kept {
            // A folder that cannot be removed is swept by the next run.
            let _ = fs::remove_dir_all(&self.folder);
        }
        kept
    }
}

/// Whether results of a study stand in a directory.
pub fn holds(target: &Path, study_hash: &str) -> bool {
    Manifest::read(target).is_ok_and(|manifest| manifest.study_hash == study_hash)
}

/// JSON for people, with a newline at its end.
///
/// # Errors
/// A value that JSON has no shape for.
pub fn pretty_json<T: Serialize>(value: &T) -> Result<String> {
    let text = serde_json::to_string_pretty(value);
    Ok(text.map_err(|e| Error::failed("writing results", e))? + "\n")
}

/// Writes a file of results that stand already, completely or not at all.
///
/// # Errors
/// It cannot be written.
pub fn add(target: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let (path, aside) = (target.join(name), target.join(format!(".{name}.new")));
    fs::write(&aside, bytes)
        .and_then(|()| fs::rename(&aside, &path))
        .map_err(|e| Error::failed(format!("writing {}", path.display()), e))
}

fn parent_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn check_target(target: &Path, study_hash: &str, force: bool) -> Result<()> {
    let fault = |message: String| {
        Fault::in_file(target, message)
            .hint("choose another directory with -o; it was left as it is")
    };
    let entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => {
            return Err(fault(format!("the output is no directory that can be read: {e}")).into());
        }
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| fault(format!("cannot be read: {e}")))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    if names.is_empty() {
        return Ok(());
    }
    if let Some(foreign) = names.iter().find(|name| !is_ours(name)) {
        return Err(fault(format!(
            "the output directory holds something else: `{foreign}`"
        ))
        .into());
    }
    let Ok(manifest) = Manifest::read(target) else {
        return Err(fault("the output directory holds no results of this program".into()).into());
    };
    if manifest.study_hash != study_hash && !force {
        return Err(Fault::in_file(
            target,
            format!("the output directory holds results of another study, or of this one before a change: `{}`", manifest.study),
        )
        .hint("choose another directory with -o, or replace them with --force")
        .into());
    }
    Ok(())
}

/// What runs and reports write.
fn is_ours(name: &str) -> bool {
    matches!(
        name,
        "manifest.json"
            | "summary.json"
            | "histograms.json"
            | "menu.json"
            | "rates.csv"
            | "rates-cms.csv"
            | "study.toml"
            | Optimum::FILE
            | Optimum::PRESCALES
            | "search"
            | "figures"
    ) || (name.starts_with("points-") && name.ends_with(".parquet"))
        || Optimum::is_study_file(name)
}
