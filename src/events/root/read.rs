//! Reading: every basket of every branch on its own, gathered in order.

use super::basket::{Basket, Payload, Scratch};
use super::branch::Branch;
use super::cursor::{Damage, Parse};
use super::decode::{self, Places, too_many};
use super::gather::Gather;
use super::storage::Storage;
use crate::events::{Column, Content, Kind};
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

struct Task<'a> {
    branch: &'a Branch,
    basket: &'a Basket,
    number: usize,
    gather: &'a Gather,
}

impl Reader<'_> {
    pub fn columns(&self, wanted: &[usize], events: &Range<u64>) -> Result<Vec<Column>, Failed> {
        let gathers: Vec<Gather> = wanted
            .iter()
            .map(|&index| self.gather(&self.branches[index], events))
            .collect();
        let mut tasks = Vec::new();
        for (&index, gather) in wanted.iter().zip(&gathers) {
            let branch = &self.branches[index];
            let baskets = needed(branch, events).iter().enumerate();
            tasks.extend(baskets.map(|(number, basket)| Task {
                branch,
                basket,
                number,
                gather,
            }));
        }
        tasks
            .par_iter()
            .for_each_init(Scratch::default, |scratch, task| {
                match task.basket.load(self.storage, scratch) {
                    Ok(payload) => task.gather.add(task.number, |column| {
                        self.append(task.branch, task.basket, &payload, events, column)
                    }),
                    Err(damage) => task.gather.fail(task.number, damage),
                }
            });
        gathers
            .into_iter()
            .zip(wanted)
            .map(|(gather, &branch)| gather.finish().map_err(|damage| Failed { branch, damage }))
            .collect()
    }

    /// Room for what the branch says it has, and no more than its bytes can well become: a column
    /// grows when more comes, but a damaged file must not ask for memory.
    fn gather(&self, branch: &Branch, events: &Range<u64>) -> Gather {
        const GROWTH: u64 = 8;
        let content = &branch.about.content;
        let width = content.kind().map_or(1, Kind::bytes) as u64;
        let baskets = needed(branch, events);
        let stored: u64 = baskets.iter().map(|b| u64::from(b.stored_bytes())).sum();
        let most = GROWTH * stored.min(self.storage.length());
        let count = events.end.saturating_sub(events.start);
        let values = match content {
            Content::Jagged(_) => {
                let all = branch.baskets.last().map_or(1, |last| last.events.end);
                let share = count as f64 / all as f64;
                (branch.about.plain_bytes as f64 * share) as u64 / width
            }
            _ => count,
        };
        Gather::new(
            content,
            count.min(most / 4) as usize,
            values.min(most / width) as usize,
        )
    }

    /// Adds the events of one basket that are within the range.
    fn append(
        &self,
        branch: &Branch,
        basket: &Basket,
        payload: &Payload,
        events: &Range<u64>,
        column: &mut Column,
    ) -> Parse<()> {
        let first = basket.events.start;
        let all = (basket.events.end - first) as usize;
        let begin = events.start.max(first) - first;
        let end = events.end.min(basket.events.end) - first;
        let local = begin as usize..end as usize;
        let kind = column.values.kind();
        let Some(offsets) = &mut column.offsets else {
            let bytes = flat(kind, payload, all, local)?;
            decode::append(&mut column.values, bytes);
            return Ok(());
        };
        let bytes = match payload.places {
            Some(begins) => {
                let end = match begins.get(local.end) {
                    Some(&next) => u32::from_be_bytes(next).wrapping_sub(payload.key_bytes),
                    None => payload.data.len() as u32,
                };
                let places = Places {
                    begins: &begins[local],
                    before: payload.key_bytes,
                    end,
                };
                places.append(offsets, kind)?
            }
            None => {
                let own = self.counted(branch, &basket.events, payload.data.len())?;
                sliced(kind, payload.data.len(), &own, local, offsets)?
            }
        };
        let bytes = payload
            .data
            .get(bytes)
            .ok_or_else(|| Damage::new("the entries of a basket reach beyond its end"))?;
        decode::append(&mut column.values, bytes);
        Ok(())
    }

    /// Offsets of a basket that does not hold them: from the counter, or the constant length.
    fn counted(&self, branch: &Branch, events: &Range<u64>, bytes: usize) -> Parse<Vec<u32>> {
        let leaf = branch.leaf.as_ref();
        let each = leaf.map_or(1, |leaf| leaf.values);
        if leaf.is_some_and(|leaf| leaf.counter.is_none()) {
            let count = (events.end - events.start) as usize;
            // Each event has a value at least: no list is made for more than there can be.
            if count > bytes {
                return Err(Damage(format!(
                    "a basket of {count} entries holds {bytes} bytes"
                )));
            }
            return decode::summed(std::iter::repeat_n(each, count)).ok_or_else(too_many);
        }
        let counter = branch
            .counter
            .map(|index| &self.branches[index])
            .ok_or_else(|| Damage::new("the branch that counts its values cannot be read"))?;
        let Content::Flat(kind) = counter.about.content else {
            return Err(Damage::new(
                "the branch that counts its values is no number",
            ));
        };
        let mut counts = Column::flat(crate::events::Values::with_capacity(kind, 0));
        let mut scratch = Scratch::default();
        for basket in needed(counter, events) {
            let payload = basket.load(self.storage, &mut scratch)?;
            self.append(counter, basket, &payload, events, &mut counts)?;
        }
        decode::lengths(&counts.values)?
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

fn flat<'a>(kind: Kind, payload: &Payload<'a>, all: usize, local: Range<usize>) -> Parse<&'a [u8]> {
    let width = kind.bytes();
    if all.checked_mul(width) != Some(payload.data.len()) {
        return Err(Damage(format!(
            "a basket of {all} entries of {kind} holds {} bytes",
            payload.data.len()
        )));
    }
    Ok(&payload.data[local.start * width..local.end * width])
}

/// Adds to `offsets` the ends of some events, given the offsets of all in the basket; returns the
/// bytes of their values.
fn sliced(
    kind: Kind,
    data_bytes: usize,
    all: &[u32],
    local: Range<usize>,
    offsets: &mut Vec<u32>,
) -> Parse<Range<usize>> {
    let width = kind.bytes();
    let wrong = || Damage::new("a basket holds other numbers of values than its counter says");
    let values = all.last().map_or(0, |&last| last as usize);
    if values.checked_mul(width) != Some(data_bytes) {
        return Err(wrong());
    }
    let part = all.get(local.start..=local.end).ok_or_else(wrong)?;
    let (first, last) = (part[0], part[part.len() - 1]);
    let base = offsets.last().copied().unwrap_or(0);
    base.checked_add(last - first).ok_or_else(too_many)?;
    offsets.extend(part[1..].iter().map(|offset| base + (offset - first)));
    Ok(first as usize * width..last as usize * width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_of_a_counter_are_cut_to_the_events() {
        let mut offsets = vec![0, 4];
        let all = [0, 2, 2, 5];
        let bytes = sliced(Kind::F32, 20, &all, 1..3, &mut offsets);
        assert_eq!((bytes, offsets), (Ok(8..20), vec![0, 4, 4, 7]));
        let mut offsets = vec![0];
        assert!(sliced(Kind::F32, 16, &all, 1..3, &mut offsets).is_err());
        assert!(sliced(Kind::F32, 20, &all, 1..4, &mut offsets).is_err());
    }
}
