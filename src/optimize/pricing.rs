//! Descents at prices that are bisected until limits hold: of all moves the one that gains most after prices is
//! made until none gains.

use super::evaluator::Evaluator;
use super::knobs::Choice;
use super::score::{Score, lagrangian};
use super::sweep::{Move, Sweep, Which};
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// Descents that bisect one price.
const BISECTIONS: u32 = 22;
/// Rounds over all limits.
const ROUNDS: u32 = 3;
/// Steps of one descent or climb at most.
const STEPS: usize = 400;
/// Gains below this share are rounding.
const GAIN: f64 = 1e-9;

/// Prices of limits on their way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pricing {
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

impl Pricing {
    pub fn new(at: Choice, evaluator: &Evaluator) -> Self {
        Self {
            at,
            prices: vec![0.0; evaluator.scorer.limits.len()],
            round: 0,
            limit: 0,
            bracket: Bracket::default(),
        }
    }

    /// One descent; when prices are settled, the points from which to climb.
    pub fn step(&mut self, evaluator: &mut Evaluator) -> Result<Option<Vec<Choice>>> {
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
pub fn climb(evaluator: &mut Evaluator, start: Choice) -> Result<()> {
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
