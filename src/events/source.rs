//! Where events come from: one small trait, a file a format.

use super::column::{Column, Kind};
use crate::error::{Fault, Result};
use std::ops::Range;
use std::path::PathBuf;

/// A file of events, or a generator of them.
pub trait Source: Send + Sync + std::fmt::Debug {
    fn description(&self) -> &Description;

    /// Reads branches of a range of events: one column a name, in the order of the names.
    ///
    /// Work is spread over the current rayon pool; the result does not depend on it.
    ///
    /// # Errors
    /// An unknown or unreadable branch, damaged data: a [`Fault`] that names file and branch.
    ///
    /// # Panics
    /// If the range reaches beyond the entries.
    fn read(&self, names: &[&str], events: Range<u64>) -> Result<Vec<Column>>;

    /// About how many bytes [`Source::read`] needs for this range; unless the source knows better, its mean.
    fn bytes(&self, names: &[&str], events: Range<u64>) -> u64 {
        let description = self.description();
        let branches = description.branches.iter();
        let wanted = branches.filter(|b| names.contains(&b.name.as_str()));
        let plain: f64 = wanted.map(|b| b.plain_bytes as f64).sum();
        let an_event = plain / description.entries.max(1) as f64 + 8.0 * names.len() as f64;
        (an_event * events.end.saturating_sub(events.start) as f64) as u64
    }
}

/// What a source holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// The file, or a stand-in that names the generator.
    pub origin: PathBuf,
    /// For people: `Parquet`, ``ROOT TTree `Events` ``.
    pub format: String,
    pub entries: u64,
    pub branches: Vec<Branch>,
    /// Events at which reading starts cheaply (row groups, clusters), ascending, within
    /// `0..entries`; may be empty.
    pub cuts: Vec<u64>,
}

/// One branch (column) of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    pub name: String,
    pub content: Content,
    /// The codec its data are packed with, as people call it: `zstd`, `none`.
    pub codec: Option<String>,
    /// Bytes in the file.
    pub stored_bytes: u64,
    /// Bytes once unpacked.
    pub plain_bytes: u64,
}

/// What one event has in a branch.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// One value.
    Flat(Kind),
    /// Any number of values.
    Jagged(Kind),
    /// Nothing that can be read here; the text says what it is.
    Unreadable(String),
}

impl Content {
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Flat(kind) | Self::Jagged(kind) => Some(*kind),
            Self::Unreadable(_) => None,
        }
    }
}

impl std::fmt::Display for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flat(kind) => write!(f, "{kind}"),
            Self::Jagged(kind) => write!(f, "list of {kind}"),
            Self::Unreadable(what) => f.write_str(what),
        }
    }
}

impl Description {
    /// The branch of this name, with its index.
    ///
    /// # Errors
    /// A [`Fault`] at the file: no such branch (with the nearest name), or one that cannot be read.
    pub fn branch(&self, name: &str) -> Result<(usize, &Branch)> {
        let Some(index) = self.branches.iter().position(|b| b.name == name) else {
            return Err(
                Fault::in_file(&self.origin, format!("there is no column `{name}`"))
                    .hint("`trigscape events inspect` lists the columns of a file")
                    .nearest(name, self.branches.iter().map(|b| b.name.as_str()))
                    .into(),
            );
        };
        let branch = &self.branches[index];
        match &branch.content {
            Content::Unreadable(what) => Err(Fault::in_file(
                &self.origin,
                format!("column `{name}` cannot be read: {what}"),
            )
            .into()),
            _ => Ok((index, branch)),
        }
    }
}
