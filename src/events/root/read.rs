//! Reading: every basket of every branch on its own, then joined in order.

use super::basket::{Basket, Payload, Scratch};
use super::branch::Branch;
use super::cursor::{Damage, Parse};
use super::decode;
use super::storage::Storage;
use crate::events::{Column, Content, Kind, Values};
use rayon::prelude::*;
use std::ops::Range;

/// What is read from: the file, and all branches of the tree.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub storage: &'a Storage,
    pub branches: &'a [Branch],
}

/// What is wrong, in which branch.
pub(super) struct Failed {
    pub branch: usize,
    pub damage: Damage,
}

impl Reader<'_> {
    pub fn columns(&self, wanted: &[usize], events: &Range<u64>) -> Result<Vec<Column>, Failed> {
        let tasks: Vec<(usize, &Basket)> = wanted
            .iter()
            .flat_map(|&index| {
                needed(&self.branches[index], events)
                    .iter()
                    .map(move |basket| (index, basket))
            })
            .collect();
        let parts: Vec<Parse<Column>> = tasks
            .par_iter()
            .map_init(Scratch::default, |scratch, (index, basket)| {
                self.part(&self.branches[*index], basket, events, scratch)
            })
            .collect();
        let mut parts = parts.into_iter();
        let lists = wanted
            .iter()
            .map(|&index| {
                let count = needed(&self.branches[index], events).len();
                let list = parts.by_ref().take(count).collect::<Parse<Vec<_>>>();
                match list {
                    Ok(list) => Ok((index, list)),
                    Err(damage) => Err(Failed {
                        branch: index,
                        damage,
                    }),
                }
            })
            .collect::<Result<Vec<_>, Failed>>()?;
        lists
            .into_par_iter()
            .map(|(index, list)| join(&self.branches[index].about.content, list))
            .collect::<Vec<_>>()
            .into_iter()
            .zip(wanted)
            .map(|(column, &branch)| column.map_err(|damage| Failed { branch, damage }))
            .collect()
    }

    /// The events of one basket that are within the range.
    fn part(
        &self,
        branch: &Branch,
        basket: &Basket,
        events: &Range<u64>,
        scratch: &mut Scratch,
    ) -> Parse<Column> {
        let payload = basket.load(self.storage, scratch)?;
        let first = events.start.max(basket.events.start) - basket.events.start;
        let end = events.end.min(basket.events.end) - basket.events.start;
        let all = (basket.events.end - basket.events.start) as usize;
        let local = first as usize..end as usize;
        match branch.about.content {
            Content::Flat(kind) => flat(kind, &payload, all, local),
            Content::Jagged(kind) => match payload.places {
                Some(places) => {
                    let end = match places.get(local.end) {
                        Some(&place) => u32::from_be_bytes(place).wrapping_sub(payload.key_bytes),
                        None => payload.data.len() as u32,
                    };
                    let (bytes, offsets) =
                        decode::offsets(&places[local], payload.key_bytes, end, kind)?;
                    jagged(kind, &payload, bytes, offsets)
                }
                None => {
                    let offsets = self.counted(branch, &basket.events)?;
                    sliced(kind, &payload, &offsets, local)
                }
            },
            Content::Unreadable(ref what) => Err(Damage(what.clone())),
        }
    }

    /// Offsets of a basket that does not hold them: from the counter, or the constant length.
    fn counted(&self, branch: &Branch, events: &Range<u64>) -> Parse<Vec<u32>> {
        let leaf = branch.leaf.as_ref();
        let each = leaf.map_or(1, |leaf| leaf.values);
        let too_many = || Damage::new("a basket holds more values than can be");
        if leaf.is_some_and(|leaf| leaf.counter.is_none()) {
            let count = (events.end - events.start) as usize;
            return decode::summed(std::iter::repeat_n(each, count)).ok_or_else(too_many);
        }
        let counter = branch
            .counter
            .map(|index| &self.branches[index])
            .ok_or_else(|| Damage::new("the branch that counts its values cannot be read"))?;
        let mut lengths = Vec::new();
        let mut scratch = Scratch::default();
        for basket in needed(counter, events) {
            let part = self.part(counter, basket, events, &mut scratch)?;
            lengths.extend(decode::lengths(&part.values)?);
        }
        lengths
            .into_iter()
            .map(|length| length.checked_mul(each))
            .collect::<Option<Vec<u32>>>()
            .and_then(|lengths| decode::summed(lengths.into_iter()))
            .ok_or_else(too_many)
    }
}

