//! Big-endian bytes to values, and offsets of bytes to offsets of values.

use super::cursor::{Damage, Parse};
use crate::events::{Kind, Values};

/// All values of a stretch of bytes; a remainder shorter than a value is left out.
pub(super) fn values(kind: Kind, bytes: &[u8]) -> Values {
    macro_rules! numbers {
        ($number:ty) => {{
            const WIDTH: usize = size_of::<$number>();
            bytes
                .as_chunks::<WIDTH>()
                .0
                .iter()
                .map(|&number| <$number>::from_be_bytes(number))
                .collect()
        }};
    }
    match kind {
        Kind::Bool => Values::Bool(bytes.iter().map(|&byte| byte != 0).collect()),
        Kind::I8 => Values::I8(numbers!(i8)),
        Kind::U8 => Values::U8(bytes.to_vec()),
        Kind::I16 => Values::I16(numbers!(i16)),
        Kind::U16 => Values::U16(numbers!(u16)),
        Kind::I32 => Values::I32(numbers!(i32)),
        Kind::U32 => Values::U32(numbers!(u32)),
        Kind::I64 => Values::I64(numbers!(i64)),
        Kind::U64 => Values::U64(numbers!(u64)),
        Kind::F32 => Values::F32(numbers!(f32)),
        Kind::F64 => Values::F64(numbers!(f64)),
    }
}

/// The offsets of the values of consecutive events, from the places of their bytes.
///
/// `places` are the beginnings of the events, counted from `before` in front of the data; `end` is
/// where the last of them ends. The first offset is 0.
pub(super) fn offsets(
    places: &[[u8; 4]],
    before: u32,
    end: u32,
    kind: Kind,
) -> Parse<(std::ops::Range<usize>, Vec<u32>)> {
    let width = kind.bytes() as u32;
    let shift = width.trailing_zeros();
    let place = |raw: [u8; 4]| u32::from_be_bytes(raw).wrapping_sub(before);
    let first = places.first().map_or(end, |&raw| place(raw));
    let mut offsets = Vec::with_capacity(places.len() + 1);
    offsets.extend(
        places
            .iter()
            .map(|&raw| place(raw).wrapping_sub(first) >> shift),
    );
    offsets.push(end.wrapping_sub(first) >> shift);
    // Whole values, in order: gathered without branches, so that it keeps up with the memory.
    let part = places.iter().fold(end.wrapping_sub(first), |part, &raw| {
        part | place(raw).wrapping_sub(first)
    }) & (width - 1);
    let backwards = offsets
        .iter()
        .zip(offsets.iter().skip(1))
        .fold(false, |any, (a, b)| any | (a > b));
    if part != 0 || backwards || first > end {
        return Err(Damage::new("its entries are not in order"));
    }
    Ok((first as usize..end as usize, offsets))
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

    #[test]
    fn every_kind_is_read_in_network_order() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 0xFF];
        assert_eq!(values(Kind::Bool, &[0, 2]), Values::Bool(vec![false, true]));
        assert_eq!(values(Kind::I8, &[0xFF]), Values::I8(vec![-1]));
        assert_eq!(values(Kind::U16, &bytes[..4]), Values::U16(vec![258, 772]));
        assert_eq!(values(Kind::I16, &[0xFF, 0xFE]), Values::I16(vec![-2]));
        assert_eq!(
            values(Kind::U32, &bytes[..4]),
            Values::U32(vec![0x0102_0304])
        );
        assert_eq!(
            values(Kind::I64, &bytes[..8]),
            Values::I64(vec![0x0102_0304_0506_0708])
        );
        assert_eq!(
            values(Kind::F32, &[0x3F, 0x80, 0, 0]),
            Values::F32(vec![1.0])
        );
        assert_eq!(
            values(Kind::F64, &[0xC0, 0, 0, 0, 0, 0, 0, 0, 1]),
            Values::F64(vec![-2.0])
        );
    }

    #[test]
    fn byte_places_become_offsets() {
        let places = [70u32, 78, 78].map(u32::to_be_bytes);
        let (bytes, found) = offsets(&places, 70, 12, Kind::F32).unwrap();
        assert_eq!((bytes, found), (0..12, vec![0, 2, 2, 3]));
        let (bytes, found) = offsets(&places[1..], 70, 12, Kind::F32).unwrap();
        assert_eq!((bytes, found), (8..12, vec![0, 0, 1]));
        assert_eq!(offsets(&[], 70, 12, Kind::F32).unwrap(), (12..12, vec![0]));
    }

    #[test]
    fn places_out_of_order_or_amid_a_value_are_errors() {
        for places in [[70u32, 82, 78], [70, 75, 78], [70, 78, 86], [60, 70, 78]] {
            let places = places.map(u32::to_be_bytes);
            assert!(offsets(&places, 70, 12, Kind::F32).is_err());
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
