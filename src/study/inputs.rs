//! The files a study reads, each once, with its hash for the manifest.

use crate::error::{Fault, Place, Result};
use sha2::{Digest, Sha256};
use std::io::Read;
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

    /// Notes a file that is too large to be held, read once for its hash.
    ///
    /// # Errors
    /// A [`Fault`] where the study names it.
    pub fn hash(&mut self, path: &Path, named_at: &Place) -> Result<()> {
        let unreadable = |e: std::io::Error| {
            let message = format!("cannot read {}: {e}", path.display());
            Fault::new(named_at.clone(), message)
        };
        let mut file = std::fs::File::open(path).map_err(unreadable)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        let mut bytes = 0;
        loop {
            let read = file.read(&mut buffer).map_err(unreadable)?;
            if read == 0 {
                break;
            }
            hash.update(&buffer[..read]);
            bytes += read as u64;
        }
        let file = InputFile {
            path: path.to_owned(),
            bytes,
            sha256: hex(&hash.finalize()),
        };
        if !self.files.contains(&file) {
            self.files.push(file);
        }
        Ok(())
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
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02x}")).collect()
}