/// The baskets that hold events of the range.
fn needed<'a>(branch: &'a Branch, events: &Range<u64>) -> &'a [Basket] {
    if events.is_empty() {
        return &[];
    }
    let all = &branch.baskets;
    let first = all.partition_point(|basket| basket.events.end <= events.start);
    let end = all.partition_point(|basket| basket.events.start < events.end);
    &all[first..end]
}

fn flat(kind: Kind, payload: &Payload, all: usize, local: Range<usize>) -> Parse<Column> {
    let width = kind.bytes();
    if all.checked_mul(width) != Some(payload.data.len()) {
        return Err(Damage(format!(
            "a basket of {all} entries of {kind} holds {} bytes",
            payload.data.len()
        )));
    }
    let bytes = &payload.data[local.start * width..local.end * width];
    Ok(Column::flat(decode::values(kind, bytes)))
}

fn jagged(kind: Kind, payload: &Payload, bytes: Range<usize>, offsets: Vec<u32>) -> Parse<Column> {
    let bytes = payload
        .data
        .get(bytes)
        .ok_or_else(|| Damage::new("the entries of a basket reach beyond its end"))?;
    Ok(Column::jagged(offsets, decode::values(kind, bytes)))
}

/// A jagged column of some events, given the offsets of all in the basket.
fn sliced(kind: Kind, payload: &Payload, all: &[u32], local: Range<usize>) -> Parse<Column> {
    let width = kind.bytes();
    let values = all.last().map_or(0, |&last| last as usize);
    let wrong = || Damage::new("a basket holds other numbers of values than its counter says");
    if values.checked_mul(width) != Some(payload.data.len()) {
        return Err(wrong());
    }
    let part = all.get(local.start..=local.end).ok_or_else(wrong)?;
    let first = part[0];
    let bytes = first as usize * width..part[part.len() - 1] as usize * width;
    let offsets = part.iter().map(|offset| offset - first).collect();
    jagged(kind, payload, bytes, offsets)
}

fn join(content: &Content, parts: Vec<Column>) -> Parse<Column> {
    let (kind, is_jagged) = match content {
        Content::Jagged(kind) => (*kind, true),
        Content::Flat(kind) => (*kind, false),
        Content::Unreadable(what) => return Err(Damage(what.clone())),
    };
    let values: usize = parts.iter().map(|part| part.values.len()).sum();
    let events: usize = parts.iter().map(Column::events).sum();
    if is_jagged && u32::try_from(values).is_err() {
        return Err(Damage::new("more than 2^32 values cannot be read at once"));
    }
    let mut parts = parts.into_iter();
    if parts.len() == 1
        && let Some(only) = parts.next()
    {
        return Ok(only);
    }
    let mut joined = Values::with_capacity(kind, values);
    let mut offsets = Vec::with_capacity(if is_jagged { events + 1 } else { 0 });
    for mut part in parts {
        if let Some(more) = part.offsets {
            let before = joined.len() as u32;
            let others = &more[..more.len() - 1];
            offsets.extend(others.iter().map(|offset| offset + before));
        }
        joined.append(&mut part.values);
    }
    if is_jagged {
        offsets.push(joined.len() as u32);
        Ok(Column::jagged(offsets, joined))
    } else {
        Ok(Column::flat(joined))
    }
}
