//! Branches: their names, what they hold, and where their baskets are.

use super::basket::{Basket, Place};
use super::cursor::{Cursor, Damage, Parse};
use super::leaf::Leaf;
use super::objects::{Object, objects};
use super::storage::Storage;
use super::unpack::codec_name;
use crate::events::{self, Content, Kind};

#[derive(Debug)]
pub(super) struct Branch {
    /// What the caller is told.
    pub about: events::Branch,
    pub leaf: Option<Leaf>,
    pub baskets: Vec<Basket>,
    /// The branch that counts its values, once all branches are known.
    pub counter: Option<usize>,
}

const DEEPEST: usize = 16;

impl Branch {
    /// Looks into a basket where the codec is in doubt: uproot writes that there is none.
    pub fn check_codec(&mut self, storage: &Storage) {
        let unpacked = self.about.codec.as_deref() == Some("none");
        if unpacked && self.about.stored_bytes != self.about.plain_bytes {
            let largest = self
                .baskets
                .iter()
                .max_by_key(|basket| basket.stored_bytes());
            if let Some(codec) = largest.and_then(|basket| basket.codec(storage)) {
                self.about.codec = Some(codec.to_owned());
            }
        }
    }
}

/// All branches of a tree, each before those inside it.
pub(super) fn branches(array: &[Option<Object>], entries: u64, bytes: usize) -> Parse<Vec<Branch>> {
    let mut walk = Walk {
        entries,
        left: bytes,
        found: Vec::new(),
    };
    walk.branches(array, 0)?;
    Ok(walk.found)
}

struct Walk {
    entries: u64,
    /// Objects that may still be read. There cannot be more than bytes, unless references of a
    /// damaged record lead to the same ones again and again.
    left: usize,
    found: Vec<Branch>,
}

impl Walk {
    fn branches(&mut self, array: &[Option<Object>], depth: usize) -> Parse<()> {
        let endless = || Damage::new("its branches are nested without end");
        for written in array.iter().flatten() {
            if written.class == "TBranch" {
                let plain = Plain::parse(written, self.entries)?;
                self.left = self.left.checked_sub(plain.objects).ok_or_else(endless)?;
                // A branch of branches has no values of its own.
                if plain.branch.leaf.is_some() || plain.inside.is_empty() {
                    self.found.push(plain.branch);
                }
                if depth == DEEPEST {
                    return Err(endless());
                }
                self.branches(&plain.inside, depth + 1)?;
            } else {
                self.left = self.left.checked_sub(1).ok_or_else(endless)?;
                self.found.push(other(written)?);
            }
        }
        Ok(())
    }
}

/// The members of a `TBranch` that are of use.
struct Members<'a> {
    codec: i32,
    entries: u64,
    plain_bytes: u64,
    stored_bytes: u64,
    inside: Vec<Option<Object<'a>>>,
    leaves: Vec<Option<Object<'a>>>,
    slots: Slots<'a>,
}

/// Where the baskets are; all arrays but the first have room for more than there are.
struct Slots<'a> {
    last: usize,
    embedded: Vec<Option<Object<'a>>>,
    bytes: Vec<u32>,
    first_events: Vec<u64>,
    places: Vec<u64>,
}

impl<'a> Members<'a> {
    fn parse(cursor: &mut Cursor<'a>, version: u16) -> Parse<Self> {
        cursor.skip_object()?; // TAttFill
        let codec = cursor.i32()?;
        cursor.skip(4 + 4)?; // size of baskets, of their offsets
        let last = cursor.count32()? as usize;
        cursor.skip(8)?; // the next entry
        if version >= 13 {
            cursor.skip_object()?; // features
        }
        cursor.skip(4)?; // offset
        let room = cursor.u32()? as usize;
        cursor.skip(4)?; // split level
        let entries = cursor.count64()?;
        if version >= 11 {
            cursor.skip(8)?; // the first entry
        }
        let plain_bytes = cursor.count64()?;
        let stored_bytes = cursor.count64()?;
        let inside = objects(cursor)?;
        let leaves = objects(cursor)?;
        let slots = Slots {
            last,
            embedded: objects(cursor)?,
            bytes: cursor.member_array(room, 4, |c| c.count32())?,
            first_events: cursor.member_array(room, 8, |c| c.count64())?,
            places: cursor.member_array(room, 8, |c| c.count64())?,
        };
        Ok(Self {
            codec,
            entries,
            plain_bytes,
            stored_bytes,
            inside,
            leaves,
            slots,
        })
    }
}

/// A branch of numbers, and the branches inside it.
struct Plain<'a> {
    branch: Branch,
    inside: Vec<Option<Object<'a>>>,
    /// Objects that were read for it.
    objects: usize,
}

