//! Ladders of threshold levels: what varies of a menu's paths, and the thresholds at each level.

use super::level::{Threshold, rounded_level};
use super::path::{Leg, Menu, Path};
use super::search::LegThresholds;
use crate::error::{Fault, Result};
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

/// Levels of a path at most: a critical level is a byte.
pub const MAX_LEVELS: usize = 255;

/// The levels of every path of a menu; one level where nothing varies.
#[derive(Debug, Clone)]
pub struct Ladders {
    pub(super) paths: Vec<LegThresholds>,
    /// The ladder of each axis, in the order in which they were given.
    of_axis: Vec<usize>,
}

impl Ladders {
    /// Paths without an axis keep the menu's thresholds.
    ///
    /// # Errors
    /// A [`Fault`] that names the path: levels that are none, too many, no numbers or not ascending;
    /// two axes on one path; factors on a negative threshold, or factors that are not above 0.
    ///
    /// # Panics
    /// If an axis names a path or leg that the menu has not.
    pub fn new(menu: &Menu, axes: &[PathAxis]) -> Result<Self> {
        let mut paths: Vec<_> = menu.paths.iter().map(Path::thresholds).collect();
        for (i, axis) in axes.iter().enumerate() {
            let path = &menu.paths[axis.path];
            if axes[..i].iter().any(|other| other.path == axis.path) {
                let message = format!("the path `{}` has two axes of thresholds", path.name);
                return Err(Fault::in_option(axis.knob(menu), message)
                    .hint("legs that vary independently are not supported yet: vary one leg, or `scale`")
                    .into());
            }
            axis.check(menu)?;
            for (leg, thresholds) in paths[axis.path].iter_mut().enumerate() {
                let own = thresholds[0];
                let at = |level: &f64| match axis.moved {
                    Moved::Scale => own.scaled(*level),
                    Moved::Leg(moved) if moved == leg => Threshold::new(*level),
                    Moved::Leg(_) => own,
                };
                *thresholds = axis.levels.iter().map(at).collect();
            }
        }
        let of_axis = axes.iter().map(|a| a.path).collect();
        Ok(Self { paths, of_axis })
    }

    /// The path of each ladder, ascending.
    pub fn paths(&self) -> Vec<usize> {
        (0..self.paths.len()).collect()
    }

    /// The ladder of each axis, in the order in which the axes were given.
    pub fn of_axis(&self) -> &[usize] {
        &self.of_axis
    }

    /// The number of levels of each ladder.
    pub fn counts(&self) -> Vec<u8> {
        let of = |path: &LegThresholds| path.first().map_or(0, Vec::len) as u8;
        self.paths.iter().map(of).collect()
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
