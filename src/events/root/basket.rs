//! Baskets: the values of a run of events in one branch, in the file or inside the tree.

use super::cursor::{Cursor, Damage, Parse};
use super::key::Key;
use super::storage::Storage;
use super::unpack::{Unpacker, codec_of};
use std::ops::Range;

/// A basket of a branch, not read yet.
#[derive(Debug)]
pub(super) struct Basket {
    pub events: Range<u64>,
    pub place: Place,
}

#[derive(Debug)]
pub(super) enum Place {
    Stored {
        place: u64,
        bytes: u32,
    },
    /// Kept in the tree, as the last baskets of trees that were not flushed are.
    Embedded(Vec<u8>),
}

/// Working memory of a thread.
#[derive(Default)]
pub(super) struct Scratch {
    record: Vec<u8>,
    plain: Vec<u8>,
    unpacker: Unpacker,
}

/// What a basket holds once unpacked.
#[derive(Debug)]
pub(super) struct Payload<'a> {
    pub data: &'a [u8],
    /// Where each event begins, counted from the basket's key; none if the basket does not say.
    pub places: Option<&'a [[u8; 4]]>,
    pub key_bytes: u32,
}

/// The members behind a basket's key.
struct Members {
    events: u64,
    /// Where the data end, counted from the key.
    last: u32,
    flag: u8,
}

impl Members {
    fn parse(cursor: &mut Cursor) -> Parse<Self> {
        cursor.skip(2 + 4)?; // version, size of the buffer
        // A negative size says that a byte of features follows.
        if cursor.i32()? < 0 {
            cursor.skip(1)?;
        }
        Ok(Self {
            events: u64::from(cursor.count32()?),
            last: cursor.count32()?,
            flag: cursor.u8()?,
        })
    }
}

impl Basket {
    /// Bytes in the file; those inside the tree count as none.
    pub fn stored_bytes(&self) -> u32 {
        match self.place {
            Place::Stored { bytes, .. } => bytes,
            Place::Embedded(_) => 0,
        }
    }

    /// What it is packed with, if it can be told.
    pub fn codec(&self, storage: &Storage) -> Option<&'static str> {
        let Place::Stored { place, bytes } = self.place else {
            return None;
        };
        let head = storage.read_up_to(place, (bytes as usize).min(1024)).ok()?;
        let key = Key::parse(&mut Cursor::new(&head, 0)).ok()?;
        let packed = key.bytes.checked_sub(u32::from(key.length))?;
        if packed == key.object_bytes {
            return Some("none");
        }
        let magic = head.get(usize::from(key.length)..)?.first_chunk::<2>()?;
        codec_of(*magic)
    }

    pub fn load<'a>(&'a self, storage: &Storage, scratch: &'a mut Scratch) -> Parse<Payload<'a>> {
        let (payload, events) = match &self.place {
            Place::Stored { place, bytes } => stored(storage, *place, *bytes, scratch)?,
            Place::Embedded(bytes) => embedded(bytes)?,
        };
        let expected = self.events.end - self.events.start;
        if events != expected {
            return Err(Damage(format!(
                "a basket holds {events} entries where its branch says {expected}"
            )));
        }
        Ok(payload)
    }
}

fn stored<'a>(
    storage: &Storage,
    place: u64,
    bytes: u32,
    scratch: &'a mut Scratch,
) -> Parse<(Payload<'a>, u64)> {
    storage.read_into(place, bytes as usize, &mut scratch.record)?;
    let mut cursor = Cursor::new(&scratch.record, 0);
    let key = Key::parse(&mut cursor)?;
    let members = Members::parse(&mut cursor)?;
    if key.bytes != bytes || key.class != "TBasket" {
        return Err(Damage(format!("there is no basket at {place}")));
    }
    let packed = scratch
        .record
        .get(usize::from(key.length)..)
        .ok_or_else(|| Damage::new("a key is longer than its record"))?;
    let plain = if packed.len() == key.object_bytes as usize {
        packed
    } else {
        scratch
            .unpacker
            .unpack(packed, key.object_bytes as usize, &mut scratch.plain)?;
        &scratch.plain
    };
    let key_bytes = u32::from(key.length);
    let (data, rest) = members
        .last
        .checked_sub(key_bytes)
        .and_then(|border| plain.split_at_checked(border as usize))
        .ok_or_else(|| Damage::new("the data of a basket reach beyond its end"))?;
    let places = if rest.is_empty() {
        None
    } else {
        Some(array(&mut Cursor::new(rest, 0), members.events)?)
    };
    let payload = Payload {
        data,
        places,
        key_bytes,
    };
    Ok((payload, members.events))
}

