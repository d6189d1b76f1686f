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
use super::score::{Score, lagrangian};
use super::sweep::{Move, Sweep, Which};
use crate::error::Result;
use crate::random::Stream;
use serde::{Deserialize, Serialize};

/// The separate use of the study's seed by random starts.
const STARTS: u64 = 0x7374_6172;
/// Descents that bisect one price.
const BISECTIONS: u32 = 22;
/// Rounds over all limits.
const ROUNDS: u32 = 3;
/// Steps of one descent or climb at most.
const STEPS: usize = 400;
/// Gains below this share are rounding.
const GAIN: f64 = 1e-9;

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

/// Prices of limits on their way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Pricing {
    at: Choice,
    prices: Vec<f64>,
    round: u32,
    limit: usize,
    bracket: Bracket,
}

/// The price of one limit: too low, and high enough, with what was reached there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Bracket {
    tried: u32,
    low: Option<(f64, Choice)>,
    high: Option<(f64, Choice)>,
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
                Some(start) => Stage::Leaps(Leaps::new(start)),
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

impl Pricing {
    fn new(at: Choice, evaluator: &Evaluator) -> Self {
        Self {
            at,
            prices: vec![0.0; evaluator.scorer.limits.len()],
            round: 0,
            limit: 0,
            bracket: Bracket::default(),
        }
    }

    /// One descent; when prices are settled, the points from which to climb.
    fn step(&mut self, evaluator: &mut Evaluator) -> Result<Option<Vec<Choice>>> {
        let (reached, score) = descend(evaluator, &self.at, &self.prices)?;
        self.at = reached.clone();
        let Some(excess) = score.excess.get(self.limit) else {
            return Ok(Some(vec![reached]));
        };
        let price = &mut self.prices[self.limit];
        let bracket = &mut self.bracket;
        bracket.tried += 1;
        if *excess > 0.0 {
            bracket.low = Some((*price, reached));
        } else {
            bracket.high = Some((*price, reached));
        }
        let next = match (&bracket.low, &bracket.high) {
            // Without a price, or at the last round's: nothing to pay for.
            (None, Some((high, _))) if *high == 0.0 => None,
            (None, Some((high, _))) => Some(high / 8.0),
            (Some((low, _)), None) if *low == 0.0 => Some(0.1 * score.worth.abs().max(1e-3)),
            (Some((low, _)), None) => Some(low * 4.0),
            (Some((low, _)), Some((high, _))) if *low == 0.0 => Some(high / 8.0),
            (Some((low, _)), Some((high, _))) if high / low > 1.0005 => Some((low * high).sqrt()),
            _ => None,
        };
        let tiny = 1e-9 * score.worth.abs().max(1e-9);
        if let Some(next) = next.filter(|next| bracket.tried < BISECTIONS && *next > tiny) {
            *price = next;
            return Ok(None);
        }
        // The price at which the limit holds stays.
        let settled = bracket.high.as_ref().or(bracket.low.as_ref());
        if let Some((high, at)) = settled {
            *price = *high;
            self.at = at.clone();
        }
        let ends: Vec<Choice> = [&bracket.low, &bracket.high]
            .into_iter()
            .flatten()
            .map(|(_, at)| at.clone())
            .collect();
        self.bracket = Bracket::default();
        self.limit += 1;
        if self.limit < self.prices.len() {
            return Ok(None);
        }
        self.limit = 0;
        self.round += 1;
        let is_settled = self.prices.len() == 1 || score.excess.iter().all(|e| *e <= 0.0);
        Ok((is_settled || self.round == ROUNDS).then_some(ends))
    }
}

/// Moves that gain most at prices until none gains.
fn descend(evaluator: &mut Evaluator, start: &Choice, prices: &[f64]) -> Result<(Choice, Score)> {
    let mut at = start.clone();
    // A threshold and its path's prescale move together only where nothing else gains: such moves are many.
    let mut which = Which::Single;
    let mut sweep = evaluator.sweep(&at, which)?;
    let key = |worth: f64, excess: &[f64]| lagrangian(worth, excess, prices);
    // So many moves are made at once; fewer when they spoil each other.
    let mut together = usize::MAX;
    for _ in 0..STEPS {
        if evaluator.is_exhausted() {
            break;
        }
        let now = sweep.now.lagrangian(prices);
        let floor = now + GAIN * now.abs();
        let Some((best, gained)) = sweep.largest(floor, key) else {
            if which == Which::Joint || !evaluator.has_joint_moves() {
                break;
            }
            which = Which::Joint;
            sweep = evaluator.sweep(&at, which)?;
            continue;
        };
        let moves = best_by_knob(&sweep, floor, prices);
        which = Which::Single;
        if moves.len() > 1 && together > 1 {
            let all = moves.iter().take(together);
            let next = all.fold(at.clone(), |choice, m| m.apply(&choice));
            let tried = evaluator.sweep(&next, which)?;
            if tried.now.lagrangian(prices) >= gained {
                (at, sweep) = (next, tried);
                continue;
            }
            together = moves.len().min(together) / 2;
            continue;
        }
        at = sweep.moves[best].apply(&at);
        sweep = evaluator.sweep(&at, which)?;
        together = together.max(1).saturating_mul(2);
    }
    Ok((at, sweep.now))
}

/// The best move of each knob that gains, the largest gain first.
fn best_by_knob(sweep: &Sweep, floor: f64, prices: &[f64]) -> Vec<Move> {
    let mut best: Vec<(u32, f64, Move)> = Vec::new();
    for (i, made) in sweep.moves.iter().enumerate() {
        let value = sweep.lagrangian(i, prices);
        if value <= floor {
            continue;
        }
        // A pair of knobs counts as its prescale: it moves both.
        let knob = made.second.map_or(made.first.0, |s| s.0);
        match best.iter_mut().find(|(k, ..)| *k == knob) {
            Some(known) if value > known.1 => *known = (knob, value, *made),
            Some(_) => {}
            None => best.push((knob, value, *made)),
        }
    }
    best.sort_by(|a, b| b.1.total_cmp(&a.1));
    best.into_iter().map(|(_, _, made)| made).collect()
}

/// First whatever gives up least for holding the limits, then the best that holds them, until nothing
/// gains.
fn climb(evaluator: &mut Evaluator, start: Choice) -> Result<()> {
    let mut at = start;
    for _ in 0..STEPS {
        let sweep = evaluator.sweep(&at, Which::Joint)?;
        let Some(made) = next_up(&sweep) else {
            break;
        };
        at = sweep.moves[made].apply(&at);
        if evaluator.is_exhausted() {
            break;
        }
    }
    Ok(())
}

fn next_up(sweep: &Sweep) -> Option<usize> {
    let now = &sweep.now;
    let violated = |excess: &[f64]| excess.iter().map(|e| e.max(0.0)).sum::<f64>();
    let best = if now.is_feasible() {
        sweep.largest(now.worth + GAIN * now.worth.abs(), |worth, excess| {
            if violated(excess) > 0.0 {
                f64::NEG_INFINITY
            } else {
                worth
            }
        })
    } else {
        let before = now.violation();
        sweep.largest(0.0, |worth, excess| {
            let gained = before - violated(excess);
            let paid = (now.worth - worth).max(1e-12);
            if gained > GAIN * before {
                gained / paid
            } else {
                0.0
            }
        })
    };
    best.map(|(made, _)| made)
}
