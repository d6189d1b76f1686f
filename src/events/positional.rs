//! A file read at any position by any number of threads: nothing is shared but the open file.

use bytes::Bytes;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

/// An open file and its length at the time it was opened.
#[derive(Debug, Clone)]
pub(super) struct Positional {
    file: Arc<File>,
    length: u64,
}

impl Positional {
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self {
            file: Arc::new(file),
            length,
        })
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// Fills `buffer` with `length` bytes from `start`; a range beyond the file's end is an error before
    /// memory is taken for it.
    pub fn read_into(&self, start: u64, length: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.length) {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("{length} bytes at {start} lie beyond the end of the file"),
            ));
        }
        buffer.resize(length, 0);
        let mut filled = 0;
        while filled < length {
            match read_at(&self.file, &mut buffer[filled..], start + filled as u64)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => filled += n,
            }
        }
        Ok(())
    }

    /// The same in a buffer of its own.
    pub fn read(&self, start: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut buffer = Vec::new();
        self.read_into(start, length, &mut buffer)?;
        Ok(buffer)
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, start)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, start)
}

impl Length for Positional {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Positional {
    type T = BufReader<Cursor>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        // Page headers are read byte by byte.
        let cursor = Cursor {
            source: self.clone(),
            at: start,
        };
        Ok(BufReader::with_capacity(512, cursor))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let bytes = self
            .read(start, length)
            .map_err(|e| ParquetError::EOF(e.to_string()))?;
        Ok(bytes.into())
    }
}

/// Reads on from a position of its own. The end of the file is an error: nothing is looked for there, and
/// skipping what a damaged length claims would never end.
#[derive(Debug)]
pub(super) struct Cursor {
    source: Positional,
    at: u64,
}

impl Read for Cursor {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let n = read_at(&self.source.file, bytes, self.at)?;
        if n == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += n as u64;
        Ok(n)
    }
}
