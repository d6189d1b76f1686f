//! What the menu kernel is held against: words loaded and ORed, and nothing else.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Gigabytes a second at which each thread of the pool loads and ORs words, all at once: the smallest of
/// 50 runs over 512 kB, which its second cache holds and its first does not.
pub fn yardstick(pool: &rayon::ThreadPool) -> f64 {
    const PASSES: usize = 64;
    let speeds = pool.broadcast(|_| {
        let words: Vec<u64> = (0..1u64 << 16)
            .map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15))
            .collect();
        let mut best = Duration::MAX;
        for _ in 0..50 {
            let start = Instant::now();
            for _ in 0..PASSES {
                black_box(or_all(black_box(&words)));
            }
            best = best.min(start.elapsed());
        }
        (PASSES * 8 * words.len()) as f64 / best.as_secs_f64() / 1e9
    });
    speeds.iter().sum::<f64>() / speeds.len() as f64
}

/// The OR of all words: 32 sums side by side, eight rows of words a turn.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2", "aarch64+neon"))]
fn or_all(words: &[u64]) -> u64 {
    let (rows, _) = words.as_chunks::<32>();
    let (turns, _) = rows.as_chunks::<8>();
    let mut some = [0; 32];
    for turn in turns {
        for i in 0..32 {
            let a = turn[0][i] | turn[1][i] | turn[2][i] | turn[3][i];
            let b = turn[4][i] | turn[5][i] | turn[6][i] | turn[7][i];
            some[i] |= a | b;
        }
    }
    some.iter().fold(0, |all, word| all | word)
}
