//! Up to 2048 events as bitset rows, and the same events one by one.

use super::MenuRows;
use crate::menu::FurtherCorner;

/// Events of a block.
pub const BLOCK_EVENTS: usize = 2048;
/// 64-bit words of a row.
pub const BLOCK_WORDS: usize = BLOCK_EVENTS / 64;

/// Up to [`BLOCK_EVENTS`] events of one class.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub class: usize,
    /// Ladders of paths that have no other, where any event of the block passes the loosest level.
    pub active: Vec<u16>,
    /// Word at which the rows of each active ladder begin: one row of [`BLOCK_WORDS`] a level.
    pub first_word: Vec<u32>,
    /// What any event passes of paths with several ladders, by path.
    pub alternatives: Vec<Alternative>,
    pub rows: Vec<u64>,
    /// Bit planes of the integer weights, the lowest first; none where every weight is one unit.
    pub planes: Vec<u64>,
    /// In the order of the bits.
    pub events: SparseLevels,
}

/// One corner of events on a path whose legs vary independently: an event passes where it has a bit in
/// the row of each ladder. The path's passing events are the OR of its alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    pub path: u16,
    /// Word at which the rows of each of the path's ladders begin.
    pub first_word: Vec<u32>,
}

/// Levels event by event, zeros left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SparseLevels {
    /// Event i has `starts[i]..starts[i + 1]` of the entries, by ladder; of a path with several
    /// ladders corner after corner, each with all of them.
    pub starts: Vec<u32>,
    pub ladders: Vec<u16>,
    pub levels: Vec<u8>,
    /// Weights in units of the class.
    pub units: Vec<u32>,
}

/// An event of a block that is to be.
pub(super) struct BlockEvent<'a> {
    pub units: u32,
    /// One level a ladder.
    pub critical: &'a [u8],
    pub further: &'a [FurtherCorner],
}

impl SparseLevels {
    /// Where an event's entries stand.
    pub fn entries(&self, event: usize) -> std::ops::Range<usize> {
        self.starts[event] as usize..self.starts[event + 1] as usize
    }
}

impl Block {
    pub(super) fn new(class: usize, bits: u32, events: &[BlockEvent], menu: &MenuRows) -> Self {
        let mut block = Self {
            class,
            active: Vec::new(),
            first_word: Vec::new(),
            alternatives: Vec::new(),
            rows: Vec::new(),
            planes: vec![0; bits as usize * BLOCK_WORDS],
            events: sparse(events, menu),
        };
        let mut any = vec![0u8; menu.levels.len()];
        for event in events {
            for (any, level) in any.iter_mut().zip(event.critical) {
                *any |= level;
            }
        }
        let mut reached = [0; BLOCK_EVENTS];
        for path in 0..menu.paths() {
            let ladders = menu.ladders_of(path);
            if any[ladders.start] == 0 {
                continue;
            }
            if ladders.len() == 1 {
                let ladder = ladders.start;
                for (reached, event) in reached.iter_mut().zip(events) {
                    *reached = event.critical[ladder];
                }
                block.active.push(ladder as u16);
                let first = block.add_rows(menu.levels[ladder], &reached[..events.len()]);
                block.first_word.push(first);
                continue;
            }
            for number in 0.. {
                let corner = |event: &BlockEvent, ladder: usize| match number {
                    0 => event.critical[ladders.start + ladder],
                    _ => {
                        let own = event.further.iter().filter(|f| usize::from(f.path) == path);
                        let mut own = own.skip(number - 1);
                        own.next().map_or(0, |f| f.corner[ladder])
                    }
                };
                if events.iter().all(|event| corner(event, 0) == 0) {
                    break;
                }
                let mut first_word = Vec::with_capacity(ladders.len());
                for ladder in 0..ladders.len() {
                    for (reached, event) in reached.iter_mut().zip(events) {
                        *reached = corner(event, ladder);
                    }
                    let levels = menu.levels[ladders.start + ladder];
                    first_word.push(block.add_rows(levels, &reached[..events.len()]));
                }
                block.alternatives.push(Alternative {
                    path: path as u16,
                    first_word,
                });
            }
        }
        for (i, event) in events.iter().enumerate() {
            for bit in 0..bits {
                let word = bit as usize * BLOCK_WORDS + i / 64;
                block.planes[word] |= u64::from(event.units >> bit & 1) << (i % 64);
            }
        }
        block
    }

    /// A row for each level; gives the word at which the first begins.
    fn add_rows(&mut self, levels: u8, reached: &[u8]) -> u32 {
        let first = self.rows.len();
        self.rows
            .resize(first + usize::from(levels) * BLOCK_WORDS, 0);
        let (rows, _) = self.rows[first..].as_chunks_mut::<BLOCK_WORDS>();
        for (i, level) in reached.iter().enumerate() {
            if let Some(tightest) = level.checked_sub(1) {
                rows[usize::from(tightest)][i / 64] |= 1 << (i % 64);
            }
        }
        // Who passes a level passes all looser ones.
        for level in (1..rows.len()).rev() {
            let tighter = rows[level];
            for (word, also) in rows[level - 1].iter_mut().zip(tighter) {
                *word |= also;
            }
        }
        first as u32
    }
}

fn sparse(events: &[BlockEvent], menu: &MenuRows) -> SparseLevels {
    let mut sparse = SparseLevels {
        starts: vec![0],
        ..SparseLevels::default()
    };
    for event in events {
        let mut further = event.further.iter().peekable();
        let mut ladder = 0;
        while ladder < event.critical.len() {
            let path = menu.ladder_paths[ladder];
            let ladders = menu.ladders_of(path);
            if event.critical[ladder] > 0 {
                let mut add = |levels: &[u8]| {
                    for (ladder, level) in ladders.clone().zip(levels) {
                        sparse.ladders.push(ladder as u16);
                        sparse.levels.push(*level);
                    }
                };
                add(&event.critical[ladders.clone()]);
                while let Some(other) = further.next_if(|f| usize::from(f.path) == path) {
                    add(&other.corner);
                }
            }
            ladder = ladders.end;
        }
        sparse.starts.push(sparse.ladders.len() as u32);
        sparse.units.push(event.units);
    }
    sparse
}
