//! Columns of events: flat values, and where each event's begin if it has several.

use super::source::Content;

/// The kinds of numbers that a branch holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
}

/// Values of one kind, event after event.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    Bool(Vec<bool>),
    I8(Vec<i8>),
    U8(Vec<u8>),
    I16(Vec<i16>),
    U16(Vec<u16>),
    I32(Vec<i32>),
    U32(Vec<u32>),
    I64(Vec<i64>),
    U64(Vec<u64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

/// Runs the body with `$vector` bound to the vector inside, whatever its kind.
macro_rules! with_vector {
    ($values:expr, $vector:ident => $body:expr) => {
        match $values {
            $crate::events::Values::Bool($vector) => $body,
            $crate::events::Values::I8($vector) => $body,
            $crate::events::Values::U8($vector) => $body,
            $crate::events::Values::I16($vector) => $body,
            $crate::events::Values::U16($vector) => $body,
            $crate::events::Values::I32($vector) => $body,
            $crate::events::Values::U32($vector) => $body,
            $crate::events::Values::I64($vector) => $body,
            $crate::events::Values::U64($vector) => $body,
            $crate::events::Values::F32($vector) => $body,
            $crate::events::Values::F64($vector) => $body,
        }
    };
}
pub(crate) use with_vector;

/// Runs the body with `$vector` bound to the vector inside, and wraps the vector it gives in the same kind.
macro_rules! map_vector {
    ($values:expr, $vector:ident => $body:expr) => {
        match $values {
            Values::Bool($vector) => Values::Bool($body),
            Values::I8($vector) => Values::I8($body),
            Values::U8($vector) => Values::U8($body),
            Values::I16($vector) => Values::I16($body),
            Values::U16($vector) => Values::U16($body),
            Values::I32($vector) => Values::I32($body),
            Values::U32($vector) => Values::U32($body),
            Values::I64($vector) => Values::I64($body),
            Values::U64($vector) => Values::U64($body),
            Values::F32($vector) => Values::F32($body),
            Values::F64($vector) => Values::F64($body),
        }
    };
}

/// Lists of more than 2^32 - 1 values, which offsets cannot count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than 4 294 967 295 values are read at once")]
pub struct TooMany;

impl TooMany {
    /// What a user can do about it, for a column of a file.
    pub(crate) fn fault(self, origin: &std::path::Path, column: &str) -> crate::error::Fault {
        crate::error::Fault::in_file(origin, format!("column `{column}`: {self}"))
            .hint("lower TRIGSCAPE_MEMORY_GB, so that fewer events are read at a time")
    }
}

/// One branch of a range of events.
///
/// ```
/// use trigscape::events::{Column, Values};
/// // Three events with two muons, none and one.
/// let pt = Column::jagged(vec![0, 2, 2, 3], Values::F32(vec![30.0, 12.5, 7.0]));
/// assert_eq!(pt.events(), 3);
/// assert_eq!(pt.range(2), 2..3);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Event i has the values `offsets[i]..offsets[i + 1]`; none: each event has exactly one.
    pub offsets: Option<Vec<u32>>,
    pub values: Values,
}

impl Column {
    /// One value an event.
    pub fn flat(values: Values) -> Self {
        Self {
            offsets: None,
            values,
        }
    }

    /// Any number of values an event; `offsets` has one entry more than there are events.
    pub fn jagged(offsets: Vec<u32>, values: Values) -> Self {
        debug_assert_eq!(offsets.last().copied(), Some(values.len() as u32));
        Self {
            offsets: Some(offsets),
            values,
        }
    }

    pub fn events(&self) -> usize {
        match &self.offsets {
            Some(offsets) => offsets.len().saturating_sub(1),
            None => self.values.len(),
        }
    }

    /// Where the values of an event stand.
    pub fn range(&self, event: usize) -> std::ops::Range<usize> {
        match &self.offsets {
            Some(offsets) => offsets[event] as usize..offsets[event + 1] as usize,
            None => event..event + 1,
        }
    }

    /// Adds the events of `next`, a column of the same branch.
    ///
    /// # Errors
    /// [`TooMany`] where they hold more than 2^32 - 1 values together.
    ///
    /// # Panics
    /// If the two differ in kind or shape.
    pub fn append(&mut self, mut next: Self) -> Result<(), TooMany> {
        let all = self.values.len() + next.values.len();
        if self.offsets.is_some() && u32::try_from(all).is_err() {
            return Err(TooMany);
        }
        let before = self.values.len() as u32;
        match (&mut self.offsets, next.offsets) {
            (Some(offsets), Some(more)) => {
                offsets.extend(more.iter().skip(1).map(|o| o + before));
            }
            (None, None) => {}
            _ => panic!("a flat and a jagged column cannot be joined"),
        }
        self.values.append(&mut next.values);
        Ok(())
    }

