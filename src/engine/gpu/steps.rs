//! Dispatches: blocks x tiles of configurations, cut so that each is short and within the limits.

use bytemuck::{Pod, Zeroable};
use std::ops::Range;

/// The shader's `Step`.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub(super) struct Step {
    pub configurations: u32,
    pub reject_tables: u32,
    pub level_stride: u32,
    pub ladder_stride: u32,
    pub number_stride: u32,
    pub path_stride: u32,
    pub row: u32,
    pub first_tile: u32,
    pub tiles: u32,
    pub first_block: u32,
    pub blocks: u32,
    pub most_turns: u32,
    pub flag: u32,
}

/// One dispatch: a group of threads for each of these tiles on each of these blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    pub tiles: Range<u32>,
    pub blocks: Range<u32>,
    /// Groups in the two dimensions; those of the last row may be too many.
    pub groups: (u32, u32),
}

/// All of `tiles` x `blocks`, at most `groups` in a dimension and about `most` in a dispatch.
pub(super) fn cut(tiles: u32, blocks: u32, groups: u32, most: u64) -> Vec<Cut> {
    let groups = groups.max(1);
    let most = most.clamp(1, u64::from(groups) * u64::from(groups));
    let blocks_each = u64::from(blocks).min(most) as u32;
    let tiles_each = u64::from(tiles).min(most / u64::from(blocks_each.max(1))) as u32;
    let mut cuts = Vec::new();
    for block in (0..blocks).step_by(blocks_each.max(1) as usize) {
        let own_blocks = block..blocks.min(block.saturating_add(blocks_each));
        for tile in (0..tiles).step_by(tiles_each.max(1) as usize) {
            let own_tiles = tile..tiles.min(tile.saturating_add(tiles_each));
            let all = own_blocks.len() as u64 * own_tiles.len() as u64;
            let row = all.min(u64::from(groups));
            cuts.push(Cut {
                tiles: own_tiles,
                blocks: own_blocks.clone(),
                groups: (row as u32, all.div_ceil(row) as u32),
            });
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tile_meets_every_block_once() {
        for (tiles, blocks, groups, most) in [
            (1, 1, 65_535, 1 << 20),
            (7, 5, 3, 1000),
            (7, 5, 65_535, 4),
            (100, 3, 4, 1 << 40),
            (5, 70_000, 65_535, 100_000),
        ] {
            let cuts = cut(tiles, blocks, groups, most);
            let mut met = vec![0u8; (tiles * blocks) as usize];
            for cut in &cuts {
                let (x, y) = cut.groups;
                assert!(x <= groups && y <= groups);
                let own = cut.tiles.len() * cut.blocks.len();
                assert!(own as u64 <= most, "{own}");
                assert!(u64::from(x) * u64::from(y) >= own as u64);
                for block in cut.blocks.clone() {
                    for tile in cut.tiles.clone() {
                        met[(block * tiles + tile) as usize] += 1;
                    }
                }
            }
            assert!(met.iter().all(|n| *n == 1));
        }
        assert!(cut(0, 3, 4, 5).is_empty());
    }
}
