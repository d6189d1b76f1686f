//! The tree: its entries and its branches.

use super::branch::{Branch, branches};
use super::cursor::{Cursor, Damage, Parse};
use super::objects::objects;
use crate::events::Content;
use std::collections::HashMap;

#[derive(Debug)]
pub(super) struct Tree {
    pub entries: u64,
    pub branches: Vec<Branch>,
}

/// Whether an object of this class is a tree, or begins with one.
pub(super) fn is_tree(class: &str) -> bool {
    matches!(class, "TTree" | "TNtuple" | "TNtupleD")
}

impl Tree {
    /// The tree in a record behind a key of `key_bytes`.
    pub fn parse(record: &[u8], key_bytes: usize, class: &str) -> Parse<Self> {
        let mut cursor = Cursor::new(record, key_bytes);
        if class != "TTree" {
            cursor.frame()?;
        }
        let frame = cursor.frame()?;
        if frame.version < 16 {
            return Err(Damage(format!(
                "it was written by a ROOT before version 5 (TTree {})",
                frame.version
            )));
        }
        cursor.named()?;
        for _ in 0..3 {
            cursor.skip_object()?; // how it is drawn
        }
        let entries = cursor.count64()?;
        let version = frame.version;
        cursor.skip(3 * 8)?; // its bytes: plain, stored, saved
        cursor.skip(if version >= 18 { 8 } else { 0 })?; // flushed bytes
        cursor.skip(8 + 3 * 4)?; // weight; timer, scan field, update
        cursor.skip(if version >= 17 { 4 } else { 0 })?; // size of offsets
        let clusters = if version >= 19 { cursor.count32()? } else { 0 };
        cursor.skip(5 * 8)?; // limits, estimate
        cursor.skip(if version >= 18 { 8 } else { 0 })?; // when it was flushed
        if version >= 19 {
            for _ in 0..2 {
                cursor.member_array(clusters as usize, 8, |c| c.i64())?;
            }
        }
        if version >= 20 {
            cursor.skip_object()?; // features
        }
        let mut found = branches(&objects(&mut cursor)?, entries, record.len())?;
        find_counters(&mut found);
        Ok(Self {
            entries,
            branches: found,
        })
    }

    /// Entries at which a basket begins in every branch; failing these, in the one with most.
    pub fn cuts(&self) -> Vec<u64> {
        let starts = |branch: &Branch| -> Vec<u64> {
            branch.baskets.iter().map(|b| b.events.start).collect()
        };
        let mut read = self
            .branches
            .iter()
            .filter(|branch| branch.about.content.kind().is_some());
        let Some(first) = read.next() else {
            return Vec::new();
        };
        let mut common = starts(first);
        let mut most = common.clone();
        for branch in read {
            common.retain(|start| {
                branch
                    .baskets
                    .binary_search_by_key(start, |b| b.events.start)
                    .is_ok()
            });
            if branch.baskets.len() > most.len() {
                most = starts(branch);
            }
        }
        if common.len() > 1 { common } else { most }
    }
}

fn find_counters(branches: &mut [Branch]) {
    let owners: HashMap<usize, usize> = branches
        .iter()
        .enumerate()
        .filter_map(|(index, branch)| Some((branch.leaf.as_ref()?.place, index)))
        .collect();
    let flat: Vec<bool> = branches
        .iter()
        .map(|branch| matches!(branch.about.content, Content::Flat(_)))
        .collect();
    for branch in branches {
        branch.counter = branch
            .leaf
            .as_ref()
            .and_then(|leaf| owners.get(&leaf.counter?).copied())
            // Only a plain number counts; so no branch can count itself.
            .filter(|&counter| flat[counter]);
    }
}
