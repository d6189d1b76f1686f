//! The text of a study, for errors that point into it.

use crate::error::{Fault, Place, Result};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A study's file and its text.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: PathBuf,
    pub text: Arc<str>,
}

impl Source {
    /// Largest study file that is read: studies are written by hand.
    const MAX_BYTES: u64 = 16 << 20;

    pub fn read(path: &Path) -> Result<Self> {
        let unreadable = |why: String| {
            Fault::in_file(path, format!("cannot read the study: {why}"))
                .hint("give the path of a study in TOML, for example configs/cms_phase2.toml")
        };
        let meta = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?;
        if meta.is_dir() {
            return Err(unreadable("it is a directory".into()).into());
        }
        if meta.len() > Self::MAX_BYTES {
            let message = format!(
                "it has {} bytes, at most {} are read",
                meta.len(),
                Self::MAX_BYTES
            );
            return Err(unreadable(message).into());
        }
        let bytes = std::fs::read(path).map_err(|e| unreadable(e.to_string()))?;
        let text =
            String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text".into()))?;
        Ok(Self {
            path: path.to_owned(),
            text: text.into(),
        })
    }

    /// The folder that relative paths in the study start from; empty for the current one.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    pub fn place(&self, span: Range<usize>) -> Place {
        Place::Text {
            path: self.path.clone(),
            text: self.text.clone(),
            span,
        }
    }

    pub fn fault(&self, span: Range<usize>, message: impl Into<String>) -> Fault {
        Fault::new(self.place(span), message)
    }
}
