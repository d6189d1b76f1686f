//! The file on disk: bounded reads at a place, safe from several threads at once.

use super::cursor::{Cursor, Damage, Parse};
use std::fs::File;
use std::path::Path;
#[cfg(not(unix))]
use std::sync::Mutex;

#[derive(Debug)]
pub(super) struct Storage {
    #[cfg(unix)]
    file: File,
    #[cfg(not(unix))]
    file: Mutex<File>,
    length: u64,
}

/// What the file's own header says.
#[derive(Debug)]
pub(super) struct Header {
    /// Where the first record, that of the file itself, begins.
    pub begin: u64,
    /// From there to the record of the top directory.
    pub name_bytes: u64,
}

impl Storage {
    pub fn open(path: &Path) -> Parse<Self> {
        let open = || {
            let file = File::open(path)?;
            let length = file.metadata()?.len();
            Ok((file, length))
        };
        let (file, length) = open()
            .map_err(|error: std::io::Error| Damage(format!("the file cannot be read: {error}")))?;
        #[cfg(not(unix))]
        let file = Mutex::new(file);
        Ok(Self { file, length })
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// Fills `buffer` with the bytes at `place`; nothing is allocated for bytes that are not there.
    pub fn read_into(&self, place: u64, bytes: usize, buffer: &mut Vec<u8>) -> Parse<()> {
        let ends = place.checked_add(bytes as u64);
        if ends.is_none_or(|end| end > self.length) {
            return Err(Damage(format!(
                "a record of {bytes} bytes at {place} reaches beyond the end of the file"
            )));
        }
        buffer.resize(bytes, 0);
        self.read_exact(place, buffer)
            .map_err(|error| Damage(format!("the file cannot be read: {error}")))
    }

    pub fn read(&self, place: u64, bytes: usize) -> Parse<Vec<u8>> {
        let mut buffer = Vec::new();
        self.read_into(place, bytes, &mut buffer)?;
        Ok(buffer)
    }

    /// Up to so many bytes, fewer at the end of the file.
    pub fn read_up_to(&self, place: u64, bytes: usize) -> Parse<Vec<u8>> {
        let left = self.length.saturating_sub(place);
        self.read(place, bytes.min(usize::try_from(left).unwrap_or(bytes)))
    }

    #[cfg(unix)]
    fn read_exact(&self, place: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, place)
    }

    #[cfg(not(unix))]
    fn read_exact(&self, place: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = self
            .file
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(place))?;
        file.read_exact(buffer)
    }

    pub fn header(&self) -> Parse<Header> {
        let bytes = self.read_up_to(0, 64)?;
        let mut cursor = Cursor::new(&bytes, 0);
        if !bytes.starts_with(b"root") {
            return Err(Damage::new(
                "this is no ROOT file: it does not begin with `root`",
            ));
        }
        cursor.skip(4)?;
        let wide = cursor.u32()? >= 1_000_000;
        let begin = u64::from(cursor.count32()?);
        let end = cursor.place(wide)?;
        if end > self.length {
            return Err(Damage(format!(
                "the file is cut short: it should have {end} bytes and has {}",
                self.length
            )));
        }
        cursor.place(wide)?; // the list of free space
        cursor.skip(8)?; // its size and its entries
        let name_bytes = u64::from(cursor.count32()?);
        Ok(Header { begin, name_bytes })
    }
}
