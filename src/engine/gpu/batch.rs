//! Configurations as the shader reads them.

use super::device::GpuLimits;
use crate::engine::cpu::menu::{Prescaled, Resolved, UNPRESCALED};
use crate::plan::menu::{Configurations, MenuRows};
use rayon::prelude::*;
use std::ops::Range;

/// Configurations that one thread of the host resolves at a time.
const PART: usize = 512;
/// Bytes of one buffer of a batch at most: two batches are in flight.
const BUFFER_BYTES: u64 = 64 << 20;
/// The shader's "off".
const OFF: u8 = u8::MAX;

/// What a thread of the shader takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mapping {
    /// 32 events; the group of threads takes a block, and configurations one after the other.
    #[default]
    Word,
    /// A configuration on 256 events; the group takes 64 of them.
    Configuration,
}

impl Mapping {
    /// Groups of threads on a block for so many configurations.
    pub(super) fn tiles(self, configurations: u32) -> u32 {
        const STRIPS: u32 = 8;
        match self {
            Self::Word => configurations.div_ceil(16),
            Self::Configuration => STRIPS * configurations.div_ceil(64),
        }
    }
}

/// Numbers packed into words, and words from one configuration (one group of numbers) to the next.
#[derive(Debug, PartialEq)]
pub(super) struct Packed {
    pub words: Vec<u32>,
    pub configuration_stride: u32,
    pub group_stride: u32,
}

/// Configurations that the device takes at a time.
#[derive(Debug)]
pub(super) struct Batch {
    /// Their numbers among those that were asked for.
    pub which: Vec<usize>,
    pub levels: Packed,
    pub numbers: Packed,
    pub rejects: Vec<u32>,
    /// Tables of rejections a configuration; 0 where nothing is prescaled.
    pub reject_tables: u32,
}

/// The resolved form of some configurations, in parallel.
pub(super) fn resolve(
    rows: &MenuRows,
    configurations: &Configurations,
    which: Range<usize>,
) -> Resolved {
    let starts: Vec<usize> = which.clone().step_by(PART).collect();
    let parts = starts
        .into_par_iter()
        .map(|start| Resolved::new(rows, configurations, start..which.end.min(start + PART)));
    let mut all = Resolved {
        plain: Vec::new(),
        plain_levels: Vec::new(),
        prescaled: Vec::new(),
    };
    for part in parts.collect::<Vec<_>>() {
        all.plain.extend(part.plain);
        all.plain_levels.extend(part.plain_levels);
        all.prescaled.extend(part.prescaled);
    }
    all
}

/// Configurations, with so many tables of rejections each, that every buffer of a batch has room for.
pub(super) fn most(rows: &MenuRows, limits: GpuLimits, reject_tables: usize) -> usize {
    let bytes = [
        4 * rows.levels.len().div_ceil(4),
        4 * rows.paths().div_ceil(2),
        1024 * reject_tables,
        // One more word behind them all.
        12 * rows.classes.len() + 4,
    ];
    let largest = bytes.into_iter().max().unwrap_or(0).max(1);
    let room = limits.bytes().min(BUFFER_BYTES) / largest as u64;
    (room as usize).min(limits.configurations)
}

impl Batch {
    /// Configurations without prescales: their numbers and levels.
    pub fn plain(rows: &MenuRows, which: &[usize], levels: &[u8], mapping: Mapping) -> Self {
        let ladders = rows.levels.len();
        let level = |c: usize, ladder: usize| levels[c * ladders + ladder];
        Self {
            which: which.to_vec(),
            levels: pack_levels(rows, which.len(), mapping, level),
            numbers: Packed::none(),
            rejects: vec![0],
            reject_tables: 0,
        }
    }

    pub fn prescaled(rows: &MenuRows, configurations: &[Prescaled], mapping: Mapping) -> Self {
        let count = configurations.len();
        let level = |c: usize, ladder: usize| configurations[c].levels[ladder];
        let number = |c: usize, path: usize| {
            let numbers = &configurations[c].numbers;
            numbers
                .get(path)
                .map_or(UNPRESCALED.into(), |n| u32::from(*n))
        };
        let tables = configurations.iter().map(|c| c.tables.len());
        let reject_tables = tables.max().unwrap_or(0);
        let mut rejects = Vec::with_capacity(256 * count * reject_tables);
        for (c, configuration) in configurations.iter().enumerate() {
            rejects.extend(configuration.tables.iter().flatten());
            rejects.resize(256 * (c + 1) * reject_tables, 0);
        }
        Self {
            which: configurations.iter().map(|c| c.configuration).collect(),
            levels: pack_levels(rows, count, mapping, level),
            numbers: pack(count, rows.paths(), 16, mapping, number),
            rejects,
            reject_tables: reject_tables as u32,
        }
    }
}

fn pack_levels(
    rows: &MenuRows,
    count: usize,
    mapping: Mapping,
    level: impl Fn(usize, usize) -> u8,
) -> Packed {
    let ladders = rows.levels.len();
    pack(count, ladders, 8, mapping, |c, ladder| {
        let off = ladder >= ladders || level(c, ladder) >= rows.levels[ladder];
        u32::from(if off { OFF } else { level(c, ladder) })
    })
}

/// Numbers of so many bits; neighbouring threads of the shader read neighbouring words.
fn pack(
    count: usize,
    width: usize,
    bits: usize,
    mapping: Mapping,
    number: impl Fn(usize, usize) -> u32,
) -> Packed {
    let a_word = 32 / bits;
    let groups = width.div_ceil(a_word);
    let (configuration_stride, group_stride) = match mapping {
        Mapping::Word => (groups, 1),
        Mapping::Configuration => (1, count),
    };
    let mut words = vec![0; (count * groups).max(1)];
    for c in 0..count {
        for group in 0..groups {
            let word = &mut words[c * configuration_stride + group * group_stride];
            for i in 0..a_word {
                *word |= number(c, group * a_word + i) << (bits * i);
            }
        }
    }
    Packed {
        words,
        configuration_stride: configuration_stride as u32,
        group_stride: group_stride as u32,
    }
}

impl Packed {
    fn none() -> Self {
        Self {
            words: vec![0],
            configuration_stride: 0,
            group_stride: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_packed_for_either_mapping() {
        let number = |c: usize, i: usize| (16 * c + i) as u32;
        let by_word = pack(2, 5, 8, Mapping::Word, number);
        assert_eq!(
            by_word.words,
            [0x0302_0100, 0x0706_0504, 0x1312_1110, 0x1716_1514]
        );
        assert_eq!((by_word.configuration_stride, by_word.group_stride), (2, 1));
        let by_configuration = pack(2, 5, 8, Mapping::Configuration, number);
        assert_eq!(
            by_configuration.words,
            [0x0302_0100, 0x1312_1110, 0x0706_0504, 0x1716_1514]
        );
        let strides = (
            by_configuration.configuration_stride,
            by_configuration.group_stride,
        );
        assert_eq!(strides, (1, 2));
    }
}
