//! The column of a branch, gathered from baskets that several threads unpack.

use super::cursor::{Damage, Parse};
use crate::events::{Column, Content, Values};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Takes the baskets of a branch in any order; the column has them in theirs.
pub(super) struct Gather {
    content: Content,
    state: Mutex<State>,
}

struct State {
    /// The basket that comes next.
    next: usize,
    column: Column,
    /// Baskets that came before their turn.
    waiting: BTreeMap<usize, Column>,
    /// The first basket that could not be read, and why.
    failed: Option<(usize, Damage)>,
}

impl Gather {
    /// For so many events and values, more or less.
    pub fn new(content: &Content, events: usize, values: usize) -> Self {
        Self {
            content: content.clone(),
            state: Mutex::new(State {
                next: 0,
                column: empty(content, events, values),
                waiting: BTreeMap::new(),
                failed: None,
            }),
        }
    }

    /// Adds basket `number`; `decode` appends it to a column.
    ///
    /// A basket whose turn it is goes straight to its place: one thread, which takes them in order,
    /// never copies.
    pub fn add(&self, number: usize, decode: impl FnOnce(&mut Column) -> Parse<()>) {
        let mut state = self.lock();
        if state
            .failed
            .as_ref()
            .is_some_and(|(first, _)| *first < number)
        {
            return;
        }
        let result = if state.next == number {
            let result = decode(&mut state.column);
            state.next += 1;
            result
        } else {
            drop(state);
            let mut part = empty(&self.content, 0, 0);
            let result = decode(&mut part);
            state = self.lock();
            state.waiting.insert(number, part);
            result
        };
        if let Err(damage) = result {
            state.fail(number, damage);
        }
        state.catch_up();
    }

    /// A basket that did not even come to be decoded.
    pub fn fail(&self, number: usize, damage: Damage) {
        let mut state = self.lock();
        state.fail(number, damage);
    }

    pub fn finish(self) -> Parse<Column> {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match state.failed {
            Some((_, damage)) => Err(damage),
            None => Ok(state.column),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn fail(&mut self, number: usize, damage: Damage) {
        if self
            .failed
            .as_ref()
            .is_none_or(|(first, _)| number < *first)
        {
            self.failed = Some((number, damage));
        }
    }

    fn catch_up(&mut self) {
        while self.failed.is_none()
            && let Some(part) = self.waiting.remove(&self.next)
        {
            if self.column.append(part).is_err() {
                self.fail(self.next, super::decode::too_many());
                return;
            }
            self.next += 1;
        }
    }
}

fn empty(content: &Content, events: usize, values: usize) -> Column {
    match content {
        Content::Jagged(kind) => {
            let mut offsets = Vec::with_capacity(events + 1);
            offsets.push(0);
            Column::jagged(offsets, Values::with_capacity(*kind, values))
        }
        Content::Flat(kind) => Column::flat(Values::with_capacity(*kind, values)),
        Content::Unreadable(_) => Column::flat(Values::U8(Vec::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Kind;

    fn gathered(order: &[usize]) -> Parse<Column> {
        let gather = Gather::new(&Content::Jagged(Kind::U8), 3, 3);
        for &number in order {
            gather.add(number, |column| {
                if number == 7 {
                    return Err(Damage::new("seven"));
                }
                let one = Column::jagged(vec![0, 1], Values::U8(vec![number as u8]));
                column.append(one).unwrap();
                Ok(())
            });
        }
        gather.finish()
    }

    #[test]
    fn baskets_come_in_any_order() {
        let column = Column::jagged(vec![0, 1, 2, 3], Values::U8(vec![0, 1, 2]));
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]] {
            assert_eq!(gathered(&order).as_ref(), Ok(&column));
        }
    }

    #[test]
    fn a_failed_basket_fails_the_column() {
        assert_eq!(gathered(&[0, 7, 1]), Err(Damage::new("seven")));
    }
}
