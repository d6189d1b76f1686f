//! Leaves: what one value of a branch is.

use super::cursor::{Cursor, Parse};
use super::objects::{Object, object};
use crate::events::Kind;

#[derive(Debug)]
pub(super) struct Leaf {
    /// Where it is written in the tree's record: two pointers to one leaf have the same.
    pub place: usize,
    /// The kind of its numbers, or what else it holds.
    pub kind: Result<Kind, String>,
    /// Values per event, or per count of the counter.
    pub values: u32,
    /// The leaf that counts its values.
    pub counter: Option<usize>,
}

impl Leaf {
    pub fn parse(written: &Object) -> Parse<Self> {
        let mut cursor = written.body;
        cursor.frame()?; // TLeafI and so on; the base comes first
        let (values, unsigned, counter) = base(&mut cursor)?;
        Ok(Self {
            place: written.place,
            kind: kind(written.class, unsigned),
            values,
            counter,
        })
    }
}

fn base(cursor: &mut Cursor) -> Parse<(u32, bool, Option<usize>)> {
    cursor.frame()?;
    cursor.named()?;
    let values = cursor.count32()?;
    cursor.skip(4 + 4)?; // bytes of a value, offset in a structure
    cursor.skip(1)?; // whether it has a range
    let unsigned = cursor.u8()? != 0;
    let counter = object(cursor)?.map(|counter| counter.place);
    Ok((values, unsigned, counter))
}

fn kind(class: &str, unsigned: bool) -> Result<Kind, String> {
    Ok(match (class, unsigned) {
        ("TLeafO", _) => Kind::Bool,
        ("TLeafB", false) => Kind::I8,
        ("TLeafB", true) => Kind::U8,
        ("TLeafS", false) => Kind::I16,
        ("TLeafS", true) => Kind::U16,
        ("TLeafI", false) => Kind::I32,
        ("TLeafI", true) => Kind::U32,
        ("TLeafL" | "TLeafG", false) => Kind::I64,
        ("TLeafL" | "TLeafG", true) => Kind::U64,
        ("TLeafF", _) => Kind::F32,
        ("TLeafD", _) => Kind::F64,
        ("TLeafC", _) => return Err("text (TLeafC)".into()),
        ("TLeafF16" | "TLeafD32", _) => {
            return Err(format!("numbers of reduced precision ({class})"));
        }
        _ => return Err(format!("a leaf of class {class}")),
    })
}
