//! A cut whose variables have become columns of a chunk.

use super::cut::{Condition, Cut};
use crate::events::Chunk;

/// Where a variable of a cut stands in a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// A field of the object that takes a leg; `object` and `field` as the request has them.
    Field {
        leg: usize,
        object: usize,
        field: usize,
    },
    Scalar(usize),
}

/// A condition on the objects that take the legs of a path, and on scalars.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    condition: Condition,
    slots: Vec<Slot>,
    /// The legs whose objects it reads, one bit each.
    pub legs: u8,
}

impl Selection {
    /// A cut on the columns that `slots` gives for its variables.
    pub fn new(cut: Cut, slots: Vec<Slot>) -> Self {
        Self::of(cut.condition, slots)
    }

    /// The parts of a cut that must all hold, each with the columns that it reads itself: they
    /// decide about NaNs, and about when a part can be tested.
    pub fn conjuncts(cut: Cut, slots: &[Slot]) -> Vec<Self> {
        let parts = cut.condition.conjuncts().into_iter();
        parts
            .map(|mut part| {
                let mut used: Vec<usize> = Vec::new();
                part.each_variable(&mut |v| {
                    let own = used.iter().position(|u| u == v);
                    if own.is_none() {
                        used.push(*v);
                    }
                    *v = own.unwrap_or(used.len() - 1);
                });
                Self::of(part, used.into_iter().map(|v| slots[v]).collect())
            })
            .collect()
    }

    fn of(condition: Condition, slots: Vec<Slot>) -> Self {
        let legs = slots.iter().fold(0, |legs, slot| match slot {
            Slot::Field { leg, .. } => legs | 1 << leg,
            Slot::Scalar(_) => legs,
        });
        Self {
            condition,
            slots,
            legs,
        }
    }

    /// Whether the selection holds where `chosen` are the objects that take the legs, as indices into
    /// the chunk's fields. A NaN in anything that it reads makes it fail.
    pub fn holds(&self, chunk: &Chunk, event: usize, chosen: &[usize]) -> bool {
        let value = |v: usize| match self.slots[v] {
            Slot::Field { leg, object, field } => {
                chunk.objects[object].fields[field].value(chosen[leg])
            }
            Slot::Scalar(scalar) => chunk.scalars[scalar].value(event),
        };
        !(0..self.slots.len()).any(|v| value(v).is_nan()) && self.condition.holds(&value)
    }
}