fn embedded(bytes: &[u8]) -> Parse<(Payload<'_>, u64)> {
    // The flag gains 80 if the places of events are to be found from the counter, and 40 if a
    // second array follows them; its last digit is 2 if there are none, its tens say that data
    // follow.
    let mut cursor = Cursor::new(bytes, 0);
    let key = Key::parse(&mut cursor)?;
    let members = Members::parse(&mut cursor)?;
    let counted = members.flag >= 80;
    let flag = members.flag - if counted { 80 } else { 0 };
    let places = if !counted && flag != 0 && flag % 10 != 2 {
        let places = array(&mut cursor, members.events)?;
        if flag > 40 {
            array(&mut cursor, 0)?;
        }
        Some(places)
    } else {
        None
    };
    if flag != 1 && flag <= 10 {
        return Err(Damage::new("a basket inside the tree has no data"));
    }
    let key_bytes = u32::from(key.length);
    let data = cursor
        .take(members.last as usize)?
        .get(usize::from(key.length)..)
        .ok_or_else(|| Damage::new("a basket is shorter than its key"))?;
    let payload = Payload {
        data,
        places,
        key_bytes,
    };
    Ok((payload, members.events))
}

/// The first `least` of an array of four-byte numbers that says its own length.
fn array<'a>(cursor: &mut Cursor<'a>, least: u64) -> Parse<&'a [[u8; 4]]> {
    let count = cursor.count32()? as usize;
    let bytes = cursor.take(count.saturating_mul(4))?;
    let all = bytes.as_chunks::<4>().0;
    usize::try_from(least)
        .ok()
        .and_then(|least| all.get(..least))
        .ok_or_else(|| Damage::new("a basket has fewer entries than it says"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two events of one and two bytes, as a tree keeps them.
    fn kept(flag: u8, features: bool) -> Vec<u8> {
        let names = b"\x07TBasket\x01x\x01t";
        let key_bytes = (18 + 8 + names.len() + 18 + 1 + usize::from(features)) as u8;
        let mut key = vec![
            0, 0, 0, key_bytes, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, key_bytes, 0, 0,
        ];
        key.extend([0; 8]);
        key.extend(names);
        key.extend([0, 3, 0, 0, 0x7d, 0]);
        if features {
            key.extend([0xFF, 0xFF, 0xFF, 0xFD, 1]);
        } else {
            key.extend([0, 0, 0, 3]);
        }
        key.extend([0, 0, 0, 2, 0, 0, 0, key_bytes + 3, flag]);
        let mut bytes = key.clone();
        if flag % 10 == 1 && flag < 80 {
            bytes.extend([0, 0, 0, 2]);
            bytes.extend([0, 0, 0, key_bytes, 0, 0, 0, key_bytes + 1]);
        }
        bytes.extend(&key);
        bytes.extend([7, 8, 9]);
        bytes
    }

    #[test]
    fn a_basket_inside_the_tree_gives_data_and_places() {
        let bytes = kept(11, false);
        let (payload, events) = embedded(&bytes).unwrap();
        assert_eq!((payload.data, events), ([7, 8, 9].as_slice(), 2));
        let before = payload.key_bytes;
        let places = payload.places.unwrap().iter();
        let places: Vec<u32> = places.map(|&at| u32::from_be_bytes(at) - before).collect();
        assert_eq!(places, [0, 1]);
    }

    #[test]
    fn a_basket_inside_the_tree_may_leave_places_to_its_counter() {
        for bytes in [kept(12, false), kept(91, true)] {
            let (payload, events) = embedded(&bytes).unwrap();
            assert_eq!((payload.data, events), ([7, 8, 9].as_slice(), 2));
            assert!(payload.places.is_none());
        }
    }

    #[test]
    fn a_basket_inside_the_tree_that_is_cut_short_is_an_error() {
        let bytes = kept(11, false);
        for length in 0..bytes.len() {
            assert!(embedded(&bytes[..length]).is_err());
        }
        assert!(embedded(&kept(1, false)[..60]).is_err());
    }
}
