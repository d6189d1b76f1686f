//! Ladders of threshold levels: what varies of a menu's paths, and the thresholds at each level.

use super::level::{Threshold, rounded_level};
use super::path::{Leg, Menu, Path};
use super::search::LegThresholds;
use crate::error::{Fault, Result};
pub use crate::study::MAX_LEVELS;
use crate::study::quoted;

/// Thresholds that vary together on one path.
#[derive(Debug, Clone, PartialEq)]
pub struct PathAxis {
    /// Index of the path in the menu.
    pub path: usize,
    pub moved: Moved,
    /// Strictly ascending, so that the loosest comes first: at most [`MAX_LEVELS`].
    pub levels: Vec<f64>,
}

/// Which thresholds an axis moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// That of one leg: the levels are thresholds.
    Leg(usize),
    /// Those of all legs: the levels are factors on the menu's own thresholds.
    Scale,
}

/// The ladders of every path of a menu: its axes in the order of its legs, or one of one level.
#[derive(Debug, Clone)]
pub struct Ladders {
    pub(super) paths: Vec<PathLadders>,
    counts: Vec<u8>,
    ladder_paths: Vec<usize>,
    of_axis: Vec<usize>,
}

/// The ladders of one path.
#[derive(Debug, Clone)]
pub(super) struct PathLadders {
    /// With one ladder, each leg has a threshold for each of its levels. With several, a leg has those
    /// of its own ladder, or one where it has none.
    pub thresholds: LegThresholds,
    /// Where there are several ladders, that of each leg, counted within the path.
    pub of_leg: Vec<Option<usize>>,
    pub count: usize,
    /// Whether events that pass are looked for: not where the path is off for good.
    pub on: bool,
}

impl Ladders {
    /// Paths without an axis keep the menu's thresholds. Paths may have several axes, of one leg each.
    ///
    /// # Errors
    /// A [`Fault`] that names the path: levels that are none, too many, no numbers or not ascending;
    /// two axes on one leg, or factors beside another axis; factors on a negative threshold, or
    /// factors that are not above 0; more than 65 535 ladders.
    ///
    /// # Panics
    /// If an axis names a path or leg that the menu has not.
    pub fn new(menu: &Menu, axes: &[PathAxis]) -> Result<Self> {
        let mut made = Self {
            paths: Vec::with_capacity(menu.paths.len()),
            counts: Vec::new(),
            ladder_paths: Vec::new(),
            of_axis: vec![0; axes.len()],
        };
        for (i, axis) in axes.iter().enumerate() {
            axis.check(menu)?;
            axis.check_beside(&axes[..i], menu)?;
        }
        for (number, path) in menu.paths.iter().enumerate() {
            let of_path = axes.iter().enumerate().filter(|(_, a)| a.path == number);
            let mut own: Vec<(usize, &PathAxis)> = of_path.collect();
            own.sort_by_key(|(_, axis)| match axis.moved {
                Moved::Leg(leg) => leg,
                Moved::Scale => 0,
            });
            for (ladder, (axis, _)) in own.iter().enumerate() {
                made.of_axis[*axis] = made.counts.len() + ladder;
            }
            let counts = own.iter().map(|(_, axis)| axis.levels.len() as u8);
            made.counts.extend(counts);
            if own.is_empty() {
                made.counts
                    .push(path.thresholds().first().map_or(0, Vec::len) as u8);
            }
            made.ladder_paths.resize(made.counts.len(), number);
            let own: Vec<&PathAxis> = own.into_iter().map(|(_, axis)| axis).collect();
            made.paths.push(path.ladders(&own));
        }
        if made.counts.len() > usize::from(u16::MAX) {
            let message = format!("{} paths and axes of thresholds", made.counts.len());
            return Err(Fault::in_option("menu", message)
                .hint("65535 of them are possible together")
                .into());
        }
        Ok(made)
    }

    /// The same where the prescale of a path varies, so that it counts although the menu has it off.
    ///
    /// # Panics
    /// If the menu has no such path.
    pub fn with_varying_prescale(mut self, path: usize) -> Self {
        self.paths[path].on = true;
        self
    }

    /// The menu at a level of every ladder and a kept share of every path. A ladder's number of levels
    /// means that its path is off.
    ///
    /// # Panics
    /// If there is not one level a ladder and one share a path of the menu.
    pub fn menu_at(&self, menu: &Menu, levels: &[u8], kept_shares: &[f64]) -> Menu {
        assert_eq!(levels.len(), self.counts.len(), "one level a ladder");
        assert_eq!(kept_shares.len(), menu.paths.len(), "one share a path");
        let mut made = menu.clone();
        let mut first = 0;
        for ((path, own), share) in made.paths.iter_mut().zip(&self.paths).zip(kept_shares) {
            let range = first..first + own.count;
            first = range.end;
            let (levels, counts) = (&levels[range.clone()], &self.counts[range]);
            if levels.iter().zip(counts).any(|(level, n)| level >= n) {
                path.kept_share = 0.0;
                continue;
            }
            // Events that pass were not looked for where the path is off for good.
            path.kept_share = if own.on { *share } else { 0.0 };
            for (leg, new) in path.legs.iter_mut().enumerate() {
                let (Leg::Object { threshold, .. } | Leg::Scalar { threshold, .. }) = new;
                let level = match own.of_leg[leg] {
                    Some(ladder) => levels[ladder],
                    None if own.count == 1 => levels[0],
                    None => 0,
                };
                *threshold = own.thresholds[leg][usize::from(level)];
            }
        }
        made
    }

