//! The file on disk: bounded reads at a place, safe from several threads at once.

use super::cursor::{Cursor, Damage, Parse};
use crate::events::positional::Positional;
use std::path::Path;

#[derive(Debug)]
pub(super) struct Storage(Positional);

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
        Positional::open(path).map(Self).map_err(unreadable)
    }

    pub fn length(&self) -> u64 {
        self.0.length()
    }

    /// Fills `buffer` with the bytes at `place`; nothing is allocated for bytes that are not there.
    pub fn read_into(&self, place: u64, bytes: usize, buffer: &mut Vec<u8>) -> Parse<()> {
        self.0.read_into(place, bytes, buffer).map_err(unreadable)
    }

    pub fn read(&self, place: u64, bytes: usize) -> Parse<Vec<u8>> {
        self.0.read(place, bytes).map_err(unreadable)
    }

    /// Up to so many bytes, fewer at the end of the file.
    pub fn read_up_to(&self, place: u64, bytes: usize) -> Parse<Vec<u8>> {
        let left = self.length().saturating_sub(place);
        self.read(place, bytes.min(usize::try_from(left).unwrap_or(bytes)))
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
        if end > self.length() {
            return Err(Damage(format!(
                "the file is cut short: it should have {end} bytes and has {}",
                self.length()
            )));
        }
        cursor.place(wide)?; // the list of free space
        cursor.skip(8)?; // its size and its entries
        let name_bytes = u64::from(cursor.count32()?);
        Ok(Header { begin, name_bytes })
    }
}

fn unreadable(error: std::io::Error) -> Damage {
    Damage(format!("the file cannot be read: {error}"))
}
