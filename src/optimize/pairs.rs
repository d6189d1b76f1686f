//! Pairs of moves: what no single move gains, two may gain together.

use super::evaluator::Evaluator;
use super::knobs::Choice;
use super::score::Score;
use super::separable::Separable;
use super::sweep::{Sweep, Which};
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// Places on either side that a pair's first move tries.
const REACH: u32 = 6;
/// A first move that loses more than this share of the worth after prices is not made good by a second.
const LOSS: f64 = 1e-3;
/// First moves of one round at most: those that lose least.
const FIRSTS: usize = 100;
/// Gains below this share are rounding.
const GAIN: f64 = 1e-9;
/// Beyond any worth.
const BEYOND: f64 = 1e30;

/// Pairs of moves from one point, a first knob at a time, until a whole round gains nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pairs {
    at: Choice,
    score: Score,
    knob: usize,
    /// Knobs since the last gain.
    without_gain: usize,
    /// Knobs and places of moves that may be the first of a pair; none: the point is new.
    firsts: Option<Vec<(u32, u32)>>,
}

/// Feasible points by worth, below them others by what they violate.
fn key(worth: f64, excess: &[f64]) -> f64 {
    let violated: f64 = excess.iter().map(|e| e.max(0.0)).sum();
    if violated > 0.0 {
        -BEYOND * (1.0 + violated)
    } else {
        worth
    }
}

impl Pairs {
    pub fn new(at: Choice, score: Score) -> Self {
        Self {
            at,
            score,
            knob: 0,
            without_gain: 0,
            firsts: None,
        }
    }

    /// All moves from the point, or all pairs whose first move is one of the next knob's; true when nothing
    /// gains any more.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn step(&mut self, evaluator: &mut Evaluator) -> Result<bool> {
        let knobs = evaluator.knobs.len();
        if self.without_gain >= knobs || evaluator.is_exhausted() {
            return Ok(true);
        }
        let Some(firsts) = &self.firsts else {
            let sweep = evaluator.sweep(&self.at, Which::Joint)?;
            self.score = sweep.now.clone();
            let single = (self.at.clone(), sweep);
            if !self.take_best(std::slice::from_ref(&single)) {
                self.firsts = Some(self.worthwhile(&single.1));
            }
            return Ok(false);
        };
        let knob = self.knob;
        self.knob = (knob + 1) % knobs;
        self.without_gain += 1;
        let of_knob = firsts.iter().filter(|(k, _)| *k as usize == knob);
        let from: Vec<Choice> = of_knob
            .map(|(_, place)| {
                let mut moved = self.at.clone();
                moved[knob] = *place;
                moved
            })
            .collect();
        let sweeps = evaluator.sweeps(&from, Which::Joint)?;
        let sweeps: Vec<(Choice, Sweep)> = from.into_iter().zip(sweeps).collect();
        self.take_best(&sweeps);
        Ok(false)
    }

    /// Goes to the best point of some neighbourhoods, if it gains.
    fn take_best(&mut self, sweeps: &[(Choice, Sweep)]) -> bool {
        let now = key(self.score.worth, &self.score.excess);
        let mut floor = now + GAIN * now.abs();
        let mut found = None;
        for (from, sweep) in sweeps {
            let alone = key(sweep.now.worth, &sweep.now.excess);
            if alone > floor {
                floor = alone;
                found = Some((from.clone(), sweep.now.clone()));
            }
            if let Some((made, value)) = sweep.largest(floor, key) {
                floor = value;
                found = Some((sweep.moves[made].apply(from), sweep.score(made)));
            }
        }
        let Some((at, score)) = found else {
            return false;
        };
        (self.at, self.score) = (at, score);
        self.without_gain = 0;
        self.firsts = None;
        true
    }

    /// Moves to places nearby that change something and do not lose much.
    fn worthwhile(&self, sweep: &Sweep) -> Vec<(u32, u32)> {
        let alone = Separable::new(sweep);
        let prices = alone.prices();
        let least = -LOSS * self.score.worth.abs();
        let is_worthwhile = |change: &&super::separable::Change| {
            let is_near = self.at[change.knob as usize].abs_diff(change.place) <= REACH;
            is_near && change.is_felt() && change.gain(&prices) >= least
        };
        let worthwhile = alone.moves().iter().filter(is_worthwhile);
        let mut worthwhile: Vec<_> = worthwhile.map(|c| (c.gain(&prices), c)).collect();
        worthwhile.sort_by(|a, b| b.0.total_cmp(&a.0));
        worthwhile.truncate(FIRSTS);
        worthwhile.iter().map(|(_, c)| (c.knob, c.place)).collect()
    }
}
