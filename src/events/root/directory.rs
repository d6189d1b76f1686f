//! Directories: all objects of a file by their path.

use super::cursor::{Cursor, Damage, Parse};
use super::key::Key;
use super::storage::{Header, Storage};
use std::collections::HashSet;

/// An object of the file; `path` is `directory/name` below the top.
#[derive(Debug)]
pub(super) struct Entry {
    pub path: String,
    pub key: Key,
}

const DEEPEST: usize = 32;
const MOST_ENTRIES: usize = 1_000_000;

/// Every object of every directory, with the highest cycle of each, in the order of the file.
pub(super) fn entries(storage: &Storage, header: &Header) -> Parse<Vec<Entry>> {
    let top = header
        .begin
        .checked_add(header.name_bytes)
        .ok_or_else(|| Damage::new("the top directory is not in the file"))?;
    let mut walk = Walk {
        storage,
        seen: HashSet::new(),
        left: storage.length(),
        found: Vec::new(),
    };
    walk.directory(top, "", 0)?;
    Ok(newest(walk.found))
}

struct Walk<'a> {
    storage: &'a Storage,
    seen: HashSet<u64>,
    /// Bytes of lists that may still be read: all lists of a file fit in it.
    left: u64,
    found: Vec<Entry>,
}

impl Walk<'_> {
    fn directory(&mut self, place: u64, path: &str, depth: usize) -> Parse<()> {
        if depth > DEEPEST || !self.seen.insert(place) {
            return Err(Damage::new("its directories are nested without end"));
        }
        let bytes = self.storage.read_up_to(place, 64)?;
        let mut cursor = Cursor::new(&bytes, 0);
        let version = cursor.u16()?;
        cursor.skip(8)?; // when made and changed
        let list_bytes = cursor.count32()? as usize;
        cursor.skip(4)?; // bytes of the name
        let wide = version > 1000;
        cursor.place(wide)?; // itself
        cursor.place(wide)?; // its parent
        let list = cursor.place(wide)?;
        if list == 0 {
            return Ok(());
        }
        self.left = self
            .left
            .checked_sub(list_bytes as u64)
            .ok_or_else(|| Damage::new("its directories are longer than the file"))?;
        let record = self.storage.read(list, list_bytes)?;
        let mut cursor = Cursor::new(&record, 0);
        Key::parse(&mut cursor)?;
        for _ in 0..cursor.count32()? {
            let key = Key::parse(&mut cursor)?;
            if self.found.len() == MOST_ENTRIES {
                return Err(Damage::new("it holds more than a million objects"));
            }
            let path = match path {
                "" => key.name.clone(),
                above => format!("{above}/{}", key.name),
            };
            if matches!(key.class.as_str(), "TDirectory" | "TDirectoryFile") {
                let inside = key
                    .place
                    .checked_add(u64::from(key.length))
                    .ok_or_else(|| Damage::new("a directory is not in the file"))?;
                self.directory(inside, &path, depth + 1)?;
            }
            self.found.push(Entry { path, key });
        }
        Ok(())
    }
}

fn newest(found: Vec<Entry>) -> Vec<Entry> {
    let mut index = std::collections::HashMap::new();
    let mut kept: Vec<Entry> = Vec::new();
    for entry in found {
        match index.get(&entry.path) {
            Some(&at) => {
                let before: &mut Entry = &mut kept[at];
                if entry.key.cycle > before.key.cycle {
                    *before = entry;
                }
            }
            None => {
                index.insert(entry.path.clone(), kept.len());
                kept.push(entry);
            }
        }
    }
    kept
}
