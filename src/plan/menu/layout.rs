//! Critical levels cut into blocks of events that pass the same paths.

use super::block::{BLOCK_EVENTS, BlockEvent};
use super::weights::{Classified, classify};
use super::{Block, MenuRows};
use crate::menu::FurtherCorner;
use rayon::prelude::*;

/// The critical levels of one sample's events.
#[derive(Debug, Clone, Copy)]
pub struct SampleLevels<'a> {
    pub weights: &'a [f64],
    /// The events that satisfy the sample's `where`; nothing where it has none.
    pub selected: &'a [bool],
    /// The stratum of each; nothing where the sample has none.
    pub strata: &'a [u16],
    /// Event after event, one level a ladder.
    pub critical: &'a [u8],
    /// The corners behind an event's first, by event, then by path.
    pub further: &'a [FurtherCorner],
}

/// An event that passes something: where it comes from and what it weighs.
#[derive(Debug, Clone, Copy)]
struct Kept {
    /// A bit for each of the first 64 ladders that it passes, the first one highest.
    pattern: u64,
    class: u32,
    sample: u32,
    event: u32,
    units: u32,
    /// Its further corners: the first and how many.
    further: (u32, u32),
}

impl MenuRows {
    /// Lays out the events of samples; `levels` are the numbers of threshold levels of the ladders,
    /// `ladder_paths` their paths, ascending.
    ///
    /// # Panics
    /// If a critical level exceeds its ladder's levels, or the lengths do not agree.
    pub fn new(levels: &[u8], ladder_paths: &[usize], samples: &[SampleLevels]) -> Self {
        let mut classes = Vec::new();
        let mut rounding: f64 = 0.0;
        let mut kept: Vec<Kept> = Vec::new();
        for (s, sample) in samples.iter().enumerate() {
            let made = classify(s, sample.weights, sample.selected, sample.strata);
            rounding = rounding.max(made.rounding);
            sample.keep(levels, s as u32, classes.len() as u32, &made, &mut kept);
            classes.extend(made.classes);
        }
        let width = levels.len();
        let critical = |k: &Kept| {
            let start = k.event as usize * width;
            &samples[k.sample as usize].critical[start..start + width]
        };
        // Events that pass the same paths stand together, so that few paths are active in a block, and
        // those with further corners apart, so that the others' blocks have no rows for them.
        kept.par_sort_by(|a, b| {
            let behind = |k| critical(k).iter().skip(64).map(|c| *c > 0);
            let key = |k: &Kept| (k.class, k.further.1 > 0, k.pattern);
            key(a).cmp(&key(b)).then_with(|| behind(a).cmp(behind(b)))
        });
        let mut groups: Vec<&[Kept]> = Vec::new();
        for of_class in
            kept.chunk_by(|a, b| a.class == b.class && (a.further.1 > 0) == (b.further.1 > 0))
        {
            groups.extend(of_class.chunks(BLOCK_EVENTS));
        }
        let mut rows = Self {
            levels: levels.to_vec(),
            ladder_paths: ladder_paths.to_vec(),
            first_ladders: first_ladders(ladder_paths),
            blocks: Vec::new(),
            sums_of_weights: samples.iter().map(|s| s.weights.iter().sum()).collect(),
            selected_sums: samples.iter().map(SampleLevels::selected_sum).collect(),
            strata: vec![Vec::new(); samples.len()],
            path_sums: Vec::new(),
            rounding,
            classes,
        };
        let blocks = groups.par_iter().map(|events| {
            let listed = events.iter().map(|k| {
                let (first, count) = k.further;
                let further =
                    &samples[k.sample as usize].further[first as usize..][..count as usize];
                BlockEvent {
                    units: k.units,
                    critical: critical(k),
                    further,
                }
            });
            let listed: Vec<BlockEvent> = listed.collect();
            let class = events[0].class as usize;
            Block::new(class, rows.classes[class].bits, &listed, &rows)
        });
        rows.blocks = blocks.collect();
        rows.path_sums = rows.sum_paths();
        rows
    }