    /// No events of a branch; none where it cannot be read.
    pub fn empty(content: &Content) -> Option<Self> {
        match content {
            Content::Flat(kind) => Some(Self::flat(Values::with_capacity(*kind, 0))),
            Content::Jagged(kind) => Some(Self::jagged(vec![0], Values::with_capacity(*kind, 0))),
            Content::Unreadable(_) => None,
        }
    }

    /// A copy of some events.
    pub fn slice(&self, events: std::ops::Range<usize>) -> Self {
        let Some(offsets) = &self.offsets else {
            return Self::flat(self.values.slice(events));
        };
        let first = offsets[events.start];
        let values = first as usize..offsets[events.end] as usize;
        Self {
            offsets: Some(
                offsets[events.start..=events.end]
                    .iter()
                    .map(|o| o - first)
                    .collect(),
            ),
            values: self.values.slice(values),
        }
    }

    /// The same numbers as another kind; 64-bit integers beyond 2^53 are rounded where it is a float.
    pub fn into_kind(self, kind: Kind) -> Self {
        Self {
            offsets: self.offsets,
            values: self.values.into_kind(kind),
        }
    }

    /// Takes the first `events` events off the front.
    pub(crate) fn split_front(&mut self, events: usize) -> Self {
        let Some(offsets) = &mut self.offsets else {
            return Self::flat(self.values.split_front(events));
        };
        let cut = offsets[events];
        let rest = offsets[events..].iter().map(|o| o - cut).collect();
        offsets.truncate(events + 1);
        let front = std::mem::replace(offsets, rest);
        Self {
            offsets: Some(front),
            values: self.values.split_front(cut as usize),
        }
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.values.len() * self.values.kind().bytes()
            + self.offsets.as_ref().map_or(0, |o| 4 * o.len())
    }
}

impl Values {
    /// An empty vector of this kind, with room for `capacity` values.
    pub fn with_capacity(kind: Kind, capacity: usize) -> Self {
        match kind {
            Kind::Bool => Self::Bool(Vec::with_capacity(capacity)),
            Kind::I8 => Self::I8(Vec::with_capacity(capacity)),
            Kind::U8 => Self::U8(Vec::with_capacity(capacity)),
            Kind::I16 => Self::I16(Vec::with_capacity(capacity)),
            Kind::U16 => Self::U16(Vec::with_capacity(capacity)),
            Kind::I32 => Self::I32(Vec::with_capacity(capacity)),
            Kind::U32 => Self::U32(Vec::with_capacity(capacity)),
            Kind::I64 => Self::I64(Vec::with_capacity(capacity)),
            Kind::U64 => Self::U64(Vec::with_capacity(capacity)),
            Kind::F32 => Self::F32(Vec::with_capacity(capacity)),
            Kind::F64 => Self::F64(Vec::with_capacity(capacity)),
        }
    }

    pub fn len(&self) -> usize {
        with_vector!(self, v => v.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Bool(_) => Kind::Bool,
            Self::I8(_) => Kind::I8,
            Self::U8(_) => Kind::U8,
            Self::I16(_) => Kind::I16,
            Self::U16(_) => Kind::U16,
            Self::I32(_) => Kind::I32,
            Self::U32(_) => Kind::U32,
            Self::I64(_) => Kind::I64,
            Self::U64(_) => Kind::U64,
            Self::F32(_) => Kind::F32,
            Self::F64(_) => Kind::F64,
        }
    }

    fn slice(&self, range: std::ops::Range<usize>) -> Self {
        map_vector!(self, v => v[range].to_vec())
    }

    /// Widens to i64 or f64, or leaves a kind as it is.
    ///
    /// # Panics
    /// If the other kind is neither the values' own nor one of these two.
    fn into_kind(self, kind: Kind) -> Self {
        match kind {
            own if own == self.kind() => self,
            Kind::F64 => Self::F64(self.to_f64()),
            Kind::I64 => {
                let own = self.kind();
                Self::I64(
                    self.into_i64()
                        .unwrap_or_else(|| panic!("{own} does not widen to i64")),
                )
            }
            other => panic!("values widen to i64 and f64, not to {other}"),
        }
    }

    fn split_front(&mut self, n: usize) -> Self {
        let mut front = std::mem::replace(self, Self::Bool(Vec::new()));
        *self = map_vector!(&mut front, v => v.split_off(n));
        front
    }

    /// The values as f64; 64-bit integers beyond 2^53 are rounded.
    pub fn to_f64(&self) -> Vec<f64> {
        match self {
            Self::Bool(v) => v.iter().map(|&x| f64::from(u8::from(x))).collect(),
            Self::I8(v) => v.iter().map(|&x| f64::from(x)).collect(),
            Self::U8(v) => v.iter().map(|&x| f64::from(x)).collect(),
            Self::I16(v) => v.iter().map(|&x| f64::from(x)).collect(),
            Self::U16(v) => v.iter().map(|&x| f64::from(x)).collect(),
            Self::I32(v) => v.iter().map(|&x| f64::from(x)).collect(),
            Self::U32(v) => v.iter().map(|&x| f64::from(x)).collect(),
            Self::I64(v) => v.iter().map(|&x| x as f64).collect(),
            Self::U64(v) => v.iter().map(|&x| x as f64).collect(),
            Self::F32(v) => v.iter().map(|&x| f64::from(x)).collect(),
            Self::F64(v) => v.clone(),
        }
    }

