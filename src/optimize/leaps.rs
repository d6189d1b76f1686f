//! Leaps: many knobs moved at once. A pass over the events tells what moves gain alone; as if these gains
//! added up, prices of the limits follow without another evaluation, and at each of several prices the moves
//! that pay. A few hundred such combinations are evaluated for what they are, and the best is leapt to.

use super::evaluator::Evaluator;
use super::knobs::Choice;
use super::score::Score;
use super::separable::Separable;
use super::sweep::{Sweep, Which};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};

/// Prices that are tried: so many times those at which limits would hold.
const FACTORS: [f64; 6] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0];
/// How many of the moves that pay are made, those that gain most first.
const COUNTS: [usize; 7] = [usize::MAX, 32, 16, 8, 4, 2, 1];
/// The same where evaluations are few.
const FEW_COUNTS: [usize; 4] = [usize::MAX, 24, 10, 4];
/// How much of its way each of them goes.
const SHARES: [f64; 3] = [1.0, 0.5, 0.25];
/// Leaps without a better feasible point.
const PATIENCE: u32 = 4;

/// Leaps from one point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leaps {
    at: Choice,
    /// It is not gone back to.
    visited: BTreeSet<Choice>,
    best: Option<(Choice, Score)>,
    fruitless: u32,
    /// First whatever is best after prices; with all single moves only what is better and feasible.
    which: Which,
}

/// Where one could go.
struct Way {
    choice: Choice,
    score: Score,
}

impl Leaps {
    /// With few evaluations the first leaps look at few moves.
    pub fn new(at: Choice, evaluator: &Evaluator) -> Self {
        let values = evaluator.knobs.values() as u64;
        let is_short = evaluator.limit() < values + values / 2;
        Self {
            at,
            visited: BTreeSet::new(),
            best: None,
            fruitless: 0,
            which: if is_short {
                Which::Coarse
            } else {
                Which::Sparse
            },
        }
    }

    /// One leap; true when no more are to be made.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn step(&mut self, evaluator: &mut Evaluator) -> Result<bool> {
        if evaluator.is_exhausted() {
            return Ok(true);
        }
        self.visited.insert(self.at.clone());
        let sweep = evaluator.sweep(&self.at, self.which)?;
        let alone = Separable::new(&sweep);
        let prices = alone.prices();
        let choices = self.combinations(&alone, &prices);
        let scores = evaluator.scores(&choices)?;
        let ways = choices.into_iter().zip(scores);
        let mut ways: Vec<Way> = ways.map(|(choice, score)| Way { choice, score }).collect();
        let from = self.at.clone();
        let best_move = |key: &dyn Fn(f64, &[f64]) -> f64| {
            let (made, _) = sweep.largest(f64::NEG_INFINITY, key)?;
            Some(Way {
                choice: sweep.moves[made].apply(&from),
                score: sweep.score(made),
            })
        };
        let violated = |excess: &[f64]| excess.iter().map(|e| e.max(0.0)).sum::<f64>();
        ways.extend(best_move(&|worth, excess| match violated(excess) {
            beyond if beyond > 0.0 => -1e30 * (1.0 + beyond),
            _ => worth,
        }));
        let gains = self.keep_best(&sweep, &ways);
        if self.which == Which::Single {
            let best = self.best.as_ref().filter(|_| gains);
            return Ok(match best {
                Some((best, _)) => {
                    self.at = best.clone();
                    false
                }
                None => true,
            });
        }
        self.fruitless = if gains { 0 } else { self.fruitless + 1 };
        let patience = if self.which == Which::Coarse {
            1
        } else {
            PATIENCE
        };
        let visited = &self.visited;
        let single = best_move(&|worth, excess| super::score::lagrangian(worth, excess, &prices));
        ways.extend(single);
        let new = ways.iter().filter(|way| !visited.contains(&way.choice));
        let value = |way: &&Way| way.score.lagrangian(&prices);
        // Of equal ones the first.
        let next = new.rev().max_by(|a, b| value(a).total_cmp(&value(b)));
        match (next, &self.best) {
            (Some(next), _) if self.fruitless < patience => self.at = next.choice.clone(),
            (_, Some((best, _))) => {
                self.at = best.clone();
                self.which = match self.which {
                    Which::Coarse => Which::Sparse,
                    _ => Which::Single,
                };
                self.fruitless = 0;
            }
            _ => return Ok(true),
        }
        Ok(false)
    }

    /// Whether something is better than all before.
    fn keep_best(&mut self, sweep: &Sweep, ways: &[Way]) -> bool {
        let is_better = |best: &Option<(Choice, Score)>, score: &Score| {
            best.as_ref().is_none_or(|(_, best)| score.is_better(best))
        };
        if is_better(&self.best, &sweep.now) {
            self.best = Some((self.at.clone(), sweep.now.clone()));
        }
        let mut gains = false;
        for way in ways {
            if is_better(&self.best, &way.score) {
                self.best = Some((way.choice.clone(), way.score.clone()));
                gains = true;
            }
        }
        gains
    }

    /// Different combinations of moves that pay at some prices.
    fn combinations(&self, alone: &Separable, prices: &[f64]) -> Vec<Choice> {
        let (counts, shares) = match self.which {
            Which::Coarse => (&FEW_COUNTS[..], &SHARES[..2]),
            _ => (&COUNTS[..], &SHARES[..]),
        };
        let mut known = HashSet::new();
        let mut all = Vec::new();
        for factor in FACTORS {
            let prices: Vec<f64> = prices.iter().map(|price| factor * price).collect();
            let paying = alone.paying(&prices);
            for &count in counts {
                for &share in shares {
                    let mut choice = self.at.clone();
                    for &(knob, place) in paying.iter().take(count) {
                        let own = &mut choice[knob as usize];
                        let step = (share * f64::from(own.abs_diff(place))).ceil() as u32;
                        *own = if place > *own {
                            *own + step
                        } else {
                            *own - step
                        };
                    }
                    if known.insert(choice.clone()) {
                        all.push(choice);
                    }
                }
            }
        }
        all
    }
}
