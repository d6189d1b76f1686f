//! Big-endian bytes to values, and offsets of bytes to offsets of values.

use super::cursor::{Damage, Parse};
use crate::events::column::with_vector;
use crate::events::{Kind, Values};
use std::ops::Range;

/// Adds all values of a stretch of bytes; a remainder shorter than a value is left out.
pub(super) fn append(values: &mut Values, bytes: &[u8]) {
    with_vector!(values, vector => BigEndian::append(vector, bytes));
}

trait BigEndian: Sized {
    fn append(vector: &mut Vec<Self>, bytes: &[u8]);
}

impl BigEndian for bool {
    fn append(vector: &mut Vec<Self>, bytes: &[u8]) {
        vector.extend(bytes.iter().map(|&byte| byte != 0));
    }
}

macro_rules! big_endian {
    ($($number:ty)*) => {$(
        impl BigEndian for $number {
            fn append(vector: &mut Vec<Self>, bytes: &[u8]) {
                let numbers = bytes.as_chunks::<{ size_of::<Self>() }>().0.iter();
                vector.extend(numbers.map(|&number| Self::from_be_bytes(number)));
            }
        }
    )*};
}
big_endian!(i8 u8 i16 u16 i32 u32 i64 u64 f32 f64);

/// Where consecutive events begin among the bytes of a basket.
pub(super) struct Places<'a> {
    pub begins: &'a [[u8; 4]],
    /// They count from so many bytes in front of the data.
    pub before: u32,
    /// Where the last event ends, counted from the data.
    pub end: u32,
}

impl Places<'_> {
    /// Adds to offsets, whose last is where these events begin, the ends of these events.
    ///
    /// Returns the bytes that hold their values.
    pub fn append(&self, offsets: &mut Vec<u32>, kind: Kind) -> Parse<Range<usize>> {
        let width = kind.bytes() as u32;
        let shift = width.trailing_zeros();
        let place = |raw: &[u8; 4]| u32::from_be_bytes(*raw).wrapping_sub(self.before);
        let Some((first, others)) = self.begins.split_first() else {
            return Ok(self.end as usize..self.end as usize);
        };
        let first = place(first);
        // Whole values, in order: gathered without branches, to keep up with the memory.
        let (mut last, mut part, mut backwards) = (first, 0, false);
        for at in others.iter().map(place).chain([self.end]) {
            backwards |= at < last;
            part |= at.wrapping_sub(first);
            last = at;
        }
        if backwards || part & (width - 1) != 0 {
            return Err(Damage::new("its entries are not in order"));
        }
        let base = offsets.last().copied().unwrap_or(0);
        let ends = others.iter().map(place);
        base.checked_add((self.end - first) >> shift)
            .ok_or_else(too_many)?;
        offsets.extend(ends.map(|at| base + ((at - first) >> shift)));
        offsets.push(base + ((self.end - first) >> shift));
        Ok(first as usize..self.end as usize)
    }
}

pub(super) fn too_many() -> Damage {
    Damage::new("more than 2^32 values cannot be read at once")
}

/// Offsets from numbers of values; none if there are too many.
pub(super) fn summed(lengths: impl Iterator<Item = u32>) -> Option<Vec<u32>> {
    let mut sum = 0u32;
    let mut offsets = vec![0];
    for length in lengths {
        sum = sum.checked_add(length)?;
        offsets.push(sum);
    }
    Some(offsets)
}

/// Numbers of values, from the column that counts them.
pub(super) fn lengths(counts: &Values) -> Parse<Vec<u32>> {
    let wrong = || Damage::new("its counter holds no number of values");
    macro_rules! all {
        ($counts:expr) => {
            $counts
                .iter()
                .map(|&count| u32::try_from(count).map_err(|_| wrong()))
                .collect()
        };
    }
    match counts {
        Values::I8(v) => all!(v),
        Values::U8(v) => all!(v),
        Values::I16(v) => all!(v),
        Values::U16(v) => all!(v),
        Values::I32(v) => all!(v),
        Values::U32(v) => all!(v),
        Values::I64(v) => all!(v),
        Values::U64(v) => all!(v),
        Values::Bool(_) | Values::F32(_) | Values::F64(_) => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(kind: Kind, bytes: &[u8]) -> Values {
        let mut values = Values::with_capacity(kind, 0);
        append(&mut values, bytes);
        values
    }

    #[test]
    fn every_kind_is_read_in_network_order() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        let one = [0xC0, 0, 0, 0, 0, 0, 0, 0, 1];
        assert_eq!(values(Kind::Bool, &[0, 2]), Values::Bool(vec![false, true]));
        assert_eq!(values(Kind::I8, &[0xFF]), Values::I8(vec![-1]));
        assert_eq!(values(Kind::U16, &bytes[..4]), Values::U16(vec![258, 772]));
        assert_eq!(values(Kind::I16, &[0xFF, 0xFE]), Values::I16(vec![-2]));
        assert_eq!(
            values(Kind::U32, &bytes[..4]),
            Values::U32(vec![0x0102_0304])
        );
        assert_eq!(
            values(Kind::I64, &bytes),
            Values::I64(vec![0x0102_0304_0506_0708])
        );
        assert_eq!(
            values(Kind::F32, &[0x3F, 0x80, 0, 0]),
            Values::F32(vec![1.0])
        );
        assert_eq!(values(Kind::F64, &one), Values::F64(vec![-2.0]));
    }

    fn offsets(begins: &[u32], offsets: &[u32]) -> Parse<(Range<usize>, Vec<u32>)> {
        let begins: Vec<[u8; 4]> = begins.iter().map(|b| b.to_be_bytes()).collect();
        let places = Places {
            begins: &begins,
            before: 70,
            end: 12,
        };
        let mut offsets = offsets.to_vec();
        let bytes = places.append(&mut offsets, Kind::F32)?;
        Ok((bytes, offsets))
    }

    #[test]
    fn places_of_bytes_become_offsets() {
        assert_eq!(offsets(&[70, 78, 78], &[0]), Ok((0..12, vec![0, 2, 2, 3])));
        assert_eq!(offsets(&[78, 78], &[0, 5]), Ok((8..12, vec![0, 5, 5, 6])));
        assert_eq!(offsets(&[], &[0, 5]), Ok((12..12, vec![0, 5])));
        assert!(offsets(&[78, 78], &[u32::MAX]).is_err());
    }

    #[test]
    fn places_out_of_order_or_amid_a_value_are_errors() {
        for places in [[70, 82, 78], [70, 75, 78], [70, 78, 86], [60, 70, 78]] {
            assert!(offsets(&places, &[0]).is_err());
        }
    }

    #[test]
    fn counters_give_lengths_and_lengths_offsets() {
        assert_eq!(lengths(&Values::I32(vec![2, 0])), Ok(vec![2, 0]));
        assert!(lengths(&Values::I32(vec![-1])).is_err());
        assert!(lengths(&Values::F32(vec![1.0])).is_err());
        assert_eq!(summed([2, 0, 1].into_iter()), Some(vec![0, 2, 2, 3]));
        assert_eq!(summed([u32::MAX, 1].into_iter()), None);
    }
}
