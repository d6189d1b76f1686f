//! Lagrangian descent over neighbourhoods. Leaps find good points from several starts. From the best of them
//! each limit has a price, and of all moves the one that gains most after prices is made until none gains;
//! prices are bisected until limits hold. What is left of a budget is then filled by single moves, and by
//! pairs of moves.
//!
//! A pass over the events gives all moves from a point, so that a step costs as much as one evaluation
//! or two. Everything is deterministic.

use super::evaluator::Evaluator;
use super::knobs::Choice;
use super::leaps::Leaps;
use super::pairs::Pairs;
use super::pricing::{Pricing, climb};
use super::score::Score;
use crate::error::Result;
use crate::random::Stream;
use serde::{Deserialize, Serialize};

/// The separate use of the study's seed by random starts.
const STARTS: u64 = 0x7374_6172;

/// A descent from several starts, at any point of its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Descent {
    /// The study's own point.
    own: Option<Choice>,
    starts: u32,
    begun: u32,
    seed: u64,
    stage: Stage,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Stage {
    /// The next start is to be taken.
    Begin,
    Leaps(Leaps),
    Pricing(Pricing),
    /// Points from which single moves fill the budgets.
    Climb(Vec<Choice>),
    Pairs(Pairs),
    Done,
}

impl Descent {
    /// Leaps from so many starts, one after the other: the study's own point, one in the middle, the strictest,
    /// the loosest, then random ones; the best of all is refined.
    pub fn new(own: Option<Choice>, starts: u32, seed: u64) -> Self {
        Self {
            own,
            starts,
            begun: 0,
            seed,
            stage: Stage::Begin,
        }
    }

    /// Pairs of moves only, from one point.
    pub fn polish(at: Choice, score: Score) -> Self {
        Self {
            own: None,
            starts: 0,
            begun: 0,
            seed: 0,
            stage: Stage::Pairs(Pairs::new(at, score)),
        }
    }

    /// Takes so many starts in all, also when fewer are done already.
    pub fn extend(&mut self, starts: u32) {
        self.starts = self.starts.max(starts);
        if self.is_done() && self.begun < self.starts {
            self.stage = Stage::Begin;
        }
    }

    fn next_start(&mut self, evaluator: &Evaluator) -> Option<Choice> {
        if self.begun == self.starts {
            return None;
        }
        self.begun += 1;
        let knobs = &evaluator.knobs;
        let mut fixed = self.own.iter().cloned();
        let mut fixed = fixed
            .by_ref()
            .chain([0.5, 1.0, 0.0].map(|s| knobs.at_share(s)));
        Some(fixed.nth(self.begun as usize - 1).unwrap_or_else(|| {
            let mut random = Stream::new(self.seed, STARTS, u64::from(self.begun));
            let place = |knob| (random.uniform() * f64::from(knobs.size(knob))) as u32;
            (0..knobs.len()).map(place).collect()
        }))
    }

    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// Goes on by a leap, a descent at given prices, a climb, or one knob's pairs.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn step(&mut self, evaluator: &mut Evaluator) -> Result<()> {
        let stage = std::mem::replace(&mut self.stage, Stage::Done);
        self.stage = match stage {
            Stage::Begin => match self.next_start(evaluator) {
                Some(start) => Stage::Leaps(Leaps::new(start, evaluator)),
                None => match evaluator.progress.archive.first() {
                    Some((at, _)) => Stage::Pricing(Pricing::new(at.clone(), evaluator)),
                    None => Stage::Done,
                },
            },
            Stage::Leaps(mut leaps) => {
                if leaps.step(evaluator)? {
                    Stage::Begin
                } else {
                    Stage::Leaps(leaps)
                }
            }
            Stage::Pricing(mut pricing) => match pricing.step(evaluator)? {
                None => Stage::Pricing(pricing),
                Some(reached) => Stage::Climb(reached),
            },
            Stage::Climb(mut from) => match from.pop() {
                Some(start) => {
                    climb(evaluator, start)?;
                    Stage::Climb(from)
                }
                None => match evaluator.progress.archive.first() {
                    Some((at, score)) => Stage::Pairs(Pairs::new(at.clone(), score.clone())),
                    None => Stage::Done,
                },
            },
            Stage::Pairs(mut pairs) => {
                if pairs.step(evaluator)? {
                    Stage::Done
                } else {
                    Stage::Pairs(pairs)
                }
            }
            Stage::Done => Stage::Done,
        };
        Ok(())
    }
}
