//! Keys: the head of every record in a file, and the entries of its directories.

use super::cursor::{Cursor, Damage, Parse};
use super::storage::Storage;
use super::unpack::Unpacker;

#[derive(Debug, Clone)]
pub(super) struct Key {
    /// Bytes of the whole record.
    pub bytes: u32,
    /// Bytes of the object once unpacked.
    pub object_bytes: u32,
    /// Bytes of the key itself.
    pub length: u16,
    pub cycle: i16,
    pub place: u64,
    pub class: String,
    pub name: String,
}

impl Key {
    pub fn parse(cursor: &mut Cursor) -> Parse<Self> {
        let bytes = cursor.count32()?;
        let version = cursor.u16()?;
        let object_bytes = cursor.count32()?;
        cursor.skip(4)?; // date and time
        let length = cursor.u16()?;
        let cycle = cursor.u16()? as i16;
        let wide = version > 1000;
        let place = cursor.place(wide)?;
        cursor.place(wide)?; // its directory
        let class = cursor.string()?;
        let name = cursor.string()?;
        cursor.string()?; // title
        Ok(Self {
            bytes,
            object_bytes,
            length,
            cycle,
            place,
            class,
            name,
        })
    }

    /// The object behind the key, unpacked.
    pub fn object(&self, storage: &Storage) -> Parse<Vec<u8>> {
        let mut record = storage.read(self.place, self.bytes as usize)?;
        // Directories hold copies of keys; the one in front of the object must agree.
        let own = Self::parse(&mut Cursor::new(&record, 0))?;
        if (own.bytes, own.length, own.object_bytes) != (self.bytes, self.length, self.object_bytes)
        {
            return Err(Damage(format!(
                "the record of `{}` is not where its directory says",
                self.name
            )));
        }
        if usize::from(self.length) > record.len() {
            return Err(Damage::new("a key is longer than its record"));
        }
        let packed = record.split_off(usize::from(self.length));
        if packed.len() == self.object_bytes as usize {
            return Ok(packed);
        }
        let mut plain = Vec::new();
        Unpacker::default().unpack(&packed, self.object_bytes as usize, &mut plain)?;
        Ok(plain)
    }
}
