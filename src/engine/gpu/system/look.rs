//! Where the shader finds the numbers that axes move: tables over the digits of a point's index, made once, or
//! the numbers of every point of a batch.

use crate::engine::Points;
use crate::merit::technology_scale;
use crate::plan::Plan;
use crate::space::{Space, Values};
use crate::system::Field;
use rayon::prelude::*;

/// Free axes that one table runs over: as in `system_model.wgsl`.
const MOST_DIGITS: usize = 4;
/// Values of a linked axis at most.
const MOST_COMBINATIONS: usize = 1 << 20;

/// Free axes and strides; a stride of 0 where there are fewer.
type Look = [(u32, u32); MOST_DIGITS];

/// A number of the system that an axis moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MovedSlot {
    pub slot: usize,
    axis: usize,
    offset: f64,
    slope: f64,
}

/// How numbers are looked up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lookup {
    pub moved: Vec<MovedSlot>,
    /// The look of each of them, and where its values begin.
    pub places: Vec<(u32, u32)>,
    pub looks: Vec<Look>,
    /// Of the free axes.
    pub lengths: Vec<u32>,
    /// All of them; none where they come with each batch.
    pub values: Vec<f32>,
    /// Points that values of a batch have room for; none where they are tabled.
    pub room: Option<usize>,
}

impl Lookup {
    /// Tables of at most `most` values; none where more are needed, or a formula reads too many axes.
    pub fn tabled(plan: &Plan, most: usize) -> Option<Self> {
        let space = &plan.space;
        let moved = moved(plan);
        let mut own = Self {
            places: Vec::with_capacity(moved.len()),
            looks: Vec::new(),
            lengths: space.free().map(|(_, v)| v.len() as u32).collect(),
            values: Vec::new(),
            room: None,
            moved,
        };
        let mut known: Option<(usize, Vec<f64>)> = None;
        for moved in &own.moved {
            // Slots of one axis stand together.
            let (_, coordinates) = match known.take().filter(|(axis, _)| *axis == moved.axis) {
                Some(same) => known.insert(same),
                None => {
                    let digits = digits(space, moved.axis)?;
                    let (look, coordinates) = table(space, moved.axis, &digits)?;
                    own.looks.push(look);
                    known.insert((moved.axis, coordinates))
                }
            };
            if own.values.len() + coordinates.len() > most {
                return None;
            }
            own.places
                .push((own.looks.len() as u32, own.values.len() as u32));
            let value = |x: &f64| told(plan, moved.slot, moved.offset + moved.slope * x);
            own.values.extend(coordinates.iter().map(value));
        }
        Some(own)
    }

    /// Numbers that come with each batch of at most `room` points.
    pub fn given(plan: &Plan, room: usize) -> Self {
        let moved = moved(plan);
        let first = |k: usize| (1, (k * room) as u32);
        let mut look = [(0, 0); MOST_DIGITS];
        look[0].1 = 1;
        Self {
            places: (0..moved.len()).map(first).collect(),
            looks: vec![look],
            // No point of a batch has a second digit.
            lengths: vec![u32::MAX >> 1],
            values: Vec::new(),
            room: Some(room),
            moved,
        }
    }

    /// The digits of a point of the grid; of given ones that of the first of a batch.
    pub fn digits(&self, index: u64) -> Vec<u32> {
        let mut rest = match self.room {
            Some(_) => 0,
            None => index,
        };
        let mut digits = vec![0; self.lengths.len()];
        for (digit, length) in digits.iter_mut().zip(&self.lengths).rev() {
            *digit = (rest % u64::from(*length)) as u32;
            rest /= u64::from(*length);
        }
        digits
    }

    /// The numbers of some points, slot after slot; none where they are tabled.
    pub fn values_of(&self, plan: &Plan, points: &Points, start: usize, count: usize) -> Vec<f32> {
        let Some(room) = self.room else {
            return Vec::new();
        };
        let numbers = |i: usize| {
            let mut at = vec![0.0; plan.space.axes.len()];
            points.coordinates(&plan.space, start + i, &mut at);
            let value = |m: &MovedSlot| told(plan, m.slot, m.offset + m.slope * at[m.axis]);
            self.moved.iter().map(value).collect::<Vec<f32>>()
        };
        let by_point: Vec<Vec<f32>> = (0..count).into_par_iter().map(numbers).collect();
        let mut values = vec![0.0; room * self.moved.len()];
        for (i, own) in by_point.iter().enumerate() {
            for (k, value) in own.iter().enumerate() {
                values[k * room + i] = *value;
            }
        }
        values
    }
}

/// A number of the system as the shader has it: what is left by compression, the technology's scale, all else
/// as it is. Differences of nearly equal numbers are taken here, in f64.
pub(super) fn told(plan: &Plan, slot: usize, value: f64) -> f32 {
    let slots = plan.system.as_ref().map_or(0, |s| s.slots.len());
    let own = if slot + 1 == slots {
        technology_scale(value)
    } else if slot % Field::COUNT == Field::Compression as usize {
        1.0 - value
    } else {
        value
    };
    own as f32
}

/// Every slot that an axis moves, axis by axis.
fn moved(plan: &Plan) -> Vec<MovedSlot> {
    let axes = plan.space.axes.iter().enumerate();
    axes.flat_map(|(axis, own)| {
        own.bindings.iter().map(move |binding| MovedSlot {
            slot: binding.slot,
            axis,
            offset: binding.offset,
            slope: binding.slope,
        })
    })
    .collect()
}

/// The free axes that an axis follows, ascending; none where they are too many.
fn digits(space: &Space, axis: usize) -> Option<Vec<usize>> {
    let mut open = vec![axis];
    let mut free = Vec::new();
    while let Some(axis) = open.pop() {
        match &space.axes[axis].values {
            Values::Free(_) => free.push(axis),
            Values::Linked { inputs, .. } => open.extend(inputs),
        }
    }
    free.sort_unstable();
    free.dedup();
    (free.len() <= MOST_DIGITS).then_some(free)
}

/// The values of an axis over all combinations of some free ones, and how to look them up.
fn table(space: &Space, axis: usize, digits: &[usize]) -> Option<(Look, Vec<f64>)> {
    let free: Vec<(usize, &[f64])> = space.free().collect();
    let mut own = Vec::new();
    let mut count = 1usize;
    let mut look: Look = [(0, 0); MOST_DIGITS];
    for (place, axis) in digits.iter().enumerate() {
        let number = free.iter().position(|(a, _)| a == axis)?;
        look[place] = (number as u32, count as u32);
        own.push((*axis, free[number].1, count));
        count = count.checked_mul(free[number].1.len())?;
    }
    if count > MOST_COMBINATIONS && digits != [axis] {
        return None;
    }
    let mut at = vec![0.0; space.axes.len()];
    let value = |i: usize| {
        for (axis, values, stride) in &own {
            at[*axis] = values[i / stride % values.len()];
        }
        space.follow_links(&mut at);
        at[axis]
    };
    Some((look, (0..count).map(value).collect()))
}
