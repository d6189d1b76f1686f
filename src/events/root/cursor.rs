//! A bounded reader of big-endian bytes: whatever they say, it stays within them.

/// What is wrong with the bytes of a file; the caller adds file and branch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Damage(pub String);

impl Damage {
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

pub(super) type Parse<T> = Result<T, Damage>;

/// Marks a word that counts the bytes of an object.
pub(super) const BYTE_COUNT: u32 = 0x4000_0000;

#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where `bytes` begins in the buffer that ROOT's references count from: behind the key.
    origin: usize,
}

/// The version of an object, and where it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub version: u16,
    pub end: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8], origin: usize) -> Self {
        Self {
            bytes,
            at: 0,
            origin,
        }
    }

    pub fn position(&self) -> usize {
        self.at
    }

    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub fn seek(&mut self, at: usize) -> Parse<()> {
        if at > self.bytes.len() {
            return Err(Damage::new("an object reaches beyond its record"));
        }
        self.at = at;
        Ok(())
    }

    /// The same bytes, from where a reference points to.
    pub fn referred(&self, reference: u32) -> Parse<Self> {
        // References count two bytes more, so that none of them is 0 or 1.
        let at = (reference as usize)
            .checked_sub(2 + self.origin)
            .filter(|&at| at < self.bytes.len())
            .ok_or_else(|| Damage::new("a reference points out of its record"))?;
        Ok(Self { at, ..*self })
    }

    pub fn take(&mut self, count: usize) -> Parse<&'a [u8]> {
        let taken = self.bytes[self.at..]
            .get(..count)
            .ok_or_else(|| Damage::new("a record ends too early"))?;
        self.at += count;
        Ok(taken)
    }

    pub fn skip(&mut self, count: usize) -> Parse<()> {
        self.take(count).map(|_| ())
    }

    fn array<const N: usize>(&mut self) -> Parse<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub fn u8(&mut self) -> Parse<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Parse<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub fn u32(&mut self) -> Parse<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub fn i32(&mut self) -> Parse<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub fn i64(&mut self) -> Parse<i64> {
        self.array().map(i64::from_be_bytes)
    }

    /// A number that counts something: not negative.
    pub fn count32(&mut self) -> Parse<u32> {
        u32::try_from(self.i32()?).map_err(|_| Damage::new("a count is negative"))
    }

    /// A 64-bit count.
    pub fn count64(&mut self) -> Parse<u64> {
        u64::try_from(self.i64()?).map_err(|_| Damage::new("a count is negative"))
    }

    /// A place in the file, 64 or 32 bits wide.
    pub fn place(&mut self, wide: bool) -> Parse<u64> {
        if wide {
            self.count64()
        } else {
            self.count32().map(u64::from)
        }
    }

    /// A `TString`: one length byte, or 255 and four.
    pub fn string(&mut self) -> Parse<String> {
        let length = match self.u8()? {
            255 => self.count32()? as usize,
            short => usize::from(short),
        };
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    /// A class name: text up to a zero byte.
    pub fn class_name(&mut self) -> Parse<&'a str> {
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .take(1024)
            .position(|&byte| byte == 0)
            .ok_or_else(|| Damage::new("a class name has no end"))?;
        self.at += length + 1;
        std::str::from_utf8(&rest[..length]).map_err(|_| Damage::new("a class name is no text"))
    }

    /// The head of an object whose bytes are counted.
    pub fn frame(&mut self) -> Parse<Frame> {
        let count = self.u32()?;
        if count & BYTE_COUNT == 0 {
            return Err(Damage::new("an object does not count its bytes"));
        }
        let end = self.at + (count & !BYTE_COUNT) as usize;
        if end > self.bytes.len() || end < self.at + 2 {
            return Err(Damage::new("an object reaches beyond its record"));
        }
        let version = self.u16()?;
        Ok(Frame { version, end })
    }

    /// Passes over an object whose bytes are counted.
    pub fn skip_object(&mut self) -> Parse<()> {
        let frame = self.frame()?;
        self.seek(frame.end)
    }

    /// Passes over a `TObject`.
    pub fn skip_base(&mut self) -> Parse<()> {
        const REFERENCED: u32 = 1 << 4;
        if u32::from(self.u16()?) & (BYTE_COUNT >> 16) != 0 {
            // It was the upper half of a byte count, which most versions do not write.
            self.skip(4)?;
        }
        self.skip(4)?;
        if self.u32()? & REFERENCED != 0 {
            self.skip(2)?;
        }
        Ok(())
    }

    /// The name and the title of a `TNamed`.
    pub fn named(&mut self) -> Parse<(String, String)> {
        let frame = self.frame()?;
        self.skip_base()?;
        let both = (self.string()?, self.string()?);
        self.seek(frame.end)?;
        Ok(both)
    }

    /// An array member `[count]`, whose first byte says whether it is there.
    pub fn member_array<T>(
        &mut self,
        count: usize,
        width: usize,
        one: fn(&mut Self) -> Parse<T>,
    ) -> Parse<Vec<T>> {
        if self.u8()? == 0 {
            return Ok(Vec::new());
        }
        if count.saturating_mul(width) > self.remaining() {
            return Err(Damage::new("an array is longer than its record"));
        }
        (0..count).map(|_| one(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_beyond_the_end_is_an_error() {
        let mut cursor = Cursor::new(&[0, 1, 2], 0);
        assert_eq!(cursor.u16(), Ok(1));
        assert!(cursor.u16().is_err());
        assert_eq!(cursor.u8(), Ok(2));
        assert!(cursor.string().is_err());
        assert!(cursor.seek(4).is_err());
    }

    #[test]
    fn a_string_of_255_bytes_or_more_has_a_long_length() {
        let mut bytes = vec![255, 0, 0, 1, 4];
        bytes.extend([b'x'; 260]);
        assert_eq!(Cursor::new(&bytes, 0).string().unwrap().len(), 260);
        bytes[1] = 0x7f;
        assert!(Cursor::new(&bytes, 0).string().is_err());
        assert_eq!(Cursor::new(&[2, b'a', b'b'], 0).string().unwrap(), "ab");
    }

    #[test]
    fn an_object_cannot_end_beyond_its_record_or_before_its_version() {
        assert!(Cursor::new(&[0x40, 0, 0, 2, 0, 7], 0).frame().is_ok());
        assert!(Cursor::new(&[0x40, 0, 0, 3, 0, 7], 0).frame().is_err());
        assert!(Cursor::new(&[0x40, 0, 0, 1, 0, 7], 0).frame().is_err());
        assert!(Cursor::new(&[0, 0, 0, 2, 0, 7], 0).frame().is_err());
    }
}
