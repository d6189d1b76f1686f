//! A results directory, read from disk.

use crate::error::Result;
use crate::results::manifest::FigureRecord;
use crate::results::menu_record::MenuRecord;
use crate::results::{Histograms, Manifest, Optimum, Summary};
use std::path::{Path, PathBuf};

/// What a run left behind; the points themselves stay on disk.
#[derive(Debug, Clone)]
pub struct Input {
    pub folder: PathBuf,
    pub manifest: Manifest,
    pub summary: Summary,
    /// None where the study has no menu.
    pub menu: Option<MenuRecord>,
    /// None where the study keeps points.
    pub histograms: Option<Histograms>,
    /// None where nothing was optimised.
    pub optimum: Option<Optimum>,
}

impl Input {
    /// Reads `manifest.json`, `summary.json` and, where they are, `menu.json`, `histograms.json` and `optimum.json`.
    /// A fault where `folder` is no results directory or is of another format.
    pub fn read(folder: &Path) -> Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            manifest: Manifest::read(folder)?,
            summary: Summary::read(folder)?,
            menu: MenuRecord::read(folder)?,
            histograms: Histograms::read(folder)?,
            optimum: Optimum::read(folder)?,
        })
    }

    /// Whether a design was explored: an optimisation alone leaves no tables of points.
    pub fn has_points(&self) -> bool {
        self.manifest.points > 0
    }

    pub fn figure(&self, name: &str) -> Option<&FigureRecord> {
        self.manifest.figures.iter().find(|f| f.name == name)
    }
}
