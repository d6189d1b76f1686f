//! The files a study reads, each once, with its hash for the manifest.

use crate::error::{Fault, Place, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What was read: path, size and SHA-256.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    pub files: Vec<InputFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    pub path: PathBuf,
    pub bytes: u64,
    pub sha256: String,
}

impl Inputs {
    /// Reads a whole file; the fault stands where the study names it.
    pub fn read(&mut self, path: &Path, named_at: &Place) -> Result<Vec<u8>> {
        let bytes = std::fs::read(path).map_err(|e| {
            Fault::new(
                named_at.clone(),
                format!("cannot read {}: {e}", path.display()),
            )
            .hint("paths in a study are relative to the study's own folder")
        })?;
        self.record(path, &bytes);
        Ok(bytes)
    }

    /// Reads a UTF-8 text file.
    pub fn read_text(&mut self, path: &Path, named_at: &Place) -> Result<String> {
        String::from_utf8(self.read(path, named_at)?)
            .map_err(|_| Fault::in_file(path, "expected UTF-8 text").into())
    }

    /// Takes over what another study has read.
    pub fn absorb(&mut self, other: &Self) {
        for file in &other.files {
            if !self.files.contains(file) {
                self.files.push(file.clone());
            }
        }
    }

    /// Notes a file whose content is already at hand.
    pub fn record(&mut self, path: &Path, bytes: &[u8]) {
        let file = InputFile {
            path: path.to_owned(),
            bytes: bytes.len() as u64,
            sha256: hex_sha256(bytes),
        };
        if !self.files.contains(&file) {
            self.files.push(file);
        }
    }
}

/// SHA-256 in hexadecimal.
pub fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}
