//! How far a run that does not keep every point has come, as a file: what `--resume` goes on from.

use crate::engine::{Counts, Selected, Span};
use crate::error::{Error, Result};
use crate::results::Staging;
use serde::{Deserialize, Serialize};

/// The state after some first points of the design. Rows are known by their indices: they are computed
/// again.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Points before this one are done.
    pub done: u64,
    pub feasible: u64,
    /// Of the points that are written.
    pub spans: Vec<Option<Span>>,
    pub counts: Vec<Counts>,
    /// Points kept so far, where rows are held and not written.
    pub held: Vec<u64>,
    /// Blocks that are written: first point and rows.
    pub written: Vec<(u64, u64)>,
}

impl Progress {
    const FILE: &str = ".progress.json";

    pub fn of(
        done: u64,
        selected: &Selected,
        spans: &[Option<Span>],
        written: &[(u64, u64)],
    ) -> Self {
        Self {
            done,
            feasible: selected.feasible,
            spans: spans.to_vec(),
            counts: selected.counts.clone(),
            held: selected.rows.index.clone(),
            written: written.to_vec(),
        }
    }

    /// What an interrupted run has left; `None` where that is nothing that can be used.
    pub fn read(staging: &Staging) -> Option<Self> {
        let bytes = std::fs::read(staging.folder().join(Self::FILE)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    pub fn write(&self, staging: &Staging) -> Result<()> {
        let text = serde_json::to_vec(self).map_err(|e| Error::failed("noting progress", e))?;
        staging.write(Self::FILE, &text)
    }

    /// Removes the file of a run that is complete.
    pub fn remove(staging: &Staging) -> Result<()> {
        let path = staging.folder().join(Self::FILE);
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::failed(format!("removing {}", path.display()), e))
            }
            _ => Ok(()),
        }
    }
}
