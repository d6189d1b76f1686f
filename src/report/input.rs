//! A results directory, read from disk.

use crate::error::{Error, Fault, Result};
use crate::results::manifest::{FORMAT, FigureRecord};
use crate::results::{Manifest, Summary};
use serde::de::DeserializeOwned;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What a run left behind; the points themselves stay on disk.
#[derive(Debug, Clone)]
pub struct Input {
    pub folder: PathBuf,
    pub manifest: Manifest,
    pub summary: Summary,
}

impl Input {
    /// Reads `manifest.json` and `summary.json`. A fault where `folder` is no results directory or
    /// is of another format.
    pub fn read(folder: &Path) -> Result<Self> {
        let manifest: Manifest = json(folder, "manifest.json")?;
        if manifest.format != FORMAT {
            let message = format!(
                "results of format {}; this program reads format {FORMAT}",
                manifest.format
            );
            return Err(Fault::in_file(&folder.join("manifest.json"), message)
                .hint("run `trigscape explore` again with this version")
                .into());
        }
        Ok(Self {
            folder: folder.to_owned(),
            summary: json(folder, "summary.json")?,
            manifest,
        })
    }

    pub fn figure(&self, name: &str) -> Option<&FigureRecord> {
        self.manifest.figures.iter().find(|f| f.name == name)
    }
}

fn json<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T> {
    let path = folder.join(name);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            let message = format!("not a results directory: it has no {name}");
            return Err(Fault::in_file(folder, message)
                .hint("give the folder that `trigscape explore` wrote")
                .into());
        }
        Err(e) => return Err(Error::failed(format!("reading {}", path.display()), e)),
    };
    serde_json::from_slice(&bytes).map_err(|e| {
        Fault::in_file(&path, format!("not a trigscape {name}: {e}"))
            .hint("run `trigscape explore` again to rebuild the results")
            .into()
    })
}