impl<'a> Plain<'a> {
    fn parse(written: &Object<'a>, entries: u64) -> Parse<Self> {
        let mut cursor = written.body;
        let frame = cursor.frame()?;
        let (name, _) = cursor.named()?;
        let in_branch = |damage: Damage| Damage(format!("column `{name}`: {}", damage.0));
        if frame.version < 10 {
            return Err(in_branch(Damage(format!(
                "it was written by a ROOT before version 5 (TBranch {})",
                frame.version
            ))));
        }
        let members = Members::parse(&mut cursor, frame.version).map_err(in_branch)?;
        let leaves = members
            .leaves
            .iter()
            .flatten()
            .map(Leaf::parse)
            .collect::<Parse<Vec<_>>>()
            .map_err(in_branch)?;
        let baskets = members.slots.baskets(members.entries);
        let content = content(&leaves).and_then(|content| {
            if members.entries != entries {
                return Err(format!("it has {} of {entries} entries", members.entries));
            }
            baskets.as_ref().map_err(String::clone)?;
            Ok(content)
        });
        let slots = &members.slots;
        let objects = [
            members.inside.len(),
            members.leaves.len(),
            slots.embedded.len(),
            slots.places.len(),
        ];
        Ok(Self {
            objects: 1 + objects.iter().sum::<usize>(),
            branch: Branch {
                about: events::Branch {
                    name,
                    content: content.unwrap_or_else(Content::Unreadable),
                    codec: Some(codec_name(members.codec).to_owned()),
                    stored_bytes: members.stored_bytes,
                    plain_bytes: members.plain_bytes,
                },
                leaf: leaves.into_iter().next(),
                baskets: baskets.unwrap_or_default(),
                counter: None,
            },
            inside: members.inside,
        })
    }
}

fn content(leaves: &[Leaf]) -> Result<Content, String> {
    let leaf = match leaves {
        [] => return Err("a branch without leaves".into()),
        [leaf] => leaf,
        _ => return Err(format!("a structure of {} leaves", leaves.len())),
    };
    let kind: Kind = leaf.kind.clone()?;
    match (leaf.values, leaf.counter) {
        (0, _) => Err("a leaf without values".into()),
        (1, None) => Ok(Content::Flat(kind)),
        _ => Ok(Content::Jagged(kind)),
    }
}

impl Slots<'_> {
    /// The baskets in order, without empty ones; or what is wrong with them.
    fn baskets(&self, entries: u64) -> Result<Vec<Basket>, String> {
        let room = self
            .places
            .len()
            .min(self.first_events.len())
            .min(self.bytes.len());
        let used = room.min(self.last.saturating_add(1));
        let mut baskets: Vec<Basket> = Vec::new();
        for slot in 0..used {
            let end = match self.first_events.get(slot + 1) {
                Some(&next) if slot < self.last => next,
                _ => entries,
            };
            let events = self.first_events[slot]..end;
            if events.start == events.end {
                continue;
            }
            let before = baskets.last().map_or(0, |basket| basket.events.end);
            if events.start != before || events.end < events.start || events.end > entries {
                return Err(format!("basket {slot} does not follow the one before"));
            }
            let place = match self.places[slot] {
                0 => Place::Embedded(self.embedded(slot)?),
                place => Place::Stored {
                    place,
                    bytes: self.bytes[slot],
                },
            };
            baskets.push(Basket { events, place });
        }
        let covered = baskets.last().map_or(0, |basket| basket.events.end);
        if covered != entries {
            return Err(format!("its baskets hold {covered} of {entries} entries"));
        }
        Ok(baskets)
    }

    fn embedded(&self, slot: usize) -> Result<Vec<u8>, String> {
        self.embedded
            .get(slot)
            .and_then(Option::as_ref)
            .filter(|written| written.class == "TBasket")
            .and_then(|written| {
                let mut body = written.body;
                body.take(written.end - body.position()).ok()
            })
            .map(<[u8]>::to_vec)
            .ok_or_else(|| format!("basket {slot} is missing"))
    }
}

/// A branch of objects: its name, and a word on what it holds.
fn other(written: &Object) -> Parse<Branch> {
    let mut cursor = written.body;
    cursor.frame()?;
    let base = cursor.frame()?;
    let (name, _) = cursor.named()?;
    cursor.seek(base.end)?;
    let what = match written.class {
        "TBranchElement" => format!("objects of class {}", cursor.string()?),
        class => format!("a branch of class {class}"),
    };
    Ok(Branch {
        about: events::Branch {
            name,
            content: Content::Unreadable(what),
            codec: None,
            stored_bytes: 0,
            plain_bytes: 0,
        },
        leaf: None,
        baskets: Vec::new(),
        counter: None,
    })
}
