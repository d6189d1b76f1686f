//! All moves from a point, with their scores.

use super::around::Around;
use super::knobs::{Choice, Knobs};
use super::score::{Score, Scorer, lagrangian};
use crate::engine::MoveSums;
use crate::merit::{Figure, MenuFigure};
use crate::plan::menu::AcceptedWeights;
use crate::plan::{Configuration, MenuPoints, Plan, Setting};
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

/// Scores moves from the sums that one pass over the events gives: where every figure follows from what
/// the whole menu accepts, and every knob is one ladder or one prescale.
#[derive(Debug)]
pub struct MenuSweep {
    plan: Arc<Plan>,
    menu: Arc<MenuPoints>,
    figures: Vec<MenuFigure>,
    /// What each place of each knob sets.
    settings: Vec<Vec<Setting>>,
    /// Knobs of a threshold and of the prescale of one path.
    pairs: Vec<(usize, usize)>,
}

impl MenuSweep {
    /// None where other figures or knobs are asked for.
    pub fn new(plan: &Arc<Plan>, knobs: &Knobs) -> Option<Self> {
        let menu = plan.menu.clone()?;
        let of_totals = |figure: &Figure| match figure {
            Figure::Menu(figure) => figure.is_of_total().then_some(*figure),
            _ => None,
        };
        let figures = plan
            .figures
            .iter()
            .map(of_totals)
            .collect::<Option<Vec<_>>>()?;
        if knobs.len() != plan.space.axes.len() {
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
            plan: plan.clone(),
            menu,
            figures,
            settings,
            pairs,
        })
    }

    pub fn has_joint_moves(&self) -> bool {
        !self.pairs.is_empty()
    }

    /// The scores of moves from a choice, whose sums are given.
    pub fn sweep(
        &self,
        knobs: &Knobs,
        scorer: &Scorer,
        at: &Choice,
        sums: &MoveSums,
        which: Which,
    ) -> Sweep {
        let rows = &self.menu.events.rows;
        let mut own = Configuration::default();
        self.menu
            .configure(&self.plan.space, &knobs.point(at), &mut own);
        let around = Around::new(rows, sums);
        let mut row = vec![0.0; self.figures.len()];
        let fill = |row: &mut [f64], accepted: &AcceptedWeights| {
            for (value, figure) in row.iter_mut().zip(&self.figures) {
                *value = self.menu.events.figure(*figure, accepted);
            }
        };
        fill(&mut row, &rows.weights(&sums.now));
        let mut sweep = Sweep::new(scorer.score(&row));
        let mut accepted = AcceptedWeights::none(rows.sums_of_weights.len());
        for (knob, settings) in self.settings.iter().enumerate() {
            for (place, setting) in (0u32..).zip(settings) {
                if !which.has(at[knob], place, settings.len() as u32) {
                    continue;
                }
                match *setting {
                    Setting::Level { ladder, level } => {
                        let share = own.kept_shares[rows.ladder_paths[ladder]];
                        around.after(rows, ladder, level, share, &mut accepted);
                    }
                    Setting::Share { path, share } => {
                        let ladder = rows.first_ladders[path];
                        around.after(rows, ladder, own.levels[ladder], share, &mut accepted);
                    }
                }
                let made = Move {
                    first: (knob as u32, place),
                    second: None,
                };
                fill(&mut row, &accepted);
                sweep.push_row(made, scorer, &row);
            }
        }
        let pairs = if which == Which::Joint {
            &self.pairs[..]
        } else {
            &[]
        };
        for &(threshold, prescale) in pairs {
            let places = (0u32..).zip(&self.settings[prescale]);
            for (share_place, share) in places.filter(|(p, _)| *p != at[prescale]) {
                let Setting::Share { share, .. } = *share else {
                    continue;
                };
                // A path that is off is the same at every threshold.
                if share == 0.0 {
                    continue;
                }
                let levels = (0u32..).zip(&self.settings[threshold]);
                for (place, setting) in levels.filter(|(p, _)| *p != at[threshold]) {
                    let Setting::Level { ladder, level } = *setting else {
                        continue;
                    };
                    around.after(rows, ladder, level, share, &mut accepted);
                    let made = Move {
                        first: (threshold as u32, place),
                        second: Some((prescale as u32, share_place)),
                    };
                    fill(&mut row, &accepted);
                    sweep.push_row(made, scorer, &row);
                }
            }
        }
        sweep
    }
}
