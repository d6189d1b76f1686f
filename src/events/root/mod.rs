//! ROOT files: a tree of plain branches, read basket by basket on all cores.
//!
//! Trees as ROOT 5, ROOT 6 and uproot write them: numbers and booleans, one an event, a fixed
//! number or as many as another branch says. Everything else is listed with what it is and refused
//! when asked for.

mod basket;
mod branch;
mod cursor;
mod decode;
mod directory;
mod gather;
mod key;
mod leaf;
mod objects;
mod read;
mod storage;
#[cfg(test)]
mod tests;
mod tree;
mod unpack;

use super::{Column, Description, Source};
use crate::error::{Fault, Result};
use branch::Branch;
use cursor::Damage;
use directory::Entry;
use std::ops::Range;
use std::path::Path;
use storage::Storage;
use tree::{Tree, is_tree};

/// A tree (`TTree`) of a ROOT file.
///
/// ```no_run
/// use trigscape::events::{RootFile, Source};
/// # fn main() -> trigscape::error::Result<()> {
/// let file = RootFile::open("nano.root".as_ref(), None)?;
/// let entries = file.description().entries;
/// let columns = file.read(&["nJet", "Jet_pt"], 0..entries.min(1000))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RootFile {
    description: Description,
    storage: Storage,
    branches: Vec<Branch>,
}

impl RootFile {
    /// Opens a file and reads its tree's description, not its events.
    ///
    /// `tree` may be in a directory, `directory/name`; without it, the tree `Events` is taken, or
    /// else the only one.
    ///
    /// # Errors
    /// A [`Fault`] at the file: no ROOT file, damaged, no such tree, an RNTuple.
    pub fn open(path: &Path, tree: Option<&str>) -> Result<Self> {
        let damaged = |damage: Damage| Fault::in_file(path, damage.0);
        let storage = Storage::open(path).map_err(damaged)?;
        let header = storage.header().map_err(damaged)?;
        let entries = directory::entries(&storage, &header).map_err(damaged)?;
        let entry = choose(path, &entries, tree)?;
        let in_tree =
            |damage: Damage| Fault::in_file(path, format!("tree `{}`: {}", entry.path, damage.0));
        let record = entry.key.object(&storage).map_err(in_tree)?;
        let key_bytes = usize::from(entry.key.length);
        let mut tree = Tree::parse(&record, key_bytes, &entry.key.class).map_err(in_tree)?;
        for branch in &mut tree.branches {
            branch.check_codec(&storage);
        }
        let description = Description {
            origin: path.to_owned(),
            format: format!("ROOT TTree `{}`", entry.path),
            entries: tree.entries,
            branches: tree.branches.iter().map(|b| b.about.clone()).collect(),
            cuts: tree.cuts(),
        };
        Ok(Self {
            description,
            storage,
            branches: tree.branches,
        })
    }
}

impl Source for RootFile {
    fn description(&self) -> &Description {
        &self.description
    }

    fn read(&self, names: &[&str], events: Range<u64>) -> Result<Vec<Column>> {
        assert!(
            events.end <= self.description.entries,
            "events {events:?} of {}",
            self.description.entries
        );
        let wanted = names
            .iter()
            .map(|name| self.description.branch(name).map(|(index, _)| index))
            .collect::<Result<Vec<_>>>()?;
        let reader = read::Reader {
            storage: &self.storage,
            branches: &self.branches,
        };
        reader.columns(&wanted, &events).map_err(|failed| {
            let name = &self.description.branches[failed.branch].name;
            let what = failed.damage.0;
            Fault::in_file(&self.description.origin, format!("column `{name}`: {what}")).into()
        })
    }
}

/// The tree that is asked for, `Events`, or the only one.
fn choose<'a>(path: &Path, entries: &'a [Entry], name: Option<&str>) -> Result<&'a Entry> {
    let wanted = name.map_or("Events", |name| name.trim_matches('/'));
    if let Some(entry) = entries.iter().find(|entry| entry.path == wanted) {
        if is_tree(&entry.key.class) {
            return Ok(entry);
        }
        if name.is_some() || is_ntuple(entry) {
            return Err(refused(path, entry).into());
        }
    }
    let trees: Vec<&Entry> = entries.iter().filter(|e| is_tree(&e.key.class)).collect();
    let list = || {
        let names: Vec<String> = trees.iter().map(|e| format!("`{}`", e.path)).collect();
        format!("its trees: {}", names.join(", "))
    };
    match (name, trees.as_slice()) {
        (None, [only]) => Ok(only),
        (_, []) => Err(match entries.iter().find(|entry| is_ntuple(entry)) {
            Some(entry) => refused(path, entry),
            None => Fault::in_file(path, "there is no tree in this file"),
        }
        .into()),
        (None, _) => Err(Fault::in_file(
            path,
            "there is no tree `Events`, and more than one other",
        )
        .hint(list())
        .into()),
        (Some(_), _) => Err(Fault::in_file(path, format!("there is no tree `{wanted}`"))
            .hint(list())
            .into()),
    }
}

fn is_ntuple(entry: &Entry) -> bool {
    entry.key.class.starts_with("ROOT::") && entry.key.class.ends_with("RNTuple")
}

/// Why an object that is no tree is not read.
fn refused(path: &Path, entry: &Entry) -> Fault {
    let (name, class) = (&entry.path, &entry.key.class);
    if !is_ntuple(entry) {
        return Fault::in_file(path, format!("`{name}` is no tree but a {class}"));
    }
    Fault::in_file(
        path,
        format!("`{name}` is an RNTuple, which is not read yet: only trees (TTree) are"),
    )
    .hint(format!(
        "convert it, in Python: import awkward, uproot; \
         awkward.to_parquet(uproot.open(\"{}\")[\"{name}\"].arrays(), \"events.parquet\")",
        path.display()
    ))
}