    /// The path of each ladder, ascending.
    pub fn paths(&self) -> Vec<usize> {
        self.ladder_paths.clone()
    }

    /// The ladder of each axis, in the order in which the axes were given.
    pub fn of_axis(&self) -> &[usize] {
        &self.of_axis
    }

    /// The number of levels of each ladder.
    pub fn counts(&self) -> Vec<u8> {
        self.counts.clone()
    }
}

impl Path {
    /// The threshold of each leg, at the one level that it has.
    pub(super) fn thresholds(&self) -> LegThresholds {
        let own = |leg: &Leg| match leg {
            Leg::Object { threshold, .. } | Leg::Scalar { threshold, .. } => vec![*threshold],
        };
        self.legs.iter().map(own).collect()
    }

    /// Its ladders, from its axes in the order of their legs.
    fn ladders(&self, axes: &[&PathAxis]) -> PathLadders {
        let mut thresholds = self.thresholds();
        let mut of_leg = vec![None; self.legs.len()];
        for (ladder, axis) in axes.iter().enumerate() {
            for (leg, thresholds) in thresholds.iter_mut().enumerate() {
                let own = thresholds[0];
                let at = |level: &f64| match axis.moved {
                    Moved::Scale => own.scaled(*level),
                    Moved::Leg(moved) if moved == leg => Threshold::new(*level),
                    Moved::Leg(_) => own,
                };
                if axes.len() == 1 {
                    *thresholds = axis.levels.iter().map(at).collect();
                } else if axis.moved == Moved::Leg(leg) {
                    *thresholds = axis.levels.iter().map(at).collect();
                    of_leg[leg] = Some(ladder);
                }
            }
        }
        PathLadders {
            thresholds,
            of_leg,
            count: axes.len().max(1),
            on: self.kept_share > 0.0,
        }
    }
}

impl PathAxis {
    fn check(&self, menu: &Menu) -> Result<()> {
        let path = &menu.paths[self.path];
        let fault = |message: String| {
            let message = format!("{message} (path `{}`)", path.name);
            Err(Fault::in_option(self.knob(menu), message).into())
        };
        let compared = |level: &f64| match self.moved {
            Moved::Leg(_) => rounded_level(*level),
            Moved::Scale => *level,
        };
        let levels: Vec<f64> = self.levels.iter().map(compared).collect();
        if levels.is_empty() || levels.len() > MAX_LEVELS {
            return fault(format!(
                "an axis of thresholds has 1 to {MAX_LEVELS} levels, not {}",
                levels.len()
            ));
        }
        if let Some(wrong) = levels.iter().find(|l| !l.is_finite()) {
            return fault(format!("the level {wrong} is no finite number"));
        }
        if let Some(pair) = levels.windows(2).find(|w| w[0] >= w[1]) {
            let (a, b) = (pair[0], pair[1]);
            return fault(if a == b {
                format!("the level {a} is there twice")
            } else {
                format!("the level {b} stands behind {a}: levels ascend")
            });
        }
        match self.moved {
            Moved::Leg(leg) => assert!(leg < path.legs.len(), "a leg of the path"),
            Moved::Scale => {
                if levels[0] <= 0.0 {
                    return fault(format!("the factor {} is not above 0", levels[0]));
                }
                let own = path.thresholds();
                if let Some(negative) = own.iter().find(|t| t[0].level() < 0.0) {
                    return fault(format!(
                        "a larger factor would loosen the negative threshold {}",
                        negative[0].level()
                    ));
                }
            }
        }
        Ok(())
    }

    /// Each leg has one axis; factors move all legs.
    fn check_beside(&self, others: &[Self], menu: &Menu) -> Result<()> {
        let mut others = others.iter().filter(|other| other.path == self.path);
        let Some(other) = others.find(|other| {
            self.moved == other.moved || self.moved == Moved::Scale || other.moved == Moved::Scale
        }) else {
            return Ok(());
        };
        let name = &menu.paths[self.path].name;
        let message = if self.moved == other.moved {
            format!("the path `{name}` has two axes on the same thresholds")
        } else {
            format!("the path `{name}` has an axis of a leg beside one of all its legs")
        };
        Err(Fault::in_option(self.knob(menu), message)
            .hint("vary each leg by an axis of its own, or all of them by `scale`")
            .into())
    }

    fn knob(&self, menu: &Menu) -> String {
        let path = &menu.paths[self.path];
        let name = quoted(&path.name);
        let Moved::Leg(leg) = self.moved else {
            return format!("menu.{name}.scale");
        };
        match path.legs[leg] {
            Leg::Scalar { scalar, .. } => format!("menu.{name}.{}", menu.request.scalars[scalar]),
            Leg::Object { .. } if path.legs.len() == 1 => format!("menu.{name}.pt"),
            Leg::Object { .. } => format!("menu.{name}.leg{}.pt", leg + 1),
        }
    }
}
