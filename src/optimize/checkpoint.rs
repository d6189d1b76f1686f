//! What a search leaves on disk from time to time, so that it can go on where it was killed, or do more.

use super::evaluator::Progress;
use super::landscape::Landscape;
use super::stage::Limited;
use crate::error::{Error, Result};
use argmin::core::checkpointing::{Checkpoint, CheckpointingFrequency};
use ciborium::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Not more often than so: searches have thousands of iterations a second.
const PERIOD: Duration = Duration::from_millis(500);

/// A file with the state of a search. What it is of is named by a key, of which limits on time and
/// evaluations are no part, so that a search can be asked for more.
#[derive(Debug)]
pub struct CheckpointFile {
    path: PathBuf,
    key: String,
    content: Mutex<Content>,
}

#[derive(Debug, Default)]
struct Content {
    progress: Option<Progress>,
    /// Solver and state of each stage, as far as it came.
    stages: Vec<Value>,
    last: Option<Instant>,
}

impl CheckpointFile {
    /// Goes on from the file if it is of the same search; else it will be replaced.
    pub fn open(path: &Path, key: &str, resume: bool) -> Self {
        let known = || {
            let bytes = fs::read(path).ok()?;
            let (of, progress, stages): (String, Progress, Vec<Value>) =
                ciborium::from_reader(bytes.as_slice()).ok()?;
            (of == key).then_some(Content {
                progress: Some(progress),
                stages,
                last: None,
            })
        };
        let known = if resume { known() } else { None };
        Self {
            path: path.to_owned(),
            key: key.to_owned(),
            content: Mutex::new(known.unwrap_or_default()),
        }
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far the search was, when the file was opened.
    pub fn progress(&self) -> Option<Progress> {
        self.content().progress.clone()
    }

    /// Solver and state of a stage that was begun.
    pub fn stage<S: DeserializeOwned, I: DeserializeOwned>(&self, stage: usize) -> Option<(S, I)> {
        self.content().stages.get(stage)?.deserialized().ok()
    }

    /// Writes the state completely or not at all.
    fn save<S: Serialize, I: Serialize>(
        &self,
        stage: usize,
        running: (&S, &I),
        progress: &Progress,
    ) -> Result<()> {
        let failed = |e: String| Error::failed(format!("writing {}", self.path.display()), e);
        let running = Value::serialized(&running).map_err(|e| failed(e.to_string()))?;
        let mut content = self.content();
        content.stages.truncate(stage + 1);
        content.stages.resize(stage, Value::Null);
        content.stages.push(running);
        content.last = Some(Instant::now());
        let mut bytes = Vec::new();
        ciborium::into_writer(&(&self.key, progress, &content.stages), &mut bytes)
            .map_err(|e| failed(e.to_string()))?;
        let aside = self.path.with_extension("new");
        fs::write(&aside, bytes)
            .and_then(|()| fs::rename(&aside, &self.path))
            .map_err(|e| failed(e.to_string()))
    }

    fn is_due(&self) -> bool {
        let last = self.content().last;
        last.is_none_or(|last| last.elapsed() >= PERIOD)
    }
}

/// The file of a stage on its way.
#[derive(Clone)]
pub(super) struct Saving {
    pub file: Arc<CheckpointFile>,
    pub stage: usize,
    pub landscape: Landscape,
}

impl Saving {
    pub fn save_now<S: Serialize, I: Serialize>(&self, solver: &S, state: &I) -> Result<()> {
        let evaluator = self.landscape.evaluator();
        self.file
            .save(self.stage, (solver, state), &evaluator.progress)
    }
}

impl<S, I> Checkpoint<Limited<S>, I> for Saving
where
    S: Serialize,
    I: Serialize,
{
    fn save(&self, solver: &Limited<S>, state: &I) -> std::result::Result<(), argmin::core::Error> {
        if self.file.is_due() {
            self.save_now(solver.inner(), state)?;
        }
        Ok(())
    }

    /// Loaded before the solver starts, so that its limits are those of this run.
    fn load(&self) -> std::result::Result<Option<(Limited<S>, I)>, argmin::core::Error> {
        Ok(None)
    }

    fn frequency(&self) -> CheckpointingFrequency {
        CheckpointingFrequency::Always
    }
}
