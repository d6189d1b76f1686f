//! All moves from a point, with their scores.

use super::around::Around;
use super::knobs::{Choice, Knobs};
use super::neighbourhood::{MenuTotals, Neighbourhood};
use super::score::{Score, Scorer, lagrangian};
use crate::engine::MoveSums;
use crate::plan::{Configuration, Plan, Setting};
use std::sync::Arc;

/// One knob to another place, or a threshold and the prescale of one path together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub first: (u32, u32),
    pub second: Option<(u32, u32)>,
}

impl Move {
    pub fn apply(self, choice: &Choice) -> Choice {
        let mut moved = choice.clone();
        for (knob, place) in std::iter::once(self.first).chain(self.second) {
            moved[knob as usize] = place;
        }
        moved
    }
}

/// Which moves from a point are scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Which {
    /// Of each knob 4 places away, and its strictest.
    Coarse,
    /// Of each knob 1, 2, 4, 8, ... places away, and its ends.
    Sparse,
    /// Every place of each knob.
    Single,
    /// Also a threshold and the prescale of its path together.
    Joint,
}

impl Which {
    /// Whether a knob's move to a place is among them.
    pub fn has(self, own: u32, place: u32, size: u32) -> bool {
        let (away, is_last) = (own.abs_diff(place), place + 1 == size);
        let is_among = match self {
            Self::Coarse => away == 4 || is_last,
            Self::Sparse => away.is_power_of_two() || place == 0 || is_last,
            Self::Single | Self::Joint => true,
        };
        away > 0 && is_among
    }
}

/// The neighbours of a point.
#[derive(Debug, Clone)]
pub struct Sweep {
    pub now: Score,
    pub moves: Vec<Move>,
    worth: Vec<f64>,
    /// Limit after limit of each move.
    excess: Vec<f64>,
}

impl Sweep {
    pub fn new(now: Score) -> Self {
        Self {
            now,
            moves: Vec::new(),
            worth: Vec::new(),
            excess: Vec::new(),
        }
    }

    pub fn push(&mut self, made: Move, score: &Score) {
        self.moves.push(made);
        self.worth.push(score.worth);
        self.excess.extend(&score.excess);
    }

    /// The same of a row of figures.
    pub fn push_row(&mut self, made: Move, scorer: &Scorer, row: &[f64]) {
        self.moves.push(made);
        self.worth.push(scorer.objective.worth(row));
        self.excess
            .extend(scorer.limits.iter().map(|limit| limit.excess(row)));
    }

    pub fn score(&self, made: usize) -> Score {
        let limits = self.now.excess.len();
        Score {
            worth: self.worth[made],
            excess: self.excess[made * limits..][..limits].to_vec(),
        }
    }

    /// Of a move, what [`Score::lagrangian`] is.
    pub fn lagrangian(&self, made: usize, prices: &[f64]) -> f64 {
        let limits = self.now.excess.len();
        let excess = &self.excess[made * limits..][..limits];
        lagrangian(self.worth[made], excess, prices)
    }

    /// The move of the largest key above a floor; of equal ones the first.
    pub fn largest(&self, floor: f64, key: impl Fn(f64, &[f64]) -> f64) -> Option<(usize, f64)> {
        let limits = self.now.excess.len();
        let mut found = None;
        let mut most = floor;
        for (i, &worth) in self.worth.iter().enumerate() {
            let own = key(worth, &self.excess[i * limits..(i + 1) * limits]);
            if own > most {
                most = own;
                found = Some((i, own));
            }
        }
        found
    }
}

/// Scores moves from the sums that one pass over the events of each column gives: where every figure follows
/// from what the whole menu accepts, and every axis is one ladder or one prescale.
#[derive(Debug)]
pub struct MenuSweep {
    columns: Vec<MenuTotals>,
    /// What each place of each knob sets.
    settings: Vec<Vec<Setting>>,
    /// Knobs of a threshold and of a prescale of one path.
    pairs: Vec<(usize, usize)>,
}

