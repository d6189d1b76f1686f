//! Blocks of events as the shader reads them: 32-bit words, cut into chunks that a binding holds.

use crate::plan::menu::{BLOCK_WORDS, Block, MenuRows};
use std::ops::Range;

/// Bytes of a chunk at most: what the host holds once more while it is sent.
const CHUNK_BYTES: u64 = 256 << 20;
/// Numbers a block and an entry: as in `menu_totals.wgsl`.
const HEADER: usize = 5;
const ENTRY: usize = 4;

/// Some blocks, as two buffers.
#[derive(Debug, PartialEq)]
pub(super) struct Tables {
    pub blocks: u32,
    /// Rows, then planes, block after block.
    pub words: Vec<u32>,
    /// What the shader's `tables` are.
    pub tables: Vec<u32>,
}

/// Ranges of blocks that fit into so many bytes a buffer; none where one block alone does not.
pub(super) fn chunks(rows: &MenuRows, bytes: u64) -> Option<Vec<Range<usize>>> {
    let most = bytes.min(CHUNK_BYTES);
    let mut chunks = Vec::new();
    let (mut start, mut words, mut tables) = (0, 0, 0);
    for (i, block) in rows.blocks.iter().enumerate() {
        let own_words = 8 * (block.rows.len() + block.planes.len()) as u64;
        let own_tables = 4 * numbers(block) as u64;
        if own_words > most || own_tables > most {
            return None;
        }
        if words + own_words > most || tables + own_tables > most {
            chunks.push(start..i);
            (start, words, tables) = (i, 0, 0);
        }
        words += own_words;
        tables += own_tables;
    }
    chunks.push(start..rows.blocks.len());
    chunks.retain(|chunk| !chunk.is_empty());
    Some(chunks)
}

/// Numbers that a block has in the tables.
fn numbers(block: &Block) -> usize {
    let several: usize = block.alternatives.iter().map(|a| a.first_word.len()).sum();
    let paths = block.alternatives.chunk_by(|a, b| a.path == b.path).count();
    HEADER + ENTRY * (block.active.len() + paths) + several
}

impl Tables {
    pub fn of(rows: &MenuRows, which: Range<usize>) -> Self {
        let blocks = &rows.blocks[which];
        let mut words = Vec::new();
        let mut headers = Vec::with_capacity(HEADER * blocks.len());
        let mut behind = Vec::new();
        let start = (HEADER * blocks.len()) as u32;
        for block in blocks {
            let first_row = (words.len() / (2 * BLOCK_WORDS)) as u32;
            let row_of = |word: u32| first_row + word / BLOCK_WORDS as u32;
            for word in block.rows.iter().chain(&block.planes) {
                // The first 32 events first, whatever this machine's byte order.
                words.extend([*word as u32, (*word >> 32) as u32]);
            }
            let entries = entries(block, rows);
            headers.extend([
                block.class as u32,
                row_of(block.rows.len() as u32),
                (block.planes.len() / BLOCK_WORDS) as u32,
                start + behind.len() as u32,
                entries.len() as u32,
            ]);
            let mut first = start + (behind.len() + ENTRY * entries.len()) as u32;
            let mut several = Vec::new();
            for entry in &entries {
                let place = match entry.rows[..] {
                    [only] => row_of(only),
                    _ => first,
                };
                let shape = entry.ladders | entry.alternatives << 16;
                behind.extend([entry.path, entry.first_ladder, shape, place]);
                if entry.rows.len() > 1 {
                    several.extend(entry.rows.iter().map(|word| row_of(*word)));
                    first += entry.rows.len() as u32;
                }
            }
            behind.append(&mut several);
        }
        headers.append(&mut behind);
        Self {
            blocks: blocks.len() as u32,
            words,
            tables: headers,
        }
    }
}

/// What a block's events pass of one path.
struct Entry {
    path: u32,
    first_ladder: u32,
    ladders: u32,
    alternatives: u32,
    /// Words at which the rows of each ladder begin, alternative after alternative.
    rows: Vec<u32>,
}

/// By path, in which order prescales multiply.
fn entries(block: &Block, menu: &MenuRows) -> Vec<Entry> {
    let single = block.active.iter().zip(&block.first_word);
    let single = single.map(|(ladder, first)| Entry {
        path: menu.ladder_paths[usize::from(*ladder)] as u32,
        first_ladder: u32::from(*ladder),
        ladders: 1,
        alternatives: 1,
        rows: vec![*first],
    });
    let several = block.alternatives.chunk_by(|a, b| a.path == b.path);
    let several = several.map(|of_path| {
        let ladders = menu.ladders_of(usize::from(of_path[0].path));
        Entry {
            path: u32::from(of_path[0].path),
            first_ladder: ladders.start as u32,
            ladders: ladders.len() as u32,
            alternatives: of_path.len() as u32,
            rows: of_path.iter().flat_map(|a| a.first_word.clone()).collect(),
        }
    });
    let mut entries: Vec<Entry> = single.chain(several).collect();
    entries.sort_by_key(|entry| entry.path);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::menu::SampleLevels;

    #[test]
    fn tables_name_rows_and_planes_of_every_block() {
        // Two classes (20 weights of one unit have six planes; the other sample none), one path with one
        // ladder of two levels, one with two ladders.
        let mut critical = [2, 0, 0].repeat(18);
        critical.extend([1, 1, 1, 0, 1, 1]);
        let sample = |weights| SampleLevels {
            weights,
            selected: &[],
            strata: &[],
            critical: &critical,
            further: &[],
        };
        let weights: Vec<f64> = (32..52).map(f64::from).collect();
        let levels = [2, 1, 1];
        let samples = [sample(&weights), sample(&[1.0; 20])];
        let rows = MenuRows::new(&levels, &[0, 1, 1], &samples);
        let chunks = chunks(&rows, 1 << 30).unwrap();
        assert_eq!(chunks, vec![0..2]);
        let tables = Tables::of(&rows, 0..2);
        assert_eq!(tables.words.len(), 64 * (4 + 6 + 4));
        let (first, second) = (10, 20);
        assert_eq!(tables.tables[..5], [0, 4, 6, first, 2]);
        assert_eq!(tables.tables[5..10], [1, 14, 0, second, 2]);
        assert_eq!(
            tables.tables[10..20],
            [0, 0, 1 | 1 << 16, 0, 1, 1, 2 | 1 << 16, 18, 2, 3]
        );
        assert_eq!(tables.tables.len(), 30);
        // Sorted by what they pass: the event that passes nothing but the second path comes first.
        let row = |row: usize| tables.words[64 * row];
        let passing = row(0).count_ones();
        assert_eq!(
            (passing, row(1).count_ones(), row(2).count_ones()),
            (19, 18, 2)
        );
        // A chunk takes one block only.
        assert_eq!(super::chunks(&rows, 64 * 4 * 10), Some(vec![0..1, 1..2]));
        assert_eq!(super::chunks(&rows, 64 * 4), None);
    }
}
