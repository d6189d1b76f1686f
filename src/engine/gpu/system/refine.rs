//! Listed points against each other, on the host: still in f32, so that fewer are evaluated again.

use super::question::{FIRST_RECORD, GUARD, Question, TINY};
use crate::engine::front::keep_front;
use rayon::prelude::*;

/// Points of a front that others are compared with.
const MOST_COMPARED: usize = 512;
/// Points of a front that later batches are compared with.
const MOST_KNOWN: usize = 256;
const MAYBE: u32 = 1 << 31;

/// What the device says of a batch.
#[derive(Debug)]
pub(super) struct Sifted {
    /// Places in the batch of the points that the host decides on, ascending.
    pub listed: Vec<u32>,
    /// Feasible ones that are not among them.
    pub sure: u64,
}

/// The points of an answer; none where there were more than its records have room for. Fronts add to
/// `known` what the points are surely worth.
pub(super) fn refine(
    question: &Question,
    answer: &[u32],
    capacity: usize,
    wanted: usize,
    known: &mut Vec<Vec<f32>>,
) -> Option<Sifted> {
    let count = answer[0] as usize;
    if count > capacity {
        return None;
    }
    let width = question.record();
    let records = answer[FIRST_RECORD..][..count * width].chunks_exact(width);
    // What the host has to decide on anyway, and what may be ruled out.
    let (maybe, mut clear): (Vec<_>, Vec<_>) = records.partition(|r| r[0] & MAYBE != 0);
    let before = clear.len();
    let worth = |record: &[u32], goal: usize| f32::from_bits(record[1 + goal]);
    if question.is_best() && clear.len() > wanted {
        let mut lows: Vec<f32> = clear.iter().map(|r| low(worth(r, 0))).collect();
        let (_, floor, _) = lows.select_nth_unstable_by(wanted - 1, |a, b| b.total_cmp(a));
        clear.retain(|r| high(worth(r, 0)) >= *floor);
    } else if question.goals > 1 {
        let goals = question.goals;
        let lows = |r: &&[u32]| (0..goals).map(|g| low(worth(r, g))).collect();
        known.extend(clear.iter().map(lows));
        let mut front: Vec<usize> = (0..known.len()).collect();
        keep_front(&mut front, goals, |i, g| f64::from(known[i][g]));
        front.sort_by(|a, b| known[*a][0].total_cmp(&known[*b][0]));
        let compared: Vec<&[f32]> = spread(&front, MOST_COMPARED)
            .map(|i| known[i].as_slice())
            .collect();
        let stays = |r: &&[u32]| {
            let surpasses = |low: &&[f32]| (0..goals).all(|g| low[g] >= high(worth(r, g)));
            !compared.iter().any(surpasses)
        };
        clear = clear.into_par_iter().filter(|r| stays(r)).collect();
        *known = spread(&front, MOST_KNOWN)
            .map(|i| known[i].clone())
            .collect();
    }
    let sure = u64::from(answer[1]) + (before - clear.len()) as u64;
    let mut listed: Vec<u32> = maybe.iter().chain(&clear).map(|r| r[0] & !MAYBE).collect();
    listed.sort_unstable();
    Some(Sifted { listed, sure })
}

/// At most so many of them, evenly.
fn spread(all: &[usize], most: usize) -> impl Iterator<Item = usize> {
    let count = all.len().min(most);
    (0..count).map(move |i| all[i * all.len() / count])
}

/// What a figure surely is at least.
fn low(x: f32) -> f32 {
    x - (GUARD * x.abs() + TINY)
}

fn high(x: f32) -> f32 {
    x + (GUARD * x.abs() + TINY)
}
