//! Objects behind pointers: class tags, references to what came before, and arrays of them.

use super::cursor::{BYTE_COUNT, Cursor, Damage, Parse};

/// A class that is named here for the first time.
const NEW_CLASS: u32 = 0xFFFF_FFFF;
/// Any tag with this bit is a class, named here or before; without it, it is an object from before.
const CLASS: u32 = 0x8000_0000;

#[derive(Debug, Clone)]
pub(super) struct Object<'a> {
    pub class: &'a str,
    /// Where it was written: the same for every reference to it.
    pub place: usize,
    /// At its first member.
    pub body: Cursor<'a>,
    pub end: usize,
}

/// The object of a pointer; none if it is null.
pub(super) fn object<'a>(cursor: &mut Cursor<'a>) -> Parse<Option<Object<'a>>> {
    match written(cursor)? {
        Written::Null => Ok(None),
        Written::Here(object) => Ok(Some(object)),
        Written::Before(reference) => match written(&mut cursor.referred(reference)?)? {
            Written::Here(object) => Ok(Some(object)),
            _ => Err(Damage::new("a reference points to no object")),
        },
    }
}

enum Written<'a> {
    Null,
    Here(Object<'a>),
    Before(u32),
}

// References say where in the buffer the thing stands, so they are followed as they come: no map
// of all that was read is needed, and what lies between may be skipped.
fn written<'a>(cursor: &mut Cursor<'a>) -> Parse<Written<'a>> {
    let place = cursor.position();
    let word = cursor.u32()?;
    let counted = word & BYTE_COUNT != 0 && word != NEW_CLASS;
    let (end, tag) = if counted {
        let end = cursor.position() + (word & !BYTE_COUNT) as usize;
        (Some(end), cursor.u32()?)
    } else {
        (None, word)
    };
    if tag & CLASS == 0 {
        if let Some(end) = end {
            cursor.seek(end)?;
        }
        return Ok(match tag {
            0 => Written::Null,
            before => Written::Before(before),
        });
    }
    let class = if tag == NEW_CLASS {
        cursor.class_name()?
    } else {
        let mut named = cursor.referred(tag & !CLASS)?;
        if named.u32()? != NEW_CLASS {
            return Err(Damage::new("a class is not where its tag says"));
        }
        named.class_name()?
    };
    let end = end
        .filter(|&end| end >= cursor.position())
        .ok_or_else(|| Damage(format!("an object of class {class} has no length")))?;
    let body = *cursor;
    cursor.seek(end)?;
    Ok(Written::Here(Object {
        class,
        place,
        body,
        end,
    }))
}

/// The objects of a `TObjArray` that is a member itself.
pub(super) fn objects<'a>(cursor: &mut Cursor<'a>) -> Parse<Vec<Option<Object<'a>>>> {
    let frame = cursor.frame()?;
    if frame.version >= 3 {
        cursor.skip_base()?;
    }
    if frame.version >= 2 {
        cursor.string()?;
    }
    let count = cursor.count32()? as usize;
    cursor.skip(4)?; // the lower bound
    if count > cursor.remaining() / 4 {
        return Err(Damage::new("an array is longer than its record"));
    }
    let all = (0..count).map(|_| object(cursor)).collect::<Parse<_>>()?;
    cursor.seek(frame.end)?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new class, the same class again, the first object again, null.
    fn four() -> Vec<u8> {
        let mut bytes = vec![0x40, 0, 0, 8, 0xFF, 0xFF, 0xFF, 0xFF];
        bytes.extend(b"AB\0");
        bytes.push(7); // at 11
        let class = 4 + 2 + 100;
        bytes.extend([0x40, 0, 0, 5, 0x80, 0, 0, class, 8]);
        bytes.extend([0, 0, 0, 2 + 100]);
        bytes.extend([0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn class_tags_and_references_are_followed() {
        let bytes = four();
        let mut cursor = Cursor::new(&bytes, 100);
        let mut next = || {
            object(&mut cursor)
                .unwrap()
                .map(|mut o| (o.class.to_owned(), o.place, o.body.u8().unwrap()))
        };
        assert_eq!(next(), Some(("AB".into(), 0, 7)));
        assert_eq!(next(), Some(("AB".into(), 12, 8)));
        assert_eq!(next(), Some(("AB".into(), 0, 7)));
        assert_eq!(next(), None);
        assert_eq!(cursor.remaining(), 0);
    }

    #[test]
    fn references_to_nowhere_or_to_themselves_are_errors() {
        for reference in [1u8, 50, 102, 200] {
            let bytes = [0, 0, 0, reference];
            assert!(object(&mut Cursor::new(&bytes, 100)).is_err());
        }
    }
}