    /// One value as f64, as [`Values::to_f64`] gives it.
    ///
    /// # Panics
    /// If there are not so many values.
    pub fn value(&self, index: usize) -> f64 {
        match self {
            Self::Bool(v) => f64::from(u8::from(v[index])),
            Self::I8(v) => f64::from(v[index]),
            Self::U8(v) => f64::from(v[index]),
            Self::I16(v) => f64::from(v[index]),
            Self::U16(v) => f64::from(v[index]),
            Self::I32(v) => f64::from(v[index]),
            Self::U32(v) => f64::from(v[index]),
            Self::I64(v) => v[index] as f64,
            Self::U64(v) => v[index] as f64,
            Self::F32(v) => f64::from(v[index]),
            Self::F64(v) => v[index],
        }
    }

    /// The index of the first NaN.
    pub fn first_nan(&self) -> Option<usize> {
        match self {
            Self::F32(v) => v.iter().position(|x| x.is_nan()),
            Self::F64(v) => v.iter().position(|x| x.is_nan()),
            _ => None,
        }
    }

    /// The values as f64, as [`Values::to_f64`] gives them.
    pub fn into_f64(self) -> Vec<f64> {
        match self {
            Self::F64(v) => v,
            other => other.to_f64(),
        }
    }

    /// Whole numbers; none for floats and for values beyond an i64.
    pub fn into_i64(self) -> Option<Vec<i64>> {
        match self {
            Self::F32(_) | Self::F64(_) => None,
            Self::U64(v) => v.into_iter().map(|x| i64::try_from(x).ok()).collect(),
            Self::I64(v) => Some(v),
            Self::Bool(v) => Some(v.into_iter().map(i64::from).collect()),
            Self::I8(v) => Some(v.into_iter().map(i64::from).collect()),
            Self::U8(v) => Some(v.into_iter().map(i64::from).collect()),
            Self::I16(v) => Some(v.into_iter().map(i64::from).collect()),
            Self::U16(v) => Some(v.into_iter().map(i64::from).collect()),
            Self::I32(v) => Some(v.into_iter().map(i64::from).collect()),
            Self::U32(v) => Some(v.into_iter().map(i64::from).collect()),
        }
    }

    /// Moves all of `more` to the end of this.
    ///
    /// # Panics
    /// If the two are of different kinds.
    pub fn append(&mut self, more: &mut Self) {
        match (self, more) {
            (Self::Bool(a), Self::Bool(b)) => a.append(b),
            (Self::I8(a), Self::I8(b)) => a.append(b),
            (Self::U8(a), Self::U8(b)) => a.append(b),
            (Self::I16(a), Self::I16(b)) => a.append(b),
            (Self::U16(a), Self::U16(b)) => a.append(b),
            (Self::I32(a), Self::I32(b)) => a.append(b),
            (Self::U32(a), Self::U32(b)) => a.append(b),
            (Self::I64(a), Self::I64(b)) => a.append(b),
            (Self::U64(a), Self::U64(b)) => a.append(b),
            (Self::F32(a), Self::F32(b)) => a.append(b),
            (Self::F64(a), Self::F64(b)) => a.append(b),
            (a, b) => panic!("{} cannot be joined to {}", b.kind(), a.kind()),
        }
    }
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Bool,
        Self::I8,
        Self::U8,
        Self::I16,
        Self::U16,
        Self::I32,
        Self::U32,
        Self::I64,
        Self::U64,
        Self::F32,
        Self::F64,
    ];

    /// Bytes of one value in memory.
    pub fn bytes(self) -> usize {
        match self {
            Self::Bool | Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 => 8,
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::I8 => "i8",
            Self::U8 => "u8",
            Self::I16 => "i16",
            Self::U16 => "u16",
            Self::I32 => "i32",
            Self::U32 => "u32",
            Self::I64 => "i64",
            Self::U64 => "u64",
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_join_event_after_event() {
        let mut a = Column::jagged(vec![0, 2, 2], Values::U8(vec![1, 2]));
        a.append(Column::jagged(vec![0, 0, 1], Values::U8(vec![3])))
            .unwrap();
        let whole = Column::jagged(vec![0, 2, 2, 2, 3], Values::U8(vec![1, 2, 3]));
        assert_eq!(a, whole);
        assert_eq!((a.events(), a.bytes()), (4, 3 + 5 * 4));
    }

    #[test]
    fn every_kind_makes_values_of_its_own() {
        for kind in Kind::ALL {
            let values = Values::with_capacity(kind, 3);
            assert_eq!((values.kind(), values.len()), (kind, 0));
        }
    }
}