    /// Of each path with one ladder, class and level, the weight that passes.
    fn sum_paths(&self) -> Vec<Vec<u64>> {
        let mut starts = vec![0];
        for n in &self.levels {
            starts.push(starts[starts.len() - 1] + usize::from(*n));
        }
        let end = starts[self.levels.len()];
        let parts = self.blocks.par_iter().map(|block| {
            let mut sums = vec![0u64; end];
            let events = &block.events;
            for (event, units) in events.units.iter().enumerate() {
                for i in events.entries(event) {
                    // Where its critical level puts it; the loop below lets it pass all looser ones.
                    sums[starts[usize::from(events.ladders[i])] + usize::from(events.levels[i])
                        - 1] += u64::from(*units);
                }
            }
            sums
        });
        let parts: Vec<Vec<u64>> = parts.collect();
        let mut sums = Vec::with_capacity(self.paths());
        for path in 0..self.paths() {
            let ladders = self.ladders_of(path);
            let n = usize::from(self.levels[ladders.start]);
            let mut own = vec![
                0;
                if ladders.len() == 1 {
                    self.classes.len() * n
                } else {
                    0
                }
            ];
            if ladders.len() == 1 {
                for (block, part) in self.blocks.iter().zip(&parts) {
                    for level in 0..n {
                        own[block.class * n + level] += part[starts[ladders.start] + level];
                    }
                }
                for class in own.chunks_mut(n.max(1)) {
                    for level in (1..n).rev() {
                        class[level - 1] += class[level];
                    }
                }
            }
            sums.push(own);
        }
        sums
    }
}

/// The first ladder of each path, and behind them their number.
fn first_ladders(ladder_paths: &[usize]) -> Vec<usize> {
    let mut first: Vec<usize> = Vec::new();
    for (ladder, path) in ladder_paths.iter().enumerate() {
        assert!(
            *path == first.len() || *path + 1 == first.len(),
            "every path has ladders, in order"
        );
        if *path == first.len() {
            first.push(ladder);
        }
    }
    first.push(ladder_paths.len());
    first
}

impl SampleLevels<'_> {
    /// Adds the events that weigh something and pass something.
    fn keep(
        &self,
        levels: &[u8],
        sample: u32,
        first_class: u32,
        classified: &Classified,
        kept: &mut Vec<Kept>,
    ) {
        let width = levels.len();
        assert_eq!(
            self.critical.len(),
            width * self.weights.len(),
            "one level a ladder"
        );
        let mut behind = 0;
        // Without a ladder there is no level to read; no event passes.
        for (event, row) in self.critical.chunks_exact(width.max(1)).enumerate() {
            let mut within = true;
            let mut pattern = 0;
            for (ladder, level) in row.iter().enumerate() {
                within &= *level <= levels[ladder];
                if ladder < 64 {
                    pattern |= u64::from(*level > 0) << (63 - ladder);
                }
            }
            assert!(within, "levels within their ladders");
            let start = behind;
            while self
                .further
                .get(behind)
                .is_some_and(|f| f.event as usize == event)
            {
                behind += 1;
            }
            let units = classified.units[event];
            if units > 0 && (pattern > 0 || row.iter().any(|c| *c > 0)) {
                kept.push(Kept {
                    pattern,
                    class: first_class + classified.class_of[event],
                    sample,
                    event: event as u32,
                    units,
                    further: (start as u32, (behind - start) as u32),
                });
            }
        }
        assert_eq!(behind, self.further.len(), "further corners by event");
    }

    fn selected_sum(&self) -> Option<f64> {
        let events = self.weights.iter().zip(self.selected);
        (!self.selected.is_empty()).then(|| events.filter(|(_, s)| **s).map(|(w, _)| w).sum())
    }
}
