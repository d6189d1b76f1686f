//! Critical levels cut into blocks of bitset rows.

use super::weights::{Classified, classify};
use super::{Block, MenuRows, SparseLevels};
use rayon::prelude::*;

/// Events of a block.
pub const BLOCK_EVENTS: usize = 2048;
/// 64-bit words of a row.
pub const BLOCK_WORDS: usize = BLOCK_EVENTS / 64;

/// The critical levels of one sample's events.
#[derive(Debug, Clone, Copy)]
pub struct SampleLevels<'a> {
    pub weights: &'a [f64],
    /// The events that satisfy the sample's `where`; nothing where it has none.
    pub selected: &'a [bool],
    /// Event after event, one level a path.
    pub critical: &'a [u8],
}

/// An event that passes something: where it comes from and what it weighs.
#[derive(Debug, Clone, Copy)]
struct Kept {
    class: u32,
    sample: u32,
    event: u32,
    units: u32,
}

impl MenuRows {
    /// Lays out the events of samples; `levels` are the numbers of threshold levels of the ladders,
    /// `ladder_paths` their paths, ascending.
    ///
    /// # Panics
    /// If a critical level exceeds its path's levels, or the lengths do not agree.
    pub fn new(levels: &[u8], ladder_paths: &[usize], samples: &[SampleLevels]) -> Self {
        let paths = levels.len();
        let mut classes = Vec::new();
        let mut rounding: f64 = 0.0;
        let mut kept: Vec<Kept> = Vec::new();
        for (s, sample) in samples.iter().enumerate() {
            assert_eq!(
                sample.critical.len(),
                paths * sample.weights.len(),
                "one level a path"
            );
            let Classified {
                classes: own,
                class_of,
                units,
                rounding: own_rounding,
            } = classify(s, sample.weights, sample.selected);
            rounding = rounding.max(own_rounding);
            for (event, row) in rows_of(sample.critical, paths).enumerate() {
                assert!(
                    row.iter().zip(levels).all(|(c, n)| c <= n),
                    "levels within their paths"
                );
                if units[event] > 0 && row.iter().any(|c| *c > 0) {
                    kept.push(Kept {
                        class: classes.len() as u32 + class_of[event],
                        sample: s as u32,
                        event: event as u32,
                        units: units[event],
                    });
                }
            }
            classes.extend(own);
        }
        let critical = |k: &Kept| {
            let start = k.event as usize * paths;
            &samples[k.sample as usize].critical[start..start + paths]
        };
        // Events that pass the same paths stand together, so that few paths are active in a block.
        kept.par_sort_by(|a, b| {
            let pattern = |k| critical(k).iter().map(|c| *c > 0);
            a.class
                .cmp(&b.class)
                .then_with(|| pattern(a).cmp(pattern(b)))
        });
        let mut groups: Vec<&[Kept]> = Vec::new();
        for of_class in kept.chunk_by(|a, b| a.class == b.class) {
            groups.extend(of_class.chunks(BLOCK_EVENTS));
        }
        let blocks = groups.par_iter().map(|events| {
            let class = events[0].class as usize;
            block(levels, class, classes[class].bits, events, critical)
        });
        let mut rows = Self {
            levels: levels.to_vec(),
            ladder_paths: ladder_paths.to_vec(),
            blocks: blocks.collect(),
            sums_of_weights: samples.iter().map(|s| s.weights.iter().sum()).collect(),
            selected_sums: samples.iter().map(SampleLevels::selected_sum).collect(),
            sparse: sparse(&kept, critical),
            path_sums: Vec::new(),
            rounding,
            classes,
        };
        rows.path_sums = path_sums(levels, rows.classes.len(), &rows.sparse);
        rows
    }
}

/// Of each path, class and level, the weight that passes.
fn path_sums(levels: &[u8], classes: usize, sparse: &SparseLevels) -> Vec<Vec<u64>> {
    let mut sums: Vec<Vec<u64>> = levels
        .iter()
        .map(|n| vec![0; classes * usize::from(*n)])
        .collect();
    for event in 0..sparse.weights.len() {
        let class = sparse.classes[event] as usize;
        for i in sparse.entries(event) {
            let path = usize::from(sparse.paths[i]);
            let n = usize::from(levels[path]);
            // Where its critical level puts it; the loop below lets it pass all looser ones.
            sums[path][class * n + usize::from(sparse.levels[i]) - 1] +=
                u64::from(sparse.weights[event]);
        }
    }
    for (path, n) in sums.iter_mut().zip(levels) {
        for class in path.chunks_mut(usize::from(*n).max(1)) {
            for level in (1..class.len()).rev() {
                class[level - 1] += class[level];
            }
        }
    }
    sums
}

fn rows_of(critical: &[u8], paths: usize) -> impl Iterator<Item = &[u8]> {
    // Without a path there is no level to read; no event passes.
    critical.chunks_exact(paths.max(1))
}

fn block<'a>(
    levels: &[u8],
    class: usize,
    bits: u32,
    events: &[Kept],
    critical: impl Fn(&Kept) -> &'a [u8],
) -> Block {
    let mut block = Block {
        class,
        active: Vec::new(),
        first_word: Vec::new(),
        rows: Vec::new(),
        planes: vec![0; bits as usize * BLOCK_WORDS],
    };
    for (path, &n) in levels.iter().enumerate() {
        if events.iter().all(|k| critical(k)[path] == 0) {
            continue;
        }
        let first = block.rows.len();
        block.active.push(path as u16);
        block.first_word.push(first as u32);
        block.rows.resize(first + usize::from(n) * BLOCK_WORDS, 0);
        for (i, event) in events.iter().enumerate() {
            for level in 0..usize::from(critical(event)[path]) {
                block.rows[first + level * BLOCK_WORDS + i / 64] |= 1 << (i % 64);
            }
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

fn sparse<'a>(kept: &[Kept], critical: impl Fn(&Kept) -> &'a [u8]) -> SparseLevels {
    let mut sparse = SparseLevels {
        starts: vec![0],
        ..SparseLevels::default()
    };
    for event in kept {
        for (path, &level) in critical(event).iter().enumerate() {
            if level > 0 {
                sparse.paths.push(path as u16);
                sparse.levels.push(level);
            }
        }
        sparse.starts.push(sparse.paths.len() as u32);
        sparse.classes.push(event.class);
        sparse.weights.push(event.units);
    }
    sparse
}

impl SampleLevels<'_> {
    fn selected_sum(&self) -> Option<f64> {
        let events = self.weights.iter().zip(self.selected);
        (!self.selected.is_empty()).then(|| events.filter(|(_, s)| **s).map(|(w, _)| w).sum())
    }
}

impl SparseLevels {
    /// Where an event's entries stand.
    pub fn entries(&self, event: usize) -> std::ops::Range<usize> {
        self.starts[event] as usize..self.starts[event + 1] as usize
    }
}
