//! A rank as the sieve reads it.

use super::laid::{MOST_AXES, place};
use crate::engine::gpu::unsupported;
use crate::engine::{Counts, EngineError};
use crate::merit::Figure;
use crate::plan::{Goal, Keep, Plan, Rank};

/// As in `system_sieve.wgsl`.
pub(super) const GUARD: f32 = 2e-4;
pub(super) const TINY: f32 = 1e-30;
const BINS_OF_KEYS: usize = 65_536;
/// Words of the answer before the records.
pub(super) const FIRST_RECORD: usize = 4;
/// Numbers that stand before the bounds.
const HEADER: usize = 11;
const FIRST_BOUND: usize = MOST_AXES + HEADER;
/// Points of a batch that others are compared with.
const SAMPLED: usize = 256;

/// What a sieve asks of every point.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    keep: u32,
    wanted: u32,
    pub goals: usize,
    bounds: Vec<u32>,
    goal_words: Vec<u32>,
    /// Figure and edges of each histogram.
    histograms: Vec<(u32, Vec<f32>)>,
}

impl Question {
    /// # Errors
    /// Thresholds decide: where scores leave a gap, those in f32 may lie anywhere in it.
    pub fn new(plan: &Plan, rank: &Rank) -> Result<Self, EngineError> {
        let own_place = |figure: usize| match plan.figures[figure] {
            Figure::Threshold(_) => Err(unsupported(
                "thresholds of scores are too uncertain in f32 to keep points by",
            )),
            figure => place(figure),
        };
        let mut own = Self {
            keep: 0,
            wanted: 0,
            goals: 0,
            bounds: Vec::new(),
            goal_words: Vec::new(),
            histograms: Vec::new(),
        };
        for bound in &rank.bounds {
            if bound.min.is_nan() || bound.max.is_nan() {
                return Err(unsupported("a bound is not a number"));
            }
            let ends = [bound.min, bound.max].map(|x| single(x).to_bits());
            own.bounds
                .extend([own_place(bound.figure)?, ends[0], ends[1]]);
        }
        let mut add = |goal: &Goal| -> Result<(), EngineError> {
            own.goals += 1;
            let words = [own_place(goal.figure)?, u32::from(goal.larger)];
            own.goal_words.extend(words);
            Ok(())
        };
        match &rank.keep {
            Keep::Feasible => {}
            Keep::Best { goal, count, .. } => {
                add(goal)?;
                own.keep = 1;
                own.wanted = *count as u32;
            }
            Keep::Pareto(goals) => {
                goals.iter().try_for_each(add)?;
                own.keep = 2;
            }
            Keep::Histograms(all) => {
                own.keep = 3;
                for bins in all {
                    let edges = bins.edges.iter().map(|x| single(*x)).collect();
                    own.histograms.push((own_place(bins.figure)?, edges));
                }
            }
        }
        Ok(own)
    }

    /// Words of a record.
    pub fn record(&self) -> usize {
        1 + self.goals
    }

    /// Words of the bins behind the records.
    pub fn bins(&self) -> usize {
        match self.keep {
            1 => BINS_OF_KEYS,
            _ => self.histograms.iter().map(|(_, e)| e.len() + 1).sum(),
        }
    }

    pub fn has_histograms(&self) -> bool {
        !self.histograms.is_empty()
    }

    /// Whether a second pass chooses among what the first has found.
    pub fn is_ranked(&self) -> bool {
        self.goals > 0
    }

    pub fn is_best(&self) -> bool {
        self.keep == 1
    }

    /// For one batch: `references` are points that are known, what they are surely worth by each goal.
    pub fn words(
        &self,
        digits: &[u32],
        points: usize,
        capacity: usize,
        floor: Option<f64>,
        references: &[Vec<f32>],
    ) -> Vec<u32> {
        let mut words = digits.to_vec();
        words.resize(MOST_AXES, 0);
        let edges: usize = self.histograms.iter().map(|(_, e)| e.len()).sum();
        let first_edge =
            FIRST_BOUND + self.bounds.len() + self.goal_words.len() + 4 * self.histograms.len();
        let sampled = match self.keep {
            2 => SAMPLED.min(points),
            _ => 0,
        };
        words.extend([
            self.keep,
            (self.bounds.len() / 3) as u32,
            self.goals as u32,
            self.histograms.len() as u32,
            capacity as u32,
            (FIRST_RECORD + capacity * self.record()) as u32,
            self.wanted,
            floor.map_or(0, |worth| key_of(single(worth))),
            references.len() as u32,
            (first_edge + edges) as u32,
            sampled as u32,
        ]);
        words.extend(&self.bounds);
        words.extend(&self.goal_words);
        let (mut edge, mut bin) = (first_edge, 0);
        for (figure, edges) in &self.histograms {
            words.extend([*figure, edge as u32, edges.len() as u32, bin]);
            edge += edges.len();
            bin += edges.len() as u32 + 1;
        }
        let all = self.histograms.iter().flat_map(|(_, edges)| edges);
        words.extend(all.map(|x| x.to_bits()));
        words.extend(references.iter().flatten().map(|x| x.to_bits()));
        words
    }

    /// What the device has counted, added to what the host has.
    pub fn add_counts(&self, counts: &mut [Counts], bins: &[u32]) {
        let mut bins = bins.iter().map(|n| u64::from(*n));
        for (counts, (_, edges)) in counts.iter_mut().zip(&self.histograms) {
            counts.below += bins.next().unwrap_or(0);
            // The last one is of points at or beyond the last edge.
            for (own, n) in counts
                .bins
                .iter_mut()
                .zip(bins.by_ref().take(edges.len() - 1))
            {
                *own += n;
            }
            counts.above += bins.next().unwrap_or(0);
        }
    }
}

/// A number in f32, finite: drivers may take for granted that all are.
fn single(x: f64) -> f32 {
    (x as f32).clamp(f32::MIN, f32::MAX)
}

/// Whole numbers in the order of floats: as the shader's.
fn key_of(x: f32) -> u32 {
    let bits = x.to_bits();
    if bits >> 31 != 0 {
        !bits
    } else {
        bits | 1 << 31
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_those_of_the_shader() {
        let shader = include_str!("../../../../shaders/system_sieve.wgsl");
        for line in [
            format!("const GUARD: f32 = {GUARD:e};"),
            format!("const TINY: f32 = {TINY:e};"),
            format!("const BINS_OF_KEYS: u32 = {BINS_OF_KEYS}u;"),
            format!("const FIRST_RECORD: u32 = {FIRST_RECORD}u;"),
            format!("const KEEP: u32 = {MOST_AXES}u;"),
            format!("const FIRST_BOUND: u32 = {FIRST_BOUND}u;"),
        ] {
            assert!(shader.contains(&line), "{line}");
        }
    }

    #[test]
    fn keys_have_the_order_of_floats() {
        let floats = [f32::MIN, -1.5, -1e-30, 0.0, 1e-38, 2.0, f32::MAX];
        let keys: Vec<u32> = floats.iter().map(|x| key_of(*x)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
    }
}