impl MenuSweep {
    /// On a plan for each column; none where other figures or knobs are asked for.
    pub fn new(plans: &[Arc<Plan>], knobs: &Knobs) -> Option<Self> {
        let columns: Vec<MenuTotals> = plans.iter().map(MenuTotals::new).collect::<Option<_>>()?;
        let MenuTotals { plan, menu, .. } = columns.first()?;
        if plan.space.free().count() != plan.space.axes.len() {
            return None;
        }
        let mut settings = Vec::new();
        for knob in 0..knobs.len() {
            let axis = &plan.space.axes[knobs.axis(knob)];
            let [binding] = axis.menu[..] else {
                return None;
            };
            let setting = |place| menu.setting(&plan.space, binding, knobs.value(knob, place));
            settings.push((0..knobs.size(knob)).map(setting).collect::<Vec<_>>());
        }
        let rows = &menu.events.rows;
        let mut pairs = Vec::new();
        for (a, of_a) in settings.iter().enumerate() {
            for (b, of_b) in settings.iter().enumerate() {
                if let (Setting::Level { ladder, .. }, Setting::Share { path, .. }) =
                    (of_a[0], of_b[0])
                    && rows.ladder_paths[ladder] == path
                {
                    pairs.push((a, b));
                }
            }
        }
        Some(Self {
            columns,
            settings,
            pairs,
        })
    }

    pub fn has_joint_moves(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// The scores of moves from a choice, whose sums in each column are given.
    pub fn sweep(
        &self,
        knobs: &Knobs,
        scorer: &Scorer,
        at: &Choice,
        sums: &[&MoveSums],
        which: Which,
    ) -> Sweep {
        let mut place = 0;
        let mut columns = Vec::with_capacity(self.columns.len());
        for (number, (column, sums)) in self.columns.iter().zip(sums).enumerate() {
            let mut own = Configuration::default();
            let point = knobs.point(at, number);
            column.menu.configure(&column.plan.space, &point, &mut own);
            let rows = &column.menu.events.rows;
            columns.push(Neighbourhood {
                around: Around::new(rows, sums),
                now: rows.weights(&sums.now),
                own,
                column,
                place,
            });
            place += column.figures.len();
        }
        let mut row = vec![0.0; place];
        for column in &columns {
            column.fill(&column.now, &mut row);
        }
        let mut sweep = Sweep::new(scorer.score(&row));
        let mut accepted: Vec<_> = columns.iter().map(|c| c.now.clone()).collect();
        let mut places = Vec::new();
        let mut push = |made: Move, threshold: Option<(usize, u8)>| {
            let (knob, place) = made.second.unwrap_or(made.first);
            knobs.places_with(at, knob as usize, place, &mut places);
            for ((column, place), accepted) in columns.iter().zip(&places).zip(&mut accepted) {
                let setting = self.settings[knob as usize][*place as usize];
                column.after(threshold, setting, accepted);
                column.fill(accepted, &mut row);
            }
            sweep.push_row(made, scorer, &row);
        };
        for (knob, settings) in self.settings.iter().enumerate() {
            let (own, size) = (at[knob], settings.len() as u32);
            for place in (0..size).filter(|place| which.has(own, *place, size)) {
                let first = (knob as u32, place);
                push(
                    Move {
                        first,
                        second: None,
                    },
                    None,
                );
            }
        }
        let pairs = if which == Which::Joint {
            &self.pairs[..]
        } else {
            &[]
        };
        for &(threshold, prescale) in pairs {
            let shares = (0u32..).zip(&self.settings[prescale]);
            for (share_place, share) in shares.filter(|(p, _)| *p != at[prescale]) {
                // A path that is off is the same at every threshold, unless it is on in another column.
                let is_off = matches!(share, Setting::Share { share: 0.0, .. });
                if is_off && self.columns.len() == 1 {
                    continue;
                }
                let levels = (0u32..).zip(&self.settings[threshold]);
                for (place, setting) in levels.filter(|(p, _)| *p != at[threshold]) {
                    let Setting::Level { ladder, level } = *setting else {
                        continue;
                    };
                    let made = Move {
                        first: (threshold as u32, place),
                        second: Some((prescale as u32, share_place)),
                    };
                    push(made, Some((ladder, level)));
                }
            }
        }
        sweep
    }
}
